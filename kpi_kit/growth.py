"""How the backlog grew in three days or two weeks, beyond what those usually bring."""

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
    Step = tuple[float, float, float]
    Usual = tuple[float | None, float | None, float | None]

DAYS = 3
QUIET_DAYS = 14
DAY = timedelta(days=1)
# The articles' limit is a range: beyond its lower end a warning, beyond both an alarm.
WARNING, ALARM = 0.10, 0.15
# So few more are no trend, whatever share of a small queue they are.
GROWN_BY_AT_LEAST = 10


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Some days on end, three or fourteen, in which more came than was done.

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

        Neither where nobody knows what is usual, nor where the growth may be chance.
        """
        if not self.is_sure or self.beyond <= WARNING:
            return ""
        return "alarm" if self.beyond > ALARM else "warning"

    @property
    def is_sure(self) -> bool:
        """Return whether the growth is ten tickets at least, and more than chance.

        Arrivals and solves each vary as counts do, and a queue by both.
        """
        more = self.beyond * self.before
        chance = Z * sqrt(max(self.came, 0) + max(self.done, 0))
        return more >= GROWN_BY_AT_LEAST and more > chance

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
    return _growth(*_known(card), last)


def _known(card: Scorecard) -> tuple[Counts, Counts, Collection[date]]:
    """Return what is open and what came by day, and the days off."""
    backlog, volume = (_by_day(card.daily, n) for n in ("backlog", "ticket_volume"))
    return backlog, volume, holidays(card.contract)


def _growth(
    backlog: Counts, volume: Counts, closed: Collection[date], last: date
) -> Growth | None:
    step = _step(backlog, volume, last)
    if step is None or _off(last, closed):
        return None
    opened = [backlog[last - DAY * number] for number in range(DAYS, -1, -1)]
    if any(later <= earlier for earlier, later in pairwise(opened)):
        return None
    return _grown(backlog, last, step, _usual(backlog, volume, last, closed))


def quiet_growth(card: Scorecard, last: date) -> Growth | None:
    """Return how the backlog grew over the two weeks that end with ``last``.

    Parameters
    ----------
    card, last
        As :func:`growth`.

    Returns
    -------
    Growth or None
        What is usual are the two weeks that ended two to eight weeks before, so that
        none holds a day of the last one.  None where a day is not known, the last three
        hold a holiday, one of the two weeks did not end with more open than it began,
        or three of the days are an alarm already.
    """
    backlog, volume, closed = _known(card)
    step = _step(backlog, volume, last, QUIET_DAYS)
    if step is None or _off(last, closed):
        return None
    middle = backlog[last - timedelta(weeks=1)]
    if not backlog[last - DAY * QUIET_DAYS] < middle < backlog[last]:
        return None
    if alarms(card, last - DAY * (QUIET_DAYS - 1), last + DAY):
        return None
    usual = _usual(backlog, volume, last, closed, QUIET_DAYS)
    return _grown(backlog, last, step, usual, QUIET_DAYS)


def _grown(
    backlog: Counts, last: date, step: Step, usual: Usual, days: int = DAYS
) -> Growth:
    share, came, done = usual
    return Growth(
        last=last,
        before=backlog[last - DAY * days],
        after=backlog[last],
        came=step[1],
        usual=share,
        usually_came=came,
        usually_done=done,
    )


def alarms(card: Scorecard, start: date, end: date) -> tuple[date, ...]:
    """Return the days from ``start`` to before ``end`` that belong to an alarm."""
    lasts = (start + DAY * number for number in range((end - start).days + DAYS - 1))
    known = _known(card)
    found = (_growth(*known, last) for last in lasts)
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
    backlog: Counts, volume: Counts, last: date, count: int = DAYS
) -> Step | None:
    """Return growth as a share, arrivals and solves of some days, three or 14."""
    days = [last - DAY * number for number in range(count)]
    known = {*days, last - DAY * count} <= backlog.keys() and {*days} <= volume.keys()
    before = backlog.get(last - DAY * count, 0)
    if not known or before <= 0:
        return None
    came = sum(volume[day] for day in days)
    more = backlog[last] - before
    return more / before, came, came - more


def _usual(
    backlog: Counts,
    volume: Counts,
    last: date,
    closed: Collection[date],
    days: int = DAYS,
) -> Usual:
    first = max(1, days // 7)  # so that none holds a day of the last ones
    earlier = [last - timedelta(weeks=number) for number in range(first, WEEKS + 1)]
    like = [
        _step(backlog, volume, day, days) for day in earlier if not _off(day, closed)
    ]
    like = [step for step in like if step is not None]
    if len(like) < AT_LEAST:
        return None, None, None
    share, came, done = (median(part) for part in zip(*like, strict=True))
    return share, came, done


def _off(last: date, closed: Collection[date]) -> bool:
    return any(last - DAY * number in closed for number in range(DAYS))
