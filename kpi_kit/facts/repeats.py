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


def blocks_of(tickets: ir.Table, gone: ir.Table, as_of: int) -> ir.Table:
    """Gather creations by customer, issue type and seven-day block.

    Parameters
    ----------
    tickets
        The canonical table.
    gone
        ``ticket_id`` of the tickets left out; they are no repeats.
    as_of
        Later tickets are not yet known.

    Returns
    -------
    ir.Table
        ``again`` (customer), ``about`` (issue type), ``block``, ``first_at`` and
        ``last_at``, the first and last creation in it.
    """
    known = tickets.filter(tickets.created_at < as_of, has_subject(tickets))
    counted = known.anti_join(gone, "ticket_id")
    return counted.group_by(
        again="customer_id", about="issue_type", block=counted.created_at // WEEK
    ).agg(first_at=counted.created_at.min(), last_at=counted.created_at.max())


def again_about(tickets: ir.Table, gone: ir.Table, basis: Basis) -> ir.Table | None:
    """Find the tickets after whose first solve another one about the same came.

    Parameters
    ----------
    tickets
        ``ticket_id``, ``customer_id``, ``issue_type`` and ``first_solved_at``.
    gone
        ``ticket_id`` of the tickets left out; they are no repeats.
    basis
        The canonical tables.

    Returns
    -------
    ir.Table or None
        ``ticket_id`` and ``is_repeated``; None where nobody asks.
    """
    if "is_no_repeat" not in basis.wanted:
        return None
    solved = tickets.filter(has_subject(tickets), tickets.first_solved_at.notnull())
    solved = solved.select("ticket_id", "customer_id", "issue_type", "first_solved_at")
    blocks = blocks_of(basis.tickets, gone, basis.as_of)
    return stage(repeated(solved, blocks)).mutate(is_repeated=ibis.literal(True))


def repeated(solved: ir.Table, blocks: ir.Table) -> ir.Table:
    """Find the solved tickets whose customer opened another within a week.

    Parameters
    ----------
    solved
        ``ticket_id, customer_id, issue_type, first_solved_at``.
    blocks
        What :func:`blocks_of` returns.

    Returns
    -------
    ir.Table
        ``ticket_id`` of those after which another ticket of the same customer and issue
        type was created, within 7 x 24 hours of the first solve.

    Notes
    -----
    A solve in block b is followed within seven days exactly when the last creation of
    block b is later, or the first of block b + 1 is no more than seven days later.  So
    a customer with a hundred thousand tickets costs no more than one with two.
    """
    placed = solved.mutate(solved_block=solved.first_solved_at // WEEK)

    def within(block: ir.Table) -> ir.Table:
        same = [
            placed.customer_id == block.again,
            placed.issue_type == block.about,
            placed.solved_block == block.block,
        ]
        return placed.join(block, same)

    here = within(blocks.drop("first_at"))
    here = here.filter(here.last_at > here.first_solved_at)
    next_block = blocks.drop("last_at").mutate(block=blocks.block - 1)
    following = within(next_block)
    following = following.filter(following.first_at <= following.first_solved_at + WEEK)
    return here.select("ticket_id").union(following.select("ticket_id"), distinct=True)
