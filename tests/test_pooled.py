"""Shares of surveys over seven days on end: all answers by all surveys."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.intervals import wilson
from kpi_kit.pooled import pooled
from kpi_kit.standings import standings
from tests import desks
from tests.cards import DAY, MONDAY

RATE = "csat_response_rate"
PROMISED = Contract(targets=(Target(metric=RATE, at_least=Decimal("0.15")),))


def days(counts, metric=RATE, start=MONDAY, **status):
    """Return rows of days: how many answered, of how many; states by the day."""
    rows = [
        {
            "metric": metric,
            "period_start": start + n * DAY,
            "period_end": start + (n + 1) * DAY,
            "value": answered / asked if asked else float("nan"),
            "low": 0.0,
            "high": 1.0,
            "n": asked,
            "status": status.get(f"day{n}", ("ok", ""))[0],
            "note": status.get(f"day{n}", ("ok", ""))[1],
        }
        for n, (answered, asked) in enumerate(counts)
    ]
    return pd.DataFrame(rows)


# A mean of the shares would be 0.37, the last day's is 0.9, the first six's 0.13.
UNEVEN = [(1, 10), (2, 10), (0, 10), (3, 10), (1, 40), (9, 40), (90, 100)]


def test_all_answers_by_all_surveys():
    """106 of 220, with the interval of 220: no mean of seven shares."""
    found = pooled(days(UNEVEN))
    low, high = wilson(106 / 220, 220)

    assert [(106 / 220, 220, "ok", "")] == [
        (row.value, row.n, row.status, row.note) for row in found.itertuples()
    ]
    assert [(low, high)] == list(zip(found["low"], found["high"], strict=True))
    assert [(MONDAY, MONDAY + 7 * DAY)] == list(
        zip(found["period_start"], found["period_end"], strict=True)
    )


def test_a_window_ends_with_each_day():
    """Windows overlap by six days; the first one begins with the first day."""
    found = pooled(days([(n, 10) for n in range(9)]))

    assert [21 / 70, 28 / 70, 35 / 70] == pytest.approx(found["value"].tolist())
    starts = [MONDAY + n * DAY for n in range(3)]
    assert starts == found["period_start"].tolist()
    assert {timedelta(weeks=1)} == set(found["period_end"] - found["period_start"])


def test_a_source_younger_than_a_week():
    """There is one row, of the days there are, and it says which."""
    found = pooled(days([(4, 10), (0, 0), (2, 30)]))

    assert [(MONDAY, 6 / 40, 40)] == list(
        zip(found["period_start"], found["value"], found["n"], strict=True)
    )


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({}, ("ok", "")),
        (
            {
                "day6": (
                    "provisional",
                    "9 asked may still answer",
                )
            },
            ("provisional", "some may still be answered"),
        ),
        (
            {
                "day2": ("provisional", "data ends on 2026-11-10"),
                "day6": ("provisional", "9 asked may still answer"),
            },
            ("provisional", "data ends on 2026-11-10"),
        ),
        ({"day1": ("too_few", "fewer than 30")}, ("ok", "")),
    ],
)
def test_one_day_that_is_not_final_is_enough(status, told):
    """Missing days are told before late answers; one day of few is of no account."""
    found = pooled(days(UNEVEN, **status)).iloc[0]

    assert told == (found["status"], found["note"])


def test_few_stay_few():
    """Twenty-eight surveys in seven days are under the card's thirty."""
    found = pooled(days([(1, 4)] * 7)).iloc[0]

    assert ("too_few", "fewer than 30", 28) == (
        found["status"],
        found["note"],
        found["n"],
    )


def test_no_surveys_at_all():
    """Nobody was asked: a share of nothing is missing, not 0."""
    found = pooled(days([(0, 0)] * 7)).iloc[0]

    assert pd.isna(found["value"])
    assert (0, "too_few") == (found["n"], found["status"])


