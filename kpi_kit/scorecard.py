"""The KPIs as rows: value, interval, n, state.  The only place that executes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
from ibis.expr.operations import Field

from kpi_kit import metrics as _metrics  # noqa: F401 - importing declares the cards
from kpi_kit import tallies
from kpi_kit.answers import (
    NONE,
    Question,
    remarked,
    remarks,
    rows,
    targets_of,
    within,
)
from kpi_kit.catalog import METRICS, Card, named
from kpi_kit.dimensions import sliceable
from kpi_kit.facts import Facts, facts, shape
from kpi_kit.grid import on_one_grid
from kpi_kit.periods import cut, midnight
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk


def scorecard(  # noqa: PLR0913 - one for each thing that can be asked
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    end: date,
    as_of: date,
    every: str | None = None,
    by: Sequence[str] = (),
    metrics: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Compute KPIs, each with interval, n and state.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    contract
        Gives zone, schedules, targets and the reading of first contact resolution.
    start, end
        Local days of the contract's zone; ``end`` is exclusive.
    as_of
        Last day that is known.
    every
        ``day``, ``week``, ``month``; None for the whole span as one period.
    by
        Fact columns to slice by.
    metrics
        Names; None for all.

    Returns
    -------
    pandas.DataFrame, one row per metric, statistic, clock, period and slice
        ``metric, statistic, clock, unit, period_start, period_end``, the dimensions,
        ``value, low, high`` (minutes, shares 0..1 or counts; NaN where missing),
        ``n, status, note``.

    Raises
    ------
    UnknownNameError
        For a metric or dimension that nothing goes by.
    """
    asked = question(
        helpdesk,
        contract,
        start=start,
        end=end,
        as_of=as_of,
        every=every,
        by=by,
        metrics=metrics,
    )
    return scorecards(helpdesk, contract, [asked])[0]


def question(  # noqa: PLR0913 - as above
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    end: date,
    as_of: date,
    every: str | None = None,
    by: Sequence[str] = (),
    metrics: Iterable[str] | None = None,
) -> Question:
    """Put what is asked into words the kit knows; parameters as :func:`scorecard`."""
    return Question(
        cards=tuple(
            _effective(named(name), contract)
            for name in dict.fromkeys(metrics or METRICS)
        ),
        periods=cut(start, end, every),
        every=every,
        by=sliceable(helpdesk, by),
        as_of=as_of,
    )


def scorecards(
    helpdesk: Helpdesk,
    contract: Contract,
    questions: Sequence[Question],
    *,
    kept: Facts | None = None,
) -> list[pd.DataFrame]:
    """Answer several questions over the same facts, computed once.

    Parameters
    ----------
    helpdesk, contract
        As :func:`scorecard`.
    questions
        What is asked, all as of one day.
    kept
        The facts, where they are kept already.

    Returns
    -------
    list of pandas.DataFrame
        One per question, as :func:`scorecard`.
    """
    known = given(helpdesk, contract)
    kept = kept or keep(helpdesk, contract, questions)
    answers = []
    for whole in questions:
        found = measure(helpdesk, kept, contract, _computable(whole, known))
        missing = {card.name: card.missing(known) for card in whole.cards}
        answered = rows(found, contract, whole, missing)
        answers.append(remarked(answered, remarks(known)))
    return answers


def _computable(question: Question, known: frozenset[str]) -> Question:
    cards = tuple(card for card in question.cards if not card.missing(known))
    return replace(question, cards=cards)


def given(helpdesk: Helpdesk, contract: Contract) -> frozenset[str]:
    """Return what source and contract bring, for the cards' needs."""
    brought = {
        "contract.tiers": contract.tiers,
        "contract.organizations": contract.organizations,
    }
    return helpdesk.given | {"tickets"} | {name for name, has in brought.items() if has}


def _effective(card: Card, contract: Contract) -> Card:
    if card.name != "first_contact_resolution":
        return card
    variant = named(f"{card.name}_{contract.first_contact_resolution}")
    return replace(
        card, needs=variant.needs, measure=variant.measure, awaited=variant.awaited
    )


def keep(
    helpdesk: Helpdesk,
    contract: Contract,
    questions: Sequence[Question],
    *,
    also: Iterable[str] = (),
) -> Facts:
    """Compute the facts that the questions read, once, and keep them on the engine.

    Parameters
    ----------
    helpdesk, contract, questions
        As :func:`scorecards`.
    also
        Further fact columns to keep.

    Raises
    ------
    ValueError
        When the questions do not share their last day.
    """
    (day,) = {question.as_of for question in questions}
    as_of = midnight(day + timedelta(days=1), contract.time_zone)
    shaped, known = shape(helpdesk), given(helpdesk, contract)
    asked = [_computable(question, known) for question in questions]
    wanted = {*also}.union(*(_read(shaped, contract, q) for q in asked))
    slim = facts(helpdesk, contract, as_of=as_of, wanted=wanted)
    return Facts(tickets=stage(slim.tickets), turns=slim.turns)


