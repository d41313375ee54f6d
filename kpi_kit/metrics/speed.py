"""How fast: first response, unanswered tickets, resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import Benchmark, count, duration

if TYPE_CHECKING:
    import ibis.expr.types as ir

HOUR = 60
ZENDESK = "Zendesk 2025 CX Benchmark, as cited"

duration(
    "first_response_time",
    fact="first_response",
    label="First response time",
    plain="First response",
    better="lower",
    dated_by="created_at",
    definition=(
        "Time from a ticket's creation to the first public reply by a human agent; "
        "automatic messages, bots and internal notes do not stop the clock. Answered "
        "tickets only; tickets that an agent opened are left out."
    ),
    formula="first human public reply - ticket created, over answered tickets",
    needs=(("messages", "tickets.first_reply_at"),),
    source="First Response Time: submission to first substantive human response",
    benchmarks=(
        Benchmark(
            segment="b2b_saas",
            source=ZENDESK,
            verdict="median, email",
            statistic="median",
            clock="business",
            low=4 * HOUR,
            high=8 * HOUR,
        ),
        Benchmark(
            segment="ecommerce",
            source="unattributed, as cited",
            verdict="competitive, email; clock not stated",
            low=1 * HOUR,
            high=2 * HOUR,
        ),
        Benchmark(
            segment="email",
            source="unattributed, as cited",
            verdict="target under 2 h; clock and statistic not stated",
            high=2 * HOUR,
        ),
        Benchmark(
            segment="email",
            source="unattributed, as cited by a second article",
            verdict="target under 1 h; clock and statistic not stated",
            high=1 * HOUR,
        ),
        Benchmark(
            segment="chat",
            source="unattributed, as cited by two articles",
            verdict="target under 1 min",
            high=1,
        ),
        Benchmark(
            segment="social",
            source="unattributed, as cited",
            verdict="target under 1 h",
            high=1 * HOUR,
        ),
    ),
    unbanded=(
        "a contract's own first-response target has no cited number",
        "phone: the cited 2 minutes on hold are a queue time, not a first response",
    ),
    decisions=("Which reply stops the clock", "Who opened the ticket"),
)

duration(
    "first_resolution_time",
    fact="first_resolution",
    label="First resolution time",
    plain="Time to first solve",
    better="lower",
    dated_by="first_solved_at",
    definition=(
        "Time from a ticket's creation to the first time it was solved (closed, where "
        "it never was solved). Stays when the ticket is open again."
    ),
    formula="first solve - ticket created, over tickets ever solved",
    needs=(("events.field=status", "tickets.solved_at"),),
    source="Average Resolution Time, its first half",
    unbanded=("no article gives a number for the first of several solves",),
    decisions=("What counts as solved",),
)

duration(
    "resolution_time",
    fact="resolution",
    label="Resolution time",
    plain="Time to resolution",
    better="lower",
    dated_by="last_solved_at",
    definition=(
        "Time from a ticket's creation to the last time it was solved, all "
        "back-and-forth included. A ticket that is open has none yet."
    ),
    formula="last solve - ticket created, over tickets that are not open",
    needs=(("events.field=status", "tickets.solved_at"),),
    source="Average Resolution Time: creation to final closure",
    benchmarks=(
        Benchmark(
            segment="b2b_saas",
            source=ZENDESK,
            verdict="median, email, all categories",
            statistic="median",
            low=28 * HOUR,
            high=28 * HOUR,
        ),
        Benchmark(
            segment="routine",
            source="unattributed, as cited",
            verdict="routine tickets within 24 h",
            high=24 * HOUR,
        ),
        Benchmark(
            segment="escalated",
            source="unattributed, as cited",
            verdict="escalated technical issues",
            low=48 * HOUR,
            high=72 * HOUR,
        ),
    ),
    unbanded=("neither clock nor 'routine' is defined by the articles",),
    decisions=("What counts as solved", "Open tickets"),
)


@count(
    label="Unanswered tickets",
    plain="Without a reply",
    better="lower",
    dated_by="created_at",
    formula="count of tickets without a human public reply by the report's last day",
    needs=(("messages", "tickets.first_reply_at"),),
    source="First Response Time: an average over answered tickets hides the others",
    unbanded=("no article gives a number",),
    decisions=("Which reply stops the clock",),
)
def unanswered_tickets(tickets: ir.Table) -> ir.BooleanColumn:
    """Tickets that no human agent has answered publicly yet, solved or not.

    Tickets that an agent opened are not looked at.
    """
    return (tickets.opened_by != "agent").ifelse(tickets.first_reply_at.isnull(), None)
