"""How one column is read from text or from a source's own type, in DuckDB's SQL.

Every value is read as the words say or not at all.  Missing is written ``''``, ``n/a``
or ``null``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpi_kit.errors import TableError
from kpi_kit.sources.session import literal, quoted
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Column, Table

NO_ZONE = "no time zone"
NO_TIME = "not a time stamp"
UNREADABLE = (NO_ZONE, NO_TIME)
COMMA = "a comma in a number"
YEAR = 366 * 86_400  # seconds; no single stretch of work lasts longer

RAW = "$raw$"


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
    if name in table.key and kind == "text":
        return _id(reading, value)
    return _status(table, name, reading)


def _id(reading: Reading, value: str) -> Reading:
    # A spreadsheet turned 1234567890123 into 1.23457E+12: two ids look like one.
    lost = f"regexp_full_match({value}, '\\d([.,]\\d+)?[Ee]\\+\\d+')"
    return Reading(
        value=f"if(contains({value}, '+') and {lost}, null, {reading.value})",
        rule=literal("id lost digits in a spreadsheet"),
        raw=value,
    )


def without_zero_bytes(reading: Reading, value: str) -> Reading:
    """Refuse a text that holds a zero byte: most programs would cut it there."""
    told = f"then {literal('holds a zero byte')} else {reading.rule or 'null'} end"
    return Reading(
        value=f"if(contains({value}, chr(0)), null, {reading.value})",
        rule=f"case when contains({RAW}, chr(0)) {told}",
        raw=value,
    )


def _status(table: Table, name: str, reading: Reading) -> Reading:
    if table.name != "events" or name not in {"old_value", "new_value"}:
        return reading
    # Statuses are compared with the closed list, other values are kept as they are.
    word = f"if(kit_word(field) = 'status', kit_word({reading.value}), {reading.value})"
    return Reading(value=word)


def _text(column: Column, value: str, kind: str, _: Options) -> Reading | None:
    if kind == "float" and column.name.endswith("_id"):
        return None
    if column.values or column.name == "field":
        return Reading(value=f"kit_word({value}::varchar)")
    return Reading(value=f"kit_text({value}::varchar)")


def _instant(_: Column, value: str, kind: str, options: Options) -> Reading | None:
    zone = literal(options.time_zone) if options.time_zone else None
    if kind == "aware":
        return Reading(value=f"kit_seconds({value}::timestamptz)")
    if kind == "naive" and zone:
        local = f"kit_local({value}::timestamp, {zone})"
        rule = literal("no such local time")
        return Reading(value=local, rule=rule, raw=f"{value}::varchar")
    if kind == "integer" and options.time_format in _EPOCHS:
        return Reading(value=f"{value}::bigint // {_EPOCHS[options.time_format]}")
    if kind != "text":
        return None
    ways = [f"kit_aware({value})"]
    if zone:
        ways.append(f"kit_local(kit_naive(trim({value})), {zone})")
    if options.time_format in _EPOCHS:
        divisor = _EPOCHS[options.time_format]
        ways.append(f"kit_whole({value}) // {divisor}")
    elif options.time_format:
        ways.append(_strptime(value, options.time_format, zone))
    rule = (
        f"case when {RAW} like '0000-00-00%' then 'zero date' "
        f"when kit_naive(trim({RAW})) is not null then "
        f"{literal('no such local time' if zone else NO_ZONE)} "
        f"else {literal(NO_TIME)} end"
    )
    return Reading(value=f"coalesce({', '.join(ways)})", rule=rule, raw=value)


def _strptime(value: str, pattern: str, zone: str | None) -> str:
    parsed = f"try_strptime(trim({value}), {literal(pattern)})"
    if "%z" in pattern or "%Z" in pattern:
        return f"kit_seconds({parsed})"
    return f"kit_local({parsed}, {zone})" if zone else "null"


def _date(_: Column, value: str, kind: str, __: Options) -> Reading | None:
    if kind == "date":
        return Reading(value=value)
    rule = literal("not a date")
    if kind == "naive":  # pandas has no dates: it writes midnights
        midnight = f"if({value} = date_trunc('day', {value}), {value}::date, null)"
        return Reading(value=midnight, rule=rule, raw=f"{value}::varchar")
    found = Reading(value=f"kit_day({value})", rule=rule, raw=value)
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
    bounds = _Bounds(low=0, under="negative") if counted else None
    return number.read(value, kind, bounds)


def _number(column: Column, value: str, kind: str, options: Options) -> Reading | None:
    if kind not in _NUMBERS:
        return None
    number = _Number(macro="kit_number", rule="not a number", options=options)
    if column.name == "csat":
        return _rating(number, value, kind)
    return number.read(value, kind, _STRETCH if column.name in _STRETCHES else None)


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
    known = (low, high, *words.values())
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
    cases = " ".join(
        f"when {literal(word)} then {score!r}::double" for word, score in words.items()
    )
    mapped = f"case lower(trim({reading.raw})) {cases} else {reading.value} end"
    return replace(reading, value=mapped)


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
    return _KINDS.get(declared.partition("(")[0], "other")


_NUMBERS = {"text", "float", "decimal", "integer"}
_STRETCH = _Bounds(low=0, high=YEAR, under="negative", over="over one year")
_STRETCHES = {
    *("handle_seconds", "talk_seconds", "hold_seconds", "wrap_seconds", "work_seconds"),
}
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
