"""What every derivation of a fact starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk


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
    def asks_who_solved(self) -> bool:
        """Return whether anything wanted needs it; it costs a text per change."""
        return bool({"solved_organization", "solved_by"} & self.wanted)

    def has(self, *given: str) -> bool:
        """Return whether the source brings all of these."""
        return {*given} <= self.helpdesk.given
