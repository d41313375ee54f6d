"""The facts that need more than a ticket's own replies and solves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts import holders, tiers
from kpi_kit.facts.chain import chained
from kpi_kit.facts.moves import moves

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


HELD = frozenset({"transfer_count", "was_assigned", "is_escalated_to_client"})


def _moved(basis: Basis) -> Step:
    """Derive what follows from the moves between agents, teams and tiers."""
    by = tiers.told_by(basis) if "is_escalated" in basis.wanted else None
    told = [n for n in holders.HELD.fields if basis.has(f"events.field={n}")]
    holds = bool(told and HELD & basis.wanted)
    sides = _sides(basis) if holds else None
    nothing = _unknown(basis, sides)
    readings = [
        *([holders.HELD] if holds else ()),
        *([tiers.rising(basis, by)] if by else ()),
    ]
    if not readings:
        return (), lambda joined: {"is_escalated": joined.escalated} | nothing
    found = moves(basis, readings, partial(holders.with_sides, sides=sides))
    steps = [holders.held(found, sides)] if holds else []
    steps += [tiers.escalated(basis, found, by=by)] if by else []

    def derived(joined: ir.Table) -> dict[str, ir.Value]:
        made = {name: v for _, each in steps for name, v in each(joined).items()}
        return {"is_escalated": joined.escalated} | made | nothing

    # The walks are of few tickets: put together first, all tickets are joined once.
    walks = chained(found.tangled, tuple(join for joins, _ in steps for join in joins))
    walks = walks.drop(*(c for c in walks.columns if c.startswith("ticket_id ")))
    joins = (("ticket_id", found.seen), ("ticket_id", walks))
    return (*joins, *holders.own_sides(sides)), derived


def _sides(basis: Basis) -> ir.Table | None:
    agents = basis.helpdesk.tables.get("agents")
    if not basis.has("agents.organization"):
        agents = None
    return holders.sides(
        basis.helpdesk.connection, agents, basis.contract.organizations
    )


def _unknown(basis: Basis, sides: ir.Table | None) -> dict[str, ir.Value]:
    """Return the facts of holders that nothing tells."""
    unknown = {}
    is_told = {n: basis.has(f"events.field={n}") for n in holders.HELD.fields}
    if not is_told["agent"]:
        unknown |= {"transfer_count": "int64", "was_assigned": "boolean"}
    if sides is None or not any(is_told.values()):
        unknown |= {"is_escalated_to_client": "boolean"}
    return {name: ibis.null(kind) for name, kind in unknown.items()}


def _handled(basis: Basis) -> Step:
    if "time_entries" not in basis.helpdesk.tables:
        return (), lambda joined: {"handle_minutes": joined.handle_seconds / 60}
    entries = basis.helpdesk.tables["time_entries"]
    entries = entries.filter(entries.started_at < basis.as_of)
    work = entries.group_by("ticket_id").agg(work=entries.work_seconds.sum())
    return (("ticket_id", work),), lambda joined: {"handle_minutes": joined.work / 60}


FURTHER = (
    Further(makes=HELD | {"is_escalated"}, derive=_moved),
    Further(makes=frozenset({"handle_minutes"}), derive=_handled),
)
