"""What the events of a ticket say before any is put in order, in one pass.

Most tickets are given to one agent, perhaps handed on once or raised by a tier.  Only
the tangled ones are walked through event by event.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import methodcaller, or_
from typing import TYPE_CHECKING

from kpi_kit.facts.history import history
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis

    Told = dict[str, tuple[ir.Value, Callable[[ir.Column], ir.Scalar]]]

COUNT, MIN, MAX = (methodcaller(name) for name in ("count", "min", "max"))
MOVE = ("ticket_id", "occurred_at", "event_id", "field", "old_value", "new_value")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one derivation reads of the events of some fields.

    ``told`` gives values of an event, each with the reduction over a ticket's events;
    ``summed`` what to keep of the reductions; ``is_tangled`` of which of those tickets
    the events must be walked through.
    """

    fields: tuple[str, ...]
    told: Callable[[ir.Table], Told]
    summed: Callable[[ir.Table], dict[str, ir.Value]]
    is_tangled: Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What was read of the moves.

    ``seen`` has a row per ticket with events: what the readings summed up; ``tangled``
    the ``ticket_id`` of those that must be walked through; ``walked`` their events:
    :data:`MOVE` and ``created_at``.
    """

    seen: ir.Table
    tangled: ir.Table
    walked: ir.Table


def moves(
    basis: Basis, readings: Sequence[Reading], joined: Callable[[ir.Table], ir.Table]
) -> Moves:
    """Read the events known by ``as_of``.

    Parameters
    ----------
    basis
        The canonical tables.
    readings
        Who reads them.
    joined
        Gives each event what the readings need beside its own columns.
    """
    fields = sorted({field for each in readings for field in each.fields})
    events = history(basis.helpdesk, tuple(fields), basis.as_of)
    rows = joined(events)
    told = {name: pair for each in readings for name, pair in each.told(rows).items()}
    rows = rows.select(
        "ticket_id", **{name: value for name, (value, _) in told.items()}
    )
    seen = rows.group_by("ticket_id").agg(
        **{name: reduction(rows[name]) for name, (_, reduction) in told.items()}
    )
    kept = {name: v for each in readings for name, v in each.summed(seen).items()}
    seen = stage(seen.select("ticket_id", **kept))
    tangled = seen.filter(reduce(or_, (each.is_tangled(seen) for each in readings)))
    created = basis.tickets.select("ticket_id", "created_at")
    walked = events.semi_join(tangled, "ticket_id").select(*MOVE)
    return Moves(
        seen=seen,
        tangled=tangled.select("ticket_id"),
        walked=stage(walked.join(created, "ticket_id")),
    )
