"""The kit and the hand-written SQL in one process, in turns.

``python -m bench.together SIZE RESULT`` pickles the processor seconds of every round:
facts included, from stored facts with everything warm, and all KPIs of a review.
Processors, because both sides use all of them and other work on the machine must not
decide.
"""

from __future__ import annotations

import gc
import pickle
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import best, best_review, kit
from bench.generate import MORE, folder_of
from bench.side import MEMORY_LIMIT, by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Side = Callable[[], Mapping[str, float] | None]

    import duckdb

    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk

STORED_ROUNDS = 5
LARGE = 5_000_000

Seconds = list[dict[str, float]]


def in_turns(sides: Mapping[str, Side], rounds: int) -> Seconds:
    """Time the sides one after the other, the order reversed every other round.

    What a side returns are seconds of parts of it, which stand beside its own.
    """
    found = []
    for number in range(rounds):
        names = list(sides)[:: 1 if number % 2 == 0 else -1]
        seconds = {}
        for name in names:
            begun = time.process_time()
            parts = sides[name]() or {}
            seconds |= {name: time.process_time() - begun, **parts}
        found.append(seconds)
    return found


def from_parquet(folder: Path, rounds: int, wanted: tuple[str, ...] = ()) -> Seconds:
    """Time Parquet to numbers, or to those of a review: read, checked and derived."""
    sides = {
        "kit": lambda: _kit_whole(folder, wanted),
        "sql": lambda: _sql_whole(folder, wanted),
    }
    return in_turns(sides, rounds)


def _kit_whole(folder: Path, wanted: tuple[str, ...]) -> dict[str, float]:
    begun = time.process_time()
    helpdesk = kit.kit_helpdesk(folder, MEMORY_LIMIT, wanted)
    opened = time.process_time() - begun
    contract = kit.kit_contract()
    if wanted:
        kit.kit_review(helpdesk, contract)
    else:
        facts = kit.kit_facts(helpdesk, contract)
        kit.kit_kpis(helpdesk, facts, contract)
        del facts
    gc.collect()  # Ibis drops what it kept, which needs the connection
    helpdesk.connection.disconnect()
    return {"kit_checks": opened}


def _sql_whole(folder: Path, wanted: tuple[str, ...]) -> dict[str, float]:
    with by_hand() as con:
        begun = time.process_time()
        best.checks(con, folder, *(["best_review_checks.sql"] if wanted else []))
        checked = time.process_time() - begun
        _sql_facts(con, folder)
        best.kpis(con)
        if wanted:
            best_review.kpis(con, folder)
        return {"sql_checks": checked}


def stored(folder: Path) -> Seconds:
    """Time stored facts to numbers, after one round that does not count."""
    contract = kit.kit_contract()
    helpdesk, facts = _kit_facts(folder)
    with by_hand() as con:
        _sql_facts(con, folder)
        sides = {
            "kit": lambda: _run(kit.kit_kpis, helpdesk, facts, contract),
            "sql": lambda: _run(best.kpis, con),
        }
        return in_turns(sides, 1 + STORED_ROUNDS)[1:]


def _run(work: Callable[..., object], *given: object) -> None:
    work(*given)


def _kit_facts(folder: Path) -> tuple[Helpdesk, Facts]:
    helpdesk = kit.kit_helpdesk(folder, MEMORY_LIMIT)
    return helpdesk, kit.kit_facts(helpdesk, kit.kit_contract())


def _sql_facts(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    best.prepare(con)
    best.facts(con, folder)


def _agree(folder: Path) -> None:
    """Leave where the two doors do not count the same."""
    helpdesk = kit.kit_helpdesk(folder, MEMORY_LIMIT, MORE)
    by_kit = helpdesk.accounting.set_index("table")["accepted"].drop("agents")
    helpdesk.connection.disconnect()
    with by_hand() as con:
        best.checks(con, folder, "best_review_checks.sql")
        query = "SELECT * EXCLUDE (first_at, last_at) FROM checked"
        found = con.execute(query).df().set_index("table")
    sound = found["rows_read"] - found[["lacking", "odd", "strange"]].sum(axis=1)
    sound = sound.where(found["keys"].fillna(sound) == found["rows_read"], -1)
    if not sound.astype("int64").equals(by_kit.astype("int64")[sound.index]):
        sys.exit(f"the kit accepts {by_kit.to_dict()}, SQL by hand {sound.to_dict()}")


def main(size: str, result: str) -> None:
    """Run the comparisons and leave the rounds in ``result``."""
    folder = folder_of(int(size))
    _agree(folder)
    rounds = 3 if int(size) >= LARGE else 5
    found = {
        "included": from_parquet(folder, rounds),
        "stored": stored(folder),
        "reviewed": from_parquet(folder, rounds, MORE),
    }
    Path(result).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
