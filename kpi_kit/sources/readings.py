"""How one column is read from text or from a source's own type, in DuckDB's SQL.

Every value is read as the words say or not at all.  Missing is written ``''``, ``n/a``
or ``null``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpi_kit.errors import TableError
from kpi_kit.sources.instants import instant
from kpi_kit.sources.session import literal, quoted
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Column, Table

COMMA = "a comma in a number"
YEAR = 366 * 86_400  # seconds; no single stretch of work lasts longer

RAW = "$raw$"
CHANGED = ("old_value", "new_value")  # columns of events


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one column is read; without a rule, reading it cannot fail.

    A reading fails when its value is NULL and ``raw``, what stood there, is not
    missing; ``rule`` is the SQL that then says why, with `RAW` for what stood there.
    """

    value: str
    rule: str = ""
    raw: str = ""


def reading_of(
    table: Table, name: str, source: tuple[str, str], options: Options, where: str
) -> Reading:
    """Say how a column of ``table`` is read from its column and type in the source."""
    value, kind = quoted(source[0]), kind_of(source[1])
    column = table.column(name)
    if column is None:
        return Reading(value=f"kit_text({value}::varchar)")
    reading = _READERS[column.type](column, value, kind, options)
    if reading is None:
        message = f"{where}: column {name} is {source[1]}"
        wanted = _WANTED.get((column.type, kind), f"a {column.type.value} is needed")
        raise TableError(f"{message}; {wanted}.")
    if (column.is_id or name in table.key) and kind == "text":
        needed = name in {*table.key, *table.required}
        return _id(value, is_json=source[1] == "JSON", needed=needed)
    return _changed(table, name, reading, value)


def _id(value: str, *, is_json: bool, needed: bool) -> Reading:
    """Read an id without the blanks around it; of a row that is none nothing is left.

    What names a row has a letter or a digit, and is no sum below the rows.
    """
    read, found = ("kit_key", "kit_no_key") if needed else ("kit_id", "kit_no_id")
    plain = raw = f"{value}::varchar"
    if is_json:
        plain, raw = f"kit_json_id({value})", f"kit_json({value})"
    rule = f"coalesce({found}(kit_bare({RAW})), {literal('no id')})"
    return Reading(value=f"{read}({plain})", rule=rule, raw=raw)


def may_hold_zero(declared: str) -> bool:
    """Return whether a value of a type, in words, can hold a zero byte.

    In JSON none is: it is written as an escape.

    Examples
    --------
    >>> [may_hold_zero(kind) for kind in ("VARCHAR", "VARCHAR[]", "JSON", "BIGINT")]
    [True, True, False, False]
    """
    return declared != "JSON" and kind_of(declared) in {"text", "other"}


def without_zero_bytes(reading: Reading, value: str) -> Reading:
    """Refuse a text that holds a zero byte: most programs would cut it there."""
    told = f"then {literal('holds a zero byte')} else {reading.rule or 'null'} end"
    return Reading(
        value=f"if(contains({value}, chr(0)), null, {reading.value})",
        rule=f"case when contains({RAW}, chr(0)) {told}",
        raw=value,
    )


def _changed(table: Table, name: str, reading: Reading, raw: str) -> Reading:
    if table.name != "events" or name not in CHANGED:
        return reading
    # Statuses are compared with the closed list, agents and tickets with their ids;
    # other values are kept as they are.
    value = reading.value
    ids = f"when 'agent' then kit_id({value}) when 'merge' then kit_id({value})"
    word = f"case kit_word(field) when 'status' then kit_word({value}) {ids}"
    return Reading(
        value=f"{word} else {value} end",
        rule=f"coalesce(kit_no_id(kit_bare({RAW})), {literal('no id')})",
        raw=f"{raw}::varchar",
    )


def _text(column: Column, value: str, kind: str, _: Options) -> Reading | None:
    if kind == "other" or (column.is_id and kind not in _IDS):
        return None
    if column.values:
        return Reading(value=f"kit_word({value}::varchar)")
    if column.name == "organization":  # the one word of it that has a meaning
        client = f"kit_word({value}::varchar) = 'client'"
        return Reading(value=f"if({client}, 'client', kit_text({value}::varchar))")
    if column.name == "currency":
        return Reading(value=f"upper(kit_word({value}::varchar))")
    return Reading(value=f"kit_text({value}::varchar)")


def _instant(_: Column, value: str, kind: str, options: Options) -> Reading | None:
    found = instant(value, RAW, kind, options)
    return found and Reading(value=found[0], rule=found[1], raw=found[2])


def _date(column: Column, value: str, kind: str, _: Options) -> Reading | None:
    # A month is its first day, whichever of its days is written, or none.
    read = "kit_month" if column.name == "month" else "kit_day"
    rule = literal("not a date")
    if kind == "date":
        return Reading(
            value=value if read == "kit_day" else f"{read}({value}::varchar)"
        )
    if kind == "naive":  # pandas has no dates: it writes midnights
        day = f"{read}({value}::date::varchar)"
        midnight = f"if({value} = date_trunc('day', {value}), {day}, null)"
        return Reading(value=midnight, rule=rule, raw=f"{value}::varchar")
    found = Reading(value=f"{read}({value})", rule=rule, raw=value)
    return found if kind == "text" else None


def _truth(_: Column, value: str, kind: str, __: Options) -> Reading | None:
    if kind == "boolean":
        return Reading(value=value)
    raw = f"{value}::varchar"
    rule = literal("neither true nor false")
    found = Reading(value=f"kit_truth({raw})", rule=rule, raw=raw)
    return found if kind in {"text", "integer"} else None


