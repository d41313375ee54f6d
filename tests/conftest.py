"""The ``engine`` fixture: every behavior test runs on each engine that is named."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import ibis.expr.types as ir
    import pandas as pd

ENGINES = ("duckdb", "pyspark")


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A connection, and how a test's frame gets there."""

    name: str
    connection: ibis.BaseBackend
    folder: Path
    numbers: Iterator[int]

    def table(self, name: str, frame: pd.DataFrame) -> ir.Table:
        """Return ``frame`` as a table; through Parquet, so that NULL stays NULL."""
        return self.arrow(name, pa.Table.from_pandas(frame, preserve_index=False))

    def arrow(self, name: str, table: pa.Table) -> ir.Table:
        """Return an Arrow table as a table of the engine."""
        unique = f"{name}_{next(self.numbers)}"
        path = self.folder / f"{unique}.parquet"
        pq.write_table(table, path, coerce_timestamps="us")
        return self.connection.read_parquet(str(path), table_name=unique)


def pytest_addoption(parser):
    """``--engines duckdb,pyspark`` makes every behavior test a parity test."""
    parser.addoption("--engines", default="duckdb", help="of duckdb,pyspark")


def pytest_generate_tests(metafunc):
    """Run a test that takes ``engine`` once per engine named."""
    if "engine" not in metafunc.fixturenames:
        return
    names = metafunc.config.getoption("engines").split(",")
    if unknown := set(names) - set(ENGINES):
        raise pytest.UsageError(f"--engines: {sorted(unknown)} are not of {ENGINES}")
    metafunc.parametrize("engine", names, indirect=True, scope="session")


def pytest_collection_modifyitems(config, items):
    """Ignore upstream's known warnings under ``-W error`` too; it beats the file.

    Without DuckDB only the tests that take an engine run: the others ask none.
    """
    if "duckdb" not in config.getoption("engines").split(","):
        others = [i for i in items if "engine" not in getattr(i, "fixturenames", ())]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    for line in config.getini("filterwarnings"):
        if line.startswith("ignore"):
            for item in items:
                item.add_marker(pytest.mark.filterwarnings(line))


@pytest.fixture(scope="session")
def engine(request, tmp_path_factory):
    """One connection per engine and session."""
    connect = {"duckdb": ibis.duckdb.connect, "pyspark": _spark}[request.param]
    connection = connect()
    yield Engine(
        name=request.param,
        connection=connection,
        folder=tmp_path_factory.mktemp(request.param),
        numbers=count(),
    )
    connection.disconnect()


def _spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only the Spark run has it

    settings = {
        # Each of the hundred operators behind the facts reserves a page of its own.
        "spark.driver.memory": "4g",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        # A few rows do not repay compiling a query.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)
