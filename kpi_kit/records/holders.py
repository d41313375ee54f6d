"""Who held a ticket when its customer answered, and when it was last solved before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known


def with_holders(rows: ir.Table, known: Known) -> ir.Table:
    """Add to surveys who held their ticket at the answer, and the wait for the survey.

    Parameters
    ----------
    rows
        Surveys, with ``ticket_id``, ``offered_at`` and ``answered_at``.
    known
        The tables; its facts have ``agent_id``, the ticket's own.

    Returns
    -------
    ir.Table
        ``rows`` with ``holder`` (NULL where nobody held it, or the answer has no time),
        ``went_on`` (whether another agent got it later) and ``lag_seconds`` from the
        last solve before the offer (NULL where there was none).
    """
    order = [rows.ticket_id, rows.offered_at, rows.answered_at]
    numbered = rows.mutate(number=ibis.row_number().over(order_by=order))
    own = known.tickets.select(ticket_of="ticket_id", own_agent="agent_id")
    joined = numbered.left_join(own, numbered.ticket_id == own.ticket_of)
    joined = _held(joined.drop("ticket_of"), known)
    return _waited(joined, known).drop("number", "own_agent")


def _held(rows: ir.Table, known: Known) -> ir.Table:
    """Read the history of the ticket's agent; its own agent where there is none."""
    if "events.field=agent" not in known.helpdesk.given:
        held = rows.answered_at.notnull().ifelse(rows.own_agent, None)
        return rows.mutate(holder=held, went_on=ibis.literal(False))
    events = known.table("events")
    moves = events.filter(events.field == "agent").select(
        "ticket_id", "occurred_at", "event_id", "old_value", "new_value"
    )
    asked = rows.filter(rows.answered_at.notnull())
    moves = asked.select("number", "ticket_id", "answered_at").join(moves, "ticket_id")
    before = moves.occurred_at <= moves.answered_at
    past, later = moves.filter(before), moves.filter(~before)
    last = _first(past, past.new_value, newest=True)
    first = _first(later, later.old_value, newest=False)
    joined = _beside(_beside(rows, last, "past"), first, "later")
    untold = joined.later_number.isnull().ifelse(joined.own_agent, joined.later_agent)
    held = joined.past_number.isnull().ifelse(untold, joined.past_agent)
    held = joined.answered_at.notnull().ifelse(held, None)
    rows = joined.select(*rows.columns, holder=held)
    after = later.filter(later.occurred_at < known.as_of)
    got = after.select("new_value", got_number="number").join(
        rows.select("number", "holder"), [("got_number", "number")]
    )
    elsewhere = got.filter(got.new_value != got.holder).select("got_number").distinct()
    joined = rows.left_join(elsewhere, rows.number == elsewhere.got_number)
    return joined.select(*rows.columns, went_on=joined.got_number.notnull())


def _first(moves: ir.Table, agent: ir.StringColumn, *, newest: bool) -> ir.Table:
    """Return the newest or the oldest move beside each survey."""
    order = [moves.occurred_at, moves.event_id.length(), moves.event_id]
    order = [each.desc() for each in order] if newest else order
    along = ibis.window(group_by=moves.number, order_by=order)
    placed = moves.select("number", agent=agent, place=ibis.row_number().over(along))
    return placed.filter(placed.place == 0).select("number", "agent")


def _beside(rows: ir.Table, found: ir.Table, name: str) -> ir.Table:
    named = found.rename({f"{name}_{column}": column for column in found.columns})
    return rows.left_join(named, rows.number == named[f"{name}_number"])


def _waited(rows: ir.Table, known: Known) -> ir.Table:
    """Add the time from the last solve before the offer."""
    solves = _solves(known)
    asked = rows.select("number", "ticket_id", "offered_at").join(solves, "ticket_id")
    asked = asked.filter(asked.solved_at <= asked.offered_at)
    last = asked.group_by(of_number="number").agg(solved_at=asked.solved_at.max())
    joined = rows.left_join(last, rows.number == last.of_number)
    lag = joined.offered_at - joined.solved_at
    return joined.select(*rows.columns, lag_seconds=lag)


def _solves(known: Known) -> ir.Table:
    """Return when tickets were solved; by themselves where no history says."""
    tickets = known.table("tickets")
    own = tickets.filter(tickets.solved_at.notnull()).select("ticket_id", "solved_at")
    if "events.field=status" not in known.helpdesk.given:
        return own
    events = known.table("events")
    status = events.filter(events.field == "status")
    changed = ~(status.old_value == status.new_value).fill_null(False)
    solved = status.filter((status.new_value == "solved") & changed)
    solved = solved.select("ticket_id", solved_at="occurred_at")
    return solved.union(own.anti_join(status, "ticket_id"))
