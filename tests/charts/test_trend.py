"""A trend draws each week as sure as it is, and what it is held against."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from kpi_kit import charts
from tests.charts.frames import (
    COUNT,
    NAN,
    SHARE,
    WEEKLY,
    a_band,
    a_card,
    data_of,
    periods,
    texts_of,
)


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


def trend(frame, metric=None, **held):
    """Return the specification of a trend."""
    metric = metric or a_card()
    return charts.named("trend").draw(frame, metric=metric, **held).to_dict()


def points(spec):
    """Return x and y of every mark, by its fill and whether it is dashed."""
    found = {}
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] == "point":
            rows = spec["datasets"][layer["data"]["name"]]
            kind = (mark["fill"], "strokeDash" in mark)
            found.setdefault(kind, []).extend((row["x"], row.get("y")) for row in rows)
    return found


def test_breaks_where_there_is_no_number():
    """Too few and missing weeks leave the line; the too-few one keeps its circle."""
    spec = trend(WEEKLY)
    found = data_of(spec, "dashed")

    assert [212, 224, None, 238, None, 258, None] == [row["value"] for row in found]
    assert [190, 201, None, 217, None, 246, 244] == [row["low"] for row in found]
    assert (2, 181) in points(spec)["#FFFFFF", False]


def test_says_why_there_is_nothing():
    """An empty dashed box from halfway to halfway, with the reason in it."""
    spec = trend(WEEKLY)
    box = data_of(spec, "x2")

    assert [{"x": 3.5, "x2": 4.5}] == box
    assert "no tickets" in texts_of(spec)


def test_weeks_before_the_first_number_are_no_gap():
    """What began later has nothing missing before."""
    frame = periods([(NAN, NAN, NAN, 0, "too_few"), (212.0, 190.0, 231.0, 90, "ok")])

    assert "no tickets" not in texts_of(trend(frame))
    assert "no tickets" in texts_of(trend(frame.head(1)))


def test_dashes_into_the_provisional_week():
    """The dashed line starts at the last sure week and ends in a dashed circle."""
    spec = trend(WEEKLY)

    assert [None] * 5 + [258, 263] == [row["dashed"] for row in data_of(spec, "dashed")]
    assert [(6, 263)] == points(spec)["#FFFFFF", True]
    assert "provisional" in texts_of(spec)


def test_the_judged_value_is_named_and_marked():
    """The last final week is judged, not the provisional one after it."""
    spec = trend(WEEKLY, target=240.0)

    assert [(5, 258)] == points(spec)["#A83208", False]
    assert "4 h 18" in texts_of(spec)
    assert "target at most 4 h: misses target" in spec["description"]


@pytest.mark.parametrize(
    ("target", "color"),
    [
        pytest.param(245.9, "#A83208", id="misses"),
        pytest.param(246.0, "#AD7100", id="close"),
        pytest.param(271.0, "#1663A6", id="meets"),
        pytest.param(None, "#1F2933", id="no-target"),
    ],
)
def test_the_mark_is_the_state(target, color):
    """The interval of 246 to 271 decides; on its upper bound the target is met."""
    assert (5, 258) in points(trend(WEEKLY, target=target))[color, False]


def test_opens_the_cut_weeks_of_a_count():
    """Six days' tickets are no week's: dashed and open, at either end of the line."""
    starts = [date(2026, 8, 18), *WEEKLY.period_start[1:]]
    ends = [*WEEKLY.period_end[:6], WEEKLY.period_start[6] + timedelta(days=3)]
    frame = WEEKLY.assign(period_start=starts, period_end=ends, status="ok")
    spec = trend(frame, COUNT)
    found = data_of(spec, "dashed")

    assert [None, 224, 181, 238, None, 258, None] == [row["value"] for row in found]
    assert [212, 224, None, None, None, 258, 263] == [row["dashed"] for row in found]
    assert [(0, 212), (6, 263)] == points(spec)["#FFFFFF", True]
    states = [row["state_words"] for row in data_of(spec, "state_words")]
    assert ["6 of 7 days", "3 of 7 days"] == [states[0], states[6]]


@pytest.mark.parametrize("kind", ["duration", "share", "stock"])
def test_a_cut_week_of_another_kpi_is_whole(kind):
    """A median of six days is a median, an open ticket is open at their end."""
    ends = [start + timedelta(days=2) for start in WEEKLY.period_start]
    frame = WEEKLY.assign(period_end=ends, status="ok", value=1.0)

    assert ("#FFFFFF", True) not in points(trend(frame, a_card(kind=kind)))


def test_days_are_not_cut_weeks():
    """Of a series of days each is whole."""
    frame = periods([(v, NAN, NAN, v, "ok") for v in (231, 207, 219)], days=1)
    spec = trend(frame, COUNT)

    assert ("#FFFFFF", True) not in points(spec)
    assert "by day, 17 to 19 August 2026" in spec["description"]


def test_a_value_without_neighbors_is_a_dot():
    """A line through one point would be nothing; its interval stands behind it."""
    spec = trend(WEEKLY)

    assert (3, None) in points(spec)["#1F2933", False]
    assert (1, None) not in points(spec)["#1F2933", False]


@pytest.mark.parametrize("unit", ["count", "minutes"])
def test_a_count_starts_at_zero(unit):
    """A volume that fell by a tenth does not look halved."""
    frame = WEEKLY.assign(value=[900.0 + n for n in range(7)], low=NAN, high=NAN)
    low, _ = trend(frame, a_card(unit))["encoding"]["y"]["scale"]["domain"]

    assert (low == 0) is (unit == "count")


def test_the_axis_holds_target_baseline_and_intervals():
    """What a number is held against is in the picture, however far."""
    held = {"target": 120.0, "baseline": 400.0}
    low, high = trend(WEEKLY, **held)["encoding"]["y"]["scale"]["domain"]

    assert low < 120
    assert high > 400


@pytest.mark.parametrize(
    ("low", "high", "said", "drawn"),
    [
        pytest.param(0.60, 0.70, "HDI 2024: 60 to 70%", True, id="near"),
        pytest.param(0.95, 0.99, "HDI 2024: 95 to 99%, above", False, id="above"),
        pytest.param(0.01, 0.05, "HDI 2024: 1 to 5%, below", False, id="below"),
        pytest.param(0.60, None, "HDI 2024: from 60%", True, id="one-bound"),
    ],
)
def test_a_band_far_away_is_named_only(low, high, said, drawn):
    """The reader sees where it lies, and the line stays readable."""
    rows = [(0.62, 0.6, 0.64, 90, "ok"), (0.66, 0.64, 0.68, 91, "ok")]
    spec = trend(periods(rows), SHARE, band=a_band(low, high))
    rects = [layer["mark"].get("color") for layer in spec["layer"]]

    assert said in texts_of(spec)
    assert drawn is ("#E6EBE3" in rects)


def test_a_band_without_a_year_is_cited():
    """Nobody is named as a source who is none."""
    band = a_band(0.6, 0.7, source="unattributed, as cited")

    assert "cited: 60 to 70%" in texts_of(
        trend(WEEKLY.assign(value=0.65), SHARE, band=band)
    )


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        pytest.param(a_card(), "limit 4 h", id="duration"),
        pytest.param(a_card("count", "lower", "count"), "max. 240", id="count"),
        pytest.param(a_card("score", "higher", "score"), "min. 240", id="score"),
    ],
)
def test_a_rule_says_which_way(metric, said):
    """A limit, a maximum or a minimum, in the metric's unit."""
    assert said in texts_of(trend(WEEKLY, metric, target=240.0))


