"""How many tickets were open when each shift ended, or each business day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis

from kpi_kit.periods import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts

COLUMNS = ("created_at", "first_solved_at")
BUSINESS = "business hours"


@dataclass(frozen=True, kw_only=True)
class CutOff:
    """The end of a shift, or of the ``business hours``, that began on ``day``.

    ``at`` are epoch seconds; ``n`` are open then: created before it and not done.
    """

    day: date
    name: str
    at: int
    n: int = 0


def cut_offs(contract: Contract, start: date, end: date) -> tuple[CutOff, ...]:
    """Return the ends of what began in the local days [start, end), in order.

    Of each shift; where the contract has none, of its first business hours, on days
    that have any; of a contract without both there are none.

    Examples
    --------
    >>> from datetime import date
    >>> from kpi_kit.contract import Contract
    >>> from kpi_kit.shifts import Shift
    >>> night = Contract(shifts=(Shift(name="night", start=22, end=6),))
    >>> (one,) = cut_offs(night, date(2026, 11, 9), date(2026, 11, 10))
    >>> one.name, one.at - 1794182400  # midnight of the 9th, UTC
    ('night', 108000)
    """
    days = [start + number * DAY for number in range((end - start).days)]
    made = [cut for day in days for cut in _of(contract, day)]
    return tuple(sorted(made, key=lambda cut: (cut.at, cut.name)))


def _of(contract: Contract, day: date) -> Iterator[CutOff]:
    for shift in contract.shifts:
        hours = shift.start + len(shift.hours)
        at = _instant(day, hours * 3600, contract.time_zone)
        yield CutOff(day=day, name=shift.name, at=at)
    if contract.schedules and not contract.shifts:
        schedule = contract.schedules[0]
        if parts := schedule.parts(day):
            last = max(until for _, until in parts)
            yield CutOff(
                day=day, name=BUSINESS, at=_instant(day, last, schedule.time_zone)
            )


def _instant(day: date, seconds: int, zone: str) -> int:
    """Return when a local clock shows so many seconds after a day's midnight."""
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return int((wall + timedelta(seconds=seconds)).timestamp())


def open_at(kept: Facts, cuts: Sequence[CutOff]) -> tuple[CutOff, ...]:
    """Count the tickets that were open at each cut-off.

    Parameters
    ----------
    kept
        The facts, with :data:`COLUMNS` and what a backlog reads.
    cuts
        Cut-offs that are past.
    """
    if not cuts:
        return ()
    rows = kept.tickets.filter(kept.tickets.excluded_because.isnull())
    one = ibis.literal(1).cast("int64")
    came = rows.select("created_at", at="created_at", change=one)
    done = rows.filter(rows.first_solved_at.notnull() & ~rows.is_tangled)
    done = done.select("created_at", at="first_solved_at", change=-one)
    turned = kept.turns.join(rows.select("ticket_id", "created_at"), "ticket_id")
    turned = turned.select(
        "created_at", at="turned_at", change=turned.change.cast("int64")
    )
    changes = ibis.union(came, done, turned)
    # Nothing is done before it came.
    at = (changes.at < changes.created_at).ifelse(changes.created_at, changes.at)
    sums = {
        f"n{place}": changes.change.sum(where=at < cut.at).fill_null(0)
        for place, cut in enumerate(cuts)
    }
    (found,) = changes.agg(**sums).to_pyarrow().to_pylist()
    return tuple(replace(cut, n=found[f"n{place}"]) for place, cut in enumerate(cuts))
