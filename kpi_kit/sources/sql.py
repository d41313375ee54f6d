"""Canonical tables from the user's own SQL over files or warehouse tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import ibis

from kpi_kit.errors import ParameterError, TableError, nearest
from kpi_kit.sources import noted
from kpi_kit.sources.columns import match
from kpi_kit.sources.left_out import COLUMN, divided, key_of
from kpi_kit.sources.macros import install
from kpi_kit.sources.session import first_line, is_duckdb
from kpi_kit.sources.stages import stored
from kpi_kit.sources.text import line_at
from kpi_kit.sources.typed import typed_select
from kpi_kit.sources.warehouse import load_select, loaded_from
from kpi_kit.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from kpi_kit.sources.loaded import Loaded
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

MOST = 1_000_000  # bytes of a mapping file


def load_sql(
    connection: ibis.BaseBackend,
    location: str,
    mapping: Path,
    options: Options,
    wanted: Collection[str] = TABLES,
) -> list[Loaded]:
    """Run each wanted ``<table>.sql`` of ``mapping`` on the engine.

    Parameters
    ----------
    connection
        DuckDB, or the warehouse the SELECTs are written for.
    location
        Absolute path that ``{location}`` stands for, quotes doubled.
    mapping
        Folder of ``<table>.sql``, one SELECT each; ``tickets.sql`` is needed.
    options
        How times without a zone are to be read.
    wanted
        Names of canonical tables; the SELECTs of others are not run.

    Returns
    -------
    list of Loaded
        One per mapping file.

    Raises
    ------
    TableError
        Names the mapping file and what the engine said.
    """
    if is_duckdb(connection):
        install(connection.con)
    loaded = []
    for table, path in _mapped(mapping):
        if table.name not in wanted:
            continue
        select = _written(path, table)
        select = select.replace("{location}", location.replace("'", "''"))
        if is_duckdb(connection):
            loaded.append(_load(connection, table, path, select, options))
        else:
            loaded.append(load_select(connection, table, path.name, select, options))
    return loaded


def _mapped(mapping: Path) -> list[tuple[Table, Path]]:
    if not mapping.is_dir():
        message = f"{mapping}: no such folder"
        raise ParameterError(f"{message}. Give one that holds tickets.sql.")
    found = {path.stem: path for path in sorted(mapping.glob("*.sql"))}
    for name, path in found.items():
        if name not in TABLES:
            message = f"{path}: no table is called {name!r}"
            raise TableError(f"{message}. {nearest(name, TABLES)}")
    if "tickets" not in found:
        message = f"{mapping}: holds no tickets.sql"
        raise TableError(f"{message}. Write a SELECT of the tickets there.")
    return [(TABLES[name], found[name]) for name in TABLES if name in found]


def _written(path: Path, table: Table) -> str:
    """Return what a mapping file says; raise if it is no text of a SELECT's size."""
    content, todo = path.read_bytes()[: MOST + 1], "Save it again as UTF-8"
    if content[MOST:]:
        message = f"{path}: is longer than {MOST:,} bytes, and no SELECT is"
        raise TableError(f"{message}. Write one SELECT of {table.name}.")
    if (zero := content.find(b"\0")) >= 0:
        message = f"{path}: line {line_at(path, zero)}: holds a zero byte"
        raise TableError(f"{message}, which no text does. {todo}.")
    try:
        text = content.decode("utf-8-sig").strip().rstrip(";")
    except UnicodeDecodeError as error:
        where = f"{path}: line {line_at(path, error.start)}, byte {error.start:,}"
        message = f"{where}: 0x{content[error.start]:02x} is not UTF-8"
        raise TableError(f"{message}. {todo}.") from None
    if not text:
        raise TableError(f"{path}: is empty. Write one SELECT of {table.name}.")
    return text


def _refuse_other(statements: list[duckdb.Statement], path: Path, table: Table) -> None:
    """Raise unless there is one SELECT: a mapping reads, it changes nothing."""
    said = ""
    if len(statements) != 1:
        said = f"holds {len(statements)} statements" if statements else "is empty"
    elif statements[0].type != duckdb.StatementType.SELECT:
        said = f"is a statement of {statements[0].type.name}"
    if said:
        raise TableError(f"{path}: {said}. Write one SELECT of {table.name}.")


def _load(
    connection: ibis.BaseBackend,
    table: Table,
    path: Path,
    select: str,
    options: Options,
) -> Loaded:
    # The line break ends a comment on the SELECT's last line.
    relation, left, said = f"({select}\n)", None, ()
    try:
        _refuse_other(connection.con.extract_statements(select), path, table)
        described = connection.con.execute(f"describe {select}").fetchall()
        types = {name: declared for name, declared, *_ in described}
        asides = {name for name in (COLUMN, noted.COLUMN) if types.pop(name, None)}
        columns = match(table, types, options, path.name)
        if asides:
            found = stored(connection, f"select * from {relation}")  # noqa: S608  checked
            if noted.COLUMN in asides:
                found, said = noted.told(found, path.name)
            if COLUMN in asides:
                found, left = divided(found, key_of(table, columns), found["_row"] + 1)
            relation = f"({ibis.to_sql(found)})"
        sources = {n: (source, types[source]) for n, source in columns.sources.items()}
        told = {"relation": relation, "where": path.name}
        told |= {"also": "_row"} if asides else {}
        read = typed_select(table, sources, options, **told)
        rows = stored(connection, read, numbered=bool(asides))
    except duckdb.Error as error:
        message = f"{path}: {first_line(error)}"
        raise TableError(f"{message}. Correct the SELECT.") from None
    loaded = loaded_from(path.name, table, rows, columns, left)
    return replace(loaded, notes=(*loaded.notes, *said))
