"""Facts: one row per ticket with everything the metrics count, and the evidence.

The expressions are the same on every engine; nothing is computed before a caller asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis

from kpi_kit.catalog import RESERVED
from kpi_kit.facts import clock, holders, replies, status
from kpi_kit.facts.repeats import blocks_of, repeated

if TYPE_CHECKING:
    from collections.abc import Collection

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

DIMENSIONS = {
    "channel": "string",
    "issue_type": "string",
    "root_cause": "string",
    "priority": "string",
    "tier": "int64",
    "team": "string",
    "agent_id": "string",
    "customer_id": "string",
}
HEAD = {
    "ticket_id": "string",
    "created_at": "int64",
    "created_on": "date",
    "created_hour": "int64",
}
DERIVED = {
    "first_reply_at": "int64",
    "first_response_business_minutes": "float64",
    "first_response_calendar_minutes": "float64",
    "first_solved_at": "int64",
    "last_solved_at": "int64",
    "first_resolution_business_minutes": "float64",
    "first_resolution_calendar_minutes": "float64",
    "resolution_business_minutes": "float64",
    "resolution_calendar_minutes": "float64",
    "public_reply_count": "int64",
    "customer_message_count": "int64",
    "replying_agent_count": "int64",
    "transfer_count": "int64",
    "reopen_count": "int64",
    "reopened_within_7_days": "boolean",
    "is_one_reply": "boolean",
    "is_one_touch": "boolean",
    "is_no_follow_up": "boolean",
    "is_no_repeat": "boolean",
    "is_escalated": "boolean",
    "is_escalated_to_client": "boolean",
    "handle_minutes": "float64",
    "is_open": "boolean",
    "opened_by": "string",
    "created_weekday": "int64",
    "schedule": "string",
    "first_reply_organization": "string",
    "solved_organization": "string",
    "excluded_because": "string",
}
INSTANTS = ("created_at", "first_reply_at", "first_solved_at", "last_solved_at")
WORKING = {
    "first_solved_on": "date",
    "last_solved_on": "date",
    "is_tangled": "boolean",
    "is_mature": "boolean",
    "was_assigned": "boolean",
    "elapsed_business_minutes": "float64",
    "elapsed_calendar_minutes": "float64",
}
# Columns that the last derivations read, whatever is wanted.
LATER = (
    *("ticket_id", "created_at", "first_solved_at", "agent_id", "team", "tier"),
    *("customer_id", "issue_type", "is_no_follow_up", "escalated", "handle_seconds"),
    *("solver", "first_reply_author"),
)
# Ticket columns that the derivations read, whatever is wanted of them.
READ = (
    *("ticket_id", "created_at", "channel", "status", "issue_type", "tier", "team"),
    *("agent_id", "customer_id", "opened_by", "merged_into", "first_reply_at"),
    *("solved_at", "reopened_at", "reply_count", "escalated", "handle_seconds"),
)


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


def columns(helpdesk: Helpdesk) -> tuple[str, ...]:
    """Return the columns of the ``facts`` command, in order."""
    return (*HEAD, *DIMENSIONS, *_extra(helpdesk), *DERIVED)


def _extra(helpdesk: Helpdesk) -> dict[str, str]:
    """Return the names of the source's own columns in the facts, by the source's.

    One that is called like a fact becomes ``given_<name>``.
    """
    taken = {*HEAD, *DIMENSIONS, *DERIVED, *WORKING, *RESERVED}
    return {f"given_{n}" if n in taken else n: n for n in helpdesk.extra}


def shape(helpdesk: Helpdesk) -> ir.Table:
    """Return the facts as a table of names and types without rows."""
    extra = dict.fromkeys(_extra(helpdesk), "string")
    types = HEAD | DIMENSIONS | extra | DERIVED | WORKING
    return ibis.table(types, name="facts")


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
    aside = {name: f"extra {n}" for n, name in enumerate(_extra(helpdesk))}
    kept = {c: tickets[c] for c in (*READ, *DIMENSIONS) if c in {*READ, *wanted}}
    kept |= {aside[c]: tickets[o] for c, o in _extra(helpdesk).items() if c in wanted}
    known = tickets.filter(tickets.created_at < as_of).select(**kept)
    slots = clock.slots(helpdesk, contract, as_of)
    solver = "solved_organization" in wanted
    history = _status(helpdesk, known, as_of, solver=solver)
    table, answered = _answered(history.tickets, helpdesk, wanted, as_of)
    table = table.drop("status", "solved_at", "reopened_at", "reply_count")
    gone = _gone(helpdesk, history, as_of).cache()
    table = _left_out(table, gone)
    table, spans = clock.scheduled(table, helpdesk, contract, slots, as_of)
    table = _timed(table, spans, slots, as_of, set(wanted))
    table = _reopened(table, helpdesk, history, as_of)
    # One stage at a time, so that ten million tickets fit in a small memory.
    staged = _first_contact(table, helpdesk)
    kept = {*wanted, *aside.values(), *LATER}
    staged = staged.select(*(c for c in staged.columns if c in kept)).cache()
    table = staged
    basis = _Basis(helpdesk=helpdesk, contract=contract, as_of=as_of, gone=gone)
    for derive, made in _FURTHER:
        if made & set(wanted):
            table = derive(table, basis)
    turned = history.turns.mutate(number=ibis.literal(0, "int64"))
    turned = clock.at_instant(turned, slots, "turned_at", "number")
    return Facts(
        tickets=table.select({c: table[aside.get(c, c)] for c in wanted}),
        turns=turned.select("ticket_id", "change", turned_on="local_date"),
        held=(*history.held, *answered, gone, staged),
    )


@dataclass(frozen=True, kw_only=True)
class _Basis:
    """What every derivation starts from; ``gone`` are the tickets left out."""

    helpdesk: Helpdesk
    contract: Contract
    as_of: int
    gone: ir.Table

    @property
    def tickets(self) -> ir.Table:
        """Return the canonical tickets: read anew, they cost less than a copy."""
        return self.helpdesk.tables["tickets"]


def _attach(table: ir.Table, more: ir.Table) -> ir.Table:
    fresh = [c for c in more.columns if c != "ticket_id"]
    return table.left_join(more, "ticket_id").select(*table.columns, *fresh)


def _answered(
    known: ir.Table, helpdesk: Helpdesk, wanted: Collection[str], as_of: int
) -> tuple[ir.Table, tuple[ir.Table, ...]]:
    """Add the replies; return the temporary tables behind them too."""
    plain = known.drop("first_reply_at")
    if "messages" not in helpdesk.given:
        own = replies.replies_from_snapshot(helpdesk.tables["tickets"], as_of)
        return _attach(plain, own), ()
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
    ).cache()
    table = _attach(plain, told)
    table = table.mutate(
        public_reply_count=table.public_reply_count.fill_null(0),
        replying_agent_count=table.replying_agent_count.fill_null(0),
        customer_message_count=table.customer_message_count.fill_null(0),
        has_one_agent=table.has_one_agent.fill_null(False),
    )
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
        return status.with_snapshot(tickets, known, history, as_of)
    history = status.with_snapshot(tickets, known, None, as_of)
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
    return _attach(opened, gone)


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
    again = status.reopened_by_customer(history.reopens, messages)
    table = _attach(table, again.mutate(by_customer=ibis.literal(True)))
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


def _no_repeat(table: ir.Table, basis: _Basis) -> ir.Table:
    blocks = blocks_of(basis.tickets, basis.gone, basis.as_of)
    table = repeated(table, blocks)
    return table.mutate(
        is_no_repeat=(
            table.is_no_follow_up.notnull() & table.is_repeated.notnull()
        ).ifelse(table.is_no_follow_up & ~table.is_repeated, None)
    )


def _held(table: ir.Table, basis: _Basis) -> ir.Table:
    helpdesk = basis.helpdesk
    agents = helpdesk.tables.get("agents")
    if "agents.organization" not in helpdesk.given:
        agents = None
    sides = holders.sides(helpdesk.connection, agents, basis.contract.organizations)
    moved = {f for f in ("agent", "team") if f"events.field={f}" in helpdesk.given}
    if not moved:
        return table.mutate(
            transfer_count=ibis.null("int64"),
            was_assigned=ibis.null("boolean"),
            is_escalated_to_client=ibis.null("boolean"),
        )
    events = basis.helpdesk.tables["events"]
    table = holders.held(table, events, basis.tickets, sides, basis.as_of)
    unknown = {}
    if "agent" not in moved:
        unknown |= {"transfer_count": "int64", "was_assigned": "boolean"}
    if sides is None:
        unknown["is_escalated_to_client"] = "boolean"
    return table.mutate({name: ibis.null(kind) for name, kind in unknown.items()})


def _escalated(table: ir.Table, basis: _Basis) -> ir.Table:
    if "events.field=tier" in basis.helpdesk.given:
        by = "tier"
    elif basis.contract.tiers and "events.field=team" in basis.helpdesk.given:
        by = "team"
    else:
        return table.mutate(is_escalated=table.escalated)
    events, tiers = basis.helpdesk.tables["events"], basis.contract.tiers
    return holders.escalated(table, events, basis.tickets, tiers, basis.as_of, by=by)


def _handled(table: ir.Table, basis: _Basis) -> ir.Table:
    if "time_entries" not in basis.helpdesk.tables:
        return table.mutate(handle_minutes=table.handle_seconds / 60)
    entries = basis.helpdesk.tables["time_entries"]
    entries = entries.filter(entries.started_at < basis.as_of)
    work = entries.group_by("ticket_id").agg(work=entries.work_seconds.sum())
    table = _attach(table, work)
    return table.mutate(handle_minutes=table.work / 60)


def _organizations(table: ir.Table, basis: _Basis) -> ir.Table:
    if "agents" not in basis.helpdesk.tables:
        return table.mutate(
            first_reply_organization=ibis.null("string"),
            solved_organization=ibis.null("string"),
        )
    agents = basis.helpdesk.tables["agents"]
    table = table.mutate(
        solved_by=table.first_solved_at.isnull().ifelse(
            None, ibis.coalesce(table.solver.nullif(""), table.agent_id)
        )
    )
    for column, who in (
        ("first_reply_organization", "first_reply_author"),
        ("solved_organization", "solved_by"),
    ):
        side = agents.select(holder="agent_id", **{column: "organization"})
        table = table.left_join(side, table[who] == side.holder).drop("holder")
    return table


_STEMS = (
    ("first_response", "first_reply_at", None),
    ("first_resolution", "first_solved_at", "first_solved_on"),
    ("resolution", "last_solved_at", "last_solved_on"),
    ("elapsed", "known_until", None),
)
_FURTHER = (
    (_no_repeat, {"is_no_repeat"}),
    (_held, {"transfer_count", "was_assigned", "is_escalated_to_client"}),
    (_escalated, {"is_escalated"}),
    (_handled, {"handle_minutes"}),
    (_organizations, {"first_reply_organization", "solved_organization"}),
)
