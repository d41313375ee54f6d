"""few_survey_answers: the share that answers is surely under 15 %."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit.beside import Beside
from kpi_kit.contract import Contract, Target
from kpi_kit.ratings import Lag, Ratings
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK
from tests.rules.patterns import share, unanswered


def test_positive():
    """50 of 500 answered, 104 of 500 before the vendor: a bias, and who acts."""
    (finding,) = findings(unanswered(baseline=share(104, 500)))

    assert (
        (
            "Only 10.0% of the surveys were answered, clearly under 15%: the ratings "
            "may be biased"
        ),
        "close",
    ) == (finding.title, finding.state)
    assert (
        "Answered: 10.0% (7.7 to 12.9%, n=500).",
        "Before go-live: 20.8% (17.5 to 24.6%, n=500); 10.8 points worse since.",
        (
            "More surveys would not help: 450 of 500 asked stayed silent, and may "
            "think otherwise."
        ),
    ) == finding.facts
    assert "survey owner changes when" in finding.ask
    assert finding.speaks_for is None


@pytest.mark.parametrize(
    ("true", "n", "fires"),
    [
        pytest.param(100, 500, False, id="20-percent"),
        pytest.param(4, 40, False, id="10-percent-of-40-may-be-15"),
        pytest.param(60, 500, False, id="borderline-the-bound-is-over"),
        pytest.param(58, 500, True, id="borderline-the-bound-is-under"),
        pytest.param(1500, 10_000, False, id="on-the-line"),
        pytest.param(1400, 10_000, True, id="14-percent-of-many"),
    ],
)
def test_negative_and_borderline(true, n, fires):
    """The whole interval decides: many surveys make the share sure, and not good."""
    assert fires == bool(findings(unanswered(true, n)))


def test_without_a_baseline_the_week_before_is_told():
    """20.8 % a week ago."""
    (finding,) = findings(unanswered(previous=share(104, 500, MONDAY - WEEK)))

    assert (
        "The week before: 20.8% (17.5 to 24.6%, n=500); 10.8 points worse."
    ) == finding.facts[1]


def test_a_contract_makes_it_a_miss():
    """At least 20 % was agreed."""
    least = Target(metric="csat_response_rate", at_least=Decimal("0.2"))
    (finding,) = findings(unanswered(contract=Contract(targets=(least,))))

    assert "misses" == finding.state


LATE = "Half of those asked are asked later than 48 h after the solution."
SOON = "Half of those asked are asked within an hour of the solution, so not late."


@pytest.mark.parametrize(
    ("minutes", "speaks_for", "speaks_against"),
    [
        pytest.param(2880.0, LATE, None, id="two-days-on"),
        pytest.param(60.0, None, SOON, id="an-hour-on"),
        pytest.param(0.0, None, SOON, id="at-once"),
        pytest.param(None, None, None, id="nobody-was-asked-after-a-solve"),
    ],
)
def test_when_customers_are_asked_is_told(minutes, speaks_for, speaks_against):
    """Late asking speaks for a mend of the survey; asking at once cannot be mended."""
    lag = {"n": 0 if minutes is None else 90, "median_minutes": minutes, "before": 0}
    lag = Lag(**lag, within_an_hour=None, low=None, high=None)
    who = {"by_agent": pd.DataFrame(), "n": 90, "held_elsewhere": 0, "went_on": 0}
    card = replace(unanswered(), beside=Beside(ratings=Ratings(**who, lag=lag)))
    (finding,) = findings(card)

    assert (speaks_for, speaks_against) == (finding.speaks_for, finding.speaks_against)
