"""Which issue type brings more tickets than it usually does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.expectation import AT_LEAST, SPIKE, WEEKS, expected, holidays

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.standing import Reading, Scorecard, Standing

AT_LEAST_MORE = 10
# So much more to do than before is a cause of its own.
MORE_WORK = 0.10


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """How many tickets of an issue type came, and usually come."""

    label: str
    came: float
    usual: float

    @property
    def more(self) -> float:
        """Return how many more than usual."""
        return self.came - self.usual

    @property
    def is_spike(self) -> bool:
        """Return whether it is 30 % and ten tickets above the usual."""
        return self.came >= SPIKE * self.usual and self.more >= AT_LEAST_MORE


def risen(standing: Standing, of: Reading) -> float | None:
    """Return by which share a count rose, if by over 10 %.

    Parameters
    ----------
    standing
        The count.
    of
        The reading that it may explain: the count of the same period is held against
        that of the week before.
    """
    rows = standing.series[standing.series["status"] == "ok"]
    # A quarter is drawn by its months, and no month of it stands for it.
    rows = rows[rows["period_end"] - rows["period_start"] == of.end - of.start]
    known = dict(zip(rows["period_start"], rows["value"], strict=True))
    before, now = known.get(of.start - timedelta(weeks=1)), known.get(of.start)
    if not before or now is None:
        return None
    more = (now - before) / before
    return more if more > MORE_WORK else None


def arrivals(card: Scorecard, days: int = 1) -> list[Arrivals]:
    """Return the issue types by how many more than usual came, the most first.

    Parameters
    ----------
    card
        With the volumes by issue type of every period.
    days
        How many days of a daily report to take together; a week stands for itself.

    Returns
    -------
    list of Arrivals
        Usual is the median of the eight weeks before: of a weekly report the weeks', of
        a daily one the same weekdays'.  Types without four of them are left out.
    """
    rows = card.slices.get(("ticket_volume", "issue_type"))
    if rows is None:
        return []
    if card.every == "week":
        days = 1
    kinds = rows[rows["issue_type"] != NONE].groupby("issue_type", sort=True)
    found = (_arrivals(card, str(label), own, days) for label, own in kinds)
    return sorted((a for a in found if a), key=lambda a: (-a.more, a.label))


def _arrivals(
    card: Scorecard, label: str, rows: pd.DataFrame, days: int
) -> Arrivals | None:
    rows = rows.sort_values("period_start")
    rows = rows.assign(value=rows["value"].rolling(days).sum())
    now = rows.loc[rows["period_start"] == card.start, "value"]
    usual = _usual(card, rows)
    if usual is None or now.empty:
        return None
    return Arrivals(label=label, came=float(now.iloc[0]), usual=usual)


def _usual(card: Scorecard, rows: pd.DataFrame) -> float | None:
    if card.every == "day":
        found = expected(rows, card.start, holidays=holidays(card.contract))
        return found and found.usual
    values = rows.loc[rows["period_start"] < card.start, "value"].tail(WEEKS)
    return float(values.median()) if len(values) >= AT_LEAST else None
