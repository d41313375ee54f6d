"""The aggregates behind the KPIs: one per date column, holding all that is dated by it.

A tally has one row per period and slice.  Its columns are named ``<metric>:<what>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np

from kpi_kit.intervals import PICKS, QUANTILES, Z, place_table
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from kpi_kit.catalog import Card
    from kpi_kit.facts import Facts

DATES = {
    "created_at": "created_on",
    "first_solved_at": "first_solved_on",
    "last_solved_at": "last_solved_on",
    "rated_at": "rated_on",
    "answered_at": "answered_on",
    "offered_at": "offered_on",
    "queued_at": "queued_on",
    "started_at": "started_on",
    "reviewed_at": "reviewed_on",
    "sent_at": "sent_on",
}
CLOCKS = ("business", "calendar")
EXACT = "decimal(38, 12)"  # numbers add up alike in any order
UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}


def period_of(day: ir.DateColumn, start: date, every: str | None) -> ir.DateColumn:
    """Return the first day of the period a day falls in, clipped to ``start``."""
    first = ibis.literal(start, "date")
    if every is None:
        return first
    begun = day.truncate(UNITS[every])
    return (begun < first).ifelse(first, begun)


def within(
    stem: str, clock: str, minutes: float, tickets: ir.Table
) -> ir.BooleanColumn:
    """Say for each ticket that is due whether its duration kept within a target.

    Due is what happened, and what has not happened though the target has passed.
    """
    taken = tickets[f"{stem}_{clock}_minutes"]
    waited = tickets[f"elapsed_{clock}_minutes"]
    waits = WAITS[stem](tickets)
    return ibis.cases(
        (taken.notnull(), taken <= minutes), (waits & (waited > minutes), False)
    )


WAITS = {
    "first_response": lambda tickets: (
        tickets.first_reply_at.isnull() & (tickets.opened_by != "agent")
    ),
    "first_resolution": lambda tickets: tickets.first_solved_at.isnull(),
    "resolution": lambda tickets: tickets.is_open,
}


def clocks_of(card: Card) -> tuple[str, ...]:
    """Return the clocks a time is told on; handling has none."""
    return {"duration": CLOCKS, "work": ("",)}.get(card.kind, ())


def columns_of(card: Card, rows: ir.Table) -> dict[str, ir.Value]:
    """Return the scalars that a card's numbers are worked out from."""
    made = _COLUMNS[card.kind](card.name, card, rows)
    if card.awaited is not None:
        made[f"{card.name}:young"] = card.awaited(rows).sum().fill_null(0)
    counts = card.beside(rows) if card.beside is not None else {}
    made |= {f"{card.name}:{what}": count for what, count in counts.items()}
    return made


def _times(name: str, card: Card, rows: ir.Table) -> dict[str, ir.Value]:
    """Return count, sums and the values themselves, for each clock, in seconds.

    Whole seconds add up alike in any order, so two runs agree to the last bit.
    """
    made: dict[str, ir.Value] = {}
    for clock in clocks_of(card):
        taken = (
            card.measure(rows)
            if clock == ""
            else rows[f"{card.measure}_{clock}_minutes"] * 60
        )
        seconds = taken.round().cast("int32")
        made[f"{name}:n"] = seconds.count()
        made[f"{name}:{clock}:sum"] = seconds.sum()
        made[f"{name}:{clock}:values"] = seconds.collect()  # NULLs are left out
    return made


def truth_columns(name: str, truth: ir.BooleanColumn) -> dict[str, ir.Value]:
    """Return how many were counted and how many were true."""
    return {
        f"{name}:n": truth.count(),
        f"{name}:true": truth.count(where=truth),
    }


def _truths(name: str, card: Card, rows: ir.Table) -> dict[str, ir.Value]:
    return truth_columns(name, card.measure(rows))


def _sums(name: str, card: Card, rows: ir.Table) -> dict[str, ir.Value]:
    number = card.measure(rows)
    return {f"{name}:n": number.count(), f"{name}:sum": _exact(number)}


def _balances(name: str, card: Card, rows: ir.Table) -> dict[str, ir.Value]:
    side = card.measure(rows)
    return {
        f"{name}:n": side.count(),
        f"{name}:up": side.count(where=side > 0),
        f"{name}:down": side.count(where=side < 0),
    }


def _ratios(name: str, card: Card, rows: ir.Table) -> dict[str, ir.Value]:
    part, whole = card.measure(rows)
    return {
        f"{name}:n": whole.count(),
        f"{name}:part": _exact(part),
        f"{name}:whole": _exact(whole),
    }


def _exact(number: ir.NumericColumn) -> ir.Value:
    """Return a sum that is alike in any order."""
    whole = number.type().is_integer() or number.type().is_boolean()
    return number.sum() if whole else number.cast(EXACT).sum()


