"""One KPI by one dimension: sorted, with its doubt, what misses in semibold."""

from __future__ import annotations

import pytest

from kpi_kit import charts
from tests.charts.frames import (
    NAN,
    SHARE,
    SLICES,
    a_band,
    a_card,
    data_of,
    sliced,
    texts_of,
)


@pytest.fixture(autouse=True)
def _report_look():
    charts.use_report_renderer()


def dots(frame=SLICES, metric=SHARE, **more):
    """Return the specification of the dots."""
    draw = charts.named("dots").draw
    return draw(frame, metric=metric, by="issue_type", **more).to_dict()


def names(spec):
    """Return the names from top to bottom."""
    return [row["name"] for row in data_of(spec, "state")]


def test_the_best_is_first_and_too_few_last():
    """Gift cards would lead with 90%, of twelve tickets."""
    assert ["Order status", "Payment", "Login", "Gift cards"] == names(dots())


def test_what_is_better_is_first():
    """Of waiting times the short ones; without a direction the large ones."""
    rows = [("a", 300.0, 290.0, 310.0, 90, "ok"), ("b", 200.0, 190.0, 210.0, 91, "ok")]
    frame = sliced(["issue_type"], rows)

    assert ["B", "A"] == names(dots(frame, a_card()))
    assert ["A", "B"] == names(dots(frame, a_card(better="neither")))


def test_value_and_n_stand_at_the_edge():
    """Too few has no value to read, only how few."""
    found = [row["right"] for row in data_of(dots(), "right")]

    assert ["72.0% · 318", "56.9% · 72", "40.1% · 262", "too few (n=12)"] == found


def test_only_what_clearly_misses_is_loud():
    """Payment's interval of 45 to 68% holds the 65%: too close to call."""
    found = {row["name"]: row["state"] for row in data_of(dots(target=0.65), "state")}

    assert {
        "Order status": "meets",
        "Payment": "close",
        "Login": "misses",
        "Gift cards": "too_few",
    } == found
    assert "clearly missed by Login." in dots(target=0.65)["description"]


def test_a_duration_of_a_few_tickets_squeezes_nothing():
    """One ticket that took a week would leave no room for what is known."""
    rows = [
        ("usual", 200.0, 190.0, 210.0, 900, "ok"),
        ("strange", 10_080.0, NAN, NAN, 1, "too_few"),
        ("rare", 205.0, 100.0, 5_000.0, 9, "too_few"),
    ]
    spec = dots(sliced(["issue_type"], rows), a_card())
    _, high = spec["encoding"]["x"]["scale"]["domain"]
    reach = max(row["high"] for row in data_of_all(spec, "high"))

    assert high < 240
    assert high == reach


def data_of_all(spec, column):
    """Return the rows of all data sets with this column."""
    sets = spec["datasets"].values()
    return [row for rows in sets for row in rows if column in row]


@pytest.mark.parametrize(
    ("target", "band", "sides"),
    [
        pytest.param(0.65, (0.65, 0.75), ("right", "left"), id="band-beyond"),
        pytest.param(0.65, (0.5, 0.6), ("left", "right"), id="band-before"),
    ],
)
def test_target_and_band_are_named_on_either_side(target, band, sides):
    """The two labels never meet."""
    spec = dots(target=target, band=a_band(*band))
    found = {row["text"]: row["align"] for row in data_of(spec, "align")}

    assert {"min. 65%": sides[0], "HDI 2024 band": sides[1]} == found


def test_the_column_is_headed():
    """What stands at the edge is named once."""
    median = SLICES.assign(statistic="median", clock="business", value=90.0)

    assert "share · n" in texts_of(dots())
    assert "median · n" in texts_of(dots(median, a_card()))


def test_names_stand_over_their_intervals_where_it_is_narrow():
    """Beside them they would leave the plot a quarter of a phone; rows are higher."""
    spec = dots()
    narrow = spec["usermeta"]["narrow"]

    assert [{"name": "narrow", "value": False}] == spec["params"]
    assert [{"name": "narrow", "value": True}] == narrow["params"]
    assert 4 * 28 == spec["height"] < narrow["height"] == 4 * 40


def test_the_table_behind_it():
    """In the order of the picture, under the dimension's name."""
    heads, rows = charts.named("dots").rows(SLICES, metric=SHARE, by="issue_type")

    assert ("Issue type", "Value", "95% interval", "n", "State") == heads
    assert ("Gift cards", "90.0%", "60.0 to 98.0%", "12", "too few (n=12)") == rows[-1]
