"""KPIs against the days before go-live: a tick for then, a mark and its bar for now."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from kpi_kit.charts.leads import Leads, stripes
from kpi_kit.charts.lettering import PAPER, width_of
from kpi_kit.charts.marking import marked
from kpi_kit.look import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

ROW, HIGH = 46, 72  # pixels of a row, and of one where its words stand over it
LIFTED = 30  # pixels by which words stand higher there, and the line under the row
BAR, TICK, THEN = 2.5, 0.22, 0.1  # pixels; parts of a row up and down
OVER = -12  # where the words over the plot stand
LEAST = 0.4  # of the plot that a bar takes at most
ROOM = 1.2
NARROW = {"name": "narrow", "value": True}


def gate(
    rows: pd.DataFrame, *, now: str, what: str, leads: Leads = None
) -> alt.LayerChart:
    """Draw KPIs against their baseline, better to the right, each on its own scale.

    Parameters
    ----------
    rows
        One row per KPI, in order: ``name`` and ``kind`` (str), ``better`` (higher or
        lower), ``before``, ``before_low``, ``before_high``, ``value``, ``low`` and
        ``high`` (float in the KPI's own unit, NaN = missing), ``from_to`` and ``words``
        (str, what stands at the right), ``n_text`` (str), ``state`` of the mark.
    now
        What the mark is of: ``days 61 to 90``.
    what
        The sentence for who cannot see it.
    leads
        By ``name`` where its row leads to.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.  Its ``usermeta`` holds what is
        other in a narrow place, where the words stand over their bars.
    """
    data = placed(rows)
    left, right = _rooms(data)
    high = HIGH * max(1, len(data))
    ends = [alt.ExprRef(left), alt.ExprRef(right)]
    scale = {"nice": False, "zero": False}
    lines = alt.Scale(domain=[-0.5, max(0, len(data) - 1) + 0.5], reverse=True, **scale)
    return (
        alt.layer(
            *_ground(data),
            *_bars(data),
            *marked(data.dropna(subset=["x"]).assign(y=data["row"]), size=14),
            *_words(data, left),
            *_heads(data, left, right, now),
            *_hover(data, leads),
        )
        .add_params(alt.param(**NARROW | {"value": False}))
        .encode(
            x=alt.X(
                type="quantitative",
                axis=None,
                scale=alt.Scale(domain=[0, 1], range=ends, **scale),
            ),
            y=alt.Y(type="quantitative", axis=None, scale=lines),
        )
        .properties(
            height=ROW * max(1, len(data)),
            description=what,
            usermeta={"narrow": {"height": high, "params": [NARROW]}},
        )
    )


def placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with all numbers as places of 0 to 1, the better ones higher.

    Returns
    -------
    pandas.DataFrame
        ``row``, ``x`` (the value), ``then`` (the baseline), and ``low``, ``high``,
        ``then_low`` and ``then_high`` around them; NaN where missing.

    Examples
    --------
    A share that fell from 70 to 60 %, sure to 2 points: worse is further left.

    >>> numbers = {"before": 0.7, "value": 0.6, "low": 0.58, "high": 0.62}
    >>> numbers |= {"before_low": float("nan"), "before_high": float("nan")}
    >>> row = placed(pd.DataFrame([{"better": "higher", **numbers}])).iloc[0]
    >>> [round(float(row[name]), 2) for name in ("low", "x", "high", "then")]
    [0.08, 0.22, 0.36, 0.92]
    """
    found = [_places(row) for row in rows.to_dict("records")]
    places = pd.DataFrame(found, columns=[*PLACES], index=rows.index, dtype=float)
    kept = rows.drop(columns=["low", "high"])
    return kept.join(places).assign(row=range(len(rows)))


PLACES = {
    "x": "value",
    "low": "low",
    "high": "high",
    "then": "before",
    "then_low": "before_low",
    "then_high": "before_high",
}


def _places(row: dict[str, Any]) -> dict[str, float]:
    sign = 1 if row["better"] == "higher" else -1
    at = {place: sign * float(row[name]) for place, name in PLACES.items()}
    if sign < 0:
        at |= {"low": at["high"], "high": at["low"]}
        at |= {"then_low": at["then_high"], "then_high": at["then_low"]}
    held = [at[n] for n in ("x", "low", "high", "then") if not isnan(at[n])]
    if not held:
        return at
    bar = 0 if isnan(at["high"] - at["low"]) else at["high"] - at["low"]
    span = max(max(held) - min(held), bar / LEAST / ROOM) * ROOM or 1
    middle = (max(held) + min(held)) / 2
    return {name: round(0.5 + (v - middle) / span, 5) for name, v in at.items()}


def _rooms(data: pd.DataFrame) -> tuple[str, str]:
    """Return where the plot begins, beside the names, and ends, before the numbers."""
    name = 1.1 * _widest(data, "name", "kind") + 24
    value = 1.1 * _widest(data, "from_to", "words") + 30
    return (
        f"(narrow ? 8 : min({name:.0f}, 0.3 * width))",
        f"(narrow ? width - 8 : width - min({value:.0f}, 0.36 * width))",
    )


def _widest(data: pd.DataFrame, first: str, second: str) -> float:
    texts: Iterable[str] = [*data[first], *data[second]]
    return max((width_of(text, bold=True) for text in texts), default=0)


def _ground(data: pd.DataFrame) -> list[alt.Chart]:
    """Return the line under each row."""
    base = alt.Chart(pd.DataFrame({"y": data["row"] + 0.5}))
    across = {"x": alt.XValue(0), "x2": alt.X2Value(alt.ExprRef("width"))}
    lifted = alt.ExprRef(f"narrow ? {12 - LIFTED} : 0")
    line = base.mark_rule(color=LIGHT["grid"], strokeWidth=1, yOffset=lifted)
    return [line.encode(y=alt.Y("y:Q"), **across)]


def _bars(data: pd.DataFrame) -> list[alt.Chart]:
    """Return the baseline with its interval, and the interval of now."""
    held = data[["low", "high"]].clip(0, 1).assign(row=data["row"]).dropna()
    then = data[["then", "then_low", "then_high"]].clip(0, 1)
    rows = then.assign(up=data["row"] - THEN, down=data["row"] + THEN)
    tick = then.assign(up=data["row"] - TICK, down=data["row"] + TICK)
    sides = {"y": alt.Y("up:Q"), "y2": alt.Y2("down:Q")}
    return [
        alt.Chart(rows.dropna(subset=["then_low", "then_high"]))
        .mark_rect(color=LIGHT["interval"])
        .encode(x=alt.X("then_low:Q"), x2=alt.X2("then_high:Q"), **sides),
        alt.Chart(held)
        .mark_rule(color=LIGHT["compare"], strokeWidth=BAR)
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=alt.Y("row:Q")),
        alt.Chart(tick.dropna(subset=["then"]))
        .mark_rule(color=LIGHT["ink"], strokeWidth=1.5)
        .encode(x=alt.X("then:Q"), **sides),
    ]