@pytest.mark.parametrize(("clock", "said"), [("business", "72 h"), ("calendar", "3 d")])
def test_has_no_days_of_business_hours(clock, said):
    """An office day has no 24 hours: label, axis and limit stay in hours."""
    frame = periods([(4608.0, 4000.0, 5000.0, 40, "ok")] * 2).assign(clock=clock)
    spec = trend(frame, target=4320.0)

    assert f"limit {said}" in texts_of(spec)
    assert ("76 h 48" in texts_of(spec)) is (clock == "business")


def test_a_release_cuts_across_and_a_holiday_is_a_tick():
    """Each at its day: a Wednesday lies two sevenths of a week beyond its Monday."""
    marks = [
        (date(2026, 8, 26), "release 4.2", "release"),
        (date(2026, 9, 21), "Labor Day", "holiday"),
        (date(2027, 1, 1), "New Year", "holiday"),
    ]
    spec = trend(WEEKLY, marks=marks)
    rules = {
        spec["datasets"][layer["data"]["name"]][0]["x"]: layer["encoding"]["y2"][
            "value"
        ]
        for layer in spec["layer"]
        if layer["mark"].get("color") == "#626973" and "y2" in layer["encoding"]
    }

    assert {1.286: {"expr": "height"}, 5.0: 1} == rules
    assert {"release 4.2", "Labor Day"} <= set(texts_of(spec))
    assert "New Year" not in texts_of(spec)


