"""How many tickets came, by day, hour and channel, and how many usually come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.expectation import WEEKS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import pandas as pd

WEEK, BACK = 7, 7 * WEEKS


@dataclass(frozen=True, kw_only=True)
class Came:
    """How many tickets came, by day, local hour and channel.

    The last of the channels stands for none.  ``tells`` is false for days that are no
    measure: days off, and days that are missing themselves.
    """

    days: tuple[date, ...]
    channels: tuple[str, ...]
    counts: np.ndarray
    tells: np.ndarray

    @property
    def by_day(self) -> np.ndarray:
        """Return how many came on each day."""
        return self.counts.sum(axis=(1, 2))

    @property
    def by_hour(self) -> np.ndarray:
        """Return how many came on each day in each local hour."""
        return self.counts.sum(axis=2)

    def without(
        self, days: Collection[int] = (), channels: Collection[int] = ()
    ) -> Came:
        """Return it with days that are no measure any more, and without channels."""
        tells = self.tells.copy()
        tells[list(days)] = False
        counts = np.delete(self.counts, list(channels), axis=2)
        return replace(self, tells=tells, counts=counts)

    def like(self, day: int) -> np.ndarray:
        """Return the days like one: the same weekday of the eight weeks before."""
        back = np.arange(day % WEEK, day, WEEK)[-WEEKS:]
        return back[self.tells[back]]

    def usual(self, counts: np.ndarray, day: int) -> np.ndarray:
        """Return what each weekday brought in the eight weeks before a day, on average.

        The weekdays are numbered from the first day of all.
        """
        back = np.arange(max(0, day - BACK), day)
        back = back[self.tells[back]]
        days = np.bincount(back % WEEK, minlength=WEEK)
        came = np.bincount(back % WEEK, weights=counts[back], minlength=WEEK)
        return came / np.maximum(days, 1)

    def expected(self, counts: np.ndarray, begin: int, end: int) -> float:
        """Return how many usually come over the days from ``begin`` to ``end``.

        Days off bring none.  Before a week is known nobody can say.
        """
        if begin < WEEK:
            return 0.0
        days = np.arange(begin, end)
        return float(self.usual(counts, begin)[days[self.tells[days]] % WEEK].sum())

    def span(self, begin: int, end: int) -> str:
        """Return the days from ``begin`` to before ``end`` in words."""
        first, last = self.days[begin], self.days[end - 1]
        return f"on {first}" if first == last else f"from {first} to {last}"


def counted(frame: pd.DataFrame, last: date, closed: Collection[date]) -> Came:
    """Return how many tickets came, from the first day of a frame to the last known.

    Parameters
    ----------
    frame
        Tickets by ``created_on, created_hour, channel``, with their ``count``; not
        empty up to ``last``.
    last
        The last day.
    closed
        Days off.
    """
    frame = frame[frame["created_on"] <= last]
    first = frame["created_on"].min()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    channels = sorted(set(frame["channel"].dropna()))
    numbers = {day: n for n, day in enumerate(days)}
    lanes = {channel: n for n, channel in enumerate(channels)}
    where = (
        frame["created_on"].map(numbers).to_numpy(int),
        frame["created_hour"].to_numpy(int),
        frame["channel"].map(lanes).fillna(len(channels)).to_numpy(int),
    )
    counts = np.zeros((len(days), 24, len(channels) + 1))
    np.add.at(counts, where, frame["count"].to_numpy(float))
    tells = np.array([day not in closed for day in days])
    return Came(days=tuple(days), channels=tuple(channels), counts=counts, tells=tells)


def stretches(empty: np.ndarray) -> list[tuple[int, int]]:
    """Return where each stretch that is empty begins, and where it has ended.

    Examples
    --------
    >>> stretches(np.array([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    edges = np.diff(np.concatenate([[0], empty.astype(int), [0]]))
    return [(b, e) for b, e in np.flatnonzero(edges).reshape(-1, 2).tolist()]
