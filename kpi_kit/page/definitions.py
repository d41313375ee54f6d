"""What each number means, and how it was made."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from kpi_kit.page import names
from kpi_kit.page.tables import folded, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpi_kit.catalog import Card

STATES = (
    "A state compares the whole 95% interval with the target: inside it meets, outside "
    "it misses, across it is too close to call. The contract's verdict goes by the "
    "value alone."
)


def definition_list(cards: Iterable[Card]) -> str:
    """Return what each KPI means, and how its state is found.

    Folded on a screen, where each number leads to its own; on paper all are read.
    """
    entries = [
        (names.place(card.name, "card"), names.name(card), card.definition)
        for card in cards
    ]
    items = "\n".join(
        f'<div id="{place}"><dt>{escape(term)}</dt><dd>{_prose(text)}</dd></div>'
        for place, term, text in (*entries, ("card-states", "States", STATES))
    )
    summary = f"What each number means: {len(entries)} definitions"
    return (
        f'<details class="kept"><summary>{summary}</summary>\n<dl>\n{items}\n</dl>\n'
        "</details>"
    )


def decisions_table(cards: Iterable[Card]) -> str:
    """Return each KPI's formula and the decisions behind it, folded away."""
    rows = [
        (names.name(card), card.label, card.formula, "; ".join(card.decisions) or "–")
        for card in cards
    ]
    heads = ("KPI", "Known as", "Formula", "Argued in DECISIONS.md")
    made = table("Formulas and decisions", heads, rows, set())
    return folded("Formulas and the decisions behind them", made)


def _prose(text: str) -> str:
    """Return a docstring's sentence as a reader's: its ``names`` are plain words."""
    return escape(re.sub(r"``(.+?)``", lambda found: _plain(found[1]), text))


def _plain(name: str) -> str:
    return name.replace("_", " ")
