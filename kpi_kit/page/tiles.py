"""Six numbers in one row, grouped: what a reader sees in the first seconds."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from math import isnan
from typing import TYPE_CHECKING

from kpi_kit.charts.spark import spark as draw
from kpi_kit.comparable import bound_of
from kpi_kit.headline import headline
from kpi_kit.marks import mark
from kpi_kit.page import names
from kpi_kit.page.names import prose
from kpi_kit.phrases import JUDGMENTS, changed
from kpi_kit.states import needed
from kpi_kit.units import span_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kpi_kit.standing import Change, Scorecard, Standing

ARROWS = {"up": "▲", "down": "▼", "level": "▬"}


def tiles(card: Scorecard) -> str:
    """Return the tiles of a scorecard."""
    return f'<div class="tiles">\n{"".join(_groups(card))}</div>'


def _groups(card: Scorecard) -> list[str]:
    return [
        f'<div class="group" style="--tiles: {len(standings)}">'
        f'<p class="group-name">{escape(group)}</p>\n'
        f"{_row(group, standings, card)}</div>\n"
        for group, standings in headline(card).items()
    ]


def _row(group: str, standings: Sequence[Standing], card: Scorecard) -> str:
    return "\n".join(tile(standing, card, group) for standing in standings)


def tile(standing: Standing, card: Scorecard, group: str = "") -> str:
    """Return one KPI as a tile: it leads to its chart, to its card and its tickets."""
    state, held = state_and_bound(standing)
    name = standing.card.name
    # What cannot be computed has no chart; what it needs stands with the definitions.
    lacks = standing.state == "not_computable"
    chart = "made" if lacks else names.anchor(name)
    series = card.until_its_end(standing.series)
    sure = doubt(names.doubt(standing, standing.now), standing, card)
    waits = "".join(f"<br>{prose(told)}" for told in with_open(standing, card))
    # Paragraphs: a notebook that nobody trusts yet is shown without its style.
    parts = (
        f'<p class="name" data-group="{escape(group)}"><a href="#{chart}">'
        f"{escape(names.called(standing, card))}</a></p>"
        f'<p class="kind">{names.linked(kind(standing, card), name)}</p>'
        f'<p class="value">{big(names.value(standing, standing.now))}</p>'
        f'<p class="change">{change(standing)}{_than(standing, card)}</p>'
        f'<p class="judged">'
        f'<span class="state {standing.state}">{mark(standing.state)}'
        f"<b>{prose(state)}</b></span> "
        f'<span class="bound">{prose(held)}</span></p>'
        f'<p class="past">{past(series, standing, standing.state)}</p>'
        f'<p class="doubt">{sure}{waits}</p>'
    )
    return f'<div class="tile">{parts}</div>'


def doubt(text: str, standing: Standing, card: Scorecard) -> str:
    """Return a text as HTML; its n leads to the tickets where some are named."""
    told, name = names.doubt(standing, standing.now), standing.card.name
    if name not in card.behind or not told or told not in text:
        return prose(text)
    n = told.rpartition(" · ")[2]
    before, _, after = text.partition(told)
    before += told.removesuffix(n)
    return f"{prose(before)}{names.linked(n, name, 'tickets')}{prose(after)}"


def with_open(standing: Standing, card: Scorecard) -> list[str]:
    """Return a time with the tickets counted in that are still without it, if any.

    It is a median, and stands beside no other statistic.
    """
    found = card.beside.survival if card.beside else {}
    if standing.card.name not in found or standing.statistic != "median":
        return []
    rows = found[standing.card.name]
    own = rows[rows["period_start"] == standing.now.start]
    if own.empty or not own["waiting"].iloc[0]:
        return []
    median = own["median"].iloc[0]
    told = f"not half of the {card.every}'s yet"
    if not isnan(median):
        told = names.value(standing, replace(standing.now, value=median))
    return [f"with open tickets: {told}"]


def kind(standing: Standing, card: Scorecard) -> str:
    """Return what kind of number a tile shows, and of when where that is earlier."""
    if standing.now.start == card.start:
        return names.kind(standing, card.every)
    span = span_text(standing.now.start, standing.now.end)
    if standing.card.kind == "duration":
        return f"{standing.statistic}, {span}"
    return f"{span}, last mature" if standing.now.status != "provisional" else span


def big(text: str) -> str:
    """Return a value with its last unit small.

    Examples
    --------
    >>> big("4 h 18 min"), big("60.2%"), big("612")
    ('4 h 18<small> min</small>', '60.2<small>%</small>', '612')
    >>> big("11.26 USD"), big("0.089 tickets per USD")
    ('11.26<small> USD</small>', '0.089<small> tickets per USD</small>')
    """
    units = r"(.*?)((?: ?(?:min|h|d|s|%|[A-Z]{3}|tickets per [A-Z]{3}))?)"
    number, unit = re.fullmatch(units, text).groups()
    small = f"<small>{escape(unit)}</small>" if unit else ""
    return escape(number) + small


def change(standing: Standing) -> str:
    """Return direction, size and judgment of the change since the period before."""
    moved = standing.change
    if standing.state == "not_computable":
        return ""
    if moved is None:
        before = standing.previous
        if before is None or before.value is None or before.status == "provisional":
            return ""
        when = span_text(before.start, before.end)
        return escape(f"{when}: {names.value(standing, before)}")
    return f'<span class="arrow">{ARROWS[moved.arrow]}</span> {_told(moved)}'


def _told(moved: Change) -> str:
    # The arrow has said which way.
    return prose(moved.word if moved.arrow == "level" else changed(moved))


def _than(standing: Standing, card: Scorecard) -> str:
    """Return what a quarter is held against: other changes are since go-live."""
    is_own = standing.now.start == card.start
    if card.every != "quarter" or not standing.change or not is_own:
        return ""
    before = standing.previous.start
    is_told = standing.change.arrow != "level" and standing.change.word in JUDGMENTS
    return f" than Q{(before.month - 1) // 3 + 1}" if is_told else ""


def state_and_bound(standing: Standing) -> tuple[str, str]:
    """Return a state in words, and what it is held against or what it needs.

    Where one of several things would do it names the first; all stand with the
    definitions, where there is room.
    """
    text = names.state(standing)
    state, _, held = text.partition(": ")
    held = needed(text) if standing.state == "not_computable" and held else held
    return state[:1].upper() + state[1:], held or names.bound(standing)


def past(series: pd.DataFrame, standing: Standing, state: str) -> str:
    """Return a KPI's past as a small line with the state's mark at its end."""
    target = None if standing.target is None else bound_of(standing.target)
    return draw(series, metric=standing.card, target=target, state=state)
