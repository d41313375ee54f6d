"""The connection to an engine, and how small frames and files get there."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

import ibis

from kpi_kit.engines import SHARED_BY, as_engine
from kpi_kit.errors import ParameterError
from kpi_kit.sources.threads import share, use_blocks_again

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


def connect(engine: str) -> ibis.BaseBackend:
    """Connect to ``engine``: ``duckdb`` in this process, or any Ibis URL.

    Parameters
    ----------
    engine
        ``duckdb``, ``duckdb://FILE``, ``pyspark://``, ``postgres://...``; a URL, where
        ``${NAME}`` stands for a variable of the environment.

    Returns
    -------
    ibis.BaseBackend
        DuckDB reads zone-less times as UTC, fetches no extension, spills into a
        temporary folder, and never writes to FILE; Spark's session zone is UTC.

    Raises
    ------
    ParameterError
        If nothing answers there; a password in the URL is never shown.
    """
    as_engine(engine, "engine")
    if engine.startswith("pyspark:"):
        start_spark()
    url = "duckdb://" if engine == "duckdb" else _from_environment(engine)
    try:
        connection = _connected(url)
    except ImportError:
        name = engine.partition("://")[0].replace("postgresql", "postgres")
        message = f"engine: the driver of {name} is not installed"
        todo = f'pip install "ibis-framework[{name}]"'
        raise ParameterError(
            f"{message}. Run {todo} where the report is run."
        ) from None
    except Exception as error:  # noqa: BLE001  every driver raises its own kind
        reason = _without_secrets(str(error).strip() or type(error).__name__, engine)
        message = f"engine {_without_secrets(engine)}: {reason.splitlines()[0]}"
        raise ParameterError(f"{message}. Check the URL and the driver.") from None
    return prepare(connection)


def _from_environment(engine: str) -> str:
    """Put secrets into an address as late as can be: no report keeps them."""

    def value(found: re.Match) -> str:
        name = found[1]
        if name not in os.environ:
            message = f"engine: the environment has no {name}"
            raise ParameterError(f"{message}. Set it where the report is run.")
        return quote(os.environ[name], safe="")

    return _VARIABLE.sub(value, engine)


def _connected(url: str) -> ibis.BaseBackend:
    path, _, query = url.removeprefix("duckdb://").partition("?")
    if not url.startswith("duckdb://") or not path or path.startswith("md:"):
        return ibis.connect(url)
    # A session of its own, for settings that are locked bind all that share a file's.
    connection = ibis.connect(f"duckdb://?{query}" if query else "duckdb://")
    connection.raw_sql(f"attach {literal(path)} (read_only)")
    attached = "database_name from duckdb_databases() where path is not null"
    name = connection.con.execute(f"select {attached}").fetchone()[0]
    connection.raw_sql(f"use {quoted(name)}")
    return connection


def start_spark() -> None:
    """Start Spark in this process, or join the session that runs already.

    Notes
    -----
    The facts are one large query: planning it needs more than the one gigabyte that
    Spark takes by itself, and shuffling a helpdesk into 200 parts takes minutes.
    """
    # Spark's workers would run the first python3 on the path.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # pyspark 4.3 says at every turn that it is not sure about pandas 3.
    warnings.filterwarnings("ignore", "PySpark does not yet fully", FutureWarning)
    from pyspark.sql import SparkSession  # noqa: PLC0415  only Spark runs have it

    chosen = {
        "spark.driver.memory": "4g",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Copying forty small tables to every worker at once takes all the memory.
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.adaptive.enabled": "false",
    }
    if SparkSession.getActiveSession() is None:
        session = SparkSession.builder.config(map=chosen).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")


def prepare(connection: ibis.BaseBackend) -> ibis.BaseBackend:
    """Set what every answer depends on: the session's zone, and no downloads."""
    # Merging nested SELECTs costs Ibis more time than any engine needs to do it.
    ibis.options.sql.fuse_selects = False
    if is_duckdb(connection):
        connection.raw_sql("set timezone = 'UTC'")
        connection.raw_sql("set autoinstall_known_extensions = false")
        # In a kernel DuckDB prints it into the cell, that is into the report.
        connection.raw_sql("set enable_progress_bar = false")
        connection.raw_sql(f"set temp_directory = {literal(scratch())}")
        share(connection, int(os.environ.get(SHARED_BY, "1")))
        # An address may name another order, by which the same input is read otherwise.
        connection.raw_sql("reset default_collation")
        connection.raw_sql("reset default_order")
        use_blocks_again(connection)
    elif connection.name == "pyspark":
        connection.raw_sql("set time zone 'UTC'")
    return connection


def forget_order(connection: ibis.BaseBackend) -> None:
    """Let the engine return rows as they come, once the files are read.

    Whatever needs an order after that says so; keeping the files' own costs memory.
    """
    if is_duckdb(connection):
        connection.raw_sql("set preserve_insertion_order = false")


def is_duckdb(connection: ibis.BaseBackend) -> bool:
    """Return whether the engine takes DuckDB's SQL."""
    return connection.name == "duckdb"


def hand_over(connection: ibis.BaseBackend, name: str, frame: pd.DataFrame) -> ir.Table:
    """Give the engine a small frame, NULLs staying NULL.

    Parameters
    ----------
    connection
        Any engine; DuckDB and Spark get a Parquet file, the others a temporary table.
    name
        Begins the table's name there; no other table is ever replaced.
    frame
        Small: a calendar, a contract's teams.

    Returns
    -------
    ibis.Table
        With the frame's columns.

    Notes
    -----
    ``ibis.memtable`` turns NULL into NaN on Spark, which counts, sorts last and
    poisons means; a Parquet file does not.
    """
    unique = f"{name}_{uuid4().hex}"
    if connection.name not in {"duckdb", "pyspark"}:
        return connection.create_table(unique, frame, temp=True)
    path = scratch() / f"{unique}.parquet"
    frame.to_parquet(path, index=False)
    return connection.read_parquet(str(path), table_name=unique)


def first_line(error: Exception) -> str:
    """Return what DuckDB said, on one line and without its full stop."""
    return str(error).strip().splitlines()[0].rstrip(".! ")


def scratch() -> Path:
    """Return this process's temporary folder, made at first use, removed at exit."""
    if not _FOLDER:
        _FOLDER.append(Path(tempfile.mkdtemp(prefix="kpi_kit-")))
        atexit.register(shutil.rmtree, _FOLDER[0], ignore_errors=True)
    return _FOLDER[0]


def literal(value: object) -> str:
    """Return ``value`` as an SQL string, quotes doubled."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return ``name`` as an SQL identifier, quotes doubled."""
    return '"' + name.replace('"', '""') + '"'


def _without_secrets(text: str, engine: str = "") -> str:
    """Hide the password of an address, and what the environment put into ``engine``."""
    values = [os.environ.get(name, "") for name in _VARIABLE.findall(engine)]
    values += re.findall(r"//([^/@\s]*)@", engine)
    for value in filter(None, values):
        text = text.replace(value, "***").replace(quote(value, safe=""), "***")
    return re.sub(r"//[^/@\s]*@", "//***@", text)


_VARIABLE = re.compile(r"\$\{(\w+)\}")
_FOLDER: list[Path] = []
