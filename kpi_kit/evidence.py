"""The ``facts`` command: the kept columns of every ticket, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kpi_kit.errors import ParameterError, UnknownNameError, nearest
from kpi_kit.facts import INSTANTS, columns, facts, shape
from kpi_kit.heard import heard
from kpi_kit.meant import Counted, counted, has
from kpi_kit.periods import DAY, midnight
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

EVER = date(1970, 1, 1)


@dataclass(frozen=True)
class Evidence:
    """Rows in batches, and their types."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tickets are meant.

    Those created in [start, end), or, with a ``metric``, those that the KPI counts
    there, by its own date; ``missed`` only those on its worse side.  ``having`` gives
    by column the value, or the values, that a ticket has.
    """

    start: date | None = None
    end: date | None = None
    metric: str = ""
    missed: bool = False
    having: Mapping[str, Any] | None = None


def evidence(
    helpdesk: Helpdesk,
    contract: Contract,
    wanted: Wanted | None = None,
    *,
    as_of: date,
) -> Evidence:
    """Return the facts of tickets, oldest first.

    Parameters
    ----------
    helpdesk, contract
        As :func:`kpi_kit.facts.facts`.
    wanted
        Which tickets; None for every one.
    as_of
        Last day that is known.

    Returns
    -------
    Evidence
        Instants as UTC time stamps, days as dates.
    """
    rows, derived, _ = _chosen(helpdesk, contract, wanted or Wanted(), as_of)
    ordered = rows.order_by("created_at", "ticket_id")
    batches = ordered.select(*columns(helpdesk)).to_pyarrow_batches()
    schema = _stamped(batches.schema)
    return Evidence(schema=schema, batches=_cast(batches, schema, derived))


def worst(
    helpdesk: Helpdesk, contract: Contract, wanted: Wanted, *, as_of: date, most: int
) -> tuple[pa.Table, int]:
    """Return the first of these tickets, and how many there are.

    Parameters
    ----------
    helpdesk, contract, wanted, as_of
        As :func:`evidence`.
    most
        How many rows to return, at most.

    Returns
    -------
    pyarrow.Table and int
        The columns of :func:`evidence`.  What took longest comes first where a KPI is
        named that takes time, else what is newest.
    """
    rows, _, way = _chosen(helpdesk, contract, wanted, as_of)
    rows = stage(rows)
    order = way.worst_first(rows) if way else [rows.created_at.desc(), rows.ticket_id]
    first = rows.order_by(order).limit(most).select(*columns(helpdesk)).to_pyarrow()
    return first.cast(_stamped(first.schema)), int(rows.count().to_pyarrow().as_py())


def _chosen(
    helpdesk: Helpdesk, contract: Contract, wanted: Wanted, as_of: date
) -> tuple[ir.Table, object, Counted | None]:
    """Return the tickets that are meant, what holds them, and how they are counted."""
    until = midnight(as_of + timedelta(days=1), contract.time_zone)
    way, read = None, {*columns(helpdesk)}
    if wanted.missed and not wanted.metric:
        raise ParameterError("missed: of which KPI? Give a metric with it.")
    if wanted.metric:
        way = counted(wanted.metric, contract, missed=wanted.missed)
        _check_stock(way, wanted, as_of)
        read |= way.reads(shape(helpdesk))
    having = _known(helpdesk, wanted.having or {})
    derived = facts(helpdesk, contract, as_of=until, wanted=read)
    rows = derived.tickets
    for name, values in having.items():
        rows = rows.filter(has(rows[name], values))
    if way is not None and way.is_rated:
        days = {"start": wanted.start or EVER, "end": wanted.end or as_of + DAY}
        which = {"by": (), "also": ("ticket_id",), "kept": derived, "as_of": as_of}
        ratings = heard(helpdesk, contract, **days, **which)
        return way.among(rows, ratings.rows), (derived, ratings), way
    rows = _within(rows, way, wanted)
    return (way.among(rows) if way else rows), derived, way


def _within(rows: ir.Table, way: Counted | None, wanted: Wanted) -> ir.Table:
    """Return the tickets of the days; of what is open, all that came before the end."""
    day = rows[way.day if way else "created_on"]
    since = None if way and way.card.kind == "stock" else wanted.start
    bounds = [day >= since] if since is not None else []
    bounds += [day < wanted.end] if wanted.end is not None else []
    return rows.filter(*bounds) if bounds else rows


def _check_stock(way: Counted, wanted: Wanted, as_of: date) -> None:
    last = None if wanted.end is None else wanted.end - timedelta(days=1)
    if way.card.kind == "stock" and last is not None and last < as_of:
        message = f"metric: {wanted.metric!r} is known ticket by ticket as of {as_of}"
        raise ParameterError(f"{message}. Ask as of {last} for those of that day.")


def _known(helpdesk: Helpdesk, having: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the values asked for, by columns that there are."""
    for name in having:
        if name not in columns(helpdesk):
            message = f"tickets: no column is called {name!r}"
            raise UnknownNameError(f"{message}. {nearest(name, columns(helpdesk))}")
    return {
        name: list(given) if isinstance(given, list | tuple | set) else [given]
        for name, given in having.items()
    }


def _stamped(schema: pa.Schema) -> pa.Schema:
    stamp = pa.timestamp("s", tz="UTC")
    return pa.schema([f.with_type(stamp) if f.name in INSTANTS else f for f in schema])


def _cast(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, derived: object
) -> Iterator[pa.RecordBatch]:
    """Type the batches, and hold the engine's tables behind them until the last.

    Were they dropped while it runs, DuckDB would end the query without a word.
    """
    for batch in batches:
        yield batch.cast(schema)
    del derived
