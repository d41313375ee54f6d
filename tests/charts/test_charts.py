"""Every chart is whole: valid, as JSON, as a picture, and its shape is known."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
import vl_convert

from kpi_kit import charts, mime
from kpi_kit.catalog import Card
from kpi_kit.errors import UnknownNameError

SNAPSHOTS = Path(__file__).parent / "snapshots"
NAN = float("nan")


def weekly(rows):
    """Return a frame of one row per week from (value, low, high, n, status)."""
    columns = ["value", "low", "high", "n", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    first = date(2026, 8, 17)
    starts = [first + timedelta(weeks=week) for week in range(len(rows))]
    ends = [start + timedelta(weeks=1) for start in starts]
    return frame.assign(period_start=starts, period_end=ends)


def a_card(unit="minutes", better="lower", kind="duration"):
    """Return a card with the fields that a chart reads."""
    return Card(
        name="first_response_time",
        label="First response time",
        kind=kind,
        unit=unit,
        better=better,
        dated_by="created_at",
        definition="",
        formula="",
        needs=(),
        source="",
        measure="first_response",
    )


# No two numbers are alike, so that a value drawn in the wrong place shows.
EXAMPLE = weekly(
    [
        (212.0, 190.0, 231.0, 118, "ok"),
        (224.0, 201.0, 240.0, 124, "ok"),
        (181.0, 95.0, 305.0, 12, "too_few"),
        (238.0, 217.0, 259.0, 131, "ok"),
        (NAN, NAN, NAN, 0, "too_few"),
        (258.0, 246.0, 271.0, 140, "ok"),
        (263.0, 244.0, 290.0, 90, "provisional"),
    ]
)
FRAMES = {"weekly": EXAMPLE}


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


@pytest.fixture(params=sorted(charts.CHARTS))
def drawn(request):
    """Return each chart of the kit, drawn from the example of its frame."""
    card = charts.named(request.param)
    return card.draw(FRAMES[card.of], metric=a_card(), target=240.0)


def without_data(part):
    """Return a specification without its rows and without names made from them."""
    if isinstance(part, dict):
        dropped = {"datasets", "data", "name", "usermeta"}
        return {k: without_data(v) for k, v in part.items() if k not in dropped}
    return [without_data(item) for item in part] if isinstance(part, list) else part


def rows(chart):
    """Return the rows of a chart's first data set."""
    return next(iter(chart.to_dict()["datasets"].values()))


def test_survives_json(drawn):
    """What Altair accepts, JSON carries without loss and without NaN."""
    spec = drawn.to_dict()

    assert spec == json.loads(json.dumps(spec, allow_nan=False))


def test_becomes_a_picture(drawn):
    """The mail's pictures come from the same specification, without a browser."""
    picture = vl_convert.vegalite_to_png(drawn.to_dict())

    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 4_000


def test_says_what_it_shows(drawn):
    """A chart carries its own words for who cannot see it."""
    assert "First response time" in drawn.to_dict()["description"]


def test_displays_as_one_mime_type(drawn):
    """JupyterLab and the report read the same single output."""
    assert [mime.CHART] == list(drawn._repr_mimebundle_())


