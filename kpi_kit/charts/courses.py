"""A KPI's course: its rows in order, each drawn as sure as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from kpi_kit.charts.leads import Leads, stripes
from kpi_kit.charts.lettering import Label, Plot, Spot
from kpi_kit.charts.scales import Span, upright
from kpi_kit.charts.telling import TITLES, described, numbers, subject, told, tooltip
from kpi_kit.look import LIGHT
from kpi_kit.states import WEEK, cut_text, is_cut
from kpi_kit.units import MISSING

if TYPE_CHECKING:
    from kpi_kit.catalog import Card

# The columns that stand in the picture's data; the others are for whoever draws it.
# What periods of at most so many days are called.
STEPS = {"week": 7, "month": 31, "quarter": 92}
BELOW = 22  # pixels under a plot for the dates
DRAWN = ["x", "value", "low", "high", "dashed"]


def course(frame: pd.DataFrame, metric: Card, target: float | None) -> pd.DataFrame:
    """Return the rows of one KPI in order, and how each is drawn.

    Parameters
    ----------
    frame
        Scorecard rows of one statistic and clock, in any order.
    metric, target
        What they are about and held against.

    Returns
    -------
    pandas.DataFrame, one row per period
        ``x`` (its place), ``start`` and ``end``; ``shown`` (the value, however sure),
        ``value`` (where it is sure), ``low`` and ``high`` (where the interval is
        drawn), ``dashed`` (the value where it is not final, and of the sure ones
        beside), ``is_early``, and what :func:`told` says.
    """
    rows = frame.sort_values("period_start", ignore_index=True)
    said = told(rows, metric, target)
    bounds = numbers(rows, "value", "low", "high")
    part = _is_part(rows, metric)
    spans = zip(rows["period_start"], rows["period_end"], strict=True)
    cut = pd.Series([cut_text(*days) for days in spans], index=rows.index, dtype=object)
    early = (rows["status"] == "provisional") | part
    sure = (rows["status"] == "ok") & ~part & bounds["value"].notna()
    beside = early.shift(-1, fill_value=False) | early.shift(1, fill_value=False)
    return said.assign(
        x=rows.index,
        start=rows["period_start"],
        end=rows["period_end"],
        shown=bounds["value"],
        value=bounds["value"].where(sure),
        low=bounds["low"].where(sure | early),
        high=bounds["high"].where(sure | early),
        dashed=bounds["value"].where(early | (sure & beside)),
        is_early=early,
        state=said["state"].mask(part, "not_mature"),
        state_words=said["state_words"].mask(part, cut),
    )


def _is_part(rows: pd.DataFrame, metric: Card) -> pd.Series:
    # A median over six days is a median; a count over six days is no week's count.
    spans = list(zip(rows["period_start"], rows["period_end"], strict=True))
    longest = max((end - start for start, end in spans), default=WEEK)
    daily, monthly = longest <= WEEK / 7, longest > WEEK
    counts = metric.kind == "count" and not daily
    cut = [
        counts and (is_cut(start, end) or (monthly and end - start <= WEEK))
        for start, end in spans
    ]
    return pd.Series(cut, index=rows.index, dtype=bool)


def step(data: pd.DataFrame) -> str:
    """Return what the rows are: days, weeks, months, quarters or other periods."""
    days = [(row.end - row.start).days for row in data.itertuples()]
    if set(days) == {1}:
        return "day"
    # The first one may be the baseline, which is none of them.
    most = max(days[1:] or days, default=0)
    return next((name for name, least in STEPS.items() if most <= least), "period")


def judged(data: pd.DataFrame) -> int | None:
    """Return the place of the last value that can be judged; else of the last value."""
    known = data[data["shown"].notna()]
    final = known[~known["is_early"]]
    chosen = known if final.empty else final
    return None if chosen.empty else int(chosen["x"].iloc[-1])


def ends(data: pd.DataFrame) -> pd.DataFrame:
    """Return the points with a mark: the judged one, the unsure ones, the open ends."""
    before = data["is_early"].shift(1, fill_value=False)
    after = data["is_early"].shift(-1, fill_value=False)
    open_end = data["is_early"] & ~(before & after)
    few = data["state"] == "too_few"
    kept = (data["x"] == judged(data)) | open_end | few
    points = data[kept & data["shown"].notna()]
    return points[["x", "shown", "state"]].rename(columns={"shown": "y"})


def lines(data: pd.DataFrame) -> list[alt.Chart]:
    """Return the interval, the line, its dashed part, and values without neighbors."""
    base = alt.Chart(data[DRAWN])
    value, known = data["value"].notna(), data["dashed"].notna()
    joined = (value | known).astype(int)
    alone = value & (
        joined.shift(1, fill_value=0) + joined.shift(-1, fill_value=0) == 0
    )
    layers = []
    if data["low"].notna().any():
        ribbon = base.mark_area(color=LIGHT["interval"])
        layers.append(
            ribbon.encode(x=alt.X("x:Q"), y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
        )
    if alone.any():
        layers += _alone(alt.Chart(data.loc[alone, DRAWN]))
    layers.append(base.mark_line().encode(x=alt.X("x:Q"), y=alt.Y("value:Q")))
    if known.any():
        dashed = base.mark_line(strokeDash=[4, 3])
        layers.append(dashed.encode(x=alt.X("x:Q"), y=alt.Y("dashed:Q")))
    return layers


def _alone(base: alt.Chart) -> list[alt.Chart]:
    bar = base.mark_rule(color=LIGHT["interval"], strokeWidth=6)
    dot = base.mark_point(shape="circle", size=14, fill=LIGHT["series"], opacity=1)
    return [
        bar.encode(x=alt.X("x:Q"), y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        dot.encode(x=alt.X("x:Q"), y=alt.Y("value:Q")),
    ]


def gaps(data: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches without a value after the first one, and why.

    Returns
    -------
    pandas.DataFrame
        ``x`` and ``x2``, halfway to the rows beside; ``text``.
    """
    missing = data["shown"].isna()
    if not missing.all():
        missing &= data["x"] > data["shown"].first_valid_index()
    first, last = outer(len(data))
    runs = (missing != missing.shift()).cumsum()[missing]
    rows = [
        {
            "x": max(first, min(run) - 0.5),
            "x2": min(last, max(run) + 0.5),
            "text": _reason(data.loc[run[0], "state_words"]),
        }
        for run in runs.groupby(runs).groups.values()
    ]
    return pd.DataFrame(rows, columns=["x", "x2", "text"])


