"""What next week is likely to bring, in words and by the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.expectation import holidays
from kpi_kit.page.headlines import answer
from kpi_kit.page.tables import folded, table
from kpi_kit.periods import DAY
from kpi_kit.plurals import plural
from kpi_kit.units import (
    MINUS,
    WEEKDAYS,
    count_text,
    day_text,
    duration_text,
    period_text,
    score_text,
    share_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.busy import Hour
    from kpi_kit.coming import Coming, Staffing
    from kpi_kit.standing import Scorecard

SHOWN = 5
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


def busy(found: Sequence[Hour], card: Scorecard) -> str:
    """Say which hours of the week brought far more tickets than usual, and the busiest.

    Where none did, the busiest are shown in their place.
    """
    if not found:
        return ""
    out = sorted((hour for hour in found if hour.stands_out), key=lambda h: -h.more)
    most = sorted(found, key=lambda hour: -hour.came)
    caption = "Hours far above their usual" if out else "The busiest hours"
    heads = ("Hour", "Tickets", "Usually", "More")
    rows = [_row(hour) for hour in out or most[:SHOWN]]
    closed = any(card.start <= day < card.end for day in holidays(card.contract))
    told = [
        _risen(out, len(found), period_text(card.start, card.end)),
        _most(most[0], out),
        *(["Its holidays are left out."] if closed else []),
    ]
    return answer(*told) + folded(caption, table(caption, heads, rows, {*heads[1:]}))


def _risen(out: Sequence[Hour], hours: int, days: str) -> str:
    if not out:
        return f"No hour of the week of {days} brought far more tickets than usual."
    rest = f"{hours - len(out)} of {hours} hours with tickets were not far above"
    first = f"In the week of {days}, {_at(out[0])} brought {_came(out[0])}"
    return f"{first}; {rest} their usual."


def _most(most: Hour, out: Sequence[Hour]) -> str:
    if most in out[:1]:
        return "No hour brought more."
    return f"Most came {_at(most)}: {_came(most)}."


def _came(hour: Hour) -> str:
    return f"{plural(int(hour.came), 'ticket')}, usually {score_text(hour.usual.usual)}"


def _row(hour: Hour) -> tuple[str, str, str, str]:
    more = round(hour.more, 1)
    sign = "+" if more > 0 else MINUS if more < 0 else ""
    return (
        f"{day_text(hour.usual.day)}, {hour.hour:02d} to {hour.hour + 1:02d} h",
        count_text(hour.came),
        score_text(hour.usual.usual),
        f"{sign}{score_text(abs(more))}",
    )


def _at(hour: Hour) -> str:
    day = WEEKDAYS[hour.usual.day.weekday()]
    return f"{day} {hour.hour:02d} to {hour.hour + 1:02d} h"
