"""A change says how much and which way, and judges only what is sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import named
from kpi_kit.change import change
from kpi_kit.intervals import wilson
from tests.cards import reading

FIRST, SOLVED, OPEN, CAME = (
    named(name)
    for name in (
        "first_response_time",
        "first_contact_resolution",
        "backlog",
        "ticket_volume",
    )
)


def share(true, n):
    """Return the reading of a share."""
    low, high = wilson(np.array([true / n]), np.array([n]))
    return reading(true / n, float(low[0]), float(high[0]), n=n)


def told(card, before, after, **given):
    """Return text, arrow, word and judgment of a change."""
    found = change(card, before, after, **given)
    return found.text, found.arrow, found.word, found.is_better, found.is_worse


def test_a_median_got_slower():
    """24 minutes up, at least 24 less hypot(6, 6): slower, and that is worse."""
    before, after = reading(234, 229, 240), reading(258, 252, 264)

    assert ("+24 min", "up", "slower", False, True) == told(FIRST, before, after)
    assert ("−24 min", "down", "faster", True, False) == told(FIRST, after, before)


@pytest.mark.parametrize(
    ("low", "word"),
    [
        pytest.param(240, "slower", id="at-least-0.8"),
        pytest.param(239, "within noise", id="at-least-0"),
    ],
)
def test_intervals_that_overlap_may_still_differ(low, word):
    """230 to 245, then 240 to 260: 15 minutes up, at least 15 less hypot(11, 9).

    Were an overlap enough for noise, both would be noise; hypot(12, 9) is 15.
    """
    before, after = reading(236, 230, 245), reading(251, low, 260)

    back = {"slower": "faster"}.get(word, word)

    assert word == told(FIRST, before, after)[2]
    assert back == told(FIRST, after, before)[2]


@pytest.mark.parametrize(
    ("true", "text", "word", "better"),
    [
        pytest.param(132, "+6.0 points", "within noise", None, id="noise"),
        pytest.param(142, "+11.0 points", "better", True, id="better"),
        pytest.param(98, "−11.0 points", "worse", False, id="worse"),
        pytest.param(120, "0.0 points", "no change", None, id="the-same"),
    ],
)
def test_a_share_is_judged_by_newcombes_interval(true, text, word, better):
    """120 of 200 and then: 6 points are noise, 11 are not."""
    found = change(SOLVED, share(120, 200), share(true, 200))

    assert (text, word, better) == (found.text, found.word, found.is_better)
    assert found.is_worse == (None if better is None else not better)


def test_counts_are_exact():
    """612 open are more than 440, and worse; more tickets are neither good nor bad."""
    before, after = reading(440), reading(612)

    assert ("+172", "up", "more", False, True) == told(OPEN, before, after)
    assert ("−172", "down", "fewer", None, None) == told(CAME, after, before)
    assert ("0", "level", "no change", None, None) == told(OPEN, before, before)


def test_a_mean_is_said_and_not_judged():
    """It has no interval: how much is known, how sure is not."""
    before, after = reading(200), reading(300)

    assert ("+1 h 40 min", "up", "slower", None, None) == told(FIRST, before, after)


def test_an_upper_bound_that_does_not_exist_is_no_zero():
    """A 90th percentile of 30 has no upper bound: it may have risen without end."""
    before, after = reading(200, 150, None, n=30), reading(250, 240, 260)

    assert "within noise" == told(FIRST, before, after)[2]
    assert "slower" == told(FIRST, after, reading(400, 390, None))[2]


def test_too_few_to_judge_are_not():
    """However far apart: on either side it only says how much."""
    clear, few = reading(9, 8, 10), reading(99, 98, 100, status="too_few")
    word = "too few to tell"

    assert ("+1 h 30 min", "up", word, None, None) == told(FIRST, clear, few)
    assert ("−1 h 30 min", "down", word, None, None) == told(FIRST, few, clear)


def test_what_is_not_final_is_not_compared():
    """On either side: how much it will have changed is not known yet."""
    clear, early = reading(9, 8, 10), reading(99, 98, 100, status="provisional")

    assert change(FIRST, clear, early) is None
    assert change(FIRST, early, clear) is None


def test_nothing_to_hold_it_against():
    """No earlier reading, or one of the two without a value: no change is said."""
    known, unknown = reading(9, 8, 10), reading(None, n=0, status="too_few")

    assert change(FIRST, None, known) is None
    assert change(FIRST, unknown, known) is None
    assert change(FIRST, known, unknown) is None


def test_a_day_of_business_hours_has_no_24_of_them():
    """3,600 minutes more are 60 hours of business time, and 2.5 days of the clock."""
    before, after = reading(0, 0, 0), reading(3600, 3600, 3600)

    assert "+60 h" == told(FIRST, before, after, days=False)[0]
    assert "+2.5 d" == told(FIRST, before, after)[0]


counts = st.tuples(st.integers(30, 300), st.integers(0, 300)).filter(
    lambda pair: pair[1] <= pair[0]
)


@given(before=counts, after=counts)
def test_there_and_back_is_the_opposite(before, after):
    """What got better one way got worse the other way; noise stays noise."""
    one, other = share(before[1], before[0]), share(after[1], after[0])
    there, back = change(SOLVED, one, other), change(SOLVED, other, one)

    assert (there.is_better, there.is_worse) == (back.is_worse, back.is_better)
    assert there.delta == -back.delta
    if there.is_better:
        assert other.value > one.value
