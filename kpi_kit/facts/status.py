"""When a ticket was solved, reopened and open: from status events or its own columns.

Most tickets go one way: open, then done.  Only the tangled ones (reopened, deleted, or
two changes that contradict each other) are walked through event by event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.replies import FAR

if TYPE_CHECKING:
    import ibis.expr.types as ir

DONE = ("solved", "closed", "deleted")
SOLVED = ("solved", "closed")
WEEK = 7 * 86_400
NOBODY = "\x1f"  # an agent solved it, but the source does not say who
JUST_BEFORE = 300  # a customer's message so shortly before a reopen caused it


@dataclass(frozen=True, kw_only=True)
class StatusHistory:
    """What the status events say, by ticket.

    ``tickets`` has one row per ticket with status events: ``first_solved_at``,
    ``last_solved_at``, ``solver``, ``is_tangled``, ``reopen_count``, ``is_open``,
    ``is_deleted``.  ``reopens`` has one row per reopen:
    ``ticket_id, reopened_at, actor_role``.  ``turns`` has one row each time a tangled
    ticket became done (-1) or open again (+1): ``ticket_id, turned_at, change``.
    ``held`` are the engine's temporary tables behind them, which go when it does.
    """

    tickets: ir.Table
    reopens: ir.Table
    turns: ir.Table
    held: tuple[ir.Table, ...] = ()


def order(events: ir.Table) -> list[ir.Value]:
    """Order events by time; ties by id, where 9 comes before 10."""
    return [events.occurred_at, events.event_id.length(), events.event_id]


def status_history(
    events: ir.Table, as_of: int, *, solver: bool = True
) -> StatusHistory:
    """Read the status events known by ``as_of``.

    Parameters
    ----------
    events
        The canonical table.
    as_of
        Later changes are not yet known; a ticket that has only later ones is open.
    solver
        Whether to find out who solved; it costs a text per change.

    Notes
    -----
    A change to the value the field already had is none.  Where ``old_value`` is missing
    the value before is the one the previous event set.
    """
    status = events.filter(events.field == "status")
    known = (status.occurred_at < as_of) & ~(
        status.old_value == status.new_value
    ).fill_null(False)
    at, new, old = status.occurred_at, status.new_value, status.old_value
    is_done, is_solved, is_closed = new.isin(DONE), new == "solved", new == "closed"
    summary = status.group_by("ticket_id").agg(
        **_solves(status, known, solver=solver),
        done_at=at.min(where=known & is_done),
        undone_at=at.max(where=known & ~is_done),
        deleted_at=at.max(where=known & (new == "deleted")),
        claims_reopen=(known & old.isin(SOLVED) & ~is_done).fill_null(False).any(),
        solves=(known & is_solved).sum(),
        closes=(known & is_closed).sum(),
        untold=(known & is_done & old.isnull()).any(),
    )
    summary = summary.cache()
    tangled = summary.filter(
        (summary.undone_at >= summary.done_at)
        | summary.deleted_at.notnull()
        | summary.claims_reopen
        | (summary.untold & ((summary.solves > 1) | (summary.closes > 1)))
        | (summary.done_at != ibis.coalesce(summary.first_solved, summary.first_closed))
    ).select("ticket_id")
    walked = _walk(status.filter(known).semi_join(tangled, "ticket_id")).cache()
    return StatusHistory(
        tickets=_per_ticket(summary, walked, solver=solver),
        reopens=walked.filter(walked.is_reopen).select(
            "ticket_id", "actor_role", reopened_at=walked.occurred_at
        ),
        turns=walked.filter(walked.was_done != walked.is_done).select(
            "ticket_id",
            turned_at=walked.occurred_at,
            change=walked.is_done.ifelse(-1, 1).cast("int64"),
        ),
        held=(summary, walked),
    )


def _walk(changes: ir.Table) -> ir.Table:
    in_order = ibis.window(group_by=changes.ticket_id, order_by=order(changes))
    walked = changes.mutate(
        before=changes.new_value.lag().over(in_order),
        after=changes.occurred_at.lead().over(in_order),
    )
    is_done = walked.new_value.isin(DONE).fill_null(False)
    left = ibis.coalesce(walked.old_value, walked.before)
    return walked.mutate(
        is_done=is_done,
        was_done=walked.before.isin(DONE).fill_null(False),
        is_last=walked.after.isnull(),
        is_change=~(left == walked.new_value).fill_null(False),
        is_reopen=(left.isin(SOLVED) & ~is_done & walked.new_value.notnull()).fill_null(
            False
        ),
    )


def _solves(
    changes: ir.Table, counted: ir.BooleanValue, *, solver: bool
) -> dict[str, ir.Value]:
    """Return first and last entry into solved and closed, and who made the last."""
    at, new = changes.occurred_at, changes.new_value
    reductions = {"first": at.min, "last": at.max}
    if solver:
        reductions["by"] = _solver(changes).max
    return {
        f"{what}_{state}": reduced(where=counted & (new == state))
        for state in SOLVED
        for what, reduced in reductions.items()
    }


def _solver(changes: ir.Table) -> ir.StringColumn:
    """Return instant and agent as one text, so that the last solve brings its agent."""
    by_agent = (changes.actor_role == "agent").fill_null(False)
    actor = by_agent.ifelse(changes.actor_id.fill_null(NOBODY), "")
    return (changes.occurred_at + FAR).cast("string") + actor


def _per_ticket(summary: ir.Table, walked: ir.Table, *, solver: bool) -> ir.Table:
    ends = walked.group_by("ticket_id").agg(
        last_status=walked.new_value.max(where=walked.is_last),
        reopen_count=walked.is_reopen.sum(),
        **_solves(walked, walked.is_change, solver=solver),
    )
    ends = ends.rename({f"walked_{c}": c for c in ends.columns if c.endswith(SOLVED)})
    joined = summary.left_join(ends, "ticket_id").drop("ticket_id_right")
    is_tangled = joined.reopen_count.notnull()

    def either(what: str) -> ir.Value:
        solved, closed = (
            is_tangled.ifelse(joined[f"walked_{what}_{s}"], joined[f"{what}_{s}"])
            for s in SOLVED
        )
        return ibis.coalesce(solved, closed)

    return joined.select(
        "ticket_id",
        has_events=ibis.literal(True),
        first_solved_at=either("first"),
        last_solved_at=either("last"),
        solver=either("by")[12:] if solver else ibis.null("string"),
        is_tangled=is_tangled,
        reopen_count=joined.reopen_count.fill_null(0),
        is_open=is_tangled.ifelse(
            ~joined.last_status.isin(DONE).fill_null(False), joined.done_at.isnull()
        ),
        is_deleted=(joined.last_status == "deleted").fill_null(False),
    )


def status_of_snapshot(tickets: ir.Table, as_of: int) -> StatusHistory:
    """Take solve and reopen from the ticket's own columns.

    A reopening before the solve belongs to an earlier one, whose time is lost: it is
    counted, and nothing else follows from it.
    """
    solved = (tickets.solved_at < as_of).ifelse(tickets.solved_at, None)
    reopened = (
        (tickets.reopened_at < as_of) & (tickets.reopened_at >= tickets.solved_at)
    ).ifelse(tickets.reopened_at, None)
    read = tickets.select(
        "ticket_id",
        "status",
        solved=solved,
        reopened=reopened,
        was_reopened=(tickets.reopened_at < as_of).fill_null(False),
    )
    again = read.filter(read.reopened.notnull())
    return StatusHistory(
        tickets=read.select(
            "ticket_id",
            has_events=ibis.literal(False),
            first_solved_at=read.solved,
            last_solved_at=read.solved,
            solver=ibis.literal(""),
            is_tangled=read.reopened.notnull(),
            reopen_count=read.was_reopened.cast("int64"),
            is_open=read.solved.isnull() | read.reopened.notnull(),
            is_deleted=(read.status == "deleted").fill_null(False),
        ),
        reopens=again.select(
            "ticket_id",
            actor_role=ibis.literal("customer"),
            reopened_at="reopened",
        ),
        turns=again.select(
            "ticket_id", turned_at="solved", change=ibis.literal(-1, "int64")
        ).union(
            again.select("ticket_id", turned_at="reopened", change=ibis.literal(1, "int64"))
        ),
    )


def status_of_both(
    events: ir.Table, tickets: ir.Table, as_of: int, *, solver: bool
) -> StatusHistory:
    """Read the events where a ticket has any status event, else its own columns."""
    from_events = status_history(events, as_of, solver=solver)
    silent = tickets.anti_join(from_events.tickets, "ticket_id")
    from_columns = status_of_snapshot(silent, as_of)
    return StatusHistory(
        tickets=from_events.tickets.union(from_columns.tickets),
        reopens=from_events.reopens.union(from_columns.reopens),
        turns=from_events.turns.union(from_columns.turns),
        held=from_events.held,
    )


def reopened_by_customer(
    reopens: ir.Table, solved: ir.Table, messages: ir.Table | None
) -> ir.Table:
    """Find the tickets that their customer reopened within seven days.

    Parameters
    ----------
    reopens
        ``ticket_id, reopened_at, actor_role``.
    solved
        ``ticket_id, first_solved_at``.
    messages
        The canonical table, None where the source has none.

    Returns
    -------
    ir.Table
        ``ticket_id`` of each such ticket, once.

    Notes
    -----
    A reopening by the system, or by nobody knows whom, is the customer's when a
    customer's message came in the five minutes before.  Without any messages an unknown
    actor counts as the customer.
    """
    recent = reopens.join(solved.select("ticket_id", "first_solved_at"), "ticket_id")
    recent = recent.filter(
        recent.reopened_at.between(
            recent.first_solved_at, recent.first_solved_at + WEEK
        )
    )
    surely = recent.actor_role == "customer"
    if messages is None:
        surely = (surely | recent.actor_role.isnull()).fill_null(False)
        return recent.filter(surely).select("ticket_id").distinct()
    unclear = recent.filter(
        (recent.actor_role == "system") | recent.actor_role.isnull()
    )
    wrote = messages.filter(messages.author_role == "customer").select(
        "ticket_id", "sent_at"
    )
    caused = unclear.join(wrote, "ticket_id")
    caused = caused.filter(
        caused.sent_at.between(caused.reopened_at - JUST_BEFORE, caused.reopened_at)
    )
    return (
        recent.filter(surely)
        .select("ticket_id")
        .union(caused.select("ticket_id"), distinct=True)
    )
