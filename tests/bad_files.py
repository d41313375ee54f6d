"""A folder of damaged exports beside the project, and how each reader takes them."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from kpi_kit.errors import KitError
from kpi_kit.sources import open_helpdesk

FOLDER = Path(__file__).parents[2] / "shared" / "trust" / "bad"
# What a file needs said to come out as its manifest has it.
OPTIONS = {
    "csv_semicolon_decimal_comma.csv": {"decimal": ","},
    "t_nonexistent_local.csv": {"time_zone": "America/New_York"},
    "t_ambiguous_local.csv": {"time_zone": "America/New_York"},
    "json_object_root.json": {"allow_partial": "true"},
}


@dataclass(frozen=True, kw_only=True)
class BadFile:
    """One file, and what must become of it."""

    path: Path
    category: str
    outcome: str
    read: int
    accepted: int
    quarantined: int


def bad_files() -> list[BadFile]:
    """Return the data files of the folder; none where it is missing."""
    manifest = FOLDER / "manifest.csv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] != "parameters"]
    return [
        BadFile(
            path=FOLDER / row["file"],
            category=row["category"],
            outcome=row["outcome"],
            read=int(row["rows_in"]),
            accepted=int(row["rows_accepted"]),
            quarantined=int(row["rows_quarantined"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a file here: the outcome, the counts, the ids, what was said."""

    outcome: str
    counts: tuple[int, int, int] = (0, 0, 0)
    ids: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def taken(bad: BadFile) -> Taken:
    """Read a file with the kit."""
    try:
        options = OPTIONS.get(bad.path.name)
        desk = open_helpdesk("files", str(bad.path), options=options)
    except KitError as error:
        return Taken(outcome="ERROR", said=(str(error),))
    read, accepted, quarantined, _ = (int(n) for n in desk.accounting.iloc[0, 2:])
    ids = desk.tables["tickets"].ticket_id.execute()
    outcome = "QUARANTINE" if quarantined else "ACCEPT"
    if not read or any("not whole" in text for text in desk.warnings):
        outcome = "WARN"
    return Taken(
        outcome=outcome,
        counts=(read, accepted, quarantined),
        ids=tuple(sorted(ids)),
        said=desk.warnings,
    )


def is_right(bad: BadFile, found: Taken) -> bool:
    """Return whether a file came out as it must, with the counts it must have."""
    wanted = (bad.read, bad.accepted, bad.quarantined)
    return found.outcome == bad.outcome and (
        bad.outcome == "ERROR" or wanted == found.counts
    )


def _by_pandas(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix in {".json", ".ndjson"}:
        return pd.read_json(path, lines=path.suffix == ".ndjson")
    return pd.read_csv(path)


def _by_duckdb(path: Path) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.execute(f"from '{path}'").df()


# What ends the whole process: it cannot be tried, and is no refusal.
_CRASHES = {("DuckDB", "json_deep.json")}


READERS = {"pandas": _by_pandas, "DuckDB": _by_duckdb}


def is_right_by_default(reader: str, bad: BadFile, ids: tuple[str, ...]) -> bool:
    """Return whether a reader with its defaults does no harm with a file.

    What must be refused or quarantined, even in part, it has to refuse; of the rest it
    has to give the tickets, each once and with its id.
    """
    if (reader, bad.path.name) in _CRASHES:
        return False
    try:
        frame = READERS[reader](bad.path)
    except Exception:  # noqa: BLE001  each reader has its own, and any is a refusal
        return bad.outcome in {"ERROR", "QUARANTINE"}
    if bad.outcome in {"ERROR", "QUARANTINE"}:
        return False
    names = {str(name).strip().lower().replace(" ", "_"): name for name in frame}
    found: list[Any] = list(frame[names["ticket_id"]]) if "ticket_id" in names else []
    return ids == tuple(sorted(str(each) for each in found)) and "ticket_id" in names


def right_outcomes() -> list[tuple[str, ...]]:
    """Return by category how many files there are, and each reader gets right."""
    counts: dict[str, Counter] = {}
    for bad in bad_files():
        found = taken(bad)
        right = counts.setdefault(bad.category, Counter())
        right.update(files=1, kit=int(is_right(bad, found)))
        for reader in READERS:
            right[reader] += is_right_by_default(reader, bad, found.ids)
    rows = sorted(counts.items())
    whole = Counter()
    for _, right in rows:
        whole.update(right)
    columns = ("files", "kit", *READERS)
    return [
        (name, *(str(right[column]) for column in columns))
        for name, right in [*rows, ("**all**", whole)]
    ]
