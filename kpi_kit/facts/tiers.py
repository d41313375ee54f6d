"""Whether a ticket rose from the lowest tier of support."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from kpi_kit.facts.history import history, order
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis
    from kpi_kit.facts.further import Step

MOVE = ("ticket_id", "occurred_at", "event_id", "old_value", "new_value")


def escalated(basis: Basis, *, by: str) -> Step:
    """Derive whether a ticket's tier rose after creation, where it began in the lowest.

    Parameters
    ----------
    basis
        The canonical tables, and the contract's tier of each team; these give the
        lowest when it names any, else it is the lowest that any ticket or change names.
    by
        Which changes to read: of ``tier`` or of ``team``.

    Returns
    -------
    tuple
        What to join to tickets with ``tier, team``, and how to derive from that
        ``is_escalated``; NULL for tickets that began higher, or in a tier that their
        events do not tell.
    """
    tickets, tiers = basis.tickets, basis.contract.tiers
    changed = history(basis.helpdesk, (by,), basis.as_of).select(*MOVE)
    tier = partial(_tier_of, tiers=tiers) if by == "team" else _number
    changed = changed.mutate(old=tier(changed.old_value), new=tier(changed.new_value))
    changed = stage(changed)
    start = ibis.coalesce(changed.old, changed.new)
    in_order = ibis.window(
        group_by=changed.ticket_id, order_by=[start.isnull(), *order(changed)]
    )
    moves = changed.mutate(start=start, step=ibis.row_number().over(in_order))
    moves = moves.join(tickets.select("ticket_id", "created_at"), "ticket_id")
    rose = (moves.occurred_at > moves.created_at) & ~(moves.old == moves.new).fill_null(
        False
    )
    began = moves.group_by("ticket_id").agg(
        tier_changes=moves.count(),
        first_tier=moves.start.max(where=moves.step == 0),
        highest_tier=moves.new.max(where=rose),
    )
    lowest = float(min(tiers.values())) if tiers else _least(changed, tickets)

    def derived(joined: ir.Table) -> dict[str, ir.Value]:
        own = tier(joined[by].cast("string"))
        start = joined.tier_changes.isnull().ifelse(own, joined.first_tier)
        rose = (joined.highest_tier > start).fill_null(False)
        return {"is_escalated": (start == lowest).ifelse(rose, None)}

    return (("ticket_id", began),), derived


def _tier_of(team: ir.StringColumn, tiers: Mapping[str, int]) -> ir.FloatingColumn:
    """Return a team's tier by the contract's map, NULL where it has none."""
    return ibis.cases(
        *((team == name, ibis.literal(tier, "float64")) for name, tier in tiers.items())
    )


def _least(changed: ir.Table, tickets: ir.Table) -> float:
    """Return the lowest tier that anything names; infinite when nothing does."""
    named = changed.aggregate(
        least=ibis.least(
            changed.old.min().fill_null(math.inf), changed.new.min().fill_null(math.inf)
        )
    )
    own = tickets.aggregate(least=tickets.tier.cast("float64").min())
    least = named.union(own).least.min().execute()
    return math.inf if pd.isna(least) else float(least)


def _number(text: ir.StringColumn) -> ir.FloatingColumn:
    return text.try_cast("float64")
