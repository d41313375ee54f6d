"""Surveys: whether they were answered, and what the answer is worth."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis

from kpi_kit.records.known import dated
from kpi_kit.records.sliced import tenure, with_ticket

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.records.known import Known
    from kpi_kit.tables import Helpdesk

    Scale = tuple[float, float]

POSITIVE_FROM = 0.75  # of the way up the scale: 4 of 1 to 5, 6 of 1 to 7, thumbs up
SCALES = {"csat": (1.0, 5.0), "ces": (1.0, 7.0), "nps": (0.0, 10.0)}
PROMOTERS_FROM, PASSIVES_FROM = 9, 7
WEEK = 7 * 86_400
NOBODY = "\x1f"  # who solved, in the facts, where an agent did and nobody says which
COLUMNS = (
    *("kind", "ticket_id", "customer_id", "offered_at", "answered_at"),
    *("score", "scale_low", "scale_high", "comment"),
)
AVERAGES = {"csat_score": "csat", "ces": "ces"}
OWN = (
    *("kind", "score", "scale_low", "scale_high", "offered_on", "answered_on"),
    *("rated_on", "is_offered", "is_answered", "is_young", "on_one_scale"),
    *("is_positive", "standing"),
)


def surveys(known: Known, *, also: tuple[str, ...] = ()) -> ir.Table:
    """Return one row per survey that was offered or answered by the last day.

    Parameters
    ----------
    known
        The tables, and what is asked of them.
    also
        Further columns of the surveys to return, such as ``comment``.

    Returns
    -------
    ir.Table
        ``kind``, ``is_offered``, ``is_answered``, ``is_young`` (offered less than a
        week ago and not answered yet), ``on_one_scale`` (the score, brought onto one
        scale where a kind has several), ``is_positive``, ``standing`` (+1 promoter, 0,
        -1 detractor; NULL off a scale of 0 to 10); local days ``answered_on`` and
        ``rated_on``; the dimensions, ``agent_id`` who solved.

    Notes
    -----
    ``rated_on`` is the day the ticket was last solved, else offered, else answered: a
    late answer goes to the solve it speaks of.
    """
    rows = _told(known)
    rows = dated(rows, known, offered_on="offered_at", answered_on="answered_at")
    rows = _tenured(rows, known)
    own = {"customer_id": "customer_id", "customer_tenure": "their tenure"}
    rows = with_ticket(rows, _credited(known), own)
    days = (rows.last_solved_on, rows.offered_on, rows.answered_on)
    rows = rows.mutate(rated_on=ibis.coalesce(*days))
    waits = rows.is_offered & ~rows.is_answered
    several = scales(known.helpdesk)
    return rows.select(
        *("kind", "is_offered", "is_answered", "rated_on", "answered_on"),
        *dict.fromkeys((*known.by, *also)),
        is_young=waits & (rows.offered_at > known.as_of - WEEK),
        on_one_scale=_on_one_scale(rows, several),
        is_positive=_positive(rows, known, several.get("csat", [])),
        standing=_standing(rows),
    )


def _tenured(rows: ir.Table, known: Known) -> ir.Table:
    """Add, where it is asked for, how long who was asked had been a customer."""
    if "customer_tenure" not in known.by:
        return rows
    if "customer_tenure" in known.helpdesk.extra:  # as the source calls it, then
        return rows.mutate(**{"their tenure": ibis.null("string")})
    tickets = known.table("tickets")
    customers = tickets.group_by(who="customer_id").agg(
        since=tickets.customer_since.min()
    )
    rows = rows.left_join(customers, rows.customer_id == customers.who).drop("who")
    on = ibis.coalesce(rows.answered_on, rows.offered_on)
    return rows.mutate(**{"their tenure": tenure(on, rows.since)}).drop("since")


def _credited(known: Known) -> Known:
    """Credit a ticket to who solved it; to its own agent where no history says."""
    tickets = known.tickets
    if "solved_by" not in tickets.columns:
        return known
    solver = ibis.coalesce(tickets.solved_by.nullif(NOBODY), tickets.agent_id)
    return replace(known, tickets=tickets.mutate(agent_id=solver))


def _told(known: Known) -> ir.Table:
    """Return what is known of the surveys by the last day."""
    rows = _asked(known.helpdesk)
    at = ibis.coalesce(rows.answered_at, rows.offered_at)
    is_late = (at >= known.as_of).fill_null(False)
    rows = rows.mutate(
        offered_at=known.told(rows.offered_at),
        answered_at=known.told(rows.answered_at),
        score=is_late.ifelse(None, rows.score),
        comment=is_late.ifelse(None, rows.comment),
    )
    rows = rows.mutate(
        is_offered=rows.offered_at.notnull(),
        is_answered=rows.answered_at.notnull() | rows.score.notnull(),
    )
    return rows.filter(rows.is_offered | rows.is_answered)


def _asked(helpdesk: Helpdesk) -> ir.Table:
    """Return all surveys; a ticket's own rating where it has no survey about it."""
    sources = []
    if "surveys" in helpdesk.tables:
        sources.append(helpdesk.tables["surveys"].select(*COLUMNS))
    if "tickets.csat" in helpdesk.given:
        tickets = helpdesk.tables["tickets"]
        unknown = dict.fromkeys(("offered_at", "answered_at"), ibis.null("int64"))
        bounds = dict.fromkeys(("scale_low", "scale_high"), ibis.null("float64"))
        own = tickets.filter(tickets.csat.notnull()).mutate(
            kind=ibis.literal("csat"), score=tickets.csat, **unknown, **bounds
        )
        if sources:
            rated = sources[0].filter(sources[0].kind == "csat")
            own = own.anti_join(rated, "ticket_id")
        sources.append(own.select(*COLUMNS))
    rows = sources[0].union(sources[1]) if len(sources) > 1 else sources[0]
    low, high = (_bound(rows, helpdesk, place) for place in (0, 1))
    sound = (low < high) & rows.score.between(low, high)
    score = sound.ifelse(rows.score, None)
    return rows.mutate(score=score, scale_low=low, scale_high=high)