def _words(data: pd.DataFrame, left: str) -> list[alt.Chart]:
    """Return two lines at the left, the name and its kind, and two at the right."""
    limit = alt.ExprRef(f"narrow ? 0.5 * width : {left} - 12")
    lines = {
        "name": ("left", -7, 12, 600, "ink", {"limit": limit}),
        "kind": ("left", 8, 11, 400, "ink3", {"limit": limit}),
        "from_to": ("right", -7, 12, 600, "ink", {}),
        "words": ("right", 8, 11, 400, "ink2", {}),
    }
    layers = []
    for field, (align, down, size, weight, token, more) in lines.items():
        shape = {"align": align, "baseline": "middle", "fontSize": size, **more}
        shape |= {"dy": alt.ExprRef(f"narrow ? {down - LIFTED} : {down}")}
        place = alt.XValue(0 if align == "left" else alt.ExprRef("width"))
        base = alt.Chart(data[[field, "row"]])
        text = {"x": place, "y": alt.Y("row:Q"), "text": alt.Text(f"{field}:N")}
        layers += [
            base.mark_text(fontWeight=weight, **shape | paint).encode(**text)
            for paint in (PAPER, {"color": LIGHT[token]})
        ]
    return layers


def _heads(data: pd.DataFrame, left: str, right: str, now: str) -> list[alt.Chart]:
    """Return the words over the plot, and what the first tick is."""
    heads = (
        ("\u25c2 worse", "left", left),
        ("better \u25b8", "right", right),
        (f"before \u2192 {now}", "right", "width"),
    )
    layers = []
    for text, align, at in heads:
        gone = {} if at != "width" else {"opacity": alt.ExprRef("narrow ? 0 : 1")}
        over = alt.Chart(pd.DataFrame({"text": [text]})).mark_text(
            align=align, color=LIGHT["ink3"], baseline="middle", **gone
        )
        high = alt.YValue(alt.ExprRef(f"{OVER} - (narrow ? 10 : 0)"))
        place = {"x": alt.XValue(alt.ExprRef(at)), "y": high}
        layers.append(over.encode(text=alt.Text("text:N"), **place))
    first = data[["then", "row"]].dropna().head(1).assign(text="before go-live")
    label = alt.Chart(first).mark_text(
        align=alt.ExprRef("datum.then > 0.5 ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.then > 0.5 ? -5 : 5"),
        dy=alt.ExprRef("narrow ? 11 : -13"),
        color=LIGHT["ink3"],
        baseline="middle",
    )
    place = {"x": alt.X("then:Q"), "y": alt.Y("row:Q")}
    return [*layers, label.encode(text=alt.Text("text:N"), **place)]


def _hover(data: pd.DataFrame, leads: Leads) -> list[alt.Chart]:
    sides = {"top": data["row"] - 0.5, "bottom": data["row"] + 0.5}
    titles = {"name": "KPI", "from_to": "Before, now", "words": "Change", "n_text": "n"}
    told = [alt.Tooltip(f"{name}:N", title=title) for name, title in titles.items()]
    places = {"y": alt.Y("top:Q"), "y2": alt.Y2("bottom:Q")}
    places |= {"x": alt.XValue(0), "x2": alt.X2Value(alt.ExprRef("width"))}
    shown = data[[*titles]].assign(**sides)
    return stripes(shown, data["name"], leads, told, **places)
