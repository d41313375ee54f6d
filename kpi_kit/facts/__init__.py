"""Facts: one row per ticket with everything the metrics count, and the evidence.

The expressions are the same on every engine; nothing is computed before a caller asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis
from ibis.expr.operations import Literal

from kpi_kit.facts import clock, replies, schedule, snapshot, status
from kpi_kit.facts.basis import Basis
from kpi_kit.facts.chain import chained
from kpi_kit.facts.columns import (
    DERIVED,
    DIMENSIONS,
    HEAD,
    INSTANTS,
    LATER,
    READ,
    WORDED,
    WORKING,
    columns,
    extra,
    shape,
)
from kpi_kit.facts.further import FURTHER
from kpi_kit.facts.gone import WHY, gone, left_out
from kpi_kit.facts.history import packed, unpacked
from kpi_kit.facts.judged import OPENERS, judged
from kpi_kit.facts.repeats import again_about
from kpi_kit.sources import few_words, stage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

__all__ = [
    "DERIVED",
    "DIMENSIONS",
    "HEAD",
    "INSTANTS",
    "Facts",
    "columns",
    "extra",
    "facts",
    "left_out",
    "shape",
]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the metrics are computed from.

    ``tickets`` has the columns of the ``facts`` command, instants as epoch seconds, and
    the working columns.  ``turns`` says when tangled tickets became done (-1) or open
    again (+1): ``ticket_id, turned_at, turned_on, change``.  ``records`` are the other
    rows that are counted, by :data:`kpi_kit.records.RECORDS`.  ``words`` are at least
    the words of the columns of ``tickets`` that have few, for whoever stages them.
    """

    tickets: ir.Table
    turns: ir.Table
    records: Mapping[str, ir.Table] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


def facts(
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    as_of: int,
    wanted: Collection[str] | None = None,
) -> Facts:
    """Derive the facts of every ticket created before ``as_of``.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    contract
        Gives reporting zone, schedules, tiers and organizations.
    as_of
        Epoch seconds; what happened then or later is not yet known.
    wanted
        Columns to derive; None derives all.  A derivation that none of them needs is
        not computed.

    Returns
    -------
    Facts
    """
    every = (*columns(helpdesk), *WORKING)
    asked = tuple(c for c in every if wanted is None or c in wanted)
    basis = Basis(
        helpdesk=helpdesk, contract=contract, as_of=as_of, wanted=frozenset(asked)
    )
    slots = clock.slots(helpdesk, contract, as_of)
    # Out of the way of every name that the steps between use.
    aside = {name: f"extra {n}" for n, name in enumerate(extra(helpdesk))}
    told = _told(basis)
    dated = _dated(basis, aside, slots)
    repeats = again_about(dated.tickets, dated.gone, basis)
    parts = (told, dated.gone, dated.again, repeats)
    joined = chained(
        dated.tickets, tuple(("ticket_id", part) for part in parts if part is not None)
    )
    made = replies.reply_columns(joined, basis)
    made["known_until"] = ibis.literal(as_of, "int64")
    rest = (*dated.tickets.columns, "excluded_because", "by_customer", "is_repeated")
    rest = {c: joined[c] for c in rest if c in joined.columns and c not in made}
    answered = joined.select(**rest, **made)
    table = judged(answered, dated.spans, slots, basis)
    return Facts(
        tickets=table.select({c: table[aside.get(c, c)] for c in asked}),
        turns=dated.turns,
        words=dated.words,
    )


@dataclass(frozen=True, kw_only=True)
class _Dated:
    """What is known of each ticket but for its messages, computed once.

    ``tickets`` created before ``as_of``; ``spans`` the stretches of those whose
    schedule changed; ``gone`` those left out of everything; ``again`` those that their
    customer reopened; ``turns`` and ``words`` as in `Facts`.
    """

    tickets: ir.Table
    spans: ir.Table | None
    gone: ir.Table
    again: ir.Table
    turns: ir.Table
    words: Mapping[str, Sequence[str]]


