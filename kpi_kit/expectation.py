"""What a weekday usually brings: the same weekday of the eight weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import pandas as pd

    from kpi_kit.contract import Contract

WEEKS = 8
# Of fewer weeks neither a median nor a range says what is usual.
AT_LEAST = 4


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """The median, least and greatest of a weekday's earlier values, and how many.

    Of eight like weeks and one more, the one more lies outside their range in two of
    nine cases by chance alone: outside is worth a word, and no alarm.
    """

    day: date
    usual: float
    low: float
    high: float
    n: int

    def side(self, value: float) -> str:
        """Return where a value lies: ``above``, ``below`` or ``within`` the range."""
        return (
            "above" if value > self.high else "below" if value < self.low else "within"
        )


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
    sound = daily["period_start"].isin(set(back) - {*holidays})
    values = daily.loc[sound & (daily["status"] == "ok"), "value"].dropna()
    if day in holidays or len(values) < AT_LEAST:
        return None
    return Expectation(
        day=day,
        usual=float(values.median()),
        low=float(values.min()),
        high=float(values.max()),
        n=len(values),
    )


def holidays(contract: Contract) -> frozenset[date]:
    """Return the days on which any of the contract's schedules is off duty."""
    closed = set()
    for schedule in contract.schedules:
        closed |= schedule.holidays
        closed |= {day for day, parts in schedule.overrides.items() if not parts}
    return frozenset(closed)
