"""When a ticket was solved, reopened and open: from its own columns alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.history import unpacked
from kpi_kit.facts.status import StatusHistory

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis


def with_snapshot(
    tickets: ir.Table, history: StatusHistory | None, as_of: int
) -> StatusHistory:
    """Read the events where a ticket has any status event, else its own columns.

    Parameters
    ----------
    tickets
        The canonical table.
    history
        What the status events say; None where the source has none.
    as_of
        Later instants are not yet known.

    Returns
    -------
    StatusHistory
        ``tickets`` has those with events only: see :func:`status_columns`.

    Notes
    -----
    A reopening before the solve belongs to an earlier one, whose time is lost: it is
    counted, and nothing else follows from it.
    """
    reopens, deleted = _own_reopens(tickets, as_of), _own_deleted(tickets)
    if history is None:
        return StatusHistory(
            tickets=None,
            known=None,
            deleted=deleted,
            dated=None,
            reopens=reopens,
            turns=_own_turns(reopens),
        )
    reopens = reopens.anti_join(history.known, "ticket_id")
    deleted = deleted.anti_join(history.dated, "ticket_id")
    return replace(
        history,
        deleted=history.deleted.union(deleted),
        reopens=history.reopens.union(reopens),
        turns=history.turns.union(_own_turns(reopens)),
    )


def status_columns(table: ir.Table, basis: Basis, *, told: bool) -> dict[str, ir.Value]:
    """Return what events, else its own columns, say of each ticket's status.

    Parameters
    ----------
    table
        Known tickets, and where ``told`` the columns of `StatusHistory.tickets`.
    basis
        Says what is known by when.
    told
        Whether the source has status events.
    """
    as_of = basis.as_of
    gone = (table.status == "deleted").fill_null(False)
    solved = (table.solved_at < as_of).ifelse(table.solved_at, None)
    reopened = (table.reopened_at < as_of).ifelse(table.reopened_at, None)
    again = (reopened >= solved).fill_null(False)
    own = {
        "has_events": ibis.literal(False),
        "first_solved_at": solved,
        "last_solved_at": solved,
        "solver": ibis.literal(""),
        "is_tangled": again,
        "reopen_count": reopened.notnull().cast("int64"),
        "is_open": (solved.isnull() | again) & ~gone,
    }
    if not told:
        if not basis.has("tickets.solved_at"):
            own["is_open"] = ibis.null("boolean")
        return own
    has = table.has_events.fill_null(False)
    said = {name: table[name] for name in own if name in table.columns}
    for name in ("first_solved_at", "last_solved_at"):
        said[name] = unpacked(said[name])
    both = {name: has.ifelse(said[name], own[name]) for name in said}
    return own | both | {"has_events": has}


def _own_deleted(tickets: ir.Table) -> ir.Table:
    return tickets.filter(tickets.status == "deleted").select("ticket_id")


def _own_reopens(tickets: ir.Table, as_of: int) -> ir.Table:
    again = tickets.filter(
        tickets.reopened_at < as_of,
        tickets.solved_at < as_of,
        tickets.reopened_at >= tickets.solved_at,
    )
    return again.select(
        "ticket_id",
        "reopened_at",
        actor_role=ibis.literal("customer"),
        first_solved_at="solved_at",
    ).select("ticket_id", "actor_role", "reopened_at", "first_solved_at")


def _own_turns(reopens: ir.Table) -> ir.Table:
    done, undone = ibis.literal(-1, "int64"), ibis.literal(1, "int64")
    return reopens.select("ticket_id", turned_at="first_solved_at", change=done).union(
        reopens.select("ticket_id", turned_at="reopened_at", change=undone)
    )
