"""Whether a customer came back about the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.facts.status import WEEK

if TYPE_CHECKING:
    import ibis.expr.types as ir


def repeats(tickets: ir.Table) -> ir.Table:
    """Say for each solved ticket whether the customer opened another within a week.

    Parameters
    ----------
    tickets
        ``ticket_id, customer_id, issue_type, created_at, first_solved_at`` of the
        tickets that are not left out.

    Returns
    -------
    ir.Table, one row per solved ticket with known customer and issue type
        ``ticket_id``, ``is_repeated``: another ticket of the same customer and issue
        type was created within 7 x 24 hours after the first solve.

    Notes
    -----
    Creations are gathered by customer, issue type and seven-day block.  A solve in block
    b is followed within seven days exactly when the last creation of block b is later,
    or the first of block b + 1 is no more than seven days later.  So a customer with a
    hundred thousand tickets costs no more than one with two.
    """
    about = tickets.filter(tickets.customer_id.notnull(), tickets.issue_type.notnull())
    about = about.mutate(
        created_block=about.created_at // WEEK, solved_block=about.first_solved_at // WEEK
    )
    blocks = about.group_by("customer_id", "issue_type", block="created_block").agg(
        first_at=about.created_at.min(), last_at=about.created_at.max()
    )
    here = blocks.select("customer_id", "issue_type", "block", "last_at")
    following = blocks.select(
        "customer_id", "issue_type", "first_at", block=blocks.block - 1
    )
    solved = about.filter(about.first_solved_at.notnull()).select(
        "ticket_id",
        "customer_id",
        "issue_type",
        "first_solved_at",
        block="solved_block",
    )
    keys = ["customer_id", "issue_type", "block"]
    joined = solved.left_join(here, keys).select(*solved.columns, "last_at")
    joined = joined.left_join(following, keys).select(
        *solved.columns, "last_at", "first_at"
    )
    return joined.select(
        "ticket_id",
        is_repeated=(joined.last_at > joined.first_solved_at).fill_null(False)
        | (joined.first_at <= joined.first_solved_at + WEEK).fill_null(False),
    )
