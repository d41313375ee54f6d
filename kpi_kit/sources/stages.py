"""Rows computed once, and kept or named on the engine."""

from __future__ import annotations

import weakref
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb
from ibis.expr.operations import DatabaseTable, Namespace

from kpi_kit.sources.session import is_duckdb, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import ibis
    import ibis.expr.types as ir

    Words = Mapping[str, Sequence[str]]

_KEPT: list[ir.Table] = []
FEW = 250  # a list of so many words takes a byte a row, a text sixteen


def keep(rows: ir.Table) -> ir.Table:
    """Compute ``rows`` once: a temporary table that lasts as long as the session."""
    connection = rows.get_backend()
    if not is_duckdb(connection):
        # Ibis drops it with the last reference, and a view on it counts as none.
        _KEPT.append(rows.cache())
        return _KEPT[-1]
    return _filled(connection, rows, {})


def stage(rows: ir.Table, words: Words | None = None) -> ir.Table:
    """Compute ``rows`` once: a temporary table that goes when nothing refers to it.

    Parameters
    ----------
    rows
        Any query.
    words
        All words of some columns, as :func:`few_words` returns them.

    Notes
    -----
    Ibis does the same with ``cache``, but copies the whole query before it writes it,
    which takes longer than a small query does.
    """
    connection = rows.get_backend()
    if not is_duckdb(connection):
        return rows.cache()
    table = _filled(connection, rows, words or {})
    weakref.finalize(table.op(), _drop, connection.con, table.get_name())
    return table


def few_words(rows: ir.Table, names: Iterable[str]) -> Words:
    """Return all words of those text columns that have few, in their order.

    DuckDB then keeps the number of a word instead of its text; other engines find out
    by themselves.
    """
    connection, asked = rows.get_backend(), [*names]
    if not asked or not is_duckdb(connection):
        return {}
    lists = ", ".join(f"({_listed(name)})" for name in asked)
    given = f"with given as not materialized ({connection.compile(rows)})"
    found = connection.con.execute(f"{given} select {lists}").fetchone()
    known = zip(asked, found, strict=True)
    return {name: words for name, words in known if words and len(words) <= FEW}


def _listed(name: str) -> str:
    column = quoted(name)
    words = f"select distinct {column} from given where {column} is not null"  # noqa: S608  quoted
    return f"select list({column} order by {column}) from ({words} limit {FEW + 1})"  # noqa: S608


def _filled(connection: ibis.BaseBackend, rows: ir.Table, words: Words) -> ir.Table:
    name, schema = f"kit_{uuid4().hex}", rows.schema()
    kind = connection.compiler.type_mapper.to_string
    kinds = {n: kind(schema[n]) for n in schema}
    kinds |= {
        n: f"enum({', '.join(map(literal, words[n]))})"
        for n in words.keys() & kinds.keys()
    }
    columns = ", ".join(f"{quoted(n)} {kind}" for n, kind in kinds.items())
    connection.con.execute(f"create temp table {name} ({columns})")
    connection.con.execute(f"insert into {name} {connection.compile(rows)}")
    return _known(connection, name, schema)


def _known(connection: ibis.BaseBackend, name: str, schema: ibis.Schema) -> ir.Table:
    """Return what ``connection.table`` does, without asking for the columns."""
    place = Namespace(catalog=None, database=None)
    made = DatabaseTable(name, schema=schema, source=connection, namespace=place)
    return made.to_expr()


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    with suppress(duckdb.ConnectionException):  # closed, and the table with it
        connection.execute(f"drop table if exists {name}")


def stored(
    connection: ibis.BaseBackend, select: str, *, numbered: bool = False
) -> ir.Table:
    """Run ``select`` once into a temporary table; ``_row`` is its order.

    Where it is ``numbered``, it brings its own.
    """
    name = f"kit_{uuid4().hex}"
    row = "" if numbered else ", rowid as _row"
    connection.con.execute(f"create temp table {name}_ as {select}")
    view = f"create temp view {name} as select *{row} from {name}_"  # noqa: S608  ours
    connection.con.execute(view)
    return connection.table(name)


def named(connection: ibis.BaseBackend, name: str, rows: ir.Table) -> ir.Table:
    """Give a query a name on DuckDB and Spark, for the session only.

    Notes
    -----
    Ibis writes a query that is used twice as a common table, which DuckDB computes as a
    whole and keeps; a view is read anew each time, only the columns and rows wanted.
    """
    if is_duckdb(connection):
        connection.raw_sql(f"create temp view {name} as {connection.compile(rows)}")
        return _known(connection, name, rows.schema())
    if connection.name == "pyspark":
        return connection.create_view(name, rows)
    return rows
