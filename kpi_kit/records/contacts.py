"""Calls and chats: how long they waited, how long they took, who gave up."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import ibis

from kpi_kit.records.begun import with_beginning
from kpi_kit.records.known import dated
from kpi_kit.records.sliced import THEIRS, with_agent, with_ticket

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known

PARTS = ("talk_seconds", "hold_seconds", "wrap_seconds")


def contacts(known: Known) -> ir.Table:
    """Return one row per call or chat that began by the last day.

    Returns
    -------
    ir.Table
        ``waited_seconds`` to the answer, or to hanging up; ``is_answered``,
        ``is_abandoned`` (NULL where nobody says, and while it waits), ``has_queued``
        (waited at all), ``is_in_time`` (the contract's service level; NULL where not
        judged), ``handle_seconds``; local day ``queued_on``; the dimensions, hour,
        weekday, shift and time since go-live those of the beginning.
    """
    rows = known.table("contacts")
    began = ibis.coalesce(rows.queued_at, rows.answered_at, rows.ended_at)
    rows = rows.mutate(began_at=began)
    rows = rows.filter(rows.began_at < known.as_of)
    later = (rows[name] >= known.as_of for name in ("answered_at", "ended_at"))
    answered_later, ended_later = (at.fill_null(False) for at in later)
    rows = rows.mutate(
        answered_at=known.told(rows.answered_at),
        ended_at=known.told(rows.ended_at),
        goes_on=answered_later | ended_later,
    )
    rows = with_agent(dated(rows, known, queued_on="began_at"), known)
    own = {name: name for name in ("channel", "agent_id", "customer_id")}
    own |= {name: f"agent {name}" for name in THEIRS}
    rows, begun = with_beginning(rows, known, at="began_at", on="queued_on")
    rows = with_ticket(rows, known, own)
    rows = rows.mutate(**{name: rows[mine] for name, mine in begun.items()})
    return _judged(rows, known)


def _judged(rows: ir.Table, known: Known) -> ir.Table:
    is_answered = rows.answered_at.notnull()
    is_abandoned = ibis.cases((is_answered, False), (~rows.goes_on, rows.abandoned))
    until = ibis.coalesce(rows.answered_at, rows.ended_at)
    waited = until - rows.queued_at
    rows = rows.mutate(
        is_answered=is_answered,
        is_abandoned=is_abandoned,
        waited_seconds=(waited >= 0).ifelse(waited, None),
    )
    return rows.mutate(
        has_queued=rows.waited_seconds > 0,
        is_in_time=_in_time(rows, known),
        handle_seconds=_handled(rows, known),
    )


def _in_time(rows: ir.Table, known: Known) -> ir.BooleanValue:
    """Judge who was answered, who gave up, and who has waited longer than agreed."""
    agreed = known.contract.service_level
    is_overdue = rows.queued_at < known.as_of - agreed.seconds
    kept = (rows.is_answered, rows.waited_seconds <= agreed.seconds)
    if agreed.abandoned == "left_out":
        return ibis.cases(kept, (~rows.is_abandoned & is_overdue, False))
    return ibis.cases(kept, (rows.is_abandoned | is_overdue, False))


def _handled(rows: ir.Table, known: Known) -> ir.FloatingValue:
    """Return talk, hold and after-contact work; a part no source column has is none."""
    given = known.helpdesk.given
    parts = [rows[name] for name in PARTS if f"contacts.{name}" in given]
    if not parts:
        return ibis.null("float64")
    is_taken = rows.is_answered
    if "contacts.answered_at" not in given:
        is_taken = ~rows.is_abandoned.fill_null(False)
    return (is_taken & ~rows.goes_on).ifelse(reduce(add, parts), None)
