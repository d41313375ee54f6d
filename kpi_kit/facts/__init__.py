"""Facts: one row per ticket with everything the metrics count, and the evidence.

The expressions are the same on every engine; nothing is computed before a caller asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts import clock, replies, snapshot, status
from kpi_kit.facts.columns import (
    DERIVED,
    DIMENSIONS,
    HEAD,
    INSTANTS,
    LATER,
    READ,
    WORKING,
    columns,
    extra,
    shape,
)
from kpi_kit.facts.further import FURTHER, Basis, attach
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Collection

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
    "facts",
    "shape",
]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the metrics are computed from.

    ``tickets`` has the columns of the ``facts`` command, instants as epoch seconds, and
    the working columns.  ``turns`` says when tangled tickets became done (-1) or open
    again (+1): ``ticket_id, turned_on, change``.  ``held`` are the engine's temporary
    tables behind them, which go when it does.
    """

    tickets: ir.Table
    turns: ir.Table
    held: tuple[ir.Table, ...] = ()


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
    wanted = tuple(c for c in every if wanted is None or c in wanted)
    tickets = helpdesk.tables["tickets"]
    # Out of the way of every name that the steps between use.
    aside = {name: f"extra {n}" for n, name in enumerate(extra(helpdesk))}
    kept = {c: tickets[c] for c in (*READ, *DIMENSIONS) if c in {*READ, *wanted}}
    kept |= {aside[c]: tickets[o] for c, o in extra(helpdesk).items() if c in wanted}
    known = tickets.filter(tickets.created_at < as_of).select(**kept)
    slots = clock.slots(helpdesk, contract, as_of)
    solver = "solved_organization" in wanted
    history = _status(helpdesk, known, as_of, solver=solver)
    table, answered = _answered(history.tickets, helpdesk, wanted, as_of)
    table = table.drop("status", "solved_at", "reopened_at", "reply_count")
    gone = stage(_gone(helpdesk, history, as_of))
    table = _left_out(table, gone)
    table, spans = clock.scheduled(table, helpdesk, contract, slots, as_of)
    table = _timed(table, spans, slots, as_of, set(wanted))
    table = _reopened(table, helpdesk, history, as_of)
    # One stage at a time, so that ten million tickets fit in a small memory.
    staged = _first_contact(table, helpdesk)
    kept = {*wanted, *aside.values(), *LATER}
    staged = stage(staged.select(*(c for c in staged.columns if c in kept)))
    table = staged
    basis = Basis(helpdesk=helpdesk, contract=contract, as_of=as_of, gone=gone)
    for derive, made in FURTHER:
        if made & set(wanted):
            table = derive(table, basis)
    turned = history.turns.mutate(number=ibis.literal(0, "int64"))
    turned = clock.at_instant(turned, slots, "turned_at", "number")
    return Facts(
        tickets=table.select({c: table[aside.get(c, c)] for c in wanted}),
        turns=turned.select("ticket_id", "change", turned_on="local_date"),
        held=(*history.held, *answered, gone, staged),
    )


def _answered(
    known: ir.Table, helpdesk: Helpdesk, wanted: Collection[str], as_of: int
) -> tuple[ir.Table, tuple[ir.Table, ...]]:
    """Add the replies; return the temporary tables behind them too."""
    plain = known.drop("first_reply_at")
    if "messages" not in helpdesk.given:
        own = replies.replies_from_snapshot(helpdesk.tables["tickets"], as_of)
        return attach(plain, own), ()
    messages, tickets = helpdesk.tables["messages"], helpdesk.tables["tickets"]
    told = replies.replies_from_messages(messages, tickets, as_of)
    costly = {
        "replying_agent_count": "replying_agent_count",
        "customer_message_count": "customer_message_count",
        "first_reply_author": "first_reply_organization",
    }
    told = told.mutate(
        {
            column: ibis.null(told[column].type())
            for column, needed in costly.items()
            if needed not in wanted
        }
    )
    told = stage(told)
    table = attach(plain, told)
    table = table.mutate(
        first_reply_at=table.is_at_once.ifelse(table.created_at, table.first_reply_at),
        public_reply_count=table.public_reply_count.fill_null(0),
        replying_agent_count=table.replying_agent_count.fill_null(0),
        customer_message_count=table.customer_message_count.fill_null(0),
        has_one_agent=table.has_one_agent.fill_null(False),
    ).drop("is_at_once")
    if "messages.author_id" in helpdesk.given:
        return table, (told,)
    unknown = {"replying_agent_count": "int64", "has_one_agent": "boolean"}
    return table.mutate({c: ibis.null(t) for c, t in unknown.items()}), (told,)


