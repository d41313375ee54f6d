"""The shifts of a contract: named stretches of whole hours on the local clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import as_mapping, as_text

HOURS = 24
_STRETCH = re.compile(r"([01]\d|2[0-3]):00 ?- ?([01]\d|2[0-4]):00", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The local hours from ``start`` to before ``end``, perhaps past midnight."""

    name: str
    start: int
    end: int

    @property
    def hours(self) -> tuple[int, ...]:
        """Return its hours of the day.

        Examples
        --------
        >>> Shift(name="night", start=22, end=6).hours
        (22, 23, 0, 1, 2, 3, 4, 5)
        """
        length = (self.end - self.start) % HOURS or HOURS
        return tuple((self.start + hour) % HOURS for hour in range(length))


def read_shifts(value: Any, where: str) -> tuple[Shift, ...]:
    """Read ``shifts: {early: "06:00-14:00", night: "22:00-06:00"}``.

    Raises
    ------
    ParameterError
        If a shift is no stretch of whole hours, or two hold the same hour.

    Examples
    --------
    >>> read_shifts({"early": "06:00-14:00"}, "contract.yaml: shifts")
    (Shift(name='early', start=6, end=14),)
    """
    shifts: list[Shift] = []
    for name, stretch in as_mapping(value, where).items():
        shift = _shift(as_text(name, where), stretch, f"{where}.{name}")
        for other in shifts:
            if {*shift.hours} & {*other.hours}:
                message = f"{where}.{name}: shares an hour with {other.name}"
                raise ParameterError(f"{message}. Let one end where the other begins.")
        shifts.append(shift)
    return tuple(shifts)


def _shift(name: str, stretch: Any, where: str) -> Shift:
    found = _STRETCH.fullmatch(stretch) if isinstance(stretch, str) else None
    if found is None:
        message = f"{where}: {stretch!r:.42} is no stretch of whole hours"
        raise ParameterError(f'{message}. Write "22:00-06:00".')
    return Shift(name=name, start=int(found[1]), end=int(found[2]) % HOURS)
