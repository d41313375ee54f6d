"""Which issue type brings more than it usually does."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi_kit.answers import NONE
from kpi_kit.arrivals import arrivals, risen
from tests.cards import MONDAY, SUNDAY, WEEK, by_day, reading, rows, scorecard, standing


def weekly(**kinds):
    """Return the weekly volumes of issue types, the judged week last."""
    parts = [
        rows(values, start=MONDAY - (len(values) - 1) * WEEK).assign(
            issue_type=name.replace("none", NONE)
        )
        for name, values in kinds.items()
    ]
    return {("ticket_volume", "issue_type"): pd.concat(parts, ignore_index=True)}


def test_the_most_above_its_median_first():
    """Login: 412, where eight weeks have a median of 150; payment fell.

    With a ninth week, of 9,000, the median would be 152; the mean of eight is 160.
    """
    login = [9000, 140, 144, 148, 148, 152, 156, 160, 232, 412]
    found = arrivals(scorecard(slices=weekly(pay=[90] * 9 + [80], login=login)))

    assert [("login", 412, 150.0), ("pay", 80, 90.0)] == [
        (kind.label, kind.came, kind.usual) for kind in found
    ]
    assert [(262, True), (-10, False)] == [(kind.more, kind.is_spike) for kind in found]


@pytest.mark.parametrize(
    ("came", "usual", "spike"),
    [
        pytest.param(130, 100, True, id="30-percent"),
        pytest.param(129, 100, False, id="29-percent"),
        pytest.param(19, 10, False, id="nine-tickets"),
        pytest.param(10, 0, True, id="new"),
    ],
)
def test_a_spike_is_30_percent_and_ten_tickets(came, usual, spike):
    """A type that never came before has a usual of none."""
    (found,) = arrivals(scorecard(slices=weekly(login=[usual] * 8 + [came])))

    assert spike == found.is_spike


def test_what_says_nothing():
    """Three weeks, tickets without a type, a source without types."""
    assert [] == arrivals(scorecard(slices=weekly(login=[1, 1, 1, 50])))
    assert [] == arrivals(scorecard(slices=weekly(none=[1] * 8 + [50])))
    assert [] == arrivals(scorecard())


def test_a_day_is_held_against_its_weekday():
    """Sundays bring 5, the other days 80: 40 on a Sunday are 35 more than usual.

    So are the 200 of the three days that end with it, where 165 come.
    """
    values = [5 if place % 7 == 2 else 80 for place in range(58)] + [40]
    daily = by_day(values, last=SUNDAY).assign(issue_type="login")
    slices = {("ticket_volume", "issue_type"): daily}
    card = scorecard(slices=slices, every="day")
    (found,) = arrivals(card)
    (three,) = arrivals(card, 3)

    assert (40, 5) == (found.came, found.usual)
    assert (40 + 80 + 80, 5 + 80 + 80) == (three.came, three.usual)


@pytest.mark.parametrize(
    ("before", "now", "more"),
    [
        pytest.param(100, 111, 0.11, id="over-10-percent"),
        pytest.param(100, 110, None, id="10-percent"),
        pytest.param(0, 50, None, id="from-nothing"),
        pytest.param(None, 50, None, id="unknown-before"),
    ],
)
def test_risen(before, now, more):
    """A tenth more is nothing; more is a cause of its own."""
    earlier = None if before is None else reading(before, start=MONDAY - WEEK)
    volume = standing("ticket_volume", reading(now), previous=earlier)
    found = risen(volume, reading(0.5))

    assert more == (found if found is None else pytest.approx(found))


def test_what_came_in_another_week_explains_nothing():
    """A tenth more came in this week; the number to explain is of the week before."""
    earlier = reading(100, start=MONDAY - WEEK)
    volume = standing("ticket_volume", reading(150), previous=earlier)

    assert 0.5 == risen(volume, reading(0.5))
    assert risen(volume, reading(0.5, start=MONDAY - WEEK)) is None


def test_four_weeks_are_enough():
    """The median of 10, 20, 30 and 40."""
    (found,) = arrivals(scorecard(slices=weekly(login=[10, 20, 30, 40, 90])))

    assert 25 == found.usual
