"""What happened on a day that explains a number: releases, launches, holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.expectation import holidays

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

    Annotation = tuple[date, str, str]


def annotations(
    helpdesk: Helpdesk, contract: Contract, start: date, end: date
) -> tuple[Annotation, ...]:
    """Return day, label and kind of each annotation, oldest first.

    Parameters
    ----------
    helpdesk
        Its ``annotations``, where there are any.
    contract
        Its holidays, where the helpdesk names none of that day.
    start, end
        Local days; ``end`` is exclusive.
    """
    told = {}
    if "annotations" in helpdesk.given:
        rows = helpdesk.tables["annotations"]
        rows = rows.filter((rows.date >= start) & (rows.date < end))
        for row in rows.to_pyarrow().to_pylist():
            told[row["date"], row["label"]] = row["kind"] or "other"
    named = {day for day, _ in told}
    closed = {d: "closed" for d in holidays(contract) if start <= d < end}
    told |= {(d, text): "holiday" for d, text in closed.items() if d not in named}
    return tuple(sorted((day, label, kind) for (day, label), kind in told.items()))
