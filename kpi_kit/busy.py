"""Which hours of a week brought more tickets than the same hours usually do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_kit.expectation import AT_LEAST, WEEKS, Expectation, holidays
from kpi_kit.plan import BUSY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi_kit.standing import Scorecard

# Fewer tickets in an hour are no work that anybody plans for.
AT_LEAST_MORE = 5


@dataclass(frozen=True, kw_only=True)
class Hour:
    """An hour of the week: how many tickets came, and usually come."""

    hour: int
    came: float
    usual: Expectation

    @property
    def more(self) -> float:
        """Return how many more than usual."""
        return self.came - self.usual.usual

    @property
    def stands_out(self) -> bool:
        """Return whether it is a spike, by five tickets at least.

        Of hours that are like all others, some four of a thousand stand out.
        """
        return self.more >= AT_LEAST_MORE and self.usual.is_spike(self.came)


def busy(card: Scorecard) -> list[Hour]:
    """Return the hours of a week that bring tickets, by the day and the clock.

    Parameters
    ----------
    card
        With the volume by weekday and hour of every week.

    Returns
    -------
    list of Hour
        Each against the same hour of the eight weeks before, without those of which a
        day is missing, without holidays, and without hours that a change of the clocks
        repeats or cuts.  Hours without four such weeks are left out; there are none
        where the week itself is not known to its end.
    """
    rows = card.slices.get(BUSY)
    if rows is None:
        return []
    zone, closed = ZoneInfo(card.contract.time_zone), holidays(card.contract)
    whole = rows[rows["status"] == "ok"]
    came = {_begin(row): float(row.value) for row in whole.itertuples()}
    came = {
        at: count
        for at, count in came.items()
        if at.date() not in closed and _is_whole(at.replace(tzinfo=zone))
    }
    found = (_held(at, came) for at in sorted(came) if at.date() >= card.start)
    return [hour for hour in found if hour is not None]


def _begin(row: object) -> datetime:
    """Return when an hour begins by the clock on the wall."""
    days = timedelta(days=int(row.created_weekday) - 1)
    return datetime.combine(row.period_start, time(int(row.created_hour))) + days


def _is_whole(at: datetime) -> bool:
    """Return whether the clocks show an hour once, from its first minute to its last.

    Examples
    --------
    >>> zone = ZoneInfo("Australia/Lord_Howe")  # back from 2:00 to 1:30
    >>> [_is_whole(datetime(2026, 4, 5, hour, tzinfo=zone)) for hour in (0, 1, 2)]
    [True, False, True]
    """
    ends = (at, at.replace(minute=59))
    return all(end.utcoffset() == end.replace(fold=1).utcoffset() for end in ends)


def _held(at: datetime, came: Mapping[datetime, float]) -> Hour | None:
    """Hold an hour against its like; None where they are too few or all empty."""
    like = [at - timedelta(weeks=number) for number in range(1, WEEKS + 1)]
    values = [came[then] for then in like if then in came]
    if len(values) < AT_LEAST or not (came[at] or any(values)):
        return None
    bounds = {"low": min(values), "high": max(values), "n": len(values)}
    usual = Expectation(day=at.date(), usual=median(values), **bounds)
    return Hour(hour=at.hour, came=came[at], usual=usual)
