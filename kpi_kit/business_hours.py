"""Business time: the calendar that turns instants into open seconds.

One row per schedule and 15-minute slot of UTC holds the seconds open before it and the
open part within it.  Business time between two instants is the difference of their
`business_position`: two equi-joins on any engine, with no time zone in it.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from kpi_kit.errors import ParameterError
from kpi_kit.opening_hours import DAY, FIRST_YEAR, LAST_YEAR, ROUND_THE_CLOCK
from kpi_kit.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    Spans = tuple[np.ndarray, np.ndarray]

SLOT = 900
SCHEDULE_STRIDE = 10_000_000

# No zone has changed its clocks twice within six days since 1970.
_CLOCK_STEP = 3 * DAY
_EPOCH = date(1970, 1, 1)


def always(time_zone: str, name: str = "24x7") -> Schedule:
    """Return a schedule that never closes."""
    return Schedule(name=name, time_zone=time_zone, week=ROUND_THE_CLOCK)


def holiday_list(
    schedules: Sequence[Schedule], first: date, last: date
) -> pd.DataFrame:
    """List the holidays from ``first`` to ``last``, both included.

    Returns
    -------
    pandas.DataFrame
        ``schedule`` (str) and ``date`` (datetime.date), in order.
    """
    rows = [
        (schedule.name, day)
        for schedule in schedules
        for day in sorted(schedule.holidays)
        if first <= day <= last
    ]
    return pd.DataFrame(rows, columns=["schedule", "date"])


def calendar(schedules: Sequence[Schedule], first: int, last: int) -> pd.DataFrame:
    """Lay out every 15-minute slot that touches [first, last], for each schedule.

    Parameters
    ----------
    schedules
        At least one; a schedule's position here numbers its slots.
    first, last
        Epoch seconds, from 1970 to 2099.

    Returns
    -------
    pandas.DataFrame
        ``slot_key`` (int64, number of the schedule x 10,000,000 + epoch // 900),
        ``business_before`` (int64, seconds open from the calendar's first slot to this
        one), ``open_from`` and ``open_until`` (int64, the slot's open part, 0..900;
        both 0 when closed), ``local_date`` (datetime.date), ``local_hour`` and
        ``local_weekday`` (int64, 1 = Monday) at the slot's start.

    Raises
    ------
    ParameterError
        If the span is outside those years or ends before it starts, or if a slot would
        hold two open parts.

    Notes
    -----
    Open is what the wall clock says: an opening at a time that the clocks skip starts
    when they have skipped it, and one that they show twice is open twice.  Elapsed
    seconds count, so that a Sunday of 25 hours holds 90,000.
    """
    if not 0 <= first <= last < datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp():
        message = f"calendar: {first} to {last} are not epoch seconds of"
        years = f"{FIRST_YEAR} to {LAST_YEAR}, in order"
        raise ParameterError(f"{message} {years}. Check the earliest and latest time.")
    slots = np.arange(first // SLOT, last // SLOT + 1, dtype=np.int64)
    frames = [
        _laid_out(schedule, slots, number * SCHEDULE_STRIDE)
        for number, schedule in enumerate(schedules)
    ]
    return pd.concat(frames, ignore_index=True)


def business_position(at: ir.IntegerValue, slot: ir.Table) -> ir.IntegerValue:
    """Return the business seconds from the calendar's first slot to ``at``.

    Parameters
    ----------
    at
        Epoch seconds.
    slot
        The calendar's row for the schedule and ``at``, joined to it.

    Returns
    -------
    ibis IntegerValue
        NULL where ``at`` is, or where the calendar has no such slot.

    Notes
    -----
    Comparisons instead of least and greatest, which ignore NULL on some engines and
    spread it on others.
    """
    second = at % SLOT
    reached = (second < slot.open_from).ifelse(
        slot.open_from, (second > slot.open_until).ifelse(slot.open_until, second)
    )
    return slot.business_before + reached - slot.open_from


def _laid_out(schedule: Schedule, slots: np.ndarray, stride: int) -> pd.DataFrame:
    edges = np.append(slots, slots[-1] + 1) * SLOT
    since, offsets = _clock(schedule.time_zone, int(edges[0]), int(edges[-1]))
    opens, closes = _open_spans(schedule, np.append(since, edges[-1]), offsets)
    before, open_from, open_until = _elapsed(opens, closes, edges)
    local = edges[:-1] + offsets[np.searchsorted(since, edges[:-1], "right") - 1]
    torn = np.flatnonzero(open_until - open_from != np.diff(before))
    if torn.size:
        clock = np.datetime64(int(local[torn[0]]), "s")
        message = f"business_hours.{schedule.name}: two openings in the 15 minutes from"
        hint = "Let 15 minutes lie between an end and the next start"
        raise ParameterError(f"{message} {clock} {schedule.time_zone}. {hint}.")
    days = local // DAY
    earliest = days.min()  # not the first: clocks may go back past midnight
    dates = np.arange(earliest, days.max() + 1).astype("datetime64[D]").astype(object)
    return pd.DataFrame(
        {
            "slot_key": slots + stride,
            "business_before": before[:-1],
            "open_from": open_from,
            "open_until": open_until,
            "local_date": dates[days - earliest],
            "local_hour": local % DAY // 3600,
            "local_weekday": (days + _EPOCH.weekday()) % 7 + 1,
        }
    )


def _clock(time_zone: str, first: int, last: int) -> Spans:
    """Return the instants from which each UTC offset holds, and the offsets."""
    zone = ZoneInfo(time_zone)

    def offset(at: int) -> int:
        return int(datetime.fromtimestamp(at, zone).utcoffset().total_seconds())

    since = [first]
    for early, late in pairwise([*range(first, last, _CLOCK_STEP), last]):
        new = offset(late)
        if offset(early) != new:
            step = range(early, late)
            ahead = bisect_left(step, True, key=lambda at, new=new: offset(at) == new)
            since.append(early + ahead)
    return np.array(since), np.array([offset(at) for at in since])


def _open_spans(schedule: Schedule, bounds: np.ndarray, offsets: np.ndarray) -> Spans:
    """Return the disjoint open spans, in epoch seconds, within ``bounds``."""
    first, last = bounds[[0, -1]] // DAY
    days = range(int(first) - 2, int(last) + 2)  # a zone is up to 14 h off, a shift 24
    local = [
        (number * DAY + start, number * DAY + end)
        for number in days
        for start, end in schedule.parts(_EPOCH + timedelta(days=number))
    ]
    starts, ends = np.array(local, dtype=np.int64).reshape(-1, 2).T
    opens, closes = [], []
    for (begin, until), offset in zip(pairwise(bounds), offsets, strict=True):
        opens.append(np.clip(starts - offset, begin, until))
        closes.append(np.clip(ends - offset, begin, until))
    return _joined(np.concatenate(opens), np.concatenate(closes))


def _joined(opens: np.ndarray, closes: np.ndarray) -> Spans:
    """Return the spans without the empty ones, those that touch made one."""
    order = np.argsort(opens, kind="stable")
    order = order[(opens < closes)[order]]
    opens, closes = opens[order], np.maximum.accumulate(closes[order])
    gap = opens[1:] > closes[:-1]
    return (
        opens[np.append(True, gap)[: opens.size]],
        closes[np.append(gap, True)[: opens.size]],
    )


def _elapsed(
    opens: np.ndarray, closes: np.ndarray, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the seconds open before each edge, and each slot's first open part."""
    over = np.searchsorted(closes, edges, "right")
    total = np.append(0, np.cumsum(closes - opens))
    # A slot after the last span finds an empty one at the very end.
    opens, closes = np.append(opens, edges[-1]), np.append(closes, edges[-1])
    before = total[over] + np.maximum(0, edges - opens[over])
    start, end = edges[:-1], edges[1:]
    open_from = np.clip(opens[over[:-1]], start, end) - start
    open_until = np.clip(closes[over[:-1]], start, end) - start
    is_open = open_from < open_until
    return before, open_from * is_open, open_until * is_open
