"""How far the data goes: the last thing that happened, and the days that lack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_kit.expectation import expected, holidays
from kpi_kit.periods import DAY, midnight
from kpi_kit.units import day_text

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

# What happens all the time, and in which column it says when.
INSTANTS = {"tickets": "created_at", "messages": "sent_at", "events": "occurred_at"}
JUDGED = ("meets", "misses", "close")


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """The last instant known, on the contract's wall clock, and the days after it.

    ``missing`` are the days up to the report's last one on which nothing happened,
    although each of the like weekdays before had its tickets.
    """

    last: datetime | None
    missing: tuple[date, ...]


def freshness(helpdesk: Helpdesk, card: Scorecard) -> Freshness:
    """Return how far the data of a scorecard goes.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    card
        With the daily rows of ``ticket_volume``; without them no day is missed.
    """
    zone = card.contract.time_zone
    until = midnight(card.as_of + DAY, zone)
    latest = [found for name in INSTANTS if (found := _latest(helpdesk, name, until))]
    if not latest:
        return Freshness(last=None, missing=())
    last = datetime.fromtimestamp(max(latest), UTC).astimezone(ZoneInfo(zone))
    end, count = last.date(), (card.as_of - last.date()).days
    days = (end + DAY * number for number in range(1, count + 1))
    missing = tuple(day for day in days if _is_missed(card, day, end))
    return Freshness(last=last, missing=missing)


def _latest(helpdesk: Helpdesk, name: str, until: int) -> int | None:
    column = INSTANTS[name]
    _, last = helpdesk.spans.get(f"{name}.{column}", (None, None))
    if last is None or last < until:
        return last
    instants = helpdesk.tables[name][column]
    return instants.max(where=instants < until).to_pyarrow().as_py()


def _is_missed(card: Scorecard, day: date, last: date) -> bool:
    if "ticket_volume" not in card.daily:
        return False
    daily = card.daily["ticket_volume"]
    # The other days that lack are no measure of what is usual.
    known = daily[daily["period_start"] <= last]
    usual = expected(known, day, holidays=holidays(card.contract))
    return usual is not None and usual.low > 0


def without_verdict(card: Scorecard, fresh: Freshness) -> Scorecard:
    """Return a scorecard that judges no period of which days are missing."""
    if not fresh.missing:
        return card
    text = f"no verdict: data ends {day_text(fresh.last)}"
    first = fresh.missing[0]
    standings = {
        name: _unjudged(standing, text) if standing.now.end > first else standing
        for name, standing in card.standings.items()
    }
    return replace(card, standings=standings)


def _unjudged(standing: Standing, text: str) -> Standing:
    if standing.state not in JUDGED:
        return standing
    return replace(standing, state="not_mature", state_text=text)
