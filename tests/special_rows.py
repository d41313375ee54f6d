"""Short hands for the rows of the special tickets, and the contract they share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from tests.oracle import OracleContract, OracleSchedule

HOUR = 3_600
SUMMER = timezone(timedelta(hours=-4))  # New York from 8 March 2026 on

# Office hours Monday to Friday 9 to 5, closed on Friday 20 March; the night desk works
# 22:00 to 06:00 in Manila, which is 10:00 to 18:00 in New York in summer.
OFFICE = OracleSchedule(
    name="office",
    time_zone="America/New_York",
    week={day: [(9 * HOUR, 17 * HOUR)] for day in (1, 2, 3, 4, 5)},
    holidays=frozenset({date(2026, 3, 20)}),
)
NIGHTS = OracleSchedule(
    name="nights",
    time_zone="Asia/Manila",
    week={day: [(22 * HOUR, 30 * HOUR)] for day in (1, 2, 3, 4, 5, 6, 7)},
)
CONTRACT = OracleContract(
    time_zone="America/New_York",
    schedules=(OFFICE, NIGHTS),
    schedules_by={
        "team": {"Night desk": "nights", "Front desk": "office"},
        "channel": {"phone": "nights"},
    },
    tiers={"Front desk": 1, "Back office": 2},
    organizations={"Client desk": "client", "Night desk": "Example BPO"},
)
AGENTS = [
    {"agent_id": "v1", "organization": "Example BPO", "team": "Front desk"},
    {"agent_id": "v2", "organization": "Example BPO", "team": "Front desk"},
    {"agent_id": "c1", "organization": "client", "team": "Back office"},
]


def at(text: str) -> int:
    """Return the instant of a New York wall clock in 2026: "03-10 09:30[:15]"."""
    wall = datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SUMMER)
    return int(wall.astimezone(UTC).timestamp())


AS_OF = at("04-01 00:00")  # 31 March is the last day that is known


def ticket(created="03-10 10:00", ticket_id="1", **more):
    """Return a ticket; instants among its columns are given as wall clocks."""
    more = {k: at(v) if k.endswith("_at") else v for k, v in more.items()}
    return {"ticket_id": ticket_id, "created_at": at(created), **more}


def message(number, sent, role, author_id=None, **more):
    """Return a message of ticket 1, public and written by hand unless it says else."""
    return {
        "message_id": f"m{number}",
        "ticket_id": "1",
        "sent_at": at(sent),
        "author_role": role,
        "author_id": author_id,
        "is_public": None,
        "is_automatic": None,
    } | more


def event(number, occurred, field, change, actor=""):
    """Return a change of ticket 1, as in event(1, "03-10 09:30", "agent", "v1 > -").

    "-" is no value; an actor is a role and an id, as in "agent v1".
    """
    old, new = (None if value == "-" else value for value in change.split(" > "))
    role, _, actor_id = actor.partition(" ")
    return {
        "event_id": str(number),
        "ticket_id": "1",
        "occurred_at": at(occurred),
        "field": field,
        "old_value": old,
        "new_value": new,
        "actor_role": role or None,
        "actor_id": actor_id or None,
    }


def tables(tickets, messages=None, events=None, **more):
    """Return the tables that are there; agents always are."""
    if isinstance(tickets, dict):
        tickets = [tickets]
    columns = dict.fromkeys(key for row in tickets for key in row)
    found = {"tickets": [columns | row for row in tickets], "agents": AGENTS}
    found |= {"messages": messages, "events": events, **more}
    return {name: rows for name, rows in found.items() if rows is not None}


def solved(occurred="03-11 10:00", number=1):
    """Return the solve by v1 that most special tickets end with."""
    return event(number, occurred, "status", "open > solved", "agent v1")


def asked(sent="03-10 10:00", number=1):
    """Return the customer's opening message."""
    return message(number, sent, "customer", "cust")


def replied(sent="03-10 10:40", number=2, author_id="v1"):
    """Return a reply by hand: 40 minutes after the usual question."""
    return message(number, sent, "agent", author_id)
