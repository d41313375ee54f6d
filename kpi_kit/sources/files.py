"""Canonical tables from files: a folder of them, or one flat file of tickets."""

from __future__ import annotations

import codecs
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from kpi_kit.errors import TableError, nearest
from kpi_kit.sources.columns import match
from kpi_kit.sources.csv_text import head, open_bytes, refuse_html
from kpi_kit.sources.delimited import load_csv
from kpi_kit.sources.loaded import Loaded
from kpi_kit.sources.macros import install
from kpi_kit.sources.session import first_line, literal, quoted, stored
from kpi_kit.sources.tidy import tidy_texts
from kpi_kit.sources.typed import typed_select
from kpi_kit.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import ibis

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

_KINDS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".ndjson": "ndjson",
    ".ndjson.gz": "ndjson",
    ".json": "json",
    ".json.gz": "json",
}


def load_files(
    connection: ibis.BaseBackend, location: Path, options: Options
) -> list[Loaded]:
    """Load every canonical table that lies at ``location``.

    Parameters
    ----------
    connection
        A DuckDB session.
    location
        A folder of ``<table>.parquet|csv|tsv|ndjson|json``, text also gzipped, or one
        such file of tickets.
    options
        How they are to be read.

    Returns
    -------
    list of Loaded
        One per file.  Parquet stays where it is; text is typed once into a table.

    Raises
    ------
    TableError
        If a file is missing, or is not what its name says.
    """
    install(connection.con)
    found = _found(location)
    known = {name for table, _ in found for name in _names(table)}
    loaded = [_load(connection, table, path, options, known) for table, path in found]
    notes = (*loaded[0].notes, *_strangers(location))
    return [replace(loaded[0], notes=notes), *loaded[1:]]


def _found(location: Path) -> list[tuple[Table, Path]]:
    if location.is_file():
        if _stem_and_kind(location)[1] is None:
            message = f"{location}: no table is read from such a file"
            raise TableError(f"{message}. Known: {', '.join(_KINDS)}.")
        return [(TABLES["tickets"], location)]
    if not location.is_dir():
        message = f"{location}: no such file or folder"
        raise TableError(f"{message}. Give where the tickets are.")
    tables: dict[str, Path] = {}
    for path in sorted(location.iterdir()):
        stem, kind = _stem_and_kind(path)
        if kind and stem in TABLES:
            if stem in tables:
                message = f"{location}: holds {tables[stem].name} and {path.name}"
                raise TableError(f"{message}. Keep one of them.")
            tables[stem] = path
    if "tickets" not in tables:
        message = f"{location}: has no tickets.parquet, tickets.csv or the like"
        raise TableError(f"{message}. {_hint(location)}")
    return [(TABLES[name], tables[name]) for name in TABLES if name in tables]


def _hint(location: Path) -> str:
    names = [path.name for path in location.iterdir() if _stem_and_kind(path)[1]]
    return nearest("tickets.csv", names) if names else "It holds no file of that kind."


def _strangers(location: Path) -> tuple[str, ...]:
    """Name the files that look like data and are no table, maybe misspelt."""
    paths = sorted(location.iterdir()) if location.is_dir() else []
    unread = [(path, *_stem_and_kind(path)) for path in paths]
    return tuple(
        f"{path.name}: is not read, no table is called {stem!r}"
        for path, stem, kind in unread
        if kind and stem not in TABLES
    )


def _stem_and_kind(path: Path) -> tuple[str, str | None]:
    name = path.name.lower()
    for ending in sorted(_KINDS, key=len, reverse=True):
        if name.endswith(ending):
            return name.removesuffix(ending), _KINDS[ending]
    return name, None


def _load(
    connection: ibis.BaseBackend,
    table: Table,
    path: Path,
    options: Options,
    known: set[str],
) -> Loaded:
    kind = _stem_and_kind(path)[1]
    try:
        if kind == "csv":
            return load_csv(connection, table, path, options, known)
        return _load_typed(connection, table, path, options, kind)
    except duckdb.Error as error:
        raise TableError(f"{path.name}: {first_line(error)}. Correct it.") from None


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _load_typed(
    connection: ibis.BaseBackend, table: Table, path: Path, options: Options, kind: str
) -> Loaded:
    relation = _relation(connection, path, kind)
    described = connection.con.execute(f"describe select * from {relation}").fetchall()  # noqa: S608  quoted in _relation
    types = {name: declared for name, declared, *_ in described if name != "_row"}
    columns = match(table, types, options, path.name)
    sources = {
        name: (source, types[source]) for name, source in columns.sources.items()
    }
    read = typed_select(
        table,
        sources,
        options,
        relation=relation,
        where=path.name,
        also="_row" if kind == "parquet" else "",
        tidy=tidy_texts(connection, table, sources, options, path)
        if kind == "parquet"
        else frozenset(),
    )
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
        notes=columns.notes,
        found=columns.found,
    )


def _relation(connection: ibis.BaseBackend, path: Path, kind: str) -> str:
    if kind == "parquet":
        return (
            f"(select * exclude (file_row_number), file_row_number as _row "  # noqa: S608  quoted
            f"from read_parquet({literal(path)}, file_row_number = true))"
        )
    _refuse_no_json(path, kind)
    form = "newline_delimited" if kind == "ndjson" else "array"
    # A broken line of NDJSON becomes a row without a key: quarantined, not lost.
    how = f"format = '{form}', ignore_errors = {str(kind == 'ndjson').lower()}"
    described = connection.con.execute(
        f"describe select * from read_json({literal(path)}, {how}, "  # noqa: S608  quoted
        "maximum_depth = 1, map_inference_threshold = -1, sample_size = -1)"
    ).fetchall()
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name, *_ in described)
    return f"read_json({literal(path)}, {how}, columns = {{{types}}})"


def _refuse_no_json(path: Path, kind: str) -> None:
    with open_bytes(path) as file:
        start = file.read(2)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        raise TableError(f"{path.name}: is UTF-16; JSON is UTF-8. Export it as UTF-8.")
    line = head(path, path.name)[0]
    refuse_html(line, path.name)
    if kind == "json" and line.lstrip()[:1] != "[":
        message = f"{path.name}: holds one object, not a list of rows"
        raise TableError(f"{message}. Export the list, or name it .ndjson.")
