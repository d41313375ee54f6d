"""The facts that need more than a ticket's own replies and solves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts import holders
from kpi_kit.facts.repeats import blocks_of, repeated
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis
    from kpi_kit.facts.chain import Joins

    # What to join to the tickets, and what to derive from the joined table.
    Step = tuple[Joins, Callable[[ir.Table], dict[str, ir.Value]]]


@dataclass(frozen=True, kw_only=True)
class Further:
    """Some facts: their names, the ticket columns they read, how they are derived."""

    makes: frozenset[str]
    reads: frozenset[str]
    derive: Callable[[ir.Table, ir.Table, Basis], Step]


def _has_subject(table: ir.Table) -> ir.BooleanColumn:
    return table.customer_id.notnull() & table.issue_type.notnull()


def _no_repeat(table: ir.Table, gone: ir.Table, basis: Basis) -> Step:
    solved = table.filter(table.is_no_follow_up, _has_subject(table))
    solved = solved.select("ticket_id", "customer_id", "issue_type", "first_solved_at")
    blocks = blocks_of(basis.tickets, gone, basis.as_of)
    again = stage(repeated(solved, blocks)).mutate(is_repeated=ibis.literal(True))

    def derived(joined: ir.Table) -> dict[str, ir.Value]:
        alone = joined.is_no_follow_up & joined.is_repeated.isnull()
        return {"is_no_repeat": _has_subject(joined).ifelse(alone, None)}

    return (("ticket_id", again),), derived


def _held(_: ir.Table, __: ir.Table, basis: Basis) -> Step:
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


def _escalated(_: ir.Table, __: ir.Table, basis: Basis) -> Step:
    by = "tier" if basis.has("events.field=tier") else "team"
    if by == "tier" or (basis.contract.tiers and basis.has("events.field=team")):
        return holders.escalated(basis, by=by)
    return (), lambda joined: {"is_escalated": joined.escalated}


def _handled(_: ir.Table, __: ir.Table, basis: Basis) -> Step:
    if "time_entries" not in basis.helpdesk.tables:
        return (), lambda joined: {"handle_minutes": joined.handle_seconds / 60}
    entries = basis.helpdesk.tables["time_entries"]
    entries = entries.filter(entries.started_at < basis.as_of)
    work = entries.group_by("ticket_id").agg(work=entries.work_seconds.sum())
    return (("ticket_id", work),), lambda joined: {"handle_minutes": joined.work / 60}


def _organizations(_: ir.Table, __: ir.Table, basis: Basis) -> Step:
    sides = {
        "first_reply_organization": "first_reply_author",
        "solved_organization": "solved_by",
    }
    if "agents" not in basis.helpdesk.tables:
        return (), lambda _: dict.fromkeys(sides, ibis.null("string"))
    agents = basis.helpdesk.tables["agents"]
    joins = tuple(
        (who, agents.select(holder="agent_id", **{f"side {side}": "organization"}))
        for side, who in sides.items()
        if side in basis.wanted
    )
    return joins, lambda joined: {
        side: joined[f"side {side}"] for side in sides if side in basis.wanted
    }


FURTHER = (
    Further(
        makes=frozenset({"is_no_repeat"}),
        reads=frozenset(
            {"customer_id", "issue_type", "first_solved_at", "is_no_follow_up"}
        ),
        derive=_no_repeat,
    ),
    Further(
        makes=frozenset({"transfer_count", "was_assigned", "is_escalated_to_client"}),
        reads=frozenset({"created_at", "agent_id", "team"}),
        derive=_held,
    ),
    Further(
        makes=frozenset({"is_escalated"}),
        reads=frozenset({"tier", "team", "escalated"}),
        derive=_escalated,
    ),
    Further(
        makes=frozenset({"handle_minutes"}),
        reads=frozenset({"handle_seconds"}),
        derive=_handled,
    ),
    Further(
        makes=frozenset({"first_reply_organization", "solved_organization"}),
        reads=frozenset({"solved_by", "first_reply_author"}),
        derive=_organizations,
    ),
)
