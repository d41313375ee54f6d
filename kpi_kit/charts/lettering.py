"""Words inside a chart: where each stands so that it covers nothing, on paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from kpi_kit.look import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpi_kit.charts.scales import Span

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels

# What fits into the narrowest plot, of a chart of 268 pixels, fits into all.
NARROWEST = 218
LETTER = 5.9
# In an expression of a chart: whether it has room beside its plot.
WIDE = "width > 480"
TALL = 13
SLACK = 4  # pixels that a label may rise above the plot
LOUD = "datum.kind == 'strong' || datum.kind == 'misses' ? 600 : 400"
TOKENS = {"quiet": "ink3", "band": "band-label", "misses": "misses"}


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a label may stand: at a point of the plot, some pixels away from it."""

    x: float
    y: float
    align: str = "left"
    dx: float = 0
    dy: float = 0


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text, how loud it is, and the places it may stand in, the best first."""

    text: str
    kind: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, kw_only=True)
class Plot:
    """The plot in pixels, and all that a label had better not cover."""

    x: Span
    y: Span
    height: float
    line: Sequence[tuple[float, float]] = ()
    points: Sequence[tuple[float, float]] = ()
    rules: Sequence[float] = ()
    verticals: Sequence[float] = ()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a point in pixels from the plot's upper left corner."""
        return NARROWEST * self.x.part(x), self.height * (1 - self.y.part(y))


def placed(labels: Iterable[Label], plot: Plot) -> pd.DataFrame:
    """Return each label at the place where it covers least.

    Parameters
    ----------
    labels
        The most important one first: it chooses first.
    plot
        What is drawn already.

    Returns
    -------
    pandas.DataFrame, one row per label
        ``text``, ``kind``, ``x``, ``y``, ``align``, ``dx``, ``dy``.
    """
    taken = [_around(*plot.at(*point)) for point in plot.points]
    line = _dense([plot.at(*point) for point in plot.line])
    rows = []
    for label in labels:
        boxes = [_box(label, spot, plot) for spot in label.spots]
        costs = [_cost(box, plot, line, taken) + n for n, box in enumerate(boxes)]
        best = int(np.argmin(costs))
        taken.append(boxes[best])
        words = {"text": label.text, "kind": label.kind}
        rows.append({**words, **asdict(label.spots[best])})
    columns = ["text", "kind", "x", "y", "align", "dx", "dy"]
    return pd.DataFrame(rows, columns=columns)


def width_of(text: str, *, bold: bool = False) -> float:
    """Return about how many pixels a text takes at the charts' size."""
    return len(text) * LETTER * (1.1 if bold else 1)


def _box(label: Label, spot: Spot, plot: Plot) -> Box:
    x, y = plot.at(spot.x, spot.y)
    wide = width_of(label.text, bold=label.kind == "strong")
    before = {"left": 0.0, "center": 0.5, "right": 1.0}[spot.align]
    left, top = x + spot.dx - before * wide, y + spot.dy - TALL / 2
    return left, top, left + wide, top + TALL


def _around(x: float, y: float) -> Box:
    return x - 6, y - 6, x + 6, y + 6


def _dense(points: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return points every pixel or so along a line."""
    if len(points) < 2:
        return np.array(points).reshape(-1, 2)
    xs, ys = np.array(points).T
    along = np.linspace(0, len(points) - 1, 400)
    places = np.arange(len(points))
    return np.column_stack([np.interp(along, places, xs), np.interp(along, places, ys)])


def _cost(box: Box, plot: Plot, line: np.ndarray, taken: Sequence[Box]) -> float:
    left, top, right, bottom = box
    over = sum(_overlap(box, other) for other in taken)
    inside = (
        (line[:, 0] > left - 2)
        & (line[:, 0] < right + 2)
        & (line[:, 1] > top - 1)
        & (line[:, 1] < bottom + 1)
    )
    crossed = sum(top < plot.at(plot.x.low, y)[1] < bottom for y in plot.rules)
    cut = sum(left < plot.at(x, plot.y.low)[0] < right for x in plot.verticals)
    beyond = max(0.0, -top - SLACK) + max(0.0, bottom - plot.height) + max(0.0, -left)
    beyond += max(0.0, right - NARROWEST - 10)
    return 5 * over + 2 * inside.sum() + 30 * crossed + 4 * cut + 20 * beyond


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, tall)


def lettered(
    labels: pd.DataFrame, shape: Mapping[str, str] | None = None, **where: Any
) -> list[alt.Chart]:
    """Return labels as layers: paper three pixels wide behind the letters, then these.

    Parameters
    ----------
    labels
        As :func:`placed` gives them.
    shape
        ``align``, ``dx``, ``dy`` and ``opacity`` as expressions, where not a column's.
    **where
        ``x`` or ``y``, where all stand at the same one.
    """
    if labels.empty:
        return []
    place = {"x": alt.X("x:Q"), "y": alt.Y("y:Q"), "text": alt.Text("text:N")}
    base = alt.Chart(labels).encode(**place | where)
    said = {name: f"datum.{name}" for name in ("align", "dx", "dy")} | (shape or {})
    said["fontWeight"] = LOUD
    shape = {name: alt.ExprRef(text) for name, text in said.items()}
    shape |= {"baseline": "middle"}
    paper = {"color": LIGHT["paper"], "stroke": LIGHT["paper"], "strokeWidth": 3}
    return [
        base.mark_text(**shape, **paper),
        base.mark_text(**shape).encode(color=_color(labels)),
    ]


def _color(labels: pd.DataFrame) -> alt.Color:
    conditions = [
        {"test": f"datum.kind == '{kind}'", "value": LIGHT[token]}
        for kind, token in TOKENS.items()
        if kind in set(labels["kind"])
    ]
    return alt.ColorValue(LIGHT["ink"], condition=conditions)
