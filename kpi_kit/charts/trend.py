"""One KPI over time, with its interval, its target and its doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from kpi_kit.charts import chart, courses
from kpi_kit.charts.across import Across
from kpi_kit.charts.lettering import Label, Spot, lettered, placed
from kpi_kit.charts.marking import marked
from kpi_kit.charts.notches import drawn, notches, room
from kpi_kit.charts.scales import Span, periods, span, up
from kpi_kit.charts.telling import has_days, period_rows, short, target_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from kpi_kit.catalog import Benchmark, Card
    from kpi_kit.charts.leads import Leads


@chart(of="weekly", rows=period_rows)
def trend(  # noqa: PLR0913 - all that a KPI is held against
    frame: pd.DataFrame,
    *,
    metric: Card,
    target: float | None = None,
    baseline: float | None = None,
    band: Benchmark | None = None,
    marks: Sequence[tuple[date, str, str]] = (),
    height: int = 172,
    leads: Leads = None,
) -> alt.LayerChart:
    """Draw a KPI over time.

    Parameters
    ----------
    frame
        One row per week or day, in any order: ``period_start``, ``period_end`` (date),
        ``value``, ``low`` and ``high`` (float, in the metric's unit, NaN = missing),
        ``n`` (int), ``status``.  A missing value breaks the line and is an empty dashed
        box; a week with too few tickets is an open circle off the line; a provisional
        one is dashed with an open end, and so is a count over part of a week.
    metric
        Gives the unit, what is better, and the words of the description.
    target
        The contract's target, drawn as a labelled rule.  None draws no rule.
    baseline
        The value before go-live, drawn dotted.
    band
        A cited benchmark, drawn behind all else.
    marks
        Day, label and kind of releases (dashed verticals) and holidays (short ticks).
    height
        Of the whole picture in pixels; its width is its place's.
    leads
        By first day and end of a period where it leads to.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.  The axis of a count starts at
        zero.
    """
    data = courses.course(frame, metric, target)
    held = {"target": target, "baseline": baseline, "band": band}
    across = Across(metric=metric, days=has_days(frame), **held)
    axis = _axis(data, across)
    ends, gaps = courses.ends(data), courses.gaps(data)
    upon, top = notches(marks, data), room(marks)
    plot = courses.plot(data, axis, upon, ends, height=height - top, rules=across.rules)
    words = [*_last(data, across), *across.labels(plot), *courses.reasons(gaps, axis)]
    layers = [
        *across.behind(axis),
        *courses.boxes(gaps),
        *courses.lines(data),
        *drawn(upon),
        *across.ruled(),
        *lettered(placed(words, plot)),
        *marked(ends),
        *courses.hover(data, top, leads),
    ]
    x = periods(list(data["start"]))
    return (
        alt.layer(*layers)
        .encode(x=x, y=up(axis, metric.unit, days=across.days))
        .properties(height=plot.height, description=_words(frame, data, across))
    )


def _axis(data: pd.DataFrame, across: Across) -> Span:
    shown = data[["shown", "low", "high"]].stack().dropna().tolist()  # noqa: PD013 - all columns in one list
    unit = across.metric.unit
    return span(across.numbers(shown), unit, zero=unit == "count")


def _last(data: pd.DataFrame, across: Across) -> list[Label]:
    """Return the label of the judged value, and of a later one that is not final."""
    at = courses.judged(data)
    if at is None:
        return []
    text = short(data.loc[at, "shown"], across.metric, days=across.days)
    found = [Label(text=text, kind="strong", spots=_around(data, at))]
    last = data["shown"].last_valid_index()
    if data.loc[last, "is_early"]:
        text = data.loc[last, "state_words"].partition(";")[0]
        found.append(Label(text=text, kind="quiet", spots=_around(data, last)))
    return found


def _around(data: pd.DataFrame, at: int) -> tuple[Spot, ...]:
    point = {"x": at, "y": data.loc[at, "shown"]}
    return (
        Spot(**point, align="right", dx=8, dy=-14),
        Spot(**point, align="right", dx=8, dy=14),
        Spot(**point, align="right", dx=-9),
        Spot(**point, align="right", dx=-2, dy=-24),
        Spot(**point, align="right", dx=-2, dy=24),
        Spot(**point, align="right", dx=8, dy=-26),
        Spot(**point, align="right", dx=8, dy=36),
    )


def _words(frame: pd.DataFrame, data: pd.DataFrame, across: Across) -> str:
    at, metric, held = courses.judged(data), across.metric, None
    if across.target is not None and at is not None:
        words = target_words(across.target, metric, days=across.days)
        held = words, data.loc[at, "state_words"]
    return courses.words(frame, data, metric, held=held)
