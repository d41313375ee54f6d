"""How far the data goes: its first and last instant, and the days that lack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from kpi_kit.annotations import annotations
from kpi_kit.business_hours import SLOT
from kpi_kit.completeness import is_silent, lacking
from kpi_kit.expectation import WEEKS, holidays
from kpi_kit.periods import DAY, midnight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

# What happens all the time, and in which column it says when.
INSTANTS = {"tickets": "created_at", "messages": "sent_at", "events": "occurred_at"}
LONG = timedelta(weeks=WEEKS)
ENDS, BEGINS, NOTHING = "data ends", "data begins", "no data"
# What begins that day explains no silence.
BEGINNINGS = ("release", "launch")


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """The first day and the last instant known, on the contract's wall clock.

    ``missing`` says why of each day that is missing: before the first ticket, after the
    last instant, in a silence between, or lacking a part of its tickets.
    """

    first: date | None = None
    last: datetime | None = None
    missing: Mapping[date, str] = field(default_factory=dict)

    def lack(self, start: date, end: date) -> str:
        """Return why the days from ``start`` to before ``end`` are not all known."""
        days = _days(start, end - DAY)
        return next((self.missing[day] for day in days if day in self.missing), "")


def arrived(helpdesk: Helpdesk, zone: str, since: date, until: date) -> pd.DataFrame:
    """Return how many tickets came: ``created_on, created_hour, channel, count``.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    zone
        Whose days and hours; one may have several rows.
    since, until
        The first day and the last.
    """
    begin, end = midnight(since, zone), midnight(until + DAY, zone)
    tickets = helpdesk.tables["tickets"]
    at = tickets.created_at
    rows = tickets.filter((at >= begin) & (at < end))
    keys = {"slot": rows.created_at - rows.created_at % SLOT, "channel": rows.channel}
    came = rows.group_by(**keys).agg(count=rows.count()).to_pyarrow().to_pandas()
    local = pd.to_datetime(came["slot"], unit="s", utc=True).dt.tz_convert(zone).dt
    return came.assign(created_on=local.date, created_hour=local.hour)


def known(
    helpdesk: Helpdesk, contract: Contract, *, start: date, judged: date, as_of: date
) -> Freshness:
    """Return :func:`freshness` of the tickets that came."""
    zone = contract.time_zone
    came = arrived(helpdesk, zone, start - LONG, as_of)
    first = first_day(helpdesk, zone)
    days = {"first": first, "start": start, "judged": judged, "as_of": as_of}
    return freshness(helpdesk, contract, came, **days)


def first_day(helpdesk: Helpdesk, zone: str) -> date | None:
    """Return the local day of the oldest ticket; None where there is none."""
    first, _ = helpdesk.spans.get("tickets.created_at", (None, None))
    return None if first is None else _local(first, zone).date()


def freshness(  # noqa: PLR0913 - what is known, and the days in question
    helpdesk: Helpdesk,
    contract: Contract,
    came: pd.DataFrame,
    *,
    first: date | None,
    start: date,
    judged: date,
    as_of: date,
) -> Freshness:
    """Return how far the data of a report goes.

    Parameters
    ----------
    helpdesk, contract
        The canonical tables, and the zone and the holidays.
    came
        As :func:`arrived`, of the eight weeks before ``start`` or more.
    first
        Local day of the first ticket; None where there is none.
    start, judged, as_of
        First day that the report shows, first day whose number of tickets is looked
        at, and the last day that is known.
    """
    zone = contract.time_zone
    until = midnight(as_of + DAY, zone)
    latest = [found for name in INSTANTS if (found := _latest(helpdesk, name, until))]
    if first is None or first > as_of or not latest:
        return Freshness(missing=dict.fromkeys(_days(start, as_of), NOTHING))
    last = _local(max(latest), zone)
    end, closed = last.date(), holidays(contract)
    missing = dict.fromkeys(_days(start, first - DAY), f"{BEGINS} {first}")
    begun = came[came["created_on"] > first]
    said = annotations(helpdesk, contract, start - LONG, as_of + DAY)
    told = [(day, text) for day, text, kind in said if kind not in BEGINNINGS]
    found = lacking(begun, end, judged=judged, closed=closed, said=told, zone=zone)
    missing |= {day: why for day, why in found.items() if day >= start}
    # A silence longer than the days asked for leaves nothing to measure it by.
    is_long = begun.empty and as_of - end > LONG and first < start - LONG
    if end < as_of and (is_long or is_silent(begun, end + DAY, as_of, closed)):
        missing |= dict.fromkeys(_days(end + DAY, as_of), f"{ENDS} {end}")
    return Freshness(first=first, last=last, missing=missing)


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _latest(helpdesk: Helpdesk, name: str, until: int) -> int | None:
    column = INSTANTS[name]
    _, last = helpdesk.spans.get(f"{name}.{column}", (None, None))
    if last is None or last < until:
        return last
    instants = helpdesk.tables[name][column]
    return instants.max(where=instants < until).to_pyarrow().as_py()
