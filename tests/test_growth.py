"""A backlog's growth over three days, beyond the weekdays' usual and beyond chance."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_kit.business_hours import Schedule, always
from kpi_kit.contract import Contract
from kpi_kit.growth import alarms, growth
from tests.cards import DAY, SUNDAY, WEEK, by_day, scorecard


def card(opened, came=100, contract=None):
    """Return a card with the tickets open at the end of each day until the 15th."""
    volume = came if isinstance(came, list) else [came] * len(opened)
    daily = {"backlog": by_day(opened), "ticket_volume": by_day(volume)}
    return scorecard(contract=contract, daily=daily)


def grown(opened, came=100, contract=None):
    """Return the growth over the last three days."""
    return growth(card(opened, came, contract), SUNDAY)


def weeks(rise, number=8, level=500):
    """Return ``number`` weeks in which the last three days bring ``rise``, then go."""
    return [level, level, level, level, *(level + rise * n // 3 for n in (1, 2, 3))] * (
        number
    )


def test_hand_worked():
    """From 500 to 600, 300 came: 20 % up, 200 done.

    The eight weeks before brought 9 in the same days: 1.8 % of 500, with 291 done.
    """
    found = grown([*weeks(9), 500, 500, 500, 500, 540, 560, 600])

    assert (500, 600, 300, 200) == (found.before, found.after, found.came, found.done)
    assert 0.2 == pytest.approx(found.share)
    assert (0.018, 300, 291) == (found.usual, found.usually_came, found.usually_done)
    assert 0.182 == pytest.approx(found.beyond)
    assert ("alarm", "alarm: +20.0% in 3 days") == (found.level, found.text)


@pytest.mark.parametrize(
    ("after", "level"),
    [
        pytest.param(550, "", id="10-percent-is-within"),
        pytest.param(551, "warning", id="over-10-percent"),
        pytest.param(575, "warning", id="15-percent-is-a-warning"),
        pytest.param(576, "alarm", id="over-15-percent"),
    ],
)
def test_the_two_ends_of_the_limit(after, level):
    """Of 500, over four quiet weeks and few arrivals: the limit is a range."""
    found = grown([*weeks(0, number=4), 500, 500, 500, 500, 510, 520, after], came=60)

    assert level == found.level


def test_what_the_weekend_always_brings_is_no_alarm():
    """Every Sunday ends 20 % above Thursday; 31 % is 11 % too much, a warning only."""
    usual = [*weeks(100), 500, 500, 500, 500, 530, 560, 600]
    more = [*weeks(100), 500, 500, 500, 500, 530, 560, 655]

    assert "" == grown(usual).level
    assert "warning" == grown(more).level


def test_without_earlier_weeks_no_growth_is_beyond_the_usual():
    """Three weeks of 20 % each are too few to call anything usual."""
    found = grown([*weeks(100, number=3), 500, 500, 500, 500, 530, 560, 600])

    assert found.usual is None
    assert 0.2 == pytest.approx(found.share)
    assert "" == found.level


def test_a_usual_fall_does_not_make_a_rise_worse():
    """The weekend usually brings 10 % down; 9 % up is 9 % and not 19."""
    found = grown([*weeks(-50), 500, 500, 500, 500, 515, 530, 545], came=10)

    assert 0.09 == pytest.approx(found.beyond)
    assert "" == found.level


@pytest.mark.parametrize(
    ("came", "level"),
    [
        pytest.param(215, "", id="by-chance"),
        pytest.param(190, "alarm", id="beyond-chance"),
    ],
)
def test_chance_moves_a_queue_too(came, level):
    """68 more of 400: 645 arrivals and 577 solves vary by 68.5, at 1.96 deviations.

    570 arrivals and 502 solves vary by 64.
    """
    found = grown([*weeks(0, level=400), *[400] * 4, 420, 440, 468], came=came)

    assert level == found.level


def test_a_small_queue_is_no_alarm():
    """9 more of 20 are 45 %, and still nine tickets."""
    assert "" == grown([20] * 53 + [23, 26, 29], came=3).level
    assert "alarm" == grown([20] * 53 + [23, 26, 30], came=4).level


@pytest.mark.parametrize(
    "last",
    [
        pytest.param([500, 540, 540, 600], id="a-day-without-a-rise"),
        pytest.param([500, 620, 610, 640], id="a-day-with-a-fall"),
        pytest.param([0, 540, 560, 600], id="from-nothing"),
        pytest.param([540, 560, 600], id="three-days-only"),
    ],
)
def test_no_growth_at_all(last):
    """Up on each of three days, from a day that is known."""
    assert grown(last) is None


def test_a_day_that_is_not_known_breaks_it():
    """Missing is not zero."""
    found = card([500, 540, 560, 600])
    found.daily["backlog"].loc[1, "value"] = None

    assert growth(found, SUNDAY) is None
    assert growth(scorecard(), SUNDAY) is None


def test_weeks_with_a_holiday_are_no_like_weeks():
    """Five weekends of 20 %, four of them with a holiday: nothing is usual."""
    off = frozenset(SUNDAY - DAY - number * WEEK for number in (1, 2, 3, 4))
    shop = Schedule(name="shop", time_zone="UTC", week=always("UTC").week, holidays=off)
    opened = [*weeks(100, number=5), 500, 500, 500, 500, 530, 560, 600]

    assert 0.2 == pytest.approx(grown(opened).usual)
    assert grown(opened, contract=Contract(schedules=(shop,))).usual is None


def test_a_holiday_is_like_no_other_day():
    """Nobody worked on the Friday: that the queue grew is no news."""
    off = Schedule(
        name="shop",
        time_zone="UTC",
        week=always("UTC").week,
        holidays=frozenset({SUNDAY - 2 * DAY}),
    )
    opened = [*weeks(0), 500, 500, 500, 500, 530, 560, 600]

    assert "alarm" == grown(opened).level
    assert grown(opened, contract=Contract(schedules=(off,))) is None


def test_the_days_of_an_alarm():
    """The chart colors the three days of each alarm, within the days it draws.

    Up from the 10th to the 12th of November, flat around it.
    """
    found = card([500] * 50 + [540, 560, 600, 600, 600, 600])
    tenth = date(2026, 11, 10)

    assert (tenth, tenth + DAY, tenth + 2 * DAY) == alarms(
        found, tenth - WEEK, SUNDAY + DAY
    )
    assert (tenth + 2 * DAY,) == alarms(found, tenth + 2 * DAY, SUNDAY + DAY)
    assert (tenth,) == alarms(found, tenth - WEEK, tenth + DAY)


@pytest.mark.parametrize(("number", "usual"), [(3, None), (4, 0.2), (8, 0.2)])
def test_four_weeks_are_enough(number, usual):
    """Of three, nothing is usual."""
    opened = [*weeks(100, number=number), 500, 500, 500, 500, 530, 560, 600]

    assert usual == grown(opened).usual


def test_eight_weeks_are_looked_at():
    """The two oldest of eight move the median of 0, 0, 0, 10, 20, 20, 20, 20 to 15 %.

    Of the last six it would be 5 %, with the ninth 10.
    """
    rises = [0, 100, 100, 100, 100, 50, 0, 0, 0]
    opened = [one for rise in rises for one in weeks(rise, number=1)]

    assert pytest.approx(0.15) == grown([*opened, *weeks(100, number=1)]).usual


def test_four_days_are_enough():
    """Three days and the one before them are all it takes."""
    found = grown([500, 530, 560, 600], came=[100, 100, 100, 100])

    assert (500, 600, None) == (found.before, found.after, found.usual)
