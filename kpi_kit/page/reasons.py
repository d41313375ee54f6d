"""Why customers write, and how long the open tickets have been open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.causes import SHOWN
from kpi_kit.cut_offs import BUSINESS
from kpi_kit.page.headlines import answer
from kpi_kit.page.tables import Cell, folded, table
from kpi_kit.units import (
    MINUS,
    MISSING,
    count_text,
    day_text,
    duration_text,
    period_text,
    share_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpi_kit.ages import Ages
    from kpi_kit.causes import Cause, Causes
    from kpi_kit.charts.leads import Lead
    from kpi_kit.cut_offs import CutOff
    from kpi_kit.lot import Drawn
    from kpi_kit.page.parts import Named

# What causes are held against, by the report's period; those of a day are too few.
BEFORE = {"week": "Four weeks before", "quarter": "Quarter before"}
OLD = 4  # from this place on in the ages: seven days and more


def causes(found: Causes) -> str:
    """Say what customers mostly write about, how sure that is, and what need not be."""
    days = period_text(found.start, found.end)
    if not found.tagged:
        return answer(f"No ticket of {days} has a root cause.")
    first = found.causes[:3]
    led = ", ".join(f"{cause.name} {count_text(cause.n)}" for cause in first)
    many = "three causes" if len(first) == 3 else "causes"
    tagged = f"{share_text(found.tagged / found.n)} of {count_text(found.n)} tickets"
    return answer(
        f"The first {many}: {led}.",
        f"{tagged} of {days} have one.",
        _avoidable(found),
    )


def _avoidable(found: Causes) -> str:
    if found.avoidable is None:
        return "The contract calls none of them avoidable (avoidable_causes)."
    share = share_text(found.avoidable / found.tagged)
    return f"{share} of these need not be: the contract calls their causes avoidable."


def causes_table(
    found: Causes,
    before: str = BEFORE["week"],
    leads: Mapping[str, Lead] | None = None,
) -> str:
    """Return the most frequent causes, each with the period ``before``.

    ``leads`` says by the cause's name where the number of its tickets leads.
    """
    if not found.tagged:
        return ""
    rows = [
        (
            cause.name,
            _counted(cause, leads or {}),
            share_text(cause.n / found.tagged),
            _change(cause),
            {True: "avoidable", False: MISSING, None: MISSING}[cause.is_avoidable],
        )
        for cause in found.causes[:SHOWN]
    ]
    heads = ("Root cause", "Tickets", "Share", before, "")
    if found.avoidable is None:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    if not found.has_before:
        heads = (*heads[:3], *heads[4:])
        rows = [(*row[:3], *row[4:]) for row in rows]
    return table("Root causes", heads, rows, {*heads[1:4]} - {""})


def _counted(cause: Cause, leads: Mapping[str, Lead]) -> Cell:
    lead = leads.get(cause.name)
    return Cell(count_text(cause.n), to=lead.place if lead else "")


def _change(cause: Cause) -> str:
    change = cause.n - cause.before
    sign = "+" if change > 0 else MINUS if change < 0 else ""
    return f"{count_text(cause.before)} ({sign}{count_text(abs(change))})"


def drawn(found: Sequence[Drawn], how: str) -> str:
    """Return the tickets to be read, each with what kept it from being ``how``."""
    told = answer(
        f"To be read this week, drawn by lot: {count_text(len(found))} tickets that "
        f"were not {how}."
    )
    rows = [
        (Cell(one.ticket_id, address=one.url), one.issue_type or MISSING, one.why)
        for one in found
    ]
    heads = ("Ticket", "Issue type", "Why")
    return told + table("Tickets to be read", heads, rows, set())


def ages(
    found: Ages, tickets: Mapping[int, Named] | None = None, when: str = ""
) -> str:
    """Say how old the open tickets are, with the table behind it.

    ``tickets`` has by their place in the ages the tickets that are named; ``when`` says
    on which day, where that is not the last one of the report's period.
    """
    if not found.n:
        return ""
    old = sum(count for _, count in found.counts[OLD - 1 :])
    oldest = duration_text(found.oldest)
    told = f"{count_text(old)} of the {count_text(found.n)} open tickets{when} are"
    told += f" a week old or older; the oldest has been open for {oldest}."
    heads, rows = (
        ("Open for", "Tickets", "Share"),
        [
            (name, count_text(count), share_text(count / found.n))
            for name, count in found.counts
        ],
    )
    numbers = {*heads[1:]}
    if tickets:
        heads = (*heads, "The oldest")
        rows = [(*row, tickets.get(n, MISSING)) for n, row in enumerate(rows)]
    behind = table("Open tickets by age", heads, rows, numbers)
    return answer(told) + folded("Open tickets by age", behind)


def at_cut_offs(found: Sequence[CutOff]) -> str:
    """Return how many tickets each shift of the week, or business day, left open."""
    if not found:
        return ""
    names = [*dict.fromkeys(cut.name for cut in found)]
    left = {(cut.day, cut.name): count_text(cut.n) for cut in found}
    rows = [
        (day_text(day), *(left.get((day, name), MISSING) for name in names))
        for day in sorted({cut.day for cut in found})
    ]
    least, most = (count_text(pick(cut.n for cut in found)) for pick in (min, max))
    ends = "The business hours of each day" if names == [BUSINESS] else "Each shift"
    told = f"{ends} of the week left {least} to {most} tickets open."
    behind = table("Open at the end", ("Day", *names), rows, {*names})
    return answer(told) + folded("Open at the end of each", behind)
