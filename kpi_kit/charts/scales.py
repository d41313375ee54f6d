"""The axes of charts: three to five round values, and periods at equal steps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, count, pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import altair as alt

from kpi_kit.charts.ticks import SCORES, STEPS, tick_texts
from kpi_kit.look import LIGHT
from kpi_kit.units import HOUR, MONTHS, day_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

DAY = timedelta(days=1)
NEAR = 0.94  # of an axis of days
# How wide an axis is whose numbers are all the same.
FLAT = {"minutes": 30, "share": 0.05, "count": 4, "score": 1}


def sideways(end: str = "width") -> dict[str, Any]:
    """Return channels from the plot's left edge to an expression, or its right edge.

    Channels are written as objects: Altair takes 3 ms to make one of a text.
    """
    return {"x": alt.XValue(0), "x2": alt.X2Value(alt.ExprRef(end))}


def upright(top: float = 0) -> dict[str, Any]:
    """Return channels from so many pixels above the plot to its ground."""
    return {"y": alt.YValue(-top), "y2": alt.Y2Value(alt.ExprRef("height"))}


@dataclass(frozen=True, kw_only=True)
class Span:
    """From where to where an axis goes, and the round values that are labelled."""

    low: float
    high: float
    at: tuple[float, ...]

    def part(self, value: float) -> float:
        """Return how far from ``low`` to ``high`` a value lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def hold(self, value: float) -> float:
        """Return the value, or the end of the axis that it lies beyond."""
        return min(max(value, self.low), self.high)


def span(
    numbers: Iterable[float], unit: str, *, zero: bool = False, room: float = 0.08
) -> Span:
    """Return an axis that holds all numbers, with three to five round values on it.

    Parameters
    ----------
    numbers
        In ``unit``: ``minutes``, ``share``, ``count`` or ``score``.
    zero
        Whether it starts at zero, as bars, areas and counts do.
    room
        Above the highest number and under the lowest, as a part of what lies between;
        from zero on twice as much, and only above.

    Examples
    --------
    >>> span([212, 231, 294], "minutes").at
    (210, 240, 270, 300)
    >>> span([0.402, 0.65, 0.72], "share").at
    (0.4, 0.5, 0.6, 0.7)
    >>> span([986, 1463], "count", zero=True)
    Span(low=0.0, high=1697.08, at=(0, 500, 1000, 1500))
    """
    low, high = _padded(
        [*numbers, *([0.0] if zero else [])], unit, 2 * room if zero else room
    )
    every = STEPS.get(unit, SCORES)
    beyond = (every[-1] * 2**power for power in count(1))
    for step in chain(every, beyond):
        # Rounded first: 0.66 / 0.02 is a hair above 33 in binary.
        first, last = ceil(round(low / step, 9)), floor(round(high / step, 9))
        if last - first <= 4:
            break
    while last - first < 2:
        above, below = (last + 1) * step - high, low - (first - 1) * step
        if above <= below or first == 0:
            last, high = last + 1, (last + 1) * step
        else:
            first, low = first - 1, (first - 1) * step
    at = tuple(round(number * step, 9) for number in range(first, last + 1))
    return Span(low=round(low, 9), high=round(high, 9), at=at)


def _padded(numbers: list[float], unit: str, part: float) -> tuple[float, float]:
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    room = part * (high - low) if high > low else FLAT.get(unit, FLAT["score"]) / 2
    # What cannot be negative has no room below zero, and no share above all.
    bottom = low - room if low < 0 else max(0.0, low - room)
    top = min(1.0, high + room) if unit == "share" and high <= 1 else high + room
    return bottom, top


def up(axis: Span, unit: str, *, days: bool = True, **more: Any) -> alt.Y:
    """Return the vertical axis; ``days`` is as in :func:`units.duration_text`."""
    drawn = _axis(axis, unit, days, **more)
    return alt.Y(type="quantitative", title=None, axis=drawn, scale=_of(axis))


def along(axis: Span, unit: str, *, days: bool = True, **scale: Any) -> alt.X:
    """Return the horizontal axis of values, with its grid."""
    drawn = _axis(axis, unit, days, grid=True, gridColor=LIGHT["grid"])
    return alt.X(type="quantitative", title=None, axis=drawn, scale=_of(axis, **scale))


def _of(axis: Span, **scale: Any) -> alt.Scale:
    return alt.Scale(domain=[axis.low, axis.high], zero=False, nice=False, **scale)


def _axis(axis: Span, unit: str, days: bool, **more: Any) -> alt.Axis:  # noqa: FBT001 - passed on
    texts = json.dumps(_texts(axis.at, unit, days=days), ensure_ascii=False)
    first, step = axis.at[0], axis.at[1] - axis.at[0]
    place = f"round((datum.value - {first}) / {step:.9g})"
    return alt.Axis(values=list(axis.at), labelExpr=f"{texts}[{place}]", **more)


def _texts(at: Sequence[float], unit: str, *, days: bool) -> list[str]:
    """Return the labels of an axis; quarters of hours read better than minutes."""
    if unit == "minutes" and at[0] >= 2 * HOUR and (at[1] - at[0]) % 30:
        return [value_text(n, unit, days=days).removesuffix(" min") for n in at]
    return list(tick_texts(at, unit, days=days))


