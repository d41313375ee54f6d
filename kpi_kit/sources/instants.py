"""How a time stamp is read, in DuckDB's SQL: as ISO 8601, or as it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.sources.session import literal

if TYPE_CHECKING:
    from kpi_kit.sources.options import Options

NO_ZONE = "no time zone"
NO_TIME = "not a time stamp"
NO_SUCH = "no such local time"
# What a number in place of a time may be, by its length; and how it is then read.
_LOOKS = {
    r"\d{10}(\.\d+)?": ("looks like seconds since 1970", "epoch_s"),
    r"\d{13}": ("looks like milliseconds since 1970", "epoch_ms"),
    r"[2-7]\d{4}([.,]\d+)?": ("looks like days of a spreadsheet", "excel_days"),
}
REMEDIES = {
    NO_ZONE: "Add its offset, or set --option time_zone=AREA/CITY.",
    NO_TIME: "Write it like 2026-11-02T09:00:00Z, or set --option time_format.",
    **{rule: f"Set --option time_format={name}." for rule, name in _LOOKS.values()},
}
UNREADABLE = tuple(REMEDIES)
_EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}
# An offset at the end that no place has: sixteen hours and more, or sixty minutes.
_NO_OFFSET = r"[+-](1[6-9]|[2-9]\d)(:?\d\d)?\s*$|[+-]\d\d:?[6-9]\d\s*$"
# 1900 and 9999; before March 1900 spreadsheets count a day that never was.
_FIRST, _LAST = 61, 2_958_465


def instant(
    value: str, raw: str, kind: str, options: Options
) -> tuple[str, str, str] | None:
    """Say how a time stamp is read.

    Parameters
    ----------
    value
        Where it stands, as SQL.
    raw
        Where what stood there is found when it is judged.
    kind
        What its type holds; see `readings.kind_of`.
    options
        How the source is to be read.

    Returns
    -------
    tuple of str or None
        The value in epoch seconds, the rule that says why it is NULL, and what stood
        there, all as SQL, the last two empty where it cannot fail; None where such a
        type holds no time that is declared.
    """
    zone = literal(options.time_zone) if options.time_zone else ""
    if kind == "aware":
        return f"kit_seconds({value}::timestamptz)", "", ""
    if kind == "naive" and zone:
        local = f"kit_local({value}::timestamp, {zone})"
        return local, literal(NO_SUCH), f"{value}::varchar"
    if kind == "integer" and options.time_format in _EPOCHS:
        return f"{value}::bigint // {_EPOCHS[options.time_format]}", "", ""
    is_days = options.time_format == "excel_days" and zone
    if kind == "text" or (is_days and kind in {"integer", "float", "decimal"}):
        return _written(f"{value}::varchar", raw, zone, options)
    return None


def has_offset(pattern: str) -> bool:
    """Return whether times written by a strptime pattern tell their offset.

    Examples
    --------
    >>> has_offset("%d.%m.%Y %H:%M %z"), has_offset("%d.%m.%Y %H:%M %%z")
    (True, False)
    """
    return "%z" in pattern.replace("%%", "")


def _written(text: str, raw: str, zone: str, options: Options) -> tuple[str, str, str]:
    aware, local = _ways(text, options)
    ways = [*aware, *(f"kit_local({way}, {zone})" for way in local if zone)]
    looks = " ".join(
        f"when regexp_full_match(trim({raw}), {literal(look)}) then {literal(rule)}"
        for look, (rule, _) in _LOOKS.items()
    )
    rule = (
        f"case when {raw} like '0000-00-00%' then 'zero date' "
        f"when coalesce({', '.join(_ways(raw, options)[1])}) is not null "
        f"then {literal(NO_SUCH if zone else NO_ZONE)} "
        f"{looks} else {literal(NO_TIME)} end"
    )
    return f"coalesce({', '.join(ways)})", rule, text


def _ways(text: str, options: Options) -> tuple[list[str], list[str]]:
    """Return the readings of a text that give an instant, and those that need a zone.

    Days of a spreadsheet are fractions: they are rounded to whole seconds.
    """
    aware, local = [f"kit_aware({text})"], [f"kit_naive(trim({text}))"]
    pattern = options.time_format
    if pattern in _EPOCHS:
        aware.append(f"kit_whole({text}) // {_EPOCHS[pattern]}")
    elif pattern == "excel_days":
        number = f"replace({text}, ',', '.')" if options.decimal == "," else text
        days = f"kit_number({number})"
        days = f"if({days} between {_FIRST} and {_LAST}, {days}, null)"
        seconds = f"round({days} * 86400)::bigint"
        local.append(f"timestamp '1899-12-30' + to_seconds({seconds})")
    elif pattern:
        parsed = f"try_strptime(trim({text}), {literal(pattern)})"
        if not has_offset(pattern):
            local.append(parsed)
        elif pattern.rstrip().endswith("%z"):
            sound = f"not regexp_matches({text}, {literal(_NO_OFFSET)})"
            aware.append(f"if({sound}, kit_seconds({parsed}), null)")
        else:
            aware.append(f"kit_seconds({parsed})")
    return aware, local
