"""Words inside a chart stand where they cover least."""

from __future__ import annotations

import pytest

from kpi_kit.charts.lettering import WIDTHS, Label, Plot, Spot, placed, width_of
from kpi_kit.charts.scales import Span

AXIS = Span(low=0, high=10, at=())


def a_plot(**drawn):
    """Return a plot of ten by ten, 130 pixels high."""
    return Plot(x=AXIS, y=AXIS, height=130, **drawn)


def label(text, *at, kind="quiet"):
    """Return a label that may stand at these points, the first of them best."""
    return Label(text=text, kind=kind, spots=tuple(Spot(x=x, y=y) for x, y in at))


def places(labels, plot):
    """Return where each label stands, by its text."""
    found = placed(labels, plot).itertuples()
    return {row.text: (row.x, row.y) for row in found}


def test_the_first_place_is_the_best():
    """With nothing in the way a label stands where it is meant to."""
    assert {"a": (1, 5)} == places([label("a", (1, 5), (1, 2))], a_plot())


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param({"line": [(0, 5), (10, 5)]}, id="line"),
        pytest.param({"ribbon": [(0, 3, 7), (10, 3, 7)]}, id="interval"),
        pytest.param({"points": [(1.2, 5)]}, id="mark"),
        pytest.param({"rules": [5]}, id="rule"),
        pytest.param({"verticals": [1.5]}, id="release"),
        pytest.param({"verticals": [1]}, id="edge-of-a-gap"),
    ],
)
def test_makes_way_for_what_is_drawn(drawn):
    """Whatever runs through the first place, the label takes the free one."""
    words = label("baseline", (1, 5), (3, 9))

    assert {"baseline": (3, 9)} == places([words], a_plot(**drawn))


def test_words_make_way_for_one_another():
    """The first gives up its best place, because the second has no other.

    One after the other, each at the best place left, they would meet.
    """
    labels = [label("limit 4 h", (1, 5), (1, 8)), label("4 h 18", (1, 5))]

    assert {"limit 4 h": (1, 8), "4 h 18": (1, 5)} == places(labels, a_plot())


def test_a_place_holds_at_every_width():
    """Beside a release in a wide plot, across it in a narrow one: not there."""
    text = "not mature yet"
    room = width_of(text) + 4
    narrow, wide = min(WIDTHS), max(WIDTHS)
    release = 10 * room / wide
    assert 10 * room / narrow > release
    words = label(text, (0, 5), (release + 0.2, 2))

    assert {text: (release + 0.2, 2)} == places([words], a_plot(verticals=[release]))


def test_many_labels_are_placed_too():
    """Ten gaps have ten reasons; each keeps one of its places."""
    labels = [label(f"gap {n}", (n, 5), (n, 2), (n, 8)) for n in range(10)]
    found = places(labels, a_plot(line=[(0, 5), (10, 5)]))

    assert [f"gap {n}" for n in range(10)] == list(found)
    assert all(y != 5 for _, y in found.values())


def test_no_label_is_no_row():
    """A chart without words has an empty frame with the same columns."""
    columns = ["text", "kind", "x", "y", "align", "dx", "dy"]

    assert columns == list(placed([], a_plot()).columns)
