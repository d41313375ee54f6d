"""Why customers write: the root causes of a month's tickets, and what need not be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from kpi_kit.periods import Period

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts

COLUMNS = ("root_cause", "created_on", "excluded_because")
SHOWN = 6  # causes, at most
MONTH = timedelta(weeks=4)  # as many of each weekday, so that two can be compared


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One root cause: its tickets in a period, and in the one before it."""

    name: str
    n: int
    before: int
    is_avoidable: bool | None


@dataclass(frozen=True, kw_only=True)
class Causes:
    """The root causes of a period, the most frequent first.

    ``n`` are all tickets of the period, ``tagged`` those with a root cause.
    ``avoidable`` are those whose cause the contract calls avoidable; None where it
    names none.  ``before`` is the period that it is held against.
    """

    start: date
    end: date
    n: int
    tagged: int
    avoidable: int | None
    causes: tuple[Cause, ...]
    before: Period | None = None

    @property
    def has_before(self) -> bool:
        """Return whether there is a period before: the first quarter has none."""
        return self.before is None or self.before.start < self.before.end

    @property
    def tagged_before(self) -> int:
        """Return how many tickets of the period before have a root cause."""
        return sum(cause.before for cause in self.causes)

    @property
    def avoidable_before(self) -> int:
        """Return how many of them need not have been."""
        return sum(cause.before for cause in self.causes if cause.is_avoidable)


def month_to(end: date) -> tuple[Period, Period]:
    """Return the four weeks that end before a day, and the four weeks before them."""
    start = end - MONTH
    return Period(start=start, end=end), Period(start=start - MONTH, end=start)


def causes(kept: Facts, contract: Contract, now: Period, before: Period) -> Causes:
    """Count the root causes of the tickets of a period.

    Parameters
    ----------
    kept
        The facts, with :data:`COLUMNS`.
    contract
        Says which causes are avoidable.
    now, before
        The period, and the one that ends where it begins.
    """
    rows = kept.tickets
    inside = (rows.created_on >= before.start) & (rows.created_on < now.end)
    rows = rows.filter(inside & rows.excluded_because.isnull())
    rows = rows.mutate(is_now=rows.created_on >= ibis.date(now.start))
    counted = rows.group_by("root_cause").agg(
        n=rows.is_now.sum(), before=(~rows.is_now).sum()
    )
    found = counted.to_pyarrow().to_pylist()
    declared = {*contract.avoidable_causes}
    known = [
        Cause(
            name=row["root_cause"],
            n=row["n"],
            before=row["before"],
            is_avoidable=row["root_cause"] in declared if declared else None,
        )
        for row in found
        if row["root_cause"] is not None
    ]
    avoidable = sum(cause.n for cause in known if cause.is_avoidable)
    return Causes(
        start=now.start,
        end=now.end,
        before=before,
        n=sum(row["n"] for row in found),
        tagged=sum(cause.n for cause in known),
        avoidable=avoidable if declared else None,
        causes=tuple(sorted(known, key=lambda cause: (-cause.n, cause.name))),
    )
