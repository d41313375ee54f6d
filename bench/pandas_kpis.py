"""The KPIs of the pandas side: counting and sorting by group number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bench.generate import FIRST_DAY
from bench.pandas_truths import Way
from bench.ranks import EXACT_UP_TO, SHARES, Z, near_rank

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = ["week", "channel", "issue_type"]
CLOCKS = ("business", "calendar")
VARIANTS = ("no_follow_up", "one_touch", "one_reply", "no_repeat")
TRUTHS = {
    "created_on": {
        "escalation_rate": "is_escalated",
        "escalation_to_client_rate": "is_escalated_to_client",
        "transfer_rate": "is_transferred",
    },
    "first_solved_on": {
        "reopen_rate": "reopened_within_7_days",
        **{f"first_contact_resolution_{name}": f"is_{name}" for name in VARIANTS},
    },
    "last_solved_on": {},
}
DURATIONS = {
    "created_on": "first_response",
    "first_solved_on": "first_resolution",
    "last_solved_on": "resolution",
}


def kpis(
    facts: pd.DataFrame, later: pd.DataFrame, ranks: pd.DataFrame, way: Way
) -> list[pd.DataFrame]:
    """Return every ticket KPI by week x channel x issue type, as best.kpis does.

    Parameters
    ----------
    facts, later
        What in_pandas.facts returns.
    ranks
        What exact_ranks returns.
    way
        How order statistics are found.
    """
    slices = [facts[name].cat.categories for name in KEYS[1:]]
    weeks = int(_week(facts.created_on).max()) + 1
    shape = (weeks, *map(len, slices))
    found = [_by(day, facts, shape, ranks, way) for day in DURATIONS]
    volume = _count(_group(facts, "created_on", shape), shape)
    done = _count(_group(facts, "first_done_on", shape), shape)
    later_change = _count(_group(later, "changed_on", shape), shape, later.change)
    change = (volume - done + later_change).reshape(weeks, -1)
    backlog = {"backlog:count:": change.cumsum(axis=0).ravel().astype(int)}
    first = pd.Timestamp(FIRST_DAY)
    monday = first - pd.Timedelta(days=first.weekday())
    starts = [
        max(first, monday + pd.Timedelta(weeks=number)) for number in range(weeks)
    ]
    index = pd.MultiIndex.from_product([starts, *slices], names=KEYS)
    return [pd.DataFrame(columns, index).reset_index() for columns in (*found, backlog)]


def _week(day: pd.Series) -> pd.Series:
    return (day + FIRST_DAY.weekday()) // 7


def _group(rows: pd.DataFrame, day: str, shape: tuple[int, ...]) -> np.ndarray:
    week = _week(rows[day]).to_numpy(np.int64)
    place = [rows[name].cat.codes.to_numpy() for name in KEYS[1:]]
    group = (week * shape[1] + place[0]) * shape[2] + place[1]
    return np.where(rows[day] >= 0, group, -1)


def _count(
    group: np.ndarray, shape: tuple[int, ...], weight: pd.Series | None = None
) -> np.ndarray:
    known = group >= 0
    weights = None if weight is None else weight[known]
    return np.bincount(group[known], weights, minlength=np.prod(shape))


def _by(
    day: str,
    facts: pd.DataFrame,
    shape: tuple[int, ...],
    ranks: pd.DataFrame,
    way: Way,
) -> dict[str, np.ndarray]:
    group = _group(facts, day, shape)
    columns = {}
    for clock in CLOCKS:
        seconds = facts[f"{DURATIONS[day]}_{clock}_seconds"].to_numpy()
        known = (group >= 0) & ~np.isnan(seconds)
        called = f"{DURATIONS[day]}_time:{{}}:{clock}"
        ordered = _sorted(group[known], seconds[known], way)
        columns |= _duration(called, *ordered, int(np.prod(shape)), ranks)
    for metric, truth in TRUTHS[day].items():
        n = _count(np.where(facts[f"knows_{truth}"], group, -1), shape)
        met = _count(np.where(facts[truth], group, -1), shape)
        columns |= _share(f"{metric}:share:", met, n)
    if day == "created_on":
        unanswered = np.where(facts.is_unanswered, group, -1)
        columns["ticket_volume:count:"] = _count(group, shape)
        columns["unanswered_tickets:count:"] = _count(unanswered, shape)
    return columns


def _sorted(
    group: np.ndarray, seconds: np.ndarray, way: Way
) -> tuple[np.ndarray, np.ndarray]:
    if way is Way.PANDAS:
        frame = pd.DataFrame({"group": group, "minutes": seconds / 60})
        frame = frame.sort_values(["group", "minutes"])
        return frame["group"].to_numpy(), frame["minutes"].to_numpy()
    coded = np.sort(group << 28 | seconds.astype(np.int64))
    return coded >> 28, (coded & (2**28 - 1)) / 60


def _duration(
    called: str,
    group: np.ndarray,
    minutes: np.ndarray,
    groups: int,
    ranks: pd.DataFrame,
) -> dict[str, np.ndarray]:
    n = np.bincount(group, minlength=groups)
    start = n.cumsum() - n
    with np.errstate(invalid="ignore"):
        mean = np.bincount(group, minutes, minlength=groups) / n
    columns = {called.format("mean"): mean, called.format("mean") + ":n": n}
    for name, p in SHARES.items():
        place = np.maximum(n - 1, 0) * p
        low, high = (
            _nth(minutes, start, bound.astype(int) + 1, n)
            for bound in (np.floor(place), np.ceil(place))
        )
        columns |= {
            called.format(name): low + (place - np.floor(place)) * (high - low),
            called.format(name) + ":n": n,
        }
        for bound, z in (("low", -Z), ("high", Z)):
            exact = ranks[f"{name}_{bound}"].to_numpy()[np.minimum(n, EXACT_UP_TO)]
            near = near_rank(n, p, z) + (z > 0)
            rank = np.where(n > EXACT_UP_TO, near, exact)
            columns[f"{called.format(name)}:{bound}"] = _nth(minutes, start, rank, n)
    return columns


def _nth(
    minutes: np.ndarray, start: np.ndarray, rank: np.ndarray, n: np.ndarray
) -> np.ndarray:
    known = (rank > 0) & (rank <= n)
    place = np.where(known, start + rank - 1, 0)
    return np.where(known, minutes[place], np.nan)


def _share(called: str, met: np.ndarray, n: np.ndarray) -> Mapping[str, np.ndarray]:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = met / n
        half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
        centre, scale = share + Z**2 / (2 * n), 1 + Z**2 / n
        low, high = (centre - half) / scale, (centre + half) / scale
    return {
        called: share,
        f"{called}:n": n,
        f"{called}:low": low,
        f"{called}:high": high,
    }
