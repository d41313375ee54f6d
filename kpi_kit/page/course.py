"""How each KPI went over the whole engagement: the line over the small charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.change import change
from kpi_kit.held import readings
from kpi_kit.page import names
from kpi_kit.page.headlines import answer, from_to, worst
from kpi_kit.standing import is_vendors
from kpi_kit.units import MONTHS, period_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kpi_kit.standing import Change, Reading, Scorecard, Standing

    Marks = Iterable[tuple[date, str, str]]

# What a chart of months has room to name.
MARKED = ("release", "launch")
MOST = 2


def marked(marks: Marks, card: Scorecard) -> list[tuple[date, str, str]]:
    """Return go-live and the releases: what may part the months before from after."""
    live = card.contract.go_live
    told = [mark for mark in marks if mark[2] in MARKED and mark[0] != live]
    return ([(live, "go-live", "release")] if live else []) + told


def course(card: Scorecard, drawn: Sequence[Standing]) -> str:
    """Say how the KPIs moved since the first months, and when they were at their worst.

    Parameters
    ----------
    card
        Gives the vendor's first day and how the series are cut.
    drawn
        The KPIs over time, the most important first.
    """
    deep = [text for standing in drawn if (text := _worst(standing, card))]
    scale = "Each chart has its own scale."
    firsts = [reading for each in drawn for reading in readings(each.series)[:1]]
    if not all(is_vendors(card.contract, first) for first in firsts):
        scale = "Each chart has its own scale and begins with the days before go-live."
    return answer(_moved(card, drawn), *deep[:MOST], scale)


def _moved(card: Scorecard, drawn: Sequence[Standing]) -> str:
    """Count what is better and worse in the last period than in the vendor's first."""
    pairs = {standing.card.name: _ends(standing, card) for standing in drawn}
    known = {name: pair for name, pair in pairs.items() if pair is not None}
    if not known:
        return ""
    moved = [
        made
        for standing in drawn
        if (pair := known.get(standing.card.name))
        and (made := _change(standing, *pair)) is not None
    ]
    judged = [made for made in moved if _is_told(made)]
    if not judged:
        return ""
    up = sum(bool(made.is_better) for made in judged)
    down = sum(bool(made.is_worse) for made in judged)
    first, last = (_called(reading) for reading in next(iter(known.values())))
    return (
        f"From {first} to {last}: {up} better, {down} worse, "
        f"{len(judged) - up - down} not told apart."
    )


def _ends(standing: Standing, card: Scorecard) -> tuple[Reading, Reading] | None:
    """Return the vendor's first whole period and the last one, both final."""
    found = [
        reading
        for reading in readings(standing.series)
        if reading.status == "ok"
        and is_vendors(card.contract, reading)
        and _is_whole(reading)
    ]
    return (found[0], found[-1]) if len(found) > 1 else None


def _is_whole(reading: Reading) -> bool:
    days = (reading.end - reading.start).days
    return days == 7 or reading.start.day == reading.end.day == 1


def _change(standing: Standing, first: Reading, last: Reading) -> Change | None:
    return change(standing.card, first, last, days=standing.clock != "business")


def _is_told(made: Change) -> bool:
    return made.is_better is not None or made.word in {"within noise", "no change"}


def _called(reading: Reading) -> str:
    if reading.start.day == reading.end.day == 1:
        return MONTHS[reading.start.month - 1]
    return f"the week of {reading.start.day} {MONTHS[reading.start.month - 1]}"


def _worst(standing: Standing, card: Scorecard) -> str:
    """Say in which months a KPI was at its worst; empty where none stands out."""
    _, alike = worst(standing, card)
    if alike.empty:
        return ""
    called = names.called(standing, card)
    first, last = readings(alike)[0], readings(alike)[-1]
    when = f"the days {period_text(first.start, last.end)}"
    if first.start.day == last.end.day == 1:
        when = MONTHS[first.start.month - 1]
        when += "" if len(alike) == 1 else f" to {MONTHS[last.start.month - 1]}"
    return f"{called} was at its worst in {when}: {from_to(alike['value'], standing)}."
