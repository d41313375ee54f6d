"""Canonical tables from a warehouse: its own types, checked, nothing moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from kpi_kit.errors import TableError
from kpi_kit.sources import noted
from kpi_kit.sources.columns import match, telling_age
from kpi_kit.sources.left_out import COLUMN, divided, key_of
from kpi_kit.sources.loaded import Loaded
from kpi_kit.tables import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.sources.columns import Columns
    from kpi_kit.sources.left_out import LeftOut
    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Column, Table


def load_select(
    connection: ibis.BaseBackend,
    table: Table,
    file: str,
    select: str,
    options: Options,
) -> Loaded:
    """Read one SELECT on the warehouse that holds its tables.

    Parameters
    ----------
    connection
        Any Ibis back end.
    table
        The canonical table.
    file
        The mapping file, for messages.
    select
        In the warehouse's own SQL.
    options
        ``column_map`` only: there, values come typed.

    Returns
    -------
    Loaded
        Rows in the order of the key, as a warehouse has no other.

    Raises
    ------
    TableError
        Names the mapping file and what the warehouse said.
    """
    try:
        found = connection.sql(select)
    except Exception as error:  # noqa: BLE001  every driver raises its own kind
        said = str(error).strip().splitlines() or [type(error).__name__]
        message = f"{file}: {said[0].rstrip('.! ')}"
        raise TableError(f"{message}. Correct the SELECT.") from None
    notes: tuple[str, ...] = ()
    if noted.COLUMN in found.columns:
        found, notes = noted.told(found, file)
    wanted = [name for name in found.columns if name != COLUMN]
    columns, left = match(table, wanted, options, file), None
    if COLUMN in found.columns:
        found, left = divided(found, key_of(table, columns), None)
    zoned = _zoned(connection, select)
    typed = {
        name: _typed(table, name, found[source], file, zoned=zoned)
        for name, source in columns.sources.items()
    }
    updated = telling_age(columns.extra)
    if updated and (at := found[columns.sources[updated]]).type().is_timestamp():
        typed["_updated"] = at.epoch_seconds().cast("int64")
    rows = found.select(**typed)
    if table.name == "events":
        rows = rows.mutate(**_statuses(rows))
    # By all columns: each query numbers the rows anew, and alike only without ties.
    first = [name for name in (table.key or table.required) if name in typed]
    order = [rows[name] for name in dict.fromkeys([*first, *rows.columns])]
    rows = rows.mutate(_row=ibis.row_number().over(order_by=order))
    loaded = loaded_from(file, table, rows, columns, left)
    return replace(loaded, notes=(*loaded.notes, *notes))


def loaded_from(
    file: str, table: Table, rows: ir.Table, columns: Columns, left: LeftOut | None
) -> Loaded:
    """Return what a SELECT gives: its rows, and those that it leaves out."""
    return Loaded(
        file=file,
        table=table,
        rows=rows,
        present=columns.present,
        extra=columns.extra,
        notes=columns.notes,
        found=columns.found,
        left_out=left,
    )


def _statuses(rows: ir.Table) -> dict[str, ir.StringValue]:
    """Statuses are compared with the closed list, other values stay as they are."""
    return {
        name: ibis.ifelse(
            rows["field"] == "status", _trimmed(rows[name]).lower(), rows[name]
        )
        for name in ("old_value", "new_value")
        if name in rows.columns
    }


def _zoned(connection: ibis.BaseBackend, select: str) -> frozenset[str]:
    """Name the columns that are instants on Spark, where Ibis shows no zone."""
    if connection.name != "pyspark":
        return frozenset()
    schema = connection.raw_sql(select).schema
    return frozenset(f.name for f in schema if f.dataType.typeName() == "timestamp")


def _typed(
    table: Table, name: str, value: ir.Value, file: str, *, zoned: frozenset[str]
) -> ir.Value:
    column = table.column(name)
    if column is None:
        return _text(value.cast("string"))
    kind = value.type()
    if column.type is Type.INSTANT and kind.is_timestamp():
        if kind.timezone or value.get_name() in zoned:
            return value.epoch_seconds().cast("int64")
        todo = "it has no time zone. Convert it to one with a zone in the SELECT."
        raise TableError(f"{file}: column {name} is {kind}; {todo}")
    if not _fits(column, kind):
        todo = f"a {column.type.value} is needed. Cast it in the SELECT."
        raise TableError(f"{file}: column {name} is {kind}; {todo}")
    if column.type is not Type.TEXT:
        return value.cast(column.type.stored)
    text = _text(value.cast("string"))
    return _trimmed(text).lower() if column.values else text


def _fits(column: Column, kind: ibis.DataType) -> bool:
    return {
        Type.TEXT: kind.is_string() or kind.is_integer() or kind.is_uuid(),
        Type.INSTANT: False,
        Type.DATE: kind.is_date(),
        Type.BOOLEAN: kind.is_boolean(),
        Type.INTEGER: kind.is_integer(),
        Type.NUMBER: kind.is_numeric() and not kind.is_boolean(),
        Type.MONEY: kind.is_numeric() and not kind.is_boolean(),
    }[column.type]


def _text(value: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(_trimmed(value) == "", ibis.null("string"), value)


def _trimmed(value: ir.StringValue) -> ir.StringValue:
    """Cut blanks at both ends; on Spark, Ibis 12 strips the letters v and f too."""
    return value.re_replace(r"^\s+|\s+$", "")
