"""Quality reviews, and the checks that nobody may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.records.known import dated
from kpi_kit.records.sliced import with_ticket

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known

OWN = ("review_id", "criterion", "share", "is_kept", "unweighed", "mean", "points")
OWN += ("weights", "review_day", "reviewed_on")


def reviews(known: Known) -> ir.Table:
    """Return one row per quality review by the client's side.

    Returns
    -------
    ir.Table
        ``review_id``, ``ticket_id``, ``share``: the weighted share of the points, NULL
        where nothing could be scored; local day ``reviewed_on``; the dimensions.

    Notes
    -----
    In a review that lacks a weight all criteria weigh the same: nobody knows how much
    the one weighs beside the others.
    """
    rows = _told(known)
    is_quality = (rows.kind != "compliance").fill_null(True)
    rows = rows.filter(is_quality & (rows.reviewer_side == "client"))
    part = rows.score / (rows.max_score > 0).ifelse(rows.max_score, None)
    rows = rows.mutate(part=part, weighed=part * rows.weight)
    scored = rows.filter(rows.part.notnull())
    whole = scored.group_by("review_id", "ticket_id").agg(
        agent_id=scored.agent_id.max(),
        reviewed_at=scored.reviewed_at.max(),
        unweighed=scored.weight.isnull().any(),
        mean=scored.part.mean(),
        points=scored.weighed.sum(),
        weights=scored.weight.sum(),
    )
    weighed = whole.points / (whole.weights > 0).ifelse(whole.weights, None)
    share = whole.unweighed.ifelse(whole["mean"], weighed)
    return _placed(whole.mutate(share=share), known)


def checks(known: Known) -> ir.Table:
    """Return one row per compliance check, whoever made it.

    Returns
    -------
    ir.Table
        ``review_id``, ``ticket_id``, ``criterion``, ``is_kept``: all points given, NULL
        where there were none to give; local day ``reviewed_on``; the dimensions.
    """
    rows = _told(known)
    rows = rows.filter(rows.kind == "compliance")
    kept = rows.score >= rows.max_score
    rows = rows.mutate(is_kept=(rows.max_score > 0).ifelse(kept, None))
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
