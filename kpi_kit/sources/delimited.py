"""Delimited text: read strictly, all as text, nothing guessed; then typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from kpi_kit.errors import TableError
from kpi_kit.sources.columns import match
from kpi_kit.sources.csv_text import layout, line_at, records
from kpi_kit.sources.loaded import Loaded
from kpi_kit.sources.quarantine import shown
from kpi_kit.sources.session import literal, stored
from kpi_kit.sources.typed import typed_select

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import ibis

    from kpi_kit.sources.csv_text import Layout
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

_WORSE = {"UNQUOTED VALUE": "a quote is opened and never closed"}


def load_csv(
    connection: ibis.BaseBackend,
    table: Table,
    path: Path,
    options: Options,
    known: set[str],
) -> Loaded:
    """Type one delimited file into a temporary table, in a single pass.

    Parameters
    ----------
    connection
        A DuckDB session.
    table
        The canonical table.
    path
        The file.
    options
        How it is to be read.
    known
        Column names that may be expected in its header.

    Returns
    -------
    Loaded
        Records with too few or too many fields are ``refused``.

    Raises
    ------
    TableError
        If the file is no delimited text, or a quote or a byte breaks it.
    """
    found = layout(path, options, known | {*options.column_map})
    columns = match(table, found.header, options, path.name)
    kept = uuid4().hex
    select = typed_select(
        table,
        {name: (source, "VARCHAR") for name, source in columns.sources.items()},
        options,
        relation=_read_csv(found, kept),
        where=path.name,
    )
    rows = stored(connection, select)
    refused = _refused(connection, found, path.name, kept)
    return Loaded(
        file=path.name,
        table=table,
        rows=rows,
        present=columns.present,
        extra=columns.extra,
        refused=refused,
        lines=partial(_lines, found),
        notes=(*found.notes, *columns.notes),
        found=columns.found,
    )


def _read_csv(found: Layout, kept: str) -> str:
    """Write the strict reading: all text, nothing guessed, rejects set aside."""
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in found.header)
    return (
        f"read_csv({literal(found.path)}, auto_detect = false, header = true, "
        f"columns = {{{types}}}, delim = {literal(found.delimiter)}, "
        f"compression = '{'gzip' if found.packed else 'none'}', "
        f"skip = {found.skip}, quote = '\"', escape = '\"', strict_mode = true, "
        f"max_line_size = 16777216, store_rejects = true, "
        f"rejects_table = 'rejects_{kept}', rejects_scan = 'scans_{kept}')"
    )


def _refused(
    connection: ibis.BaseBackend, found: Layout, file: str, kept: str
) -> tuple[tuple[int, str, str], ...]:
    """Return the records that have too few or too many fields; refuse worse."""
    rejects = connection.con.execute(
        f"select error_type, coalesce(line_byte_position, 0), csv_line "  # noqa: S608  our own name
        f"from rejects_{kept} order by line"
    ).fetchall()
    for kind, position, text in rejects:
        if kind in {"TOO MANY COLUMNS", "MISSING COLUMNS"}:
            continue
        start = len(text) - len(text.lstrip("\r\n"))
        where = f"{file}: line {line_at(found.path, position + start)}"
        if kind == "INVALID ENCODING":
            message = f"{where}: not UTF-8: '{shown(text)}'"
            raise TableError(f"{message}. Set --option encoding=cp1252, or the like.")
        message = f"{where}: {_WORSE.get(kind, kind.lower())}: '{shown(text)}'"
        raise TableError(f"{message}. Correct the file.")
    if not rejects:
        return ()
    width = len(found.header)
    return tuple(
        (line, f"{len(fields)} fields, header has {width}", ",".join(fields))
        for line, fields in records(found)
        if len(fields) != width
    )


def _lines(found: Layout, rows: Iterable[int]) -> dict[int, int]:
    """Return the physical line of each row, counted as the table counts them."""
    wanted, lines = set(rows), {}
    sound = (r for r in records(found) if len(r[1]) == len(found.header))
    for row, (line, _) in enumerate(sound):
        if row in wanted:
            lines[row] = line
        if len(lines) == len(wanted):
            break
    return lines
