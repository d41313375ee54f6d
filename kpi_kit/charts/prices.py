"""What a solved ticket cost month by month, and what it is said to fall to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts.lettering import lettered
from kpi_kit.charts.scales import span, up
from kpi_kit.look import LIGHT
from kpi_kit.units import MINUS, MONTHS, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

SIX = 6
LINES = ({"color": LIGHT["series"]}, {"color": LIGHT["compare"]})
SIDES = (-12, 14)  # pixels from a line's end to its name: over the one, under the other
STEEP = -26  # over a line that falls to its end


def prices(
    months: pd.DataFrame, *, unit: str, falls: tuple[float, float], what: str
) -> alt.LayerChart:
    """Draw prices by the vendor's months, the first whole one being month one.

    Parameters
    ----------
    months
        One row per line and month: ``line`` (str, what is paid for; the first one is
        promised to fall), ``number`` (int, from 1 on), ``start`` (date), ``value``
        (float, NaN = not known, which breaks the line); ``month``, ``text`` and
        ``n_text`` (str) are told of it.
    unit
        The currency.
    falls
        By which parts of the first month's price it is said to have fallen by month
        six: an area from month one to six.
    what
        The sentence for who cannot see it.

    Returns
    -------
    alt.LayerChart
        Without width or title: the report sets those.
    """
    data = months.assign(value=months["value"].astype(float))
    cited = wedge(data, falls)
    axis = span([*data["value"].dropna(), *cited["low"], *cited["high"]], unit)
    last = max(SIX, int(data["number"].max()))
    layers = [*_cited(cited, falls), *_lines(data), *_names(data, unit), _hover(data)]
    return (
        alt.layer(*layers)
        .encode(x=_along(data, last), y=up(axis, unit))
        .properties(height=220, description=what)
    )


def wedge(months: pd.DataFrame, falls: tuple[float, float]) -> pd.DataFrame:
    """Return what the first line is said to fall to: ``number``, ``low``, ``high``.

    Empty where month one is not known.

    Examples
    --------
    >>> rows = pd.DataFrame({"line": ["Contract"], "number": [1], "value": [20.0]})
    >>> print(wedge(rows, (0.15, 0.25)).to_string(index=False))
     number  low  high
          1 20.0  20.0
          6 15.0  17.0
    """
    first = months[months["line"] == months["line"].iloc[0]]
    one = first.loc[(first["number"] == 1) & first["value"].notna(), "value"]
    if one.empty:
        return pd.DataFrame({"number": [], "low": [], "high": []}, dtype=float)
    price, (least, most) = float(one.iloc[0]), falls
    ends = {"low": [price, price * (1 - most)], "high": [price, price * (1 - least)]}
    return pd.DataFrame({"number": [1, SIX], **ends})


def _along(data: pd.DataFrame, last: int) -> alt.X:
    """Return the axis of months: each one's number, and its name where it is known."""
    begun = dict(zip(data["number"], data["start"], strict=True))
    texts = [
        f"month {number}" if number not in begun else _named(number, begun)
        for number in range(1, last + 1)
    ]
    axis = alt.Axis(
        values=list(range(1, last + 1)),
        labelExpr=f"{texts}[datum.value - 1]",
        labelOverlap="parity",
        labelSeparation=10,
    )
    scale = alt.Scale(domain=[1, last], zero=False, nice=False)
    return alt.X(type="quantitative", title=None, axis=axis, scale=scale)


def _named(number: int, begun: Mapping) -> str:
    month = MONTHS[begun[number].month - 1][:3]
    return f"{month}, month {number}" if number in {1, SIX} else month


def _cited(cited: pd.DataFrame, falls: tuple[float, float]) -> list[alt.Chart]:
    if cited.empty:
        return []
    area = alt.Chart(cited).mark_area(color=LIGHT["band"])
    middle, low = cited["number"].mean(), cited["low"].mean()
    told = f"cited: {MINUS}{falls[0]:.0%} to {MINUS}{falls[1]:.0%}"
    word = pd.DataFrame(
        [
            {
                "text": told,
                "kind": "band",
                "x": middle,
                "y": low,
                "align": "right",
                "dx": 0,
                "dy": 12,
            }
        ]
    )
    shape = {"x": alt.X("number:Q"), "y": alt.Y("low:Q"), "y2": alt.Y2("high:Q")}
    return [area.encode(**shape), *lettered(word)]


def _lines(data: pd.DataFrame) -> list[alt.Chart]:
    layers = []
    for paint, name in zip(LINES, dict.fromkeys(data["line"]), strict=False):
        rows = data.loc[data["line"] == name, ["number", "value"]]
        base = alt.Chart(rows).encode(x=alt.X("number:Q"), y=alt.Y("value:Q"))
        dot = {"shape": "circle", "size": 24, "opacity": 1, "fill": paint["color"]}
        layers += [base.mark_line(**paint), base.mark_point(**dot, stroke=None)]
    return layers


def _names(data: pd.DataFrame, unit: str) -> list[alt.Chart]:
    """Return at each line's end what it is and its last price."""
    ends = data.dropna(subset=["value"]).groupby("line", sort=False).tail(1)
    known = data.dropna(subset=["value"]).groupby("line", sort=False)["value"]
    falls = [values.diff().iloc[-1] < 0 for _, values in known]
    above = [STEEP if fall else SIDES[0] for fall in falls]
    over = ends["value"].rank(ascending=False, method="first").eq(1)
    labels = pd.DataFrame(
        {
            "text": [
                f"{row.line}: {value_text(row.value, unit)}"
                for row in ends.itertuples()
            ],
            "kind": "strong",
            "x": ends["number"],
            "y": ends["value"],
            "align": "right",
            "dx": 6,
            "dy": [
                up if is_over else SIDES[1]
                for up, is_over in zip(above, over, strict=True)
            ],
        }
    )
    return lettered(labels)


def _hover(data: pd.DataFrame) -> alt.Chart:
    titles = {"line": "Paid", "month": "Month", "text": "Cost", "n_text": "n"}
    points = alt.Chart(data[["number", "value", *titles]]).mark_point(
        size=400, opacity=0
    )
    told = [alt.Tooltip(f"{name}:N", title=title) for name, title in titles.items()]
    place = {"x": alt.X("number:Q"), "y": alt.Y("value:Q")}
    return points.encode(tooltip=told, **place)
