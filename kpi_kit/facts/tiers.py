"""Whether a ticket rose from the lowest tier of support."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from kpi_kit.facts.history import order, packed, unpacked
from kpi_kit.facts.moves import COUNT, MIN, Reading

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis
    from kpi_kit.facts.further import Step
    from kpi_kit.facts.moves import Moves, Told


def told_by(basis: Basis) -> str | None:
    """Return the field whose events tell tiers: ``tier``, ``team``, or None."""
    if basis.has("events.field=tier"):
        return "tier"
    by_team = basis.contract.tiers and basis.has("events.field=team")
    return "team" if by_team else None


def rising(basis: Basis, by: str) -> Reading:
    """Return what to read of the events of ``by``.

    A single event tells all: when it was, from which tier and to which.
    """

    def told(moves: ir.Table) -> Told:
        is_told = moves.field == by
        values = {
            "tier_changes": (packed(moves.occurred_at), COUNT),
            "tier_at": (packed(moves.occurred_at), MIN),
            "tier_old": (_tier(basis, by, moves.old_value), MIN),
            "tier_new": (_tier(basis, by, moves.new_value), MIN),
        }
        return {
            n: (is_told.ifelse(value, None), how) for n, (value, how) in values.items()
        }

    return Reading(
        fields=(by,),
        told=told,
        summed=lambda seen: {
            "many_tiers": seen.tier_changes > 1,
            **{name: seen[name] for name in ("tier_at", "tier_old", "tier_new")},
        },
        is_tangled=lambda seen: seen.many_tiers,
    )


def escalated(basis: Basis, moves: Moves, *, by: str) -> Step:
    """Derive whether a ticket's tier rose after creation, where it began in the lowest.

    Parameters
    ----------
    basis
        The canonical tables, and the contract's tier of each team; these give the
        lowest when it names any, else it is the lowest that any ticket or change names.
    moves
        What :func:`rising` reads of the events known.
    by
        Which changes to read: of ``tier`` or of ``team``.

    Returns
    -------
    tuple
        What to join to tangled tickets, and how to derive from tickets with that and
        ``moves.seen``: ``is_escalated``, NULL for tickets that began higher, or in a
        tier that their events do not tell.
    """
    tiers = basis.contract.tiers
    lowest = float(min(tiers.values())) if tiers else _least(moves.seen, basis.tickets)

    def derived(joined: ir.Table) -> dict[str, ir.Value]:
        own = _tier(basis, by, joined[by].cast("string"))
        start = ibis.coalesce(joined.first_tier, joined.tier_old, joined.tier_new)
        start = joined.tier_at.notnull().ifelse(start, own)
        at = unpacked(joined.tier_at)
        rose = _rises(at, joined.created_at, joined.tier_old, joined.tier_new)
        highest = joined.steps.isnull().ifelse(
            rose.ifelse(joined.tier_new, None), joined.highest_tier
        )
        return {
            "is_escalated": (start == lowest).ifelse(
                (highest > start).fill_null(False), None
            )
        }

    walked = _walked(basis, moves.walked.filter(moves.walked.field == by), by)
    return (("ticket_id", walked),), derived


def _walked(basis: Basis, changed: ir.Table, by: str) -> ir.Table:
    """Return the first tier that is told, and the highest to which a ticket rose."""
    changed = changed.mutate(
        old=_tier(basis, by, changed.old_value), new=_tier(basis, by, changed.new_value)
    )
    start = ibis.coalesce(changed.old, changed.new)
    in_order = ibis.window(
        group_by=changed.ticket_id, order_by=[start.isnull(), *order(changed)]
    )
    steps = changed.mutate(start=start, step=ibis.row_number().over(in_order))
    rose = _rises(steps.occurred_at, steps.created_at, steps.old, steps.new)
    return steps.group_by("ticket_id").agg(
        steps=steps.count(),
        first_tier=steps.start.max(where=steps.step == 0),
        highest_tier=steps.new.max(where=rose),
    )


def _rises(
    at: ir.IntegerValue,
    created: ir.IntegerValue,
    old: ir.FloatingValue,
    new: ir.FloatingValue,
) -> ir.BooleanValue:
    return (at > created) & ~(old == new).fill_null(False)


def _tier(basis: Basis, by: str, name: ir.StringValue) -> ir.FloatingValue:
    """Return the number of a tier, or of a team by the contract's map; else NULL."""
    if by == "tier":
        return name.try_cast("float64")
    tiers = basis.contract.tiers.items()
    return ibis.cases(
        *((name == team, ibis.literal(n, "float64")) for team, n in tiers)
    )


def _least(seen: ir.Table, tickets: ir.Table) -> float:
    """Return the lowest tier that anything names; infinite when nothing does."""
    named = seen.aggregate(
        least=ibis.least(
            seen.tier_old.min().fill_null(math.inf),
            seen.tier_new.min().fill_null(math.inf),
        )
    )
    own = tickets.aggregate(least=tickets.tier.cast("float64").min())
    least = named.union(own).least.min().execute()
    return math.inf if pd.isna(least) else float(least)
