"""Literal rows as canonical tables on an engine, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from kpi_kit.sources import TELLING
from kpi_kit.tables import TABLES, Helpdesk, Type

if TYPE_CHECKING:
    from tests.conftest import Engine

ARROW = {
    Type.TEXT: pa.string(),
    Type.INSTANT: pa.int64(),
    Type.DATE: pa.date32(),
    Type.BOOLEAN: pa.bool_(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.MONEY: pa.decimal128(18, 4),
}


def helpdesk(engine: Engine, rows: dict[str, list[dict]]) -> Helpdesk:
    """Return the rows as typed canonical tables; what no row names is not given.

    Instants are epoch seconds.  Columns of ``tickets`` that are not declared become
    extra ones.
    """
    made = Helpdesk(
        connection=engine.connection,
        tables={},
        given=frozenset(rows),
        spans={},
        extra=(),
        accounting=pd.DataFrame(),
        quarantine=pd.DataFrame(),
        warnings=(),
    )
    for name, table_rows in rows.items():
        made = _with_table(engine, made, name, table_rows)
    return made


def _with_table(
    engine: Engine, made: Helpdesk, name: str, rows: list[dict]
) -> Helpdesk:
    declared = {c.name: ARROW[c.type] for c in TABLES[name].columns}
    named = {column for row in rows for column in row}
    extra = tuple(sorted(named - set(declared)))
    fields = [
        pa.field(n, t)
        for n, t in (declared | dict.fromkeys(extra, pa.string())).items()
    ]
    table = engine.arrow(name, pa.Table.from_pylist(rows, schema=pa.schema(fields)))
    given = {f"{name}.{column}" for column in named & set(declared)}
    stamps = [c.name for c in TABLES[name].columns if c.type is Type.INSTANT]
    known = {c: [row[c] for row in rows if row.get(c) is not None] for c in stamps}
    spans = {f"{name}.{c}": (min(at), max(at)) for c, at in known.items() if at}
    for column in TELLING.get(name, ()):
        words = {row.get(column) for row in rows} - {None}
        given |= {f"{name}.{column}={word}" for word in words}
    return replace(
        made,
        tables={**made.tables, name: table},
        given=made.given | given,
        spans={**made.spans, **spans},
        extra=made.extra + (extra if name == "tickets" else ()),
    )
