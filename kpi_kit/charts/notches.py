"""Releases and holidays above and across a chart over time."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts.lettering import lettered, width_of
from kpi_kit.charts.scales import place
from kpi_kit.look import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

ABOVE = -11  # where the names stand, in pixels from the plot's top
APART = 8  # pixels between two names
TALL = 22  # pixels over the plot for the names, and without any
FLAT = 10
# How far a name may reach beyond the plot, to the left and to the right.
LEFT, RIGHT = 20, 12


def notches(marks: Iterable[tuple[date, str, str]], data: pd.DataFrame) -> pd.DataFrame:
    """Return the annotations that lie in the periods of a chart.

    Parameters
    ----------
    marks
        Day, label and kind of each: release, launch, holiday, staffing, other.
    data
        The periods in order: ``start`` and ``end`` of each.

    Returns
    -------
    pandas.DataFrame, one row per annotation, releases before holidays
        ``x`` on the axis of periods, ``part`` of its length, ``text`` and about how
        ``wide`` it is, ``is_holiday``, and ``room``: the pixels of plot from which on
        the name meets none of the rows before.
    """
    starts, end = list(data["start"]), max(data["end"], default=None)
    order = sorted(marks, key=lambda mark: (mark[2] == "holiday", mark[0]))
    rows: list[dict[str, object]] = []
    for day, label, kind in order:
        x = place(day, starts, end)
        if x is not None:
            part, wide = x / max(1, len(starts) - 1), width_of(label)
            seen = {"text": label, "wide": round(wide), "kind": "caption"}
            where = {"x": round(x, 3), "part": round(part, 4)}
            room = max((_room(part, wide, row) for row in rows), default=0)
            rows.append(
                {**where, **seen, "room": room, "is_holiday": kind == "holiday"}
            )
    columns = ["x", "part", "text", "wide", "kind", "room", "is_holiday"]
    return pd.DataFrame(rows, columns=columns).astype({"is_holiday": bool})


def room(marks: Sequence[tuple[date, str, str]]) -> int:
    """Return the pixels over a plot: charts with the same marks are of one height."""
    return TALL if marks else FLAT


def _room(part: float, wide: float, other: dict) -> int:
    """Return how long the plot has to be for two names not to meet."""
    needed = (wide + other["wide"]) / 2 + APART
    between = abs(part - other["part"])
    return ceil(needed / between) if between else 1_000_000


def drawn(data: pd.DataFrame, length: str = "width") -> list[alt.Chart]:
    """Return dashed verticals for releases, short ticks for holidays, and the names.

    Parameters
    ----------
    data
        As :func:`notches`.
    length
        The plot's length in pixels, as an expression.
    """
    ground = alt.ExprRef("height")
    # A tick says nothing without its name; a release still parts before from after.
    named = f"({length}) >= datum.room ? 1 : 0"
    layers = [
        _rule(rows, bottom=bottom, **shape)
        for rows, bottom, shape in (
            (data[~data["is_holiday"]], ground, {"strokeDash": [4, 3]}),
            (data[data["is_holiday"]], 1, {"opacity": alt.ExprRef(named)}),
        )
        if not rows.empty
    ]
    longest = f"({length}) + {LEFT + RIGHT}"
    at, half = f"datum.part * ({length})", f"min(datum.wide, {longest}) / 2"
    most = f"({length}) + {RIGHT} - {half} - {at}"
    shape = {
        "align": "'center'",
        "limit": longest,  # what is longer ends in dots
        "dy": "0",
        # In the middle over its day, moved where it would reach beyond the plot.
        "dx": f"max(min(0, {most}), {half} - {LEFT} - {at})",
        "opacity": named,
    }
    names = data.drop(columns="is_holiday")
    return layers + lettered(names, shape, y=alt.YValue(ABOVE))


def _rule(rows: pd.DataFrame, *, bottom: object, **shape: object) -> alt.Chart:
    line = alt.Chart(rows[["x", "room"]]).mark_rule(
        color=LIGHT["ink3"], strokeWidth=1, **shape
    )
    ends = {"y": alt.YValue(-4), "y2": alt.Y2Value(bottom)}
    return line.encode(x=alt.X("x:Q"), **ends)
