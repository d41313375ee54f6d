"""The lock on a report's session: what it may still do once its sources are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.sources.session import is_duckdb

if TYPE_CHECKING:
    import ibis


def lock(connection: ibis.BaseBackend) -> None:
    """Let a session read its tables from here on, and nothing else.

    Parameters
    ----------
    connection
        What the report's queries run on, with all its sources open.  On other engines
        than DuckDB nothing happens: there the role that logs in is the lock.

    Notes
    -----
    No file is read or written, no database attached, no extension installed or loaded,
    no setting changed.  DuckDB lets one folder be, the session's temporary one, where
    it spills and where the small frames and the copies of Parquet files lie: what is
    written there is nobody's data, and goes when the process ends.  A mapping's SELECTs
    are the user's own and run before the lock, as whoever starts the report.
    """
    if not is_duckdb(connection):
        return
    for setting in (
        "autoload_known_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.raw_sql(f"set {setting}")
