"""What next week is likely to bring, worked by hand."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pandas as pd
import pytest

from kpi_kit.coming import coming, staffing
from kpi_kit.contract import Contract
from kpi_kit.page.coming import coming as told
from kpi_kit.paid_time import PaidTime
from kpi_kit.schedules import Schedule
from tests.cards import by_day, scorecard

# Eight weeks and one: 10 to 70 tickets from Monday to Sunday, more each week.
WEEKS = [[10 * day + week for day in range(1, 8)] for week in range(9)]
DAYS = [value for week in WEEKS for value in week]
WORK = pd.DataFrame({"statistic": ["median", "mean"], "value": [9.0, 15.0]})
WORK = WORK.assign(status="ok")
# Two agents, 40 paid hours each, 8 of the 80 away.
PAID = PaidTime(seconds={"active": 200_000, "idle": 59_200, "break": 28_800}, agents=2)


def text(html):
    """Return what a reader sees, with plain spaces."""
    bare = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", bare).strip()


def card(days, contract=None):
    """Return the card of a week whose days end with the report's last."""
    return scorecard(daily={"ticket_volume": by_day(days)}, contract=contract)


def test_what_a_week_usually_brings():
    """The median of eight weekdays, seven times: weeks 1 to 8 of nine, 4.5 a day more.

    The range is of whole weeks: 280 and 7 or 56, not the sum of each day's own ends.
    """
    found = coming(card(DAYS))

    assert date(2026, 11, 16) == found.start
    assert [10 * day + 4.5 for day in range(1, 8)] == [d.usual for d in found.days]
    assert (280 + 7 * 4.5, 287, 336, 8) == (
        found.usual,
        found.low,
        found.high,
        found.weeks,
    )


def test_too_few_weeks_foretell_nothing():
    """Three weeks; and a report without a volume."""
    assert coming(card(DAYS[-21:])) is None
    assert coming(scorecard()) is None
    assert coming(card(DAYS[-28:])).weeks == 4


def test_a_holiday_is_left_out():
    """Thursday the 19th is none of its weekday's; nor does it count in the sums."""
    closed = frozenset({date(2026, 11, 19)})
    hours = Schedule(name="office", time_zone="UTC", week={}, holidays=closed)
    found = coming(card(DAYS, Contract(schedules=(hours,))))

    assert 6 == len(found.days)
    assert 240 + 6 * 4.5 == found.usual
    assert (240 + 6, 240 + 48) == (found.low, found.high)
    assert "Its holidays are left out." in text(told(found, None))


def test_agents_by_hand():
    """311.5 tickets of 15 min are 77.875 h; 10 % are away, an agent is paid 40 h.

    At 85 % occupancy that is 77.875 / 0.85 / 0.9 = 101.8 h and 2.54 agents, at 80 %
    108.2 h and 2.70. The median of 9 min would take a third less.
    """
    found = coming(card(DAYS))
    need = staffing(found, PAID, WORK)

    assert (101.8, 108.2) == tuple(round(hours, 1) for hours in need.hours)
    assert (2.545, 2.704) == pytest.approx(need.agents, abs=0.001)
    said = text(told(found, need))
    assert "usually brings 312 tickets (287 to 336 in the last 8 whole weeks)" in said
    assert "312 tickets × 15 min of work (mean of eight weeks) = 78 h; 78 h" in said
    assert "(occupancy 80.0 to 85.0% × (1 − shrinkage 10.0%)) = 102 to 108 paid" in said
    assert "hours: 2.5 to 2.7 agents of 40.0 paid hours a week." in said


@pytest.mark.parametrize(
    ("paid", "work"),
    [
        pytest.param(None, WORK, id="no-paid-time"),
        pytest.param(PAID, None, id="no-work"),
        pytest.param(PaidTime(seconds={}), WORK, id="nobody-paid"),
        pytest.param(PaidTime(seconds={"absent": 9}, agents=1), WORK, id="all-away"),
        pytest.param(PAID, WORK.assign(status="too_few"), id="little-work"),
    ],
)
def test_without_an_input_no_agents_are_made_up(paid, work):
    """The tickets are still foretold."""
    found = coming(card(DAYS))

    assert staffing(found, paid, work) is None
    assert "agents" not in told(found, None)
