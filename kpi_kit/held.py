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
from kpi_kit.plan import WEEK
from kpi_kit.standing import Reading, Standing
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
AGING = "not compared: earlier tickets have had longer for it to happen"


def held(card: Card, contract: Contract, found: Frames, plan: Plan) -> Standing:
    """Return where a KPI stands.

    Parameters
    ----------
    card, contract
        What is held, and against which targets and segment.
    found
        The answers: ``series``, and ``baseline`` where there is one.
    plan
        The days of the report.
    """
    statistic, clock = shown(card, contract)
    rows = rows_of(found["series"], card.name, statistic, clock)
    readings = _readings(rows)
    now, newer = _judged(card, readings, plan.as_of)
    previous = next((r for r in readings if r.start == now.start - WEEK), None)
    baseline = _baseline(card, found, statistic, clock)
    target, (band, refused) = promised(card, contract), band_for(card, contract)
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
        state_text=verdict_text(state, now),
        change=None if ages else change(card, previous, now, days=days),
        since_baseline=None if ages else change(card, baseline, now, days=days),
        refused=(
            *refused,
            *other_targets(card, contract),
            *_refused(card, found, ages=ages),
        ),
        series=rows[rows["period_start"] >= plan.first].reset_index(drop=True),
        newer=newer,
    )


def _refused(card: Card, found: Frames, *, ages: bool) -> tuple[str, ...]:
    """Say which comparisons over time a KPI cannot bear."""
    counts = card.kind == "count"
    monthly = counts and len(found.get("baseline", ())) > 0
    return (AGING,) * ages + (MONTHLY,) * monthly


def _judged(
    card: Card, readings: Sequence[Reading], as_of: date
) -> tuple[Reading, Reading | None]:
    """Return the reading that is judged, and the newer one that cannot be yet."""
    newest = readings[-1]
    if card.awaited is None or newest.status == "not_computable":
        return newest, None
    mature = [reading for reading in readings if mature_on(reading.end) <= as_of]
    if not any(reading.n for reading in mature) or mature[-1] is newest:
        return newest, None
    return mature[-1], newest


def _baseline(card: Card, found: Frames, statistic: str, clock: str) -> Reading | None:
    """Return the 30 days before the vendor; of a count they say nothing."""
    if "baseline" not in found or card.kind == "count":
        return None
    readings = _readings(rows_of(found["baseline"], card.name, statistic, clock))
    return next((r for r in readings if r.value is not None), None)


def rows_of(
    frame: pd.DataFrame, metric: str, statistic: str, clock: str
) -> pd.DataFrame:
    """Return the rows of one number, one per period, in the frame's order."""
    right = (frame["metric"] == metric) & (frame["statistic"] == statistic)
    return frame[right & (frame["clock"] == clock)].reset_index(drop=True)


def _readings(rows: pd.DataFrame) -> list[Reading]:
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


def _known(value: float) -> float | None:
    return None if value != value else float(value)  # noqa: PLR0124 - NaN
