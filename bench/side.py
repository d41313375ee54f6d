"""One side alone in its process: from Parquet to numbers, with its time and memory.

``python -m bench.side NAME SIZE RESULT`` pickles ``seconds``, those of them at the
``door`` (where the kit looks the files through), ``processor`` (seconds), ``peak``
(bytes) and ``numbers``.
"""

from __future__ import annotations

import contextlib
import pickle
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import agree
from bench.generate import MORE, folder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb
    import pandas as pd

    from kpi_kit.tables import Helpdesk

MEMORY_LIMIT = "2.8GB"  # the process takes up to a gigabyte more


class Side(NamedTuple):
    """How a side comes to its numbers: what ``open`` returns is given to ``run``."""

    run: Callable[[object], object]
    long: Callable[[object], pd.DataFrame]
    open: Callable[[], object] = lambda: None


@contextlib.contextmanager
def by_hand() -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect for the hand-written SQL; its spill goes with the connection."""
    import duckdb  # noqa: PLC0415 - the pandas side must not carry its memory

    with tempfile.TemporaryDirectory(prefix="bench-spill-") as spill:
        limits = {"memory_limit": MEMORY_LIMIT, "temp_directory": spill}
        with duckdb.connect(config=limits) as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET preserve_insertion_order = false")
            con.execute("SET block_allocator_memory = '50%'")  # as the kit does
            yield con


def kit(folder: Path) -> Side:
    """Return the kit's whole way, imports done, and how to lay its answer out."""
    from bench import kit as side  # noqa: PLC0415

    def run(helpdesk: Helpdesk) -> pd.DataFrame:
        contract = side.kit_contract()
        facts = side.kit_facts(helpdesk, contract)
        return side.kit_kpis(helpdesk, facts, contract)

    return Side(run, side.long, lambda: side.kit_helpdesk(folder, MEMORY_LIMIT))


def sql(folder: Path) -> Side:
    """Return the whole way of the hand-written SQL."""
    from bench import best  # noqa: PLC0415

    def run(_: None) -> list[pd.DataFrame]:
        with by_hand() as con:
            best.prepare(con)
            best.facts(con, folder)
            return best.kpis(con)

    return Side(run, agree.long)


def review(folder: Path) -> Side:
    """Return the kit's whole way to every KPI of a weekly review."""
    from bench import kit as side  # noqa: PLC0415

    def run(helpdesk: Helpdesk) -> list[pd.DataFrame]:
        return side.kit_review(helpdesk, side.kit_contract())

    def open_all() -> Helpdesk:
        return side.kit_helpdesk(folder, MEMORY_LIMIT, MORE)

    return Side(run, side.long_review, open_all)


def review_sql(folder: Path) -> Side:
    """Return the whole way of the hand-written SQL to the same."""
    from bench import best, best_review  # noqa: PLC0415

    def run(_: None) -> list[pd.DataFrame]:
        with by_hand() as con:
            best.prepare(con)
            best.facts(con, folder)
            return [*best.kpis(con), *best_review.kpis(con, folder)]

    return Side(run, agree.long)


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

    def run(_: None) -> list[pd.DataFrame]:
        chosen = pandas_truths.Way[way]
        facts, later = in_pandas.facts(folder, chosen)
        return pandas_kpis.kpis(facts, later, ranks, chosen)

    return Side(run, agree.long)


def checks_sql(folder: Path) -> Side:
    """Return what the kit's door counts, in SQL by hand."""
    from bench import best  # noqa: PLC0415

    def run(_: None) -> pd.DataFrame:
        with by_hand() as con:
            best.checks(con, folder)
            return con.execute("FROM checked").to_arrow_table().to_pandas()

    return Side(run, agree.counts)


def checks_pandas(folder: Path) -> Side:
    """Return the same in pandas."""
    from bench import pandas_checks  # noqa: PLC0415

    return Side(lambda _: pandas_checks.checks(folder), agree.counts)


SIDES = {
    "kit": kit,
    "sql": sql,
    "pandas": pandas,
    "arrow": arrow,
    "review": review,
    "review_sql": review_sql,
    "checks_sql": checks_sql,
    "checks_pandas": checks_pandas,
}


def _peak() -> int:
    # getrusage would count the process that this one was forked from.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def main(name: str, size: str, result: str) -> None:
    """Run one side and leave its figures in ``result``."""
    side = SIDES[name](folder_of(int(size)))
    begun, worked = time.perf_counter(), time.process_time()
    opened = side.open()
    door = time.perf_counter() - begun
    answer = side.run(opened)
    found = {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "door": door,
        "peak": _peak(),
        "numbers": side.long(answer),
    }
    Path(result).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
