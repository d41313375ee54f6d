"""Which numbers of a report are final: not where days or replies are still missing."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.answers import MATURES_AFTER
from kpi_kit.catalog import named
from kpi_kit.completeness import INCOMPLETE
from kpi_kit.freshness import BEGINS, ENDS, NOTHING
from kpi_kit.intervals import Z
from kpi_kit.periods import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from kpi_kit.facts import Facts
    from kpi_kit.freshness import Freshness
    from kpi_kit.plan import Key, Plan

    Frames = Mapping[Key, pd.DataFrame]

CLOCKS = ("business", "calendar")
ANSWERED = "first_response_time"
# The facts that the question reads, besides those of the KPIs.
COLUMNS = (
    *("is_open", "first_reply_at", "opened_by", "excluded_because", "created_on"),
    *(f"first_response_{clock}_minutes" for clock in CLOCKS),
    *(f"elapsed_{clock}_minutes" for clock in CLOCKS),
)
OUTSTANDING = "not answered yet"
UNKNOWN = {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0}
QUANTILES = {"p90": 0.9}
HALF = 0.5
# So great a part of the tickets beyond a quantile may wait, a tenth of all of a median.
FAIR = 0.2


def replies(kept: Facts, as_of: date) -> pd.DataFrame:
    """Return the newest tickets, answered or still waiting for a first reply.

    Parameters
    ----------
    kept
        The facts, with :data:`COLUMNS`.
    as_of
        Last day that is known.

    Returns
    -------
    pandas.DataFrame, one row per ticket
        ``created_on, is_waiting`` and, by the clock's name, minutes to the reply or,
        while it waits, to the end of ``as_of``.
    """
    rows = kept.tickets
    waits = rows.first_reply_at.isnull()
    asked = rows.excluded_because.isnull() & (rows.opened_by != "agent")
    asked &= ~waits | rows.is_open.fill_null(True)
    since = as_of + DAY - 2 * MATURES_AFTER
    found = rows.filter(asked & (rows.created_on >= since))
    waits = found.first_reply_at.isnull()
    minutes = {
        clock: waits.ifelse(
            found[f"elapsed_{clock}_minutes"], found[f"first_response_{clock}_minutes"]
        )
        for clock in CLOCKS
    }
    made = found.select("created_on", is_waiting=waits, **minutes)
    return made.to_pyarrow().to_pandas()


def settled(
    found: Frames, fresh: Freshness, plan: Plan, newest: pd.DataFrame
) -> Frames:
    """Return the answers with all that is not final marked ``provisional``.

    Parameters
    ----------
    found
        The answers, as the plan asked for them.
    fresh
        The days that are missing.
    plan
        The days of the report.
    newest
        As :func:`replies` gives them.

    Notes
    -----
    A period before the source's first ticket is left out: a volume of 0 would be a
    wrong number, and a rise from it an alarm.  Of a period with missing days a count is
    not known at all, and a share or a duration is provisional; so it is when days of
    the week after it are missing, in which its tickets went on.  What is open is not
    known for a week after a hole.  So is a first response
    time of the last two weeks while so many tickets wait for their reply that with them
    it would leave its own interval.
    """
    made = {}
    for key, frame in found.items():
        begun = _begun(frame, fresh, plan)
        made[key] = _unanswered(_cut_short(begun, fresh), plan.as_of, newest)
    return made


def is_outstanding(note: str) -> bool:
    """Return whether a row's note says that replies are still to come."""
    return note.endswith(OUTSTANDING)


def lacks_days(note: str) -> bool:
    """Return whether a row's note says that days are missing."""
    return note.startswith((ENDS, BEGINS, NOTHING, INCOMPLETE))


def _begun(frame: pd.DataFrame, fresh: Freshness, plan: Plan) -> pd.DataFrame:
    """Leave out what came before the first ticket, of a count its cut period too."""
    judged = plan.judged.start
    if fresh.first is None:
        return frame[frame["period_start"] >= judged].reset_index(drop=True)
    counts = _is(frame, "kind")
    # Of the first day nobody knows at which hour it began; a week may lack its night.
    whole = fresh.first + DAY if plan.every == "day" else fresh.first
    known = (frame["period_start"] >= whole) | ~counts
    known &= frame["period_end"] > fresh.first
    known |= frame["period_start"] >= judged
    return frame[known].reset_index(drop=True)


def _is(frame: pd.DataFrame, field: str) -> np.ndarray:
    """Return which rows are of a KPI whose kind, or unit, is a count."""
    made = [getattr(named(name), field) == "count" for name in frame["metric"]]
    return np.array(made, dtype=bool)


