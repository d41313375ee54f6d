"""How well: solved at the first contact, and solved for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.catalog import Benchmark, share

if TYPE_CHECKING:
    import ibis.expr.types as ir

HDI = "HDI 2024 Support Center Practices, as cited"
ZENDESK = "Zendesk 2025 CX Benchmark, as cited"
OTHERS = "unattributed, as cited"
REOPENS = ("events.field=status", "tickets.reopened_at")
SOLVES = ("events.field=status", "tickets.solved_at")


def _young(tickets: ir.Table) -> ir.BooleanColumn:
    return ~tickets.is_mature


def _answered(tickets: ir.Table) -> ir.BooleanColumn:
    return (tickets.opened_by != "agent") & tickets.first_reply_at.notnull()


BANDS = (
    Benchmark(segment="b2b_saas", source=HDI, verdict="healthy", low=0.65, high=0.75),
    Benchmark(segment="ecommerce", source=HDI, verdict="healthy", low=0.65, high=0.75),
    Benchmark(
        segment="all",
        source=HDI,
        verdict="training or documentation problem when consistently below",
        high=0.60,
    ),
    Benchmark(segment="all", source=OTHERS, verdict="world class", low=0.80),
    Benchmark(segment="all", source=OTHERS, verdict="average", low=0.70, high=0.75),
    Benchmark(segment="all", source=OTHERS, verdict="investigate now", high=0.65),
    Benchmark(
        segment="all", source=OTHERS, verdict="contract minimum: above 65 %", low=0.65
    ),
    Benchmark(
        segment="all",
        source="unattributed, as cited by a third article",
        verdict="strong",
        low=0.70,
        high=0.80,
    ),
)
SHARED: dict[str, Any] = {
    "better": "higher",
    "dated_by": "first_solved_at",
    "awaited": lambda tickets: _young(tickets) & _answered(tickets),
    "benchmarks": BANDS,
    "unbanded": (
        "65 to 70 % and 75 to 80 %: between the verdicts of one article",
        "60 to 65 %: two articles have no word for it, a third one investigates",
    ),
    "decisions": ("What is a first contact", "Seven days to judge a solve"),
}


@share(
    label="First contact resolution",
    plain="Solved at the first contact",
    formula="the contract's variant: one reply, one touch, no follow-up or no repeat",
    needs=(("messages",), SOLVES, REOPENS),
    source="First Contact Resolution, four readings; the contract names one",
    **SHARED,
)
def first_contact_resolution(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of answered and solved tickets that took one contact.

    Which of the four readings counts is the contract's choice
    (``first_contact_resolution``, by default ``one_touch``).
    """
    return tickets.is_first_contact


@share(
    label="Solved with one reply",
    formula="no follow-up, and exactly one public human reply",
    needs=(("messages",), SOLVES, REOPENS),
    source="First Contact Resolution: fully resolved in a single reply",
    **SHARED,
)
def first_contact_resolution_one_reply(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of answered and solved tickets that one reply solved.

    One agent replied once, the customer wrote nothing after it and did not reopen the
    ticket within seven days of the first solve.
    """
    return tickets.is_one_reply


@share(
    label="Solved by one agent",
    formula="no follow-up, and exactly one replying agent",
    needs=(("messages",), ("messages.author_id",), SOLVES, REOPENS),
    source="First Contact Resolution: no follow-up from customer or second agent",
    **SHARED,
)
def first_contact_resolution_one_touch(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of answered and solved tickets that one agent solved at once.

    Only one agent replied, the customer wrote nothing after the first reply and did not
    reopen the ticket within seven days of the first solve.
    """
    return tickets.is_one_touch


@share(
    label="Solved without follow-up",
    formula="no customer message after the first reply, no reopening in 7 days",
    needs=(("messages",), SOLVES, REOPENS),
    source="First Contact Resolution: single interaction, no follow-up needed",
    **SHARED,
)
def first_contact_resolution_no_follow_up(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of answered and solved tickets that the customer did not come back to.

    The customer wrote nothing after the first human reply and did not reopen the ticket
    within seven days of the first solve.
    """
    return tickets.is_no_follow_up


@share(
    label="Solved without another ticket",
    formula="no follow-up, and no ticket of that customer and issue type in 7 days",
    needs=(
        ("messages",),
        SOLVES,
        REOPENS,
        ("tickets.customer_id",),
        ("tickets.issue_type",),
    ),
    source="First Contact Resolution: no need to call back or e-mail again",
    **SHARED
    | {
        "awaited": lambda tickets: (
            _young(tickets) & _answered(tickets) & tickets.has_subject
        )
    },
)
def first_contact_resolution_no_repeat(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of answered and solved tickets after which nothing more came.

    No follow-up, and no other ticket of the same customer and issue type created within
    seven days after the first solve. Tickets without customer or issue type cannot be
    judged and are not counted.
    """
    return tickets.is_no_repeat


@share(
    label="Reopen rate",
    plain="Reopened in 7 days",
    better="lower",
    dated_by="first_solved_at",
    formula="reopened by the customer within 7 x 24 h / solved at least 7 days ago",
    needs=(SOLVES, REOPENS),
    awaited=_young,
    source="Ticket Reopen Rate: reopened by the customer within seven days",
    benchmarks=(
        Benchmark(
            segment="technical",
            source=ZENDESK,
            verdict="median",
            statistic="median",
            low=0.073,
            high=0.073,
        ),
        Benchmark(
            segment="all",
            source=ZENDESK,
            verdict="resolution quality problem above",
            low=0.10,
        ),
        Benchmark(
            segment="all",
            source="unattributed, as cited",
            verdict="contract maximum",
            high=0.08,
        ),
    ),
    unbanded=("7.3 to 10 %: no article says whether that is good or bad",),
    decisions=("Who reopened the ticket", "Seven days to judge a solve"),
)
def reopen_rate(tickets: ir.Table) -> ir.BooleanColumn:
    """Share of solved tickets that their customer reopened within seven days.

    Tickets solved less than seven days before the report's last day cannot be judged
    yet; they are left out and make the row provisional.
    """
    return tickets.is_mature.ifelse(tickets.reopened_within_7_days, None)
