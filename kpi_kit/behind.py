"""The tickets behind a number: which a KPI counts, which of them missed, the worst."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis
from ibis.expr.operations import Field

from kpi_kit.agent_gap import code_of
from kpi_kit.answers import targets_of
from kpi_kit.asked import effective
from kpi_kit.catalog import METRICS, named
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.tallies import DATES
from kpi_kit.tallies import within as kept_within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

MOST = 20
COLUMNS = ("ticket_id", "created_at", "created_on", "excluded_because")
READ = ("url", "issue_type", "agent_id")
VARIANTS = "first_contact_resolution_"  # readings of one KPI, which stands for them


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One ticket behind a number; ``created_at`` is on the contract's wall clock.

    ``value`` is what it took in minutes, None where the KPI counts and takes no time;
    ``agent`` is a code.
    """

    ticket_id: str
    url: str | None
    created_at: datetime
    value: float | None
    issue_type: str | None
    agent: str


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The worst or newest tickets that a KPI counts, of ``total``.

    ``missed`` says whether only those that missed are meant.
    """

    metric: str
    missed: bool
    start: date
    end: date
    total: int
    tickets: tuple[Ticket, ...]


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

    def reads(self, shape: ir.Table) -> set[str]:
        """Return the fact columns that are read."""
        holds, minutes = self._holds(shape), self.minutes(shape)
        read = shape.select(holds=holds, minutes=minutes)
        return {field.name for field in read.op().find(Field)} | {self.day, *COLUMNS}

    def among(self, rows: ir.Table) -> ir.Table:
        """Return the tickets that are counted."""
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
    if card.of != "tickets":
        of_tickets = [name for name, c in METRICS.items() if c.of == "tickets"]
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


def behind(helpdesk: Helpdesk, kept: Facts, card: Scorecard) -> dict[str, Behind]:
    """Name the tickets behind each KPI that counts tickets, in one query.

    Parameters
    ----------
    helpdesk, kept
        The tables, and the facts with :data:`COLUMNS` and what the KPIs read.
    card
        Where each KPI stands.

    Returns
    -------
    dict of Behind
        By the KPI's name; none where it counted no ticket.  Of a KPI with a worse side
        those that missed, of the others all it counts.
    """
    asked = {s.card.name: _way(s, card.contract) for s in _shown(card)}
    parts = [_worst(kept.tickets, each, card[name]) for name, each in asked.items()]
    if not parts:
        return {}
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    tickets = helpdesk.tables["tickets"].select("ticket_id", *READ)
    found = rows.left_join(tickets, "ticket_id").select(*rows.columns, *READ)
    told = sorted(found.to_pyarrow().to_pylist(), key=lambda row: row["place"])
    return {
        name: _behind(each, card[name], mine, card.contract)
        for name, each in asked.items()
        if (mine := [row for row in told if row["metric"] == name])
    }


def _shown(card: Scorecard) -> list[Standing]:
    return [
        standing
        for name, standing in card.standings.items()
        if standing.card.of == "tickets"
        and standing.now.value is not None
        and (standing.card.better in {"lower", "higher"} or name == "backlog")
        and standing.card.kind in {"duration", "share", "count", "work", "stock"}
        and not (name.startswith(VARIANTS) and "first_contact_resolution" in card)
    ]


def _way(standing: Standing, contract: Contract) -> Counted:
    kind = standing.card.kind
    missed = kind in {"share", "count"} or (
        kind == "duration" and standing.target is not None
    )
    return counted(standing.card.name, contract, missed=missed)


def _worst(rows: ir.Table, each: Counted, standing: Standing) -> ir.Table:
    now, day = standing.now, rows[each.day]
    if each.card.kind != "stock":
        rows = rows.filter((day >= now.start) & (day < now.end))
    rows = each.among(rows)
    order = ibis.window(order_by=each.worst_first(rows))
    numbered = rows.select(
        "ticket_id",
        "created_at",
        metric=ibis.literal(each.card.name),
        value=each.minutes(rows).cast("float64"),
        place=ibis.row_number().over(order),
        total=rows.count(),
    )
    return numbered.filter(numbered.place < MOST)


def _behind(
    each: Counted,
    standing: Standing,
    rows: list[Mapping[str, object]],
    contract: Contract,
) -> Behind:
    return Behind(
        metric=each.card.name,
        missed=each.missed,
        start=standing.now.start,
        end=standing.now.end,
        total=rows[0]["total"],
        tickets=tuple(_ticket(row, contract) for row in rows),
    )


def _ticket(row: Mapping[str, object], contract: Contract) -> Ticket:
    created = datetime.fromtimestamp(row["created_at"], UTC)
    return Ticket(
        ticket_id=row["ticket_id"],
        url=row["url"],
        created_at=created.astimezone(ZoneInfo(contract.time_zone)),
        value=row["value"],
        issue_type=row["issue_type"],
        agent=code_of(row["agent_id"]) if row["agent_id"] else "",
    )
