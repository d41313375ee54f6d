"""The KPIs as rows: value, interval, n, state.  The only place that executes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
from ibis.expr.operations import Field

from kpi_kit import bias, costs, mood, tallies
from kpi_kit.answers import NONE, Question, remarked, remarks, rows, targets_of, within
from kpi_kit.asked import given, question, refusals, tallied, without
from kpi_kit.dimensions import read_by, with_dimensions
from kpi_kit.facts import Facts, facts, shape
from kpi_kit.grid import on_one_grid
from kpi_kit.periods import midnight
from kpi_kit.records import RECORDS, on_scale, reads
from kpi_kit.records.known import Known, local_days
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
        ``day``, ``week``, ``month``, ``quarter``; None for the whole span as one.
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
    kept = kept or keep(helpdesk, contract, questions)
    has = given(helpdesk, contract)
    said = remarks(has, contract)
    if any(card.of == "surveys" for whole in questions for card in whole.cards):
        said |= on_scale(helpdesk)
    ranks = tallies.ranks_on(helpdesk.connection)
    answers = []
    for whole in questions:
        missing = refusals(helpdesk, contract, whole)
        asked = bias.beside(without(whole, missing), has)
        found = measure(helpdesk, kept, contract, asked, ranks)
        table = remarked(rows(found, contract, whole, missing), said)
        table = mood.covered(bias.warned(table, found), found, contract.sentiment)
        answers.append(table)
    return answers


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
    shaped = shape(helpdesk)
    asked = [without(q, refusals(helpdesk, contract, q)) for q in questions]
    wanted = {*also}.union(*(_read(shaped, contract, q) for q in asked))
    slim = facts(helpdesk, contract, as_of=as_of, wanted=wanted)
    by = sorted({name for q in asked for name in q.by})
    tickets = stage(with_dimensions(slim.tickets, helpdesk, contract, by), slim.words)
    kept = Facts(tickets=tickets, turns=slim.turns)
    kinds = {card.of for q in asked for card in q.cards} - {"tickets"}
    if not kinds:
        return kept
    known = Known(
        helpdesk=helpdesk,
        contract=contract,
        as_of=as_of,
        tickets=tickets,
        days=local_days(helpdesk, contract, as_of),
        by=tuple(by),
    )
    records = {kind: stage(RECORDS[kind].rows(known)) for kind in sorted(kinds)}
    return replace(kept, records=records)


def _read(tickets: ir.Table, contract: Contract, question: Question) -> set[str]:
    """Return the fact columns that a question's expressions read."""
    read = {"ticket_id", "excluded_because", "created_on", *read_by(question.by)}
    for of, day in tallied(question, contract):
        if of == "tickets":
            read.add(day)
            for scalar in _columns(tickets, contract, question, of, day).values():
                read |= {field.name for field in scalar.op().find(Field)}
        else:
            read |= reads(of, question.by)
    if any(card.kind == "stock" for card in question.cards):
        read |= {"first_solved_on", "is_tangled"}
    return read


def _columns(
    rows: ir.Table, contract: Contract, question: Question, of: str, day: str
) -> dict[str, ir.Value]:
    """Return the scalars of one tally."""
    made: dict[str, ir.Value] = {}
    for card in question.cards:
        if (card.of, tallies.DATES[card.dated_by]) == (
            of,
            day,
        ) and card.kind != "stock":
            made |= tallies.columns_of(card, rows)
        if (of, day) == ("tickets", "created_on"):
            for clock, minutes in targets_of(card, contract):
                kept = tallies.within(card.measure, clock, minutes, rows)
                made |= tallies.truth_columns(within(card, clock, minutes), kept)
    return made


def measure(
    helpdesk: Helpdesk,
    kept: Facts,
    contract: Contract,
    question: Question,
    ranks: ir.Table,
) -> pd.DataFrame:
    """Run one aggregate per date column, and one for the backlog.

    Returns
    -------
    pandas.DataFrame, one row per period and slice
        ``period_start`` and the dimensions: every period, and every combination of
        dimensions that was seen.  The tallies' columns; missing where nothing fell.
    """
    counted = kept.tickets.filter(kept.tickets.excluded_because.isnull())
    frames = []
    for of, day in tallied(question, contract):
        rows = counted if of == "tickets" else kept.records[of]
        rows = rows.filter((rows[day] >= question.start) & (rows[day] < question.end))
        scalars = _columns(rows, contract, question, of, day)
        grouped = rows.group_by(**_keys(rows, day, question)).agg(**scalars)
        times = [
            card
            for card in question.cards
            if tallies.clocks_of(card)
            and (card.of, tallies.DATES[card.dated_by]) == (of, day)
        ]
        found = _labelled(tallies.with_picks(grouped, times, ranks), question)
        frames.append(tallies.with_statistics(found, times))
    if any(card.kind == "stock" for card in question.cards):
        frames.append(_open_at_end(kept, question))
    return costs.priced(on_one_grid(frames, question), helpdesk, contract, question)


def _keys(rows: ir.Table, day: str, question: Question) -> dict[str, ir.Value]:
    period = tallies.period_of(rows[day], question.start, question.every)
    return {"period_start": period} | {n: _named(rows[n]) for n in question.by}


def _named(label: ir.Column) -> ir.Column:
    """Return a label; one that is called like no label at all is none."""
    return label.nullif(NONE) if label.type().is_string() else label


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
