"""Whom ratings speak of, and how soon customers were asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.asked import question
from kpi_kit.heard import heard
from kpi_kit.intervals import wilson
from kpi_kit.records.holders import with_holders
from kpi_kit.scorecard import scorecards

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk

HOUR = 3_600
AFTER = ("offered_at", "answered_at", "ticket_id")


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How long after the last solve customers were asked.

    ``within_an_hour`` is a share, with its 95 % interval; None where nobody was asked
    after a solve.  ``before`` were asked before any.
    """

    n: int
    median_minutes: float | None
    within_an_hour: float | None
    low: float | None
    high: float | None
    before: int


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """The ratings of some days.

    ``by_agent`` has the scorecard's rows of ``csat`` and ``csat_score`` by
    ``agent_id``: who solved the ticket last, the ticket's agent where no history says.
    Of the ``n`` ratings, ``held_elsewhere`` were given when somebody else had the
    ticket, and ``went_on`` before it went to somebody else.
    """

    by_agent: pd.DataFrame
    n: int
    held_elsewhere: int
    went_on: int
    lag: Lag


def ratings(  # noqa: PLR0913 - of which days, and over which facts
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    end: date,
    as_of: date,
    kept: Facts | None = None,
) -> Ratings:
    """Return the ratings of the days [start, end), credited to who solved.

    Parameters
    ----------
    helpdesk, contract
        As :func:`kpi_kit.scorecard.scorecard`.
    start, end, as_of
        Local days; ``end`` is exclusive.
    kept
        The facts, where they are kept already.

    Raises
    ------
    TableError
        If the source has no ratings, or nobody can say which are positive.
    """
    days = {"start": start, "end": end, "as_of": as_of}
    by = ("agent_id",)
    told_of = heard(helpdesk, contract, by=by, also=AFTER, kept=kept, **days)
    asked = question(helpdesk, contract, by=by, metrics=["csat", "csat_score"], **days)
    (card,) = scorecards(helpdesk, contract, [asked], kept=told_of.kept)
    told = with_holders(told_of.rows, told_of.known)
    rated = told.on_one_scale.notnull()
    counts = told.agg(
        n=rated.sum(),
        held_elsewhere=(rated & (told.holder != told.agent_id)).sum(),
        went_on=(rated & told.went_on).sum(),
        asked=told.is_offered.sum(),
        soon=(told.lag_seconds <= HOUR).sum(),
        after=told.lag_seconds.count(),
    )
    (row,) = counts.to_pyarrow().to_pylist()
    counted = {name: int(count or 0) for name, count in row.items()}
    return Ratings(
        by_agent=card[card["n"] > 0].reset_index(drop=True),
        **{name: counted[name] for name in ("n", "held_elsewhere", "went_on")},
        lag=_lag(told, counted),
    )


def _lag(told: ir.Table, counted: dict[str, int]) -> Lag:
    n, asked = counted["after"], counted["asked"]
    if not n:
        none = dict.fromkeys(("median_minutes", "within_an_hour", "low", "high"))
        return Lag(n=0, before=asked, **none)
    sorted_of = told.agg(lags=told.lag_seconds.collect())  # NULLs are left out
    sorted_of = sorted_of.mutate(lags=sorted_of.lags.sort())
    middle = sorted_of.select(
        below=sorted_of.lags[(n - 1) // 2], above=sorted_of.lags[n // 2]
    )
    (seconds,) = middle.to_pyarrow().to_pylist()
    share = np.array([counted["soon"] / n])
    low, high = wilson(share, np.array([n]))
    return Lag(
        n=n,
        median_minutes=(seconds["below"] + seconds["above"]) / 2 / 60,
        within_an_hour=float(share[0]),
        low=float(low[0]),
        high=float(high[0]),
        before=asked - n,
    )