def test_names_above_the_plot_never_meet():
    """Of two that would, the release keeps its name; the other waits for room.

    Two seventh of a week of six lie between them: 4.8% of the plot's length.
    """
    marks = [
        (date(2026, 8, 24), "a long holiday", "holiday"),
        (date(2026, 8, 26), "a long release", "release"),
    ]
    names = {row["text"]: row for row in data_of(trend(WEEKLY, marks=marks), "wide")}
    release, holiday = names["a long release"], names["a long holiday"]
    apart = 2 / 7 / 6 * holiday["room"]

    assert 0 == release["room"]
    assert release["wide"] / 2 + holiday["wide"] / 2 < apart < 100


def test_without_releases_there_is_no_room_for_names():
    """The plot is as much higher as the names would need, the picture the same."""
    marks = [(date(2026, 8, 26), "release 4.2", "release")]

    assert 12 == trend(WEEKLY)["height"] - trend(WEEKLY, marks=marks)["height"]


def test_tooltips_say_all_there_is():
    """Period, value with unit, interval, n, target and state, for every period."""
    first = data_of(trend(WEEKLY, target=240.0), "state_words")[0]

    assert {
        "period": "17 to 23 August 2026",
        "value_text": "3 h 32 min",
        "interval_text": "3 h 10 min to 3 h 51 min",
        "n_text": "118",
        "target_text": "at most 4 h",
        "state_words": "meets target",
        "left": 0,
        "right": 0.5,
    } == first


def test_the_table_behind_it_says_the_same():
    """One row per period, the oldest first, as texts."""
    heads, rows = charts.named("trend").rows(WEEKLY, metric=a_card(), target=240.0)

    assert ("Period", "Value", "95% interval", "n", "State") == heads
    assert ("31 August to 6 September 2026", "3 h 01 min") == rows[2][:2]
    assert ("–", "–", "0", "too few (n=0)") == rows[4][1:]


def test_words_for_who_cannot_see():
    """Measure, by what, when, from and to, the extreme, the target and the state."""
    frame = WEEKLY.assign(statistic="median", clock="business")
    said = trend(frame, target=240.0)["description"]

    assert (
        "First response time, median, business hours by week, 17 August to 4 October "
        "2026: from 3 h 32 min to 4 h 23 min; highest 4 h 23 min, 28 September to 4 "
        "October 2026; target at most 4 h: misses target."
    ) == said


def test_nothing_known_is_said():
    """No number is no extreme."""
    frame = WEEKLY.assign(value=NAN, low=NAN, high=NAN)

    assert (
        "First response time: no values in this period." == trend(frame)["description"]
    )


def test_a_title_of_a_report_is_no_part_of_it():
    """The page sets titles as text, above."""
    assert "title" not in json.loads(json.dumps(trend(WEEKLY)))
