"""The facts that need more than a ticket's own replies and solves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts import holders, tiers

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis
    from kpi_kit.facts.chain import Joins

    # What to join to the tickets, and what to derive from the joined table.
    Step = tuple[Joins, Callable[[ir.Table], dict[str, ir.Value]]]


@dataclass(frozen=True, kw_only=True)
class Further:
    """Some facts, and how they are derived."""

    makes: frozenset[str]
    derive: Callable[[Basis], Step]


def _held(basis: Basis) -> Step:
    helpdesk = basis.helpdesk
    agents = helpdesk.tables.get("agents")
    if not basis.has("agents.organization"):
        agents = None
    sides = holders.sides(helpdesk.connection, agents, basis.contract.organizations)
    unknown = {}
    if not basis.has("events.field=agent"):
        unknown |= {"transfer_count": "int64", "was_assigned": "boolean"}
    is_told = basis.has("events.field=agent") or basis.has("events.field=team")
    if sides is None or not is_told:
        unknown |= {"is_escalated_to_client": "boolean"}
    nothing = {name: ibis.null(kind) for name, kind in unknown.items()}
    if not is_told:
        return (), lambda _: nothing
    joins, derived = holders.held(basis, sides)
    return joins, lambda joined: derived(joined) | nothing


def _escalated(basis: Basis) -> Step:
    by = "tier" if basis.has("events.field=tier") else "team"
    if by == "tier" or (basis.contract.tiers and basis.has("events.field=team")):
        return tiers.escalated(basis, by=by)
    return (), lambda joined: {"is_escalated": joined.escalated}


def _handled(basis: Basis) -> Step:
    if "time_entries" not in basis.helpdesk.tables:
        return (), lambda joined: {"handle_minutes": joined.handle_seconds / 60}
    entries = basis.helpdesk.tables["time_entries"]
    entries = entries.filter(entries.started_at < basis.as_of)
    work = entries.group_by("ticket_id").agg(work=entries.work_seconds.sum())
    return (("ticket_id", work),), lambda joined: {"handle_minutes": joined.work / 60}


FURTHER = (
    Further(
        makes=frozenset({"transfer_count", "was_assigned", "is_escalated_to_client"}),
        derive=_held,
    ),
    Further(makes=frozenset({"is_escalated"}), derive=_escalated),
    Further(makes=frozenset({"handle_minutes"}), derive=_handled),
)
