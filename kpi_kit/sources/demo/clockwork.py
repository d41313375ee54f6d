"""When tickets come in, and when people work on them: local time made into instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from kpi_kit.business_hours import SLOT, Schedule, always, calendar
from kpi_kit.periods import midnight
from kpi_kit.sources.demo.story import (
    DAYS,
    FIRST_DAY,
    HOLIDAYS,
    LAST_DAY,
    SIGN_IN_VOLUME,
    VOLUME,
    ZONE,
    number,
)

HOUR = 3600
WEEKDAY = ((8 * HOUR, 20 * HOUR),)
OFFICE = Schedule(
    name="office",
    time_zone=ZONE,
    week={**dict.fromkeys(range(1, 6), WEEKDAY), 6: ((9 * HOUR, 17 * HOUR),)},
    holidays=frozenset(HOLIDAYS),
)
NIGHTS = Schedule(
    name="nights", time_zone="Asia/Manila", week=dict.fromkeys(range(1, 8), WEEKDAY)
)
SCHEDULES = (OFFICE, NIGHTS)
BEGIN = midnight(FIRST_DAY, ZONE)
END = midnight(LAST_DAY + timedelta(days=1), ZONE)

# Two humps, late morning and afternoon, and an evening of shoppers; per local hour.
_BY_HOUR = np.array(
    [
        *(0.5, 0.3, 0.2, 0.15, 0.15, 0.25, 0.7, 1.6, 3.9, 6.3, 7.0, 6.3),
        *(4.9, 5.2, 6.3, 6.6, 5.9, 4.8, 3.7, 3.2, 2.7, 2.1, 1.4, 0.9),
    ]
)
_BY_WEEKDAY = np.array([1.16, 1.1, 1.05, 1.0, 0.95, 0.42, 0.33])
_ON_HOLIDAY, _AFTER_HOLIDAY = 0.45, 1.15


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Every 15 minutes of the story and 90 days more, when what has begun goes on.

    ``starts`` are epoch seconds; ``day`` (since the first), ``weekday`` (1 = Monday)
    and ``hour`` are local; ``worked`` holds one row per schedule: the open seconds
    before each slot.
    """

    starts: np.ndarray
    day: np.ndarray
    weekday: np.ndarray
    hour: np.ndarray
    worked: np.ndarray

    def slot(self, at: np.ndarray) -> np.ndarray:
        """Return the place of the slot that holds each instant; the last for later."""
        return np.clip((at - self.starts[0]) // SLOT, 0, self.starts.size - 1)

    def day_of(self, at: np.ndarray) -> np.ndarray:
        """Return the local day of each instant, counted from the first."""
        return self.day[self.slot(at)]

    def later(
        self, at: np.ndarray, seconds: np.ndarray, schedule: np.ndarray
    ) -> np.ndarray:
        """Return the instants after so many seconds of work on each schedule.

        Parameters
        ----------
        at
            Epoch seconds.
        seconds
            Open seconds that pass.
        schedule
            Places in `SCHEDULES`.
        """
        found = np.empty(at.shape, dtype=np.int64)
        for place, worked in enumerate(self.worked):
            here = schedule == place
            reached = np.interp(at[here], self.starts, worked) + seconds[here]
            slot = np.searchsorted(worked, reached, "right") - 1
            found[here] = self.starts[slot] + reached - worked[slot]
        return found

    def open_seconds(
        self, since: np.ndarray, until: np.ndarray, schedule: np.ndarray
    ) -> np.ndarray:
        """Return how many open seconds lie between two instants on each schedule."""
        found = np.empty(since.shape)
        for place, worked in enumerate(self.worked):
            here = schedule == place
            then, now = (
                np.interp(at[here], self.starts, worked) for at in (since, until)
            )
            found[here] = now - then
        return found

    def is_open(self, slot: np.ndarray, schedule: int) -> np.ndarray:
        """Say whether a schedule is open in each slot."""
        worked = self.worked[schedule]
        return np.append(np.diff(worked) > 0, False)[slot]


def wind_up() -> Clock:
    """Lay the clock out."""
    frame = calendar((always(ZONE), *SCHEDULES), BEGIN, END + 90 * 24 * HOUR)
    reporting, *worked = np.array_split(frame.business_before.to_numpy(), 3)
    size = reporting.size
    dates = frame.local_date.to_numpy()[:size]
    days = np.fromiter((date.toordinal() for date in dates), np.int64, size)
    return Clock(
        starts=BEGIN // SLOT * SLOT + np.arange(size) * SLOT,
        day=days - FIRST_DAY.toordinal(),
        weekday=frame.local_weekday.to_numpy()[:size],
        hour=frame.local_hour.to_numpy()[:size],
        worked=np.stack(worked),
    )


def arrivals(
    clock: Clock, tickets: int, luck: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw when each ticket is opened, and which are about the release.

    Returns
    -------
    numpy.ndarray
        Epoch seconds, in order.
    numpy.ndarray
        Truths: the tickets that only the release brought.
    """
    told = clock.starts < END
    day, hour = clock.day[told], clock.hour[told]
    busy = _BY_HOUR[hour] * _BY_WEEKDAY[clock.weekday[told] - 1] * _feasts()[day]
    rate = np.cumsum(busy * (VOLUME + SIGN_IN_VOLUME)[day])
    slot = np.searchsorted(rate, luck.random(tickets) * rate[-1], "right")
    at = np.sort(clock.starts[slot] + luck.integers(0, SLOT, tickets))
    then = clock.day_of(at)
    new = SIGN_IN_VOLUME[then] / (VOLUME + SIGN_IN_VOLUME)[then]
    return at, luck.random(tickets) < new


def _feasts() -> np.ndarray:
    factor = np.ones(DAYS)
    for day in HOLIDAYS:
        factor[number(day)] = _ON_HOLIDAY
    for day in HOLIDAYS:
        after = number(day) + 1
        if factor[after] == 1:
            factor[after] = _AFTER_HOLIDAY
    return factor