def _reason(state: str) -> str:
    # What stands behind is said where there is room: in the table.
    if "; data " in state or "; no data" in state:
        return "days missing"
    if state.startswith("provisional"):
        return "not mature yet"
    short = state.partition(":")[0].partition(";")[0]
    return "no tickets" if state.endswith("(n=0)") else short


def outer(periods: int) -> tuple[int, int]:
    """Return both ends of the axis of so many periods; a single one stands midway."""
    return (0, periods - 1) if periods > 1 else (-1, 1)


def boxes(found: pd.DataFrame) -> list[alt.Chart]:
    """Return an empty dashed box for each gap."""
    if found.empty:
        return []
    box = alt.Chart(found[["x", "x2"]]).mark_rect(
        fill="transparent", stroke=LIGHT["compare"], strokeDash=[2, 3], strokeWidth=1
    )
    return [box.encode(x=alt.X("x:Q"), x2=alt.X2("x2:Q"), **upright())]


def reasons(found: pd.DataFrame, axis: Span) -> list[Label]:
    """Return why there is nothing, as labels inside the gaps."""
    return [
        Label(text=gap.text, kind="quiet", spots=_inside(gap, axis))
        for gap in found.itertuples()
    ]


def _inside(gap: Any, axis: Span) -> tuple[Spot, ...]:
    """Return places in the middle of a gap, and close beside it."""
    sides = (
        ((gap.x + gap.x2) / 2, "center", 0),
        (gap.x, "right", -4),
        (gap.x2, "left", 4),
    )
    parts = (0.25, 0.5, 0.75)
    heights = [(axis.low, -10), (axis.high, 10)]
    heights += [(axis.low + part * (axis.high - axis.low), 0) for part in parts]
    return tuple(
        Spot(x=x, y=y, align=align, dx=dx, dy=dy)
        for x, align, dx in sides
        for y, dy in heights
    )


def plot(
    data: pd.DataFrame,
    axis: Span,
    upon: pd.DataFrame,
    ends: pd.DataFrame,
    *,
    height: int,
    **more: Any,
) -> Plot:
    """Return where a course is drawn, its gaps, the releases ``upon`` it and its marks.

    ``height`` is that of the plot and the dates under it.
    """
    first, last = outer(len(data))
    known = data[data["shown"].notna() & (data["state"] != "too_few")]
    bounds, boxes = data[["x", "low", "high"]].dropna(), gaps(data)
    return Plot(
        x=Span(low=first, high=last, at=()),
        y=axis,
        height=height - BELOW,
        line=list(zip(known["x"], known["shown"], strict=True)),
        ribbon=list(bounds.itertuples(index=False, name=None)),
        verticals=[*upon.loc[~upon["is_holiday"], "x"], *boxes["x"], *boxes["x2"]],
        points=list(zip(ends["x"], ends["y"], strict=True)),
        **more,
    )


def hover(data: pd.DataFrame, top: float = 0, leads: Leads = None) -> list[alt.Chart]:
    """Return a stripe per period that nobody sees and that carries its tooltip.

    It reaches ``top`` pixels above the plot, so that charts with names of releases
    there and charts without are of one height.  ``leads`` says by first day and end of
    a period where it leads to.
    """
    kept = [n for n in TITLES if n in data and (data[n] != MISSING).any()]
    first, last = outer(len(data))
    sides = {
        "left": (data["x"] - 0.5).clip(lower=first),
        "right": (data["x"] + 0.5).clip(upper=last),
    }
    places = {"x": alt.X("left:Q"), "x2": alt.X2("right:Q"), **upright(top)}
    days = zip(data["start"], data["end"], strict=True)
    return stripes(data[kept].assign(**sides), days, leads, tooltip(kept), **places)


def words(
    frame: pd.DataFrame,
    data: pd.DataFrame,
    metric: Card,
    more: str = "",
    held: tuple[str, str] | None = None,
) -> str:
    """Return the sentence for who cannot see it; ``more`` follows the extreme."""
    known = data[data["shown"].notna()]
    if known.empty:
        return f"{metric.label}: no values in this period."
    low = metric.better == "higher"
    worst = known.loc[known["shown"].idxmin() if low else known["shown"].idxmax()]
    extreme = f"{'lowest' if low else 'highest'} {worst['value_text']}"
    return described(
        subject(frame, metric, step(data)),
        (known.iloc[0]["value_text"], known.iloc[-1]["value_text"]),
        f"{extreme}, {worst['period']}{more}",
        held,
    )
