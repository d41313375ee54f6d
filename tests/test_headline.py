"""Which six KPIs lead, by goal and by days since go-live."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpi_kit.catalog import METRICS
from kpi_kit.contract import Contract, Target
from kpi_kit.headline import headline
from tests.cards import reading, scorecard, standing

LATE = date(2025, 1, 6)


def led(contract=None, *, without=(), but=None):
    """Return the names that lead, by group, where all others can be computed."""
    contract = contract or Contract(go_live=LATE)
    found = [
        standing(name, reading(0.5, 0.4, 0.6), contract)
        for name in but or METRICS
        if name not in without
    ]
    card = scorecard(*found, contract=contract)
    return {
        group: [standing.card.name for standing in standings]
        for group, standings in headline(card).items()
    }


def test_speed_quality_and_cost_stand_in_one_row():
    """The core four, then whether solves last and what they cost."""
    assert {
        "Speed": ["first_response_time"],
        "Quality": [
            "first_contact_resolution",
            "csat",
            "reopen_rate",
            "escalation_to_client_rate",
        ],
        "Cost": ["cost_per_resolution"],
    } == led()


def test_quality_leads_for_sixty_days():
    """Day 60 is the last of them; QA and first contact resolution come first."""
    end = scorecard().end
    young = led(Contract(go_live=end - timedelta(days=60)))
    grown = led(Contract(go_live=end - timedelta(days=61)))

    assert [*young] == ["Quality", "Speed"]
    assert young["Quality"][:3] == ["qa_score", "first_contact_resolution", "csat"]
    assert grown == led()


def test_quality_leads_at_first_whatever_the_goal():
    """Growth looks at recommendation; it comes third while agents are new."""
    live = scorecard().end - timedelta(days=60)
    found = led(Contract(go_live=live, goal="growth"))

    assert ["qa_score", "first_contact_resolution", "nps"] == found["Quality"][:3]
    assert "referral_rate" in found["Quality"]


@pytest.mark.parametrize("goal", [None, "growth", "technical"])
def test_no_price_leads_at_first(goal):
    """The core four come first, and cost once they are stable; speed is beside quality.

    Who is out for low cost sees it from the first day.
    """
    live = scorecard().end - timedelta(days=60)

    assert {"Quality", "Speed"} == led(Contract(go_live=live, goal=goal)).keys()
    assert "Cost" in led(Contract(go_live=live, goal="cost"))
    assert "Cost" in led(Contract(go_live=live - timedelta(days=1)))


def test_before_go_live_nobody_is_new():
    """The weeks in-house are led as any others."""
    assert led(Contract(go_live=scorecard().end + timedelta(days=1))) == led()


def test_a_goal_comes_first():
    """What cost cuts look at, and the core in the places that are left."""
    found = led(Contract(go_live=LATE, goal="cost"))

    assert found["Cost"] == ["handle_time_ticket", "occupancy", "shrinkage"]
    assert 6 == sum(len(names) for names in found.values())


def test_growth_leads_with_loyalty():
    """Recommendation and first contacts are a pair, side by side and before all else.

    Nobody defines referrals, which growth asks for too: they make room.
    """
    gone = replace(reading(None), status="not_computable", value=None)
    contract = Contract(go_live=LATE, goal="growth")
    found = [
        standing(name, gone if name == "referral_rate" else reading(0.5), contract)
        for name in METRICS
    ]
    led_by = headline(scorecard(*found, contract=contract))
    quality = [standing.card.name for standing in led_by["Quality"]]

    assert ["nps", "first_contact_resolution"] == quality[:2]
    assert "referral_rate" not in quality


def test_a_custom_goal_is_the_scorecards():
    """Two or three of each category, in the contract's order; at most six lead."""
    balanced = {
        "efficiency": ("utilization", "backlog"),
        "quality": ("qa_score", "reopen_rate"),
        "experience": ("nps", "ces", "csat"),
    }

    found = led(Contract(go_live=LATE, goal="custom", scorecard=balanced))

    assert {
        "Speed": ["backlog"],
        "Quality": ["qa_score", "reopen_rate", "nps", "ces"],
        "Cost": ["utilization"],
    } == found


def test_what_the_contract_promises_leads():
    """A promise comes before what nobody promised, after speed, quality and mood."""
    promise = Target(metric="abandonment_rate", at_most=Decimal("0.05"))

    found = led(Contract(go_live=LATE, targets=(promise,)))

    assert ["first_response_time", "abandonment_rate"] == found["Speed"]


def test_what_cannot_be_computed_makes_room():
    """It leads only where there are not six others."""
    gone = replace(reading(None), status="not_computable", value=None)
    names = ("first_response_time", "csat", "backlog", "transfer_rate")
    found = [standing(n, reading(0.5, 0.4, 0.6)) for n in names if n != "csat"]
    few = scorecard(*found, standing("csat", gone))
    enough = scorecard(
        *found,
        standing("csat", gone),
        *(standing(n, reading(0.5)) for n in ("nps", "ces", "reopen_rate")),
    )

    assert "csat" in [s.card.name for s in headline(few)["Quality"]]
    assert "csat" not in [s.card.name for s in headline(enough)["Quality"]]
