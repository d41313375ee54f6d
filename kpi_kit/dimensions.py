"""What can be sliced by: the tickets' own columns, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.errors import UnknownNameError, nearest
from kpi_kit.facts import DERIVED, DIMENSIONS, HEAD, columns
from kpi_kit.records.begun import SINCE, shift
from kpi_kit.records.sliced import tenure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

NEVER = {"ticket_id", "created_at", "created_on"}
# From each name of a first response to the hours of business that it stays under.
WAITED = {"0 to 1 h": 1, "1 to 4 h": 4, "4 to 8 h": 8}


@dataclass(frozen=True, kw_only=True)
class Made:
    """A dimension that follows from facts and contract; what it reads, what it needs.

    Where it ``needs`` one of several things, they are parted by "or".
    ``make`` takes the facts, with ``customer_since`` where ``of_customer``.
    """

    reads: tuple[str, ...]
    needs: str
    make: Callable[[ir.Table, Contract], ir.Value]
    of_customer: bool = False


def _since(count: Callable) -> Callable[[ir.Table, Contract], ir.Value]:
    """Return what counts from go-live to the day a ticket was created."""
    return lambda tickets, contract: count(tickets.created_on, contract.go_live)


def _shift(tickets: ir.Table, contract: Contract) -> ir.StringValue:
    return shift(tickets.created_hour, contract)


def _waited(tickets: ir.Table, contract: Contract) -> ir.StringValue:  # noqa: ARG001
    """Return how long the first response took; each name sorts behind the shorter."""
    minutes = tickets.first_response_business_minutes
    within = ((minutes < most * 60, name) for name, most in WAITED.items())
    return ibis.cases(*within, (minutes.notnull(), "8 h or more"))


def _tenure(tickets: ir.Table, contract: Contract) -> ir.StringValue:  # noqa: ARG001
    return tenure(tickets.created_on, tickets.customer_since)


MADE = {
    **{
        name: Made(reads=("created_on",), needs="go_live", make=_since(count))
        for name, count in SINCE.items()
    },
    "shift": Made(reads=("created_hour",), needs="shifts", make=_shift),
    "first_response_within": Made(
        reads=("first_response_business_minutes",),
        needs="messages or tickets.first_reply_at",
        make=_waited,
    ),
    "customer_tenure": Made(
        reads=("created_on",),
        needs="tickets.customer_since",
        make=_tenure,
        of_customer=True,
    ),
}


def sliceable(
    helpdesk: Helpdesk, contract: Contract, by: Iterable[str]
) -> tuple[str, ...]:
    """Return the dimensions, each one that tickets can be sliced by.

    Raises
    ------
    UnknownNameError
        Names the nearest dimension, or what this one needs.
    """
    by = tuple(dict.fromkeys(by))
    own = [*HEAD, *DIMENSIONS, *DERIVED]
    never = {c for c in own if c.endswith(("_at", "_minutes"))} | NEVER
    possible = [c for c in columns(helpdesk) if c not in never]
    for name in by:
        if name in possible:
            continue
        message = f"by: tickets cannot be sliced by {name!r}"
        if name not in MADE:
            raise UnknownNameError(f"{message}. {nearest(name, [*possible, *MADE])}")
        needs = MADE[name].needs
        said = hasattr(contract, needs)
        if not {*needs.split(" or ")} & helpdesk.given and not (
            said and getattr(contract, needs)
        ):
            where = "the contract's " if said else ""
            raise UnknownNameError(f"{message}. It needs {where}{needs}.")
    return by


def read_by(by: Iterable[str]) -> set[str]:
    """Return the fact columns behind dimensions; a column of that name comes first."""
    reads = {name: MADE[name].reads if name in MADE else () for name in by}
    return {read for name, made in reads.items() for read in (name, *made)}


def with_dimensions(
    tickets: ir.Table, helpdesk: Helpdesk, contract: Contract, by: Iterable[str]
) -> ir.Table:
    """Add to the facts the dimensions that follow from them."""
    made = [name for name in by if name in MADE and name not in tickets.columns]
    if any(MADE[name].of_customer for name in made):
        source = helpdesk.tables["tickets"]
        since = source.select(since_of="ticket_id", customer_since="customer_since")
        tickets = tickets.left_join(since, tickets.ticket_id == since.since_of)
    derived = {name: MADE[name].make(tickets, contract) for name in made}
    joined = {"since_of", "customer_since"} if "since_of" in tickets.columns else set()
    return tickets.mutate(**derived).drop(*joined) if made else tickets
