"""A weekday is held against its like: the same weekday of the eight weeks before."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_kit.business_hours import Schedule, always
from kpi_kit.contract import Contract
from kpi_kit.expectation import Expectation, expected, holidays
from tests.cards import SUNDAY, WEEK, by_day


def weekly(values, other=999.0):
    """Return daily rows whose Sundays before the 15th hold ``values``, newest last.

    Every other day, and the 15th itself, holds something else.
    """
    days = 7 * len(values) + 1
    sundays = dict(zip(range(0, days - 1, 7), values, strict=True))
    return by_day([sundays.get(place, other) for place in range(days)])


def test_the_same_weekday_of_eight_weeks():
    """The median of 3 to 10 is 6.5; week nine (1,000), other days and today are not in.

    With week nine the median would be 7, with all days 999.
    """
    found = expected(weekly([1000, 10, 3, 9, 4, 8, 5, 7, 6]), SUNDAY)

    assert Expectation(day=SUNDAY, usual=6.5, low=3, high=10, n=8) == found


def test_holidays_are_no_weekday():
    """Two of the Sundays were holidays: six are left, and their median is 5.5."""
    off = {SUNDAY - WEEK, SUNDAY - 2 * WEEK}
    found = expected(weekly([3, 8, 4, 7, 5, 6, 60, 70]), SUNDAY, holidays=off)

    assert (5.5, 3, 8, 6) == (found.usual, found.low, found.high, found.n)
    assert expected(weekly([5] * 8), SUNDAY, holidays={SUNDAY}) is None


@pytest.mark.parametrize(("weeks", "known"), [(4, True), (3, False)])
def test_fewer_than_four_weeks_say_nothing(weeks, known):
    """Neither median nor range of three weeks is what is usual."""
    found = expected(weekly([5, 6, 7, 8][:weeks]), SUNDAY)

    assert known == (found is not None)


@pytest.mark.parametrize("status", ["too_few", "provisional", "not_computable"])
def test_only_sound_days_count(status):
    """A median of three replies says nothing about a Sunday."""
    daily = weekly([5, 6, 7, 8, 90])
    daily.loc[daily["value"] == 90, "status"] = status

    assert 6.5 == expected(daily, SUNDAY).usual


@pytest.mark.parametrize(
    ("value", "side"), [(2, "below"), (3, "within"), (9, "within"), (10, "above")]
)
def test_the_range_holds_its_ends(value, side):
    """As many as on the busiest of those days is still usual."""
    found = expected(weekly([3, 5, 7, 9]), SUNDAY)

    assert side == found.side(value)


@given(values=st.lists(st.integers(0, 500), min_size=4, max_size=8))
def test_agrees_with_the_standard_library(values):
    """On any Sundays at all: median, least and greatest."""
    found = expected(weekly(values), SUNDAY)

    assert (median(values), min(values), max(values), len(values)) == (
        found.usual,
        found.low,
        found.high,
        found.n,
    )


def test_the_holidays_of_all_schedules():
    """A day off of any schedule, and a day that an override closes; not short days."""
    christmas, eve, day = (date(2026, 12, number) for number in (25, 24, 31))
    week = always("UTC").week
    office = Schedule(
        name="office",
        time_zone="UTC",
        week=week,
        holidays=frozenset({christmas}),
        overrides={eve: ((32_400, 43_200),), day: ()},
    )
    nights = Schedule(
        name="nights",
        time_zone="UTC",
        week=week,
        holidays=frozenset({day + timedelta(days=1)}),
    )

    assert {christmas, day, date(2027, 1, 1)} == holidays(
        Contract(schedules=(office, nights))
    )
    assert frozenset() == holidays(Contract())
