"""few_first_contacts: surely under 65 % is a warning, surely under 60 % a miss."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK, reading, scorecard, standing
from tests.rules.patterns import contacts, share, shares

TYPES = ["Login", "Payment", "Delivery"]


def test_positive():
    """55 % of 1,000, before it 58 %, in-house 66 %: numbers, intervals, the ask."""
    before = share(580, 1000, start=MONDAY - WEEK)
    (finding,) = findings(
        contacts(550, 1000, previous=before, baseline=share(1320, 2000))
    )

    assert (
        "Only 55.0% are solved by one agent, clearly under 60%",
        "close",
    ) == (finding.title, finding.state)
    assert (
        "Solved by one agent: 55.0% (51.9 to 58.1%, n=1,000).",
        "The week before: 58.0% (54.9 to 61.0%, n=1,000).",
        "Before go-live: 66.0% (63.9 to 68.0%, n=2,000).",
    ) == finding.facts
    assert finding.ask.startswith("Before anyone is hired, ")


@pytest.mark.parametrize(
    ("true", "n", "line"),
    [
        pytest.param(569, 1000, "60%", id="high-59.9"),
        pytest.param(570, 1000, "65%", id="borderline-high-60.0"),
        pytest.param(620, 1000, "65%", id="high-64.96"),
        pytest.param(621, 1000, None, id="borderline-high-65.06"),
        pytest.param(700, 1000, None, id="negative"),
        pytest.param(22, 40, None, id="55-percent-of-40-may-be-69"),
    ],
)
def test_the_whole_interval_decides(true, n, line):
    """The value alone is no evidence: a share of 40 tickets is off by 15 points."""
    found = findings(contacts(true, n))

    assert line == (found[0].title.split()[-1] if found else None)
    assert all(finding.state == "close" for finding in found)


def test_a_contract_makes_it_a_miss():
    """62 % is only a warning of the articles, yet surely under the agreed 66 %."""
    promised = Target(metric="first_contact_resolution", at_least=Decimal("0.66"))
    terms = Contract(targets=(promised,), first_contact_resolution="one_reply")
    card = contacts(1240, 2000, contract=terms)
    (finding,) = findings(replace(card, contract=terms))

    assert "misses" == finding.state
    assert finding.title.startswith("Only 62.0% are solved with one reply, ")


def test_one_type_is_why():
    """Login 40 % of 300, the others 501 of 700: 71.6 %, over the line."""
    by = shares([(120, 300), (300, 420), (201, 280)], issue_type=TYPES)
    (finding,) = findings(contacts(550, 1000, by))

    assert "Only 55.0% are solved by one agent, and Login is why" == finding.title
    assert (
        "Login reaches 40.0% (34.6 to 45.6%, n=300), everything else 71.6% "
        "(68.1 to 74.8%, n=700)."
    ) == finding.speaks_for
    assert "ten Login tickets" in finding.ask


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        pytest.param([(90, 300), (220, 420), (140, 280)], "under 60%", id="all-low"),
        pytest.param([(160, 300), (235, 420), (155, 280)], "under 60%", id="alike"),
    ],
)
def test_no_type_is_why(counts, title):
    """Where the others are low too, or all alike, no single type is blamed."""
    by = shares(counts, issue_type=TYPES)
    (finding,) = findings(contacts(550, 1000, by))

    assert finding.title.endswith(title)
    assert (finding.speaks_for is None) == ("Login" not in finding.ask)


def test_many_more_tickets_speak_against_it():
    """A quarter more came in: training is not the only cause."""
    came = standing(
        "ticket_volume", reading(1250), previous=reading(1000, start=MONDAY - WEEK)
    )
    (finding,) = findings(contacts(550, 1000, None, came))

    assert (
        "25.0% more tickets came in than the week before: there may be too few hands."
        == finding.speaks_against
    )


@pytest.mark.parametrize(
    ("high", "line"),
    [
        pytest.param(0.65, None, id="on-65"),
        pytest.param(0.6499, "65%", id="under-65"),
        pytest.param(0.60, "65%", id="on-60"),
        pytest.param(0.5999, "60%", id="under-60"),
    ],
)
def test_a_bound_on_the_line_is_no_miss(high, line):
    """The top of the interval still reaches the line."""
    solved = standing("first_contact_resolution", reading(0.55, 0.5, high))
    found = findings(scorecard(solved))

    assert line == (found[0].title.split()[-1] if found else None)
    assert all(finding.state == "close" for finding in found)
