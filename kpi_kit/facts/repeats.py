"""Whether a customer came back about the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.facts.status import WEEK

if TYPE_CHECKING:
    import ibis.expr.types as ir


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
    counted = tickets.filter(
        tickets.created_at < as_of,
        tickets.customer_id.notnull(),
        tickets.issue_type.notnull(),
    ).anti_join(gone, "ticket_id")
    return counted.group_by(
        again="customer_id", about="issue_type", block=counted.created_at // WEEK
    ).agg(first_at=counted.created_at.min(), last_at=counted.created_at.max())


def repeated(table: ir.Table, blocks: ir.Table) -> ir.Table:
    """Add whether the customer of a solved ticket opened another within a week.

    Parameters
    ----------
    table
        Has ``customer_id, issue_type, first_solved_at``.
    blocks
        What :func:`blocks_of` returns.

    Returns
    -------
    ir.Table
        ``table`` with ``is_repeated``: another ticket of the same customer and issue
        type was created within 7 x 24 hours after the first solve.  NULL where the
        ticket was never solved, or customer or issue type is unknown.

    Notes
    -----
    A solve in block b is followed within seven days exactly when the last creation of
    block b is later, or the first of block b + 1 is no more than seven days later.  So
    a customer with a hundred thousand tickets costs no more than one with two.
    """
    here = blocks.drop("first_at")
    following = blocks.drop("last_at").mutate(block=blocks.block - 1)
    placed = table.mutate(solved_block=table.first_solved_at // WEEK)
    for side in (here, following):
        same = [
            placed.customer_id == side.again,
            placed.issue_type == side.about,
            placed.solved_block == side.block,
        ]
        placed = placed.left_join(side, same).drop("again", "about", "block")
    came_back = (placed.last_at > placed.first_solved_at).fill_null(False) | (
        placed.first_at <= placed.first_solved_at + WEEK
    ).fill_null(False)
    known = (
        placed.first_solved_at.notnull()
        & placed.customer_id.notnull()
        & placed.issue_type.notnull()
    )
    return placed.select(*table.columns, is_repeated=known.ifelse(came_back, None))
