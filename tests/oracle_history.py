"""What the oracle reads out of the tables: known rows, histories, who holds what.

Each comment marked "Decision" quotes a choice made where the definitions are silent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.oracle_time import open_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.oracle_time import OracleContract, OracleSchedule

Row = dict[str, Any]
Tables = dict[str, list[Row]]

DONE = ("solved", "closed")
SNAPSHOT_INSTANTS = ("first_reply_at", "solved_at", "reopened_at")


@dataclass(frozen=True, kw_only=True)
class Source:
    """The tables as known at ``as_of``; ``tables`` still holds everything."""

    tables: Tables
    as_of: int
    contract: OracleContract
    tickets: Sequence[Row]
    messages: Mapping[str, Sequence[Row]]
    events: Mapping[tuple[str, str], Sequence[Row]]

    def history(self, ticket: Row, *fields: str) -> list[Row]:
        """Return the ticket's known events of these fields, in order."""
        found = [
            e for f in fields for e in self.events.get((ticket["ticket_id"], f), ())
        ]
        return sorted(found, key=_event_order)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of a field from one value to a different one."""

    at: int
    before: str | None
    after: str | None
    event: Row


def gather(tables: Tables, as_of: int, contract: OracleContract) -> Source:
    """Keep what is known.

    Decision: instants < as_of are known; >= as_of are ignored (messages, events,
    tickets, snapshot instants).  But the first later change of a ticket's agent, team
    or tier tells what it held until then.
    """
    messages: dict[str, list[Row]] = {}
    for message in tables.get("messages", []):
        if message["sent_at"] < as_of:
            messages.setdefault(message["ticket_id"], []).append(message)
    events: dict[tuple[str, str], list[Row]] = {}
    for event in tables.get("events", []):
        if event["occurred_at"] < as_of:
            events.setdefault((event["ticket_id"], event["field"]), []).append(event)
    _tell_what_was_held(tables, as_of, events)
    tickets = [
        _known(ticket, as_of)
        for ticket in tables["tickets"]
        if ticket["created_at"] < as_of
    ]
    return Source(
        tables=tables,
        as_of=as_of,
        contract=contract,
        tickets=tickets,
        messages=messages,
        events=events,
    )


def _tell_what_was_held(
    tables: Tables, as_of: int, events: dict[tuple[str, str], list[Row]]
) -> None:
    later = [e for e in tables.get("events", []) if e["occurred_at"] >= as_of]
    told = set()
    for event in sorted(later, key=_event_order):
        key = (event["ticket_id"], event["field"])
        if event["field"] in ("agent", "team", "tier") and key not in told:
            told.add(key)
            held = {"occurred_at": as_of - 1, "new_value": event["old_value"]}
            events.setdefault(key, []).append(event | held)


def _known(ticket: Row, as_of: int) -> Row:
    late = [n for n in SNAPSHOT_INSTANTS if (ticket.get(n) or -math.inf) >= as_of]
    return ticket | dict.fromkeys(late)


def _event_order(event: Row) -> tuple[int, int, str]:
    # Decision: status/agent/team/tier events in the same second are ordered by
    # (length of event_id, event_id), so that "9" comes before "10".
    return (event["occurred_at"], len(event["event_id"]), event["event_id"])


def given(tables: Tables, table: str, column: str | None = None) -> bool:
    """Tell whether the source brought a table, or a column in any row of it."""
    if column is None:
        return table in tables
    return any(column in row for row in tables.get(table, []))


def has_events(source: Source, *fields: str, ticket: Row | None = None) -> bool:
    """Tell whether the source (or one ticket) has events of these fields at all.

    Decision: a ticket "has status events" when it has any status event, also later
    than as_of; "no agent events at all" is meant the same way.
    """
    return any(
        e["field"] in fields
        and (ticket is None or e["ticket_id"] == ticket["ticket_id"])
        for e in source.tables.get("events", [])
    )


def changes(events: Sequence[Row]) -> list[Change]:
    """Return the true changes among events of one field.

    Decision: an event with new_value equal to old_value is no change.  Chosen here: a
    missing old_value is the value the event before left behind.
    """
    found, held = [], None
    for event in events:
        before = held if event["old_value"] is None else event["old_value"]
        held = event["new_value"]
        if held != before:
            found.append(
                Change(at=event["occurred_at"], before=before, after=held, event=event)
            )
    return found


def values(events: Sequence[Row]) -> list[str]:
    """Return the known values in turn: the first old one, then every new one."""
    turn = [e["old_value"] for e in events[:1]] + [e["new_value"] for e in events]
    return [value for value in turn if value is not None]


def status_changes(source: Source, ticket: Row) -> list[Change]:
    """Return the ticket's status changes; a change to an unknown status is skipped."""
    events = source.history(ticket, "status")
    return changes([e for e in events if e["new_value"] is not None])


