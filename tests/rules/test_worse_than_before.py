"""worse_than_before: a KPI of the quarter is surely worse than before the vendor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.engagement import Engagement
from kpi_kit.periods import Period
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK, reading, standing
from tests.rules.patterns import OPEN, fallen, share, shares


def test_positive():
    """200 minutes after 150: who says by when it is again what it was."""
    (finding,) = findings(fallen())

    assert "First response: 3 h 20 min, before go-live 2 h 30 min" == finding.title
    assert "close" == finding.state
    (fact,) = finding.facts
    assert (
        "First response: 3 h 20 min (3 h 10 min to 3 h 30 min, n=300), before 2 h 30 "
        "min (2 h 20 min to 2 h 40 min, n=300); 50 min slower."
    ) == fact
    assert "by which day it is again what it was; the client's buyer" in finding.ask
    assert (None, None) == (finding.speaks_for, finding.speaks_against)


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        pytest.param((150, 140, 160), False, id="as-before"),
        pytest.param((100, 90, 110), False, id="better"),
        pytest.param((164, 154, 174), False, id="borderline-the-difference-holds-zero"),
        pytest.param((165, 155, 175), True, id="borderline-the-difference-is-over-it"),
    ],
)
def test_negative_and_borderline(now, fires):
    """The interval of the difference decides: of two like ones 14.1 minutes wide."""
    assert fires == bool(findings(fallen(now)))


def test_what_money_stands_on_comes_first():
    """Two are worse; the contract puts its money on the second, and it is missed."""
    target = Target(metric="reopen_rate", at_most=Decimal("0.08"), weight=Decimal(1))
    contract = Contract(schedules=OPEN, targets=(target,))
    before = share(50, 1000, MONDAY - 40 * WEEK)
    back = standing("reopen_rate", share(150, 1000), contract, baseline=before)
    (finding,) = findings(fallen((200, 190, 210), (150, 140, 160), back))

    assert "reopen_rate" == finding.metric
    assert "misses" == finding.state
    assert (
        "Reopened in 7 days: 15.0%, before go-live 5.0%, and another KPI is worse"
        == finding.title
    )
    assert "puts a bound" not in finding.ask


def test_whether_it_was_so_by_month_three():
    """One of the two was worse on days 61 to 90 already: it does not pass."""
    before = share(600, 1000, MONDAY - 40 * WEEK)
    solved = standing("first_contact_resolution", share(500, 1000), baseline=before)
    by = shares([(90, 300), (410, 700)], issue_type=["Login", "Parcel"])
    card = fallen((200, 190, 210), (150, 140, 160), solved)
    then = {"first_response_time": reading(190, 180, 200, n=300)}
    card = replace(
        card,
        engagement=Engagement(
            since=date(2026, 1, 1), every="month", month_three=None, then=then
        ),
        slices={("first_contact_resolution", "issue_type"): by},
    )
    found = {finding.rule: finding for finding in findings(card)}

    told = found["worse_than_before"].speaks_for
    assert "By month three 1 of 2 were so already: First response." == told

    late = Period(start=card.end, end=card.end + timedelta(days=30))
    card = replace(card, engagement=replace(card.engagement, month_three=late))
    assert all("already" not in (each.speaks_for or "") for each in findings(card))


def test_one_topic_may_be_why():
    """Of logins 30 % are solved at once, of all else 58.6 %; the name is as agreed."""
    contract = Contract(schedules=OPEN, first_contact_resolution="one_reply")
    before = share(600, 1000, MONDAY - 40 * WEEK)
    solved = standing(
        "first_contact_resolution", share(500, 1000), contract, baseline=before
    )
    by = shares([(90, 300), (410, 700)], issue_type=["Login", "Parcel"])
    slices = {("first_contact_resolution", "issue_type"): by}
    card = fallen((150, 140, 160), (150, 140, 160), solved, slices=slices)
    found = {f.rule: f for f in findings(replace(card, contract=contract))}
    finding = found["worse_than_before"]

    assert finding.title.startswith("Solved with one reply: 50.0%, before go-live")
    assert (
        "Login reaches 30.0%, everything else 58.6%: it may be one topic."
        == finding.speaks_against
    )


def test_asked_of_quarters_alone():
    """A week against the baseline is in every section of its report already."""
    assert [] == findings(replace(fallen(), every="week"))
