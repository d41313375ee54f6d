"""Delimited text: read strictly, all as text, nothing guessed; then typed."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import duckdb

from kpi_kit.errors import TableError
from kpi_kit.sources.columns import match
from kpi_kit.sources.csv_text import (
    fault_of,
    holds_zero_byte,
    is_record,
    layout,
    line_at,
    readable,
    records,
    undecodable,
    with_even_ends,
)
from kpi_kit.sources.loaded import Loaded
from kpi_kit.sources.quarantine import shown
from kpi_kit.sources.readings import COMMA
from kpi_kit.sources.session import literal, stored
from kpi_kit.sources.typed import typed_select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import ibis

    from kpi_kit.sources.csv_text import Layout
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

_RAGGED = {"TOO MANY COLUMNS", "MISSING COLUMNS"}
_OPEN = "a quote is opened and never closed"
_WORSE = {"UNQUOTED VALUE": _OPEN, **dict.fromkeys(_RAGGED, _OPEN)}


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

    sources = {name: (text, "VARCHAR") for name, text in columns.sources.items()}
    zeroes = holds_zero_byte(found.path)
    typed = partial(typed_select, table, sources, options, where=path.name)
    typed = partial(typed, zeroes=zeroes)
    rows, refused, notes = _loaded(connection, typed, found, path.name, options)
    return Loaded(
        file=path.name,
        table=table,
        rows=rows,
        present=columns.present,
        extra=columns.extra,
        refused=refused,
        lines=partial(_lines, found),
        notes=(*notes, *columns.notes),
        found=columns.found,
        # Where it does not part the fields, a comma is most often a decimal mark.
        fatal=(COMMA,) if options.decimal is None and found.delimiter != "," else (),
    )


def _loaded(
    connection: ibis.BaseBackend,
    typed: Callable[..., str],
    found: Layout,
    file: str,
    options: Options,
) -> tuple[ibis.Table, tuple[tuple[int, str, str], ...], tuple[str, ...]]:
    """Load a file; only when it is broken again, with even ends or rejects aside."""
    with suppress(duckdb.Error):
        return stored(connection, typed(relation=_read_csv(found))), (), found.notes
    even = with_even_ends(found)
    kept = uuid4().hex
    rows = stored(connection, typed(relation=_read_csv(even, kept)))
    return rows, _refused(connection, even, file, kept, options), even.notes


def _read_csv(found: Layout, kept: str = "") -> str:
    """Write the strict reading: all text, nothing guessed."""
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in found.header)
    tables = f", rejects_table = 'rejects_{kept}', rejects_scan = 'scans_{kept}'"
    aside = f", store_rejects = true{tables}" if kept else ""
    return (
        f"read_csv({literal(found.path)}, auto_detect = false, header = true, "
        f"columns = {{{types}}}, delim = {literal(found.delimiter)}, "
        "compression = 'none', "
        f"skip = {found.skip}, quote = '\"', escape = '\"', strict_mode = true, "
        f"max_line_size = 16777216{aside})"
    )


def _refused(
    connection: ibis.BaseBackend,
    found: Layout,
    file: str,
    kept: str,
    options: Options,
) -> tuple[tuple[int, str, str], ...]:
    """Return the records that are no rows; refuse a file that is broken worse."""
    rejects = connection.con.execute(
        f"select error_type, coalesce(line_byte_position, 0), csv_line "  # noqa: S608  our own name
        f"from rejects_{kept} order by line"
    ).fetchall()
    for kind, position, text in rejects:
        if kind == "INVALID ENCODING":
            if options.encoding_errors != "quarantine":
                _refuse_bytes(found, file)
        elif kind not in _RAGGED or not is_record(text, found.delimiter):
            start = len(text) - len(text.lstrip("\r\n"))
            where = f"{file}: line {line_at(found.path, position + start)}"
            said = _WORSE.get(kind, kind.lower())
            raise TableError(f"{where}: {said}: '{shown(text)}'. Correct the file.")
    return tuple(
        (line, fault, readable(found.delimiter.join(fields)))
        for line, fields in (records(found) if rejects else ())
        if (fault := fault_of(fields, len(found.header)))
    )


def _refuse_bytes(found: Layout, file: str) -> NoReturn:
    offset = undecodable(found.path)
    with found.path.open("rb") as text:
        text.seek(offset)
        byte = text.read(1).hex()
    where = f"{file}: line {line_at(found.path, offset)}, byte {offset:,}"
    todo = "Set --option encoding=cp1252, or the like"
    raise TableError(f"{where}: 0x{byte} is not UTF-8. {todo}.")


def _lines(found: Layout, rows: Iterable[int]) -> dict[int, int]:
    """Return the physical line of each row, counted as the table counts them."""
    wanted, lines = set(rows), {}
    sound = (r for r in records(found) if not fault_of(r[1], len(found.header)))
    for row, (line, _) in enumerate(sound):
        if row in wanted:
            lines[row] = line
        if len(lines) == len(wanted):
            break
    return lines
