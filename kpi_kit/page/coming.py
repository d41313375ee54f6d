"""What next week is likely to bring, in words and by the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.page.headlines import answer
from kpi_kit.page.tables import folded, table
from kpi_kit.periods import DAY
from kpi_kit.units import count_text, day_text, duration_text, period_text, share_text

if TYPE_CHECKING:
    from kpi_kit.coming import Coming, Staffing

RANGE = "One week in five or so lies outside such a range by chance alone."


def coming(found: Coming, need: Staffing | None) -> str:
    """Say how many tickets next week usually brings, and which agents they take."""
    days = period_text(found.start, found.start + 7 * DAY)
    told = f"The week of {days} usually brings {count_text(found.usual)} tickets"
    told += f" ({count_text(found.low)} to {count_text(found.high)} in the last "
    told += f"{found.weeks} whole weeks)."
    if len(found.days) < 7:
        told += " Its holidays are left out."
    rows = [
        (
            day_text(day.day),
            count_text(day.usual),
            f"{count_text(day.low)} to {count_text(day.high)}",
        )
        for day in found.days
    ]
    heads = ("Day", "Tickets", "Least to most")
    made = table("Tickets that are likely to come", heads, rows, {*heads[1:]})
    agents = answer(_agents(need)) if need else ""
    return answer(told, RANGE) + agents + folded("Tickets by day", made)


def _agents(need: Staffing) -> str:
    """Say how many agents the tickets take, each factor with its number."""
    least, most = (share_text(bound).removesuffix("%") for bound in need.occupancy)
    few, many = (f"{agents:.1f}" for agents in need.agents)
    hours = " to ".join(count_text(hours) for hours in need.hours)
    work, minutes = count_text(need.work), duration_text(need.minutes)
    return (
        f"{count_text(need.tickets)} tickets × {minutes} of work (mean of eight weeks) "
        f"= {work} h; {work} h / (occupancy {least} to {most}% × (1 − shrinkage "
        f"{share_text(need.shrinkage)})) = {hours} paid hours: {few} to {many} agents "
        f"of {need.hours_each:.1f} paid hours a week. Calls and chats come on top."
    )