def solves(source: Source, ticket: Row) -> list[Change]:
    """Return the entries into solved; if there are none, into closed.

    Chosen here: solved to closed is never a solve, not even where the entry into
    solved is not in the history.
    """
    moves = status_changes(source, ticket)
    into_solved = [m for m in moves if m.after == "solved"]
    return into_solved or [
        m for m in moves if m.after == "closed" and m.before != "solved"
    ]


def reopens(source: Source, ticket: Row) -> list[Change]:
    """Return the changes from solved or closed to neither, nor to deleted."""
    return [
        m
        for m in status_changes(source, ticket)
        if m.before in DONE and m.after not in (*DONE, "deleted")
    ]


def last_status(source: Source, ticket: Row, before: int) -> str | None:
    """Return the newest status of the history earlier than an instant."""
    known = [
        e["new_value"]
        for e in source.history(ticket, "status")
        if e["occurred_at"] < before and e["new_value"] is not None
    ]
    return known[-1] if known else None


def knows_solves(source: Source) -> bool:
    """Tell whether the source can say when a ticket was solved."""
    return has_events(source, "status") or given(source.tables, "tickets", "solved_at")


def knows_reopens(source: Source, ticket: Row | None = None) -> bool:
    """Tell whether the source can say that a ticket (this one) was reopened.

    Decision: a ticket without status events, of a source without reopened_at, may have
    been reopened for all anybody knows.
    """
    return knows_solves(source) and (
        has_events(source, "status", ticket=ticket)
        or (
            given(source.tables, "tickets", "reopened_at")
            and given(source.tables, "tickets", "solved_at")
        )
    )


def is_open(source: Source, ticket: Row, at: int) -> bool | None:
    """Tell whether the ticket was open just before an instant (not after as_of).

    Decision: from status events where the ticket has any (known or later: the last
    one by then, none by then = open); else open until solved_at and again from
    reopened_at.  Chosen here: NULL where the source knows neither, and a reopened_at
    before solved_at belongs to an earlier solve.
    """
    if has_events(source, "status", ticket=ticket):
        return last_status(source, ticket, at) not in (*DONE, "deleted")
    if not knows_solves(source):
        return None
    if ticket.get("status") == "deleted":
        return False
    solved, reopened = ticket.get("solved_at"), ticket.get("reopened_at")
    if solved is None or solved >= at:
        return True
    return reopened is not None and solved <= reopened < at


def excluded_because(source: Source, ticket: Row) -> str | None:
    """Say why a ticket is in no metric.

    Decision: deleted when the last status by as_of is deleted, or tickets.status is and
    no status event of the ticket, known or later, dates the deletion; merged when
    tickets.merged_into is filled, unless the ticket has a merge event and none is
    before as_of; "deleted" before "merged".
    """
    dated = any(
        e["field"] == "status"
        and e["new_value"] == "deleted"
        and e["ticket_id"] == ticket["ticket_id"]
        for e in source.tables.get("events", [])
    )
    status = ticket.get("status")
    if dated:
        status = last_status(source, ticket, source.as_of)
    if status == "deleted":
        return "deleted"
    if ticket.get("merged_into") is None:
        return None
    late = has_events(source, "merge", ticket=ticket)
    return None if late and not source.history(ticket, "merge") else "merged"


def stretches(source: Source, ticket: Row) -> list[tuple[float, str | None]]:
    """Return (since, team) in turn; the ticket's own team where there is no history."""
    events = source.history(ticket, "team")
    if not events:
        return [(-math.inf, ticket.get("team"))]
    return [(-math.inf, events[0]["old_value"])] + [
        (e["occurred_at"], e["new_value"]) for e in events
    ]


def schedule_for(
    contract: OracleContract, team: str | None, channel: str | None
) -> OracleSchedule | None:
    """Return the schedule of a team.

    Decision: schedules_by team first, then channel, then the first declared schedule;
    an unknown or missing team passes on to the next rule.
    """
    named = {schedule.name: schedule for schedule in contract.schedules}
    for kind, value in (("team", team), ("channel", channel)):
        name = contract.schedules_by.get(kind, {}).get(value)
        if name is not None and named:
            return named[name]
    return contract.schedules[0] if named else None


def schedule_of(source: Source, ticket: Row) -> OracleSchedule | None:
    """Return the ticket's schedule: at creation, or of its last team by as_of."""
    turns = stretches(source, ticket)
    if source.contract.schedule_rule == "at_event":
        turns = [turn for turn in turns if turn[0] <= ticket["created_at"]]
    return schedule_for(source.contract, turns[-1][1], ticket.get("channel"))


def business_seconds(source: Source, ticket: Row, start: int, end: int) -> int:
    """Count business seconds; without schedules business time is calendar time."""
    contract = source.contract
    if not contract.schedules:
        return end - start
    if contract.schedule_rule == "last":
        return open_seconds(schedule_of(source, ticket), start, end)
    turns = stretches(source, ticket)
    until = [since for since, _ in turns[1:]] + [math.inf]
    return sum(
        open_seconds(
            schedule_for(contract, team, ticket.get("channel")),
            max(start, since),
            min(end, to),
        )
        for (since, team), to in zip(turns, until, strict=True)
    )
