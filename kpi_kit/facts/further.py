"""The facts that need more than a ticket's own replies and solves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts import holders
from kpi_kit.facts.repeats import blocks_of, repeated
from kpi_kit.sources import stage

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What every derivation starts from; ``gone`` are the tickets left out."""

    helpdesk: Helpdesk
    contract: Contract
    as_of: int
    gone: ir.Table

    @property
    def tickets(self) -> ir.Table:
        """Return the canonical tickets: read anew, they cost less than a copy."""
        return self.helpdesk.tables["tickets"]


def attach(table: ir.Table, more: ir.Table) -> ir.Table:
    """Add the columns that ``more`` has for each ticket."""
    fresh = [c for c in more.columns if c != "ticket_id"]
    return table.left_join(more, "ticket_id").select(*table.columns, *fresh)


def _has_subject(table: ir.Table) -> ir.BooleanColumn:
    return table.customer_id.notnull() & table.issue_type.notnull()


def _no_repeat(table: ir.Table, basis: Basis) -> ir.Table:
    solved = table.filter(table.is_no_follow_up, _has_subject(table))
    solved = solved.select("ticket_id", "customer_id", "issue_type", "first_solved_at")
    blocks = blocks_of(basis.tickets, basis.gone, basis.as_of)
    again = repeated(solved, blocks).mutate(is_repeated=ibis.literal(True))
    again = stage(again)
    table = attach(table, again)
    alone = table.is_no_follow_up & table.is_repeated.isnull()
    return table.mutate(is_no_repeat=_has_subject(table).ifelse(alone, None))


def _held(table: ir.Table, basis: Basis) -> ir.Table:
    helpdesk = basis.helpdesk
    agents = helpdesk.tables.get("agents")
    if "agents.organization" not in helpdesk.given:
        agents = None
    sides = holders.sides(helpdesk.connection, agents, basis.contract.organizations)
    moved = {f for f in ("agent", "team") if f"events.field={f}" in helpdesk.given}
    if not moved:
        return table.mutate(
            transfer_count=ibis.null("int64"),
            was_assigned=ibis.null("boolean"),
            is_escalated_to_client=ibis.null("boolean"),
        )
    table = holders.held(table, helpdesk, sides, basis.as_of)
    unknown = {}
    if "agent" not in moved:
        unknown |= {"transfer_count": "int64", "was_assigned": "boolean"}
    if sides is None:
        unknown["is_escalated_to_client"] = "boolean"
    return table.mutate({name: ibis.null(kind) for name, kind in unknown.items()})


def _escalated(table: ir.Table, basis: Basis) -> ir.Table:
    if "events.field=tier" in basis.helpdesk.given:
        by = "tier"
    elif basis.contract.tiers and "events.field=team" in basis.helpdesk.given:
        by = "team"
    else:
        return table.mutate(is_escalated=table.escalated)
    tiers = basis.contract.tiers
    return holders.escalated(table, basis.helpdesk, tiers, basis.as_of, by=by)


def _handled(table: ir.Table, basis: Basis) -> ir.Table:
    if "time_entries" not in basis.helpdesk.tables:
        return table.mutate(handle_minutes=table.handle_seconds / 60)
    entries = basis.helpdesk.tables["time_entries"]
    entries = entries.filter(entries.started_at < basis.as_of)
    work = entries.group_by("ticket_id").agg(work=entries.work_seconds.sum())
    table = attach(table, work)
    return table.mutate(handle_minutes=table.work / 60)


def _organizations(table: ir.Table, basis: Basis) -> ir.Table:
    if "agents" not in basis.helpdesk.tables:
        return table.mutate(
            first_reply_organization=ibis.null("string"),
            solved_organization=ibis.null("string"),
        )
    agents = basis.helpdesk.tables["agents"]
    table = table.mutate(
        solved_by=table.first_solved_at.isnull().ifelse(
            None, ibis.coalesce(table.solver.nullif(""), table.agent_id)
        )
    )
    for column, who in (
        ("first_reply_organization", "first_reply_author"),
        ("solved_organization", "solved_by"),
    ):
        side = agents.select(holder="agent_id", **{column: "organization"})
        table = table.left_join(side, table[who] == side.holder).drop("holder")
    return table


FURTHER = (
    (_no_repeat, {"is_no_repeat"}),
    (_held, {"transfer_count", "was_assigned", "is_escalated_to_client"}),
    (_escalated, {"is_escalated"}),
    (_handled, {"handle_minutes"}),
    (_organizations, {"first_reply_organization", "solved_organization"}),
)
