"""What tickets can be sliced by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.errors import UnknownNameError, nearest
from kpi_kit.facts import DERIVED, DIMENSIONS, HEAD, columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpi_kit.tables import Helpdesk

NEVER = {"ticket_id", "created_at", "created_on"}


def sliceable(helpdesk: Helpdesk, by: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions, each a fact column that can be sliced by."""
    by = tuple(dict.fromkeys(by))
    own = [*HEAD, *DIMENSIONS, *DERIVED]
    never = {c for c in own if c.endswith(("_at", "_minutes"))} | NEVER
    possible = [c for c in columns(helpdesk) if c not in never]
    for name in by:
        if name not in possible:
            message = f"by: tickets cannot be sliced by {name!r}"
            raise UnknownNameError(f"{message}. {nearest(name, possible)}")
    return by
