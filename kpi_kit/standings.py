"""Ask once for every number of a report, and say where each KPI stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.alarms import alarmed
from kpi_kit.answers import within_text
from kpi_kit.attention import COLUMNS, attention
from kpi_kit.behind import behind
from kpi_kit.beside import also_asked, beside, reads
from kpi_kit.comparable import bound_of
from kpi_kit.engagement import engagement, in_months
from kpi_kit.escalated import COLUMNS as ESCALATED
from kpi_kit.escalated import FACTS, escalated
from kpi_kit.freshness import first_day, known
from kpi_kit.held import held, rows_of
from kpi_kit.meant import COLUMNS as BEHIND
from kpi_kit.parts import parts
from kpi_kit.plan import Plan, questions
from kpi_kit.pooled import pooled
from kpi_kit.scorecard import keep, scorecards
from kpi_kit.settled import COLUMNS as SETTLED
from kpi_kit.settled import replies, settled
from kpi_kit.standing import Scorecard
from kpi_kit.tallies import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.plan import Key
    from kpi_kit.standing import Escalated, Standing
    from kpi_kit.tables import Helpdesk

    Frames = Mapping[Key, pd.DataFrame]


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
        ``quarter``, ``week`` or ``day``.
    metrics
        Names of the KPIs, in report order.
    most
        How many tickets are named, at most: of a day those that need a person, of a
        week or a quarter the newest that were escalated.

    Returns
    -------
    Scorecard
        A quarter and a week are held against the one before, a day against the same
        weekday of the week before, all against the 30 days before the vendor went live.

    Raises
    ------
    UnknownNameError
        For a metric that nothing goes by.
    """
    names = tuple(dict.fromkeys(metrics))
    days = {"start": start, "as_of": as_of, "every": every}
    plan = Plan(names=names, **days, **_beginnings(helpdesk, contract, as_of))
    asked = questions(plan, helpdesk, contract)
    together = [*asked.values()]
    also = COLUMNS if every == "day" else (*ESCALATED, *FACTS.values())
    also = (*also, *BEHIND)
    read = {*SETTLED, *(also if most else ())}
    more = most and every != "day"
    further = also_asked(plan, helpdesk, contract) if more else {}
    read |= reads(names, CLOCKS) if every != "day" else set()
    kept = keep(helpdesk, contract, [*together, *further.values()], also=read)
    answers = scorecards(helpdesk, contract, together, kept=kept)
    answered = dict(zip(asked, answers, strict=True))
    days = {"start": plan.back, "judged": plan.looked_at, "as_of": as_of}
    fresh = known(helpdesk, contract, **days)
    final = settled(answered, fresh, plan, replies(kept, as_of))
    found = _with_months(final, every)
    if every == "quarter":
        found = in_months(found)
    if every == "day":
        found = {**found, "series": pooled(found["series"])}
    cards = {card.name: card for question in together for card in question.cards}
    stand = {name: held(cards[name], contract, found, plan) for name in names}
    card = Scorecard(
        contract=contract,
        start=plan.judged.start,
        end=plan.judged.end,
        as_of=as_of,
        every=every,
        standings=stand,
        slices=_slices(found, stand),
        daily=_daily(found, stand, plan),
        fresh=fresh,
        within=_within(found.get("trend", found["series"]), stand),
        engagement=engagement(found, stand, plan),
        gone=_gone(kept.tickets),
    )
    card = replace(card, standings=alarmed(card))
    if not most:
        return card
    card = replace(card, behind=behind(helpdesk, kept, card))
    if every == "day":
        ours = contract.go_live is None or contract.go_live <= as_of
        terms = contract if ours else replace(contract, targets=())
        named_ones = attention(helpdesk, kept, terms, as_of=as_of, most=most)
        return replace(card, waiting=named_ones)
    card = replace(
        card,
        escalated=_escalated(helpdesk, kept, card, most),
        beside=beside(helpdesk, kept, plan, card, further),
    )
    return replace(card, parts=parts(helpdesk, kept, card))


def _gone(tickets: ir.Table) -> ir.Table:
    gone = tickets.filter(tickets.excluded_because.notnull())
    return gone.select("ticket_id", "excluded_because")


def _beginnings(
    helpdesk: Helpdesk, contract: Contract, as_of: date
) -> dict[str, date | None]:
    """Return the first days of the vendor and of the source, if they are past."""
    begun = first_day(helpdesk, contract.time_zone)
    known = {"live": contract.go_live, "begun": begun}
    return {
        name: day if day is not None and day <= as_of else None
        for name, day in known.items()
    }


def _with_months(found: Frames, every: str) -> Frames:
    """Put what is known by the month beside what is known by the report's periods."""
    beside = {"baseline": "baseline months"}
    # Whole quarters hold whole months themselves.
    beside |= {} if every == "quarter" else {"series": "months"}
    return {
        key: pd.concat([frame, found[beside[key]]], ignore_index=True)
        if beside.get(key) in found
        else frame
        for key, frame in found.items()
    }


def _escalated(
    helpdesk: Helpdesk, kept: Facts, card: Scorecard, most: int
) -> tuple[Escalated, ...]:
    """Return the newest escalated tickets, by the first KPI that counts any."""
    for metric in FACTS:
        if metric in card and card[metric].now.value is not None:
            now = card[metric].now
            days = {"start": now.start, "end": now.end}
            which = {"metric": metric, "most": most}
            return escalated(helpdesk, kept, card.contract, **which, **days)
    return ()


def _within(
    series: pd.DataFrame, stand: Mapping[str, Standing]
) -> dict[str, pd.DataFrame]:
    """Return for each duration with a target the share that kept it."""
    found = {}
    for name, standing in stand.items():
        if standing.card.kind == "duration" and standing.target is not None:
            rows = rows_of(series, name, "share", standing.clock)
            kept = within_text(float(bound_of(standing.target)), standing.clock)
            own = rows["note"].str.contains(kept, regex=False)
            found[name] = rows[own].reset_index(drop=True)
    return {name: rows for name, rows in found.items() if len(rows)}


def _slices(
    found: Frames, stand: Mapping[str, Standing]
) -> dict[tuple[str, ...], pd.DataFrame]:
    keys = [key for key in found if isinstance(key, tuple)]
    return {key: _sliced(found[key], stand[key[0]]) for key in keys}


def _sliced(rows: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    """Return a slice of the number shown; of a maturing KPI, of the judged period."""
    picked = rows_of(rows, standing.card.name, standing.statistic, standing.clock)
    if standing.card.kind != "share":
        return picked
    judged = picked["period_start"] == standing.now.start
    return picked[judged].reset_index(drop=True)


def _daily(
    found: Frames, stand: Mapping[str, Standing], plan: Plan
) -> dict[str, pd.DataFrame]:
    frame = found["series"] if plan.every == "day" else found.get("daily")
    if frame is None:
        return {}
    return {
        name: rows_of(frame, name, standing.statistic, standing.clock)
        for name, standing in stand.items()
        if name in set(frame["metric"])
    }
