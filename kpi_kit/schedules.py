"""The schedules that a contract declares: when its teams work, on the wall clock.

Kept apart from the calendar, so that a contract can be read without pandas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kpi_kit import opening_hours
from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import as_mapping, as_text
from kpi_kit.zones import read_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_READERS = {
    "week": opening_hours.read_week,
    "time_zone": read_zone,
    "holidays": opening_hours.read_holidays,
    "overrides": opening_hours.read_overrides,
}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a team works, on the wall clock of its place.

    ``week`` maps the ISO weekday (1 = Monday) to its open parts, in seconds since local
    midnight; an end over 86,400 runs past midnight and belongs to the day it started.
    ``holidays`` beat ``overrides``, which beat ``week``.
    """

    name: str
    time_zone: str
    week: Mapping[int, tuple[tuple[int, int], ...]]
    holidays: frozenset[date] = frozenset()
    overrides: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def parts(self, day: date) -> tuple[tuple[int, int], ...]:
        """Return the parts that start on ``day``."""
        if day in self.holidays:
            return ()
        return self.overrides.get(day, self.week.get(day.isoweekday(), ()))


def read_schedules(
    declared: Mapping[str, Any], *, where: str, time_zone: str
) -> tuple[Schedule, ...]:
    """Read the ``business_hours:`` of a contract.

    Parameters
    ----------
    declared
        From name to schedule: ``week``, and perhaps ``time_zone``, ``holidays``,
        ``overrides``.
    where
        File and path, for the message.
    time_zone
        Zone of the schedules that name none.

    Returns
    -------
    tuple of Schedule
        In the order declared; the first is the default.

    Raises
    ------
    ParameterError
        If a key, a time, a weekday, a date, a country or a zone cannot be right.

    Examples
    --------
    >>> declared = {"office": {"week": {"mon-fri": ["09:00-17:00"]}}}
    >>> office, = read_schedules(declared, where="business_hours", time_zone="UTC")
    >>> office.week[5]
    ((32400, 61200),)
    """
    if not as_mapping(declared, where):
        message = f"{where}: no schedule is declared"
        raise ParameterError(f"{message}. Declare one, or leave the key out.")
    return tuple(
        _schedule(as_text(name, where), given, f"{where}.{name}", time_zone)
        for name, given in declared.items()
    )


def _schedule(name: str, given: Any, where: str, time_zone: str) -> Schedule:
    found = {"time_zone": time_zone} | as_mapping(given, where, _READERS)
    if "week" not in found:
        message = f"{where}: the weekly hours are missing"
        raise ParameterError(f"{message}. Write week: {{mon-fri: ['09:00-17:00']}}.")
    read = {key: _READERS[key](value, f"{where}.{key}") for key, value in found.items()}
    return Schedule(name=name, **read)
