"""Whether the tickets are all there: no silence, no lost hours, channel or part."""

from __future__ import annotations

import re
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.came import BACK, WEEK, counted, stretches
from kpi_kit.expectation import AT_LEAST, WEEKS
from kpi_kit.periods import DAY, midnight

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import pandas as pd

    from kpi_kit.came import Came

    Why = dict[int, str]
    Said = Collection[tuple[date, str]]

# A silence over which so many usually come is chance once in a thousand times.
SILENT = 7
# So many, where the mean is that of eight days, fail to come by chance once in 80,000
# times: a day has many hours and channels, and each of them is asked.
SURELY_SOME = 12
# So many standard deviations below the mean lies one of a thousand; and so many where
# the deviation is an estimate, by its degrees of freedom.
RARE = 3.09
RARE_OF_FEW = {3: 10.21, 4: 7.17, 5: 5.89, 6: 5.21, 7: 4.79, 10: 4.14, 20: 3.55}
INCOMPLETE, SINCE = "data incomplete", " since "


def lacking(  # noqa: PLR0913 - what came, and all that explains a day
    came: pd.DataFrame,
    last: date,
    *,
    judged: date,
    closed: Collection[date] = (),
    said: Said = (),
    zone: str = "UTC",
) -> dict[date, str]:
    """Return the days on which tickets seem to be missing, and which.

    Parameters
    ----------
    came
        Tickets by ``created_on, created_hour, channel``, with their ``count``, from
        the first whole day on.
    last
        The last day that should be there.
    judged
        The first day whose number of tickets is looked at.  A day of long ago that was
        unlike its like may have been a day off; a silence, lost hours and a lost
        channel are told wherever they lie.
    closed
        Days off, like no other.
    said
        What was said of which day.  To name a channel in its silence, or at most a week
        before, explains it.
    zone
        Whose days and hours they are.

    Notes
    -----
    A day is held against the same weekday of the eight weeks before, of which four must
    be known.
    """
    if came.empty or came["created_on"].min() > last:
        return {}
    known = counted(came, last, closed)
    found = _silences(known)
    lost, gone = _lost_channels(known.without(found), said)
    known = known.without({**lost, **found}, gone)
    first = max(0, (judged - known.days[0]).days)
    parts = (_lost_hours(known, zone), _few(known, first), _few_weeks(known, first))
    for part in (lost, *parts):
        found = {**part, **found}
    return {known.days[n]: f"{INCOMPLETE}, {why}" for n, why in sorted(found.items())}


def is_silent(
    came: pd.DataFrame, first: date, last: date, closed: Collection[date]
) -> bool:
    """Return whether days without a ticket should have had some.

    That is when seven or more usually come on such days: each weekday as in the eight
    weeks before the silence.
    """
    if came.empty:
        return False
    known = counted(came, last, closed)
    begin = max(0, (first - known.days[0]).days)
    return known.expected(known.by_day, begin, len(known.days)) >= SILENT


def _silences(known: Came) -> Why:
    """Return the days of each silence that is no chance."""
    found, counts = {}, known.by_day
    for begin, end in stretches(counts == 0):
        if known.expected(counts, begin, end) >= SILENT:
            why = f"no tickets {known.span(begin, end)}"
            found |= dict.fromkeys(range(begin, end), why)
    return found


def _lost_channels(known: Came, said: Said) -> tuple[Why, list[int]]:
    """Return the days that lack a channel, and which channels are gone at the end.

    A silence longer than eight weeks must have been meant: the data lives without the
    channel by now.
    """
    found, gone = {}, []
    for number, channel in enumerate(known.channels):
        counts = known.counts[:, :, number].sum(axis=1)
        for begin, end in stretches(counts == 0):
            is_meant = end - begin > BACK
            is_meant |= _is_told(channel, known.days[begin:end], said)
            many = known.expected(counts, begin, end) >= SURELY_SOME
            is_lost = many and _is_steady(counts, begin)
            if is_lost and not is_meant:
                why = _lost(known, channel, counts, begin, end)
                found = {**dict.fromkeys(range(begin, end), why), **found}
            if end == len(counts) and (is_lost or is_meant):
                gone.append(number)
    return found, gone


def stopped(came: pd.DataFrame, last: date, closed: Collection[date]) -> list[str]:
    """Return which steady channels have not come for more than eight weeks.

    That must have been meant, and is no doubt of any day; but somebody should know.
    """
    known = counted(came, last, closed)
    told = []
    for number, channel in enumerate(known.channels):
        counts = known.counts[:, :, number].sum(axis=1)
        begin, end = int(np.flatnonzero(counts)[-1]) + 1, len(counts)
        if end - begin > BACK and _is_steady(counts, begin):
            told.append(_lost(known, channel, counts, begin, end))
    return told


def _lost(known: Came, channel: str, counts: np.ndarray, begin: int, end: int) -> str:
    if end == len(counts) and end - begin > 1:
        week = known.usual(counts, begin).sum()
        return f"no {channel}{SINCE}{known.days[begin]}, usually {week:.0f} a week"
    usual = known.expected(counts, begin, end)
    return f"no {channel} {known.span(begin, end)}, usually {usual:.0f}"


