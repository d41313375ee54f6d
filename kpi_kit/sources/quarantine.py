"""The bad rows, listed: where each stood, what is wrong with it, what stood there."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, NoReturn

import pandas as pd

from kpi_kit.errors import TableError
from kpi_kit.plurals import plural
from kpi_kit.sources.instants import NO_TIME, NO_ZONE, REMEDIES
from kpi_kit.sources.readings import COMMA
from kpi_kit.whence import counted_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpi_kit.sources.loaded import Loaded

LISTED = 10_000  # rows that are listed per file; all are counted
LATE, EARLY = "in the future", "before 1990"
CONFLICT = "duplicate key, other content"
OLDER = "duplicate key, older content"
QUARANTINE = ("file", "line", "column", "rule", "text")
FOUND = ("_row", "_column", "_why", "_what")
RULES = ("file", "table", "column", "rule", "rows")
_REMEDIES = {
    **REMEDIES,
    COMMA: "Set --option decimal=, if that is the decimal mark, else decimal=.",
    CONFLICT: "Export updated_at with its zone, so that the newest row is known.",
}


def shown(value: object) -> str:
    """Return at most 40 characters of ``value``, control characters escaped."""
    text = str(value)[:40]
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def refuse(loaded: Loaded, rules: Iterable[str], column: str | None = None) -> NoReturn:
    """Raise for the first value that breaks one of the rules, and say where it stands.

    Parameters
    ----------
    loaded
        The file.
    rules
        Those that stop everything.
    column
        Only there; None for any.
    """
    rows = loaded.rows
    bad = rows.filter(rows["_rule"].isin([*rules]))
    bad = bad if column is None else bad.filter(bad["_fault"] == column)
    first = bad.order_by("_row").limit(1).select("_row", "_fault", "_rule", "_text")
    row, fault, rule, text = first.execute().iloc[0]
    line, _ = loaded.origins_of({int(row): fault})[int(row)]
    where = f"{loaded.file}: {counted_in([loaded.file])} {line}, column {fault}"
    where += f": '{shown(text)}'"
    raise TableError(f"{where} {_SAID.get(rule, rule)}. {_REMEDIES[rule]}")


def listing(loaded: Loaded, found: pd.DataFrame, most: int) -> pd.DataFrame:
    """List the bad rows of one file in the order of their lines.

    Parameters
    ----------
    loaded
        The file.
    found
        One row per bad row, columns as in ``FOUND``.
    most
        How many are listed.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``QUARANTINE``; one row per row, its first fault only.
    """
    records = [(line, "", *told) for line, *told in loaded.refused[:most]]
    asked = dict(zip(found["_row"].astype(int), found["_column"], strict=True))
    origins = loaded.origins_of(asked) if asked else {}
    for row, column, why, what in found[list(FOUND)].itertuples(index=False):
        line, raw = origins[int(row)]
        judged = why in {LATE, EARLY} or why.startswith("before ")
        read = _when(what) if judged and column in loaded.instants else what
        records.append((line, column, why, read if raw is None else raw))
    records.sort(key=itemgetter(0))
    told = [(loaded.file, *record) for record in records]
    return pd.DataFrame(told, columns=list(QUARANTINE))


def cut(loaded: Loaded, quarantined: int, most: int) -> tuple[str, ...]:
    """Say so when not all quarantined rows are listed."""
    if quarantined <= most:
        return ()
    told = f"{quarantined:,} rows are quarantined, {most:,} are listed"
    return (f"{loaded.file}: {told}",)


def broken_rules(loaded: Loaded, broken: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """Return how many rows of a file broke which rule, the most broken first."""
    counts = Counter({key: int(n) for key, n in broken.items()})
    counts.update(("", rule) for _, rule, _ in loaded.refused)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    where = (loaded.file, loaded.table.name)
    return pd.DataFrame([(*where, *key, n) for key, n in ranked], columns=[*RULES])


def excess(loaded: Loaded, read: int, out: int, rules: pd.DataFrame) -> str:
    """Say that too many rows are quarantined and which rule took most; else nothing.

    Too many are also all, however few they are: of ``read`` rows as many are ``out``.
    Older rows of an id are no fault of the file: it says which one is the newest.
    """
    rules = rules[rules["rule"] != OLDER]
    bad, most = int(rules["rows"].sum()), loaded.options.most_quarantined(read)
    none_is_left = out == read and bad > 0
    if bad <= most and not none_is_left:
        return ""
    column, rule, rows = rules.iloc[0][["column", "rule", "rows"]]
    where = f" in {column}" if column else ""
    limit = "none is left" if none_is_left else f"at most {most:,} may be"
    are = "is" if bad == 1 else "are"
    told = f"{loaded.file}: {bad:,} of {plural(read, 'row')} {are} quarantined, {limit}"
    remedy = _REMEDIES.get(rule, "Correct the file.")
    if rule == CONFLICT and loaded.table.name != "tickets":
        remedy = "Export each row once."  # of no other table the newest is known
    todo = remedy.rstrip(".")
    todo = todo if none_is_left else f"{todo}; or raise --option quarantine_limit"
    return f"{told}; {rows:,} for {rule!r}{where}. {todo}."


def _when(what: str) -> str:
    """Write an instant as people do; what is none stays as it is."""
    try:
        return datetime.fromtimestamp(int(what), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return what


_SAID = {
    NO_ZONE: "has no time zone",
    NO_TIME: "is not a time stamp",
    COMMA: "has a comma",
}
