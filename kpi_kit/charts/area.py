"""A count that builds up day by day, from zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts import chart, courses
from kpi_kit.charts.lettering import WIDE, Label, Plot, Spot, lettered, placed
from kpi_kit.charts.marking import marked
from kpi_kit.charts.notches import drawn, notches
from kpi_kit.charts.scales import Span, periods, sideways, span, up
from kpi_kit.charts.telling import (
    described,
    has_days,
    period_rows,
    short,
    subject,
)
from kpi_kit.look import LIGHT
from kpi_kit.units import MINUS, day_text, share_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpi_kit.catalog import Card

TOP = 22  # pixels for the names of releases and holidays
BELOW = 22  # for the dates
BESIDE = f"{WIDE} ? width - 122 : width"
WORDS = {"stock": "open", "count": "tickets"}


@chart(of="daily", rows=period_rows)
def area(  # noqa: PLR0913 - what a backlog may be shown with
    frame: pd.DataFrame,
    *,
    metric: Card,
    alarm: Iterable[date] = (),
    usual: float | None = None,
    marks: Iterable[tuple[date, str, str]] = (),
    height: int = 250,
) -> alt.LayerChart:
    """Draw a count over the days, from zero.

    Parameters
    ----------
    frame
        One row per day, in any order, as :func:`trend` takes them.
    metric
        Gives the unit; mostly a count.
    alarm
        Days in the alarm's color; the change up to the last of them is written there.
    usual
        What the count usually is, drawn dotted.
    marks
        Day, label and kind of releases (dashed verticals) and holidays (short ticks).
    height
        Of the whole picture in pixels; its width is its place's.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.
    """
    data = courses.course(frame, metric, None)
    held = [*data["shown"].dropna(), *([] if usual is None else [usual])]
    axis = span(held, metric.unit, zero=True, room=0.12)
    upon = notches(marks, list(data["start"]), max(data["end"], default=None))
    run, gaps = _last_run(data, set(alarm)), courses.gaps(data)
    plot = _plot(data, axis, upon, height - TOP - BELOW)
    layers = [
        _grid(axis),
        *_filled(data, set(alarm)),
        *courses.boxes(gaps),
        *_usual(usual),
        *drawn(upon),
        *lettered(placed([*_past(data, run), *courses.reasons(gaps, axis)], plot)),
        *_end_words(data, metric, run, usual, plot),
        *marked(_end(data, run)),
        courses.hover(data, TOP),
    ]
    x = periods(list(data["start"]), most=7, beside=BESIDE)
    return (
        alt.layer(*layers)
        .encode(x=x, y=up(axis, metric.unit, days=has_days(frame), grid=False))
        .properties(
            height=plot.height,
            description=_words(frame, data, metric, run),
        )
    )


def _last_run(data: pd.DataFrame, alarm: set[date]) -> list[int]:
    """Return the places of the last alarmed days that follow one another."""
    run: list[int] = []
    for n in reversed(range(len(data))):
        if data["start"][n] in alarm:
            run.insert(0, n)
        elif run:
            break
    return run


def _plot(data: pd.DataFrame, axis: Span, upon: pd.DataFrame, height: int) -> Plot:
    first, last = courses.outer(len(data))
    known = data[data["shown"].notna()]
    return Plot(
        x=Span(low=first, high=last, at=()),
        y=axis,
        height=height,
        line=list(zip(known["x"], known["shown"], strict=True)),
        verticals=list(upon.loc[~upon["is_holiday"].astype(bool), "x"]),
    )


def _grid(axis: Span) -> alt.Chart:
    # An axis' own grid would run on under the words beside the plot.
    rows = pd.DataFrame({"y": axis.at})
    return (
        alt.Chart(rows)
        .mark_rule(color=LIGHT["grid"])
        .encode(y=alt.Y("y:Q"), **sideways(BESIDE))
    )


def _filled(data: pd.DataFrame, alarm: set[date]) -> list[alt.Chart]:
    """Return areas and lines; an alarmed day's begins at the day before."""
    loud = data["start"].isin(alarm)
    before = loud.shift(-1, fill_value=False)
    within = loud & loud.shift(-1, fill_value=True)
    split = data[["x"]].assign(
        calm=data["shown"].where(~within),
        loud=data["shown"].where(loud | before),
        sure=data["value"],
        dashed=data["dashed"],
    )
    base = alt.Chart(split).encode(x=alt.X("x:Q"))
    zero = alt.YDatum(0)
    layers = [base.mark_area(color=LIGHT["area"]).encode(y=alt.Y("calm:Q"), y2=zero)]
    if loud.any():
        fill = base.mark_area(color=LIGHT["alarm"])
        layers.append(fill.encode(y=alt.Y("loud:Q"), y2=zero))
    layers.append(base.mark_line().encode(y=alt.Y("sure:Q")))
    if split["dashed"].notna().any():
        layers.append(base.mark_line(strokeDash=[4, 3]).encode(y=alt.Y("dashed:Q")))
    if loud.any():
        layers.append(base.mark_line(color=LIGHT["misses"]).encode(y=alt.Y("loud:Q")))
    return layers


