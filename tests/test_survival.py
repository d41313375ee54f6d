"""Times with open tickets counted in, against scipy's product limit."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from kpi_kit.facts import Facts
from kpi_kit.survival import survival
from tests.facts.test_facts import some_cases

MONDAY = date(2026, 11, 2)


def facts(engine, tickets):
    """Return facts of (day, minutes to the solve or None, minutes waited)."""
    frame = pd.DataFrame(
        [
            {
                "created_on": MONDAY + timedelta(days=day),
                "resolution_calendar_minutes": taken,
                "elapsed_calendar_minutes": float(waited),
                "is_open": taken is None,
                "opened_by": "customer",
                "excluded_because": None,
            }
            for day, taken, waited in tickets
        ]
    )
    frame = frame.astype(
        {"resolution_calendar_minutes": "Float64", "excluded_because": "string"}
    )
    table = engine.table("facts", frame)
    return Facts(tickets=table, turns=table)


def asked(kept):
    """Return the weeks' medians of the resolution time."""
    span = {"start": MONDAY, "end": MONDAY + timedelta(days=14), "every": "week"}
    return survival(kept, "resolution", "calendar", **span)


def test_open_tickets_move_the_median(engine):
    """Of 5 solved and 4 open the middle is the fifth by time, not the third of 5."""
    solved = [(0, float(m), 999) for m in (10, 20, 30, 40, 90)]
    waiting = [(0, None, m) for m in (35, 60, 70, 80)]

    found = asked(facts(engine, [*solved, *waiting]))

    # 9 at risk: 8/9, 7/9, 6/9 left after 30; one goes at 35, so 4/5 of that after 40;
    # of the last one nothing remains at 90.
    assert [(9, 4, 90.0)] == list(
        found[["n", "waiting", "median"]].itertuples(index=False, name=None)
    )


def test_a_week_with_most_tickets_open_has_no_median(engine):
    """Nobody knows yet when half of them will be solved."""
    kept = facts(engine, [(0, 5.0, 900), (1, None, 800), (2, None, 700), (8, 7.0, 99)])

    found = asked(kept)

    assert np.isnan(found["median"][0])
    assert [MONDAY, MONDAY + timedelta(days=7)] == list(found["period_start"])
    assert found["median"][1] == 7


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_agrees_with_scipy(engine):
    """The first time at which scipy's product limit is at most a half."""
    times = st.tuples(st.integers(0, 40), st.booleans())

    @some_cases(engine)
    @given(st.lists(times, min_size=1, max_size=30))
    def agrees(drawn):
        tickets = [(0, None if is_open else float(t), t) for t, is_open in drawn]
        found = asked(facts(engine, tickets))["median"][0]
        ended = [t for t, is_open in drawn if not is_open]
        censored = [t for t, is_open in drawn if is_open]
        curve = ecdf(CensoredData(uncensored=ended, right=censored)).sf
        below = curve.quantiles[curve.probabilities <= 0.5 + 1e-9]
        assert (below.min() if ended and len(below) else None) == (
            None if np.isnan(found) else found
        )

    agrees()
