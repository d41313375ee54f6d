"""A tile's sparkline: thirteen points, the target, the state at the end."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from kpi_kit.charts.spark import spark
from kpi_kit.marks import paths
from tests.charts.frames import NAN, WEEKLY, a_card, periods


def drawn(frame, **more):
    """Return a sparkline's lines, each as its points, and the whole."""
    given = {"metric": a_card(), "state": "misses"} | more
    text = spark(frame, **given)
    ET.fromstring(text)  # noqa: S314 - our own; raises unless well formed
    lines = re.findall(r'<path d="M([\d.,L-]+)" fill="none"[^>]*non-scaling', text)
    return [line.split("L") for line in lines], text


def test_shows_the_last_thirteen():
    """Of twenty weeks the first seven are past."""
    rows = [(200.0 + n, NAN, NAN, 90, "ok") for n in range(20)]
    lines, _ = drawn(periods(rows))

    assert [13] == [len(line) for line in lines]
    assert ("1.5,39", "94,7") == (lines[0][0], lines[0][-1])


def test_the_target_runs_across_and_is_held():
    """A target far above is at the top, the line below it."""
    lines, _ = drawn(periods([(200.0, NAN, NAN, 90, "ok")] * 3), target=300.0)

    assert ["0,7", "100,7"] == lines[0]
    assert {"39"} == {point.split(",")[1] for point in lines[1]}


def test_the_mark_is_the_given_state():
    """The scorecard knows more than the row: its state stands at the end."""
    _, text = drawn(WEEKLY, target=300.0, state="close")

    assert paths("close") in text
    assert paths("meets") not in text


def test_the_newest_week_without_a_number_leaves_the_mark_of_the_one_before():
    """A week of no tickets is no state of the week before it."""
    frame = WEEKLY.head(5).assign(status=["ok"] * 4 + ["too_few"])
    _, text = drawn(frame, target=300.0, state="too_few")

    assert paths("meets") in text
    assert paths("too_few") not in text


def test_breaks_and_dashes_like_its_chart():
    """Two weeks, one, then the last two dashed; a box where nothing is."""
    lines, text = drawn(WEEKLY)
    sizes = [len(line) for line in lines]

    assert [5, 2, 2, 2, 2] == sizes
    assert 1 == text.count('stroke-dasharray="2 3"')
    assert 1 == text.count('stroke-dasharray="4 3"')
    assert paths("not_mature") in text


def test_nothing_known_is_a_dotted_line():
    """A missing past is no empty tile."""
    _, text = drawn(WEEKLY.assign(value=NAN), state="not_computable")

    assert 'stroke-dasharray="1 3"' in text
    assert "scale(" not in text


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_a_flat_line_stands_midway(value):
    """No range is no division by it."""
    lines, _ = drawn(periods([(value, NAN, NAN, 90, "ok")] * 4))

    assert {"23"} == {point.split(",")[1] for point in lines[0]}


def test_one_week_is_one_mark():
    """The first report of a new vendor has a single week."""
    _, text = drawn(WEEKLY.head(1))

    assert 'x="47.75%"' in text


def test_is_hidden_from_who_hears_the_tile():
    """The tile's words say all of it."""
    assert 'aria-hidden="true"' in drawn(WEEKLY)[1]


def test_brings_its_colors_along():
    """JupyterLab declares none of the report's tokens."""
    colors = re.findall(r'(?:fill|stroke)="([^"]+)"', drawn(WEEKLY)[1])

    assert {"none"} | {c for c in colors if re.match(r"var\(--[\w-]+,#", c)} == set(
        colors
    )


def test_the_order_of_rows_says_nothing():
    """A frame backwards is the same past."""
    assert drawn(WEEKLY)[1] == drawn(WEEKLY[::-1])[1]


def test_a_day_is_a_period_too():
    """The daily digest shows days."""
    frame = WEEKLY.assign(
        period_end=[start + timedelta(days=1) for start in WEEKLY.period_start]
    )

    assert drawn(WEEKLY)[1] == drawn(frame)[1]
