"""A contract line that is surely missed needs a decision, pattern or none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.unexplained import unexplained
from tests.cards import MONDAY, WEEK, reading, scorecard, standing

TERMS = Contract(
    targets=(
        Target(metric="reopen_rate", at_most=Decimal("0.08"), weight=Decimal("0.3")),
        Target(metric="transfer_rate", at_most=Decimal("0.1"), weight=Decimal("0.7")),
    )
)
AGAIN = reading(0.15, 0.13, 0.17, n=1000)
PASSED = reading(0.2, 0.18, 0.22, n=1000)


def a_card(*standings):
    """Return the card of some lines."""
    return scorecard(*standings, contract=TERMS)


def test_missed_lines_are_told_the_dearest_first():
    """Both lines are surely missed; more money stands on transfers."""
    card = a_card(
        standing("reopen_rate", AGAIN, TERMS), standing("transfer_rate", PASSED, TERMS)
    )
    finding, other = unexplained(card, [])

    assert "reopen_rate" == other.metric
    assert (
        "Passed between agents: 20.0%; the contract asks for at most 10%"
        == finding.title
    )
    assert ("misses", "transfer_rate") == (finding.state, finding.metric)
    assert ("Passed between agents: 20.0% (18.0 to 22.0%, n=1,000).",) == finding.facts


def test_what_a_rule_explains_is_not_told_again():
    """A finding on transfers leaves the reopenings, one on both leaves nothing."""
    card = a_card(
        standing("reopen_rate", AGAIN, TERMS), standing("transfer_rate", PASSED, TERMS)
    )
    first, _ = unexplained(card, [])
    (second,) = unexplained(card, [first])

    assert "reopen_rate" == second.metric
    assert [] == unexplained(card, [first, second])


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(reading(0.09, 0.07, 0.11), id="too-close"),
        pytest.param(reading(0.05, 0.04, 0.06), id="met"),
        pytest.param(replace(AGAIN, status="provisional"), id="not-final"),
        pytest.param(replace(AGAIN, status="too_few"), id="too-few"),
    ],
)
def test_what_is_not_surely_missed_is_not_told(now):
    """A line within its doubt, or without a verdict, asks for nothing."""
    assert [] == unexplained(a_card(standing("reopen_rate", now, TERMS)), [])


def test_the_weeks_before_are_told():
    """14 % the week before, 5 % before the vendor."""
    before = reading(0.14, 0.12, 0.16, n=900, start=MONDAY - WEEK)
    house = reading(0.05, 0.04, 0.06, n=2000, start=MONDAY - 30 * WEEK, days=30)
    now = {"previous": before, "baseline": house}
    (finding,) = unexplained(a_card(standing("reopen_rate", AGAIN, TERMS, **now)), [])

    assert (
        "The week before: 14.0% (12.0 to 16.0%, n=900); 1.0 points, within noise.",
        "Before go-live: 5.0% (4.0 to 6.0%, n=2,000).",
    ) == finding.facts[1:]


def test_a_day_is_no_week():
    """A digest tells alarms; its lines stand in the figures."""
    card = replace(a_card(standing("reopen_rate", AGAIN, TERMS)), every="day")

    assert [] == unexplained(card, [])
