"""Shares of surveys over seven days on end: all answers by all surveys."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from kpi_kit.intervals import wilson
from kpi_kit.pooled import pooled
from tests.cards import DAY, MONDAY

RATE = "csat_response_rate"


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
