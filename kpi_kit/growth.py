"""How the backlog grew over three days, beyond what those weekdays usually bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

from kpi_kit.expectation import AT_LEAST, WEEKS, holidays
from kpi_kit.intervals import Z
from kpi_kit.units import share_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from kpi_kit.standing import Scorecard

    Counts = Mapping[date, float]

DAYS = 3
DAY = timedelta(days=1)
# The articles' limit is a range: beyond its lower end a warning, beyond both an alarm.
WARNING, ALARM = 0.10, 0.15
# So few more are no trend, whatever share of a small queue they are.
GROWN_BY_AT_LEAST = 10


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Three days on end on which more came than was done.

    ``before`` and ``after`` are the tickets open at the end of the day before and of
    ``last``; ``came`` and ``done`` what moved between, reopenings taken off what was
    done.  ``usual``, ``usually_came`` and ``usually_done`` are medians of the same
    weekdays of the eight weeks before; None where fewer than four are known.
    """

    last: date
    before: float
    after: float
    came: float
    usual: float | None
    usually_came: float | None
    usually_done: float | None

    @property
    def share(self) -> float:
        """Return by which share the backlog grew."""
        return (self.after - self.before) / self.before

    @property
    def done(self) -> float:
        """Return how many tickets were done."""
        return self.came - (self.after - self.before)

    @property
    def beyond(self) -> float:
        """Return by which share it grew beyond the usual; not at all if none is known.

        Where these weekdays usually bring the backlog down, all of it is beyond.
        """
        return 0.0 if self.usual is None else self.share - max(self.usual, 0)

    @property
    def level(self) -> str:
        """Return ``alarm``, ``warning`` or nothing.

        Neither where nobody knows what is usual, nor where the growth is less than ten
        tickets or may be chance: arrivals and solves each vary as counts do, and a
        queue by both.
        """
        more = self.beyond * self.before
        chance = Z * sqrt(max(self.came, 0) + max(self.done, 0))
        if more < GROWN_BY_AT_LEAST or more <= chance or self.beyond <= WARNING:
            return ""
        return "alarm" if self.beyond > ALARM else "warning"

    @property
    def text(self) -> str:
        """Return the alarm in words."""
        return f"alarm: +{share_text(self.share)} in {DAYS} days"


def growth(card: Scorecard, last: date) -> Growth | None:
    """Return how the backlog grew over the three days that end with ``last``.

    Parameters
    ----------
    card
        With the daily rows of ``backlog`` and ``ticket_volume``.
    last
        The last of the three days.

    Returns
    -------
    Growth or None
        None where a day is not known, was a holiday (no day is like it), or did not end
        with more open than it began.
    """
    backlog, volume = (_by_day(card.daily, n) for n in ("backlog", "ticket_volume"))
    step, closed = _step(backlog, volume, last), holidays(card.contract)
    if step is None or _off(last, closed):
        return None
    opened = [backlog[last - DAY * number] for number in range(DAYS, -1, -1)]
    if any(later <= earlier for earlier, later in pairwise(opened)):
        return None
    share, came, done = _usual(backlog, volume, last, closed)
    return Growth(
        last=last,
        before=opened[0],
        after=opened[-1],
        came=step[1],
        usual=share,
        usually_came=came,
        usually_done=done,
    )


def alarms(card: Scorecard, start: date, end: date) -> tuple[date, ...]:
    """Return the days from ``start`` to before ``end`` that belong to an alarm."""
    lasts = (start + DAY * number for number in range((end - start).days + DAYS - 1))
    found = (growth(card, last) for last in lasts)
    grown = [each for each in found if each is not None and each.level == "alarm"]
    days = {each.last - DAY * number for each in grown for number in range(DAYS)}
    return tuple(sorted(day for day in days if start <= day < end))


def _by_day(daily: Mapping[str, pd.DataFrame], name: str) -> Counts:
    if name not in daily:
        return {}
    rows = daily[name]
    rows = rows[(rows["status"] == "ok") & rows["value"].notna()]
    return dict(zip(rows["period_start"], rows["value"], strict=True))


def _step(
    backlog: Counts, volume: Counts, last: date
) -> tuple[float, float, float] | None:
    """Return growth as a share, arrivals and solves of three days."""
    days = [last - DAY * number for number in range(DAYS)]
    known = {*days, last - DAY * DAYS} <= backlog.keys() and {*days} <= volume.keys()
    before = backlog.get(last - DAY * DAYS, 0)
    if not known or before <= 0:
        return None
    came = sum(volume[day] for day in days)
    more = backlog[last] - before
    return more / before, came, came - more


def _usual(
    backlog: Counts, volume: Counts, last: date, closed: Collection[date]
) -> tuple[float | None, float | None, float | None]:
    earlier = [last - timedelta(weeks=number) for number in range(1, WEEKS + 1)]
    like = [_step(backlog, volume, day) for day in earlier if not _off(day, closed)]
    like = [step for step in like if step is not None]
    if len(like) < AT_LEAST:
        return None, None, None
    share, came, done = (median(part) for part in zip(*like, strict=True))
    return share, came, done


def _off(last: date, closed: Collection[date]) -> bool:
    return any(last - DAY * number in closed for number in range(DAYS))
