"""What a weekday usually brings: the same weekday of the eight weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING

from kpi_kit.intervals import Z

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import pandas as pd

    from kpi_kit.contract import Contract
    from kpi_kit.standing import Scorecard

WEEKS = 8
# Of fewer weeks neither a median nor a range says what is usual.
AT_LEAST = 4
# The articles call it a spike from here on.
SPIKE = 1.3


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """The median, least and greatest of a weekday's earlier values, and how many.

    Where ``of_weekday`` is false they are those of any days.  Of eight like weeks and
    one more, the one more lies outside their range in two of nine cases by chance
    alone: outside is worth a word, and no alarm.
    """

    day: date
    usual: float
    low: float
    high: float
    n: int
    of_weekday: bool = True

    def side(self, value: float) -> str:
        """Return where a value lies: ``above``, ``below`` or ``within`` the range."""
        return (
            "above" if value > self.high else "below" if value < self.low else "within"
        )

    def is_spike(self, came: float) -> bool:
        """Return whether a count is 30 % above the usual, above all others and chance.

        Both days vary as counts do.
        """
        more = came - self.usual
        beyond = came > self.high and came >= SPIKE * self.usual
        return beyond and more > Z * sqrt(came + self.usual)


def expected(
    daily: pd.DataFrame,
    day: date,
    *,
    weeks: int = WEEKS,
    holidays: Collection[date] = frozenset(),
) -> Expectation | None:
    """Return what a day's weekday usually brings.

    Parameters
    ----------
    daily
        Scorecard rows of one metric, statistic and clock, one per day.
    day
        The day in question.
    weeks
        How many weeks to look back.
    holidays
        Days that are like no other of their weekday.

    Returns
    -------
    Expectation or None
        From the days that are known and had enough tickets.  None where these are fewer
        than four, and for a holiday, which has no weekday to be like.
    """
    back = [day - timedelta(weeks=number) for number in range(1, weeks + 1)]
    values = _known(daily[daily["period_start"].isin(set(back) - {*holidays})])
    return None if day in holidays else _from(values, day)


def usual_day(
    daily: pd.DataFrame, day: date, *, holidays: Collection[date] = frozenset()
) -> Expectation | None:
    """Return what a day usually brings, from any days where weekdays are too few.

    A source that began less than four weeks ago knows no weekday yet; the days that it
    does know, from the first one with a ticket, still tell a day that is like none.
    """
    found = expected(daily, day, holidays=holidays)
    if found is not None or day in holidays:
        return found
    since = day - timedelta(weeks=WEEKS)
    rows = daily[(daily["period_start"] >= since) & (daily["period_start"] < day)]
    first = rows.loc[rows["value"] > 0, "period_start"].min()
    values = _known(rows[rows["period_start"] >= first] if len(rows) else rows)
    return _from(values, day, of_weekday=False)


def usually(card: Scorecard, name: str) -> Expectation | None:
    """Return what the day that a KPI is judged by usually brings.

    None for a KPI without daily rows, and where too few days are known.
    """
    if name not in card.daily:
        return None
    closed = holidays(card.contract)
    return usual_day(card.daily[name], card[name].now.start, holidays=closed)


def _known(rows: pd.DataFrame) -> pd.Series:
    return rows.loc[rows["status"] == "ok", "value"].dropna()


def _from(
    values: pd.Series, day: date, *, of_weekday: bool = True
) -> Expectation | None:
    if len(values) < AT_LEAST:
        return None
    return Expectation(
        day=day,
        usual=float(values.median()),
        low=float(values.min()),
        high=float(values.max()),
        n=len(values),
        of_weekday=of_weekday,
    )


def holidays(contract: Contract) -> frozenset[date]:
    """Return the days on which any of the contract's schedules is off duty."""
    closed = set()
    for schedule in contract.schedules:
        closed |= schedule.holidays
        closed |= {day for day, parts in schedule.overrides.items() if not parts}
    return frozenset(closed)
