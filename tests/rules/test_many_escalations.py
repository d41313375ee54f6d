"""many_escalations: surely over 10 % is a warning, surely over 15 % a miss."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK, reading, scorecard, standing
from tests.rules.patterns import escalated, share, shares, volumes

TYPES = ["Login", "Payment", "Delivery"]


def test_positive():
    """20 % of 1,000 after 8 % before the vendor: numbers, intervals, the ask."""
    (finding,) = findings(escalated(baseline=share(160, 2000)))

    assert (
        "20.0% are handed to the client, clearly over 15%",
        "close",
        "escalation_to_client_rate",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        "Handed to the client: 20.0% (17.6 to 22.6%, n=1,000).",
        "Before go-live: 8.0% (6.9 to 9.3%, n=2,000); 12.0 points worse since.",
    ) == finding.facts
    assert "the ten newest tickets that were handed to the client" in finding.ask
    assert (None, None) == (finding.speaks_for, finding.speaks_against)


def test_without_a_baseline_the_period_before_is_told():
    """18 % the week before: two points that may be chance."""
    (finding,) = findings(escalated(previous=share(180, 1000, start=MONDAY - WEEK)))

    assert (
        "The week before: 18.0% (15.7 to 20.5%, n=1,000); 2.0 points, within noise."
    ) == finding.facts[1]


@pytest.mark.parametrize(
    ("true", "n", "line"),
    [
        pytest.param(174, 1000, "15%", id="low-15.2"),
        pytest.param(172, 1000, "10%", id="borderline-low-15.0"),
        pytest.param(121, 1000, "10%", id="low-10.2"),
        pytest.param(118, 1000, None, id="borderline-low-9.9"),
        pytest.param(60, 1000, None, id="negative"),
        pytest.param(7, 40, None, id="17.5-percent-of-40-may-be-9"),
    ],
)
def test_the_whole_interval_decides(true, n, line):
    """Between 10 and 15 % the articles do not say; a value alone is no evidence."""
    found = findings(escalated(true, n))

    assert line == (found[0].title.split()[-1] if found else None)
    assert all(finding.state == "close" for finding in found)


def test_a_contract_makes_it_a_miss():
    """12.5 % is between the ends of the limit, yet surely over the agreed 8 %."""
    name = "escalation_to_client_rate"
    terms = Contract(targets=(Target(metric=name, at_most=Decimal("0.08")),))

    assert "misses" == findings(escalated(250, 2000, contract=terms))[0].state
    assert "close" == findings(escalated(250, 2000))[0].state


def test_the_tier_where_the_client_is_unknown():
    """A source without organizations: what moved up a tier is looked at instead."""
    (finding,) = findings(escalated(name="escalation_rate"))

    assert "20.0% are moved up a tier, clearly over 15%" == finding.title
    both = [
        standing("escalation_rate", share(400, 1000)),
        standing("escalation_to_client_rate", share(60, 1000)),
    ]
    assert [] == findings(scorecard(*both))


def test_one_type_is_a_gap_in_knowledge():
    """Login 40 % of 300, the others 80 of 700; its tickets tripled: a rival cause."""
    by = shares([(120, 300), (50, 420), (30, 280)], issue_type=TYPES)
    came = volumes(Login=[100] * 8 + [300], Payment=[420] * 9)
    tripled = {("ticket_volume", "issue_type"): came}
    (finding,) = findings(escalated(by=by, slices=tripled))

    assert (
        "Login reaches 40.0% (34.6 to 45.6%, n=300), everything else 11.4% "
        "(9.3 to 14.0%, n=700)."
    ) == finding.speaks_for
    assert (
        "Login came 300 times, usually 100: the mix changed." == finding.speaks_against
    )
    assert "ten newest Login tickets" in finding.ask
    (steady,) = findings(escalated(by=by))
    assert steady.speaks_against is None


def test_no_type_stands_out():
    """All alike: introduction rather than one topic."""
    by = shares([(60, 300), (84, 420), (56, 280)], issue_type=TYPES)
    (finding,) = findings(escalated(by=by))

    assert finding.speaks_for.startswith("No issue type stands out")


@pytest.mark.parametrize(
    ("low", "line"),
    [
        pytest.param(0.10, None, id="on-10"),
        pytest.param(0.1001, "10%", id="over-10"),
        pytest.param(0.15, "10%", id="on-15"),
        pytest.param(0.1501, "15%", id="over-15"),
    ],
)
def test_a_bound_on_the_line_is_within(low, line):
    """Up to the lower end of the limit is within, and so up to the upper."""
    handed = standing("escalation_rate", reading(0.2, low, 0.3))
    found = findings(scorecard(handed))

    assert line == (found[0].title.split()[-1] if found else None)
    assert all(finding.state == "close" for finding in found)


def test_another_types_spike_is_no_rival_cause():
    """Payment tripled, and Login is what is handed on."""
    by = shares([(120, 300), (50, 420), (30, 280)], issue_type=TYPES)
    came = volumes(Login=[300] * 9, Payment=[140] * 8 + [420])
    (finding,) = findings(
        escalated(by=by, slices={("ticket_volume", "issue_type"): came})
    )

    assert "Login" in finding.speaks_for
    assert finding.speaks_against is None
