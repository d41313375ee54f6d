"""Why customers write: the root causes of a month's tickets, and what need not be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts

COLUMNS = ("root_cause", "created_on", "excluded_because")
MONTH = timedelta(weeks=4)  # as many of each weekday, so that two can be compared


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One root cause: its tickets in the last four weeks, and in the four before."""

    name: str
    n: int
    before: int
    is_avoidable: bool | None


@dataclass(frozen=True, kw_only=True)
class Causes:
    """The root causes of four weeks, the most frequent first.

    ``n`` are all tickets of the four weeks, ``tagged`` those with a root cause.
    ``avoidable`` are those whose cause the contract calls avoidable; None where it
    names none.
    """

    start: date
    end: date
    n: int
    tagged: int
    avoidable: int | None
    causes: tuple[Cause, ...]


def causes(kept: Facts, contract: Contract, *, end: date) -> Causes:
    """Count the root causes of the tickets of four weeks.

    Parameters
    ----------
    kept
        The facts, with :data:`COLUMNS`.
    contract
        Says which causes are avoidable.
    end
        The day after the four weeks.
    """
    rows, start = kept.tickets, end - MONTH
    inside = (rows.created_on >= start - MONTH) & (rows.created_on < end)
    rows = rows.filter(inside & rows.excluded_because.isnull())
    rows = rows.mutate(is_now=rows.created_on >= ibis.date(start))
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
        start=start,
        end=end,
        n=sum(row["n"] for row in found),
        tagged=sum(cause.n for cause in known),
        avoidable=avoidable if declared else None,
        causes=tuple(sorted(known, key=lambda cause: (-cause.n, cause.name))),
    )
