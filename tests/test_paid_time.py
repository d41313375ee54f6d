"""Paid time: three numbers that fit, the reasons, and the bands that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_kit.asked import question
from kpi_kit.catalog import METRICS, named
from kpi_kit.contract import Contract
from kpi_kit.paid_time import STATES, PaidTime, bands_text, paid_time, verdict_text
from kpi_kit.scorecard import keep, scorecards
from tests.canonical import helpdesk
from tests.desks import DAY, MONDAY
from tests.records.test_hours import KPIS
from tests.records.test_hours import STATES as STRETCHES

HOUR = 3600


def test_a_period_by_hand(engine):
    """Monday of the worked hours: 7 at work, 1 waiting, 2.5 away; unpaid time is out.

    And the numbers are those of the scorecard.
    """
    desk = helpdesk(engine, {"tickets": [], "agent_states": STRETCHES})
    asked = question(
        desk,
        Contract(),
        start=MONDAY,
        end=MONDAY + DAY,
        as_of=MONDAY + DAY,
        metrics=KPIS,
    )
    kept = keep(desk, Contract(), [asked])
    found = paid_time(kept.records["hours"], start=asked.start, end=asked.end)
    (card,) = scorecards(desk, Contract(), [asked], kept=kept)

    hours = {"active": 7, "idle": 1, "break": 0.5, "meeting": 1, "training": 1}
    assert {s: hours.get(s, 0) * HOUR for s in STATES} == found.seconds
    assert [found.utilization, found.occupancy, found.shrinkage] == pytest.approx(
        list(card.value), abs=1e-9
    )
    assert found.identity == (
        "utilization 66.7% / (1 − shrinkage 23.8%) = occupancy 87.5%"
    )


@pytest.mark.parametrize(
    ("used", "word"),
    [
        pytest.param(0.65, "overstaffed (0% to 65%)", id="borderline-overstaffed"),
        pytest.param(0.66, None, id="between-two-articles"),
        pytest.param(0.70, "sustainable (70% to 80%)", id="borderline-sustainable"),
        pytest.param(0.81, None, id="between-again"),
        pytest.param(0.86, "burn-out when consistently above", id="burn-out"),
        pytest.param(None, None, id="nobody-was-paid"),
    ],
)
def test_what_the_articles_call_it(used, word):
    """Where they leave a gap nothing is said."""
    said = verdict_text(used)

    assert bool(word) == bool(said)
    assert word is None or f" is called {word}" in said


def test_reasons_are_the_whole():
    """Work, waiting, then what shrinks paid time, the largest first."""
    seconds = {"active": 50, "idle": 10, "meeting": 30, "absent": 10}
    found = PaidTime(seconds=seconds).reasons

    assert (
        ("active", 50, 0.5),
        ("idle", 10, 0.1),
        ("meeting", 30, 0.3),
        ("absent", 10, 0.1),
        ("break", 0, 0.0),
        ("training", 0, 0.0),
    ) == found


@given(st.fixed_dictionaries({state: st.integers(0, 10**9) for state in STATES}))
def test_the_numbers_fit_whatever_the_hours(seconds):
    """The parts are the whole, and occupancy is utilization / (1 - shrinkage)."""
    hours = PaidTime(seconds=seconds)
    told = hours.reasons

    assert hours.paid == sum(seconds for _, seconds, _ in told)
    assert ("≠" in hours.identity) is False
    if hours.paid:
        assert sum(part for *_, part in told) == pytest.approx(1)
        away = sum(part for state, _, part in told if state not in {"active", "idle"})
        assert hours.shrinkage == pytest.approx(away)


def test_without_hours_nothing_is_said():
    """No paid time has no shares; nobody available has no occupancy."""
    nobody, away = PaidTime(seconds={}), PaidTime(seconds={"training": 5})

    assert (None, None, None, (), "") == (
        *(nobody.utilization, nobody.occupancy, nobody.shrinkage),
        *(nobody.reasons, nobody.identity),
    )
    assert (0, None, 1, "") == (
        *(away.utilization, away.occupancy, away.shrinkage),
        away.identity,
    )
    assert "" == bands_text(None)


def test_numbers_that_do_not_fit_are_not_made_to():
    """A state that nobody knows would break the sum, and it would be seen."""
    hours = PaidTime(seconds={"active": 60, "idle": 20, "break": 10, "lunch": 10})

    assert hours.identity.endswith("(1 − shrinkage 10.0%) ≠ occupancy 75.0%")


@pytest.mark.parametrize(
    ("shrinkage", "words"),
    [
        pytest.param(0.0, "utilization from 80.0 to 80.0% keeps both", id="none"),
        pytest.param(0.1764, "utilization from 70.0 to 70.0% keeps", id="just-both"),
        pytest.param(0.1766, "cannot both be kept: utilization of 70%", id="just-not"),
        pytest.param(0.3, "is an occupancy of 100.0%, occupancy of 85%", id="full"),
        pytest.param(0.301, "cannot be kept at all: agents are", id="beyond"),
        pytest.param(1.0, "available for 0.0% of their paid time", id="all-away"),
    ],
)
def test_bands_that_cannot_both_be_kept(shrinkage, words):
    """70 to 80 % of paid and 80 to 85 % of available time fit up to 17.6 % away."""
    assert words in bands_text(shrinkage)


@given(st.integers(1, 999).filter(lambda away: abs(away - 176) > 1))
def test_the_words_are_what_trying_every_utilization_finds(away):
    """Bands fit where some thousandth of paid time at work lies in both."""
    there = 1000 - away
    both = [u for u in range(700, 801) if 0.8 * there <= u <= 0.85 * there]

    assert bool(both) == ("fit one another: utilization" in bands_text(away / 1000))


def test_the_bands_are_those_of_the_cards(monkeypatch):
    """Were another band cited, the words would be about that one."""
    card = named("occupancy")
    cited = replace(card.benchmarks[0], low=0.5, high=0.6)
    changed = replace(card, benchmarks=(cited, *card.benchmarks[1:]))
    monkeypatch.setitem(METRICS, "occupancy", changed)

    assert "occupancy (50 to 60%) cannot both be kept" in bands_text(0.05)
