"""Where what a KPI lacks usually comes from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import METRICS
from kpi_kit.page.tables import kpi_table
from kpi_kit.states import state_text
from kpi_kit.tables import TABLES
from kpi_kit.whence import ORIGINS, origins
from tests.cards import reading, scorecard, standing


def test_every_table_comes_from_somewhere():
    """Where to ask is said of every table, and of nothing that is none."""
    known = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns}
    of_tables = {name for name in ORIGINS if not name.startswith("contract.")}

    assert set() == {*TABLES} - of_tables
    assert set() == {name.partition("=")[0] for name in of_tables} - {*TABLES} - known


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_every_need_comes_from_somewhere(card):
    """Who reads what a KPI lacks can read whom to ask; but nobody has referrals."""
    told = [origins([need]) for need in card.needs]

    assert (card.name == "referral_rate") == (not all(told))


def test_a_report_says_whom_to_ask():
    """KPIs that lack the same stand in one line, with the first place to look.

    CSAT has its days and lacks the ratings only: nothing is said of the days.
    """
    note = "needs agent_states"
    lacking = reading(None, n=0, status="not_computable")
    told = {"utilization": note, "occupancy": note}
    told["csat"] = (
        "needs surveys of kind csat with surveys.score or tickets.csat with "
        "tickets.solved_at or tickets.csat with events of field status"
    )
    found = [standing(name, replace(lacking, note=text)) for name, text in told.items()]
    html = kpi_table(scorecard(*found), found)
    hours, ratings = html.split("<li>")[1:]

    assert hours.count("Usually from") == ratings.count("Usually from") == 1
    assert "Usually from workforce management or telephony." in hours
    assert "Paid time at work" in hours
    assert "Available time at work" in hours
    assert "Usually from the survey tool, or the helpdesk&#x27;s export of" in ratings


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_a_report_says_in_words_what_lacks(card):
    """No reader of a report meets the name of a table or a column."""
    needs = f"needs {'; '.join(card.missing(frozenset()))}"
    told = state_text("not_computable", 0, needs)

    assert not re.search(r"\w_\w|\w\.\w|\bof kind\b", told)
