"""One KPI in one period, by one dimension: a dot and its interval per value of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from kpi_kit.charts import chart
from kpi_kit.charts.across import Across, band_text, beyond, held_by
from kpi_kit.charts.leads import Leads, stripes
from kpi_kit.charts.lettering import PAPER, lettered, width_of
from kpi_kit.charts.marking import marked
from kpi_kit.charts.ranked import dimension_rows, ordered
from kpi_kit.charts.scales import Span, along, sideways, span, upright
from kpi_kit.charts.telling import (
    TITLES,
    described,
    has_days,
    in_words,
    rule_text,
    subject,
    target_words,
    tooltip,
)
from kpi_kit.look import LIGHT
from kpi_kit.units import MISSING

if TYPE_CHECKING:
    from kpi_kit.catalog import Benchmark, Card

ROW = 28  # pixels
HIGH = 40  # of a row where names stand over their intervals
OVER = -12  # where the words over the plot stand
SIDES = {-1: ("right", -5), 1: ("left", 5)}  # of a rule or an edge
SIZE = 12 / 11  # of the names, against the charts' other text
EDGE = 8  # pixels beside the plot where no name stands there
NARROW = {"name": "narrow", "value": True}  # what the layers' expressions ask for


@chart(of="slices", rows=dimension_rows)
def dots(  # noqa: PLR0913 - all that slices are held against, and lead to
    frame: pd.DataFrame,
    *,
    metric: Card,
    by: str,
    target: float | None = None,
    band: Benchmark | None = None,
    leads: Leads = None,
) -> alt.LayerChart:
    """Draw a KPI by one dimension, the best first.

    Parameters
    ----------
    frame
        One row per value of ``by`` in one period: ``period_start``, ``period_end``
        (date), ``value``, ``low`` and ``high`` (float, in the metric's unit, NaN =
        missing), ``n`` (int), ``status``.  What has too few tickets stands last, its
        interval dashed; a name is semibold where its whole interval misses the target.
    metric
        Gives the unit and what is better.
    by
        The column with the names.
    target
        The contract's target, drawn as a labelled rule.  None draws no rule.
    band
        A cited benchmark, drawn behind all else.
    leads
        By value of ``by`` where its row leads to.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.  Its ``usermeta`` holds what is
        other in a narrow place, where the names stand over their intervals.
    """
    data = ordered(frame, metric, target, by)
    axis = _axis(data, metric, target, band)
    left, right = _rooms(data)
    layers = [
        *_band(band, axis),
        *_ruled(target),
        *_intervals(data, axis),
        *_names(data, left),
        *_values(data),
        *_over(axis, frame, metric, target, band),
        *marked(_points(data, axis)),
        *_hover(data, by, leads),
    ]
    ends = [alt.ExprRef(left), alt.ExprRef(right)]
    return (
        alt.layer(*layers)
        .add_params(alt.param(**NARROW | {"value": False}))
        .encode(
            x=along(axis, metric.unit, days=has_days(frame), range=ends),
            y=_rows(len(data)),
        )
        .properties(description=_words(frame, data, metric, target, by), **_tall(data))
    )


def _tall(data: pd.DataFrame) -> dict[str, Any]:
    """Return the height, and what is other in a narrow place."""
    rows = max(1, len(data))
    narrow = {"height": HIGH * rows, "params": [NARROW]}
    return {"height": ROW * rows, "usermeta": {"narrow": narrow}}


def _rows(count: int) -> alt.Y:
    ends = [-0.5, count - 0.5]
    scale = alt.Scale(domain=ends, reverse=True, nice=False, zero=False)
    return alt.Y(type="quantitative", axis=None, scale=scale)


def _axis(
    data: pd.DataFrame, metric: Card, target: float | None, band: Benchmark | None
) -> Span:
    # Of a few tickets a duration may be anything: it would squeeze all that is known.
    sure = data[~data["few"]]
    held = data if metric.unit == "share" or sure.empty else sure
    known = held[["value", "low", "high"]].stack().dropna().tolist()  # noqa: PD013 - all columns in one list
    held = Across(metric=metric, target=target, band=band).numbers(known)
    return span(held, metric.unit, zero=metric.unit == "count")


def _rooms(data: pd.DataFrame) -> tuple[str, str]:
    """Return where the plot begins, beside the names, and ends, before the values."""
    name = SIZE * max((width_of(n, bold=True) for n in data["name"]), default=0) + 24
    value = max(map(width_of, data["right"]), default=0) + 22
    beside = f"min({min(name, 200):.0f}, 0.42 * width)"
    return f"(narrow ? {EDGE} : {beside})", f"width - {value:.0f}"


def _points(data: pd.DataFrame, axis: Span) -> pd.DataFrame:
    there = data["value"].between(axis.low, axis.high)
    return data[there].assign(x=data["value"], y=data["row"])


def _band(band: Benchmark | None, axis: Span) -> list[alt.Chart]:
    if band is None or beyond(band, axis):
        return []
    low, high = held_by(axis, band)
    base = alt.Chart(pd.DataFrame({"low": [low], "high": [high]}))
    box = base.mark_rect(color=LIGHT["band"])
    return [box.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), **upright())]


def _ruled(target: float | None) -> list[alt.Chart]:
    if target is None:
        return []
    base = alt.Chart(pd.DataFrame({"x": [target]}))
    return [base.mark_rule(strokeWidth=1).encode(x=alt.X("x:Q"), **upright(4))]


def _intervals(data: pd.DataFrame, axis: Span) -> list[alt.Chart]:
    layers = []
    held = data[["low", "high"]].clip(axis.low, axis.high).assign(row=data["row"])
    for few, rows in held.dropna().groupby(data["few"]):
        dash = {"strokeDash": [4, 2]} if few else {}
        line = {"color": LIGHT["compare"], "strokeWidth": 2.5} | dash
        base = alt.Chart(rows)
        layers.append(
            base.mark_rule(**line).encode(
                x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=alt.Y("row:Q")
            )
        )
    return layers


def _names(data: pd.DataFrame, left: str) -> list[alt.Chart]:
    """Return the names on paper, those that clearly miss the target semibold."""
    shape = {
        "align": "narrow ? 'left' : 'right'",
        "dy": "narrow ? -16 : 0",
        "limit": f"narrow ? width : {left} - 14",
        "fontWeight": "datum.state == 'misses' ? 600 : 400",
    }
    shape = {name: alt.ExprRef(text) for name, text in shape.items()}
    shape |= {"baseline": "middle", "fontSize": 12}
    place = alt.XValue(alt.ExprRef(f"narrow ? 0 : {left} - 14"))
    base = alt.Chart(data[["name", "row", "state"]])
    base = base.encode(x=place, y=alt.Y("row:Q"), text=alt.Text("name:N"))
    return [base.mark_text(**shape, **PAPER), base.mark_text(**shape)]


def _values(data: pd.DataFrame) -> list[alt.Chart]:
    base = alt.Chart(data[["right", "row", "few"]])
    quiet = alt.condition(
        "datum.few", alt.value(LIGHT["ink3"]), alt.value(LIGHT["ink2"])
    )
    text = base.mark_text(align="right", baseline="middle", fontSize=11.5)
    place = alt.XValue(alt.ExprRef("width"))
    return [
        text.encode(x=place, y=alt.Y("row:Q"), text=alt.Text("right:N"), color=quiet)
    ]


def _over(
    axis: Span,
    frame: pd.DataFrame,
    metric: Card,
    target: float | None,
    band: Benchmark | None,
) -> list[alt.Chart]:
    """Return the words over the plot: target and band on either side of the rule."""
    rows, side = [], 1
    # A band that is not in the picture has no name there.
    if band is not None and not beyond(band, axis):
        low, high = held_by(axis, band)
        side = 1 if target is None or high > target else -1
        edges = [low if side > 0 else high, *([] if target is None else [target])]
        named = f"{band_text(band, metric).partition(':')[0]} band"
        at = max(edges) if side > 0 else min(edges)
        # Near the right edge it would meet the heading of the values.
        high_up = side > 0 and axis.part(at) > 0.7
        place = (axis.high, "right", 0, -13) if high_up else (at, *SIDES[side], 0)
        rows.append((named, "band", *place))
    if target is not None:
        text = rule_text(target, metric, days=has_days(frame))
        rows.append((text, "strong", target, *SIDES[-side], 0))
    columns = ["text", "kind", "x", "align", "dx", "dy"]
    labels = pd.DataFrame(rows, columns=columns)
    heading = pd.DataFrame({"text": [_heading(frame, metric)]})
    over = alt.Chart(heading).mark_text(align="right", color=LIGHT["ink3"])
    place = {"x": alt.XValue(alt.ExprRef("width")), "y": alt.YValue(OVER)}
    return [
        *lettered(labels, y=alt.YValue(OVER)),
        over.encode(text=alt.Text("text:N"), **place),
    ]


def _heading(frame: pd.DataFrame, metric: Card) -> str:
    if metric.unit == "count":
        return "tickets"
    statistic = next(iter(frame.get("statistic", ())), "value")
    return f"{'share' if metric.unit == 'share' else statistic} · n"


def _hover(data: pd.DataFrame, by: str, leads: Leads) -> list[alt.Chart]:
    kept = [n for n in TITLES if n in data and (data[n] != MISSING).any()]
    sides = {"top": data["row"] - 0.5, "bottom": data["row"] + 0.5}
    shown, told_first = data[["name", *kept]], tooltip(kept, name=in_words(by))
    places = {"y": alt.Y("top:Q"), "y2": alt.Y2("bottom:Q"), **sideways()}
    return stripes(shown.assign(**sides), data["key"], leads, told_first, **places)


def _words(
    frame: pd.DataFrame, data: pd.DataFrame, metric: Card, target: float | None, by: str
) -> str:
    known, by = data[~data["few"]], in_words(by).lower()
    if known.empty:
        return f"{metric.label} by {by}: too few to tell."
    best, worst = known.iloc[0], known.iloc[-1]
    held = None
    if target is not None:
        missing = ", ".join(known.loc[known["state"] == "misses", "name"])
        state = f"clearly missed by {missing}" if missing else "clearly missed by none"
        held = target_words(target, metric, days=has_days(frame)), state
    return described(
        subject(frame, metric, by),
        (best["value_text"], worst["value_text"]),
        f"worst {worst['name']} with {worst['value_text']}",
        held,
    )
