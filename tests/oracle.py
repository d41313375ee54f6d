"""An independent calculation of every per-ticket fact, slow and plain on purpose.

It reads lists of dicts with the standard library only and shares no line with
``kpi_kit``, so that a mistake there cannot hide here.  Each comment marked "Decision"
quotes a choice made where the definitions are silent, "Chosen here" one of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle_history import (
    business_seconds,
    excluded_because,
    gather,
    given,
    has_events,
    is_open,
    knows_reopens,
    reopens,
    schedule_of,
    solves,
)
from tests.oracle_holders import (
    is_escalated,
    is_escalated_to_client,
    lowest_tier,
    organization_of_agent,
    transfer_count,
)
from tests.oracle_kpis import kpis
from tests.oracle_messages import messages_of, opener, replies
from tests.oracle_time import (
    DAY,
    OracleContract,
    OracleSchedule,
    local,
    open_seconds,
)

if TYPE_CHECKING:
    from tests.oracle_history import Row, Source, Tables

__all__ = ["OracleContract", "OracleSchedule", "facts", "kpis", "open_seconds"]

WEEK = 7 * DAY
DIMENSIONS = (
    *("channel", "issue_type", "root_cause", "priority", "tier", "team"),
    *("agent_id", "customer_id"),
)
# Columns of a ticket that are no dimension: its own facts, the snapshot, the rest.
NO_DIMENSIONS = (
    *("ticket_id", "created_at", "status", "customer_since", "opened_by"),
    *("merged_into", "url", "first_reply_at", "solved_at", "reopened_at"),
    *("reply_count", "escalated", "csat", "handle_seconds", "comment"),
)


def facts(tables: Tables, *, as_of: int, contract: OracleContract) -> list[Row]:
    """Return one row per ticket created before ``as_of``, in the order of the tickets.

    Parameters
    ----------
    tables
        Canonical table -> rows; instants as epoch seconds, days as ``date``.  A table
        the source lacks has no key; a column it lacks is a key in no row.
    as_of
        First instant that is not yet known, in epoch seconds.
    contract
        Time zone, schedules and who belongs to whom.
    """
    source = gather(tables, as_of, contract)
    lowest = lowest_tier(source)
    return [_fact(source, ticket, lowest) for ticket in source.tickets]


def _fact(source: Source, ticket: Row, lowest: float | None) -> Row:
    row = _identity(source, ticket)
    row |= replies(source, ticket)
    row |= _solving(source, ticket)
    row |= _minutes(source, ticket, row)
    row["transfer_count"] = transfer_count(source, ticket)
    row |= _reopening(source, ticket, row)
    row |= _first_contact(source, ticket, row)
    row["is_escalated"] = is_escalated(source, ticket, lowest)
    row["is_escalated_to_client"] = is_escalated_to_client(source, ticket)
    row["handle_minutes"] = _handle_minutes(source, ticket)
    return row


def _identity(source: Source, ticket: Row) -> Row:
    wall = local(ticket["created_at"], source.contract.time_zone)
    schedule = schedule_of(source, ticket)
    return {
        "ticket_id": ticket["ticket_id"],
        "created_at": ticket["created_at"],
        "created_on": wall.date(),
        "created_hour": wall.hour,
        "created_weekday": wall.isoweekday(),
        **{name: ticket.get(name) for name in DIMENSIONS},
        **{k: v for k, v in ticket.items() if k not in NO_DIMENSIONS},
        "schedule": None if schedule is None else schedule.name,
        "opened_by": ticket.get("opened_by") or opener(source, ticket),
        "excluded_because": excluded_because(source, ticket),
    }


def _solving(source: Source, ticket: Row) -> Row:
    """Return when it was solved, by whom, and whether it is open.

    Decision: solved_organization is that of the actor of the last solve event when
    its actor_role is agent, else of tickets.agent_id.
    """
    if has_events(source, "status", ticket=ticket):
        entries = solves(source, ticket)
        times = [entry.at for entry in entries]
        last = entries[-1].event if entries else {}
    else:
        times = [ticket["solved_at"]] if ticket.get("solved_at") is not None else []
        last = {}
    by_agent = last.get("actor_role") == "agent"
    solver = last.get("actor_id") if by_agent else ticket.get("agent_id")
    return {
        "first_solved_at": times[0] if times else None,
        "last_solved_at": times[-1] if times else None,
        "solved_organization": organization_of_agent(source, solver) if times else None,
        "is_open": is_open(source, ticket, source.as_of),
    }


def _minutes(source: Source, ticket: Row, row: Row) -> Row:
    """Return the durations on both clocks.

    Decision: events before created_at count (clock skew), but durations that would be
    negative are NULL.  Chosen here: the first response of a ticket that an agent
    opened is NULL, so that the facts alone give the metric.
    """
    ends = {
        "first_response": row["first_reply_at"],
        "first_resolution": row["first_solved_at"],
        "resolution": None if row["is_open"] else row["last_solved_at"],
    }
    if row["opened_by"] == "agent":
        ends["first_response"] = None
    found: Row = {}
    start = ticket["created_at"]
    for name, end in ends.items():
        known = end is not None and end >= start
        business = business_seconds(source, ticket, start, end) if known else None
        calendar = end - start if known else None
        found[f"{name}_business_minutes"] = business / 60 if known else None
        found[f"{name}_calendar_minutes"] = calendar / 60 if known else None
    return found


def _reopening(source: Source, ticket: Row, row: Row) -> Row:
    """Return the reopens; NULL where the source cannot know them.

    Decision: t in [first_solved_at, first_solved_at + 7*86400].  True at once; else
    NULL until first_solved_at + 7*86400 <= as_of; NULL when never solved.
    """
    if has_events(source, "status", ticket=ticket):
        moves = reopens(source, ticket)
        times = [m.at for m in moves]
        theirs = [m.at for m in moves if _by_customer(source, ticket, m.event)]
    else:
        at = ticket.get("reopened_at")
        times = theirs = [] if at is None else [at]
    if not knows_reopens(source, ticket):
        return {"reopen_count": None, "reopened_within_7_days": None}
    solved, within = row["first_solved_at"], None
    if solved is not None:
        within = any(solved <= t <= solved + WEEK for t in theirs)
        if not within and not _is_mature(source, row):
            within = None
    return {"reopen_count": len(times), "reopened_within_7_days": within}


def _is_mature(source: Source, row: Row) -> bool:
    return row["first_solved_at"] + WEEK <= source.as_of


def _by_customer(source: Source, ticket: Row, event: Row) -> bool:
    """Tell whether a reopen was the customer's.

    Decision: actor_role customer; or system/missing with a customer message in
    [t-300, t]; or missing actor_role when there is no messages table.
    """
    role, at = event.get("actor_role"), event["occurred_at"]
    if role == "customer":
        return True
    if role not in ("system", None):
        return False
    if not given(source.tables, "messages"):
        return role is None
    return any(
        m["author_role"] == "customer" and at - 300 <= m["sent_at"] <= at
        for m in messages_of(source, ticket)
    )


def _first_contact(source: Source, ticket: Row, row: Row) -> Row:
    """Return the four variants of first contact resolution.

    Decision: NULL unless not excluded, not agent-opened, with a human reply, first
    solved and mature.  Chosen here: NULL also without a messages table or where
    reopens cannot be known, because then nobody knows whether the customer came back.
    """
    names = ("is_one_reply", "is_one_touch", "is_no_follow_up", "is_no_repeat")
    if not (
        row["excluded_because"] is None
        and row["opened_by"] != "agent"
        and row["first_reply_at"] is not None
        and row["first_solved_at"] is not None
        and _is_mature(source, row)
        and given(source.tables, "messages")
        and knows_reopens(source, ticket)
    ):
        return dict.fromkeys(names)
    settled = not (row["reopened_within_7_days"] or _followed_up(source, ticket, row))
    agents = row["replying_agent_count"]
    return {
        # Decision: one_reply needs only the count: one reply has one author.
        "is_one_reply": settled and row["public_reply_count"] == 1,
        "is_one_touch": None if agents is None else settled and agents == 1,
        "is_no_follow_up": settled,
        "is_no_repeat": _no_repeat(source, ticket, row, settled=settled),
    }


def _followed_up(source: Source, ticket: Row, row: Row) -> bool:
    # Decision: customer follow-up = any customer message (public or not) strictly
    # later than the first human reply.
    return any(
        m["author_role"] == "customer" and m["sent_at"] > row["first_reply_at"]
        for m in messages_of(source, ticket)
    )


def _no_repeat(source: Source, ticket: Row, row: Row, *, settled: bool) -> bool | None:
    # Decision: NULL when customer_id or issue_type is missing; excluded tickets do not
    # count as repeats; repeat = created strictly after first_solved_at and at most
    # 7*86400 later.
    who, what = ticket.get("customer_id"), ticket.get("issue_type")
    if who is None or what is None:
        return None
    solved = row["first_solved_at"]
    return settled and not any(
        other["ticket_id"] != ticket["ticket_id"]
        and (other.get("customer_id"), other.get("issue_type")) == (who, what)
        and solved < other["created_at"] <= solved + WEEK
        and excluded_because(source, other) is None
        for other in source.tickets
    )


def _handle_minutes(source: Source, ticket: Row) -> float | None:
    # Decision: sum of time_entries.work_seconds that started before as_of (/60) when
    # that table exists (NULL for tickets without rows), else handle_seconds/60.
    if given(source.tables, "time_entries"):
        worked = [
            e["work_seconds"]
            for e in source.tables["time_entries"]
            if e["ticket_id"] == ticket["ticket_id"] and e["started_at"] < source.as_of
        ]
        return sum(worked) / 60 if worked else None
    seconds = ticket.get("handle_seconds")
    return None if seconds is None else seconds / 60
