"""From what a column holds to its declared type: the one place, in DuckDB's SQL.

Every value is read as the words say or not at all; a value that cannot be read is NULL
and its row says which column, which rule and what stood there.  Missing is written
``''``, ``n/a`` or ``null``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi_kit.errors import TableError
from kpi_kit.sources.session import literal, quoted
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Column, Table

NO_ZONE = "no time zone"
NO_TIME = "not a time stamp"
UNREADABLE = (NO_ZONE, NO_TIME)

_RAW = "$raw$"  # in a rule, stands for what stood in the column


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """How one column is read; without a rule, reading it cannot fail."""

    value: str
    rule: str = ""
    raw: str = ""


def typed_select(  # noqa: PLR0913  all of it goes into one SELECT
    table: Table,
    columns: Mapping[str, tuple[str, str]],
    options: Options,
    *,
    relation: str,
    where: str,
    also: str = "",
    tidy: frozenset[str] = frozenset(),
) -> str:
    """Write the SELECT that types one relation.

    Parameters
    ----------
    table
        The canonical table.
    columns
        Canonical or extra name -> name in the relation and DuckDB type there.
    options
        How the source is to be read.
    relation
        What follows FROM.
    where
        File, for messages.
    also
        A column to pass on as it is.
    tidy
        Text columns known to be as they should be, which are not touched.

    Returns
    -------
    str
        A SELECT of ``columns``, typed, and, where a value may be unreadable,
        ``_fault``, ``_rule`` and ``_text``: the first column that is, why and what
        stood there; time stamps come first.

    Raises
    ------
    TableError
        If a column's type can never hold what is declared.
    """
    readings = {
        name: _Reading(value=quoted(source[0]))
        if name in tidy
        else reading_of(table, name, source, options, where)
        for name, source in columns.items()
    }
    doubtful = [name for name, reading in readings.items() if reading.rule]
    typed = [f"{r.value} as {quoted(name)}" for name, r in readings.items()]
    names = [quoted(name) for name in columns]
    if also:
        typed.append(also)
        names.append(also)
    if not doubtful:
        return f"select {', '.join(typed)} from {relation}"  # noqa: S608  quoted above
    doubtful.sort(key=lambda name: table.column(name).type is not Type.INSTANT)
    typed += [f"{readings[n].raw} as {quoted(f'raw {n}')}" for n in doubtful]
    failed = " ".join(
        f"when {quoted(n)} is null and not kit_missing({quoted(f'raw {n}')}) then {i}"
        for i, n in enumerate(doubtful)
    )
    first = f"case {failed} end"
    told = {
        "_fault": [literal(n) for n in doubtful],
        "_rule": [readings[n].rule.replace(_RAW, quoted(f"raw {n}")) for n in doubtful],
        "_text": [f"left({quoted(f'raw {n}')}, 80)" for n in doubtful],
    }
    faults = ", ".join(f"{_chosen(texts)} as {name}" for name, texts in told.items())
    return (
        f"select {', '.join(names)}, {faults} from (select *, {first} as _first "  # noqa: S608  ditto
        f"from (select {', '.join(typed)} from {relation}))"
    )


def _chosen(texts: Iterable[str]) -> str:
    cases = " ".join(f"when {i} then {text}" for i, text in enumerate(texts))
    return f"case _first {cases} end"


def reading_of(
    table: Table, name: str, source: tuple[str, str], options: Options, where: str
) -> _Reading:
    """Say how a column of ``table`` is read from its column and type in the source."""
    value, kind = quoted(source[0]), kind_of(source[1])
    column = table.column(name)
    if column is None:
        return _Reading(value=f"kit_text({value}::varchar)")
    reading = _READERS[column.type](column, value, kind, options)
    if reading is None:
        message = f"{where}: column {name} is {source[1]}"
        wanted = _WANTED.get((column.type, kind), f"a {column.type.value} is needed")
        raise TableError(f"{message}; {wanted}.")
    if name in table.key and kind == "text":
        # A spreadsheet turned 1234567890123 into 1.23457E+12: two ids look like one.
        whole = f"not regexp_full_match({value}, '\\d(\\.\\d+)?E\\+\\d+')"
        return _Reading(
            value=f"if({whole}, {reading.value}, null)",
            rule=literal("id lost digits in a spreadsheet"),
            raw=value,
        )
    return _status(table, name, reading)


def _status(table: Table, name: str, reading: _Reading) -> _Reading:
    if table.name != "events" or name not in {"old_value", "new_value"}:
        return reading
    # Statuses are compared with the closed list, other values are kept as they are.
    word = f"if(kit_word(field) = 'status', kit_word({reading.value}), {reading.value})"
    return _Reading(value=word)


def _text(column: Column, value: str, kind: str, _: Options) -> _Reading | None:
    if kind == "float" and column.name.endswith("_id"):
        return None
    if column.values or column.name == "field":
        return _Reading(value=f"kit_word({value}::varchar)")
    return _Reading(value=f"kit_text({value}::varchar)")


def _instant(_: Column, value: str, kind: str, options: Options) -> _Reading | None:
    zone = literal(options.time_zone) if options.time_zone else None
    if kind == "aware":
        return _Reading(value=f"kit_seconds({value}::timestamptz)")
    if kind == "naive" and zone:
        local = f"kit_local({value}::timestamp, {zone})"
        rule = literal("no such local time")
        return _Reading(value=local, rule=rule, raw=f"{value}::varchar")
    if kind == "integer" and options.time_format in _EPOCHS:
        return _Reading(value=f"{value}::bigint // {_EPOCHS[options.time_format]}")
    if kind != "text":
        return None
    ways = [f"kit_aware(trim({value}))"]
    if zone:
        ways.append(f"kit_local(kit_naive(trim({value})), {zone})")
    if options.time_format in _EPOCHS:
        divisor = _EPOCHS[options.time_format]
        ways.append(f"kit_whole({value}) // {divisor}")
    elif options.time_format:
        ways.append(_strptime(value, options.time_format, zone))
    rule = (
        f"case when {_RAW} like '0000-00-00%' then 'zero date' "
        f"when kit_naive(trim({_RAW})) is not null then "
        f"{literal('no such local time' if zone else NO_ZONE)} "
        f"else {literal(NO_TIME)} end"
    )
    return _Reading(value=f"coalesce({', '.join(ways)})", rule=rule, raw=value)


def _strptime(value: str, pattern: str, zone: str | None) -> str:
    parsed = f"try_strptime(trim({value}), {literal(pattern)})"
    if "%z" in pattern or "%Z" in pattern:
        return f"kit_seconds({parsed})"
    return f"kit_local({parsed}, {zone})" if zone else "null"


def _date(_: Column, value: str, kind: str, __: Options) -> _Reading | None:
    if kind == "date":
        return _Reading(value=value)
    rule = literal("not a date")
    if kind == "naive":  # pandas has no dates: it writes midnights
        midnight = f"if({value} = date_trunc('day', {value}), {value}::date, null)"
        return _Reading(value=midnight, rule=rule, raw=f"{value}::varchar")
    found = _Reading(value=f"kit_day({value})", rule=rule, raw=value)
    return found if kind == "text" else None


def _truth(_: Column, value: str, kind: str, __: Options) -> _Reading | None:
    if kind == "boolean":
        return _Reading(value=value)
    raw = f"{value}::varchar"
    rule = literal("neither true nor false")
    found = _Reading(value=f"kit_truth({raw})", rule=rule, raw=raw)
    return found if kind in {"text", "integer"} else None


def _whole(_: Column, value: str, kind: str, options: Options) -> _Reading | None:
    if kind == "integer":
        return _Reading(value=f"{value}::bigint")
    raw = _marked(f"{value}::varchar", kind, options)
    rule = literal("not a whole number")
    found = _Reading(value=f"kit_whole({raw})", rule=rule, raw=f"{value}::varchar")
    return found if kind in {"text", "float", "decimal"} else None


def _number(column: Column, value: str, kind: str, options: Options) -> _Reading | None:
    if kind not in {"text", "float", "decimal", "integer"}:
        return None
    raw = f"{value}::varchar"
    number, rule = f"kit_number({_marked(raw, kind, options)})", "not a number"
    if kind != "text":
        number = f"if(isfinite({value}::double), {value}::double, null)"
    if column.name == "csat" and options.csat_map:
        words = " ".join(
            f"when {literal(word)} then {score!r}::double"
            for word, score in options.csat_map.items()
        )
        number = f"case lower(trim({raw})) {words} else {number} end"
    if column.name == "csat" and options.csat_scale:
        low, high = options.csat_scale
        number = f"if({number} between {low!r} and {high!r}, {number}, null)"
        rule = f"not a number from {low:g} to {high:g}"
    return _Reading(value=number, rule=literal(rule), raw=raw)


def _money(_: Column, value: str, kind: str, options: Options) -> _Reading | None:
    if kind not in {"text", "float", "decimal", "integer"}:
        return None
    raw = f"{value}::varchar"
    amount = f"kit_money({_marked(raw, kind, options)})"
    return _Reading(value=amount, rule=literal("not an amount of money"), raw=raw)


def _marked(value: str, kind: str, options: Options) -> str:
    decimal_comma = kind == "text" and options.decimal == ","
    return f"replace({value}, ',', '.')" if decimal_comma else value


def kind_of(declared: str) -> str:
    """Return what a type of DuckDB holds, in a word: text, integer, aware..."""
    if declared.startswith("TIMESTAMP"):
        return "aware" if "TIME ZONE" in declared else "naive"
    return _KINDS.get(declared.partition("(")[0], "other")


_EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}
_READERS = {
    Type.TEXT: _text,
    Type.INSTANT: _instant,
    Type.DATE: _date,
    Type.BOOLEAN: _truth,
    Type.INTEGER: _whole,
    Type.NUMBER: _number,
    Type.MONEY: _money,
}
_WANTED = {
    (Type.INSTANT, "naive"): "it has no time zone. Set --option time_zone=AREA/CITY",
    (Type.INSTANT, "date"): "a day is no time stamp. Give the time with its zone",
    (Type.INSTANT, "integer"): "a time stamp is needed. Set --option "
    "time_format=epoch_s or epoch_ms",
    (Type.TEXT, "float"): "an id loses digits there. Write ids as text",
}
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_KINDS = {
    **dict.fromkeys(("VARCHAR", "JSON", "UUID", "ENUM"), "text"),
    **dict.fromkeys(_INTEGERS, "integer"),
    **dict.fromkeys((f"U{name}" for name in _INTEGERS), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    "DECIMAL": "decimal",
    "BOOLEAN": "boolean",
    "DATE": "date",
}
