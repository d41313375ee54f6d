"""Which hours of a week brought more tickets than the same hours usually do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.expectation import AT_LEAST, WEEKS, Expectation, holidays
from kpi_kit.plan import BUSY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    import pandas as pd

    from kpi_kit.standing import Scorecard

# Fewer tickets in an hour are no work that anybody plans for.
AT_LEAST_MORE = 5


@dataclass(frozen=True, kw_only=True)
class Hour:
    """An hour of the week: how many tickets came, and usually come.

    Usual is the mean: of hours with a ticket or none a median would say nothing.
    """

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

        Of hours that are like all others, some three of a thousand stand out.
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
        day is missing and without holidays.  Hours without four such weeks are left
        out; there are none where the week itself is not known to its end.
    """
    rows = card.slices.get(BUSY)
    if rows is None:
        return []
    whole = rows[rows["status"] == "ok"]
    now = whole[whole["period_start"] == card.start]
    since = card.start - timedelta(weeks=WEEKS)
    starts = whole["period_start"]
    before = whole[(starts >= since) & (starts < card.start)]
    return [*_hours(now, before, holidays(card.contract))]


def _hours(
    now: pd.DataFrame, before: pd.DataFrame, closed: Collection[date]
) -> Iterator[Hour]:
    keys = ["created_weekday", "created_hour"]
    earlier = dict(iter(before.groupby(keys)))
    for row in now.sort_values(keys).itertuples():
        day = _day(row)
        like = earlier.get((row.created_weekday, row.created_hour))
        values = [] if like is None else _values(like, closed)
        if day in closed or len(values) < AT_LEAST or not (row.value or any(values)):
            continue
        bounds = {"low": min(values), "high": max(values), "n": len(values)}
        usual = Expectation(day=day, usual=sum(values) / len(values), **bounds)
        yield Hour(hour=int(row.created_hour), came=float(row.value), usual=usual)


def _values(like: pd.DataFrame, closed: Collection[date]) -> list[float]:
    return [float(row.value) for row in like.itertuples() if _day(row) not in closed]


def _day(row: object) -> date:
    return row.period_start + timedelta(days=int(row.created_weekday) - 1)
