"""Local days and the periods reports are cut into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kpi_kit.errors import ParameterError, UnknownNameError, nearest

EVERY = ("day", "week", "month")
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """The local days from ``start`` to the day before ``end``."""

    start: date
    end: date


def midnight(day: date, time_zone: str) -> int:
    """Return the first second of a local day, as epoch seconds.

    Examples
    --------
    >>> midnight(date(2026, 11, 21), "UTC")
    1795219200
    >>> midnight(date(2026, 11, 21), "America/New_York") - midnight(
    ...     date(2026, 11, 21), "UTC"
    ... )
    18000
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    return int(wall.timestamp())


def today(time_zone: str) -> date:
    """Return the current local day."""
    return datetime.now(UTC).astimezone(ZoneInfo(time_zone)).date()


def last_known_day(as_of: date | None, time_zone: str) -> date:
    """Return the day a report knows everything up to: the given one, or yesterday.

    Raises
    ------
    ParameterError
        When the day lies after today: nobody knows it yet.
    """
    now = today(time_zone)
    if as_of is None:
        return now - DAY
    if as_of > now:
        message = f"as_of: {as_of} lies after today ({now} in {time_zone})"
        raise ParameterError(f"{message}. Give today or an earlier day.")
    return as_of


def cut(start: date, end: date, every: str | None) -> tuple[Period, ...]:
    """Cut the days from ``start`` to ``end`` (exclusive) into periods.

    Parameters
    ----------
    start, end
        First day, and the day after the last.
    every
        ``day``, ``week`` (from Monday), ``month``; None for one single period.

    Returns
    -------
    tuple of Period
        In order and without gaps; the first and last are clipped to the range.

    Examples
    --------
    >>> [str(p.start) for p in cut(date(2026, 11, 5), date(2026, 11, 17), "week")]
    ['2026-11-05', '2026-11-09', '2026-11-16']
    """
    if start >= end:
        message = f"period: {start} to {end} holds no day"
        raise ParameterError(f"{message}. The end is exclusive: give a later one.")
    if every is None:
        return (Period(start=start, end=end),)
    if every not in EVERY:
        raise UnknownNameError(f"every: no period {every!r}. {nearest(every, EVERY)}")
    found = []
    day = start
    while day < end:
        after = min(_next_start(day, every), end)
        found.append(Period(start=day, end=after))
        day = after
    return tuple(found)


def _next_start(day: date, every: str) -> date:
    if every == "day":
        return day + DAY
    if every == "week":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
