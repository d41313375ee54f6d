"""Local times that happen twice, when the clocks go back: how many rows have one."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_kit.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded

_DAY = 86_400


def read_as_first(
    loaded: Loaded, spans: Mapping[str, tuple[int, int]]
) -> Iterator[str]:
    """Say how many times of a file lie in an hour that its clocks repeat.

    Parameters
    ----------
    loaded
        One file's rows, read in a time zone; without one nothing is said.
    spans
        The first and the last instant of each time stamp.

    Yields
    ------
    str
        One sentence for each column that has such times.
    """
    zone = loaded.options.time_zone
    if zone is None:
        return
    rows = loaded.rows
    for name, (first, last) in spans.items():
        hours = list(repeated(zone, first, last))
        count = _count(rows, name, hours) if hours else 0
        if count:
            seen = f"{loaded.file}: in {plural(count, 'row')}"
            told = f"{seen} {name} lies in an hour that the clocks of {zone} repeat"
            yield f"{told}; it is read as the first of the two"


def _count(rows: ir.Table, name: str, hours: list[tuple[int, int]]) -> int:
    at = rows[name]
    within = reduce(or_, ((at >= start) & (at < end) for start, end in hours))
    return int(within.fill_null(False).sum().execute() or 0)


def repeated(zone: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield when an hour that comes twice came first: from, until, epoch seconds.

    Examples
    --------
    >>> day = 1793491200  # 1 November 2026, when New York goes back at 6:00 UTC
    >>> [(a - day, b - day) for a, b in repeated("America/New_York", day, day + 86400)]
    [(18000, 21600)]
    """
    clock = ZoneInfo(zone)

    def offset(at: int) -> int:
        local = datetime.fromtimestamp(at, tz=UTC).astimezone(clock)
        return int(local.utcoffset().total_seconds())

    for day in range(first - _DAY, last + _DAY, _DAY):
        before, after = offset(day), offset(day + _DAY)
        if after < before:
            low, high = day, day + _DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (
                    (middle, high) if offset(middle) == before else (low, middle)
                )
            yield high - (before - after), high
