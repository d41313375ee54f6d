"""The aggregates behind the KPIs: one per date column, holding all that is dated by it.

A tally has one row per period and slice.  Its columns are named ``<metric>:<what>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.intervals import EXACT_UP_TO, QUANTILES, Z, rank_table
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.catalog import Card
    from kpi_kit.facts import Facts

DATES = {
    "created_at": "created_on",
    "first_solved_at": "first_solved_on",
    "last_solved_at": "last_solved_on",
}
CLOCKS = ("business", "calendar")
UNITS = {"day": "D", "week": "W", "month": "M"}


def period_of(day: ir.DateColumn, start: date, every: str | None) -> ir.DateColumn:
    """Return the first day of the period a day falls in, clipped to ``start``."""
    first = ibis.literal(start, "date")
    if every is None:
        return first
    begun = day.truncate(UNITS[every])
    return (begun < first).ifelse(first, begun)


def truth_of(card: Card, tickets: ir.Table) -> ir.BooleanColumn:
    """Return the truth per ticket that a share or count is made of."""
    return card.measure(tickets)


def within(
    stem: str, clock: str, minutes: float, tickets: ir.Table
) -> ir.BooleanColumn:
    """Say for each ticket that is due whether its duration kept within a target.

    Due is what happened, and what has not happened though the target has passed.
    """
    taken = tickets[f"{stem}_{clock}_minutes"]
    waited = tickets[f"elapsed_{clock}_minutes"]
    waits = _WAITS[stem](tickets)
    return ibis.cases(
        (taken.notnull(), taken <= minutes), (waits & (waited > minutes), False)
    )


_WAITS = {
    "first_response": lambda tickets: (
        tickets.first_reply_at.isnull() & (tickets.opened_by != "agent")
    ),
    "first_resolution": lambda tickets: tickets.first_solved_at.isnull(),
    "resolution": lambda tickets: tickets.is_open,
}


def tally(
    rows: ir.Table, keys: dict[str, ir.Value], columns: dict[str, ir.Value]
) -> ir.Table:
    """Aggregate once; ``columns`` are scalars over ``rows``, ``keys`` the grouping."""
    return rows.group_by(**keys).agg(**columns)


def duration_columns(name: str, stem: str, rows: ir.Table) -> dict[str, ir.Value]:
    """Return count, means and the values themselves, for both clocks."""
    made = {f"{name}:n": rows[f"{stem}_calendar_minutes"].count()}
    for clock in CLOCKS:
        minutes = rows[f"{stem}_{clock}_minutes"]
        # Whole seconds add up alike in any order, so two runs agree to the last bit.
        seconds = (minutes * 60).round().cast("int64").sum()
        made[f"{name}:{clock}:mean"] = seconds / minutes.count().nullif(0) / 60
        made[f"{name}:{clock}:values"] = minutes.collect(where=minutes.notnull())
    return made


def truth_columns(name: str, truth: ir.BooleanColumn) -> dict[str, ir.Value]:
    """Return how many were counted and how many were true."""
    return {
        f"{name}:n": truth.count(),
        f"{name}:true": truth.cast("int64").sum().fill_null(0),
    }


def with_quantiles(
    grouped: ir.Table, names: Sequence[str], ranks: ir.Table
) -> ir.Table:
    """Replace the collected values by quantiles and their 95 % bounds.

    Parameters
    ----------
    grouped
        A tally with ``<name>:n`` and ``<name>:<clock>:values``.
    names
        Its durations.
    ranks
        :func:`kpi_kit.intervals.rank_table` on the engine.

    Notes
    -----
    One sorted array per column serves all quantiles and bounds.  Up to 1,000 rows the
    ranks are exact, above that their normal approximation.
    """
    lists = [f"{name}:{clock}:values" for name in names for clock in CLOCKS]
    made = grouped.mutate({values: grouped[values].sort() for values in lists})
    for name in names:
        n = made[f"{name}:n"]
        capped = made.mutate(capped=(n > EXACT_UP_TO).ifelse(0, n))
        exact = ranks.rename(lambda column, name=name: f"{name}:rank:{column}")
        joined = capped.left_join(exact, capped.capped == exact[f"{name}:rank:n"])
        made = joined.drop("capped", f"{name}:rank:n")
    quantiles = {
        column: value
        for name in names
        for clock in CLOCKS
        for column, value in _quantiles(made, name, clock).items()
    }
    plain = [column for column in grouped.columns if column not in lists]
    return made.select(*plain, **quantiles)


def _quantiles(made: ir.Table, name: str, clock: str) -> dict[str, ir.Value]:
    values, n = made[f"{name}:{clock}:values"], made[f"{name}:n"]
    found = {}
    for quantile, p in QUANTILES.items():
        low, high = _ranks(made, f"{name}:rank:{quantile}", n, p)
        found[f"{name}:{clock}:{quantile}"] = _quantile(values, n, p)
        found[f"{name}:{clock}:{quantile}_low"] = _at_rank(values, low, n)
        found[f"{name}:{clock}:{quantile}_high"] = _at_rank(values, high, n)
    return found


def _ranks(
    made: ir.Table, exact: str, n: ir.IntegerColumn, p: float
) -> tuple[ir.IntegerColumn, ir.IntegerColumn]:
    spread = Z * (n * p * (1 - p)).sqrt()
    below = (n * p - spread - 0.5).ceil().cast("int64")
    above = (n * p + spread - 0.5).ceil().cast("int64") + 1
    is_large = n > EXACT_UP_TO
    return (
        is_large.ifelse(below, made[f"{exact}_low"]),
        is_large.ifelse(above, made[f"{exact}_high"]),
    )


def _at_rank(
    values: ir.ArrayColumn, rank: ir.IntegerColumn, n: ir.IntegerColumn
) -> ir.FloatingColumn:
    """Return the value of a 1-based rank; NULL where the rank does not exist."""
    exists = (rank >= 1) & (rank <= n)
    index = exists.ifelse(rank - 1, 0).cast("int32")
    return exists.ifelse(values[index], None)


def _quantile(
    values: ir.ArrayColumn, n: ir.IntegerColumn, p: float
) -> ir.FloatingColumn:
    """Interpolate linearly between the two values around a quantile."""
    place = (n - 1) * p
    below = place.floor().cast("int32")
    above = (below + 1 < n).ifelse(below + 1, below).cast("int32")
    low, high = values[below], values[above]
    return (n > 0).ifelse(low + (high - low) * (place - below), None)


def open_changes(facts: Facts, dimensions: Sequence[str]) -> ir.Table:
    """Return every change of the number of open tickets.

    Returns
    -------
    ir.Table
        ``on`` (local day), ``change`` (+1 or -1), and the dimensions of the ticket.
    """
    counted = facts.tickets.filter(facts.tickets.excluded_because.isnull())
    came = counted.select(
        "created_on", *dimensions, on="created_on", change=ibis.literal(1, "int64")
    )
    straight = counted.filter(counted.first_solved_on.notnull() & ~counted.is_tangled)
    went = straight.select(
        "created_on",
        *dimensions,
        on="first_solved_on",
        change=ibis.literal(-1, "int64"),
    )
    known = counted.select("ticket_id", "created_on", *dimensions)
    turns = facts.turns.join(known, "ticket_id")
    turned = turns.select(
        "created_on",
        *dimensions,
        on="turned_on",
        # Spark stores a 64-bit literal in 32 bits; see tests/test_upstream_pins.py.
        change=turns.change.cast("int64"),
    )
    changes = ibis.union(came, went, turned)
    before = changes.on < changes.created_on
    return changes.mutate(on=before.ifelse(changes.created_on, changes.on))


def ranks_on(connection: ibis.BaseBackend) -> ir.Table:
    """Hand the table of exact ranks to the engine."""
    return hand_over(connection, "ranks", rank_table())