def _status(
    helpdesk: Helpdesk, known: ir.Table, as_of: int, *, solver: bool
) -> status.StatusHistory:
    tickets = helpdesk.tables["tickets"]
    if "events.field=status" in helpdesk.given:
        events = helpdesk.tables["events"]
        history = status.status_history(events, as_of, solver=solver)
        return snapshot.with_snapshot(tickets, known, history, as_of)
    history = snapshot.with_snapshot(tickets, known, None, as_of)
    if "tickets.solved_at" in helpdesk.given:
        return history
    unknown = history.tickets.mutate(is_open=ibis.null("boolean"))
    return replace(history, tickets=unknown)


def _gone(helpdesk: Helpdesk, history: status.StatusHistory, as_of: int) -> ir.Table:
    """Return ``ticket_id, excluded_because`` of the tickets left out of everything."""
    tickets = helpdesk.tables["tickets"]
    merged = tickets.filter(tickets.merged_into.notnull()).select("ticket_id")
    if "events.field=merge" in helpdesk.given:
        events = helpdesk.tables["events"]
        merges = events.filter(events.field == "merge")
        merges = merges.group_by("ticket_id").agg(first_at=merges.occurred_at.min())
        later = merges.filter(merges.first_at >= as_of)
        merged = merged.anti_join(later, "ticket_id")
    both = history.deleted.mutate(excluded_because=ibis.literal("deleted")).union(
        merged.mutate(excluded_because=ibis.literal("merged"))
    )
    return both.group_by("ticket_id").agg(excluded_because=both.excluded_because.min())


def _left_out(table: ir.Table, gone: ir.Table) -> ir.Table:
    by_role = {"agent": "agent", "bot": "system", "system": "system"}
    opener = ibis.cases(*((table.opening_role == r, o) for r, o in by_role.items()))
    opened = table.mutate(opened_by=ibis.coalesce(table.opened_by, opener, "customer"))
    return attach(opened, gone)


def _timed(
    table: ir.Table,
    spans: ir.Table | None,
    slots: ir.Table,
    as_of: int,
    wanted: Collection[str],
) -> ir.Table:
    table = clock.at_instant(table, slots, "created_at", "number").rename(
        created_on="local_date",
        created_hour="local_hour",
        created_weekday="local_weekday",
        began="position",
    )
    table = table.mutate(known_until=ibis.literal(as_of, "int64"))
    for stem, instant, day in _STEMS:
        made = {f"{stem}_{way}_minutes" for way in ("business", "calendar")} | {day}
        if made & wanted:
            table = clock.measured(
                table, spans, slots, stem=stem, instant=instant, day=day
            )
    hidden = {"first_response": table.opened_by == "agent", "resolution": table.is_open}
    return table.mutate(
        {
            column: hidden[stem].ifelse(None, table[column])
            for stem in hidden
            for way in ("business", "calendar")
            if (column := f"{stem}_{way}_minutes") in table.columns
        }
    )


def _reopened(
    table: ir.Table, helpdesk: Helpdesk, history: status.StatusHistory, as_of: int
) -> ir.Table:
    messages = helpdesk.tables.get("messages")
    # Kept, so that the engine knows how few they are when it joins them.
    again = stage(status.reopened_by_customer(history.reopens, messages))
    table = attach(table, again.mutate(by_customer=ibis.literal(True)))
    is_mature = table.first_solved_at + status.WEEK <= as_of
    table = table.mutate(
        is_mature=is_mature,
        reopened_within_7_days=ibis.cases(
            (table.by_customer, True), (is_mature, False)
        ),
    )
    if {"tickets.reopened_at", "tickets.solved_at"} <= helpdesk.given:
        return table
    return table.mutate(
        {
            name: table.has_events.ifelse(table[name], None)
            for name in ("reopen_count", "reopened_within_7_days")
        }
    )


def _first_contact(table: ir.Table, helpdesk: Helpdesk) -> ir.Table:
    counted = (
        table.is_mature
        & table.excluded_because.isnull()
        & (table.opened_by != "agent")
        & table.first_reply_at.notnull()
        & table.reopened_within_7_days.notnull()
    )
    if "messages" not in helpdesk.given:
        counted = ibis.literal(False)
    wrote_again = table.last_customer_message_at > table.first_reply_at
    quiet = ~table.reopened_within_7_days & ~wrote_again.fill_null(False)
    touched = quiet & table.has_one_agent
    known_touch = counted & table.has_one_agent.notnull()
    return table.mutate(
        is_no_follow_up=counted.ifelse(quiet, None),
        is_one_touch=known_touch.ifelse(touched, None),
        is_one_reply=counted.ifelse(quiet & (table.public_reply_count == 1), None),
    )


_STEMS = (
    ("first_response", "first_reply_at", None),
    ("first_resolution", "first_solved_at", "first_solved_on"),
    ("resolution", "last_solved_at", "last_solved_on"),
    ("elapsed", "known_until", None),
)
