"""When a ticket was solved, reopened and open: from its status events.

Most tickets go one way: open, then done.  Only the tangled ones (reopened, deleted, or
two changes that contradict each other) are walked through event by event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.history import order, packed, unpacked
from kpi_kit.facts.replies import FAR
from kpi_kit.facts.truths import as_bits, says, together
from kpi_kit.sources import stage

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

    ``tickets`` has one row per ticket with status events, None where the source has
    none: ``has_events``, ``first_solved_at``, ``last_solved_at`` (both packed),
    ``solver``, ``is_tangled``, ``reopen_count``, ``is_open``; ``known`` and ``deleted``
    the ids of those with events, and deleted by them.
    ``reopens`` has one row per reopen: ``ticket_id, reopened_at, actor_role,
    first_solved_at``.  ``turns`` has one row each time a tangled ticket became done
    (-1) or open again (+1): ``ticket_id, turned_at, change``.
    """

    tickets: ir.Table | None
    known: ir.Table | None
    deleted: ir.Table
    dated: ir.Table | None
    reopens: ir.Table
    turns: ir.Table


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
    new, old = status.new_value, status.old_value
    is_done = new.isin(DONE)
    told = {
        "is_deleted": new == "deleted",
        "claims_reopen": old.isin(SOLVED) & ~is_done,
        "is_untold": is_done & old.isnull(),
    }
    # A column per kind of change costs a quarter less than a filter per aggregate.
    summary = status.select(
        "ticket_id",
        **_solves(status, known, solver=solver),
        undone=(known & ~is_done).ifelse(packed(status.occurred_at), None),
        truths=known.ifelse(as_bits(told), 0),
    )
    summary = summary.group_by("ticket_id").agg(
        **_ends_of(summary),
        undone_at=summary.undone.max(),
        truths=together(summary.truths),
        **({f"{s}_count": summary[s].count() for s in SOLVED} if solver else {}),
    )
    closed_first = summary.first_closed < summary.first_solved
    done_at = closed_first.ifelse(
        summary.first_closed,
        ibis.coalesce(summary.first_solved, summary.first_closed),
    )
    # Two in one second are two when it matters whose was the last.
    again = [
        summary[f"{s}_count"] > 1
        if solver
        else summary[f"last_{s}"] > summary[f"first_{s}"]
        for s in SOLVED
    ]
    does = {name: says(summary.truths, [*told], name) for name in told}
    summary = stage(
        summary.select(
            "ticket_id",
            **_solved(summary),
            is_tangled=(summary.undone_at >= done_at)
            | does["is_deleted"]
            | does["claims_reopen"]
            | (does["is_untold"] & (again[0] | again[1]))
            | closed_first,
        )
    )
    tangled = summary.filter(summary.is_tangled).select("ticket_id")
    walked = _walk(status.filter(known).semi_join(tangled, "ticket_id"))
    spent = ("event_id", "field", "old_value", "before", "after")
    spent += () if solver else ("actor_id",)
    walked = stage(walked.drop(*spent))
    ends = stage(_ends(walked, solver=solver))
    return StatusHistory(
        tickets=_per_ticket(summary, ends),
        known=summary,
        dated=status.filter(status.new_value == "deleted").select("ticket_id"),
        deleted=ends.filter(ends.last_status == "deleted").select("ticket_id"),
        reopens=_reopens(walked, ends),
        turns=walked.filter(walked.was_done != walked.is_done).select(
            "ticket_id",
            turned_at=walked.occurred_at,
            change=walked.is_done.ifelse(-1, 1).cast("int64"),
        ),
    )


def _reopens(walked: ir.Table, ends: ir.Table) -> ir.Table:
    joined = walked.filter(walked.is_reopen).join(ends, "ticket_id")
    return joined.select(
        "ticket_id",
        "actor_role",
        reopened_at="occurred_at",
        first_solved_at=unpacked(joined.walked_first_solved_at),
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
    """Return the packed instants of entry into solved and closed, and who made them."""
    made = {}
    for state in SOLVED:
        entered = counted & (changes.new_value == state)
        made[state] = entered.ifelse(packed(changes.occurred_at), None)
        if solver:
            made[f"by_{state}"] = entered.ifelse(_solver(changes), None)
    return made


def _ends_of(solves: ir.Table) -> dict[str, ir.Value]:
    """Return first and last entry into solved and closed, and who made the last."""
    reductions = {
        **{f"first_{state}": solves[state].min() for state in SOLVED},
        **{f"last_{state}": solves[state].max() for state in SOLVED},
    }
    by = [f"by_{state}" for state in SOLVED if f"by_{state}" in solves.columns]
    return reductions | {name: solves[name].max() for name in by}


def _solved(ends: ir.Table) -> dict[str, ir.Value]:
    """Return when a ticket was solved; closed, where it never was."""
    named = {"first": "first_solved_at", "last": "last_solved_at", "by": "solver"}
    made = {
        named[end]: ibis.coalesce(*(ends[f"{end}_{state}"] for state in SOLVED))
        for end in named
        if f"{end}_solved" in ends.columns
    }
    return {n: v if n != "solver" else v[12:] for n, v in made.items()}


def _solver(changes: ir.Table) -> ir.StringColumn:
    """Return instant and agent as one text, so that the last solve brings its agent."""
    by_agent = (changes.actor_role == "agent").fill_null(False)
    actor = by_agent.ifelse(changes.actor_id.fill_null(NOBODY), "")
    return (changes.occurred_at + FAR).cast("string") + actor


def _ends(walked: ir.Table, *, solver: bool) -> ir.Table:
    """Return for each tangled ticket what its walk came to."""
    walked = walked.mutate(**_solves(walked, walked.is_change, solver=solver))
    ends = walked.group_by("ticket_id").agg(
        last_status=walked.new_value.max(where=walked.is_last),
        reopen_count=walked.is_reopen.sum(),
        **_ends_of(walked),
    )
    made = {f"walked_{name}": value for name, value in _solved(ends).items()}
    return ends.select("ticket_id", "last_status", "reopen_count", **made)


def _per_ticket(summary: ir.Table, ends: ir.Table) -> ir.Table:
    joined = summary.left_join(ends, "ticket_id").drop("ticket_id_right")
    is_tangled = joined.reopen_count.notnull()
    made = {
        name: is_tangled.ifelse(joined[f"walked_{name}"], joined[name])
        for name in ("first_solved_at", "last_solved_at", "solver")
        if name in summary.columns
    }
    return joined.select(
        "ticket_id",
        **made,
        has_events=ibis.literal(True),
        is_tangled=is_tangled,
        reopen_count=joined.reopen_count.fill_null(0),
        is_open=is_tangled.ifelse(
            ~joined.last_status.isin(DONE).fill_null(False),
            joined.first_solved_at.isnull(),
        ),
    )


def reopened_by_customer(reopens: ir.Table, messages: ir.Table | None) -> ir.Table:
    """Find the tickets that their customer reopened within seven days.

    Parameters
    ----------
    reopens
        ``ticket_id, reopened_at, actor_role, first_solved_at``.
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
    within = reopens.reopened_at.between(
        reopens.first_solved_at, reopens.first_solved_at + WEEK
    )
    recent = reopens.filter(within)
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
