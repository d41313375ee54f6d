"""A count over the days starts at zero and says where it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpi_kit import charts
from tests.charts.frames import DAILY, FIRST, NAN, STOCK, counts, data_of, texts_of


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


def area(frame, **more):
    """Return the specification of an area."""
    return charts.named("area").draw(frame, metric=STOCK, **more).to_dict()


def days(*places):
    """Return the days at these places of a frame."""
    return [FIRST + timedelta(days=place) for place in places]


def test_starts_at_zero():
    """A queue of 435 to 612 is not drawn as if it had begun with none."""
    assert 0 == area(DAILY)["encoding"]["y"]["scale"]["domain"][0]


def test_an_alarm_begins_at_the_day_before():
    """Three days of growth are the stretch from the day they are measured from.

    A quiet day between two alarms is none of either.
    """
    spec = area(DAILY, alarm=days(3, 6, 7, 8))
    calm, loud = (
        [(row["run"], row["x"], row["shown"]) for row in rows]
        for rows in spec["datasets"].values()
        if rows and "run" in rows[0]
    )

    assert [
        *((1, 2, 485), (1, 3, 505)),
        *((2, 5, 523), (2, 6, 548), (2, 7, 580), (2, 8, 612)),
    ] == loud
    assert [
        *((1, 0, 435), (1, 1, 440), (1, 2, 485)),
        *((2, 3, 505), (2, 4, 514), (2, 5, 523)),
    ] == calm


def test_the_end_says_how_much_and_how_fast():
    """612 over 523, the value before the alarm, is 17.0% more; not 11.7% over 548."""
    spec = area(DAILY, alarm=days(6, 7, 8))

    assert {"612 open", "+17.0% in 3 days"} <= set(texts_of(spec))
    assert "alarm: +17.0% in 3 days" in spec["description"]


def test_without_an_alarm_the_end_says_when():
    """The last value and its day."""
    assert {"612 open", "Tue 25 Aug"} == set(texts_of(area(DAILY)))


def test_an_alarm_that_is_over_is_named_where_it_was():
    """The end then says when it is; the change is the alarm's, not the end's."""
    spec = area(DAILY, alarm=days(5, 6))

    assert {"alarm of Sun 23 Aug", "Tue 25 Aug"} <= set(texts_of(spec))
    assert "alarm: +6.6% in 2 days to 23 August 2026" in spec["description"]


@pytest.mark.parametrize(
    "before", [pytest.param(0, id="zero"), pytest.param(NAN, id="missing")]
)
def test_no_change_over_nothing(before):
    """Growth from zero, or from a day that is missing, has no percentage."""
    spec = area(counts([3, before, 8]).assign(n=1), alarm=days(2))

    assert "8 open" in texts_of(spec)
    assert not [text for text in texts_of(spec) if "%" in text]


def test_a_missing_day_is_a_gap():
    """No ground is invented under a day that nobody counted."""
    frame = DAILY.assign(value=[435, 440, NAN, 505, 514, 523, 548, 580, 612])
    spec = area(frame.assign(status=["ok"] * 2 + ["not_computable"] + ["ok"] * 6))

    assert [1.5] == [row["x"] for row in data_of(spec, "x2")]
    assert "not computable" in texts_of(spec)


def test_the_words_of_an_alarm_may_be_given():
    """What a rule measured over its own days stands in chart and finding alike."""
    spec = area(DAILY, alarm=days(5, 6, 7, 8), said="+17.0% in 3 days")

    over = area(DAILY, alarm=days(5, 6), said="+17.0% in 3 days")

    assert "+17.0% in 3 days" in texts_of(spec)
    assert "in 4 days" not in spec["description"]
    assert "+6.6% in 2 days" in over["description"]


def test_the_usual_is_dotted_and_named():
    """What is usual stands beside what is."""
    assert "usual 333" in texts_of(area(DAILY, usual=333.0))