def periods(starts: Sequence[date], *, most: int = 4, beside: str = "") -> alt.X:
    """Return the horizontal axis of periods, each one step after the one before.

    Days without a row, such as closed ones, have no place on it.

    Parameters
    ----------
    starts
        First day of each period, in order.
    most
        About how many of them are named, where there is room.
    beside
        Where the axis ends, as an expression; empty at the chart's right edge.
    """
    found = labelled(starts, most)
    texts = json.dumps(list(found.values()))
    place = f"indexof({list(found)}, datum.value)"
    last = len(starts) - 1
    ends = [0, last] if last > 0 else [-1, 1]
    axis = alt.Axis(
        values=list(found),
        labelExpr=f"{texts}[{place}]",
        labelOverlap="parity",
        labelSeparation=14,
    )
    reach = {"range": [0, alt.ExprRef(beside)]} if beside else {}
    scale = alt.Scale(domain=ends, zero=False, nice=False, **reach)
    return alt.X(type="quantitative", title=None, axis=axis, scale=scale)


def labelled(starts: Sequence[date], most: int = 4) -> dict[int, str]:
    """Return the periods that are named on an axis, by their place on it.

    Weeks, months and quarters are counted back from the last one; of days the Mondays
    are named, of few days the last one too, and of less than two weeks some more.

    Examples
    --------
    >>> from datetime import date
    >>> weeks = [date(2026, 8, 17) + timedelta(weeks=week) for week in range(13)]
    >>> labelled(weeks)
    {0: '17 Aug', 4: '14 Sep', 8: '12 Oct', 12: '9 Nov'}
    >>> days = [date(2026, 11, 7) + timedelta(days=day) for day in range(14)]
    >>> labelled(days)
    {2: 'Mon 9 Nov', 9: 'Mon 16 Nov', 13: 'Fri 20 Nov'}
    >>> labelled([date(2026, 2, 14), date(2026, 3, 16), date(2026, 4, 1)], most=3)
    {0: '14 Feb', 1: '16 Mar', 2: 'Apr'}
    >>> labelled([date(2026, 2, 14), date(2026, 4, 1), date(2026, 7, 1)])
    {0: '14 Feb', 1: 'Q2 2026', 2: 'Q3 2026'}
    """
    last = len(starts) - 1
    if not _is_daily(starts):
        step = max(1, round(last / (most - 1)))
        named = _month if _is_monthly(starts) else _short
        named = _quarter if _is_quarterly(starts) else named
        return {n: named(starts[n]) for n in range(last % step, last + 1, step)}
    mondays = [n for n, day in enumerate(starts) if day.weekday() == 0]
    if last > 20:
        # On a phone the name of one near the end would stick out of the picture.
        mondays = [n for n in mondays if n <= NEAR * last]
        every = ceil(len(mondays) / most)
        return {n: _short(starts[n]) for n in mondays[::every]}
    named = [n for n in mondays if last - n > 2] + [last]
    if len(named) < 3:
        step = max(3, ceil(last / (most - 1)))
        named = list(range(last % step, last + 1, step))
    return {n: day_text(starts[n]) for n in named}


def _is_daily(starts: Sequence[date]) -> bool:
    gaps = [after - day for day, after in pairwise(starts)]
    # A month or a week that is cut may begin a day before the next one.
    return 2 * gaps.count(DAY) > len(gaps) or gaps == [DAY]


def _is_monthly(starts: Sequence[date]) -> bool:
    """Return whether months begin: all but the first ones, which may be cut."""
    return len(starts) > 2 and all(day.day == 1 for day in starts[2:])


def _is_quarterly(starts: Sequence[date]) -> bool:
    """Return whether the last one begins a quarter after the one before."""
    return len(starts) > 1 and 88 < (starts[-1] - starts[-2]).days < 93


def _quarter(day: date) -> str:
    """Return what a quarter is called, by its first day where it is cut."""
    is_whole = day.day == 1 and day.month % 3 == 1
    return f"Q{day.month // 3 + 1} {day.year}" if is_whole else _short(day)


def _month(day: date) -> str:
    """Return what a month is called, with the day where it is cut."""
    return MONTHS[day.month - 1][:3] if day.day == 1 else _short(day)


def _short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def place(day: date, starts: Sequence[date], end: date) -> float | None:
    """Return where on the axis of periods a day lies; None before and after it.

    Examples
    --------
    >>> from datetime import date
    >>> weeks = [date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2)]
    >>> [round(place(date(2026, 10, d), weeks, date(2026, 11, 9)), 2) for d in (19, 28)]
    [0.0, 1.29]
    >>> place(date(2026, 11, 9), weeks, date(2026, 11, 9))
    """
    if not starts or not starts[0] <= day < end:
        return None
    n = max(n for n, start in enumerate(starts) if start <= day)
    if n == len(starts) - 1:
        return float(n)
    return n + (day - starts[n]) / (starts[n + 1] - starts[n])
