"""Canonical tables from files: a folder of them, or one flat file of tickets."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb

from kpi_kit.errors import TableError
from kpi_kit.sources import json_text
from kpi_kit.sources.archive import unpack
from kpi_kit.sources.columns import match, refuse_kept
from kpi_kit.sources.delimited import load_csv
from kpi_kit.sources.folder import strangers, tables_at
from kpi_kit.sources.instants import has_offset
from kpi_kit.sources.json_faults import refuse_broken
from kpi_kit.sources.json_lines import ended, origins, sift
from kpi_kit.sources.kinds import checked, is_plain, stem_and_kind
from kpi_kit.sources.loaded import Loaded
from kpi_kit.sources.macros import install
from kpi_kit.sources.origins import read_again
from kpi_kit.sources.places import place
from kpi_kit.sources.session import first_line, quoted
from kpi_kit.sources.stages import stored
from kpi_kit.sources.threads import few_threads
from kpi_kit.sources.tidy import tidy_texts
from kpi_kit.sources.typed import typed_select
from kpi_kit.tables import TABLES, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    import ibis

    from kpi_kit.sources.loaded import Origins, Wanted
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table


_ENDS_EARLY = re.compile("unexpected end|[Nn]o magic bytes|decompress|too small")


def load_files(
    connection: ibis.BaseBackend,
    location: Path,
    options: Options,
    wanted: Collection[str] = TABLES,
) -> list[Loaded]:
    """Load every wanted table that lies at ``location``.

    Parameters
    ----------
    connection
        A DuckDB session.
    location
        A folder of ``<table>.parquet|csv|tsv|ndjson|json``, text also gzipped, one
        such file of tickets, or a zip archive of either.
    options
        How they are to be read.
    wanted
        Names of canonical tables; others stay unread.

    Returns
    -------
    list of Loaded
        One per file.  Parquet is read from a copy; text is typed once into a table.

    Raises
    ------
    TableError
        If a file is missing, or is not what its name says.
    """
    install(connection.con)
    called = str(location)
    if location.is_file() and location.suffix.lower() == ".zip":
        called, location = location.name, unpack(location)
    found = tables_at(location, called)
    few_threads(connection, sum(path.stat().st_size for _, path in found))
    known = {name for table, _ in found for name in _names(table)}
    loaded = []
    for table, path in found:
        what = (connection, table, path, options, known)
        if table.name in wanted and path.parent in {location, location.parent}:
            loaded.append(_load(*what))
        elif table.name in wanted:
            loaded.append(_within(path.parent.name, _load, *what))
    unknown = strangers(location, (path for _, path in found))
    notes = (*loaded[0].notes, *unknown, *_unread(found, wanted))
    notes += tuple(
        f"{path.name}: is not gzipped, though its name says so"
        for table, path in found
        if table.name in wanted and is_plain(path) and path.suffix.lower() == ".gz"
    )
    if options.time_format:
        told = f"times without ISO 8601 are read as {options.time_format}"
        zone = f" in {options.time_zone or 'UTC'}"
        zone = (
            ", at the offset in the text" if has_offset(options.time_format) else zone
        )
        notes = (*notes, f"{loaded[0].file}: {told}{zone}")
    return [replace(loaded[0], notes=notes), *loaded[1:]]


def _unread(
    found: Iterable[tuple[Table, Path]], wanted: Collection[str]
) -> Iterator[str]:
    """Yield that some tables are not looked at, where there are any."""
    names = sorted({table.name for table, _ in found} - {*wanted})
    if names:
        told = ", ".join(names).replace("_", " ")
        yield f"{told} are not read: no number here needs them"


def _within(folder: str, load: Callable[..., Loaded], *what: Any) -> Loaded:
    """Load a file of a folder that is called as its table, and tell it with that."""
    try:
        loaded = load(*what)
    except TableError as error:
        raise TableError(f"{folder}/{error}") from None
    notes = tuple(f"{folder}/{note}" for note in loaded.notes)
    return replace(loaded, file=f"{folder}/{loaded.file}", notes=notes)


def _load(
    connection: ibis.BaseBackend,
    table: Table,
    path: Path,
    options: Options,
    known: set[str],
) -> Loaded:
    kind = stem_and_kind(path)[1]
    path = checked(path)
    try:
        if kind == "csv":
            return load_csv(connection, table, path, options, known)
        if kind == "ndjson":
            return _load_lines(connection, table, path, options)
        return _load_typed(connection, table, path, options, kind)
    except duckdb.Error as error:
        if kind == "json":
            refuse_broken(path)
        raise TableError(f"{path.name}: {_said(error, path)}.") from None


def _load_lines(
    connection: ibis.BaseBackend, table: Table, path: Path, options: Options
) -> Loaded:
    """Load a file of JSON in lines; of one with broken lines the others."""
    path = ended(path)
    with suppress(duckdb.Error):
        return _load_typed(connection, table, path, options, "ndjson")
    sound, numbers, broken = sift(path)
    loaded = _load_typed(connection, table, sound, options, "ndjson")

    def found(wanted: Wanted) -> Origins:
        copied = loaded.origins(wanted).items()
        return {row: (numbers[row], texts) for row, (_, texts) in copied}

    return replace(loaded, refused=broken, origins=found)


def _said(error: duckdb.Error, path: Path) -> str:
    """Return what DuckDB said of a file, without its own words for where and how."""
    told = first_line(error).replace(f' in file "{path}"', "").replace(f" '{path}'", "")
    told = re.sub(r'^[A-Z][A-Za-z ]* Error: |Failed to read .*?"[^"]*": ', "", told)
    whole = "the file is not whole: " if _ENDS_EARLY.search(told) else ""
    return f"{whole}{told}. {'Export it again' if whole else 'Correct it'}"


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _load_typed(
    connection: ibis.BaseBackend, table: Table, path: Path, options: Options, kind: str
) -> Loaded:
    if kind == "parquet":
        match(table, _columns_in(connection, path), options, path.name)
        relation, told = _in_parquet(connection, table, path), ()
    else:
        relation, told = json_text.relation(connection.con, path, table, kind, options)
    described = connection.con.execute(f"describe select * from {relation}").fetchall()  # noqa: S608  quoted in _relation
    types = {name: declared for name, declared, *_ in described}
    if kind == "parquet":
        types.pop("_row")
    columns = match(table, types, options, path.name)
    sources = {
        name: (source, types[source]) for name, source in columns.sources.items()
    }
    typed, keys = partial(typed_select, table, sources, options, where=path.name), None
    if kind == "parquet":
        tidy, zeroes, keys = tidy_texts(connection, table, sources, options, path)
        typed = partial(typed, also="_row", tidy=tidy, zeroes=zeroes)
    read = typed(relation=relation)
    if kind == "parquet":
        name = f"kit_{uuid4().hex}"
        connection.con.execute(f"create temp view {name} as {read}")
        rows = connection.table(name)
    else:
        rows = stored(connection, read)
    return Loaded(
        file=path.name,
        table=table,
        rows=rows,
        present=columns.present,
        extra=columns.extra,
        origins=partial(origins, path)
        if kind == "ndjson"
        else partial(read_again, connection, _numbered(relation, kind), types),
        sources=columns.sources,
        notes=(*told, *columns.notes),
        found=columns.found,
        keys=keys,
    )


def _numbered(relation: str, kind: str) -> str:
    """Return a relation of rows with their numbers; Parquet has its own."""
    if kind == "parquet":
        return relation
    return f"(select *, row_number() over () - 1 as _row from {relation})"  # noqa: S608  quoted


def _columns_in(connection: ibis.BaseBackend, path: Path) -> list[str]:
    """Return the columns as a Parquet file calls them: DuckDB renames what is twice."""
    names, within = [], 0
    asked = f"select name, coalesce(num_children, 0) from parquet_schema({place(path)})"  # noqa: S608  quoted
    for name, children in connection.con.execute(asked).fetchall()[1:]:
        if within == 0:
            names.append(name)
        within += children - (within > 0)
    return names


def _in_parquet(connection: ibis.BaseBackend, table: Table, path: Path) -> str:
    """Write the reading of a Parquet file, each row with its number.

    A column without any value may have any type: pandas gives it numbers.
    """
    read = f"read_parquet({place(path)}, file_row_number = true)"
    described = connection.con.execute(f"describe select * from {read}").fetchall()  # noqa: S608  quoted
    for name, *_ in described[:-1]:
        refuse_kept(name, path.name)
    doubtful = [
        name
        for name, declared, *_ in described
        if declared in {"INTEGER", "DOUBLE"} and _holds_no_number(table, name)
    ]
    filled = ", ".join(f"count({quoted(name)})" for name in doubtful)
    counts = ()
    if doubtful:
        counts = connection.con.execute(f"select {filled} from {read}").fetchone()  # noqa: S608  ditto
    empty = [name for name, n in zip(doubtful, counts, strict=True) if not n]
    nulls = ", ".join(f"null::varchar as {quoted(name)}" for name in empty)
    instead = f"replace ({nulls})" if empty else ""
    return (
        f"(select * exclude (file_row_number) {instead}, file_row_number as _row "  # noqa: S608  ditto
        f"from {read})"
    )


def _holds_no_number(table: Table, name: str) -> bool:
    column = table.column(name)
    others = {Type.INSTANT, Type.DATE, Type.BOOLEAN}
    return column is not None and (column.is_id or column.type in others)
