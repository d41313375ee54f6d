"""How far a source goes and which days look missing, for the commands that ask it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kpi_kit.answers import of_solved, remarked
from kpi_kit.catalog import METRICS
from kpi_kit.completeness import INCOMPLETE, stopped
from kpi_kit.expectation import holidays
from kpi_kit.freshness import LONG, arrived, first_day, freshness, known
from kpi_kit.periods import DAY, midnight
from kpi_kit.plan import MATURING
from kpi_kit.scorecard import given, scorecard
from kpi_kit.settled import doubted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from kpi_kit.contract import Contract
    from kpi_kit.freshness import Freshness
    from kpi_kit.tables import Helpdesk

NOTED = 5  # odd days or weeks of long ago that are named


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a source covers.

    ``spans`` holds the first and the last instant of each time stamp, ``written`` when
    the newest file was; all on the contract's wall clock.  ``notes`` say what is odd
    and long past: no number is in doubt for it.
    """

    as_of: date
    time_zone: str
    spans: Mapping[str, tuple[datetime, datetime]]
    written: datetime | None
    fresh: Freshness
    notes: tuple[str, ...] = ()

    @property
    def reasons(self) -> dict[str, list[date]]:
        """Return why days look missing, and which."""
        found: dict[str, list[date]] = {}
        for day, why in sorted(self.fresh.missing.items()):
            found.setdefault(why, []).append(day)
        return found

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is said of days that look missing and of files made too soon."""
        days, told = len(self.fresh.missing), []
        if days:
            last = self.fresh.missing[max(self.fresh.missing)]
            are = "day looks" if days == 1 else "days look"
            told.append(f"{days:,} {are} missing up to {self.as_of}: {last}.")
        end = midnight(self.as_of + DAY, self.time_zone)
        if self.written is not None and self.written.timestamp() < end:
            told.append(
                f"The newest file was written {self.written:%Y-%m-%d %H:%M}, before "
                f"{self.as_of} was over."
            )
        return tuple(told)


def known_of(
    helpdesk: Helpdesk, contract: Contract, as_of: date, place: Path | None = None
) -> Known:
    """Return what a source covers.

    Parameters
    ----------
    helpdesk, contract
        The canonical tables, and the zone and the holidays.
    as_of
        Last day that is known.
    place
        The file or folder that was read, where there is one.
    """
    zone = ZoneInfo(contract.time_zone)
    spans = {
        name: tuple(datetime.fromtimestamp(at, UTC).astimezone(zone) for at in span)
        for name, span in helpdesk.spans.items()
    }
    first = first_day(helpdesk, contract.time_zone)
    since = first or as_of
    came = arrived(helpdesk, contract.time_zone, since - LONG, as_of)
    days = {"first": first, "start": since, "as_of": as_of}
    judged = as_of + DAY - MATURING
    fresh = freshness(helpdesk, contract, came, judged=judged, **days)
    whole = freshness(helpdesk, contract, came, judged=since, **days)
    return Known(
        as_of=as_of,
        time_zone=contract.time_zone,
        spans=spans,
        written=_written(place, zone),
        fresh=fresh,
        notes=(*_few_once(fresh, whole), *_over(came, fresh, holidays(contract))),
    )


def _few_once(fresh: Freshness, whole: Freshness) -> Iterator[str]:
    """Yield the days of longer ago that are unlike their like, and are no doubt."""
    once = {why: day for day, why in whole.missing.items() if day not in fresh.missing}
    if len(once) > NOTED:
        yield f"{len(once) - NOTED} earlier days or weeks are as odd as these:"
    for why in [*once][-NOTED:]:
        yield f"{why.removeprefix(INCOMPLETE).removeprefix(', ')}; days off, or lost."


def _over(
    came: pd.DataFrame, fresh: Freshness, closed: Collection[date]
) -> Iterator[str]:
    """Yield the channels that stopped so long ago that it must have been meant."""
    if fresh.last is not None and not came.empty:
        for told in stopped(came, fresh.last.date(), closed):
            yield f"{told}; taken to be closed."


def _written(place: Path | None, zone: ZoneInfo) -> datetime | None:
    if place is None or not place.exists():
        return None
    files = [place] if place.is_file() else [*place.iterdir(), *place.glob("*/*")]
    at = max((f.stat().st_mtime for f in files if f.is_file()), default=None)
    return None if at is None else datetime.fromtimestamp(at, UTC).astimezone(zone)


def kpis(helpdesk: Helpdesk, contract: Contract, **asked: Any) -> pd.DataFrame:
    """Return :func:`kpi_kit.scorecard.scorecard`, in doubt where days look missing.

    Nobody knows what came before the first ticket: what is said of those days stands.
    A median of the solved alone says that it is one.
    """
    frame, as_of = scorecard(helpdesk, contract, **asked), asked["as_of"]
    judged = as_of + DAY - MATURING
    days = {"start": asked["start"], "judged": judged, "as_of": as_of}
    table = doubted(frame, known(helpdesk, contract, **days))
    return remarked(table, of_solved(contract))


def needs(
    helpdesk: Helpdesk, contract: Contract
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return by KPI what source and contract lack for it, as its card lists it."""
    has = given(helpdesk, contract)
    return {card.name: card.lacking(has) for card in METRICS.values()}