_COLUMNS = {
    "duration": _times,
    "work": _times,
    "share": _truths,
    "count": _truths,
    "price": _truths,
    "output": _truths,
    "mean": _sums,
    "balance": _balances,
    "ratio": _ratios,
}


def with_picks(grouped: ir.Table, cards: Sequence[Card], ranks: ir.Table) -> ir.Table:
    """Replace the collected values by those that quantiles and bounds are read from.

    Parameters
    ----------
    grouped
        A tally with ``<name>:n`` and ``<name>:<clock>:values``.
    cards
        Its times.
    ranks
        What :func:`ranks_on` returns.

    Returns
    -------
    ir.Table
        ``<name>:<clock>:picks`` instead of the values: one array of seconds, in the
        order of :data:`kpi_kit.intervals.PICKS`; NULL where there is none.

    Notes
    -----
    One sorted array per column serves all quantiles and bounds.
    """
    lists = [f"{card.name}:{c}:values" for card in cards for c in clocks_of(card)]
    # Sorted in a step of its own: within the picking it would be sorted for each pick.
    grouped = grouped.mutate({values: grouped[values].sort() for values in lists})
    for name, clocks in ((card.name, clocks_of(card)) for card in cards):
        joined = grouped.left_join(ranks, grouped[f"{name}:n"] == ranks.n)
        # Spark takes 32-bit places only; the table of ranks comes with 64-bit ones.
        exact = joined.places.cast("array<int32>")
        # Groups beyond the table's last find no row there.
        places = ibis.coalesce(exact, _places_of_many(joined[f"{name}:n"]))
        placed = joined.select(*grouped.columns, places=places)
        picks = {
            f"{name}:{clock}:picks": _picked(
                placed[f"{name}:{clock}:values"], placed.places
            )
            for clock in clocks
        }
        gone = {"places", *(f"{name}:{clock}:values" for clock in clocks)}
        plain = [column for column in placed.columns if column not in gone]
        grouped = placed.select(*plain, **picks)
    return grouped


def _picked(values: ir.ArrayColumn, places: ir.ArrayColumn) -> ir.ArrayColumn:
    return places.map(lambda place: values[place])


def _places_of_many(n: ir.IntegerColumn) -> ir.ArrayColumn:
    """Return places 0.. by the normal approximation of the binomial distribution."""
    places = []
    for p in QUANTILES.values():
        below = ((n - 1) * p).floor()
        spread = Z * (n * p * (1 - p)).sqrt()
        low, high = (n * p - spread - 0.5).ceil() - 1, (n * p + spread - 0.5).ceil()
        places += [below, below + 1, low, high]
    return ibis.array([place.cast("int32") for place in places])


def with_statistics(frame: pd.DataFrame, cards: Sequence[Card]) -> pd.DataFrame:
    """Work out means, quantiles and their bounds, in minutes.

    Parameters
    ----------
    frame
        A tally with ``<name>:n``, ``<name>:<clock>:sum`` and ``<name>:<clock>:picks``.
    cards
        Its times.

    Returns
    -------
    pandas.DataFrame
        ``<name>:<clock>:<statistic>``, and ``_low`` and ``_high`` of the quantiles,
        instead of sums and picks.
    """
    made = {}
    for card in cards:
        n = frame[f"{card.name}:n"].to_numpy(dtype=float)
        for clock in clocks_of(card):
            called = f"{card.name}:{clock}"
            sums = frame.pop(f"{called}:sum").to_numpy(dtype=float, na_value=np.nan)
            with np.errstate(invalid="ignore"):
                made[f"{called}:mean"] = sums / n / 60
            made |= _quantiles(called, n, _stacked(frame.pop(f"{called}:picks")) / 60)
    return frame.assign(**made)


def _stacked(picks: pd.Series) -> np.ndarray:
    """Return one row per group and one column per pick; NaN where there is none."""
    return np.array(picks.tolist(), dtype=float).reshape(len(picks), PICKS)


def _quantiles(called: str, n: np.ndarray, picks: np.ndarray) -> dict[str, np.ndarray]:
    """Interpolate linearly between the two values around each quantile."""
    found = {}
    for number, (quantile, p) in enumerate(QUANTILES.items()):
        below, above, low, high = picks[:, 4 * number : 4 * number + 4].T
        place = (n - 1) * p
        found[f"{called}:{quantile}"] = below + (above - below) * (place % 1)
        found[f"{called}:{quantile}_low"] = low
        found[f"{called}:{quantile}_high"] = high
    return found


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
    """Hand the table of exact ranks to the engine: ``n`` and ``places``."""
    return hand_over(connection, "ranks", place_table())
