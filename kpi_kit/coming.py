"""What the next week is likely to bring: tickets, and the agents they take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.expectation import AT_LEAST, WEEKS, Expectation, expected, holidays
from kpi_kit.paid_time import cited
from kpi_kit.periods import DAY

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kpi_kit.paid_time import PaidTime
    from kpi_kit.standing import Scorecard

VOLUME = "ticket_volume"
HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Tickets of the week after a report's.

    ``days`` has what each of its days usually brings, without holidays; ``low`` and
    ``high`` are the least and the greatest sum of those weekdays in ``weeks`` whole
    weeks before.
    """

    start: date
    days: tuple[Expectation, ...]
    low: float
    high: float
    weeks: int

    @property
    def usual(self) -> float:
        """Return the sum of the usual days."""
        return sum(day.usual for day in self.days)


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """The agents that some tickets take.

    Paid hours are tickets x ``minutes`` / occupancy / (1 - ``shrinkage``), agents these
    by the hours that an agent is paid a week: fewer at the ``high`` end of the cited
    occupancy, more at its ``low`` one.
    """

    tickets: float
    minutes: float
    occupancy: tuple[float, float]
    shrinkage: float
    hours_each: float

    @property
    def work(self) -> float:
        """Return the hours of work."""
        return self.tickets * self.minutes / 60

    @property
    def hours(self) -> tuple[float, float]:
        """Return the paid hours, fewest first."""
        low, high = self.occupancy
        there = 1 - self.shrinkage
        return self.work / high / there, self.work / low / there

    @property
    def agents(self) -> tuple[float, float]:
        """Return the agents, fewest first."""
        few, many = self.hours
        return few / self.hours_each, many / self.hours_each


def coming(card: Scorecard) -> Coming | None:
    """Return what the seven days after a weekly report are likely to bring.

    None where fewer than four whole weeks are known.

    Notes
    -----
    Each day is the median of its weekday in eight weeks; the range is of whole weeks,
    for days of one week are alike.  Of eight like weeks and one more, the one more
    lies outside their range in two of nine cases.
    """
    daily = card.daily.get(VOLUME)
    if daily is None:
        return None
    closed = holidays(card.contract)
    ahead = [card.end + number * DAY for number in range(7)]
    days = [expected(daily, day, holidays=closed) for day in ahead if day not in closed]
    if not days or None in days:
        return None
    known = daily[(daily["status"] == "ok") & ~daily["period_start"].isin(closed)]
    values = dict(zip(known["period_start"], known["value"], strict=True))
    sums = [_sum(values, days, weeks) for weeks in range(1, WEEKS + 1)]
    whole = [each for each in sums if each is not None]
    if len(whole) < AT_LEAST:
        return None
    bounds = {"low": min(whole), "high": max(whole), "weeks": len(whole)}
    return Coming(start=card.end, days=tuple(days), **bounds)


def _sum(
    values: dict[date, float], days: list[Expectation], weeks: int
) -> float | None:
    """Return what the same weekdays brought so many weeks before, if all are known."""
    back = [day.day - timedelta(weeks=weeks) for day in days]
    return sum(values[day] for day in back) if {*back} <= values.keys() else None


def staffing(
    found: Coming, paid: PaidTime | None, work: pd.DataFrame | None
) -> Staffing | None:
    """Return the agents that a week's tickets take; None where an input is unknown.

    Parameters
    ----------
    found
        How many tickets.
    paid
        The hours of the report's week: what agents were paid, and away.
    work
        Scorecard rows of the handle time per ticket.
    """
    if paid is None or work is None or not paid.paid or not paid.agents:
        return None
    mean = work.loc[(work["statistic"] == "mean") & (work["status"] == "ok"), "value"]
    if mean.empty or paid.shrinkage >= 1:
        return None
    band = cited("occupancy")
    return Staffing(
        tickets=found.usual,
        minutes=float(mean.iloc[0]),
        occupancy=(band.low, band.high),
        shrinkage=paid.shrinkage,
        hours_each=paid.paid / HOUR / paid.agents,
    )
