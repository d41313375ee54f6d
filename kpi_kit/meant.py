"""Which tickets a KPI means: all that it counts, or those on its worse side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
from ibis.expr.operations import Field

from kpi_kit.answers import targets_of
from kpi_kit.asked import effective
from kpi_kit.catalog import METRICS, named
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.tallies import DATES
from kpi_kit.tallies import within as kept_within

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract

COLUMNS = ("ticket_id", "created_at", "created_on", "excluded_because")
RATED = "csat"  # counts surveys, each about a ticket


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How a KPI counts tickets.

    ``clock`` is the one of a duration, ``limit`` its target in minutes, None where the
    contract sets none.
    """

    card: Card
    missed: bool
    clock: str
    limit: float | None

    @property
    def day(self) -> str:
        """Return the column of the local day that a ticket is counted on."""
        if self.card.kind == "stock" or (self.card.kind == "duration" and self.missed):
            return "created_on"  # what is due is counted by the day it was opened
        return DATES[self.card.dated_by]

    @property
    def is_rated(self) -> bool:
        """Return whether the tickets are those of ratings."""
        return self.card.of == "surveys"

    def reads(self, shape: ir.Table) -> set[str]:
        """Return the fact columns that are read."""
        if self.is_rated:
            return {"last_solved_on", *COLUMNS}
        holds, minutes = self._holds(shape), self.minutes(shape)
        read = shape.select(holds=holds, minutes=minutes)
        return {field.name for field in read.op().find(Field)} | {self.day, *COLUMNS}

    def among(self, rows: ir.Table, rated: ir.Table | None = None) -> ir.Table:
        """Return the tickets that are counted; of ratings those that are ``rated``."""
        if rated is not None:
            ids = rated.filter(self._holds(rated)).select("ticket_id").distinct()
            return rows.semi_join(ids, "ticket_id")
        return rows.filter(rows.excluded_because.isnull() & self._holds(rows))

    def _holds(self, rows: ir.Table) -> ir.BooleanValue:
        card = self.card
        if card.kind == "stock":
            return rows.is_open
        if card.kind == "duration" and self.missed:
            return ~kept_within(card.measure, self.clock, self.limit, rows).fill_null(
                True
            )
        if card.kind == "duration":
            return rows[f"{card.measure}_{self.clock}_minutes"].notnull()
        told = card.measure(rows)
        if self.missed and card.better == "higher":
            return ~told.fill_null(True)
        # A count is of what is true, a share of all for which it can be said.
        is_true = self.missed or card.kind == "count"
        return told.fill_null(False) if is_true else told.notnull()

    def minutes(self, rows: ir.Table) -> ir.FloatingValue:
        """Return what a ticket took, or has waited; missing where none is counted."""
        card = self.card
        if card.kind == "stock":
            return rows.elapsed_calendar_minutes
        if card.kind == "work":
            return card.measure(rows) / 60
        if card.kind != "duration":
            return ibis.null("float64")
        taken = rows[f"{card.measure}_{self.clock}_minutes"]
        if not self.missed:
            return taken
        return ibis.coalesce(taken, rows[f"elapsed_{self.clock}_minutes"])

    def worst_first(self, rows: ir.Table) -> list[ir.Value]:
        """Return what the tickets are ordered by: longest, else newest, first."""
        minutes = self.minutes(rows)
        takes_time = self.card.kind in {"stock", "work", "duration"}
        first = [minutes.desc()] if takes_time else []
        return [*first, rows.created_at.desc(), rows.ticket_id]


def counted(metric: str, contract: Contract, *, missed: bool = False) -> Counted:
    """Return how a KPI counts tickets.

    Parameters
    ----------
    metric
        Its name.
    contract
        Gives targets, schedules and the reading of first contact resolution.
    missed
        Only the tickets on the KPI's worse side: over a duration's target, reopened,
        not solved at the first contact.

    Raises
    ------
    UnknownNameError
        For a name that no KPI goes by.
    ParameterError
        For a KPI that does not count tickets, or has no worse side.
    """
    card = effective(named(metric), contract)
    if card.of != "tickets" and metric != RATED:
        of_tickets = [name for name, c in METRICS.items() if c.of == "tickets"]
        of_tickets.append(RATED)
        message = f"metric: {metric!r} counts {card.of}, not tickets"
        raise ParameterError(f"{message}. {nearest(metric, of_tickets)}")
    usual = "business" if contract.schedules else "calendar"
    clock, limit = next(iter(targets_of(card, contract)), (usual, None))
    if missed and card.kind == "duration" and limit is None:
        message = f"missed: the contract sets no target for {metric!r}"
        raise ParameterError(f"{message}. Leave it out: the longest come first.")
    judged = card.kind in {"duration", "share"} or (
        card.kind == "count" and card.better == "lower"
    )
    if missed and not judged:
        raise ParameterError(f"missed: no ticket misses {metric!r}. Leave it out.")
    return Counted(card=card, missed=missed, clock=clock, limit=limit)


def has(column: ir.Column, values: list[object]) -> ir.BooleanValue:
    """Say which rows have one of some values; None is a missing one.

    Raises
    ------
    ParameterError
        For a value that is not of the column's kind.
    """
    known, kind = [value for value in values if value is not None], column.type()
    try:
        holds = column.isin([ibis.literal(value, kind) for value in known])
    except (TypeError, ValueError) as error:
        message = f"tickets: {column.get_name()} is never {known!r:.60}"
        raise ParameterError(f"{message}. Give a value of type {kind}.") from error
    return holds | column.isnull() if len(known) < len(values) else holds
