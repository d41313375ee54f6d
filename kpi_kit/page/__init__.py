"""Pieces of a report's page: plain HTML with every text escaped."""

from __future__ import annotations

from kpi_kit.page import (
    day,
    definitions,
    findings,
    headlines,
    legend,
    masthead,
    names,
    people,
    pictures,
    reasons,
    sentences,
    spending,
    style,
    tables,
    tiles,
    voices,
)

__all__ = [
    "day",
    "definitions",
    "findings",
    "headlines",
    "legend",
    "masthead",
    "names",
    "people",
    "pictures",
    "reasons",
    "sentences",
    "spending",
    "style",
    "tables",
    "tiles",
    "voices",
]
