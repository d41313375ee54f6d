"""lost_customers: long-standing customers would recommend surely less."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kpi_kit.rules import RULES, findings
from tests.cards import MONDAY, WEEK, rows
from tests.rules.patterns import lost


def test_positive():
    """10 after 30: some may leave, and who calls them."""
    (finding,) = findings(lost())

    assert (
        "Long-standing customers would recommend with 10.0, new ones 30.0: some may "
        "leave"
    ) == finding.title
    assert "close" == finding.state
    assert (
        "Customers of a year and more: 10.0 (5.0 to 15.0, n=200).",
        "Newer ones: 30.0 (25.0 to 35.0, n=200).",
    ) == finding.facts
    assert "head of customer success calls ten" in finding.ask


@pytest.mark.parametrize(
    ("long", "new", "state"),
    [
        pytest.param((30, 25, 35, 200), (30, 25, 35, 200), None, id="alike"),
        pytest.param((50, 45, 55, 200), (30, 25, 35, 200), None, id="more-loyal"),
        pytest.param((23, 18, 28, 200), (30, 25, 35, 200), None, id="borderline-7"),
        pytest.param((22.9, 17.9, 27.9, 200), (30, 25, 35, 200), "close", id="7.1"),
        pytest.param((-9, -18, -0.1, 60), (-9, -18, 0, 60), "alarm", id="under-zero"),
        pytest.param((-9, -18, 0, 60), (-9, -18, 0, 60), None, id="borderline-zero"),
        pytest.param((-50, -90, -9, 29), (30, 25, 35, 200), None, id="too-few"),
        pytest.param((10, 5, 15, 200), (30, 0, 60, 29), None, id="too-few-new-ones"),
    ],
)
def test_negative_and_borderline(long, new, state):
    """Two like intervals differ from 7.07 on; detractors are the more below zero."""
    found = [finding.state for finding in findings(lost(long, new))]

    assert ([state] if state else []) == found


def test_without_new_customers_and_with_a_quarter_before():
    """An alarm needs nobody to compare with; the quarter before is told."""
    card = lost((-30, -40, -20, 90))
    now = card.slices["nps", "customer_tenure"]
    before = rows([(5, 0, 10, 100)], start=MONDAY - WEEK, customer_tenure=["long-term"])
    both = pd.concat([before, now[now["customer_tenure"] == "long-term"]])
    (finding,) = findings(replace(card, slices={("nps", "customer_tenure"): both}))

    assert "alarm" == finding.state
    assert (
        "Customers of a year and more: −30.0 (−40.0 to −20.0, n=90).",
        "The quarter before: 5.0 (0.0 to 10.0, n=100).",
    ) == finding.facts


def test_silent_where_nobody_knows_for_how_long():
    """Without the slices there is nothing to tell apart."""
    assert [] == findings(replace(lost(), slices={}))


def test_no_day_and_no_week_alarms_about_it():
    """What looks back is read by the quarter: no other rule asks for it."""
    asked = {
        every
        for rule in RULES.values()
        for names in rule.reads
        for every in rule.every
        if "nps" in ((names,) if isinstance(names, str) else names)
    }

    assert {"quarter"} == asked
    for every in ("day", "week"):
        assert [] == findings(replace(lost((-30, -40, -20, 90)), every=every))
