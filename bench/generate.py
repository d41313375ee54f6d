"""Write the bench helpdesk: SIZE tickets over 400 days as canonical Parquet files.

Made once per size under ``bench/data/SIZE`` and used again.
"""

from __future__ import annotations

import re
import shutil
import sys
from datetime import date
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
TIME_ZONE = "America/New_York"
FIRST_DAY = date(2025, 1, 1)
AS_OF = date(2026, 2, 4)
FIRST = 1735707600  # local midnight of FIRST_DAY
LAST = 1770267600  # local midnight after AS_OF

MORE = ("surveys", "contacts", "agent_states")
BYTES_KEPT = 170  # per ticket, measured at 10 M
BYTES_SPILLED = 500  # per ticket, while data is made or a side runs
HEAD_ROOM = 500_000_000

_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


def read_size(text: str) -> int:
    """Return the number of tickets that a size such as 100k, 1M or 250000 names."""
    found = re.fullmatch(r"(\d+)([kKmM]?)", text)
    if not found or not int(found[1]):
        sys.exit(f"SIZE: {text!r} is no number of tickets. Give 100k, 1M or 10M.")
    return int(found[1]) * _UNITS[found[2].lower()]


def folder_of(size: int) -> Path:
    """Return the folder that holds the helpdesk of that many tickets."""
    return HERE / "data" / str(size)


def make(size: int) -> Path:
    """Write the helpdesk unless it is there; say first what disk it takes.

    Parameters
    ----------
    size
        Number of tickets.

    Returns
    -------
    Path
        Folder with tickets, messages, events, agents, surveys, contacts and agent
        states as Parquet.
    """
    folder = folder_of(size)
    is_there = folder.exists()
    _make_room(size, folder.parent, kept=0 if is_there else size * BYTES_KEPT)
    if is_there:
        _write_more(folder)
        print(f"{folder}: already there, {_gigabytes(_weight(folder))}")
        return folder
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        _write(size, unfinished)
        _write_more(unfinished)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    print(f"{folder}: {_gigabytes(_weight(folder))}")
    return folder


def _make_room(size: int, folder: Path, kept: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    need = kept + size * BYTES_SPILLED + HEAD_ROOM
    free = shutil.disk_usage(folder).free
    print(
        f"{size:,} tickets: needs {_gigabytes(need)} of disk, of which "
        f"{_gigabytes(kept)} stay; {_gigabytes(free)} free",
        flush=True,
    )
    if free < need:
        sys.exit(
            f"{folder}: {_gigabytes(free)} free is less than {_gigabytes(need)}. "
            "Free the disk or give a smaller SIZE."
        )


def _write(size: int, folder: Path) -> None:
    _run("generate.sql", folder, size=size, first=FIRST, last=LAST)


def _write_more(folder: Path) -> None:
    """Write what only the review of all KPIs reads, unless it is there."""
    if not all((folder / f"{name}.parquet").exists() for name in MORE):
        _run("generate_more.sql", folder, folder=folder, first=FIRST, last=LAST)


def _run(name: str, into: Path, **given: object) -> None:
    """Run a script: what each of its parts selects becomes a file, whole or not."""
    script = (HERE / name).read_text(encoding="utf-8").format(**given)
    prepare, *queries = re.split(r"^-- write (\w+)$", script, flags=re.MULTILINE)
    scratch = into / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    limits = {"memory_limit": "3GB", "temp_directory": str(scratch / "spill")}
    with duckdb.connect(scratch / "drawn.duckdb", config=limits) as con:
        con.sql("SET TimeZone = 'UTC'")
        con.execute(prepare)
        for table, query in zip(queries[::2], queries[1::2], strict=True):
            target = into / f"{table}.parquet"
            rows, _, preparation = query.partition(";\n")
            con.execute(f"COPY ({rows}) TO '{scratch / target.name}'")
            (scratch / target.name).rename(target)
            con.execute(preparation)
            print(f"  {target.name}: {_gigabytes(target.stat().st_size)}", flush=True)
    shutil.rmtree(scratch)


def _weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.2f} GB"


if __name__ == "__main__":
    make(read_size(sys.argv[1] if len(sys.argv) > 1 else "1M"))
