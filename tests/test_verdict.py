"""The contract's verdict goes by the value, the state by the whole interval."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_kit.contract import Contract, Target
from kpi_kit.verdict import is_met, mature_on, span, state_of, verdict_text
from tests.cards import reading, standing

MOST = Target(metric="first_response_time", at_most=Decimal(240))
LEAST = Target(metric="first_contact_resolution", at_least=Decimal("0.65"))
ORDER = ("meets", "close", "misses")


@pytest.mark.parametrize(
    ("value", "low", "high", "state", "met"),
    [
        pytest.param(230, 220, 239, "meets", True, id="all-of-it-below"),
        pytest.param(230, 220, 240, "meets", True, id="the-bound-itself-is-met"),
        pytest.param(230, 220, 241, "close", True, id="met-but-not-surely"),
        pytest.param(250, 240, 260, "close", False, id="missed-but-not-surely"),
        pytest.param(250, 241, 260, "misses", False, id="all-of-it-above"),
        pytest.param(230, 220, None, "close", True, id="upper-rank-does-not-exist"),
        pytest.param(250, 241, None, "misses", False, id="the-lower-is-enough"),
        pytest.param(241, None, None, "misses", False, id="no-interval-the-value"),
        pytest.param(240, None, None, "meets", True, id="no-interval-on-the-bound"),
    ],
)
def test_at_most(value, low, high, state, met):
    """A limit of 4 h: close is where the interval holds both answers."""
    now = reading(value, low, high)

    assert state == state_of(now, MOST)
    assert met == is_met(value, MOST)


@pytest.mark.parametrize(
    ("value", "low", "high", "state", "met"),
    [
        pytest.param(0.70, 0.65, 0.75, "meets", True, id="the-bound-itself-is-met"),
        pytest.param(0.70, 0.64, 0.75, "close", True, id="met-but-not-surely"),
        pytest.param(0.60, 0.55, 0.65, "close", False, id="the-top-would-meet"),
        pytest.param(0.60, 0.55, 0.649, "misses", False, id="all-of-it-below"),
    ],
)
def test_at_least(value, low, high, state, met):
    """A minimum of 65 %, mirrored."""
    assert state == state_of(reading(value, low, high), LEAST)
    assert met == is_met(value, LEAST)


@pytest.mark.parametrize(
    ("status", "state", "text"),
    [
        pytest.param("too_few", "too_few", "too few answers (n=12)", id="few"),
        pytest.param("provisional", "not_mature", "not mature until 21 Nov"),
        pytest.param("not_computable", "not_computable", "not computable", id="none"),
    ],
)
def test_what_cannot_be_judged_is_not(status, state, text):
    """However clear the value: neither met nor missed, with a target or without."""
    now = reading(999.0, 998.0, 1000.0, n=12, status=status, days=6)

    assert state == state_of(now, MOST) == state_of(now, None)
    assert text == verdict_text(state, now)


def test_without_a_value_or_a_target():
    """Nothing fell into the period; nothing was promised."""
    assert "too_few" == state_of(reading(None, n=0), MOST)
    assert "no_target" == state_of(reading(230, 220, 240), None)
    assert "no contract target" == verdict_text("no_target", reading(230, 220, 240))


def test_a_standing_gives_both_verdicts():
    """The value meets, the interval leaves it open: the statement prints both."""
    terms = Contract(targets=(MOST,))
    close = standing("first_response_time", reading(230, 220, 241), terms)
    few = standing("first_response_time", reading(230, status="too_few"), terms)

    assert ("close", True) == (close.state, close.is_met)
    assert ("too close to call", "too few answers (n=100)") == (
        close.state_text,
        few.state_text,
    )
    assert few.is_met is None


def test_the_last_solve_of_a_week_is_mature_a_week_later():
    """Solved just before midnight of Sunday the 15th: known by the end of the 22nd."""
    assert date(2026, 11, 22) == mature_on(date(2026, 11, 16))


values = st.floats(0, 1000)
intervals = st.tuples(values, values, values).map(sorted)


@given(interval=intervals, target=values, other=values)
def test_a_stricter_limit_is_never_met_more_surely(interval, target, other):
    """As the limit falls the state goes from meets over close to misses, one way."""
    low, value, high = interval
    now = reading(value, low, high)
    loose, strict = (
        Target(metric="x", at_most=Decimal(bound))
        for bound in sorted((target, other), reverse=True)
    )
    places = [ORDER.index(state_of(now, bound)) for bound in (loose, strict)]

    assert places == sorted(places)


@given(interval=intervals, target=values)
def test_a_sure_state_agrees_with_the_verdict(interval, target):
    """Meets and misses say what the value says, and the span holds the value."""
    low, value, high = interval
    now, bound = reading(value, low, high), Target(metric="x", at_most=Decimal(target))
    state, first, last = state_of(now, bound), *span(now)

    assert first <= value <= last
    if state != "close":
        assert (state == "meets") == is_met(value, bound)
