"""Ask once for every number of a report, and say where each KPI stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.attention import COLUMNS, attention
from kpi_kit.catalog import named
from kpi_kit.change import change
from kpi_kit.comparable import (
    band_for,
    other_targets,
    promised,
    shown,
    still_changes,
)
from kpi_kit.escalated import COLUMNS as ESCALATED
from kpi_kit.escalated import FACTS, escalated
from kpi_kit.plan import WEEK, Plan, questions
from kpi_kit.scorecard import first_day, keep, scorecards
from kpi_kit.standing import Escalated, Reading, Scorecard, Standing
from kpi_kit.verdict import mature_on, state_of, verdict_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.plan import Key
    from kpi_kit.tables import Helpdesk

    Frames = Mapping[Key, pd.DataFrame]

MONTHLY = "not compared: the baseline's count is one of 30 days"
AGING = "not compared: earlier tickets have had longer for it to happen"


def standings(  # noqa: PLR0913 - one for each thing that a cadence chooses
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    as_of: date,
    every: str,
    metrics: Iterable[str],
    most: int = 0,
) -> Scorecard:
    """Compute where each KPI stands.

    Parameters
    ----------
    helpdesk, contract
        As :func:`kpi_kit.scorecard.scorecard`.
    start
        First day of the review, which ends with ``as_of``.  A weekly one begins with
        the Monday of that week, so that every week of it is whole.
    as_of
        Last day that is known.
    every
        ``week`` or ``day``.
    metrics
        Names of the KPIs, in report order.
    most
        How many tickets are named, at most: of a day those that need a person, of a
        week the newest that were escalated.

    Returns
    -------
    Scorecard
        A week is held against the week before, a day against the same weekday of the
        week before, both against the 30 days before the vendor went live.

    Raises
    ------
    UnknownNameError
        For a metric that nothing goes by.
    """
    names = tuple(dict.fromkeys(metrics))
    plan = Plan(names=names, start=start, as_of=as_of, every=every)
    asked = questions(plan, helpdesk, contract)
    together = [*asked.values()]
    also = {"day": COLUMNS, "week": (*ESCALATED, *FACTS.values())}[every]
    kept = keep(helpdesk, contract, together, also=also if most else ())
    answers = scorecards(helpdesk, contract, together, kept=kept)
    found = _begun(dict(zip(asked, answers, strict=True)), first_day(kept), plan)
    stand = {name: _standing(named(name), contract, found, plan) for name in names}
    return Scorecard(
        contract=contract,
        start=plan.judged.start,
        end=plan.judged.end,
        as_of=as_of,
        every=every,
        standings=stand,
        slices={
            key: _sliced(rows, stand[key[0]])
            for key, rows in found.items()
            if isinstance(key, tuple)
        },
        daily=_daily(found, stand),
        waiting=attention(helpdesk, kept, contract, as_of=as_of, most=most)
        if most and every == "day"
        else None,
        escalated=_escalated(helpdesk, kept, contract, stand, most)
        if every == "week"
        else (),
        within=_within(found["series"], stand),
    )


def _escalated(
    helpdesk: Helpdesk,
    kept: Facts,
    contract: Contract,
    stand: Mapping[str, Standing],
    most: int,
) -> tuple[Escalated, ...]:
    """Return the newest escalated tickets, by the first KPI that counts any."""
    for metric in FACTS:
        if most and metric in stand and stand[metric].now.value is not None:
            now = stand[metric].now
            days = {"start": now.start, "end": now.end}
            return escalated(helpdesk, kept, contract, metric=metric, most=most, **days)
    return ()


def _within(
    series: pd.DataFrame, stand: Mapping[str, Standing]
) -> dict[str, pd.DataFrame]:
    """Return for each duration with a target the share that kept it."""
    durations = [s for s in stand.values() if s.card.kind == "duration" and s.target]
    found = {
        s.card.name: _rows(series, s.card.name, "share", s.clock) for s in durations
    }
    return {name: rows for name, rows in found.items() if len(rows)}


def _begun(found: Frames, since: date | None, plan: Plan) -> Frames:
    """Return the frames without the periods before the source's first ticket.

    What happened then is not known: a volume of 0 would be a wrong number, and a rise
    from it an alarm.  Of a count that is true of the period the first ticket fell in.
    """
    first = min(since or plan.judged.start, plan.judged.start)
    made = {}
    for key, frame in found.items():
        counts = frame["metric"].map(lambda name: named(name).kind == "count")
        known = frame["period_start"].where(counts, frame["period_end"])
        known = (known >= first) & (frame["period_end"] > first)
        made[key] = frame[known].reset_index(drop=True)
    return made


def _standing(card: Card, contract: Contract, found: Frames, plan: Plan) -> Standing:
    statistic, clock = shown(card, contract)
    rows = _rows(found["series"], card.name, statistic, clock)
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
    readings = _readings(_rows(found["baseline"], card.name, statistic, clock))
    return next((r for r in readings if r.value is not None), None)


def _rows(frame: pd.DataFrame, metric: str, statistic: str, clock: str) -> pd.DataFrame:
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


def _sliced(rows: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    """Return a slice of the number shown; of a maturing KPI, of the judged period."""
    picked = _rows(rows, standing.card.name, standing.statistic, standing.clock)
    if standing.card.kind != "share":
        return picked
    judged = picked["period_start"] == standing.now.start
    return picked[judged].reset_index(drop=True)


def _daily(found: Frames, stand: Mapping[str, Standing]) -> dict[str, pd.DataFrame]:
    frame = found.get("daily", found["series"])
    return {
        name: _rows(frame, name, standing.statistic, standing.clock)
        for name, standing in stand.items()
        if name in set(frame["metric"])
    }
