"""When it is good and when it is bad: one KPI by hour, of weekdays or of channels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt

from kpi_kit.charts import chart
from kpi_kit.charts.cells import (
    WEEKDAY,
    cell_rows,
    from_to,
    head,
    keys,
    names,
    placed,
)
from kpi_kit.charts.leads import LEADING, Leads, leading, with_leads
from kpi_kit.charts.lettering import WIDE
from kpi_kit.charts.steps import Steps, steps
from kpi_kit.charts.telling import (
    described,
    has_days,
    subject,
    target_words,
    tooltip,
)
from kpi_kit.look import LIGHT
from kpi_kit.units import tick_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from kpi_kit.catalog import Card

# Pixels of a weekday's row, and of an hour's where the hours go down.
TALL, LOW = 30, 20
# Pixels of a row's name: beside its row, and over all of its columns in a narrow place.
NAME, ACROSS = 120, 280
HOUR_TEXT = "format(datum.value, '02d')"
SAID = ("value_text", "interval_text", "n_text", "state_words")


@chart(of="cells", rows=cell_rows)
def heat(
    frame: pd.DataFrame,
    *,
    metric: Card,
    target: float | None = None,
    per: str = WEEKDAY,
    leads: Leads = None,
) -> alt.LayerChart:
    """Draw a KPI by weekday and hour, its value printed in each cell.

    Parameters
    ----------
    frame
        One row per ``per`` and ``created_hour`` of one period:
        ``period_start``, ``period_end`` (date), ``value``, ``low`` and ``high`` (float,
        in the metric's unit, NaN = missing), ``n`` (int), ``status``.  An hour without
        a row stays blank; one with fewer than ten tickets is a dashed cell.
    metric
        Gives the unit and what is better.
    target
        The contract's target: past it the cells are dark, with light figures.
    per
        The column of the rows: ``created_weekday`` (1 = Monday), or one of names, of
        which the one with the most tickets comes first.
    leads
        By the row's value and the hour, as texts, where a cell leads to.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.  Its ``usermeta`` holds what is
        other in a narrow place, where the hours go down.
    """
    cells = placed(frame, metric, target, per)
    shades = steps(list(cells.loc[~cells["few"], "value"]), metric, target)
    blank = "closed" if per == WEEKDAY else "no tickets"
    note = [_note(shades, metric, target), f"blank: {blank}{_quiet(cells)}"]
    cells = _shaded(cells[cells["hour"].between(*_busy(cells))], shades)
    linked = with_leads(cells, keys(cells), leads)
    base, fill = _base(linked, frame, metric, target), _fill(shades, note)
    wide, narrow = (_grid(base, cells, fill, upright=up) for up in (False, True))
    spec = narrow.to_dict()
    instead = {name: spec[name] for name in ("layer", "encoding", "height")}
    return wide.properties(
        usermeta={"narrow": instead},
        description=_words(frame, cells, metric, target, per),
    )


def _shaded(cells: pd.DataFrame, shades: Steps) -> pd.DataFrame:
    rows = list(cells.itertuples())
    at = [None if row.few else shades.of(row.value) for row in rows]
    figures = ["few" if row.few else shades.measure.text(row.value) for row in rows]
    hours = [f"{row.hour:02d} to {row.hour + 1:02d}" for row in rows]
    return cells.assign(
        step=[None if step is None else shades.labels[step] for step in at],
        figure=figures,
        ink=[_ink(step) for step in at],
        when=[f"{r.name} {h}" for r, h in zip(rows, hours, strict=True)],
    )


def _ink(step: int | None) -> str:
    return "few" if step is None else "light" if step > 2 else "dark"


def _grid(
    base: alt.Chart, cells: pd.DataFrame, fill: alt.Fill, *, upright: bool
) -> alt.LayerChart:
    """Return the picture, the weekdays going down; ``upright``, the hours."""
    named = names(cells)
    listed = [named.get(day, "") for day in range(1, max(named, default=0) + 1)]
    text = f"{json.dumps(listed)}[datum.value - 1]"
    room = ACROSS // max(1, len(named)) if upright else NAME
    days = ("day", list(named), text, room)
    hours = ("hour", from_to(cells), HOUR_TEXT, NAME)
    across, down = (days, hours) if upright else (hours, days)
    few = base.transform_filter("datum.ink == 'few'")
    sure = base.transform_filter("datum.ink != 'few'")
    layers = [
        sure.mark_rect().encode(fill=fill),
        few.mark_rect(fill="transparent", stroke=LIGHT["rule"], strokeDash=[2, 2]),
        base.mark_text(baseline="middle").encode(
            text=alt.Text("figure:N"), color=_inks()
        ),
        *leading(base.mark_rect(fill="transparent"), base.encoding.tooltip),
    ]
    return (
        alt.layer(*layers)
        .encode(x=_placed(alt.X, *across, orient="top"), y=_placed(alt.Y, *down))
        .properties(height=max(1, len(down[1])) * (LOW if upright else TALL))
    )


def _placed(
    channel: Callable, field: str, values: list[int], text: str, room: int, **axis: Any
) -> Any:
    plain = {"labelAngle": 0, "labelOverlap": False, "domain": False, "ticks": False}
    plain |= {"labelLimit": room}
    shown = alt.Axis(labelExpr=text, grid=False, **plain, **axis)
    scale = alt.Scale(domain=values, paddingInner=0.05, paddingOuter=0)
    return channel(f"{field}:O", title=None, axis=shown, scale=scale)


def _busy(cells: pd.DataFrame) -> tuple[int, int]:
    """Return the first hour and the last that can tell something on some day."""
    sure = cells.loc[~cells["few"], "hour"]
    return (0, 23) if sure.empty else (min(sure), max(sure))


def _base(
    cells: pd.DataFrame, frame: pd.DataFrame, metric: Card, target: float | None
) -> alt.Chart:
    """Return the data with its tooltip; what all cells share is said once."""
    fields = ["day", "hour", "step", "figure", "ink", "when", *SAID]
    base = alt.Chart(cells[fields + [name for name in LEADING if name in cells]])
    period = "" if cells.empty else cells["period"].iloc[0]
    shared = {"period": period}
    if target is not None:
        shared["target_text"] = target_words(target, metric, days=has_days(frame))
    texts = {name: json.dumps(text) for name, text in shared.items()}
    shown = tooltip([*SAID, *shared], when="Created")
    return base.transform_calculate(**texts).encode(tooltip=shown)


def _fill(shades: Steps, note: list[str]) -> alt.Fill:
    labels = list(shades.labels)
    colors = [LIGHT[f"heat-{step}"] for step in range(len(labels))]
    legend = alt.Legend(
        title=note,
        orient="bottom",
        direction="horizontal",
        columns=alt.ExprRef(f"{WIDE} ? 6 : 3"),
        symbolType="square",
        symbolSize=200,
        symbolStrokeWidth=0,
    )
    scale = alt.Scale(domain=labels, range=colors)
    return alt.Fill("step:N", scale=scale, legend=legend)


def _note(shades: Steps, metric: Card, target: float | None) -> str:
    """Return what the shades mean; true of light pages and of dark ones."""
    words = shades.measure.name
    if target is not None:
        bound = "limit" if metric.unit == "minutes" else "maximum"
        bound = "minimum" if metric.better == "higher" else bound
        words += f"; strong shades miss the {bound} of {tick_text(target, metric.unit)}"
    return words


def _quiet(cells: pd.DataFrame) -> str:
    """Return which hours are left out, having few tickets on every day."""
    first, last = _busy(cells)
    words = [f"before {first:02d}"] if (cells["hour"] < first).any() else []
    words += [f"after {last:02d}"] if (cells["hour"] > last).any() else []
    return f"; few {' and '.join(words)}" if words else ""


def _inks() -> alt.Color:
    colors = {"dark": "ink", "light": "paper", "few": "ink3"}
    scale = alt.Scale(domain=list(colors), range=[LIGHT[t] for t in colors.values()])
    return alt.Color("ink:N", scale=scale, legend=None)


def _words(
    frame: pd.DataFrame,
    cells: pd.DataFrame,
    metric: Card,
    target: float | None,
    per: str,
) -> str:
    by = f"{head(per).lower()} and hour"
    known = cells[~cells["few"]].sort_values("value", ignore_index=True)
    if known.empty:
        return f"{metric.label} by {by}: too few to tell."
    if metric.better == "higher":
        known = known[::-1]
    best, worst = known.iloc[0], known.iloc[-1]
    held = None
    if target is not None:
        state = f"{sum(cells['ink'] == 'light')} of {len(known)} hours miss it"
        held = target_words(target, metric, days=has_days(frame)), state
    return described(
        subject(frame, metric, by),
        (best["value_text"], worst["value_text"]),
        f"worst {worst['when']} with {worst['value_text']}",
        held,
    )
