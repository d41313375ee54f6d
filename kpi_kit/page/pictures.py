"""A chart of the scorecard as the page takes it: drawn, titled, with its numbers."""

from __future__ import annotations

from dataclasses import replace
from inspect import signature
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from altair.utils.schemapi import debug_mode

from kpi_kit import charts
from kpi_kit.charts.leads import Led
from kpi_kit.comparable import bound_of
from kpi_kit.growth import alarms, growth
from kpi_kit.page import names
from kpi_kit.page.tables import Cell, folded, table
from kpi_kit.periods import DAY
from kpi_kit.standing import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    import altair as alt
    import pandas as pd

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

LAST_DAYS = 28
LOW = 200  # pixels
WITHIN = {
    "first_response_time": "Answered",
    "resolution_time": "Solved",
    "first_resolution_time": "First solved",
}
# What a share within a target is not held against: it is one of the target itself.
UNHELD = (
    *("previous", "baseline", "target", "band"),
    *("change", "since_baseline", "newer"),
)
NUMBERS = {"Value", "95% interval", "n", "Share", "Target"}


class Picture(NamedTuple):
    """A chart, and the table behind it."""

    chart: alt.TopLevelMixin
    table: str


def picture(
    name: str,
    frame: pd.DataFrame,
    standing: Standing,
    card: Scorecard,
    *,
    marks: Iterable[tuple[date, str, str]] = (),
    **more: Any,
) -> Picture:
    """Draw a frame of the scorecard.

    Parameters
    ----------
    name
        The chart: a function of ``kpi_kit.charts``.
    frame
        Scorecard rows.
    standing
        The KPI they are of, and what it is held against.
    card
        Gives the reading of first contact resolution.
    marks
        Day, label and kind of what may explain a number.
    **more
        What only some charts take: ``alarm``, ``by``, ``height``, ``leads``, ``usual``.
    """
    drawn, live = charts.named(name), card.contract.go_live
    if live is not None and "period_start" in frame:
        frame = frame.assign(is_vendors=frame["period_start"] >= live)
    known = {
        "metric": names.as_read(standing.card, card.contract),
        "target": None if standing.target is None else bound_of(standing.target),
        "baseline": None if standing.baseline is None else standing.baseline.value,
        "band": standing.band,
        "marks": tuple(marks),
        **more,
    }
    with debug_mode(False):  # each part is checked with the whole, when that is shown
        chart = drawn.draw(frame, **_taken(drawn.draw, known))
    heads, rows = drawn.rows(frame, **_taken(drawn.rows, known))
    caption = names.name(known["metric"])
    cells = [[_cell(one) for one in row] for row in rows]
    return Picture(chart, table(caption, heads, cells, NUMBERS & set(heads)))


def _cell(one: str | Led) -> str | Cell:
    return Cell(one.text, to=one.place) if isinstance(one, Led) else one


def counted(
    card: Scorecard, found: Iterable[Finding], name: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the days of a count that are drawn, and how: its alarm, its height.

    Parameters
    ----------
    card, found
        The scorecard and its findings.
    name
        Of the open tickets, or of those that came in.
    """
    frame, is_day = card.daily[name], card.every == "day"
    frame = frame.tail(LAST_DAYS) if is_day else frame
    grown, state = growth(card, card.as_of), card[name].state
    # In the picture as in the finding: over its three days, not all alarmed ones.
    said = grown.text if grown is not None and grown.level == "alarm" else ""
    said = card[name].state_text if state == "alarm" else said
    if name == "backlog":
        days = alarms(card, frame["period_start"].iloc[0], card.as_of + DAY)
    else:
        loud = any(f.metric == name and f.state == "alarm" for f in found)
        days = (card.start,) if loud else ()
    told = {"alarm": days, "said": said.removeprefix("alarm: ")}
    # A day is seen on one screen, whole.
    return frame, told | ({"height": LOW} if is_day else {})


def _taken(function: Callable, known: Mapping[str, Any]) -> dict[str, Any]:
    takes = signature(function).parameters
    return {name: value for name, value in known.items() if name in takes}


def within(standing: Standing, rows: pd.DataFrame) -> Standing:
    """Return the share of tickets that kept a duration's target, as a KPI of its own.

    Parameters
    ----------
    standing
        The duration, with its target.
    rows
        The share by period.
    """
    limit = names.bound(standing).removeprefix("at most ")
    done = WITHIN.get(standing.card.name, names.name(standing.card))
    card = replace(
        standing.card,
        name=f"{standing.card.name}_within",
        plain=f"{done} within {limit}",
        kind="share",
        unit="share",
        better="higher",
        dated_by="due",
    )
    return replace(
        standing,
        card=card,
        statistic="share",
        clock="",
        now=_last(rows),
        state="no_target",
        refused=(),
        series=rows,
        **dict.fromkeys(UNHELD),
    )


def _last(rows: pd.DataFrame) -> Reading:
    row = rows.sort_values("period_start").iloc[-1]
    return Reading(
        start=row["period_start"],
        end=row["period_end"],
        value=None if isnan(row["value"]) else row["value"],
        low=row["low"],
        high=row["high"],
        n=int(row["n"]),
        status=row["status"],
        note=row["note"],
    )


def placed(
    picture: Picture, standing: Standing, card: Scorecard, note: str = ""
) -> alt.TopLevelMixin:
    """Return a chart with its title, the place that links lead to, and a note."""
    called = names.called(standing, card)
    every = card.engagement.every if card.engagement else card.every
    chart = charts.titled(picture.chart, called, [names.kind(standing, every)])
    metric = standing.card.name
    links = [("Definition", names.place(metric, "card"))]
    tickets = names.place(metric, "tickets")
    if tickets in {names.place(name, "tickets") for name in card.behind}:
        links.append(("Tickets", tickets))
    return charts.noted(chart, id=names.anchor(metric), note=note, links=links)


def behind(pictures: Iterable[Picture], note: str = "") -> str:
    """Return the tables behind some charts, folded away; one table with its note."""
    tables = [picture.table for picture in pictures]
    if len(tables) == 1:
        return folded("The numbers behind this chart", f"{tables[0]}{note}")
    inside = f'<div class="beside">\n{"".join(tables)}\n</div>'
    return folded("The numbers behind these charts", inside)


def note(standing: Standing) -> str:
    """Return why a cited number is not drawn, where the reason is its kind."""
    told = (t for t in standing.refused if "the band" in t or "unknown" in t)
    text = next(told, "")
    return f"{text[:1].upper()}{text[1:]}." if text else ""
