"""Which hours of a week brought more than usual, by hand and from the demo's files."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

import pandas as pd
import pytest

from kpi_kit.busy import busy
from kpi_kit.catalog import measures
from kpi_kit.contract import Contract, read_contract
from kpi_kit.page.coming import busy as told
from kpi_kit.plan import BUSY, Plan
from kpi_kit.schedules import Schedule
from kpi_kit.sources import open_helpdesk
from kpi_kit.standings import standings
from tests.cards import DAY, MONDAY, WEEK, rows, scorecard
from tests.sources.demo_rows import ZONE
from tests.sources.demo_rows import rows as raw
from tests.test_coming import text

TERMS = Path(__file__).parents[1] / "parameters" / "demo" / "contract.yaml"
# The eight weeks before it begin with that of Labor Day, Monday the 7th of September.
START, AS_OF, LABOR_DAY = date(2026, 11, 2), date(2026, 11, 8), date(2026, 9, 7)
# Tuesday at 9: median 11.5 of eight weeks, mean 11; a ninth, of 99, is too long ago.
NINE = [99, 8, 9, 10, 11, 12, 12, 13, 13]
# Friday at 15: a median of 1 and a mean of 2.
RARE = [99, 1, 4, 1, 2, 1, 1, 1, 5]


def card(cells, contract=None, status="ok"):
    """Return the card of a week: weekday and hour to the volumes, its own the last."""
    parts = [
        rows(values, start=MONDAY - (len(values) - 1) * WEEK).assign(
            created_weekday=weekday, created_hour=hour
        )
        for (weekday, hour), values in cells.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.loc[frame["period_start"] == MONDAY, "status"] = status
    return scorecard(slices={BUSY: frame}, contract=contract)


def off(*days):
    """Return a contract whose office is closed on some days."""
    hours = Schedule(
        name="office", time_zone="UTC", week={}, holidays=frozenset({*days})
    )
    return Contract(schedules=(hours,))


def numbers(found):
    """Return day, hour, tickets, usual, weeks and whether it stands out."""
    return [
        (h.usual.day, h.hour, h.came, h.usual.usual, h.usual.n, h.stands_out)
        for h in found
    ]


def test_an_hour_against_the_same_hour_of_eight_weeks():
    """Tuesday at 9 brought 24, usually 11.5: 12.5 more, over 1.96 x root of 35.5.

    Monday at 10 has the most and its usual, one week of 99 or not; Friday's 6 are six
    times the usual and five more, within 1.96 x root of 7. Sunday at 3 never brought a
    ticket.
    """
    made = card(
        {
            (5, 15): [*RARE, 6],
            (2, 9): [*NINE, 24],
            (1, 10): [99, 28, 30, 29, 99, 33, 27, 30, 32, 31],
            (7, 3): [0] * 10,
        }
    )
    found = busy(made)

    assert [
        (MONDAY, 10, 31, 30, 8, False),
        (MONDAY + DAY, 9, 24, 11.5, 8, True),
        (MONDAY + 4 * DAY, 15, 6, 1, 8, False),
    ] == numbers(found)
    said = text(told(found, made))
    assert (
        "In the week of 9 to 15 November 2026, Tue 09 to 10 h brought 24 tickets, "
        "usually 11.5; "
        "2 of 3 hours with tickets were not far above their usual. "
        "Most came Mon 10 to 11 h: 31 tickets, usually 30.0."
    ) in said
    assert said.endswith(
        "Hour Tickets Usually More Tue 10 Nov, 09 to 10 h 24 11.5 +12.5"
    )


@pytest.mark.parametrize(
    ("before", "came", "out"),
    [
        pytest.param([11, 13, 11, 9], 23, True, id="twelve-more-chance-11.4"),
        pytest.param([11, 13, 11, 9], 22, False, id="eleven-more-chance-11.3"),
        pytest.param([0, 0, 0, 0], 5, True, id="five-more"),
        pytest.param([0, 0, 0, 0], 4, False, id="four-more-chance-3.9"),
        pytest.param([4, 4, 4, 24], 24, False, id="not-above-all"),
        pytest.param([4, 4, 4, 24], 25, True, id="above-all"),
        pytest.param([1000] * 4, 1300, True, id="30-percent"),
        pytest.param([1000] * 4, 1299, False, id="29.9-percent"),
    ],
)
def test_an_hour_stands_out(before, came, out):
    """By 30 %, five tickets, above every like hour and by more than chance."""
    (found,) = busy(card({(3, 14): [*before, came]}))

    assert out == found.stands_out


def test_where_none_stands_out_the_busiest_are_shown():
    """Five of six hours by what came, also one that brought fewer than usual."""
    made = card({(day, 10): [10 + day] * 4 + [20 - day] for day in range(1, 7)})
    said = text(told(busy(made), made))

    assert "No hour of the week of 9 to 15 November 2026 brought far more tick" in said
    assert "Most came Mon 10 to 11 h: 19 tickets, usually 11.0." in said
    assert "Mon 9 Nov, 10 to 11 h 19 11.0 +8.0 Tue 10 Nov, 10 to 11 h 18 12.0" in said
    assert said.endswith("Fri 13 Nov, 10 to 11 h 15 15.0 0.0")


def test_a_holiday_is_no_day_of_its_kind():
    """Tuesday of a week before is left out of the usual, Wednesday of the week itself.

    Without the 3 of two weeks ago 10, 11, 12 and 15 have a median of 11.5, not of 11.
    """
    closed = off(MONDAY - 2 * WEEK + DAY, MONDAY + 2 * DAY)
    made = card({(2, 9): [10, 11, 15, 3, 12, 30], (3, 9): [9] * 5 + [50]}, closed)
    found = busy(made)

    assert [(MONDAY + DAY, 9, 30, 11.5, 4, True)] == numbers(found)
    assert "Its holidays are left out." in text(told(found, made))
    assert "usual. No hour brought more. Its holidays" in text(told(found, made))
    assert "holidays" not in text(told(found, card({(2, 9): [1] * 5})))


def test_an_hour_that_the_clocks_repeat_is_none_of_its_kind():
    """In New York Sunday the 1st, two weeks before, had the hour from 1 to 2 twice.

    Without its 40 the median of 10, 11, 13 and 14 is 12, with it 13; at 2 it counts.
    """
    weeks = [10, 11, 13, 40, 14, 30]
    made = card({(7, 1): weeks, (7, 2): weeks}, Contract(time_zone="America/New_York"))
    sunday = MONDAY + 6 * DAY

    assert [
        (sunday, 1, 30, 12, 4, True),
        (sunday, 2, 30, 13, 5, False),
    ] == numbers(busy(made))


def test_what_cannot_be_known_is_not_told():
    """Three weeks, the one that lacks a day, a week that lacks one, no slice at all."""
    three = card({(2, 9): [*NINE[-3:], 24]})
    hole = card({(2, 9): [*NINE[-4:], 24]})
    frame = hole.slices[BUSY]
    frame.loc[frame["period_start"] == MONDAY - 3 * WEEK, "status"] = "provisional"
    young = card({(2, 9): [*NINE, 24]}, status="provisional")

    assert [[], [], [], []] == [
        busy(each) for each in (three, hole, young, scorecard())
    ]
    assert not told([], three)


@pytest.mark.parametrize(
    ("as_of", "start", "first"),
    [
        pytest.param(AS_OF, date(2026, 8, 11), LABOR_DAY, id="eight-weeks"),
        pytest.param(AS_OF, AS_OF, date(2026, 9, 14), id="of-a-short-review-seven"),
        pytest.param(date(2026, 11, 14), AS_OF, date(2026, 9, 21), id="on-a-saturday"),
    ],
)
def test_only_whole_weeks_are_asked_for(as_of, start, first):
    """From a Monday on, none before the first day whose lack is known."""
    plan = Plan(names=("ticket_volume",), start=start, as_of=as_of, every="week")

    assert first == plan.alike
    assert plan.back <= plan.alike
    assert START == plan.judged.start


def test_agrees_with_a_plain_count_of_the_demos_files():
    """Every hour of the week of the 2nd of November; of Mondays seven weeks.

    Of Sunday at 1 there are seven as well: New York's clocks had it twice on the 1st.
    Tickets that were deleted or merged by then do not count.
    """
    desk = open_helpdesk("demo", "20000", as_of=AS_OF)
    contract = read_contract(TERMS, known_metrics=measures())
    days = {"start": AS_OF - 89 * DAY, "as_of": AS_OF}
    names = ["ticket_volume"]
    made = standings(desk, contract, every="week", metrics=names, most=0, **days)

    assert plainly() == {
        (h.usual.day, h.hour): (h.came, h.usual.usual, h.usual.n) for h in busy(made)
    }


def plainly():
    """Return tickets, their usual and its weeks by day and hour, in plain Python."""
    events, tickets = raw("events"), raw("tickets")
    until = pd.Timestamp(AS_OF + DAY, tz=ZONE)
    past = events[events["occurred_at"] < until]
    gone = {*past.loc[past["new_value"] == "deleted", "ticket_id"]}
    gone |= {*past.loc[past["field"] == "merge", "ticket_id"]}
    count = Counter()
    for name, at in zip(tickets["ticket_id"], tickets["created_at"], strict=True):
        if name not in gone:
            wall = at.tz_convert(ZONE)
            count[wall.date(), wall.hour] += 1
    told_of = {}
    for day in (START + timedelta(days=number) for number in range(7)):
        like = [day - timedelta(weeks=number) for number in range(1, 9)]
        like = [each for each in like if each != LABOR_DAY]
        for hour in range(24):
            twice = {date(2026, 11, 1)} if hour == 1 else set()
            before = [count[each, hour] for each in like if each not in twice]
            if count[day, hour] or any(before):
                usual = quantiles(before, n=2)[0]
                told_of[day, hour] = (count[day, hour], usual, len(before))
    return told_of
