"""Fields of one row that contradict each other: the doubtful one is not believed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from kpi_kit.sources.glance import EARLIEST, TOLERANCE
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded

# Of each table, which field cannot come before which.
_ORDER = {
    "tickets": (
        ("first_reply_at", "created_at"),
        ("solved_at", "created_at"),
        ("reopened_at", "created_at"),
        ("reopened_at", "solved_at"),
    ),
    "surveys": (("answered_at", "offered_at"),),
    "contacts": (
        ("answered_at", "queued_at"),
        ("ended_at", "queued_at"),
        ("ended_at", "answered_at"),
    ),
    "agent_states": (("ended_at", "started_at"),),
    "agents": (("ended_on", "started_on"),),
    "vendor_reports": (("period_end", "period_start"),),
}
_SCALES = {"nps": (0.0, 10.0)}


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A field that the rest of its row contradicts: where, why, in which rows."""

    column: str
    rule: str
    holds: ir.BooleanValue


def doubts(loaded: Loaded, rows: ir.Table, now: int) -> list[Doubt]:
    """Say of each field that can contradict another in which rows it does.

    Parameters
    ----------
    loaded
        Says which columns the file has.
    rows
        Its rows, or some of them.
    now
        The clock, epoch seconds: a time that cannot be contradicts nothing.

    Notes
    -----
    A ticket that was solved again after its reopening shows a reopening before its
    solve; where there is a history of it, that is no contradiction.
    """
    present, beside = {*loaded.present}, loaded.beside
    found = []
    for later, earlier in _ORDER.get(loaded.table.name, ()):
        if later == "reopened_at" and earlier == "solved_at" and "events" in beside:
            continue
        if {later, earlier} <= present:
            holds = rows[later] < _believed(loaded, rows[earlier], now)
            rule = f"before {earlier}"
            found.append(Doubt(column=later, rule=rule, holds=holds.fill_null(False)))
    return [*found, *_off_scale(loaded, rows)]


def _believed(loaded: Loaded, at: ir.Value, now: int) -> ir.Value:
    if loaded.table.column(at.get_name()).type is not Type.INSTANT:
        return at
    return ibis.ifelse(possible(at, now), at, ibis.null("int64"))


def possible(at: ir.Value, now: int) -> ir.BooleanValue:
    """Say which instants can be: from 1990 to a little after now."""
    return at.between(EARLIEST, now + TOLERANCE)


def _off_scale(loaded: Loaded, rows: ir.Table) -> Iterator[Doubt]:
    """Yield a survey's score, and a review's, beyond what its row says is possible."""
    if loaded.table.name == "surveys" and "score" in loaded.present:
        scales = {"csat": loaded.options.scale, **_SCALES}
        low, high = (_bound(rows, scales, place) for place in (0, 1))
        wrong = ~rows.score.between(low, high).fill_null(True)
        yield Doubt(column="score", rule="outside its scale", holds=wrong)
    if loaded.table.name == "qa_scores":
        wrong = ~rows.score.between(0, rows.max_score).fill_null(True)
        yield Doubt(column="score", rule="outside 0 to max_score", holds=wrong)


def _bound(
    rows: ir.Table, scales: dict[str, tuple[float, float]], place: int
) -> ir.Value:
    """Return the lowest or highest score: as the row says, else as its kind has it."""
    name = ("scale_low", "scale_high")[place]
    usual = ibis.cases(
        *((rows.kind == word, scale[place]) for word, scale in scales.items())
    )
    return ibis.coalesce(rows[name], usual) if name in rows.columns else usual


def in_doubt(doubts: list[Doubt], column: str) -> ir.BooleanValue | None:
    """Return where ``column`` is contradicted, None where it never can be."""
    holds = [doubt.holds for doubt in doubts if doubt.column == column]
    return reduce(or_, holds) if holds else None


def _instant(rows: ir.Table) -> ir.BooleanValue:
    return rows.first_reply_at == rows.created_at


def _rated_early(rows: ir.Table) -> ir.BooleanValue:
    return rows.csat.notnull() & rows.solved_at.isnull()


def _by_nobody(rows: ir.Table) -> ir.BooleanValue:
    return rows.first_reply_at.notnull() & rows.agent_id.isnull()


# What a ticket needs, what is said of it, and when.
_REMARKS = (
    (
        ("first_reply_at", "created_at"),
        "answered in the second of the creation, as a machine does",
        _instant,
    ),
    (("csat", "solved_at"), "rated before being solved", _rated_early),
    (
        ("first_reply_at", "agent_id"),
        "answered by nobody named, counted under (none)",
        _by_nobody,
    ),
)


def remarks(loaded: Loaded) -> list[tuple[str, ir.BooleanValue]]:
    """Say what is accepted but should be known, and of which rows it holds."""
    if loaded.table.name != "tickets" or {"messages", "events"} & loaded.beside:
        return []
    return [
        (told, holds(loaded.rows).fill_null(False))
        for needs, told, holds in _REMARKS
        if {*needs} <= {*loaded.present}
    ]