def test_what_cannot_be_computed_says_so_for_its_day():
    """A source without surveys: the reason stays, and so do the days."""
    lacks = {f"day{n}": ("not_computable", "needs surveys") for n in range(7)}
    frame = days(UNEVEN, **lacks)

    pd.testing.assert_frame_equal(frame, pooled(frame))


def test_others_keep_their_days():
    """A median, a count, a rating: a day of them is a day."""
    frame = pd.concat([days(UNEVEN, "backlog"), days(UNEVEN, "csat"), days(UNEVEN)])
    found = pooled(frame.reset_index(drop=True))

    assert {"backlog": 7, "csat": 7, RATE: 1} == dict(found["metric"].value_counts())


def over_night(engine, late, every="day", earliest=9):
    """Return the rate by Sunday 8 March, end of day, one survey sent ``late``.

    Six a day were sent to customers from ``earliest`` February on and one of them
    answered, on the 22nd all six.  One more is of a ticket solved on Sunday 1 March
    just before midnight; it went out so many seconds after it.
    """
    first = desks.MONDAY.replace(month=2, day=earliest)
    asked = [
        {
            "kind": "csat",
            "customer_id": f"c{place}",
            "offered_at": desks.at(day),
            "answered_at": desks.at(day, 11) if place == 0 or all_of_them else None,
            "score": 5 if place == 0 or all_of_them else None,
        }
        for day in (first + n * DAY for n in range((desks.MONDAY - first).days + 7))
        for all_of_them in [(day.month, day.day) == (2, 22)]
        for place in range(6)
    ]
    monday = desks.at(desks.MONDAY, 0)
    night = {"kind": "csat", "ticket_id": "t00000", "offered_at": monday + late}
    solved = [{"created_at": monday - desks.HOUR, "reply": 5, "solved": 55}]
    tickets = desks.days(first, (desks.MONDAY - first).days + 7, 1, reply=9, solved=9)
    found = standings(
        desks.desk(engine, solved, tickets, surveys=[*asked, night]),
        PROMISED,
        start=first,
        as_of=desks.MONDAY + 6 * DAY,
        every=every,
        metrics=[RATE],
    )
    return found[RATE]


def test_a_survey_sent_after_midnight_leaves_a_day_its_verdict(engine):
    """Five minutes past midnight it has less than its week: the day before is judged.

    12 of 42 from 22 to 28 February, surely over 15%; to 1 March it would be 7 of 43.
    Held against 15 to 21 February; sent at midnight it has had its week.
    """
    late, in_time = over_night(engine, 300), over_night(engine, 0)

    assert (12 / 42, 42) == pytest.approx((late.now.value, late.now.n))
    assert (desks.MONDAY - 8 * DAY, "ok") == (late.now.start, late.now.status)
    assert (7 / 42, desks.MONDAY - 15 * DAY) == (
        pytest.approx(late.previous.value),
        late.previous.start,
    )
    assert ("meets", "meets target") == (late.state, late.state_text)
    assert (desks.MONDAY, "provisional") == (late.newer.start, late.newer.status)
    assert (7 / 43, 43, "ok") == (
        pytest.approx(in_time.now.value),
        in_time.now.n,
        in_time.now.status,
    )


def test_a_week_with_a_survey_sent_after_midnight_waits_for_it(engine):
    """The week before is judged: 12 of 42, Monday 16 to Sunday 22 February."""
    found = over_night(engine, 300, every="week")

    assert (12 / 42, 42) == pytest.approx((found.now.value, found.now.n))
    assert "meets" == found.state


def test_no_day_that_has_passed_is_named_as_the_one_to_come(engine):
    """The only week there is holds the survey: no earlier one can be judged instead.

    Its week was over on 8 March, the report's day: it says what waits, not until when.
    """
    found = over_night(engine, 300, earliest=23)

    assert (7 / 43, "not_mature") == (pytest.approx(found.now.value), found.state)
    assert "provisional: some may still be answered" == found.state_text