def _is_steady(counts: np.ndarray, begin: int) -> bool:
    """Return whether there were some in each of four weeks before, or up to eight."""
    since = np.flatnonzero(counts)[0]
    starts = [n for n in range(begin - BACK, begin, WEEK) if n >= since]
    weeks = [counts[n : n + WEEK].sum() for n in starts]
    return len(weeks) >= AT_LEAST and min(weeks) > 0


def _is_told(channel: str, silence: Collection[date], said: Said) -> bool:
    name = re.compile(rf"\b{re.escape(channel)}\b", re.IGNORECASE)
    since, until = min(silence) - WEEK * DAY, max(silence)
    return any(since <= day <= until and name.search(text) for day, text in said)


def _lost_hours(known: Came, zone: str) -> Why:
    """Return the days with a stretch of hours that surely should have had tickets.

    Each of the like days had some in these hours, and so many on average that on a day
    like this one some must have come.
    """
    found, whole, hours = {}, known.by_day, known.by_hour
    for day in np.flatnonzero(known.tells & (whole > 0)).tolist():
        like = hours[known.like(day)]
        lost = [
            (usual.mean(), begin, end)
            for begin, end in stretches(hours[day] == 0)
            if len(like) >= AT_LEAST
            and (usual := like[:, begin:end].sum(axis=1)).min() > 0
            and _fitting(like, usual, whole[day]) >= SURELY_SOME
        ]
        usual, begin, end = max(lost, default=(0, 0, 0))
        # When the clocks go forward, an hour is not there.
        if lost and end - begin > 24 - _length(known.days[day], zone):
            when = f"after {begin}:00" if end == 24 else f"from {begin}:00 to {end}:00"
            found[day] = f"none {when} on {known.days[day]}, usually {usual:.0f}"
    return found


def _length(day: date, zone: str) -> float:
    """Return the hours of a local day."""
    return (midnight(day + DAY, zone) - midnight(day, zone)) / 3600


def _fitting(like: np.ndarray, usual: np.ndarray, came: float) -> float:
    """Return how many of the usual fit a day on which so many came at other hours.

    On a calm day a calm hour is no loss.
    """
    others = like.sum() / len(like) - usual.mean()
    return usual.mean() * min(1, came / others) if others else usual.mean()


def _few(known: Came, first: int) -> Why:
    """Return the days from ``first`` on with fewer tickets than one of a thousand."""
    found, before = {}, _measures(known)
    for day in range(first, len(known.days)):
        weeks = before[day : day + BACK].reshape(WEEKS, WEEK)
        like, came = weeks[~np.isnan(weeks[:, 0]), 0], before[day + BACK]
        # Nothing is less than what is missing.
        if len(like) >= AT_LEAST and came < _least(like, weeks):
            told = f"{came:.0f} tickets on {known.days[day]}"
            found[day] = f"{told}, usually {like.mean():.0f}"
    return found


def _few_weeks(known: Came, first: int) -> Why:
    """Return the days of weeks, Monday to Sunday, that are too few as a whole."""
    found, before = {}, _measures(known)
    for monday in range(first, len(known.days) - WEEK + 1):
        if known.days[monday].weekday():
            continue
        weeks = before[monday : monday + BACK + WEEK]
        *earlier, came = weeks.reshape(-1, WEEK).sum(axis=1)
        like = np.array([week for week in earlier if not np.isnan(week)])
        if len(like) >= AT_LEAST and came < _least(like, like[:, np.newaxis]):
            span = known.span(monday, monday + WEEK)
            why = f"{came:.0f} tickets {span}, usually {like.mean():.0f}"
            found |= dict.fromkeys(range(monday, monday + WEEK), why)
    return found


def _measures(known: Came) -> np.ndarray:
    """Return eight weeks of nothing and the days' tickets, missing where no measure."""
    counts = np.where(known.tells, known.by_day, np.nan)
    return np.concatenate([np.full(BACK, np.nan), counts])


def _least(like: np.ndarray, weeks: np.ndarray) -> float:
    """Return below how many lies less than one of a thousand days like others.

    Days differ by chance, as counts do, and by what makes days of these weeks differ
    more than that from their weekday's mean.

    Examples
    --------
    >>> like = np.array([92.0, 101, 108, 99])
    >>> more = np.array([82.0, 121, 118, 79])
    >>> [round(_least(each, each[:, np.newaxis])) for each in (like, more)]
    [65, -134]
    """
    more, rare = _dispersion(weeks)
    variance = like.mean() * (1 + 1 / len(like))
    return like.mean() - sqrt((RARE**2 + rare**2 * more) * variance)


def _dispersion(weeks: np.ndarray) -> tuple[float, float]:
    """Return how much more than by chance days differ, as a share of their variance.

    With it comes how many deviations are rare, since it is known from few days only.
    """
    known = ~np.isnan(weeks)
    days, came = known.sum(axis=0), np.where(known, weeks, 0).sum(axis=0)
    mean = came / np.maximum(days, 1)
    some = mean > 0
    off = 2 * np.where(known, weeks - mean, 0).clip(max=0)[:, some] ** 2 / mean[some]
    freedom = int((days - 1)[some].sum())
    rare = max((n for n in RARE_OF_FEW if n <= freedom), default=min(RARE_OF_FEW))
    return max(0.0, off.sum() / max(freedom, 1) - 1), RARE_OF_FEW[rare]
