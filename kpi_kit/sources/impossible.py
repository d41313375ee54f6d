"""Fields of one row that contradict each other: the doubtful one is not believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

    # Column, rule, and where it is broken: unknown where something is missing.
    Wrong = tuple[str, str, ir.BooleanValue]

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
_NPS = (0.0, 10.0)


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
    return [*found, *_wrong(loaded, rows, now)]


def _believed(loaded: Loaded, at: ir.Value, now: int) -> ir.Value:
    if loaded.table.column(at.get_name()).type is not Type.INSTANT:
        return at
    return ibis.ifelse(possible(at, now), at, ibis.null("int64"))


def possible(at: ir.Value, now: int) -> ir.BooleanValue:
    """Say which instants can be: from 1990 to a little after now."""
    return at.between(EARLIEST, now + TOLERANCE)


def _wrong(loaded: Loaded, rows: ir.Table, now: int) -> Iterator[Doubt]:
    """Yield what else a row shows to be impossible; nothing missing is."""
    for column, rule, holds in (
        *_into_nothing(loaded, rows),
        *_off_scale(loaded, rows),
        *_too_long(loaded, rows),
        *_other_days(loaded, rows, now),
    ):
        yield Doubt(column=column, rule=rule, holds=holds.fill_null(False))


def _into_nothing(loaded: Loaded, rows: ir.Table) -> Iterator[Wrong]:
    """Yield merges of which no ticket is left: each of them was somebody's."""
    if loaded.table.name == "tickets" and "merged_into" in loaded.present:
        yield "merged_into", "merged into itself", rows.merged_into == rows.ticket_id
        if loaded.in_circles:
            holds = rows.ticket_id.isin(loaded.in_circles)
            yield "merged_into", "merged in a circle", holds


def _off_scale(loaded: Loaded, rows: ir.Table) -> Iterator[Wrong]:
    """Yield a survey's score, and a review's, beyond what its row says is possible."""
    if loaded.table.name == "surveys" and "score" in loaded.present:
        names, csat = ("scale_low", "scale_high"), loaded.options.scale
        low, high = (
            _bound(rows, *each) for each in zip(csat, _NPS, names, strict=True)
        )
        if {"scale_low", "scale_high"} <= {*loaded.present}:
            yield "scale_high", "not above scale_low", rows.scale_high <= rows.scale_low
        yield "score", "outside its scale", ~rows.score.between(low, high)
        between = (rows.score % 1 != 0) & (low % 1 == 0) & (high % 1 == 0)
        yield "score", "not a whole rating", between
    if loaded.table.name == "qa_scores":
        yield "max_score", "not above zero", rows.max_score <= 0
        wrong = ~rows.score.between(0, rows.max_score)
        yield "score", "outside 0 to max_score", wrong


def _too_long(loaded: Loaded, rows: ir.Table) -> Iterator[Wrong]:
    """Yield the parts of a contact that are longer than the whole of it."""
    present = {*loaded.present}
    begins = [rows[n] for n in ("queued_at", "answered_at") if n in present]
    if loaded.table.name == "contacts" and begins and "ended_at" in present:
        # Whole seconds are cut at both ends.
        length = rows.ended_at - ibis.coalesce(*begins) + 1
        for name in sorted({"talk_seconds", "hold_seconds"} & present):
            yield name, "longer than the contact", rows[name] > length


def _other_days(loaded: Loaded, rows: ir.Table, now: int) -> Iterator[Wrong]:
    """Yield needed days of another age, and periods that end where they begin."""
    earliest = datetime.fromtimestamp(EARLIEST, tz=UTC).date()
    latest = datetime.fromtimestamp(now, tz=UTC).date() + timedelta(days=366)
    for name in loaded.must:
        if loaded.table.column(name).type is Type.DATE:
            wrong = ~rows[name].between(earliest, latest)
            yield name, f"not between {earliest.year} and a year from now", wrong
    if loaded.table.name == "vendor_reports":
        wrong = rows.period_end == rows.period_start
        yield "period_end", "not after period_start", wrong


def _bound(rows: ir.Table, csat: float, nps: float, name: str) -> ir.Value:
    """Return the lowest or highest score: as the row says, else as its kind has it.

    What recommends a vendor is asked from 0 to 10, whatever a row says.
    """
    usual = ibis.ifelse(rows.kind == "csat", ibis.literal(csat), None)
    own = ibis.coalesce(rows[name], usual) if name in rows.columns else usual
    return ibis.ifelse((rows.kind == "nps").fill_null(False), ibis.literal(nps), own)


def in_doubt(doubts: list[Doubt], column: str) -> ir.BooleanValue | None:
    """Return where ``column`` is contradicted, None where it never can be."""
    holds = [doubt.holds for doubt in doubts if doubt.column == column]
    return reduce(or_, holds) if holds else None
