"""Tickets that are left out of everything: merged into another, or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.snapshot import with_snapshot
from kpi_kit.facts.status import status_history
from kpi_kit.sources import stage

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.tables import Helpdesk


WHY = ("deleted", "merged")


def gone(helpdesk: Helpdesk, deleted: ir.Table, as_of: int) -> ir.Table:
    """Return ``ticket_id, excluded_because`` of the tickets left out of everything.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    deleted
        Those that are deleted: ``ticket_id``.
    as_of
        Epoch seconds; a later merge is not yet known.
    """
    tickets = helpdesk.tables["tickets"]
    merged = tickets.filter(tickets.merged_into.notnull()).select("ticket_id")
    if "events.field=merge" in helpdesk.given:
        events = helpdesk.tables["events"]
        merges = events.filter(events.field == "merge")
        merges = merges.group_by("ticket_id").agg(first_at=merges.occurred_at.min())
        later = merges.filter(merges.first_at >= as_of)
        merged = merged.anti_join(later, "ticket_id")
    told = (deleted, merged)
    both = ibis.union(
        *(
            rows.mutate(excluded_because=ibis.literal(why))
            for rows, why in zip(told, WHY, strict=True)
        )
    )
    return both.group_by("ticket_id").agg(excluded_because=both.excluded_because.min())


def left_out(helpdesk: Helpdesk, as_of: int) -> ir.Table:
    """Return `gone` without the other facts: only what was ever deleted is looked at.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    as_of
        Epoch seconds; what happened then or later is not yet known.
    """
    history = None
    if "events.field=status" in helpdesk.given:
        events = helpdesk.tables["events"]
        ever = events.filter(events.new_value == "deleted").select("ticket_id")
        events = stage(events.semi_join(stage(ever.distinct()), "ticket_id"))
        history = status_history(events, as_of, solver=False)
    told = with_snapshot(helpdesk.tables["tickets"], history, as_of)
    return stage(gone(helpdesk, told.deleted, as_of))
