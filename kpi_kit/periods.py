"""Local days and the periods reports are cut into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kpi_kit.errors import ParameterError, UnknownNameError, nearest

EVERY = ("day", "week", "month", "quarter")
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
        ``day``, ``week`` (from Monday), ``month``, ``quarter`` (from January, April,
        July and October); None for one single period.

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
    return months_after(day, 1) if every == "month" else quarter_of(day).end


def months_after(day: date, count: int) -> date:
    """Return the first day of the month so many after a day's own, or before.

    Examples
    --------
    >>> [str(months_after(date(2026, 11, 15), count)) for count in (2, -11)]
    ['2027-01-01', '2025-12-01']
    """
    month = day.year * 12 + day.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)


def quarter_of(day: date) -> Period:
    """Return the calendar quarter that a day lies in.

    Examples
    --------
    >>> quarter = quarter_of(date(2026, 11, 15))
    >>> str(quarter.start), str(quarter.end)
    ('2026-10-01', '2027-01-01')
    """
    start = months_after(day, -((day.month - 1) % 3))
    return Period(start=start, end=months_after(start, 3))
