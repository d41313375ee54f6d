"""How long callers wait, and how many give up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.catalog import Benchmark, share, work

if TYPE_CHECKING:
    import ibis.expr.types as ir

OTHERS = "unattributed, as cited"
QUEUED: dict[str, Any] = {"of": "contacts", "dated_by": "queued_at"}
BEGAN = ("contacts.queued_at", "contacts.answered_at", "contacts.ended_at")
WAITS = (("contacts.queued_at",), ("contacts.answered_at",))


@share(
    label="Service level",
    plain="Answered in time",
    better="higher",
    formula="contacts answered within the contract's seconds / contacts",
    needs=WAITS,
    source="Service level: 80 % of calls answered within 20 seconds",
    benchmarks=(
        Benchmark(
            segment="all", source=OTHERS, verdict="80 % within 20 seconds", low=0.80
        ),
    ),
    decisions=("Who gives up has been missed",),
    **QUEUED,
)
def service_level(contacts: ir.Table) -> ir.BooleanColumn:
    """Share of calls and chats that were answered within the contract's seconds.

    The contract says how many (20 by default), and whether somebody
    who gave up was missed (by default) or is left out. Whoever was not answered though
    the seconds had passed was missed; whoever still waits within them is not judged.
    """
    return contacts.is_in_time


@work(
    label="Average speed of answer",
    plain="Wait for an agent",
    shown="mean",
    better="lower",
    formula="answered - queued, over contacts that were answered",
    needs=WAITS,
    source="Phone first response: the wait on hold; average speed of answer",
    benchmarks=(
        Benchmark(
            segment="phone", source=OTHERS, verdict="target under 2 min on hold", high=2
        ),
    ),
    decisions=("A wait on the phone is no first response",),
    **QUEUED,
)
def average_speed_of_answer(contacts: ir.Table) -> ir.NumericColumn:
    """Time from the queue to an agent, over calls and chats that were answered.

    Its mean is what the trade calls average speed of answer.
    """
    return contacts.is_answered.ifelse(contacts.waited_seconds, None)


@share(
    label="Abandonment rate",
    plain="Gave up waiting",
    better="lower",
    formula="contacts abandoned / contacts offered",
    needs=(("contacts.abandoned",), BEGAN),
    source="Abandonment, beside the service level; no article gives a number",
    unbanded=("no article gives a number",),
    decisions=("Two bases of abandonment",),
    **QUEUED,
)
def abandonment_rate(contacts: ir.Table) -> ir.BooleanColumn:
    """Share of all calls and chats whose customer gave up before an answer.

    Who was answered did not give up; who still waits, or of whom nobody says, is not
    counted.
    """
    return contacts.is_abandoned


@share(
    label="Abandonment rate of queued",
    plain="Gave up after queuing",
    better="lower",
    formula="contacts abandoned in the queue / contacts that waited at all",
    needs=(("contacts.abandoned",), *WAITS, ("contacts.ended_at",)),
    source="Abandonment, beside the service level; no article gives a number",
    unbanded=("no article gives a number",),
    decisions=("Two bases of abandonment",),
    **QUEUED,
)
def abandonment_rate_of_queued(contacts: ir.Table) -> ir.BooleanColumn:
    """Share of the calls and chats that waited at all whose customer gave up.

    Who was answered at once, or hung up before the queue, did not wait.
    """
    return contacts.has_queued.ifelse(contacts.is_abandoned, None)
