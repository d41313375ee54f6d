"""One KPI over time, with its interval, its target and its doubts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from kpi_kit.charts import chart
from kpi_kit.look import LIGHT
from kpi_kit.states import cut_text, is_cut, state_text
from kpi_kit.units import (
    day_text,
    interval_text,
    tick_text,
    tick_texts,
    ticks,
    value_text,
)

if TYPE_CHECKING:
    from kpi_kit.catalog import Card

# Every field of the picture; text from the data is only ever a value, never a name.
TOOLTIP = {
    "period": "Period from",
    "value_text": "Value",
    "interval_text": "95% interval",
    "n": "n",
    "state": "State",
}


@chart(of="weekly")
def trend(
    frame: pd.DataFrame, *, metric: Card, target: float | None = None
) -> alt.LayerChart:
    """Draw a KPI over time.

    Parameters
    ----------
    frame
        One row per week, in any order: ``period_start``, ``period_end`` (date),
        ``value``, ``low`` and ``high`` (float, in the metric's unit, NaN = missing),
        ``n`` (int), ``status``.  A missing value is a gap; a week with too few tickets
        is an open circle off the line; a provisional one is dashed and open, and so is
        a count over part of a week.
    metric
        Gives the unit and the words of the description.
    target
        The contract's target, drawn as a labelled rule.  None draws no rule.

    Returns
    -------
    alt.LayerChart
        Without size or title: the report sets those once for every chart.  The axis of
        a count starts at zero.
    """
    days = _has_days(frame)
    data = _drawn(frame, metric)
    base = alt.Chart(data).encode(x=_days(data))
    y = _values(data, target, metric.unit, days=days)
    layers = [
        base.mark_area(color=LIGHT["interval"]).encode(y=y("low"), y2="high"),
        base.mark_line().encode(y=y("value")),
        base.mark_line(strokeDash=[4, 3]).encode(y=y("provisional")),
        _points(base, filled=True).encode(y=y("value")),
        _points(base, filled=False).encode(y=y("open")),
        *_labels(
            base.encode(y=y("shown"), text="last_text:N"),
            align="left",
            baseline="middle",
            dx=8,
            fontWeight=600,
        ),
    ]
    if target is not None:
        layers += _rule(target, metric, days=days)
    return alt.layer(*layers).properties(
        description=_words(data, metric, target, days=days)
    )


def _drawn(frame: pd.DataFrame, metric: Card) -> pd.DataFrame:
    rows = frame.sort_values("period_start", ignore_index=True)
    # Plain floats, so that an engine's own missing values all become one kind of gap.
    value, low, high = (
        pd.to_numeric(rows[name], errors="coerce").astype("float64")
        for name in ("value", "low", "high")
    )
    part = _is_part(rows, metric)
    early = (rows["status"] == "provisional") | part
    certain = (rows["status"] == "ok") & ~part
    beside = early.shift(-1, fill_value=False) | early.shift(1, fill_value=False)
    last = value.last_valid_index()
    days = _has_days(rows)
    texts = [value_text(number, metric.unit, days=days) for number in value]
    return pd.DataFrame(
        {
            "day": pd.to_datetime(rows["period_start"]),
            "value": value.where(certain),
            "low": low.where(certain | early),
            "high": high.where(certain | early),
            "provisional": value.where(early | (certain & beside)),
            "open": value.where(~certain),
            "shown": value,
            "n": rows["n"].astype("int64"),
            "period": [day_text(day) for day in pd.to_datetime(rows["period_start"])],
            "value_text": texts,
            "interval_text": [
                interval_text(*bounds, metric.unit, days=days)
                for bounds in zip(low, high, strict=True)
            ],
            "state": [
                cut_text(row.period_start, row.period_end)
                if is_part
                else state_text(row.status, row.n)
                for row, is_part in zip(rows.itertuples(), part, strict=True)
            ],
            "last_text": [
                text if row == last else "" for row, text in enumerate(texts)
            ],
        }
    )


def _has_days(rows: pd.DataFrame) -> bool:
    # A day of business hours has no 24 of them: there, hours are the largest unit.
    return "business" not in set(rows.get("clock", ()))


def _is_part(rows: pd.DataFrame, metric: Card) -> pd.Series:
    # A median over six days is a median; a count over six days is no week's count.
    days = zip(rows["period_start"], rows["period_end"], strict=True)
    cut = [metric.kind == "count" and is_cut(*bounds) for bounds in days]
    return pd.Series(cut, index=rows.index, dtype=bool)


def _days(data: pd.DataFrame) -> alt.X:
    every = max(1, -(-len(data) // 4))
    days = [_moment(day) for day in data["day"][::-1][::every][::-1]]
    axis = alt.Axis(values=days, format="%-d %b", labelOverlap=True)
    if len(data) < 2:
        return alt.X("day:T", title=None, axis=axis)
    # Said, because Vega would take it from every layer and a layer may have no row.
    ends = [_moment(data["day"].iloc[0]), _moment(data["day"].iloc[-1])]
    return alt.X("day:T", title=None, axis=axis, scale=alt.Scale(domain=ends))


def _moment(day: pd.Timestamp) -> alt.DateTime:
    return alt.DateTime(year=day.year, month=day.month, date=day.day)


def _values(data: pd.DataFrame, target: float | None, unit: str, *, days: bool):  # noqa: ANN202 - a local function
    numbers = data[["shown", "low", "high"]].stack().dropna().tolist()  # noqa: PD013 - all columns in one list
    numbers += [] if target is None else [target]
    numbers += [0] if unit == "count" else []
    at = ticks(min(numbers, default=0), max(numbers, default=1), unit)
    labels = json.dumps(tick_texts(at, unit, days=days), ensure_ascii=False)
    step = at[1] - at[0]
    axis = alt.Axis(
        values=list(at), labelExpr=f"{labels}[round((datum.value - {at[0]}) / {step})]"
    )
    scale = alt.Scale(domain=[at[0], at[-1]], zero=False, nice=False)
    return lambda field: alt.Y(f"{field}:Q", title=None, axis=axis, scale=scale)


def _points(base: alt.Chart, *, filled: bool) -> alt.Chart:
    fill = LIGHT["series"] if filled else LIGHT["paper"]
    return base.mark_point(
        shape="circle",
        size=16 if filled else 40,
        fill=fill,
        stroke=LIGHT["series"],
        opacity=1,
    ).encode(
        tooltip=[alt.Tooltip(f"{name}:N", title=TOOLTIP[name]) for name in TOOLTIP]
    )


def _rule(target: float, metric: Card, *, days: bool) -> list[alt.Chart]:
    word = "min." if metric.better == "higher" else "limit"
    label = f"{word} {tick_text(target, metric.unit, days=days)}"
    base = alt.Chart(pd.DataFrame({"target": [target], "target_text": [label]}))
    base = base.encode(y=alt.Y("target:Q"))
    named = base.encode(x=alt.value(2), text="target_text:N")
    return [base.mark_rule(strokeWidth=1), *_labels(named, align="left", dy=-6)]


def _labels(base: alt.Chart, **text: Any) -> list[alt.Chart]:
    # Paper behind the letters, so that a line does not run through them.
    paper = {"color": LIGHT["paper"], "stroke": LIGHT["paper"], "strokeWidth": 3}
    return [base.mark_text(**text, **paper), base.mark_text(**text)]


def _words(
    data: pd.DataFrame, metric: Card, target: float | None, *, days: bool
) -> str:
    known = data[data["shown"].notna()]
    if known.empty:
        return f"{metric.label}: no values in this period."
    first, last = known.iloc[0], known.iloc[-1]
    top = known.loc[known["shown"].idxmax()]
    words = (
        f"{metric.label}, {first['period']} to {last['period']}: from "
        f"{first['value_text']} to {last['value_text']}; highest "
        f"{top['value_text']} in the period from {top['period']}"
    )
    if target is not None:
        words += f"; target {value_text(target, metric.unit, days=days)}"
    return f"{words}."