def _bound(rows: ir.Table, helpdesk: Helpdesk, place: int) -> ir.FloatingValue:
    """Return an end of the scale: as the row says, else as its kind has it."""
    usual = SCALES | {"csat": helpdesk.csat_scale}
    ends = ibis.cases(*((rows.kind == k, scale[place]) for k, scale in usual.items()))
    return ibis.coalesce(rows[("scale_low", "scale_high")[place]], ends)


def scales(helpdesk: Helpdesk) -> dict[str, list[Scale]]:
    """Return the scales that each kind of survey was answered on, the lowest first."""
    if not {"surveys", "tickets.csat"} & helpdesk.given:
        return {}
    rows = _asked(helpdesk)
    rows = rows.filter(rows.score.notnull())
    found: dict[str, list[Scale]] = {}
    for row in _seen(rows.select("kind", "scale_low", "scale_high").distinct()):
        found.setdefault(row["kind"], []).append((row["scale_low"], row["scale_high"]))
    return {kind: sorted(several) for kind, several in found.items()}


@lru_cache(maxsize=4)
def _seen(rows: ir.Table) -> list[dict]:
    """Return the rows; a report asks for the same ones for every KPI."""
    return rows.to_pyarrow().to_pylist()


def on_scale(helpdesk: Helpdesk) -> dict[str, str]:
    """Return on which scale each average is told, for its notes."""
    found, notes = scales(helpdesk), {}
    for name, kind in AVERAGES.items():
        several = found.get(kind, [])
        if several:
            low, high = several[0] if len(several) == 1 else SCALES[kind]
            brought = "" if len(several) == 1 else ", other scales brought onto it"
            notes[name] = f"scale of {low:g} to {high:g}{brought}"
    return notes


def unclear(helpdesk: Helpdesk, contract: Contract) -> str:
    """Return why nobody can say which ratings are positive; empty where one can."""
    least, rated = contract.csat.positive_from, scales(helpdesk).get("csat", [])
    if least is None or not rated or meant(least, rated, helpdesk.csat_scale):
        return ""
    told = " and ".join(f"{low:g} to {high:g}" for low, high in rated)
    return f"contract.csat.positive_from {least} could be any or none of {told}"


def meant(least: float, rated: list[Scale], usual: Scale) -> Scale | None:
    """Return the scale that the contract's lowest positive rating is one of.

    It is the source's usual one, else the only one that has such a rating; None where
    none has, or several have.

    Examples
    --------
    >>> thumbs, stars, seven = (0, 1), (1, 5), (1, 7)
    >>> meant(4, [thumbs, stars, seven], usual=stars), meant(6, [stars, seven], stars)
    ((1, 5), (1, 7))
    >>> meant(4, [thumbs], stars), meant(4, [seven, (0, 10)], stars)
    (None, None)
    """
    fits = [scale for scale in rated if scale[0] < least <= scale[1]]
    if usual in fits:
        return usual
    return fits[0] if len(fits) == 1 else None


def _on_one_scale(rows: ir.Table, several: dict[str, list[Scale]]) -> ir.FloatingValue:
    """Return each score on its kind's usual scale, if that kind has several."""
    mixed = {k: SCALES[k] for k in SCALES if len(several.get(k, [])) > 1}
    if not mixed:
        return rows.score
    width = rows.scale_high - rows.scale_low
    place = (rows.score - rows.scale_low) / width.nullif(0)
    brought = [
        (rows.kind == kind, low + place * (high - low))
        for kind, (low, high) in mixed.items()
    ]
    return ibis.cases(*brought, else_=rows.score)


def _positive(rows: ir.Table, known: Known, rated: list[Scale]) -> ir.BooleanValue:
    """Say whether a rating is as far up its scale as a positive one must be."""
    least, usual = known.contract.csat.positive_from, known.helpdesk.csat_scale
    place = POSITIVE_FROM
    if least is not None:
        low, high = meant(least, rated, usual) or usual
        place = (float(least) - low) / (high - low)
    width = rows.scale_high - rows.scale_low
    # A hair below: 2/3 of the way from 1 to 7 is 5, whatever the floats say.
    return rows.score >= rows.scale_low + (place - 1e-9) * width


def _standing(rows: ir.Table) -> ir.IntegerValue:
    low, high = SCALES["nps"]
    return ibis.cases(
        ((rows.scale_low != low) | (rows.scale_high != high), None),
        (rows.score >= PROMOTERS_FROM, 1),
        (rows.score >= PASSIVES_FROM, 0),
        (rows.score.notnull(), -1),
    )
