"""Every chart is whole: valid, as JSON, as a picture, and its shape is known."""

from __future__ import annotations

import json
import re
from inspect import signature
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
import vl_convert

from kpi_kit import charts, mime
from kpi_kit.errors import UnknownNameError
from kpi_kit.look import DARK, LIGHT
from tests.charts.frames import (
    CELLS,
    DAILY,
    NAN,
    SHARE,
    SLICES,
    STOCK,
    WEEKLY,
    a_band,
    a_card,
    counts,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = "</script><script>alert(1)</script>\"'`${1}"
# By the frame that a chart draws: one, and what it is of.
FRAMES = {
    "weekly": (WEEKLY, a_card(), {"target": 240.0, "baseline": 205.0}),
    "daily": (DAILY, STOCK, {"usual": 333.0}),
    "slices": (SLICES, SHARE, {"target": 0.65, "band": a_band(0.65, 0.75)}),
    "cells": (CELLS, a_card(), {"target": 240.0}),
}
MARKS = (
    (WEEKLY["period_start"][1], HOSTILE, "release"),
    (WEEKLY["period_start"][1], "Labor Day", "holiday"),
)


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


def asked(function, of, frame=None, **more):
    """Call a chart, or its table, with all of its frame's example that it takes."""
    example, metric, held = FRAMES[of]
    known = {"metric": metric, "by": "issue_type", "marks": MARKS} | held | more
    takes = signature(function).parameters
    given = {name: value for name, value in known.items() if name in takes}
    return function(example if frame is None else frame, **given)


@pytest.fixture(params=sorted(charts.CHARTS))
def card(request):
    """Return each chart's card."""
    return charts.named(request.param)


@pytest.fixture
def drawn(card):
    """Return each chart of the kit, drawn from the example of its frame."""
    return asked(card.draw, card.of)


def without_data(part):
    """Return a specification without its rows and without names made from them."""
    if isinstance(part, dict):
        dropped = {"datasets", "data", "name"}
        return {k: without_data(v) for k, v in part.items() if k not in dropped}
    return [without_data(item) for item in part] if isinstance(part, list) else part


def test_survives_json(drawn):
    """What Altair accepts, JSON carries without loss and without NaN."""
    spec = drawn.to_dict()

    assert spec == json.loads(json.dumps(spec, allow_nan=False))


def test_becomes_a_picture(drawn):
    """The mail's pictures come from the same specification, without a browser."""
    picture = vl_convert.vegalite_to_png(drawn.to_dict())

    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 4_000


def size_of(spec, width):
    """Return width and height of the picture as it is drawn."""
    svg = vl_convert.vegalite_to_svg(spec | {"width": width})
    found = re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg)
    return tuple(float(side) for side in found.groups())


@pytest.mark.parametrize("width", [213, 268, 358, 552, 1160])
def test_is_as_wide_as_its_place(drawn, width):
    """Words and all, on paper, on a phone and on a desk."""
    assert width == size_of(drawn.to_dict(), width)[0]


@pytest.mark.parametrize(("name", "height"), [("trend", 172), ("area", 250)])
@pytest.mark.parametrize("marks", [MARKS, ()], ids=["marks", "none"])
def test_is_as_high_as_its_neighbors(name, height, marks):
    """Charts that stand beside one another end at one line, named weeks or not."""
    card = charts.named(name)
    spec = asked(card.draw, card.of, marks=marks).to_dict()

    assert {height} == {size_of(spec, width)[1] for width in (213, 1160)}


def test_says_what_it_shows(drawn):
    """A chart carries its own words for who cannot see it."""
    said = drawn.to_dict()["description"]

    assert re.match(
        r"First response time.* by [a-z ]+, \d+.* 2026: from .* to .*\.$", said
    )


def test_displays_as_one_mime_type(drawn):
    """JupyterLab and the report read the same single output."""
    assert [mime.CHART] == list(drawn._repr_mimebundle_())