def _dated(basis: Basis, aside: Mapping[str, str], slots: ir.Table) -> _Dated:
    history = _status(basis)
    messages = basis.helpdesk.tables.get("messages")
    out = stage(gone(basis.helpdesk, history.deleted, basis.as_of))
    # Kept, so that the engine knows how few they are when it joins them.
    again = stage(status.reopened_by_customer(history.reopens, messages))
    turns = stage(_turned(history.turns, slots))
    solves = history.tickets
    del history  # and what was walked through: the tickets need its room
    known = _known(basis, aside)
    moved, spans = schedule.scheduled(known, slots, basis)
    steps = [f.derive(basis) for f in FURTHER if f.makes & basis.wanted]
    parts = (solves, *moved)
    joins = tuple(("ticket_id", part) for part in parts if part is not None)
    joined = chained(known, joins + tuple(join for each, _ in steps for join in each))
    made = {c: joined[c] for c in known.columns}
    made |= snapshot.status_columns(joined, basis, told=solves is not None)
    made |= schedule.schedule_columns(joined, basis.contract)
    for _, derived in steps:
        made |= derived(joined)
    if basis.asks_who_solved:
        solver = ibis.coalesce(made["solver"].nullif(""), joined.agent_id)
        made["solved_by"] = made["first_solved_at"].isnull().ifelse(None, solver)
    names = {*LATER, *basis.wanted, *aside.values()}
    words = _words(basis)
    return _Dated(
        tickets=_kept(joined, {c: made[c] for c in made if c in names}, basis, words),
        spans=spans,
        gone=out,
        again=again.mutate(by_customer=ibis.literal(True)),
        turns=turns,
        words=words,
    )


def _known(basis: Basis, aside: Mapping[str, str]) -> ir.Table:
    """Return the tickets known by ``as_of``, with the columns that anything reads."""
    tickets, wanted = basis.tickets, basis.wanted
    kept = {c: tickets[c] for c in (*READ, *DIMENSIONS) if c in {*READ, *wanted}}
    own = extra(basis.helpdesk).items()
    kept |= {aside[c]: tickets[o] for c, o in own if c in wanted}
    return tickets.filter(tickets.created_at < basis.as_of).select(**kept)


def _words(basis: Basis) -> dict[str, Sequence[str]]:
    """Return all words of the columns that turn out to have few."""
    read = {*LATER, *basis.wanted}
    told = [c for c in WORDED if c in read and basis.has(f"tickets.{c}")]
    words = few_words(basis.tickets, told)
    if "opened_by" in words or "opened_by" not in told:
        words["opened_by"] = sorted({*OPENERS, *words.get("opened_by", ())})
    return words | {"excluded_because": WHY}


def _kept(
    joined: ir.Table,
    made: Mapping[str, ir.Value],
    basis: Basis,
    words: Mapping[str, Sequence[str]],
) -> ir.Table:
    """Store the columns of the tickets, but for those that are the same of each.

    To store nothing, or one value, takes as much room as to store many.
    """
    same = {c: value for c, value in made.items() if isinstance(value.op(), Literal)}
    same |= {
        c: ibis.null(made[c].type())
        for c in (*READ, *DIMENSIONS)
        if c in made and not basis.has(f"tickets.{c}")
    }
    stored = {c: value for c, value in made.items() if c not in same}
    instants = [c for c in INSTANTS if c in stored]
    stored |= {c: packed(stored[c]) for c in instants}
    kept = stage(joined.select(**stored), words)
    return kept.mutate(**same, **{c: unpacked(kept[c]) for c in instants})


def _turned(turns: ir.Table, slots: ir.Table) -> ir.Table:
    numbered = turns.mutate(number=ibis.literal(0, "int64"))
    turned = clock.at_instant(numbered, slots, "turned_at", "number")
    return turned.select("ticket_id", "turned_at", "change", turned_on="local_date")


def _status(basis: Basis) -> status.StatusHistory:
    tickets, history = basis.tickets, None
    if basis.has("events.field=status"):
        events = basis.helpdesk.tables["events"]
        solver = basis.asks_who_solved
        history = status.status_history(events, basis.as_of, solver=solver)
    return snapshot.with_snapshot(tickets, history, basis.as_of)


def _told(basis: Basis) -> ir.Table | None:
    """Return what messages say of the replies; None where there are none."""
    if not basis.has("messages"):
        return None
    messages = basis.helpdesk.tables["messages"]
    costly = [name for name, fact in replies.COSTLY.items() if fact in basis.wanted]
    return replies.replies_from_messages(messages, basis.tickets, basis.as_of, costly)
