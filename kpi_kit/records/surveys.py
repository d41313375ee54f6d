"""Surveys: whether they were answered, and what the answer is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.records.known import dated
from kpi_kit.records.sliced import with_ticket

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known

POSITIVE_FROM = 0.75  # of the way up the scale: 4 of 1 to 5, 6 of 1 to 7, thumbs up
SCALES = {"csat": (1.0, 5.0), "ces": (1.0, 7.0), "nps": (0.0, 10.0)}
PROMOTERS_FROM, PASSIVES_FROM = 9, 7
WEEK = 7 * 86_400


def surveys(known: Known) -> ir.Table:
    """Return one row per survey that was offered or answered by the last day.

    Returns
    -------
    ir.Table
        ``kind``, ``ticket_id``, ``is_offered``, ``is_answered``, ``is_young`` (offered
        less than a week ago and not answered yet), ``score``, ``on_one_scale`` (the
        score, brought onto one scale where a kind has several), ``is_positive``,
        ``standing`` (+1 promoter, 0, -1 detractor; NULL off a scale of 0 to 10); local
        days ``offered_on``, ``answered_on``, ``rated_on``; the dimensions.

    Notes
    -----
    ``rated_on`` is the day the ticket was last solved, else offered, else answered: a
    late answer goes to the solve it speaks of.
    """
    rows = _told(known)
    rows = dated(rows, known, offered_on="offered_at", answered_on="answered_at")
    rows = with_ticket(rows, known)
    days = (rows.last_solved_on, rows.offered_on, rows.answered_on)
    rows = rows.mutate(rated_on=ibis.coalesce(*days))
    waits = rows.is_offered & ~rows.is_answered
    return rows.mutate(
        is_young=waits & (rows.offered_at > known.as_of - WEEK),
        on_one_scale=_on_one_scale(rows),
        is_positive=_positive(rows, known),
        standing=_standing(rows),
    )


def _told(known: Known) -> ir.Table:
    """Return the surveys; from the tickets' own ratings where there are none."""
    if "surveys" in known.helpdesk.tables:
        rows = known.table("surveys")
        rows = rows.mutate(
            offered_at=known.told(rows.offered_at),
            answered_at=known.told(rows.answered_at),
            is_late=rows.answered_at >= known.as_of,
        )
        heard = rows.is_late.fill_null(False).ifelse(None, rows.score)
        rows = rows.mutate(score=heard)
        rows = rows.filter(rows.offered_at.notnull() | rows.score.notnull())
    else:
        tickets = known.table("tickets")
        rows = tickets.filter(tickets.csat.notnull()).select(
            kind=ibis.literal("csat"),
            ticket_id="ticket_id",
            offered_at=ibis.null("int64"),
            answered_at=ibis.null("int64"),
            score="csat",
            scale_low=ibis.literal(known.helpdesk.csat_scale[0], "float64"),
            scale_high=ibis.literal(known.helpdesk.csat_scale[1], "float64"),
        )
    return rows.select(
        *("kind", "ticket_id", "offered_at", "answered_at", "score"),
        scale_low=_bound(rows, known, 0),
        scale_high=_bound(rows, known, 1),
        is_offered=rows.offered_at.notnull(),
        is_answered=rows.answered_at.notnull() | rows.score.notnull(),
    )


def _bound(rows: ir.Table, known: Known, place: int) -> ir.FloatingValue:
    """Return an end of the scale: as the row says, else as its kind has it."""
    scales = SCALES | {"csat": known.helpdesk.csat_scale}
    usual = ibis.cases(*((rows.kind == k, ends[place]) for k, ends in scales.items()))
    return ibis.coalesce(rows[("scale_low", "scale_high")[place]], usual)


def _on_one_scale(rows: ir.Table) -> ir.FloatingValue:
    """Return each score on its kind's usual scale, if that kind has several."""
    scored = rows.filter(rows.score.notnull())
    scales = scored.select("kind", "scale_low", "scale_high").distinct().to_pyarrow()
    kinds = scales["kind"].to_pylist()
    mixed = [(k, SCALES[k]) for k in sorted(SCALES) if kinds.count(k) > 1]
    if not mixed:
        return rows.score
    place = (rows.score - rows.scale_low) / (rows.scale_high - rows.scale_low)
    brought = [(rows.kind == k, low + place * (high - low)) for k, (low, high) in mixed]
    return ibis.cases(*brought, else_=rows.score)


def _positive(rows: ir.Table, known: Known) -> ir.BooleanValue:
    least = known.contract.csat.positive_from
    if least is not None:
        return rows.score >= float(least)
    width = rows.scale_high - rows.scale_low
    return rows.score >= rows.scale_low + POSITIVE_FROM * width


def _standing(rows: ir.Table) -> ir.IntegerValue:
    on_scale = (rows.scale_low == SCALES["nps"][0]) & (
        rows.scale_high == SCALES["nps"][1]
    )
    return on_scale.ifelse(
        ibis.cases(
            (rows.score >= PROMOTERS_FROM, 1),
            (rows.score >= PASSIVES_FROM, 0),
            (rows.score.notnull(), -1),
        ),
        None,
    )