def test_snapshot(drawn, card):
    """A change of a chart's grammar is seen; delete the file to accept it."""
    path = SNAPSHOTS / f"{card.name}.json"
    spec = without_data(drawn.to_dict())
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(spec, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert json.loads(path.read_text("utf-8")) == spec


def test_colors_are_tokens(drawn):
    """The page swaps each for its own, so that a chart is dark where the page is."""
    text = json.dumps(without_data(drawn.to_dict()))
    colors = set(re.findall(r'"(#[0-9A-Fa-f]{3,8})"', text))

    assert colors
    assert set() == colors - set(LIGHT.values())
    assert not re.search(r"#[0-9A-Fa-f]{6}", json.dumps(drawn.to_dict()["datasets"]))


def test_a_color_is_one_token_or_one_color():
    """Tokens alike on light paper are alike on dark: a color names its token."""
    pairs = {(LIGHT[name], DARK[name]) for name in LIGHT}

    assert len(set(LIGHT.values())) == len(pairs)
    assert list(LIGHT) == list(DARK)


def test_words_of_the_data_are_only_ever_values(card):
    """A label or an issue type never becomes a part of the picture's grammar."""
    frame = FRAMES[card.of][0]
    if "issue_type" in frame:
        frame = frame.assign(issue_type=[HOSTILE, "b", "c", "d"])
    spec = asked(card.draw, card.of, frame).to_dict()
    spec.pop("datasets"), spec.pop("description")

    assert "alert" not in json.dumps(spec)


def test_has_a_table_behind_it(card):
    """Nothing stands in the picture alone."""
    heads, rows = asked(card.rows, card.of)

    assert rows
    assert {len(heads)} == {len(row) for row in rows}
    assert all(isinstance(text, str) for row in rows for text in (*heads, *row))


@pytest.mark.parametrize(
    "thin",
    [
        pytest.param(lambda f: f.head(0), id="no-rows"),
        pytest.param(lambda f: f.head(1), id="one-row"),
        pytest.param(lambda f: f.assign(value=NAN, low=NAN, high=NAN), id="no-values"),
        pytest.param(lambda f: f.assign(value=None, low=None, high=None), id="nulls"),
        pytest.param(lambda f: f.assign(value=0.0, low=0.0, high=0.0), id="all-zero"),
        pytest.param(lambda f: f.assign(value=9e5, low=NAN, high=NAN), id="huge"),
        pytest.param(lambda f: f.assign(status="too_few", n=3), id="too-few"),
        pytest.param(lambda f: f.assign(status="provisional"), id="provisional"),
        pytest.param(
            lambda f: f.assign(status="not_computable", value=NAN, n=0, note="needs x"),
            id="not-computable",
        ),
        pytest.param(lambda f: f.iloc[::-1], id="backwards"),
        pytest.param(lambda f: f.set_axis(range(50, 50 + len(f))), id="any-index"),
    ],
)
def test_draws_thin_data(card, thin):
    """Empty, missing and odd frames are first-class: a picture, not an error."""
    frame = thin(FRAMES[card.of][0])
    chart = asked(card.draw, card.of, frame)
    heads, rows = asked(card.rows, card.of, frame)

    assert "<svg" in vl_convert.vegalite_to_svg(chart.to_dict())
    assert all(len(row) == len(heads) for row in rows)


@pytest.mark.parametrize("unit", ["minutes", "share", "count", "score"])
@pytest.mark.parametrize("better", ["lower", "higher", "neither"])
def test_knows_every_unit(card, unit, better):
    """Each unit has ticks and words, whichever direction is the good one."""
    metric = a_card(unit, better, "count" if unit == "count" else "share")
    chart = asked(card.draw, card.of, metric=metric)

    assert vl_convert.vegalite_to_vega(chart.to_dict())["marks"]


def test_a_backward_frame_is_the_same_picture(card):
    """The order of the rows says nothing."""
    frame = FRAMES[card.of][0]
    one, other = (asked(card.draw, card.of, f).to_dict() for f in (frame, frame[::-1]))

    assert one == other


def test_a_title_is_the_charts_own():
    """JupyterLab draws it, the report's page sets it as text."""
    chart = asked(charts.named("trend").draw, "weekly")
    spec = charts.titled(chart, "Of what", ["and how"]).to_dict()

    assert {"text": "Of what", "subtitle": ["and how"]} == spec["title"]


def test_notes_for_the_page_stand_beside_the_charts_own():
    """What heat says of narrow places is not lost when the page adds a name."""
    chart = asked(charts.named("heat").draw, "cells")
    other = charts.noted(asked(charts.named("trend").draw, "weekly"), id="here")

    assert {"narrow", "id"} == set(charts.noted(chart, id="here").to_dict()["usermeta"])
    assert {"id": "here"} == other.to_dict()["usermeta"]


def test_unknown_chart():
    """A mistyped chart names its neighbor."""
    with pytest.raises(UnknownNameError, match="Did you mean 'trend'"):
        charts.named("trends")


def test_two_charts_never_share_a_name():
    """A second chart of one name raises at import, not at the reader's desk."""

    def trend():
        """Clash with the chart of that name."""

    with pytest.raises(ValueError, match="declared twice"):
        charts.chart(of="weekly", rows=trend)(trend)


def test_altair_still_hides_errors():
    """Altair shows no output for a chart it cannot write; ``Review`` checks."""
    broken = alt.Chart(pd.DataFrame({"a": [1]})).mark_point().encode(x="nothing")

    with pytest.raises(ValueError, match="nothing"):
        broken.to_dict()


def test_a_year_of_days_stays_small():
    """A report with a dozen charts has room for 1 MB, and half is Vega's."""
    frame = counts(range(1_000, 1_090))
    spec = asked(charts.named("area").draw, "daily", frame).to_dict()

    assert len(json.dumps(spec)) < 32_000
