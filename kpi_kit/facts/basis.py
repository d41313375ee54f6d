"""What every derivation of a fact starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk


LATER = frozenset(
    {"ticket_id", "created_at", "number", "first_solved_at", "last_solved_at"}
    | {"is_open", "has_events"}
)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The canonical tables, the contract, what is known by when, and what is asked."""

    helpdesk: Helpdesk
    contract: Contract
    as_of: int
    wanted: frozenset[str]

    @property
    def tickets(self) -> ir.Table:
        """Return the canonical tickets: read anew, they cost less than a copy."""
        return self.helpdesk.tables["tickets"]

    @property
    def later(self) -> frozenset[str]:
        """Return the columns that a ticket is kept with until its replies are known."""
        own = {"opened_by", "customer_id", "issue_type"}
        if not self.has("messages"):
            own |= {"first_reply_at", "reply_count"}
        own = {name for name in own if self.has(f"tickets.{name}")}
        if "solved_organization" in self.wanted:
            own |= {"solved_by"}
        return LATER | own | self.wanted

    def has(self, *given: str) -> bool:
        """Return whether the source brings all of these."""
        return {*given} <= self.helpdesk.given
