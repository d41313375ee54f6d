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

# Of the small charts' plots in pixels: on paper, beside three others, on a phone.
WIDTHS = (168, 220, 309)
NARROWEST = min(WIDTHS)
LETTER = 5.9
# In an expression of a chart: whether it has room beside its plot.
WIDE = "width > 480"
TALL = 13
SLACK = 4  # pixels that a label may rise above the plot
COMBINED = 100_000  # places of all labels that are weighed against one another
SHADE = 0.02  # what a square pixel of interval costs, less than a line
LOUD = "datum.kind == 'strong' || datum.kind == 'misses' ? 600 : 400"
# Behind letters, so that lines end before them.
PAPER = {"color": LIGHT["paper"], "stroke": LIGHT["paper"], "strokeWidth": 4}
PAPER |= {"strokeJoin": "round"}
TOKENS = {"quiet": "ink2", "caption": "ink3", "band": "band-label", "misses": "misses"}


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
    """The plot in its own units, and all that a label had better not cover.

    ``ribbon`` has a place on the axis of periods and the two bounds there.
    """

    x: Span
    y: Span
    height: float
    line: Sequence[tuple[float, float]] = ()
    ribbon: Sequence[tuple[float, float, float]] = ()
    points: Sequence[tuple[float, float]] = ()
    rules: Sequence[float] = ()
    verticals: Sequence[float] = ()

    def down(self, y: float) -> float:
        """Return how many pixels a value lies under the plot's top."""
        return self.height * (1 - self.y.part(y))


class _View:
    """A plot at one width, in pixels from its upper left corner."""

    def __init__(self, plot: Plot, width: float) -> None:
        self.plot, self.width = plot, width
        self.line = _dense([self.at(*point) for point in plot.line])
        ribbon = [(*self.at(x, high), plot.down(low)) for x, low, high in plot.ribbon]
        self.ribbon = _dense(ribbon, columns=3)
        self.rules = [plot.down(y) for y in plot.rules]
        self.verticals = [width * plot.x.part(x) for x in plot.verticals]

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.width * self.plot.x.part(x), self.plot.down(y)

    def mark(self, x: float, y: float) -> Box:
        x, y = self.at(x, y)
        return x - 6, y - 6, x + 6, y + 6

    def box(self, label: Label, spot: Spot) -> Box:
        x, y = self.at(spot.x, spot.y)
        wide = width_of(label.text, bold=label.kind == "strong")
        before = {"left": 0.0, "center": 0.5, "right": 1.0}[spot.align]
        left, top = x + spot.dx - before * wide, y + spot.dy - TALL / 2
        return left, top, left + wide, top + TALL

    def cost(self, box: Box) -> float:
        """Return how much a label there would cover of lines, or stick out."""
        left, top, right, bottom = box
        x, y = self.line.T
        inside = (x > left - 2) & (x < right + 2) & (y > top - 1) & (y < bottom + 1)
        crossed = sum(top < y < bottom for y in self.rules)
        cut = sum(left - 2 < x < right + 2 for x in self.verticals)
        beyond = max(0.0, -top - SLACK) + max(0.0, bottom - self.plot.height)
        beyond += max(0.0, -left) + max(0.0, right - self.width - 10)
        line = 1200 * inside.sum() / max(1, len(x))
        return line + SHADE * self._shaded(box) + 60 * crossed + 14 * cut + 20 * beyond

    def _shaded(self, box: Box) -> float:
        """Return how many square pixels of the interval lie under a box."""
        left, top, right, bottom = box
        if not len(self.ribbon):
            return 0.0
        x, high, low = self.ribbon.T
        tall = np.minimum(bottom, low) - np.maximum(top, high)
        under = np.where((x > left) & (x < right), tall.clip(min=0), 0)
        return under.mean() * (x[-1] - x[0])


def placed(labels: Iterable[Label], plot: Plot) -> pd.DataFrame:
    """Return the labels at the places where they cover least, taken together.

    Parameters
    ----------
    labels
        Each with the places it may stand in.
    plot
        What is drawn already.

    Returns
    -------
    pandas.DataFrame, one row per label
        ``text``, ``kind``, ``x``, ``y``, ``align``, ``dx``, ``dy``.
    """
    labels = list(labels)
    spots = _chosen(labels, plot) if labels else []
    rows = [
        {"text": label.text, "kind": label.kind, **asdict(spot)}
        for label, spot in zip(labels, spots, strict=True)
    ]
    columns = ["text", "kind", "x", "y", "align", "dx", "dy"]
    return pd.DataFrame(rows, columns=columns)


def _chosen(labels: Sequence[Label], plot: Plot) -> list[Spot]:
    views = [_View(plot, width) for width in WIDTHS]
    marks = np.array([[v.mark(*point) for v in views] for point in plot.points])
    most = int(COMBINED ** (1 / len(labels)))
    spots, boxes, costs = [], [], []
    for label in labels:
        at = np.array([[v.box(label, spot) for v in views] for spot in label.spots])
        cost = [max(map(_View.cost, views, at_spot)) for at_spot in at]
        cost = np.array(cost) + 0.5 * np.arange(len(at))
        cost += _overlaps(at, marks).sum(axis=1) if len(marks) else 0
        best = np.argsort(cost, kind="stable")[: max(1, most)]
        spots.append([label.spots[n] for n in best])
        boxes.append(at[best])
        costs.append(cost[best])
    chosen = _least(costs, boxes)
    return [of_label[n] for of_label, n in zip(spots, chosen, strict=True)]


def _least(costs: Sequence[np.ndarray], boxes: Sequence[np.ndarray]) -> list[int]:
    """Return the place of each label that together cost least, overlaps included."""
    axes = range(len(costs))
    total = np.zeros([len(cost) for cost in costs])
    for one in axes:
        total += np.expand_dims(costs[one], [n for n in axes if n != one])
        for two in range(one + 1, len(costs)):
            both = _overlaps(boxes[one], boxes[two])
            total += np.expand_dims(both, [n for n in axes if n not in (one, two)])
    return [int(n) for n in np.unravel_index(total.round(6).argmin(), total.shape)]


def _overlaps(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return what it costs that boxes cover one another, by pair, at all widths."""
    some, others = some[:, None], others[None]
    start = np.maximum(some[..., :2], others[..., :2])
    end = np.minimum(some[..., 2:], others[..., 2:])
    return 3 * (end - start).clip(min=0).prod(axis=-1).sum(axis=-1)


def width_of(text: str, *, bold: bool = False) -> float:
    """Return about how many pixels a text takes at the charts' size."""
    return len(text) * LETTER * (1.1 if bold else 1)


def _dense(points: Sequence[tuple[float, ...]], columns: int = 2) -> np.ndarray:
    """Return points every pixel or so along a line."""
    if len(points) < 2:
        return np.array(points, dtype=float).reshape(-1, columns)
    along, places = np.linspace(0, len(points) - 1, 300), np.arange(len(points))
    return np.column_stack(
        [np.interp(along, places, values) for values in zip(*points, strict=True)]
    )


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
    return [
        base.mark_text(**shape, **PAPER),
        base.mark_text(**shape).encode(color=_color(labels)),
    ]


def _color(labels: pd.DataFrame) -> alt.Color:
    conditions = [
        {"test": f"datum.kind == '{kind}'", "value": LIGHT[token]}
        for kind, token in TOKENS.items()
        if kind in set(labels["kind"])
    ]
    return alt.ColorValue(LIGHT["ink"], condition=conditions)
