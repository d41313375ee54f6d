"""The lock on a report's session: what it may still do once its sources are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.sources.session import is_duckdb, literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import ibis


def lock(connection: ibis.BaseBackend, files: Iterable[Path]) -> None:
    """Let a session read its tables and ``files`` from here on, and nothing else.

    Parameters
    ----------
    connection
        What the report's queries run on, with all its sources open.  On other engines
        than DuckDB nothing happens: there the role that logs in is the lock.
    files
        Those that stay where they are, because views read them.

    Notes
    -----
    No file is read or written, no database attached, no extension installed or loaded,
    no setting changed.  DuckDB lets the temporary folder be, where it spills and the
    small frames lie.  It cannot let a file be read only: it writes no copy beside
    ``files``, but would write over one with ``use_tmp_file false``; no query here does.
    """
    if not is_duckdb(connection):
        return
    paths = ", ".join(literal(path) for path in files)
    for setting in (
        f"allowed_paths = [{paths}]",
        "autoload_known_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.raw_sql(f"set {setting}")


def staying(place: Path) -> list[Path]:
    """Return the files at ``place`` that each query reads anew: Parquet stays."""
    paths = sorted(place.iterdir()) if place.is_dir() else [place]
    return [path for path in paths if path.suffix.lower() == ".parquet"]
