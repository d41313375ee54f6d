"""How far the data goes: its first and last instant, and the days that lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_kit.expectation import AT_LEAST, WEEKS, holidays
from kpi_kit.periods import DAY, midnight

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

# What happens all the time, and in which column it says when.
INSTANTS = {"tickets": "created_at", "messages": "sent_at", "events": "occurred_at"}
# A day that brings so many on average stays empty by chance once in a thousand times.
SURELY_SOME = 7


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """The first day and the last instant known, on the contract's wall clock.

    ``missing`` are the days of the report's period before the first ticket, and the
    days after the last instant on which something should have happened.
    """

    first: date | None = None
    last: datetime | None = None
    missing: tuple[date, ...] = ()

    def lacks(self, start: date, end: date) -> bool:
        """Return whether a day from ``start`` to before ``end`` is missing."""
        return any(start <= day < end for day in self.missing)


def freshness(  # noqa: PLR0913 - what is known, and the days in question
    helpdesk: Helpdesk,
    contract: Contract,
    daily: pd.DataFrame,
    *,
    first: date | None,
    start: date,
    as_of: date,
) -> Freshness:
    """Return how far the data of a report goes.

    Parameters
    ----------
    helpdesk, contract
        The canonical tables, and the zone and the holidays.
    daily
        Daily rows of ``ticket_volume``, eight weeks of them or more.
    first
        Local day of the first ticket; None where there is none.
    start, as_of
        First day of the judged period, and the last day that is known.
    """
    zone = contract.time_zone
    until = midnight(as_of + DAY, zone)
    latest = [found for name in INSTANTS if (found := _latest(helpdesk, name, until))]
    if first is None or first > as_of or not latest:
        return Freshness(missing=tuple(_days(start, as_of)))
    last = datetime.fromtimestamp(max(latest), UTC).astimezone(ZoneInfo(zone))
    end = last.date()
    since = max(first, end - timedelta(weeks=WEEKS) + DAY)
    known = daily[daily["period_start"].between(since, end)]
    usual = dict(zip(known["period_start"], known["value"], strict=True))
    closed = holidays(contract)
    silent = _days(end + DAY, as_of)
    missed = tuple(day for day in silent if _is_missed(usual, day, closed))
    return Freshness(
        first=first, last=last, missing=(*_days(start, first - DAY), *missed)
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _latest(helpdesk: Helpdesk, name: str, until: int) -> int | None:
    column = INSTANTS[name]
    _, last = helpdesk.spans.get(f"{name}.{column}", (None, None))
    if last is None or last < until:
        return last
    instants = helpdesk.tables[name][column]
    return instants.max(where=instants < until).to_pyarrow().as_py()


def _is_missed(usual: dict[date, float], day: date, closed: Collection[date]) -> bool:
    """Return whether a day without a sign should have had tickets.

    Each like weekday of the last eight weeks known had some, and these are four or had
    many.  Where the silence is longer than the days asked for, every day is missed.
    """
    if not usual:
        return True
    like = [
        came
        for known, came in usual.items()
        if known.weekday() == day.weekday() and known not in closed
    ]
    if day in closed or not like or min(like) <= 0:
        return False
    return len(like) >= AT_LEAST or sum(like) >= SURELY_SOME * len(like)
