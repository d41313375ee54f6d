"""Agents work too much of their paid time, week after week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.arrivals import risen
from kpi_kit.held import readings
from kpi_kit.phrases import dated, value
from kpi_kit.rules import Finding, rule, sound
from kpi_kit.standing import is_vendors
from kpi_kit.units import count_text, day_text, share_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpi_kit.standing import Reading, Scorecard, Standing

# Both articles call it burn-out from here on, a third one a risk of turnover.
MOST = 0.85
WEEKS, OF_THEM = 4, 3
TEAMS = 3
LATER = (timedelta(days=60), timedelta(days=90))


@rule(
    reads=("utilization",),
    severity="warning",
    source="Agent utilization: consistently above 85 % creates burnout conditions",
)
def overworked(card: Scorecard) -> Finding | None:
    """Agents may burn out: they work too much of their paid time.

    Fires when utilization is over 85 % in the judged week and in at least three of the
    last four.  It has no interval and needs none: it counts all hours paid.
    """
    used = card["utilization"]
    weeks = _weeks(card, used)
    over = [week for week in weeks if week.value > MOST]
    if card.every != "week" or not used.now.value > MOST or len(over) < OF_THEM:
        return None
    return Finding(
        title=(
            f"Agents work {value(used, used.now)} of their paid time, over {MOST:.0%} "
            f"in {len(over)} of {len(weeks)} weeks"
        ),
        state="misses" if used.state == "misses" else "close",
        facts=(_by_week(card, used, weeks), *_by_team(card, used), _expected(used)),
        speaks_for=_busy(card, used),
        speaks_against=_more_came(card, used),
        ask=(
            "The vendor's planner says whom they add or what they take off the agents, "
            "and by when the share is under 80%; the client sends a forecast of "
            "tickets for the next three months."
        ),
        metric="utilization",
    )


def _weeks(card: Scorecard, used: Standing) -> list[Reading]:
    """Return the last four weeks that can be judged, the judged one last."""
    since = used.now.start - timedelta(weeks=WEEKS - 1)
    return [
        week
        for week in readings(used.series)
        if since <= week.start <= used.now.start
        and week.status == "ok"
        and is_vendors(card.contract, week)
    ]


def _by_week(card: Scorecard, used: Standing, weeks: list[Reading]) -> str:
    shares = ", ".join(value(used, week) for week in weeks)
    return (
        f"Work as a share of all paid hours, week by week{dated(card, used)}: {shares} "
        f"({count_text(used.now.n)} stretches of time in the last)."
    )


def _by_team(card: Scorecard, used: Standing) -> Iterator[str]:
    """Yield which teams are over, where there are several."""
    rows = card.slices.get(("utilization", "team"))
    if rows is None:
        return
    rows = rows[rows["period_start"] == used.now.start]
    known = rows[(rows["team"] != NONE) & (rows["status"] == "ok")]
    over = known[known["value"] > MOST].sort_values(
        ["value", "team"], ascending=[False, True]
    )
    if len(known) > 1 and len(over):
        named = ", ".join(
            f"{row.team} {value(used, row)}" for row in over.head(TEAMS).itertuples()
        )
        yield f"Over {MOST:.0%}: {len(over)} of {len(known)} teams ({named})."


def _expected(used: Standing) -> str:
    """Say what the cited report expects, and when."""
    first, last = (used.now.end + days for days in LATER)
    return (
        "Gallup 2024, as cited, expects ratings, first contacts and reviews to fall 60 "
        f"to 90 days later, from {day_text(first)} to {day_text(last)}."
    )


def _busy(card: Scorecard, used: Standing) -> str | None:
    """Return what only too much work explains: hardly a pause between tickets."""
    busy = sound(card, "occupancy")
    if busy is None or busy.now.start != used.now.start or busy.now.value <= MOST:
        return None
    share = share_text(busy.now.value)
    return f"Of the time they are available they work {share}: agents may leave."


def _more_came(card: Scorecard, used: Standing) -> str | None:
    volume = sound(card, "ticket_volume")
    more = volume and risen(volume, used.now)
    if not more:
        return None
    came = f"{share_text(more)} more tickets came in than the week before"
    return f"{came}: it may be a peak that passes."