def _usual(usual: float | None) -> list[alt.Chart]:
    if usual is None:
        return []
    dotted = {"color": LIGHT["ink3"], "strokeDash": [1, 3], "strokeWidth": 1}
    base = alt.Chart(pd.DataFrame({"y": [usual]})).mark_rule(**dotted)
    return [base.encode(y=alt.Y("y:Q"), **sideways(BESIDE))]


def _end(data: pd.DataFrame, run: list[int]) -> pd.DataFrame:
    """Return the last value with its mark; one inside an alarm misses."""
    at = data["shown"].last_valid_index()
    if at is None:
        return pd.DataFrame({"x": [], "y": [], "state": []})
    state = "misses" if at in run else data.loc[at, "state"]
    return pd.DataFrame({"x": [at], "y": [data.loc[at, "shown"]], "state": [state]})


def _change(data: pd.DataFrame, run: list[int]) -> str:
    """Return how the count changed over the alarmed days."""
    before = data["shown"].get(run[0] - 1) if run else None
    if not before or pd.isna(before):
        return ""
    change = share_text(data.loc[run[-1], "shown"] / before - 1)
    days = f"{len(run)} days" if len(run) > 1 else "1 day"
    return f"{'' if change.startswith(MINUS) else '+'}{change} in {days}"


def _past(data: pd.DataFrame, run: list[int]) -> list[Label]:
    """Return the name of an alarm that is over."""
    if not run or run[-1] == data["shown"].last_valid_index():
        return []
    at = run[-1]
    text = f"alarm of {day_text(data.loc[at, 'start'])}"
    point = {"x": at, "y": data.loc[at, "shown"]}
    spots = (
        Spot(**point, align="right", dx=-2, dy=-14),
        Spot(**point, align="center", dy=-18),
        Spot(**point, align="left", dy=-18),
    )
    return [Label(text=text, kind="misses", spots=spots)]


def _end_words(
    data: pd.DataFrame, metric: Card, run: list[int], usual: float | None, plot: Plot
) -> list[alt.Chart]:
    """Return the words beside the end: the value and its change or day, the usual."""
    at = data["shown"].last_valid_index()
    if at is None:
        return []
    value = data.loc[at, "shown"]
    loud = at in run and _change(data, run)
    second = loud or day_text(data.loc[at, "start"])
    rows = [
        (_said(value, metric), "strong", value, 8, -28, -7),
        (second, "misses" if loud else "quiet", value, 8, -14, 8),
    ]
    if usual is not None:
        apart = plot.at(at, usual)[1] - plot.at(at, value)[1]
        push = 0 if abs(apart) > 24 else 24 - apart if apart >= 0 else -24 - apart
        below = 9 if apart >= 0 else -9
        text = f"usual {short(usual, metric)}"
        rows.append((text, "quiet", usual, -2, below, push))
    columns = ["text", "kind", "y", "dx", "dy", "wide_dy"]
    labels = pd.DataFrame(rows, columns=columns).assign(x=at, align="right")
    wide = {"align": "'left'", "dx": "14", "dy": "datum.wide_dy"}
    return lettered(labels, wide=wide)


def _said(value: float, metric: Card) -> str:
    return f"{short(value, metric)} {WORDS.get(metric.kind, '')}".strip()


def _words(
    frame: pd.DataFrame, data: pd.DataFrame, metric: Card, run: list[int]
) -> str:
    known = data[data["shown"].notna()]
    if known.empty:
        return f"{metric.label}: no values in this period."
    top = known.loc[known["shown"].idxmax()]
    extreme = f"highest {top['value_text']}, {top['period']}"
    change = _change(data, run)
    if change:
        extreme += f"; alarm: {change} to {data.loc[run[-1], 'period']}"
    ends = known.iloc[0]["value_text"], known.iloc[-1]["value_text"]
    return described(subject(frame, metric, "day"), ends, extreme, None)
