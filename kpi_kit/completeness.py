"""Whether the tickets are all there: no silence, no day with too few, no lost part."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING

from kpi_kit.expectation import AT_LEAST, WEEKS
from kpi_kit.periods import DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pandas as pd

# So many on average fail to come by chance once in three million times: a day has many
# hours and channels, and each of them is asked.
SURELY_SOME = 15
# So many standard deviations below the mean lies one of a thousand.
RARE = 3.09
# A silence over which so many usually come is chance once in a thousand times.
SILENT = 7
INCOMPLETE = "data incomplete"


def silences(
    came: pd.DataFrame, first: date, last: date, closed: Collection[date]
) -> dict[date, str]:
    """Return the days of each silence between two tickets that is no chance.

    Parameters
    ----------
    came
        As for :func:`doubts`.
    first, last
        The days between which tickets are looked for.
    closed
        Days off, on which none have to come.
    """
    found, begin = {}, None
    busy = set(came["created_on"])
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day not in busy:
            begin = begin or day
            continue
        before = day - DAY
        if begin is not None and is_silent(came, begin, before, closed):
            why = f"{INCOMPLETE}, no tickets from {begin} to {before}"
            why = why if begin < before else f"{INCOMPLETE}, no tickets on {begin}"
            length = (before - begin).days + 1
            found |= {begin + timedelta(days=n): why for n in range(length)}
        begin = None
    return found


def is_silent(
    came: pd.DataFrame, first: date, last: date, closed: Collection[date]
) -> bool:
    """Return whether days without a ticket should have had some.

    That is when seven or more usually come on such days: each weekday as in the eight
    weeks before the silence.
    """
    back = [first - timedelta(days=n) for n in range(1, 7 * WEEKS + 1)]
    began = came["created_on"].min() if len(came) else first
    known = [day for day in back if day >= began and day not in closed]
    counts = dict(zip(known, _by_day(came, known), strict=True))
    usual = {}
    for weekday in range(7):
        like = [n for day, n in counts.items() if day.weekday() == weekday]
        usual[weekday] = _mean(like) if like else 0.0
    silent = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sum(usual[d.weekday()] for d in silent if d not in closed) >= SILENT


def doubts(
    came: pd.DataFrame, days: Sequence[date], closed: Collection[date]
) -> dict[date, str]:
    """Return the days on which a part of the tickets seems to be missing, and which.

    Parameters
    ----------
    came
        Tickets by ``created_on, created_hour, channel``, with their ``count``, of the
        days that are known whole.
    days
        The days in question.
    closed
        Days off, like no other.

    Notes
    -----
    A day is held against the same weekday of the eight weeks before, of which four must
    be known.
    """
    if came.empty:
        return {}
    began = came["created_on"].min()
    found = {}
    for day in days:
        back = [day - timedelta(weeks=number) for number in range(1, WEEKS + 1)]
        like = [each for each in back if each >= began and each not in closed]
        if day not in closed and len(like) >= AT_LEAST:
            text = next(_lacking(came, day, like), "")
            found |= {day: f"{INCOMPLETE}, {text}"} if text else {}
    return found


def _lacking(came: pd.DataFrame, day: date, like: Sequence[date]) -> Iterator[str]:
    own = came[came["created_on"] == day]
    before = came[came["created_on"].isin(set(like))]
    count, usual = int(own["count"].sum()), _by_day(before, like)
    if _is_rare(count, usual):
        yield f"{count} tickets on {day}, usually {_mean(usual):.0f}"
    last = own["created_hour"].max()
    later = _by_day(before[before["created_hour"] > last], like)
    if len(own) and _surely_some(later):
        yield f"none after {last + 1}:00 on {day}, usually {_mean(later):.0f}"
    for channel, rows in before.groupby("channel", sort=True):
        some = _by_day(rows, like)
        if channel not in set(own["channel"]) and _surely_some(some):
            yield f"no {channel} on {day}, usually {_mean(some):.0f}"


def _by_day(rows: pd.DataFrame, days: Sequence[date]) -> list[int]:
    counts = rows.groupby("created_on")["count"].sum()
    return [int(counts.get(day, 0)) for day in days]


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)


def _surely_some(counts: Sequence[int]) -> bool:
    return min(counts) > 0 and _mean(counts) >= SURELY_SOME


def _is_rare(count: int, usual: Sequence[int]) -> bool:
    """Return whether so few come less than once in a thousand like days.

    Days differ by chance, as counts do, and by what makes them differ.

    Examples
    --------
    >>> usual = [92, 101, 108, 99]
    >>> [_is_rare(count, usual) for count in (50, 70, 95)]
    [True, False, False]
    """
    mean = _mean(usual)
    spread = sum((each - mean) ** 2 for each in usual) / (len(usual) - 1)
    return count < mean - RARE * sqrt(mean + spread)
