"""When what happens in the demo helpdesk: dates, levels and planted troubles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = "America/New_York"
VENDOR = "Brightline BPO"
FIRST_DAY = date(2026, 2, 14)
GO_LIVE = date(2026, 3, 16)
LAST_DAY = date(2026, 11, 15)
DAYS = (LAST_DAY - FIRST_DAY).days + 1


@dataclass(frozen=True, kw_only=True)
class Span:
    """The local days from ``start`` to the day before ``end``."""

    start: date
    end: date

    def holds(self, day: np.ndarray) -> np.ndarray:
        """Say for each day since `FIRST_DAY` whether it is one of these."""
        return (day >= number(self.start)) & (day < number(self.end))


def number(day: date) -> int:
    """Return how many days after `FIRST_DAY` a day is."""
    return (day - FIRST_DAY).days


def is_vendors(day: np.ndarray) -> np.ndarray:
    """Say for each day since `FIRST_DAY` whether the vendor answers on it."""
    return day >= number(GO_LIVE)


SETTLED = date(2026, 5, 4)
HOLDING = Span(start=date(2026, 5, 4), end=date(2026, 6, 1))
CLOSING = Span(start=date(2026, 7, 13), end=date(2026, 8, 10))
RETURNS_SHORT = Span(start=date(2026, 8, 24), end=date(2026, 9, 21))
TIRED = Span(start=date(2026, 6, 1), end=date(2026, 7, 1))
TURNED = date(2026, 9, 1)
# From 60 days after the first overload of the Returns desk to 90 days after the last.
WORN = Span(start=date(2026, 10, 23), end=date(2026, 12, 20))
RELEASE = date(2026, 10, 27)
JAM = Span(start=date(2026, 11, 5), end=LAST_DAY + timedelta(days=1))
ACK_BY_AGENTS = date(2026, 7, 1)

HOLIDAYS = {
    date(2026, 5, 25): "Memorial Day",
    date(2026, 6, 19): "Juneteenth",
    date(2026, 7, 3): "Independence Day, observed",
    date(2026, 7, 4): "Independence Day",
    date(2026, 9, 7): "Labor Day",
}
ANNOTATIONS = (
    (GO_LIVE, "go-live", "staffing"),
    (date(2026, 4, 14), "release 4.0", "release"),
    (date(2026, 7, 21), "release 4.1", "release"),
    (RETURNS_SHORT.start, "Returns desk: 2 leave", "staffing"),
    (RETURNS_SHORT.end, "Returns desk: 2 join", "staffing"),
    (RELEASE, "release 4.2", "release"),
    *((day, name, "holiday") for day, name in HOLIDAYS.items()),
)


def _level(before: float, points: Mapping[date, float]) -> np.ndarray:
    """Return one number per day: ``before`` in-house, then a line through points."""
    days = [number(day) for day in points]
    line = np.interp(np.arange(DAYS + 92), days, [*points.values()])
    line[: number(GO_LIVE)] = before
    return line


VOLUME = _level(
    0.93,
    {
        GO_LIVE: 0.94,
        date(2026, 7, 1): 1.0,
        date(2026, 10, 20): 1.08,
        LAST_DAY: 1.1,
    },
)
"""Ordinary tickets, beside the average day."""

SIGN_IN_VOLUME = _level(
    0,
    {
        RELEASE - timedelta(days=1): 0,
        date(2026, 10, 28): 0.11,
        date(2026, 11, 2): 0.24,
        date(2026, 11, 9): 0.3,
        date(2026, 11, 12): 0.32,
        date(2026, 11, 13): 0.47,
    },
)
"""Tickets about the release, beside the average day."""

ANSWER = _level(
    285,
    {
        GO_LIVE: 310,
        date(2026, 4, 6): 275,
        SETTLED: 230,
        date(2026, 8, 1): 215,
        date(2026, 10, 18): 205,
        RELEASE: 208,
        date(2026, 11, 2): 228,
        date(2026, 11, 9): 268,
        LAST_DAY: 272,
    },
)
"""Business minutes to the answer of an average ticket."""

ONE_ANSWER = _level(
    0.79, {GO_LIVE: 0.71, date(2026, 4, 6): 0.74, SETTLED: 0.785, LAST_DAY: 0.8}
)
"""Chance that a customer needs no second answer."""

TO_CLIENT = _level(
    0.082,
    {
        GO_LIVE: 0.165,
        date(2026, 4, 6): 0.135,
        SETTLED: 0.09,
        date(2026, 11, 2): 0.085,
        date(2026, 11, 9): 0.094,
    },
)
"""Chance that a ticket goes to the client's own teams."""

SIGN_IN_TO_CLIENT = 0.37

REOPENED = _level(0.055, {GO_LIVE: 0.09, SETTLED: 0.062, LAST_DAY: 0.06})
"""Chance that a customer reopens a solved ticket."""

REOPENED_WHEN_CANNED = 0.16

CONFIRMED = _level(14, {GO_LIVE: 17, SETTLED: 12.5, LAST_DAY: 11.5})
"""Hours until an answered ticket counts as solved, where nobody says so at once."""

LEFT_LYING = _level(
    0.12,
    {
        JAM.start: 0.12,
        date(2026, 11, 10): 0.3,
        date(2026, 11, 12): 0.32,
        date(2026, 11, 13): 0.92,
        date(2026, 11, 14): 0.6,
    },
)
"""Chance that it counts as solved only days later."""

UTILIZATION = _level(
    0.735,
    {GO_LIVE: 0.67, date(2026, 4, 6): 0.71, SETTLED: 0.75, LAST_DAY: 0.75},
)
"""Part of the paid time that is work on tickets."""

UTILIZATION_AT_NIGHT = 0.62
UTILIZATION_WHEN_SHORT = 0.9

SHRINKAGE = _level(0.12, {GO_LIVE: 0.22, date(2026, 4, 6): 0.16, SETTLED: 0.115})
"""Part of the paid time that is neither work nor waiting for it."""

QUALITY = _level(
    0.94,
    {GO_LIVE: 0.85, date(2026, 4, 6): 0.885, SETTLED: 0.925, LAST_DAY: 0.93},
)
"""Part of a quality review's points that an ordinary ticket gets."""

CURT = "Dominic Estrada"
BREACHES = (date(2026, 7, 28), date(2026, 11, 10))
"""Days on or after which a review finds a rule broken."""
