"""Releases and holidays above and across a chart over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts.lettering import NARROWEST, lettered, width_of
from kpi_kit.charts.scales import place
from kpi_kit.look import LIGHT
from kpi_kit.units import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

ABOVE = -11  # where the names stand, in pixels from the plot's top


def notches(
    marks: Iterable[tuple[date, str, str]], starts: Sequence[date], end: date
) -> pd.DataFrame:
    """Return the annotations that lie in the periods of a chart.

    Parameters
    ----------
    marks
        Day, label and kind of each: release, launch, holiday, staffing, other.
    starts, end
        First days of the periods, and the day after the last one.

    Returns
    -------
    pandas.DataFrame, one row per annotation, releases before holidays
        ``x`` on the axis of periods, ``text``, ``day``, ``is_holiday``, and ``align``,
        ``dx`` of the name; where two names would meet, the later row has none.
    """
    order = sorted(marks, key=lambda mark: (mark[2] == "holiday", mark[0]))
    rows, taken = [], []
    for day, label, kind in order:
        x = place(day, starts, end)
        if x is None:
            continue
        left, align, dx = _room(label, x / max(1, len(starts) - 1))
        box = (left - 4, left + width_of(label) + 4)
        free = all(box[1] < other[0] or box[0] > other[1] for other in taken)
        taken += [box] if free else []
        words = {"text": label if free else "", "day": day_text(day)}
        row = {"x": round(x, 3), "is_holiday": kind == "holiday"}
        rows.append({**row, **words, "align": align, "dx": dx, "kind": "quiet"})
    columns = ["x", "is_holiday", "text", "day", "align", "dx", "kind"]
    return pd.DataFrame(rows, columns=columns)


def _room(label: str, part: float) -> tuple[float, str, float]:
    """Return where a name begins, in pixels, and how that is said to the chart."""
    at, wide = part * NARROWEST, width_of(label)
    if at + wide / 2 > NARROWEST + 12:
        return NARROWEST + 12 - wide, "right", round(NARROWEST + 12 - at)
    if at - wide / 2 < -20:
        return at - 6, "left", -6
    return at - wide / 2, "center", 0


def drawn(data: pd.DataFrame) -> list[alt.Chart]:
    """Return dashed verticals for releases, short ticks for holidays, and the names."""
    holiday = data["is_holiday"].astype(bool)
    layers = [
        _rule(rows, **shape)
        for rows, shape in (
            (
                data[~holiday],
                {"top": -4, "bottom": alt.ExprRef("height"), "dash": True},
            ),
            (data[holiday], {"top": -4, "bottom": 1, "dash": False}),
        )
        if not rows.empty
    ]
    names = data[data["text"] != ""].assign(dy=0)
    return layers + lettered(names.drop(columns="is_holiday"), y=alt.YValue(ABOVE))


def _rule(rows: pd.DataFrame, *, top: float, bottom: object, dash: bool) -> alt.Chart:
    line = {"color": LIGHT["ink3"], "strokeWidth": 1}
    line |= {"strokeDash": [4, 3]} if dash else {}
    return (
        alt.Chart(rows[["x"]])
        .mark_rule(**line)
        .encode(x=alt.X("x:Q"), y=alt.YValue(top), y2=alt.Y2Value(bottom))
    )
