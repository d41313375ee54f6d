"""Weekday and hour: past the target is seen at once, and closed is blank."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from kpi_kit import charts
from tests.charts.frames import CELLS, SHARE, a_card, data_of, sliced


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


HOSTILE = '</script><b>"];alert(1)//\u2028' + "x" * 300
CHANNELS = sliced(
    ["channel", "created_hour"],
    [
        ("live_chat", 9, 12.0, 9.0, 15.0, 30, "ok"),
        (HOSTILE, 9, 200.0, 180.0, 220.0, 50, "ok"),
        (HOSTILE, 11, 300.0, 250.0, 350.0, 12, "too_few"),
        ("Live chat", 11, 50.0, 20.0, 90.0, 9, "too_few"),
    ],
)


def heat(frame=CELLS, metric=None, **more):
    """Return the specification of a heat map."""
    metric = metric or a_card()
    return charts.named("heat").draw(frame, metric=metric, **more).to_dict()


def cells(spec):
    """Return what stands in each cell, by weekday and hour."""
    found = data_of(spec, "figure")
    return {(c["day"], c["hour"]): (c["figure"], c["step"], c["ink"]) for c in found}


def test_the_target_is_the_dark_step():
    """On the limit of 4 h a cell is still light; values print in one unit."""
    assert {
        (1, 9): ("7.6", "over 6", "light"),
        (1, 11): ("4.0", "3.5 to 4", "dark"),
        (3, 9): ("2.6", "under 3", "dark"),
        (3, 10): ("few", None, "few"),
    } == cells(heat(target=240.0))


def test_a_minimum_is_missed_from_below():
    """For a share the low values are the dark ones; on the minimum it is met."""
    rows = [(1, 9, 0.65, 0.6, 0.7, 90, "ok"), (1, 10, 0.649, 0.6, 0.7, 91, "ok")]
    frame = sliced(["created_weekday", "created_hour"], rows)
    found = cells(heat(frame, SHARE, target=0.65))

    assert ("65", "dark") == found[1, 9][::2]
    assert ("64", "light") == found[1, 10][::2]


def test_without_a_target_nothing_is_missed():
    """Three light steps, and no figure turns light."""
    spec = heat()
    (fill,) = (
        layer["encoding"]["fill"]
        for layer in spec["layer"]
        if "fill" in layer["encoding"]
    )

    assert ["#F0F2F5", "#DEE3E9", "#C6CED8"] == fill["scale"]["range"]
    assert {"dark", "few"} == {ink for _, _, ink in cells(spec).values()}


def test_few_is_under_ten():
    """Nine tickets are few, ten are a number, however wide its interval."""
    frame = CELLS.assign(n=[80, 60, 10, 9])

    assert ["2.6", "few"] == [cells(heat(frame))[3, hour][0] for hour in (9, 10)]


def test_closed_hours_keep_their_place():
    """Hours run without a hole; an hour or day nobody came is blank, not zero."""
    spec = heat()

    assert [9, 10, 11] == spec["encoding"]["x"]["scale"]["domain"]
    assert [1, 3] == spec["encoding"]["y"]["scale"]["domain"]
    assert (1, 10) not in cells(spec)


def test_hours_that_are_few_on_every_day_are_left_out():
    """A night of single tickets would make the day small; the note names it."""
    night = CELLS.assign(created_hour=[3, 23, 3, 23], n=[2, 1, 9, 3], status="too_few")
    both = pd.concat([CELLS, night], ignore_index=True)
    spec = heat(both)
    titles = [
        layer["encoding"]["fill"]["legend"]["title"]
        for layer in spec["layer"]
        if "fill" in layer["encoding"]
    ]

    assert [9, 10, 11] == spec["encoding"]["x"]["scale"]["domain"]
    assert [["hours", "blank: closed; few before 09 and after 11"]] == titles
    heads, _ = charts.named("heat").rows(both, metric=a_card())
    assert ("Weekday", "03", "04") == heads[:3]


def test_cells_without_a_place_are_left_out():
    """Tickets without a weekday or hour have no cell, and break nothing."""
    frame = CELLS.astype({"created_weekday": object, "created_hour": object})
    frame.loc[0, ["created_weekday", "created_hour"]] = "(none)"

    assert {(1, 11), (3, 9), (3, 10)} == set(cells(heat(frame)))


def test_stands_upright_in_a_narrow_place():
    """On a phone the hours go down; the rows are those of the wide picture."""
    spec = heat()
    narrow = spec["usermeta"]["narrow"]

    assert spec["encoding"]["x"]["field"] == narrow["encoding"]["y"]["field"] == "hour"
    assert not [layer for layer in narrow["layer"] if "data" in layer]


def test_the_table_behind_it_is_a_grid():
    """A row per weekday, a column per hour, n in every cell."""
    heads, rows = charts.named("heat").rows(CELLS, metric=a_card(), target=240.0)

    assert ("Weekday", "09", "10", "11") == heads
    assert [
        ("Mon", "7 h 36 min (n=80)", "–", "4 h (n=60)"),
        ("Wed", "2 h 36 min (n=40)", "few (n=9)", "–"),
    ] == rows


def test_words_for_who_cannot_see():
    """The best, the worst and when, and how many hours miss the target."""
    said = heat(target=240.0)["description"]

    assert "from 2 h 36 min to 7 h 36 min; worst Mon 09 to 10 with 7 h 36 min" in said
    assert "target at most 4 h: 1 of 3 hours miss it." in said


def test_a_row_is_a_channel():
    """What brought most is on top; two that read alike are two, and nine are few."""
    spec = heat(CHANNELS, target=240.0, per="channel")
    _, rows = charts.named("heat").rows(CHANNELS, metric=a_card(), per="channel")

    assert {
        (1, 9): ("3.3", "3 to 4", "dark"),
        (1, 11): ("5.0", "over 4.5", "light"),
        (2, 9): ("0.2", "under 2", "dark"),
        (3, 11): ("few", None, "few"),
    } == cells(spec)
    assert [
        (HOSTILE, "3 h 20 min (n=50)", "–", "5 h (n=12)"),
        ("Live chat", "12 min (n=30)", "–", "–"),
        ("Live chat", "–", "–", "few (n=9)"),
    ] == rows


def test_a_channels_name_is_data():
    """In the axis it is a string of the expression, cut where it has no room."""
    spec = heat(CHANNELS, per="channel")
    wide, narrow = spec["encoding"]["y"], spec["usermeta"]["narrow"]["encoding"]["x"]
    listed = wide["axis"]["labelExpr"].removesuffix("[datum.value - 1]")

    assert [HOSTILE, "Live chat", "Live chat"] == json.loads(listed)
    assert listed.isascii()
    assert wide["axis"]["labelExpr"] == narrow["axis"]["labelExpr"]
    assert [120, 93] == [place["axis"]["labelLimit"] for place in (wide, narrow)]


def test_words_name_the_channel():
    """Who cannot see is told by what; an hour nobody came at is not called closed."""
    spec = heat(CHANNELS.replace(HOSTILE, "mail"), per="channel")
    (fill,) = (e["fill"] for e in (x["encoding"] for x in spec["layer"]) if "fill" in e)

    assert "by channel and hour" in spec["description"]
    assert "worst Mail 11 to 12 with 5 h" in spec["description"]
    assert "blank: no tickets" in fill["legend"]["title"][1]


def test_what_took_minutes_does_not_read_as_nothing():
    """In hours a chat's three minutes were 0.0; half a minute is less than one."""
    rows = [
        ("chat", 9, 3.5, 3.0, 5.0, 30, "ok"),
        ("chat", 10, 0.5, 0.2, 0.9, 30, "ok"),
        ("mail", 9, 312.0, 290.0, 330.0, 40, "ok"),
    ]
    short = sliced(["channel", "created_hour"], rows)
    spec = heat(short, target=240.0, per="channel")

    assert ["3", "<1", "312"] == [figure for figure, *_ in cells(spec).values()]
    assert "minutes; strong shades miss the limit of 4 h" in json.dumps(spec)


def test_weeks_have_no_room_in_minutes():
    """Then what is less than a tenth of an hour says so."""
    rows = [
        ("chat", 9, 3.5, 3.0, 5.0, 30, "ok"),
        ("mail", 9, 20_160.0, 9_000.0, 30_000.0, 40, "ok"),
    ]
    found = cells(heat(sliced(["channel", "created_hour"], rows), per="channel"))

    assert ["336", "<0.1"] == [figure for figure, *_ in found.values()]