def first_day(kept: Facts) -> date | None:
    """Return the local day of the oldest ticket; None where there is none."""
    return kept.tickets.created_on.min().to_pyarrow().as_py()


def _read(tickets: ir.Table, contract: Contract, question: Question) -> set[str]:
    """Return the fact columns that a question's expressions read."""
    read = {"ticket_id", "excluded_because", "created_on", *question.by}
    for scalars in _columns(tickets, contract, question).values():
        for scalar in scalars.values():
            read |= {field.name for field in scalar.op().find(Field)}
    read |= {tallies.DATES[card.dated_by] for card in question.cards}
    if any(card.kind == "stock" for card in question.cards):
        read |= {"first_solved_on", "is_tangled"}
    return read


def _columns(
    tickets: object, contract: Contract, question: Question
) -> dict[str, dict[str, object]]:
    """Return the scalars of each tally, by the date column it groups by."""
    made: dict[str, dict[str, object]] = {}
    for card in question.cards:
        dated = made.setdefault(tallies.DATES[card.dated_by], {})
        if card.kind == "duration":
            dated |= tallies.duration_columns(card.name, card.measure, tickets)
            for clock, minutes in targets_of(card, contract):
                kept = tallies.within(card.measure, clock, minutes, tickets)
                created = made.setdefault("created_on", {})
                created |= tallies.truth_columns(within(card, clock, minutes), kept)
        elif card.kind != "stock":
            dated |= tallies.truth_columns(card.name, tallies.truth_of(card, tickets))
            if card.awaited is not None:
                dated[f"{card.name}:young"] = card.awaited(tickets).sum().fill_null(0)
    return made


def measure(
    helpdesk: Helpdesk, kept: Facts, contract: Contract, question: Question
) -> pd.DataFrame:
    """Run one aggregate per date column, and one for the backlog.

    Returns
    -------
    pandas.DataFrame, one row per period and slice
        ``period_start`` and the dimensions: every period, and every combination of
        dimensions that was seen.  The tallies' columns; missing where nothing fell.
    """
    counted = kept.tickets.filter(kept.tickets.excluded_because.isnull())
    ranks = tallies.ranks_on(helpdesk.connection)
    frames = []
    for day in _columns(counted, contract, question):
        inside = (counted[day] >= question.start) & (counted[day] < question.end)
        rows = counted.filter(inside)
        scalars = _columns(rows, contract, question)[day]
        grouped = rows.group_by(**_keys(rows, day, question)).agg(**scalars)
        durations = [
            card.name
            for card in question.cards
            if card.kind == "duration" and tallies.DATES[card.dated_by] == day
        ]
        found = _labelled(tallies.with_picks(grouped, durations, ranks), question)
        frames.append(tallies.with_statistics(found, durations))
    if any(card.kind == "stock" for card in question.cards):
        frames.append(_open_at_end(kept, question))
    return on_one_grid(frames, question)


def _keys(rows: ir.Table, day: str, question: Question) -> dict[str, ir.Value]:
    period = tallies.period_of(rows[day], question.start, question.every)
    return {"period_start": period} | {name: rows[name] for name in question.by}


def _labelled(expression: ir.Table, question: Question) -> pd.DataFrame:
    frame = expression.to_pyarrow().to_pandas()
    frame["period_start"] = pd.to_datetime(frame["period_start"]).dt.date
    for name in question.by:
        is_whole = expression.schema()[name].is_integer()
        labels = frame[name].astype("Int64" if is_whole else object)
        frame[name] = labels.astype(object).where(labels.notna(), NONE)
    return frame


def _open_at_end(kept: Facts, question: Question) -> pd.DataFrame:
    changes = tallies.open_changes(kept, question.by)
    changes = changes.filter(changes.on < question.end)
    net = changes.group_by(**_keys(changes, "on", question)).agg(
        change=changes.change.sum()
    )
    frame = on_one_grid([_labelled(net, question)], question)
    change = frame["change"].fillna(0)
    slices = change.groupby([frame[n] for n in question.by]) if question.by else change
    return frame.drop(columns="change").assign(**{"backlog:true": slices.cumsum()})
