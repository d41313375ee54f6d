"""Whether a customer came back about the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.status import WEEK
from kpi_kit.sources import stage

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis


def has_subject(tickets: ir.Table) -> ir.BooleanColumn:
    """Say which tickets name their customer and what they are about."""
    return tickets.customer_id.notnull() & tickets.issue_type.notnull()


def again_about(tickets: ir.Table, gone: ir.Table, basis: Basis) -> ir.Table | None:
    """Find the tickets after whose first solve another one about the same came.

    Parameters
    ----------
    tickets
        ``ticket_id``, ``created_at``, ``customer_id``, ``issue_type`` and
        ``first_solved_at``.
    gone
        ``ticket_id`` of the tickets left out; they are no repeats.
    basis
        The canonical tables.

    Returns
    -------
    ir.Table or None
        ``ticket_id`` and ``is_repeated``; None where nobody asks.

    Notes
    -----
    Most customers come once about a thing, or the last time they came decides.  Only
    the tickets of which neither is so are looked at week by week.
    """
    if "is_no_repeat" not in basis.wanted:
        return None
    opened = _opened(tickets, gone)
    several = opened.group_by("again", "about").agg(
        opened=opened.count(), last_at=opened.created_at.max()
    )
    returning = stage(_returning(tickets, several.filter(several.opened > 1)))
    until = returning.first_solved_at + WEEK
    is_soon = returning.last_at <= until
    # One that was solved before it was opened may be among those that came later.
    is_backward = returning.first_solved_at < returning.created_at
    is_own = is_backward & (returning.created_at <= until)
    soon = returning.filter(~is_backward & is_soon).select("ticket_id")
    unclear = returning.filter(is_backward | (~is_soon & (returning.opened > 2)))
    near = stage(opened.semi_join(unclear, ["again", "about"]))
    week_by_week = _repeated(unclear.filter(~is_own), _blocks(near))
    with_own = _followed(unclear.filter(is_own), near)
    found = stage(ibis.union(soon, week_by_week, with_own))
    return found.mutate(is_repeated=ibis.literal(True))


def _opened(tickets: ir.Table, gone: ir.Table) -> ir.Table:
    counted = tickets.filter(has_subject(tickets)).anti_join(gone, "ticket_id")
    return counted.select(
        "created_at", another="ticket_id", again="customer_id", about="issue_type"
    )


def _returning(tickets: ir.Table, several: ir.Table) -> ir.Table:
    """Return the solved tickets whose customer came back about it, whenever."""
    solved = tickets.filter(has_subject(tickets))
    same = [solved.customer_id == several.again, solved.issue_type == several.about]
    joined = solved.join(several, same)
    back = joined.filter(joined.last_at > joined.first_solved_at)
    return back.select(
        *("ticket_id", "created_at", "first_solved_at"),
        *("again", "about", "opened", "last_at"),
    )


def _followed(solved: ir.Table, opened: ir.Table) -> ir.Table:
    """Return which tickets that were opened within their week another one followed.

    One did when a neighbor in time of the ticket itself came after the solve, too.
    """
    alike = opened.semi_join(solved, ["again", "about"])
    along = ibis.window(
        group_by=[alike.again, alike.about], order_by=[alike.created_at, alike.another]
    )
    beside = alike.select(
        ticket_id="another",
        before=alike.created_at.lag().over(along),
        after=alike.created_at.lead().over(along),
    )
    # On the left of a join Ibis would compute the neighbors among the joined rows.
    own = solved.join(beside, "ticket_id")
    since = own.before > own.first_solved_at
    return own.filter(
        since.fill_null(False) | (own.after <= own.first_solved_at + WEEK)
    ).select("ticket_id")


def _blocks(opened: ir.Table) -> ir.Table:
    """Return first and last creation by customer, issue type and seven-day block."""
    return opened.group_by("again", "about", block=opened.created_at // WEEK).agg(
        first_at=opened.created_at.min(), last_at=opened.created_at.max()
    )


def _repeated(solved: ir.Table, blocks: ir.Table) -> ir.Table:
    """Return which solved tickets another one of their customer's followed in a week.

    A solve in block b is followed within seven days exactly when the last creation of
    block b is later, or the first of block b + 1 is no more than seven days later.  So
    a customer with a hundred thousand tickets costs no more than one with two.
    """
    placed = solved.select(
        "ticket_id",
        "again",
        "about",
        "first_solved_at",
        block=solved.first_solved_at // WEEK,
    )
    here = placed.join(blocks.drop("first_at"), ["again", "about", "block"])
    here = here.filter(here.last_at > here.first_solved_at)
    next_block = blocks.drop("last_at").mutate(block=blocks.block - 1)
    following = placed.join(next_block, ["again", "about", "block"])
    following = following.filter(following.first_at <= following.first_solved_at + WEEK)
    return here.select("ticket_id").union(following.select("ticket_id"), distinct=True)
