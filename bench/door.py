"""Measure the door beside DuckDB's own ``read_csv``: ``make bench-door``.

A clean file of 5 M tickets is made once.  DuckDB guesses its columns and types and
fills a table; the kit reads each field as text, types it by its rules, judges each row
and counts.  The two take turns, each round the other one first; the first round only
warms the disk.  Prints the ratio with its aim, by the clock and in processor seconds.
The same rows as Parquet stand beside: of them DuckDB fills a table too, while the kit
looks at every id and time and leaves them where they are.  The exit code is 1 when the
aim is missed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
DATA = ROOT / "bench" / "data" / "door"
ROWS = 5_000_000
ROUNDS = 5
AT_MOST = 2

_TICKETS = """
    select i::varchar as ticket_id,
        strftime(opened, '%Y-%m-%dT%H:%M:%SZ') as created_at,
        strftime(opened + to_seconds(60 + i % 5000), '%Y-%m-%dT%H:%M:%SZ')
            as first_reply_at,
        case when i % 10 < 9 then strftime(
            opened + to_seconds(6000 + i % 90000), '%Y-%m-%dT%H:%M:%SZ') end
            as solved_at,
        null::varchar as reopened_at,
        ['email', 'chat', 'phone'][1 + i % 3] as channel,
        'a' || (i % 200) as agent_id,
        case when i % 4 = 0 then 1 + i % 5 end as csat,
        i % 3000 as handle_seconds,
        case when i % 20 = 0 then 'fine, thanks' end as comment
    from (select i, timestamp '2026-01-01' + to_seconds(i * 7 % 20000000) as opened
        from range({rows}) t(i))
"""


def main() -> int:
    """Measure both ways in turns.

    Returns
    -------
    int
        0 when the aim is met, else 1.
    """
    sys.path.insert(0, str(ROOT))
    from bench.run import Line  # noqa: PLC0415 - found only now

    lines = []
    for kind, path in _made().items():
        rounds = [_round(path, number) for number in range(1 + ROUNDS)][1:]
        lines += [
            Line(label=f"{n}, {kind}, s", figures=[each[n][0] for each in rounds])
            for n in WAYS
        ]
        lines += [
            Line(
                label=f"{kind}: kit / DuckDB, {told}",
                figures=[each["kit"][at] / each["duckdb"][at] for each in rounds],
                at_most=AT_MOST if kind == "CSV" and not at else None,
            )
            for at, told in enumerate(("by the clock", "processors"))
        ]
    size = (DATA / "tickets.csv").stat().st_size / 1e6
    print(f"\n{ROWS:,} tickets, {size:,.0f} MB of CSV")
    print(f"{'':<38} {'lowest':>7} {'median':>7} {'highest':>7}  aim")
    print("\n".join(line.text for line in lines))
    return 0 if all(line.is_met for line in lines) else 1


def _made() -> dict[str, Path]:
    DATA.mkdir(parents=True, exist_ok=True)
    text, packed = DATA / "tickets.csv", DATA / "tickets.parquet"
    _write(text, f"({_TICKETS.format(rows=ROWS)})")
    _write(packed, f"(from read_csv('{text}'))")  # with the types found there
    return {"CSV": text, "Parquet": packed}


def _write(path: Path, rows: str) -> None:
    if path.exists():
        return
    new = path.with_name(f"new-{path.name}")
    with duckdb.connect() as connection:
        connection.execute(f"copy {rows} to '{new}'")
    new.rename(path)


def _round(path: Path, number: int) -> dict[str, tuple[float, float]]:
    names = list(WAYS)[:: 1 if number % 2 == 0 else -1]
    return {name: _timed(WAYS[name], path) for name in names}


def _timed(way: Callable[[Path], int], path: Path) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    rows = way(path)
    taken = time.perf_counter() - begun, time.process_time() - worked
    if rows != ROWS:
        sys.exit(f"{way.__name__}: {rows:,} rows, not {ROWS:,}: nothing to compare.")
    return taken


def _by_duckdb(path: Path) -> int:
    with duckdb.connect() as connection:
        connection.execute(f"create temp table t as from '{path}'")
        return connection.execute("select count(*) from t").fetchone()[0]


def _by_kit(path: Path) -> int:
    from kpi_kit.sources import open_helpdesk  # noqa: PLC0415 - found only now

    helpdesk = open_helpdesk("files", str(path))
    accepted = int(helpdesk.accounting["accepted"].iloc[0])
    helpdesk.connection.disconnect()
    return accepted


WAYS = {"duckdb": _by_duckdb, "kit": _by_kit}

if __name__ == "__main__":
    sys.exit(main())
