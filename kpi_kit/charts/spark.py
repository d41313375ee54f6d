"""A tile's sparkline: the last 13 periods as inline SVG, as wide as its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.charts import courses
from kpi_kit.look import variable
from kpi_kit.marks import paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kpi_kit.catalog import Card

POINTS = 13
TALL = 46  # pixels
# Lines stretch with the place, so that their part is drawn in hundredths of its width;
# marks do not, so that each has its own place in percent.
FIRST, LAST = 1.5, 94.0
EDGE = 7  # pixels over the highest and under the lowest value, for half a mark
MARK, SMALL = 10, 7  # pixels


def spark(
    frame: pd.DataFrame, *, metric: Card, target: float | None = None, state: str
) -> str:
    """Return a KPI's last 13 periods as inline SVG that needs no script.

    Parameters
    ----------
    frame
        Scorecard rows of every period, as :func:`trend` takes them.
    metric
        Gives the unit and what is better.
    target
        The contract's target, a rule; None draws none.
    state
        Where the KPI stands, one of the seven: the mark on its judged value.

    Returns
    -------
    str
        Hidden from who cannot see it: the tile says the same in words.
    """
    last = frame.sort_values("period_start").tail(POINTS)
    data = courses.course(last, metric, target)
    known = data["shown"].dropna()
    if known.empty:
        return _svg(_line([(0, TALL / 2), (100, TALL / 2)], "unknown", dash="1 3"))
    place = _Place([*known, *([] if target is None else [target])], len(data))
    lines = [] if target is None else [_line(place.across(target), "ink", width=1)]
    lines += [_box(gap, place) for gap in courses.gaps(data).itertuples()]
    lines += _course(data, place)
    judged = _judged_now(data)
    marks = [
        _mark(point, place, state if point.x == judged else point.state)
        for point in courses.ends(data).itertuples()
    ]
    return _svg("".join(lines), "".join(marks))


class _Place:
    """Where a period and a value stand: hundredths of the width, pixels of height."""

    def __init__(self, held: Sequence[float], periods: int) -> None:
        self.low, self.high = min(held), max(held)
        self.first, self.last = courses.outer(periods)

    def x(self, period: float) -> float:
        part = (period - self.first) / (self.last - self.first)
        return round(FIRST + part * (LAST - FIRST), 2)

    def y(self, value: float) -> float:
        if self.high == self.low:
            return TALL / 2
        part = (self.high - value) / (self.high - self.low)
        return round(EDGE + part * (TALL - 2 * EDGE), 1)

    def across(self, value: float) -> list[tuple[float, float]]:
        return [(0, self.y(value)), (100, self.y(value))]


def _judged_now(data: pd.DataFrame) -> int | None:
    """Return the place of the judged value, unless the newest periods have none."""
    at, final = courses.judged(data), data.loc[~data["is_early"], "x"]
    return at if final.empty or at == final.iloc[-1] else None


def _course(data: pd.DataFrame, place: _Place) -> list[str]:
    """Return the line, broken where a value is missing, and its dashed part."""
    found = []
    for column, dash in (("value", ""), ("dashed", "4 3")):
        there = data[column].notna()
        for _, run in data[there].groupby((~there).cumsum()[there]):
            points = [(place.x(p.x), place.y(p.shown)) for p in run.itertuples()]
            found.append(_line(points, "series", dash=dash))
    return found


def _line(
    points: Sequence[tuple[float, float]],
    token: str,
    *,
    width: float = 1.75,
    dash: str = "",
) -> str:
    if len(points) == 1:
        # A round end makes a dot of a line without length.
        points = [points[0], points[0]]
    more = f' stroke-dasharray="{dash}"' if dash else ' stroke-linecap="round"'
    path = "M" + "L".join(f"{x:g},{y:g}" for x, y in points)
    return (
        f'<path d="{path}" fill="none" stroke="{variable(token)}" '
        f'stroke-width="{width:g}" vector-effect="non-scaling-stroke"{more}/>'
    )


def _box(gap: Any, place: _Place) -> str:
    left = place.x(gap.x)
    right = 100 if gap.x2 == place.last else place.x(gap.x2)
    corners = [(left, 1), (right, 1), (right, TALL - 1), (left, TALL - 1), (left, 1)]
    return _line(corners, "compare", width=1, dash="2 3")


def _mark(point: Any, place: _Place, state: str) -> str:
    size = MARK if state != "too_few" else SMALL
    return (
        f'<svg x="{place.x(point.x):g}%" y="{place.y(point.y):g}" overflow="visible">'
        f'<g transform="scale({size / 2:g})">{paths(state)}</g></svg>'
    )


def _svg(lines: str, marks: str = "") -> str:
    stretched = f'viewBox="0 0 100 {TALL}" preserveAspectRatio="none"'
    return (
        f'<svg class="spark" width="100%" height="{TALL}" overflow="visible" '
        f'aria-hidden="true">'
        f'<svg width="100%" height="{TALL}" {stretched}>{lines}</svg>{marks}</svg>'
    )
