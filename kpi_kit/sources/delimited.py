"""Delimited text: read strictly, all as text, nothing guessed; then typed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from kpi_kit.errors import TableError
from kpi_kit.plurals import plural
from kpi_kit.sources.columns import match
from kpi_kit.sources.csv_text import (
    fault_of,
    has_surplus,
    layout,
    records,
    refuse_broken,
)
from kpi_kit.sources.loaded import Loaded
from kpi_kit.sources.places import place
from kpi_kit.sources.quarantine import shown
from kpi_kit.sources.readings import COMMA
from kpi_kit.sources.session import literal, quoted
from kpi_kit.sources.stages import stored
from kpi_kit.sources.text import (
    count_of,
    holds,
    line_at,
    readable,
    refuse_bytes,
    with_even_ends,
)
from kpi_kit.sources.typed import is_id, typed_select
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import ibis

    from kpi_kit.sources.csv_text import Layout
    from kpi_kit.sources.loaded import Origins, Wanted
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

_RAGGED = {"TOO MANY COLUMNS", "MISSING COLUMNS"}
_LONG = {"LINE SIZE OVER MAXIMUM"}
# Bytes of a line; DuckDB's buffers would be sixteen times as large, and slower.
_LONGEST = 16 * 1024 * 1024
_STRAY = "a quote stands where none can"


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
    zeroes = None if holds(found.path, b"\0") else ()
    typed = partial(typed_select, table, sources, options, where=path.name)
    typed = partial(typed, zeroes=zeroes)
    rows, refused, notes = _loaded(connection, typed, found, path.name, options)
    texts = _free(table, (*columns.present, *columns.extra))
    if refused or _holds_more(connection, rows, found, texts):
        notes = (*notes, *_surplus(connection, found, path.name))
    return Loaded(
        file=path.name,
        table=table,
        rows=rows,
        present=columns.present,
        extra=columns.extra,
        refused=refused,
        origins=partial(_origins, found),
        sources=columns.sources,
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
    # DuckDB loses rows below skipped lines that end otherwise than they do.
    if not found.skip:
        with suppress(duckdb.Error):
            rows = stored(connection, typed(relation=_read_csv(found)))
            return rows, (), found.notes
    even, notes, kept = with_even_ends(found.path), found.notes, uuid4().hex
    if even is not None:
        found = replace(found, path=even)
        notes = (*notes, f"{file}: its lines end in several ways; all are read")
    rows = stored(connection, typed(relation=_read_csv(found, kept)))
    refused = _refused(connection, found, file, kept, options)
    return rows, refused, notes


def _free(table: Table, names: Iterable[str]) -> list[str]:
    """Return the columns of free text, where a delimiter may stand within quotes."""
    columns = ((name, table.column(name)) for name in names)
    return [
        name
        for name, column in columns
        if column is None
        or (column.type is Type.TEXT and not column.values and not is_id(table, name))
    ]


def _holds_more(
    connection: ibis.BaseBackend, rows: ibis.Table, found: Layout, texts: list[str]
) -> bool:
    """Return whether a file may hold more delimiters than part its fields.

    Two sums tell it of almost every file in a fifth of the time of a look at each line.
    """
    part, between = found.delimiter, len(found.header) - 1
    if found.skip or not part.isascii():
        return True
    within = " + ".join(
        f"if(contains({text}, {literal(part)}), "
        f"strlen({text}) - strlen(replace({text}, {literal(part)}, '')), 0)"
        for text in map(quoted, texts)
    )
    (told,) = connection.con.execute(
        f"select count(*) * {between} + coalesce(sum({within or 0}), 0) "  # noqa: S608  quoted
        f"from {rows.get_name()}"
    ).fetchone()
    told += between + sum(name.count(part) for name in found.header)
    return told != count_of(found.path, ord(part))


def _surplus(connection: ibis.BaseBackend, found: Layout, file: str) -> tuple[str, ...]:
    """Say in how many rows DuckDB left out empty fields after the last column.

    Only where a line ends empty and has delimiters enough the rows are looked at.
    """
    part, width = found.delimiter, len(found.header)
    lines = (
        f"read_csv({place(found.path)}, auto_detect = false, header = false, "
        "columns = {'line': 'VARCHAR'}, delim = '\x02', quote = '', escape = '', "
        "compression = 'none', strict_mode = false, ignore_errors = true)"
    )
    bare = "regexp_replace(line, '\"[^\"]*\"', '', 'g')"  # without what is quoted
    ends = (f"suffix(line, {literal(end)})" for end in (part, f'{part}""'))
    enough = literal(f"%{part}" * width + "%")
    (seen,) = connection.con.execute(
        f"select bool_or(len(string_split({bare}, {literal(part)})) > {width}) "  # noqa: S608  quoted
        f"from {lines} where ({' or '.join(ends)}) and line like {enough}"
    ).fetchone()
    if not seen:
        return ()
    surplus = [has_surplus(fields, width) for _, fields in records(found)]
    rows = f"{file}: {sum(surplus):,} of {plural(len(surplus), 'row')}"
    told = f"{rows}: go on after the last column; what is empty there is cut"
    return (told,) if any(surplus) else ()


def _read_csv(found: Layout, kept: str = "") -> str:
    """Write the strict reading: all text, nothing guessed."""
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in found.header)
    tables = f", rejects_table = 'rejects_{kept}', rejects_scan = 'scans_{kept}'"
    aside = f", store_rejects = true{tables}" if kept else ""
    return (
        f"read_csv({place(found.path)}, auto_detect = false, header = true, "
        f"columns = {{{types}}}, delim = {literal(found.delimiter)}, "
        "compression = 'none', "
        f"skip = {found.skip}, quote = '\"', escape = '\"', strict_mode = true, "
        f"max_line_size = {_LONGEST}, buffer_size = {4 * _LONGEST}{aside})"
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
        f"select line, error_type, coalesce(line_byte_position, 0), csv_line "  # noqa: S608  our own name
        f"from rejects_{kept} order by line"
    ).fetchall()
    for _, kind, position, text in rejects:
        if kind == "INVALID ENCODING":
            if options.encoding_errors != "quarantine":
                refuse_bytes(found.path, file)
            continue
        start = len(text) - len(text.lstrip("\r\n"))
        where = f"{file}: line {line_at(found.path, position + start)}"
        if kind not in _LONG:
            refuse_broken(text, found.delimiter, where)
        if kind not in _RAGGED:
            said = "is longer than 16 MB" if kind in _LONG else _STRAY
            raise TableError(f"{where}: {said}: '{shown(text)}'. Correct the file.")
    refused = tuple(
        (line, fault, readable(found.delimiter.join(fields)))
        for line, fields in (records(found) if rejects else ())
        if (fault := fault_of(fields, found))
    )
    if len(refused) != len({line for line, *_ in rejects}):
        where = f"{file}: line {refused[0][0] if refused else rejects[0][0]}"
        message = f"{where}: where fields begin and end can be read in two ways"
        raise TableError(f"{message}. Correct the quotes there.")
    return refused


def _origins(found: Layout, wanted: Wanted) -> Origins:
    """Return the physical line of each row, and what stood there in its columns."""
    places, origins = {name: n for n, name in enumerate(found.header)}, {}
    sound = (each for each in records(found) if not fault_of(each[1], found))
    for row, (line, fields) in enumerate(sound):
        if row in wanted:
            origins[row] = line, tuple(fields[places[name]] for name in wanted[row])
        if len(origins) == len(wanted):
            break
    return origins