def doubted(frame: pd.DataFrame, fresh: Freshness) -> pd.DataFrame:
    """Return rows with those ``provisional`` whose days look missing, and why.

    Their values stand as they are: they are what the source holds.  What came before
    its first ticket is no doubt.
    """
    begun = {
        day: why
        for day, why in fresh.missing.items()
        if not why.startswith((BEGINS, NOTHING))
    }
    why = _reasons(frame, replace(fresh, missing=begun))
    cut, frame = why != "", frame.copy()
    frame.loc[cut, "status"] = "provisional"
    said = frame.loc[cut, "note"]
    frame.loc[cut, "note"] = why[cut] + np.where(said == "", "", "; ") + said
    return frame


def _cut_short(frame: pd.DataFrame, fresh: Freshness) -> pd.DataFrame:
    whole, why = _is(frame, "unit"), _reasons(frame, fresh)
    cut = why != ""
    if not cut.any():
        return frame
    frame = frame.copy()
    for column, nothing in UNKNOWN.items():
        frame.loc[cut & whole, column] = nothing
    frame.loc[cut, "status"] = "provisional"
    frame.loc[cut, "note"] = why[cut]
    return frame


def _reasons(frame: pd.DataFrame, fresh: Freshness) -> np.ndarray:
    """Return why each row is not final; nothing where it is, or is not computable."""
    columns = [frame[name] for name in ("metric", "period_start", "period_end")]
    spans = list(zip(*columns, strict=True))
    why = {span: _lack(fresh, *span) for span in set(spans)}
    found = np.array([why[span] for span in spans], dtype=object)
    return np.where(frame["status"] == "not_computable", "", found)


def _lack(fresh: Freshness, metric: str, start: date, end: date) -> str:
    """Return why a number of a period is not final; empty where it is."""
    card = named(metric)
    own = fresh.lack(start, end if card.unit == "count" else end + MATURES_AFTER)
    if own or card.kind != "stock":
        return own
    # Of what came in a hole nobody knows whether it is still open.
    before = fresh.lack(start - MATURES_AFTER, start)
    return before if before.startswith(INCOMPLETE) else ""


def _unanswered(frame: pd.DataFrame, as_of: date, newest: pd.DataFrame) -> pd.DataFrame:
    known = as_of + DAY - MATURES_AFTER
    # Of a longer period only a part are among the newest tickets.
    young = (frame["period_end"] > known) & (
        frame["period_start"] >= known - MATURES_AFTER
    )
    sure = frame["status"].isin(("ok", "too_few"))
    late = frame.index[(frame["metric"] == ANSWERED) & young & sure]
    if not len(late):
        return frame
    frame, told = frame.copy(), {}
    for row in frame.loc[late].itertuples():
        # Slices of a period have its answer.
        key = (row.period_start, row.period_end, row.clock, row.statistic)
        if key not in told:
            told[key] = _outstanding(newest, *key)
        if told[key]:
            frame.loc[row.Index, ["status", "note"]] = "provisional", told[key]
    return frame


def _outstanding(
    newest: pd.DataFrame, start: date, end: date, clock: str, statistic: str
) -> str:
    """Say how many of a period's tickets wait, where they could move the statistic."""
    inside = newest["created_on"].between(start, end, inclusive="left")
    waits = newest["is_waiting"]
    if not (inside & waits).any():
        return ""
    answered, waited = (
        np.sort(newest.loc[inside & which, clock]) for which in (~waits, waits)
    )
    if not _would_leave(answered, waited, QUANTILES.get(statistic, HALF)):
        return ""
    return f"{len(waited)} of {len(waited) + len(answered)} {OUTSTANDING}"


def _would_leave(answered: np.ndarray, waited: np.ndarray, part: float) -> bool:
    """Return whether tickets that wait would take a quantile out of its own interval.

    Each is taken for one of the answered tickets that took longer than it has waited,
    as survival analysis does: it moves the quantile's rank by how much more probably
    than any other it lies beyond.  The interval reaches so far as chance moves it.

    That holds for few: of many that wait, those answered are no fair sample.

    Examples
    --------
    >>> answered = np.arange(400.0)  # its median's rank is sure to about twenty
    >>> _would_leave(answered, np.zeros(40), 0.5)  # just arrived: they tell nothing
    False
    >>> _would_leave(answered, np.zeros(50), 0.5)  # more than a tenth of all
    True
    >>> _would_leave(answered, np.full(39, 250.0), 0.5)  # surely beyond the median
    False
    >>> _would_leave(answered, np.full(40, 250.0), 0.5)
    True
    >>> _would_leave(answered[:0], np.zeros(1), 0.5), _would_leave(answered, [], 0.5)
    (True, False)
    """
    if len(waited) > FAIR * (1 - part) * (len(answered) + len(waited)):
        return True
    if not len(answered):
        return False
    below = np.searchsorted(answered, waited) / len(answered)
    beyond = np.divide(1 - part, 1 - below, out=np.ones(len(below)), where=below < part)
    moved = (beyond - (1 - part)).sum()
    return bool(moved > Z * sqrt(len(answered) * part * (1 - part)))
