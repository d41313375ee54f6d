"""How long agents work: on a ticket, and on a call or chat.  Never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import Benchmark, work

if TYPE_CHECKING:
    import ibis.expr.types as ir

OTHERS = "unattributed, as cited"
NO_TARGET = "what a contract should not reward: it makes agents rush"


@work(
    label="Handle time per ticket",
    plain="Work per ticket",
    shown="mean",
    better="lower",
    dated_by="last_solved_at",
    formula="sum of agents' work on a ticket, over tickets that are solved",
    needs=(
        ("time_entries", "tickets.handle_seconds"),
        ("events.field=status", "tickets.solved_at"),
    ),
    source="Average Handle Time: total agent time on a ticket from open to close",
    benchmarks=(
        Benchmark(
            segment="b2b_saas",
            source=OTHERS,
            verdict="technical tickets, Tier 1 and 2; below it check for early closing",
            statistic="mean",
            low=15,
            high=35,
        ),
    ),
    unbanded=(NO_TARGET, "a blanket number over all issue types says little"),
    decisions=("Two handle times", "When one agent is slow"),
)
def handle_time_ticket(tickets: ir.Table) -> ir.NumericColumn:
    """Time agents worked on a ticket, all of them together, once it is solved.

    Elapsed time is the resolution time. Tickets that are open, or have no work on
    record, are not counted.
    """
    done = tickets.last_solved_on.notnull() & ~tickets.is_open
    return done.ifelse(tickets.handle_minutes * 60, None)


@work(
    label="Handle time per contact",
    plain="Time per call or chat",
    shown="mean",
    of="contacts",
    better="lower",
    dated_by="queued_at",
    formula="talk + hold + after-contact work, over contacts that were answered",
    needs=(
        ("contacts.talk_seconds",),
        ("contacts.queued_at", "contacts.answered_at", "contacts.ended_at"),
    ),
    source="Average Handle Time: talk time + hold time + after-contact work",
    benchmarks=(
        Benchmark(
            segment="phone",
            source=OTHERS,
            verdict="general call",
            statistic="mean",
            low=4,
            high=6,
        ),
        Benchmark(
            segment="technical",
            source=OTHERS,
            verdict="complex technical call",
            statistic="mean",
            low=8,
            high=12,
        ),
    ),
    unbanded=(NO_TARGET,),
    decisions=("Two handle times",),
)
def handle_time_contact(contacts: ir.Table) -> ir.NumericColumn:
    """Time of an agent for a call or chat: talking, on hold, and the work after it.

    One of which a part is missing is not counted, nor one that is not over.
    """
    return contacts.handle_seconds
