"""One KPI held against its target, the period before, the baseline and a cited band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.change import change
from kpi_kit.comparable import (
    band_for,
    other_targets,
    promised,
    shown,
    still_changes,
)
from kpi_kit.costs import KINDS
from kpi_kit.plan import WEEK
from kpi_kit.settled import is_outstanding, lacks_days
from kpi_kit.standing import Reading, Standing, is_vendors
from kpi_kit.states import IN_HOUSE
from kpi_kit.verdict import mature_on, state_of, verdict_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.plan import Key, Plan

    Frames = Mapping[Key, pd.DataFrame]

MONTHLY = "not compared: the baseline's count is one of 30 days"
NO_MONTH = "needs a whole month of tickets"
AGING = "not compared: earlier tickets have had longer for it to happen"


def held(card: Card, contract: Contract, found: Frames, plan: Plan) -> Standing:
    """Return where a KPI stands.

    Parameters
    ----------
    card, contract
        What is held, and against which targets and segment.
    found
        The answers: ``series``, ``trend`` where that is not what is drawn, and
        ``baseline`` where there is one.
    plan
        The days of the report.
    """
    statistic, clock = shown(card, contract)
    rows = rows_of(found["series"], card.name, statistic, clock)
    each = readings(rows) or [_unknown(plan)]
    now, newer = _judged(card, each, plan)
    by_month = card.kind in KINDS
    adjoins = by_month or plan.every == "quarter"
    before = (r for r in each if _is_before(r, now, adjoins=adjoins))
    previous, ours = next(before, None), is_vendors(contract, now)
    baseline = _baseline(card, found, statistic, clock) if ours else None
    target = promised(card, contract) if ours else None
    band, refused = band_for(card, contract)
    kept = rows[by_month | (rows["period_start"] >= plan.first)]
    state, days = state_of(now, target), clock != "business"
    ages = still_changes(card, (now.end - now.start).days)
    return Standing(
        card=card,
        statistic=statistic,
        clock=clock,
        now=now,
        previous=previous,
        baseline=baseline,
        target=target,
        band=band,
        state=state,
        state_text=_told(card, state, now, plan.as_of, ours=ours),
        change=None if ages else change(card, previous, now, days=days),
        since_baseline=None if ages else change(card, baseline, now, days=days),
        refused=(
            *refused,
            *other_targets(card, contract),
            *_refused(card, found, ages=ages),
        ),
        series=rows_of(found.get("trend", kept), card.name, statistic, clock),
        newer=newer,
    )


def _unknown(plan: Plan) -> Reading:
    """Return the reading of a KPI that is known by the month, before the first one."""
    days = {"start": plan.judged.start, "end": plan.judged.end}
    none = {"value": None, "low": None, "high": None, "n": 0}
    return Reading(**days, **none, status="not_computable", note=NO_MONTH)


def _is_before(reading: Reading, now: Reading, *, adjoins: bool) -> bool:
    """Say whether a reading is what the judged one is held against."""
    return reading.end == now.start if adjoins else reading.start == now.start - WEEK


def _told(card: Card, state: str, now: Reading, as_of: date, *, ours: bool) -> str:
    if state == "no_target" and card.no_target:
        return f"no verdict: {now.note}"
    if state == "no_target" and not ours:
        return IN_HOUSE
    return verdict_text(state, now, as_of)


def _refused(card: Card, found: Frames, *, ages: bool) -> tuple[str, ...]:
    """Say which comparisons over time a KPI cannot bear."""
    counts = card.kind == "count"
    monthly = counts and len(found.get("baseline", ())) > 0
    return (AGING,) * ages + (MONTHLY,) * monthly


def _judged(
    card: Card, readings: Sequence[Reading], plan: Plan
) -> tuple[Reading, Reading | None]:
    """Return the reading that is judged, and the newer one that cannot be yet.

    That is the last one whose tickets had their time to mature, or to be answered.  A
    survey that is sent after midnight, or days after the solve, has its week later
    than its ticket; for one survey no report goes back a quarter.
    """
    newest = readings[-1]
    if card.awaited is None:
        mature = [r for r in readings if not is_outstanding(r.note)]
    else:
        over = [r for r in readings if mature_on(r.end) <= plan.as_of]
        mature = over
        if plan.every != "quarter":
            mature = [r for r in over if not _still_waits(r)] or over
    if newest.status == "not_computable" or not any(r.n for r in mature):
        return newest, None
    return mature[-1], None if mature[-1] is newest else newest


def _still_waits(reading: Reading) -> bool:
    return reading.status == "provisional" and not lacks_days(reading.note)


def _baseline(card: Card, found: Frames, statistic: str, clock: str) -> Reading | None:
    """Return the 30 days before the vendor went live; of a count they say nothing."""
    if "baseline" not in found or card.kind == "count":
        return None
    each = readings(rows_of(found["baseline"], card.name, statistic, clock))
    return next((r for r in each if r.value is not None), None)


def rows_of(
    frame: pd.DataFrame, metric: str, statistic: str, clock: str
) -> pd.DataFrame:
    """Return the rows of one number, one per period, in the frame's order."""
    right = (frame["metric"] == metric) & (frame["statistic"] == statistic)
    return frame[right & (frame["clock"] == clock)].reset_index(drop=True)


def readings(rows: pd.DataFrame) -> list[Reading]:
    """Return scorecard rows of one number as readings, in their order."""
    return [
        Reading(
            start=row.period_start,
            end=row.period_end,
            value=_known(row.value),
            low=_known(row.low),
            high=_known(row.high),
            n=int(row.n),
            status=row.status,
            note=row.note,
        )
        for row in rows.itertuples()
    ]


def _known(value: float | None) -> float | None:
    missing = value is None or value != value  # noqa: PLR0124 - NaN
    return None if missing else float(value)
