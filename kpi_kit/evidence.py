"""The ``facts`` command: the kept columns of every ticket, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.facts import INSTANTS, columns, facts
from kpi_kit.periods import midnight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    import pyarrow as pa

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk


@dataclass(frozen=True)
class Evidence:
    """Rows in batches, and their types."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def evidence(
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    as_of: date,
    start: date | None = None,
    end: date | None = None,
) -> Evidence:
    """Return the facts of the tickets created in [start, end), oldest first.

    Parameters
    ----------
    helpdesk, contract
        As :func:`kpi_kit.facts.facts`.
    as_of
        Last day that is known.
    start, end
        Local days; without both, every ticket.

    Returns
    -------
    Evidence
        Instants as UTC time stamps, days as dates.
    """
    until = midnight(as_of + timedelta(days=1), contract.time_zone)
    derived = facts(helpdesk, contract, as_of=until, wanted=columns(helpdesk))
    table = derived.tickets
    if start is not None:
        table = table.filter(table.created_on >= start)
    if end is not None:
        table = table.filter(table.created_on < end)
    ordered = table.order_by("created_at", "ticket_id")
    batches = ordered.to_pyarrow_batches()
    schema = _stamped(batches.schema)
    return Evidence(schema=schema, batches=_cast(batches, schema, derived))


def _stamped(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415 - the engine has loaded it

    stamp = pa.timestamp("s", tz="UTC")
    return pa.schema([f.with_type(stamp) if f.name in INSTANTS else f for f in schema])


def _cast(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, derived: Facts
) -> Iterator[pa.RecordBatch]:
    """Type the batches, and hold the engine's tables behind them until the last.

    Were they dropped while it runs, DuckDB would end the query without a word.
    """
    for batch in batches:
        yield batch.cast(schema)
    del derived
