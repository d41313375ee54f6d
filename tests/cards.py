"""Scorecards by hand: no engine, no tickets, the real words and judgments."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import named
from kpi_kit.change import change
from kpi_kit.comparable import band_for, promised, shown
from kpi_kit.contract import Contract
from kpi_kit.standing import Reading, Scorecard, Standing
from kpi_kit.verdict import state_of, verdict_text

MONDAY, SUNDAY = date(2026, 11, 9), date(2026, 11, 15)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def reading(value, low=None, high=None, n=100, status="ok", start=MONDAY, days=7):
    """Return a reading of the judged week."""
    end = start + days * DAY
    bounds = {"value": value, "low": low, "high": high}
    return Reading(start=start, end=end, **bounds, n=n, status=status)


def standing(name, now, contract=None, *, previous=None, baseline=None):
    """Return where a KPI stands; the words and judgments are the kit's own."""
    contract = contract or Contract()
    card = named(name)
    statistic, clock = shown(card, contract)
    target, (band, refused) = promised(card, contract), band_for(card, contract)
    state, days = state_of(now, target), clock != "business"
    return Standing(
        card=card,
        statistic=statistic,
        clock=clock,
        now=now,
        previous=previous,
        baseline=baseline,
        target=target,
        band=band,
        state=state,
        state_text=verdict_text(state, now),
        change=change(card, previous, now, days=days),
        since_baseline=change(card, baseline, now, days=days),
        refused=refused,
        series=_series(previous, now),
        newer=None,
    )


def _series(*readings):
    """Return the readings as scorecard rows."""
    names = ("start", "end", "value", "low", "high", "n", "status", "note")
    known = [[getattr(r, name) for name in names] for r in readings if r is not None]
    columns = ("period_start", "period_end", *names[2:])
    return pd.DataFrame(known, columns=columns)


def scorecard(*standings, contract=None, slices=None, daily=None, every="week"):
    """Return the card of the week of 9 to 15 November, or of its Sunday."""
    return Scorecard(
        contract=contract or Contract(),
        start=SUNDAY if every == "day" else MONDAY,
        end=SUNDAY + DAY,
        as_of=SUNDAY,
        every=every,
        standings={standing.card.name: standing for standing in standings},
        slices=slices or {},
        daily=daily or {},
    )


def rows(values, *, start=MONDAY, days=7, **columns):
    """Return scorecard rows: (value, low, high, n) or a value that is exact.

    One row per period after ``start``, unless ``columns`` name the slices.
    """
    cells = [v if isinstance(v, tuple) else (v, None, None, v) for v in values]
    frame = pd.DataFrame(cells, columns=["value", "low", "high", "n"])
    steps = [0] * len(frame) if columns else range(len(frame))
    frame["period_start"] = [start + days * step * DAY for step in steps]
    frame["period_end"] = [begun + days * DAY for begun in frame["period_start"]]
    few = (frame["n"] < 30) & frame["low"].notna()
    frame["status"] = few.map({True: "too_few", False: "ok"})
    return frame.assign(note="", **columns)


def by_day(values, last=SUNDAY):
    """Return the daily rows of a count that end with ``last``."""
    return rows(values, start=last - (len(values) - 1) * DAY, days=1)
