"""First responses are late in the busy hours only."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Any

from kpi_kit.phrases import limit, measured
from kpi_kit.rules import Finding, rule
from kpi_kit.units import WEEKDAYS, share_text

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.standing import Scorecard, Standing

# The busy hours are the fewest that bring half of the tickets.
BUSY = 0.5
SURE, TINY = 0.95, 1e-9


@rule(
    reads=("first_response_time",),
    severity="warning",
    source="First Response Time: missed in peak hours, check the schedule first",
)
def late_at_peak_hours(card: Scorecard) -> Finding | None:
    """Shifts or routing may not fit the arrivals: only busy hours miss the target.

    Fires when the period does not surely meet the first-response target, over four
    weeks more hours surely miss it than chance brings, every hour that does is among
    the busy ones, and every other hour keeps it.  An hour with too few tickets is not
    looked at.
    """
    first, rows = card["first_response_time"], _hours(card)
    if first.target is None or first.target.at_most is None or rows is None:
        return None
    if first.state == "meets":
        return None
    most = float(first.target.at_most)
    busy = _busy(rows)
    judged = rows[rows["status"] == "ok"]
    late = judged[judged["low"] > most]
    calm = judged[~judged["created_hour"].isin(busy)]
    is_chance = len(late) < _by_chance(len(judged))
    if is_chance or calm.empty or (calm["value"] > most).any():
        return None
    if not set(late["created_hour"]) <= busy:
        return None
    return _finding(card, first, late, calm, rows)


def _finding(
    card: Scorecard,
    first: Standing,
    late: pd.DataFrame,
    calm: pd.DataFrame,
    rows: pd.DataFrame,
) -> Finding:
    hours = _listed(late["created_hour"])
    worst, best = (_worst(part) for part in (late, calm))
    came = share_text(late["n"].sum() / rows["n"].sum())

    def slowest(row: Any, where: str) -> str:
        return f"{where} {_hour(row.created_hour)} is slowest: {measured(first, row)}"

    return Finding(
        title=(
            f"Over four weeks replies are late for tickets of {hours}, "
            "otherwise in time"
        ),
        state="misses" if first.state == "misses" else "close",
        facts=(
            f"{slowest(worst, 'Of all hours')}, against a limit of {limit(first)}.",
            f"{slowest(best, 'Outside the busy hours')}.",
        ),
        speaks_for=f"The late hours bring {came} of the answered tickets.",
        speaks_against=_on_quiet_days(card, first, late),
        ask=(
            f"The vendor's planner lays shifts and routing of {hours} beside the "
            "arrivals, before agents are coached."
        ),
        metric="first_response_time",
    )


def _by_chance(hours: int) -> int:
    """Return how many hours miss a line they stand on in one of 40 reports at most.

    Each of them misses it surely in one of 40 cases by chance alone.

    Examples
    --------
    >>> [_by_chance(hours) for hours in (1, 2, 10, 11, 24)]
    [1, 2, 2, 3, 3]
    """
    beyond = (1 - SURE) / 2
    more, count = 1.0, 0
    while more > beyond + TINY:
        more -= comb(hours, count) * beyond**count * (1 - beyond) ** (hours - count)
        count += 1
    return count


def _hours(card: Scorecard) -> pd.DataFrame | None:
    rows = card.slices.get(("first_response_time", "created_hour"))
    return None if rows is None or not rows["n"].sum() else rows


def _busy(rows: pd.DataFrame) -> set[int]:
    """Return the fewest hours that together bring half of the tickets."""
    ordered = rows.sort_values(["n", "created_hour"], ascending=[False, True])
    before = ordered["n"].cumsum() - ordered["n"]
    return set(ordered.loc[before < BUSY * rows["n"].sum(), "created_hour"])


def _worst(rows: pd.DataFrame) -> Any:
    return next(rows.loc[[rows["value"].idxmax()]].itertuples())


def _hour(hour: int) -> str:
    return f"{int(hour):02d}:00"


def _listed(hours: pd.Series) -> str:
    """Return hours in a sentence: ``09:00, 10:00 and 14:00``."""
    *first, last = (_hour(hour) for hour in sorted(hours))
    return f"{', '.join(first)} and {last}" if first else last


def _on_quiet_days(card: Scorecard, first: Standing, late: pd.DataFrame) -> str | None:
    """Return what load does not explain: these hours, late on the quietest day."""
    cells = card.slices.get(("first_response_time", "created_weekday", "created_hour"))
    if cells is None:
        return None
    cells = cells[cells["created_hour"].isin(late["created_hour"])]
    cells = cells[cells["status"] == "ok"]
    if cells.empty:
        return None
    day = cells.groupby("created_weekday")["n"].sum().idxmin()
    worst = _worst(cells[cells["created_weekday"] == day])
    if not worst.low > float(first.target.at_most):
        return None
    where = f"{WEEKDAYS[int(day) - 1]} {_hour(worst.created_hour)}"
    return f"The quietest day misses it too: {where}, {measured(first, worst)}."
