"""Axes hold all numbers, at few round places."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_kit.charts.scales import labelled, span
from kpi_kit.charts.steps import steps
from kpi_kit.charts.ticks import STEPS
from tests.charts.frames import SHARE, a_card

UNITS = sorted(STEPS)
NUMBERS = st.lists(st.floats(0, 1e7, allow_subnormal=False), max_size=20)


@given(NUMBERS, st.sampled_from(UNITS), st.booleans())
def test_an_axis_holds_its_numbers(numbers, unit, zero):
    """Three to five labels, all on it, for any numbers at all."""
    axis = span(numbers, unit, zero=zero)

    assert 3 <= len(axis.at) <= 5
    assert axis.low <= min(axis.at) < max(axis.at) <= axis.high
    assert all(axis.low - 1e-6 <= n <= axis.high + 1e-6 for n in numbers)
    assert not zero or axis.low == 0


@pytest.mark.parametrize("weeks", range(1, 60))
def test_at_most_five_weeks_are_named_and_the_last_always(weeks):
    """The reader finds the week of the report."""
    starts = [date(2026, 8, 17) + timedelta(weeks=week) for week in range(weeks)]
    found = labelled(starts)

    assert weeks - 1 in found
    assert len(found) <= 5


@pytest.mark.parametrize("days", range(1, 120))
def test_days_are_named_by_their_mondays(days):
    """A quarter of days has few labels too, and no two neighbors."""
    starts = [date(2026, 8, 19) + timedelta(days=day) for day in range(days)]
    found = labelled(starts, 7)
    places = sorted(found)

    assert 1 <= len(found) <= 7
    assert all(b - a > 2 for a, b in pairwise(places))


@pytest.mark.parametrize("days", range(7, 21))
def test_a_few_days_have_three_names(days):
    """From a Tuesday on nine days have one Monday: two names would say little."""
    starts = [date(2025, 11, 4) + timedelta(days=day) for day in range(days)]
    found = labelled(starts, 7)

    assert len(found) >= 3
    assert days - 1 in found


@pytest.mark.parametrize(
    ("until", "last"),
    [
        (date(2026, 9, 28), "21 Sep"),
        (date(2026, 9, 30), "21 Sep"),
        (date(2026, 10, 4), "28 Sep"),
    ],
)
def test_a_monday_at_the_very_end_has_no_name(until, last):
    """On a phone half of 28 September would stand beside the picture."""
    days = (until - date(2026, 7, 1)).days + 1
    starts = [date(2026, 7, 1) + timedelta(days=day) for day in range(days)]

    assert last == list(labelled(starts, 14).values())[-1]


@given(st.lists(st.floats(1, 1e4), min_size=1), st.floats(2, 5e3))
def test_a_step_is_dark_exactly_where_the_target_is_missed(values, target):
    """Whatever the bounds, the fourth step begins past the target."""
    found = steps(values, a_card(), target)

    assert [value > target for value in values] == [found.of(v) > 2 for v in values]
    assert 6 == len(found.labels) == len(set(found.labels))


@given(st.lists(st.floats(0.01, 1), min_size=1), st.floats(0.05, 0.99))
def test_a_minimum_is_missed_below(values, target):
    """Of a share the fourth step begins under the target."""
    found = steps(values, SHARE, target)

    assert [value < target for value in values] == [found.of(v) > 2 for v in values]
