"""The state marks as layers of a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from kpi_kit.look import LIGHT
from kpi_kit.marks import MARKS

if TYPE_CHECKING:
    import pandas as pd

SIZE = 10  # pixels


def marked(data: pd.DataFrame, size: float = SIZE) -> list[alt.Chart]:
    """Return layers that draw each row's mark at ``x`` and ``y``.

    Parameters
    ----------
    data
        Columns ``x``, ``y`` and ``state``, one of the seven.
    size
        Height and width of a mark in pixels.
    """
    layers = []
    for state, rows in data.groupby("state", sort=True):
        mark = MARKS[str(state)]
        base = alt.Chart(rows[["x", "y"]]).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"))
        # A shape's paths go from -1 to 1, and its size is the square around them.
        line = {"size": size**2, "strokeWidth": mark.width * size / 2, "opacity": 1}
        dash = {"strokeDash": [2.2, 1.6]} if mark.dashed else {}
        paint = {"fill": _paint(mark.fill), "stroke": _paint(mark.stroke)}
        layers.append(base.mark_point(shape=mark.outline, **line, **paint, **dash))
        if mark.sign:
            paint = {"fill": _paint(mark.sign_fill), "stroke": _paint(mark.sign_stroke)}
            layers.append(base.mark_point(shape=mark.sign, **line, **paint))
    return layers


def _paint(token: str) -> str:
    return LIGHT[token] if token else "transparent"