def _whole(column: Column, value: str, kind: str, options: Options) -> Reading | None:
    counted = column.name.endswith(("_count", "_size"))
    if kind == "integer" and not counted:
        return Reading(value=f"{value}::bigint")
    if kind not in _NUMBERS:
        return None
    number = _Number(macro="kit_whole", rule="not a whole number", options=options)
    return number.read(value, kind, _NEVER_NEGATIVE if counted else None)


def _number(column: Column, value: str, kind: str, options: Options) -> Reading | None:
    if kind not in _NUMBERS:
        return None
    number = _Number(macro="kit_number", rule="not a number", options=options)
    if column.name == "csat":
        return _rating(number, value, kind)
    return number.read(value, kind, _BOUNDS.get(column.name))


def _money(_: Column, value: str, kind: str, options: Options) -> Reading | None:
    if kind not in _NUMBERS:
        return None
    number = _Number(macro="kit_money", rule="not an amount of money", options=options)
    return number.read(value, kind)


def _rating(number: _Number, value: str, kind: str) -> Reading:
    """Read a rating: a word that is declared, or a number on the declared scale."""
    words = number.options.csat_map
    low, high = number.options.scale
    off = f"outside {low:g} to {high:g}"
    known = (low, high, *(score for score in words.values() if score is not None))
    bounds = _Bounds(
        low=low,
        high=high,
        under=off,
        over=off,
        part="not a whole rating" if all(float(k).is_integer() for k in known) else "",
    )
    reading = number.read(value, kind, bounds)
    if not words:
        return reading
    written = f"lower(trim({reading.raw}))"
    cases = " ".join(
        f"when {literal(word)} then {'null' if score is None else repr(score)}::double"
        for word, score in words.items()
    )
    none = ", ".join(literal(word) for word, score in words.items() if score is None)
    raw = f"if({written} in ({none}), null, {reading.raw})" if none else reading.raw
    mapped = f"case {written} {cases} else {reading.value} end"
    return replace(reading, value=mapped, raw=raw)


@dataclass(frozen=True, kw_only=True)
class _Bounds:
    """What a number may be, and what is said of one that is not."""

    low: float
    high: float | None = None
    under: str
    over: str = ""
    part: str = ""

    def cases(self, number: str) -> list[tuple[str, str]]:
        """Return condition and rule of each way to be out of bounds."""
        cases = [(f"{number} < {self.low!r}::double", self.under)]
        if self.high is not None:
            cases.append((f"{number} > {self.high!r}::double", self.over))
        if self.part:
            cases.append((f"{number} <> floor({number})", self.part))
        return cases


@dataclass(frozen=True, kw_only=True)
class _Number:
    """How a number is read, and what is said of a text that is none."""

    macro: str
    rule: str
    options: Options

    def read(self, value: str, kind: str, bounds: _Bounds | None = None) -> Reading:
        """Return the reading of a column, within bounds where there are some."""
        raw = f"{value}::varchar"
        number = f"{self.macro}({self._marked(raw, kind)})"
        if kind != "text" and self.macro == "kit_number":  # none has to be spelled out
            number = f"kit_finite({value}::double)"
        again = f"{self.macro}({self._marked(RAW, kind)})"
        cases = bounds.cases(again) if bounds else []
        if kind == "text" and self.options.decimal is None:
            comma = f"regexp_full_match(trim({RAW}), '[+-]?[\\d.]*\\d,\\d+')"
            cases.append((comma, COMMA))
        told = " ".join(f"when {case} then {literal(said)}" for case, said in cases)
        rule = literal(self.rule)
        if bounds:
            wrong = " or ".join(case for case, _ in bounds.cases(number))
            number = f"if({wrong}, null, {number})"
        return Reading(
            value=number,
            rule=f"case {told} else {rule} end" if cases else rule,
            raw=raw,
        )

    def _marked(self, text: str, kind: str) -> str:
        """Write a decimal comma as a point; a point beside it may mean thousands."""
        if kind != "text" or self.options.decimal != ",":
            return text
        return f"if(contains({text}, '.'), null, replace({text}, ',', '.'))"


def kind_of(declared: str) -> str:
    """Return what a type of DuckDB holds, in a word: text, integer, aware..."""
    if declared.startswith("TIMESTAMP"):
        return "aware" if "TIME ZONE" in declared else "naive"
    if declared.endswith(("]", ",0)")) and not declared.startswith("STRUCT"):
        return "other" if declared.endswith("]") else "integer"
    return _KINDS.get(declared.partition("(")[0], "other")


_NUMBERS = {"text", "float", "decimal", "integer"}
_IDS = {"text", "integer"}
_STRETCH = _Bounds(low=0, high=YEAR, under="negative", over="over one year")
_NEVER_NEGATIVE = _Bounds(low=0, under="negative")
_STRETCHES = ("handle_seconds", "talk_seconds", "hold_seconds", "wrap_seconds")
_BOUNDS = {
    **dict.fromkeys((*_STRETCHES, "work_seconds"), _STRETCH),
    "weight": _NEVER_NEGATIVE,
}
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
    **dict.fromkeys(
        ((Type.INSTANT, kind) for kind in ("integer", "float", "decimal")),
        "a time stamp is needed. Set --option time_format=epoch_s or epoch_ms, or "
        "excel_days with time_zone",
    ),
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
