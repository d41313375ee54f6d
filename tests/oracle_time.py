"""Business time for the oracle: plain intervals on the wall clock, no calendar table.

Written for being right, not for being fast, and without a look at ``kpi_kit``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAY = 86_400
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class OracleSchedule:
    """Opening hours: ISO weekday -> (start, end) in seconds of the wall clock.

    An end past 86,400 runs past midnight and belongs to the day it starts on.
    """

    name: str
    time_zone: str
    week: Mapping[int, Sequence[tuple[int, int]]]
    holidays: frozenset[date] = frozenset()
    overrides: Mapping[date, Sequence[tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OracleContract:
    """What the facts need of a contract; the real one answers to the same names."""

    time_zone: str = "UTC"
    schedule_rule: str = "at_event"
    schedules: Sequence[OracleSchedule] = ()
    schedules_by: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tiers: Mapping[str, int] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)
    first_contact_resolution: str = "one_touch"


def local(at: int, time_zone: str) -> datetime:
    """Return the wall clock of ``time_zone`` at an instant."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(time_zone))


def midnight(day: date, time_zone: str) -> int:
    """Return the first instant of a local day, also where 00:00 does not exist."""
    return int(datetime.combine(day, time(), ZoneInfo(time_zone)).timestamp())


def hours_of(schedule: OracleSchedule, day: date) -> Sequence[tuple[int, int]]:
    """Return the shifts that start on a day: holiday beats override beats week."""
    if day in schedule.holidays:
        return ()
    return schedule.overrides.get(day, schedule.week.get(day.isoweekday(), ()))


def open_seconds(schedule: OracleSchedule, start: int, end: int) -> int:
    """Count the elapsed seconds of [start, end) in which the wall clock says open."""
    return sum(
        _open_between(schedule, first + offset, last + offset)
        for first, last, offset in _steady(schedule.time_zone, start, end)
    )


def _steady(time_zone: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Cut [start, end) into stretches with one UTC offset each, halving until so.

    No zone changes its clock twice within a day, so a stretch of a day or less with
    the same offset at both ends has it throughout.
    """
    if start >= end:
        return []
    first, last = _offset(start, time_zone), _offset(end - 1, time_zone)
    if first == last and end - start <= DAY:
        return [(start, end, first)]
    middle = (start + end) // 2
    return _steady(time_zone, start, middle) + _steady(time_zone, middle, end)


def _offset(at: int, time_zone: str) -> int:
    return int(local(at, time_zone).utcoffset().total_seconds())


def _open_between(schedule: OracleSchedule, first: int, last: int) -> int:
    """Count open seconds between two wall-clock readings, as seconds since 1970.

    Shifts that overlap (a night shift into an early one) are counted once.
    """
    shifts = [
        (number * DAY + start, number * DAY + end)
        for number in range(first // DAY - 2, last // DAY + 1)
        for start, end in hours_of(schedule, EPOCH + timedelta(days=number))
    ]
    counted, reached = 0, first
    for start, end in sorted(shifts):
        counted += max(0, min(end, last) - max(start, reached))
        reached = max(reached, min(end, last))
    return counted
