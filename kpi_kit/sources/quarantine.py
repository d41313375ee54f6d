"""The bad rows, listed: where each stood, what is wrong with it, what stood there."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, NoReturn

import pandas as pd

from kpi_kit.errors import TableError
from kpi_kit.sources.typed import NO_ZONE, UNREADABLE

if TYPE_CHECKING:
    from kpi_kit.sources.loaded import Loaded

LISTED = 10_000  # rows that are listed per file; all are counted
LATE, EARLY = "in the future", "before 1990"
QUARANTINE = ("file", "line", "column", "rule", "text")
FOUND = ("_row", "_column", "_why", "_what")


def shown(value: object) -> str:
    """Return at most 40 characters of ``value``, control characters escaped."""
    text = str(value)[:40]
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def refuse(loaded: Loaded) -> NoReturn:
    """Raise for the first time stamp that cannot be read, and say where it stands."""
    rows = loaded.rows
    bad = rows.filter(rows["_rule"].isin(UNREADABLE)).order_by("_row").limit(1)
    first = bad.select("_row", "_fault", "_rule", "_text").execute().iloc[0]
    row = int(first["_row"])
    line = loaded.lines_of([row])[row]
    column, text = first["_fault"], shown(first["_text"])
    where = f"{loaded.file}: line {line}, column {column}: '{text}'"
    if first["_rule"] == NO_ZONE:
        todo = "Add its offset, or set --option time_zone=AREA/CITY."
        raise TableError(f"{where} has no time zone. {todo}")
    todo = "Write it like 2026-11-02T09:00:00Z, or set --option time_format."
    raise TableError(f"{where} is not a time stamp. {todo}")


def listing(loaded: Loaded, found: pd.DataFrame) -> pd.DataFrame:
    """List the bad rows of one file in the order of their lines.

    Parameters
    ----------
    loaded
        The file.
    found
        One row per bad row, columns as in ``FOUND``.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``QUARANTINE``; one row per row, its first fault only.
    """
    records = [(line, "", *told) for line, *told in loaded.refused[:LISTED]]
    lines = loaded.lines_of(int(row) for row in found["_row"]) if len(found) else {}
    for row, column, why, what in found[list(FOUND)].itertuples(index=False):
        records.append((lines[int(row)], column, why, _when(why, what)))
    records.sort(key=itemgetter(0))
    told = [(loaded.file, *record[:3], shown(record[3])) for record in records]
    return pd.DataFrame(told, columns=list(QUARANTINE))


def cut(loaded: Loaded, quarantined: int) -> tuple[str, ...]:
    """Say so when not all quarantined rows are listed."""
    if quarantined <= LISTED:
        return ()
    told = f"{quarantined:,} rows are quarantined, {LISTED:,} are listed"
    return (f"{loaded.file}: {told}",)


def _when(why: str, what: str) -> str:
    if why not in {LATE, EARLY}:
        return what
    try:
        return datetime.fromtimestamp(int(what), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return what
