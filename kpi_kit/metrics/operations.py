"""How much, and where it went: volume, backlog, escalations, transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import Benchmark, count, share, stock

if TYPE_CHECKING:
    import ibis.expr.types as ir

ICMI = "ICMI 2024 Contact Center Benchmark, as cited"
OTHERS = "unattributed, as cited"


@count(
    label="Ticket volume",
    plain="Tickets received",
    better="neither",
    dated_by="created_at",
    formula="count of tickets created",
    needs=(("tickets",),),
    source="Ticket Volume: total inbound tickets per period",
    benchmarks=(
        Benchmark(
            segment="all",
            source=OTHERS,
            verdict="spike: 30 % or more above the own baseline",
        ),
    ),
    unbanded=("a volume has no good or bad number of its own",),
)
def ticket_volume(tickets: ir.Table) -> ir.BooleanColumn:
    """Tickets created in the period, by anyone and on every channel.

    Deleted and merged tickets are not counted.
    """
    return tickets.ticket_id.notnull()


@stock(
    label="Backlog",
    plain="Open tickets",
    better="lower",
    dated_by="created_at",
    formula="tickets open at the end of the period, or by the report's last day",
    needs=(("events.field=status", "tickets.solved_at"),),
    source="Backlog Volume: unresolved tickets at any point in time",
    benchmarks=(
        Benchmark(
            segment="all",
            source=OTHERS,
            verdict="alarm: growth of more than 10 to 15 % over three days",
        ),
        Benchmark(
            segment="all",
            source="unattributed, as cited by a second article",
            verdict="zero or near zero by the end of each business day",
        ),
        Benchmark(
            segment="all",
            source="unattributed, as cited by a second article",
            verdict="alarm: quiet growth over two weeks",
        ),
    ),
    unbanded=("a backlog has no good or bad number of its own",),
    decisions=("What is open", "Which moment a backlog is counted at"),
)
def backlog(tickets: ir.Table) -> ir.BooleanColumn:
    """Tickets open at the end of the period: created before it and not done by then.

    New, open, pending and hold are open; solved, closed and deleted are done.
    """
    return tickets.is_open


@share(
    label="Escalation rate",
    plain="Moved up a tier",
    better="lower",
    dated_by="created_at",
    formula="tickets whose tier rose after creation / tickets begun in the lowest tier",
    needs=(
        (
            "events.field=tier",
            "events.field=team+contract.tiers",
            "tickets.escalated",
        ),
    ),
    source="Escalation Rate: Tier 1 tickets that must transfer to Tier 2",
    benchmarks=(
        Benchmark(
            segment="all",
            source=ICMI,
            verdict="well-trained Tier 1 stays below 10 to 15 %",
            low=0.10,
            high=0.15,
        ),
    ),
    unbanded=("the cited limit is a range, 10 to 15 %",),
    decisions=("What is an escalation",),
)
def escalation_rate(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of tickets begun in the lowest tier whose tier rose after creation."""
    return tickets.is_escalated


@share(
    label="Escalation to the client",
    plain="Handed to the client",
    better="lower",
    dated_by="created_at",
    formula="tickets handed from the vendor to the client / tickets the vendor held",
    needs=(
        ("agents.organization", "contract.organizations"),
        ("events.field=agent", "events.field=team"),
    ),
    source="Escalation Rate: transfer to your internal teams",
    benchmarks=(
        Benchmark(
            segment="all",
            source=ICMI,
            verdict="well-trained Tier 1 stays below 10 to 15 %",
            low=0.10,
            high=0.15,
        ),
    ),
    unbanded=("the cited limit is a range, 10 to 15 %",),
    decisions=("What is an escalation",),
)
def escalation_to_client_rate(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of tickets a vendor ever held that it handed to the client."""
    return tickets.is_escalated_to_client


@share(
    label="Transfer rate",
    plain="Passed between agents",
    better="lower",
    dated_by="created_at",
    formula="tickets that went from one agent to another / tickets ever assigned",
    needs=(("events.field=agent",),),
    source="Transfer rate, tracked alongside customer effort; no formula is cited",
    unbanded=("no article gives a number",),
    decisions=("What is a transfer",),
)
def transfer_rate(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of tickets ever assigned that went from one agent to another.

    First assignment, losing the agent and a change of team alone are no transfer.
    """
    changed = tickets.transfer_count > 0
    return tickets.was_assigned.ifelse(changed, None)
