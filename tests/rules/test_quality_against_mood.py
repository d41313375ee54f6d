"""quality_against_mood: reviews and ratings contradict each other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from tests.cards import reading, scorecard, standing
from tests.rules.patterns import moody, share


def mood(card):
    """Return the finding, or None."""
    found = [f for f in findings(card) if f.rule == "quality_against_mood"]
    return found[0] if found else None


def test_positive():
    """80 % are satisfied, 93 % of the points: playbook or product."""
    (finding,) = findings(moody())

    assert (
        (
            "80.0% of the customers who answered are satisfied though reviews give "
            "93.0% of the points"
        ),
        "close",
        "csat",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        "Positive ratings: 80.0% (77.4 to 82.4%, n=1,000); at least 85% is cited.",
        "The week before: 80.0% (77.4 to 82.4%, n=1,000).",
        (
            "Reviews by the client, four weeks together: 93.0% (n=56); at least 90% is "
            "cited."
        ),
    ) == finding.facts
    assert "playbook or product" in finding.speaks_for
    assert "rule, product or tone" in finding.ask


def test_the_reverse():
    """92 % are satisfied, 82 % of the points: the rubric, or gifts."""
    finding = mood(moody(920, 0.82, before=920))

    assert (
        (
            "Reviews give 82.0% of the points though 92.0% of the customers who "
            "answered are satisfied"
        ),
        "qa_score",
    ) == (finding.title, finding.metric)
    assert "the rubric may ask for what nobody needs" in finding.speaks_for


@pytest.mark.parametrize(
    ("rated", "points", "before", "fires"),
    [
        pytest.param(920, 0.93, 920, False, id="both-good"),
        pytest.param(800, 0.82, 800, False, id="both-bad"),
        pytest.param(800, 0.93, 900, False, id="one-week-only"),
        pytest.param(800, 0.90, 800, True, id="borderline-reviews-on-their-minimum"),
        pytest.param(800, 0.899, 800, False, id="borderline-reviews-just-under-it"),
        pytest.param(832, 0.93, 800, False, id="borderline-ratings-may-reach-85"),
        pytest.param(825, 0.93, 800, True, id="borderline-ratings-surely-under-85"),
        pytest.param(868, 0.82, 920, False, id="borderline-ratings-may-be-85"),
        pytest.param(875, 0.82, 920, True, id="borderline-ratings-surely-over-85"),
    ],
)
def test_negative_and_borderline(rated, points, before, fires):
    """Ratings must be sure in both weeks; reviews are judged by their value."""
    assert fires == (mood(moody(rated, points, before=before)) is not None)


def test_few_reviews_say_nothing():
    """One week of 28 reviews is not enough, two are; and none is none."""
    rated = moody()["csat"]
    few = standing("qa_score", reading(0.93, n=28, status="too_few"))

    assert [] == findings(scorecard(rated, few))
    assert [] == findings(scorecard(rated))


def test_a_contract_says_what_is_agreed():
    """75 % of ratings were agreed: 80 % is fine; 95 % of points: 93 % is not."""
    agreed = Target(metric="csat", at_least=Decimal("0.75"))
    points = Target(metric="qa_score", at_least=Decimal("0.95"))

    assert mood(moody(contract=Contract(targets=(agreed,)))) is None
    finding = mood(moody(contract=Contract(targets=(agreed, points))))
    assert "qa_score" == finding.metric
    assert finding.facts[2].endswith("at least 95% is agreed.")


def test_few_answers_speak_against():
    """Of 500 asked 50 answered."""
    few = standing("csat_response_rate", share(50, 500))

    assert (
        "Only 10.0% of the surveys were answered: others may think otherwise."
    ) == mood(moody(800, 0.93, few)).speaks_against
    enough = standing("csat_response_rate", share(100, 500))
    assert mood(moody(800, 0.93, enough)).speaks_against is None
