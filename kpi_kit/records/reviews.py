"""Quality reviews, and the checks that nobody may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.records.known import dated
from kpi_kit.records.sliced import with_ticket

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known


def reviews(known: Known) -> ir.Table:
    """Return one row per review by the client's side.

    Returns
    -------
    ir.Table
        ``review_id``, ``points`` and ``possible``: the weighted share of each
        criterion's points, and the weights; local day ``reviewed_on``; the dimensions.
    """
    rows = _told(known)
    is_quality = (rows.kind != "compliance").fill_null(True)
    rows = rows.filter(is_quality & (rows.reviewer_side == "client"))
    weight = rows.weight.fill_null(1.0)
    rows = rows.mutate(part=weight * rows.score / rows.max_score.nullif(0), of=weight)
    scored = rows.part.notnull()
    whole = rows.group_by("review_id", "ticket_id").agg(
        agent_id=rows.agent_id.max(),
        reviewed_at=rows.reviewed_at.max(),
        points=rows.part.sum(),
        possible=rows.of.sum(where=scored),
    )
    return _placed(whole, known)


def checks(known: Known) -> ir.Table:
    """Return one row per compliance check, whoever made it.

    Returns
    -------
    ir.Table
        ``review_id``, ``ticket_id``, ``criterion``, ``is_kept``: all points given;
        local day ``reviewed_on``; the dimensions.
    """
    rows = _told(known)
    rows = rows.filter(rows.kind == "compliance")
    rows = rows.mutate(is_kept=rows.score >= rows.max_score)
    names = ("review_id", "ticket_id", "criterion", "agent_id", "reviewed_at")
    return _placed(rows.select(*names, "is_kept"), known)


def _told(known: Known) -> ir.Table:
    rows = known.table("qa_scores")
    return rows.filter((rows.reviewed_at < known.as_of).fill_null(True))


def _placed(rows: ir.Table, known: Known) -> ir.Table:
    """Date a row by its review, else by the last solve; name the agent reviewed."""
    rows = dated(rows, known, review_day="reviewed_at")
    rows = with_ticket(rows, known, {"agent_id": "agent_id"})
    day = ibis.coalesce(rows.review_day, rows.last_solved_on)
    return rows.mutate(reviewed_on=day)
