"""How long the open tickets have been open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.facts import Facts

DAY = 1440  # minutes
COLUMNS = ("is_open", "excluded_because", "elapsed_calendar_minutes")
# The first minute that is too long for each age, and what it is called.
AGES = (
    (1 * DAY, "under 1 day"),
    (3 * DAY, "1 to 3 days"),
    (7 * DAY, "3 to 7 days"),
    (14 * DAY, "7 to 14 days"),
    (30 * DAY, "14 to 30 days"),
    (None, "30 days and more"),
)


@dataclass(frozen=True, kw_only=True)
class Ages:
    """The open tickets by age, the youngest first, and the oldest one's in minutes."""

    counts: tuple[tuple[str, int], ...]
    oldest: float | None

    @property
    def n(self) -> int:
        """Return how many are open."""
        return sum(count for _, count in self.counts)


def ages(kept: Facts) -> Ages:
    """Count the tickets that are open on the last day known, by their age.

    Parameters
    ----------
    kept
        The facts, with :data:`COLUMNS`.
    """
    rows = kept.tickets
    rows = rows.filter(rows.is_open & rows.excluded_because.isnull())
    minutes = rows.elapsed_calendar_minutes
    counted = rows.group_by(place=age(rows)).agg(n=rows.count(), oldest=minutes.max())
    found = {row["place"]: row for row in counted.to_pyarrow().to_pylist()}
    return Ages(
        counts=tuple(
            (name, found[place]["n"] if place in found else 0)
            for place, (_, name) in enumerate(AGES)
        ),
        oldest=max((row["oldest"] for row in found.values()), default=None),
    )


def age(rows: ir.Table) -> ir.IntegerValue:
    """Return the place in :data:`AGES` of how long a ticket has been open."""
    minutes = rows.elapsed_calendar_minutes
    return ibis.cases(
        *((minutes < end, number) for number, (end, _) in enumerate(AGES) if end),
        else_=len(AGES) - 1,
    )
