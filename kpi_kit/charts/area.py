"""A count that builds up day by day, from zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts import chart, courses
from kpi_kit.charts.across import Across
from kpi_kit.charts.lettering import WIDE, Label, Plot, Spot, lettered, placed
from kpi_kit.charts.marking import marked
from kpi_kit.charts.notches import drawn, notches, room
from kpi_kit.charts.scales import Span, periods, sideways, span, up
from kpi_kit.charts.telling import has_days, period_rows, short
from kpi_kit.look import LIGHT
from kpi_kit.units import MINUS, day_text, share_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kpi_kit.catalog import Card
    from kpi_kit.charts.leads import Leads

BESIDE = f"{WIDE} ? width - 122 : width"
# The words at the end: beside the plot, or where there is no room above the point.
BESIDE_IT = {
    "align": f"{WIDE} ? 'left' : 'right'",
    "dx": f"{WIDE} ? 14 : datum.dx",
    "dy": f"{WIDE} ? datum.wide_dy : datum.dy",
}
WORDS = {"stock": "open", "count": "tickets"}


@chart(of="daily", rows=period_rows)
def area(  # noqa: PLR0913 - what a backlog may be shown with
    frame: pd.DataFrame,
    *,
    metric: Card,
    alarm: Iterable[date] = (),
    usual: float | None = None,
    marks: Sequence[tuple[date, str, str]] = (),
    said: str = "",
    height: int = 250,
    leads: Leads = None,
) -> alt.LayerChart:
    """Draw a count over the days, from zero.

    Parameters
    ----------
    frame
        One row per day, in any order, as :func:`trend` takes them.
    metric
        Gives the unit; mostly a count.
    alarm
        Days in the alarm's color.
    usual
        What the count usually is, drawn dotted.
    marks
        Day, label and kind of releases (dashed verticals) and holidays (short ticks).
    said
        What the end says of an alarm that is not over; else the change over its days.
    height
        Of the whole picture in pixels; its width is its place's.
    leads
        By first day and end of a period where it leads to.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.
    """
    data = courses.course(frame, metric, None)
    across = Across(metric=metric, baseline=usual, days=has_days(frame))
    held = across.numbers(data["shown"].dropna().tolist())
    axis = span(held, metric.unit, zero=True, room=0.12)
    last, gaps = _last_alarm(data, set(alarm), said), courses.gaps(data)
    end, upon, top = _end(data, last), notches(marks, data), room(marks)
    plot = courses.plot(data, axis, upon, end, height=height - top, rules=across.rules)
    layers = [
        _grid(axis),
        *_filled(data, set(alarm)),
        *courses.boxes(gaps),
        *across.ruled(BESIDE),
        *drawn(upon, BESIDE),
        *lettered(placed([*_past(data, last), *courses.reasons(gaps, axis)], plot)),
        *_end_words(data, metric, last, usual, plot),
        *marked(end),
        *courses.hover(data, top, leads),
    ]
    x = periods(list(data["start"]), most=7, beside=BESIDE)
    return (
        alt.layer(*layers)
        .encode(x=x, y=up(axis, metric.unit, days=across.days, grid=False))
        .properties(height=plot.height, description=_words(frame, data, metric, last))
    )


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """The last alarmed days that follow one another, by their places; and its words."""

    run: tuple[int, ...] = ()
    words: str = ""


def _last_alarm(data: pd.DataFrame, alarm: set[date], said: str) -> Alarm:
    run: list[int] = []
    for n in reversed(range(len(data))):
        if data["start"][n] in alarm:
            run.insert(0, n)
        elif run:
            break
    over = data["shown"].last_valid_index() not in run
    change = _change(data, run) if over or not said else said
    return Alarm(run=tuple(run), words=change)


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
    line = alt.Chart(data[["x", "value", "dashed"]]).encode(x=alt.X("x:Q"))
    layers = [
        *_ground(data, set(data["start"]) - alarm, LIGHT["area"]),
        *_ground(data, alarm, LIGHT["alarm"]),
        line.mark_line().encode(y=alt.Y("value:Q")),
    ]
    if data["dashed"].notna().any():
        dashed = line.mark_line(strokeDash=[4, 3])
        layers.append(dashed.encode(y=alt.Y("dashed:Q")))
    for base in _stretches(data, alarm):
        loud = base.mark_line(color=LIGHT["misses"])
        layers.append(loud.encode(y=alt.Y("shown:Q")))
    return layers


def _ground(data: pd.DataFrame, days: set[date], color: str) -> list[alt.Chart]:
    return [
        base.mark_area(color=color).encode(y=alt.Y("shown:Q"), y2=alt.YDatum(0))
        for base in _stretches(data, days)
    ]


def _stretches(data: pd.DataFrame, days: set[date]) -> list[alt.Chart]:
    """Return a chart of the stretches that lead to these days, each for itself."""
    among = data["start"].isin(days)
    first = among & ~among.shift(1, fill_value=False)
    points = data[["x", "shown"]].assign(run=first.cumsum())
    starts = points["run"].where(first).shift(-1).dropna().astype(int)
    before = points.drop(columns="run").assign(run=starts).dropna(subset="run")
    rows = pd.concat([points[among], before]).astype({"run": int})
    rows = rows.sort_values(["run", "x"], ignore_index=True)
    if rows.empty:
        return []
    return [alt.Chart(rows).encode(x=alt.X("x:Q"), detail=alt.Detail("run:N"))]


def _end(data: pd.DataFrame, alarm: Alarm) -> pd.DataFrame:
    """Return the last value with its mark; one inside an alarm misses."""
    at = data["shown"].last_valid_index()
    if at is None:
        return pd.DataFrame({"x": [], "y": [], "state": []})
    state = "misses" if at in alarm.run else data.loc[at, "state"]
    return pd.DataFrame({"x": [at], "y": [data.loc[at, "shown"]], "state": [state]})


def _change(data: pd.DataFrame, run: Sequence[int]) -> str:
    """Return how the count changed over the alarmed days."""
    before = data["shown"].get(run[0] - 1) if run else None
    if not before or pd.isna(before):
        return ""
    change = share_text(data.loc[run[-1], "shown"] / before - 1)
    days = f"{len(run)} days" if len(run) > 1 else "1 day"
    return f"{'' if change.startswith(MINUS) else '+'}{change} in {days}"


def _past(data: pd.DataFrame, alarm: Alarm) -> list[Label]:
    """Return the name of an alarm that is over."""
    last = data["shown"].last_valid_index()
    if not alarm.run or last in alarm.run or pd.isna(data.loc[alarm.run[-1], "shown"]):
        return []
    at = alarm.run[-1]
    text = f"alarm of {day_text(data.loc[at, 'start'])}"
    point = {"x": at, "y": data.loc[at, "shown"]}
    spots = (
        Spot(**point, align="right", dx=-2, dy=-14),
        Spot(**point, align="center", dy=-18),
        Spot(**point, align="left", dy=-18),
    )
    return [Label(text=text, kind="misses", spots=spots)]


def _end_words(
    data: pd.DataFrame, metric: Card, alarm: Alarm, usual: float | None, plot: Plot
) -> list[alt.Chart]:
    """Return the words beside the end: the value and its change or day, the usual."""
    at = data["shown"].last_valid_index()
    if at is None:
        return []
    value = data.loc[at, "shown"]
    loud = alarm.words if at in alarm.run else ""
    second = loud or day_text(data.loc[at, "start"])
    rows = [
        (_said(value, metric), "strong", value, 8, -28, -7),
        (second, "misses" if loud else "quiet", value, 8, -14, 8),
    ]
    if usual is not None:
        below = plot.down(usual) - plot.down(value)
        away = 1 if below >= 0 else -1
        # Beside the plot it stands 24 pixels away from the value's words.
        push = away * max(0, 24 - abs(below))
        text = f"usual {short(usual, metric)}"
        rows.append((text, "quiet", usual, -2, 9 * away, push))
    columns = ["text", "kind", "y", "dx", "dy", "wide_dy"]
    labels = pd.DataFrame(rows, columns=columns).assign(x=at)
    return lettered(labels, BESIDE_IT)


def _said(value: float, metric: Card) -> str:
    return f"{short(value, metric)} {WORDS.get(metric.kind, '')}".strip()


def _words(frame: pd.DataFrame, data: pd.DataFrame, metric: Card, alarm: Alarm) -> str:
    more = ""
    if alarm.words:
        more = f"; alarm: {alarm.words} to {data.loc[alarm.run[-1], 'period']}"
    return courses.words(frame, data, metric, more)
