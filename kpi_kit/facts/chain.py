"""Several tables joined to the tickets in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    Joins = tuple[tuple[str | ibis.Deferred, ir.Table], ...]


def chained(table: ir.Table, joins: Joins) -> ir.Table:
    """Give each row of ``table`` the columns that the joined tables have for it.

    Parameters
    ----------
    table
        Any rows.
    joins
        Column or value of ``table``, and a table whose first column, once each, is what
        stands there.  Its other columns have names of their own.

    Returns
    -------
    ir.Table
        All columns; NULL where a table has no such row.

    Notes
    -----
    To select between two joins costs the engine a pass over every column, and Ibis the
    better part of the time of a small report.
    """
    joined = table.view()  # else Ibis joins on to what made the table
    for number, (own, more) in enumerate(joins):
        key = more.columns[0]
        other = more.rename({f"{key} {number}": key})
        joined = joined.left_join(other, [(own, f"{key} {number}")])
    return joined
