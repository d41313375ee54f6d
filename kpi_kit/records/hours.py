"""Agents' paid hours, stretch by stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.records.begun import BEGUN, with_beginning
from kpi_kit.records.known import dated
from kpi_kit.records.sliced import THEIRS, with_agent

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known


def hours(known: Known) -> ir.Table:
    """Return one row per paid stretch that began by the last day.

    Returns
    -------
    ir.Table
        ``agent_id``, ``state``, ``seconds`` (known so far; NULL for what is not paid),
        local day ``started_on`` of its beginning; the dimensions are the agent's, shift
        and time since go-live those of the beginning.
    """
    rows = known.table("agent_states")
    rows = rows.filter(rows.started_at < known.as_of)
    ended = (rows.ended_at > known.as_of).ifelse(known.as_of, rows.ended_at)
    is_paid = rows.paid.fill_null(True)
    rows = rows.mutate(seconds=is_paid.ifelse(ended - rows.started_at, None))
    rows = with_agent(dated(rows, known, started_on="started_at"), known)
    rows, begun = with_beginning(rows, known, at="started_at", on="started_on")
    asked = {name: rows[f"agent {name}"] for name in known.by if name in THEIRS}
    asked["agent_id"] = rows.agent_id
    asked |= {name: rows[own] for name, own in begun.items() if name in BEGUN}
    return rows.select("state", "seconds", "started_on", **asked)