def test_snapshot(drawn, request):
    """A change of a chart's grammar is seen; delete the file to accept it."""
    path = SNAPSHOTS / f"{request.node.callspec.params['drawn']}.json"
    spec = without_data(drawn.to_dict())
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(spec, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert json.loads(path.read_text("utf-8")) == spec


def test_trend_breaks_where_there_is_no_number():
    """Too few and missing weeks leave the line; the too-few one keeps its circle."""
    found = rows(charts.named("trend").draw(EXAMPLE, metric=a_card()))

    assert [212, 224, None, 238, None, 258, None] == [r["value"] for r in found]
    assert [181, 263] == [r["open"] for r in found if r["open"] is not None]


def test_trend_dashes_into_the_provisional_week():
    """The dashed line starts at the last certain week and ends at the open point."""
    found = rows(charts.named("trend").draw(EXAMPLE, metric=a_card()))

    assert [None] * 5 + [258, 263] == [r["provisional"] for r in found]


def test_trend_opens_the_cut_weeks_of_a_count():
    """Six days' tickets are no week's: dashed and open, at either end of the line."""
    starts = [date(2026, 8, 18), *EXAMPLE.period_start[1:]]
    ends = [*EXAMPLE.period_end[:6], EXAMPLE.period_start[6] + timedelta(days=3)]
    frame = EXAMPLE.assign(period_start=starts, period_end=ends, status="ok")
    found = rows(
        charts.named("trend").draw(frame, metric=a_card("count", "neither", "count"))
    )

    assert [None, 224, 181, 238, None, 258, None] == [r["value"] for r in found]
    assert [212, 224, None, None, None, 258, 263] == [r["provisional"] for r in found]
    assert [212, 263] == [r["open"] for r in found if r["open"] is not None]
    assert ["6 of 7 days", "3 of 7 days"] == [found[n]["state"] for n in (0, 6)]


@pytest.mark.parametrize("kind", ["duration", "share", "stock"])
def test_a_cut_week_of_another_kpi_is_whole(kind):
    """A median of six days is a median, an open ticket is open at their end."""
    ends = [start + timedelta(days=2) for start in EXAMPLE.period_start]
    frame = EXAMPLE.assign(period_end=ends, status="ok", value=1.0)
    found = rows(charts.named("trend").draw(frame, metric=a_card(kind=kind)))

    assert [None] * 7 == [r["open"] for r in found]


@pytest.mark.parametrize("unit", ["count", "minutes"])
def test_a_count_starts_at_zero(unit):
    """A volume that fell by a tenth does not look halved."""
    frame = EXAMPLE.assign(value=[900.0 + n for n in range(7)], low=NAN, high=NAN)
    spec = charts.named("trend").draw(frame, metric=a_card(unit)).to_dict()
    low, _ = spec["layer"][1]["encoding"]["y"]["scale"]["domain"]

    assert (low == 0) is (unit == "count")


def test_a_title_is_the_charts_own():
    """JupyterLab draws it, the report's page sets it as text."""
    chart = charts.named("trend").draw(EXAMPLE, metric=a_card())
    spec = charts.titled(chart, "Of what", ["and how"]).to_dict()

    assert {"text": "Of what", "subtitle": ["and how"]} == spec["title"]


def test_trend_speaks_in_the_unit():
    """Minutes are shown as hours, in the axis, the label and the tooltip."""
    chart = charts.named("trend").draw(EXAMPLE, metric=a_card(), target=240.0)
    spec = json.dumps(chart.to_dict(), ensure_ascii=False)

    assert '"limit 4 h"' in spec
    assert "3 h 20 min" not in spec
    assert "4 h 23 min" == rows(chart)[-1]["last_text"]


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(EXAMPLE.head(0), id="no-rows"),
        pytest.param(EXAMPLE.head(1), id="one-row"),
        pytest.param(EXAMPLE.assign(value=NAN, low=NAN, high=NAN), id="no-values"),
        pytest.param(EXAMPLE.assign(value=None, low=None, high=None), id="nulls"),
        pytest.param(EXAMPLE.assign(value=0.0, low=0.0, high=0.0), id="all-zero"),
        pytest.param(EXAMPLE.assign(value=90_000.0), id="months"),
    ],
)
def test_trend_draws_thin_data(frame):
    """Empty and one-row frames are first-class: a picture, not an error."""
    chart = charts.named("trend").draw(frame, metric=a_card())

    assert vl_convert.vegalite_to_png(chart.to_dict()).startswith(b"\x89PNG")


@pytest.mark.parametrize("unit", ["minutes", "share", "count", "score"])
def test_trend_knows_every_unit(unit):
    """Each unit has ticks and words."""
    frame = EXAMPLE.assign(value=EXAMPLE.value / 300, low=0.1, high=0.9)
    chart = charts.named("trend").draw(frame, metric=a_card(unit, "higher"), target=0.8)

    assert "min. " in json.dumps(chart.to_dict())


def test_unknown_chart():
    """A mistyped chart names its neighbor."""
    with pytest.raises(UnknownNameError, match="Did you mean 'trend'"):
        charts.named("trends")


def test_two_charts_never_share_a_name():
    """A second chart of one name raises at import, not at the reader's desk."""

    def trend():
        """Clash with the chart of that name."""

    with pytest.raises(ValueError, match="declared twice"):
        charts.chart(of="weekly")(trend)


def test_altair_still_hides_errors():
    """Altair shows no output for a chart it cannot write; ``Review.draw`` checks."""
    broken = alt.Chart(pd.DataFrame({"a": [1]})).mark_point().encode(x="nothing")

    with pytest.raises(ValueError, match="nothing"):
        broken.to_dict()


@pytest.mark.parametrize(("clock", "said"), [("business", "72 h"), ("calendar", "3 d")])
def test_trend_has_no_days_of_business_hours(clock, said):
    """An office day has no 24 hours: label, axis and limit stay in hours."""
    frame = weekly([(4608.0, 4000.0, 5000.0, 40, "ok")] * 2).assign(clock=clock)
    chart = charts.named("trend").draw(frame, metric=a_card(), target=4320.0)

    assert f"limit {said}" in chart.to_json()
    assert ("76 h 48 min" in chart.to_json()) == (clock == "business")
