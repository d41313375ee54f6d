"""Pieces of a report's page: plain HTML with every text escaped."""

from __future__ import annotations

from kpi_kit.page.tables import (
    accounting_table,
    chart_title,
    definition_list,
    heading,
    kpi_table,
    nothing,
    notes,
    table,
)

__all__ = [
    "accounting_table",
    "chart_title",
    "definition_list",
    "heading",
    "kpi_table",
    "nothing",
    "notes",
    "table",
]
