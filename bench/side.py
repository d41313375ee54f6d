"""One side alone in its process: from Parquet to numbers, with its time and memory.

``python -m bench.side NAME SIZE RESULT`` pickles ``seconds``, ``processor`` (seconds),
``peak`` (bytes) and ``numbers``.
"""

from __future__ import annotations

import contextlib
import pickle
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import agree
from bench.generate import MORE, folder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb
    import pandas as pd

    Side = tuple[Callable[[], object], Callable[[object], pd.DataFrame]]

MEMORY_LIMIT = "2.8GB"  # the process takes up to a gigabyte more


@contextlib.contextmanager
def by_hand() -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect for the hand-written SQL; its spill goes with the connection."""
    import duckdb  # noqa: PLC0415 - the pandas side must not carry its memory

    with tempfile.TemporaryDirectory(prefix="bench-spill-") as spill:
        limits = {"memory_limit": MEMORY_LIMIT, "temp_directory": spill}
        with duckdb.connect(config=limits) as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET preserve_insertion_order = false")
            yield con


def kit(folder: Path) -> Side:
    """Return the kit's whole way, imports done, and how to lay its answer out."""
    from bench import kit as side  # noqa: PLC0415

    def run() -> pd.DataFrame:
        contract = side.kit_contract()
        helpdesk = side.kit_helpdesk(folder, MEMORY_LIMIT)
        facts = side.kit_facts(helpdesk, contract)
        return side.kit_kpis(helpdesk, facts, contract)

    return run, side.long


def sql(folder: Path) -> Side:
    """Return the whole way of the hand-written SQL."""
    from bench import best  # noqa: PLC0415

    def run() -> list[pd.DataFrame]:
        with by_hand() as con:
            best.prepare(con)
            best.facts(con, folder)
            return best.kpis(con)

    return run, agree.long


def review(folder: Path) -> Side:
    """Return the kit's whole way to every KPI of a weekly review."""
    from bench import kit as side  # noqa: PLC0415

    def run() -> list[pd.DataFrame]:
        helpdesk = side.kit_helpdesk(folder, MEMORY_LIMIT, MORE)
        return side.kit_review(helpdesk, side.kit_contract())

    return run, side.long_review


def review_sql(folder: Path) -> Side:
    """Return the whole way of the hand-written SQL to the same."""
    from bench import best, best_review  # noqa: PLC0415

    def run() -> list[pd.DataFrame]:
        with by_hand() as con:
            best.prepare(con)
            best.facts(con, folder)
            return [*best.kpis(con), *best_review.kpis(con, folder)]

    return run, agree.long


def pandas(folder: Path) -> Side:
    """Return the whole way of pandas proper."""
    return _in_pandas(folder, "PANDAS")


def arrow(folder: Path) -> Side:
    """Return the whole way of pandas that leans on Arrow and numpy."""
    return _in_pandas(folder, "ARROW")


def _in_pandas(folder: Path, way: str) -> Side:
    from bench import in_pandas, pandas_kpis, pandas_truths  # noqa: PLC0415
    from bench.ranks import exact_ranks  # noqa: PLC0415

    ranks = exact_ranks()

    def run() -> list[pd.DataFrame]:
        chosen = pandas_truths.Way[way]
        facts, later = in_pandas.facts(folder, chosen)
        return pandas_kpis.kpis(facts, later, ranks, chosen)

    return run, agree.long


SIDES = {
    "kit": kit,
    "sql": sql,
    "pandas": pandas,
    "arrow": arrow,
    "review": review,
    "review_sql": review_sql,
}


def _peak() -> int:
    # getrusage would count the process that this one was forked from.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def main(name: str, size: str, result: str) -> None:
    """Run one side and leave its figures in ``result``."""
    run, long = SIDES[name](folder_of(int(size)))
    begun, worked = time.perf_counter(), time.process_time()
    answer = run()
    found = {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "peak": _peak(),
        "numbers": long(answer),
    }
    Path(result).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
