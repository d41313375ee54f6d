"""Hypothesis strategies: small helpdesks on a coarse grid of time, full of ties.

``cases()`` draws what ``tests.oracle.facts`` takes; ``questions()`` what ``kpis`` takes
besides.  Histories are coherent (each old value is the new one before it) and begin
unsolved; ``gaps=True`` also drops old values in the middle of a history.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from hypothesis import strategies as st

from tests.oracle import OracleContract, OracleSchedule
from tests.oracle_time import DAY, midnight

__all__ = ["Case", "cases", "contracts", "questions"]

HOUR = 3_600
FIRST_DAY = date(2026, 3, 5)  # a Thursday; New York's clocks change on the 8th
BEGIN = midnight(FIRST_DAY, "America/New_York")

OFFICE = OracleSchedule(
    name="office",
    time_zone="America/New_York",
    week=dict.fromkeys(range(1, 6), ((9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))),
    holidays=frozenset({date(2026, 3, 9)}),
    overrides={date(2026, 3, 8): ((1 * HOUR, 4 * HOUR),)},
)
NIGHTS = OracleSchedule(
    name="nights",
    time_zone="Asia/Manila",
    week=dict.fromkeys(range(1, 8), ((22 * HOUR, 30 * HOUR),)),
    overrides={date(2026, 3, 11): ((20 * HOUR, 32 * HOUR + 7 * 60),)},
)
WEEKENDS = OracleSchedule(
    name="weekends",
    time_zone="America/Santiago",
    week={6: ((0, 24 * HOUR),), 7: ((0, 24 * HOUR),), 3: ((547 * 60, 713 * 60),)},
)

AGENTS = [
    {"agent_id": agent, "organization": organization, "team": team}
    for agent, organization, team in (
        ("v1", "Example BPO", "Front desk"),
        ("v2", "Example BPO", "Front desk"),
        ("c1", "client", "Back office"),
        ("v3", "Example BPO", "Mixed desk"),
        ("c2", "client", "Mixed desk"),
        ("n1", None, "Nobody's desk"),
    )
]
AGENT_IDS = ("v1", "v2", "c1", "v3", "c2", "n1", "x9", None)
TEAMS = ("Front desk", "Back office", "Mixed desk", "Client desk", "x desk", None)
TIERS = ("1", "2", "3", None)
STATUSES = (
    *("solved", "open", "solved", "pending", "solved", "closed", "solved", "hold"),
    *("open", "deleted"),
)
ROLES = ("customer", "agent", "bot", "system", None)
STEPS = (0, 0, 1, 60, 300, HOUR, 5 * HOUR, DAY, 3 * DAY, 7 * DAY, 7 * DAY + 1)
NEAR = (-301, -300, -299, -1, 0, 0, 1, 60, 300, 40 * 60, 5 * HOUR, DAY, 2 * DAY)
# What a source may lack, by table; None is the whole table.
GAPS = (
    ("messages", None),
    ("messages", "author_id"),
    ("events", None),
    ("agents", None),
    ("agents", "organization"),
    ("time_entries", None),
    *(("tickets", c) for c in ("opened_by", "solved_at", "reopened_at", "escalated")),
    *(("tickets", c) for c in ("first_reply_at", "handle_seconds", "merged_into")),
)
KINDS = ("status", "agent", "team", "tier")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A helpdesk, the first instant not known, and the contract to read it by."""

    tables: dict[str, list[dict]]
    as_of: int
    contract: OracleContract


def maybe(strategy):
    """Draw a value or None."""
    return st.none() | strategy


@st.composite
def contracts(draw):
    """Draw a contract: any of three schedules, tiers or none, organizations or none."""
    known = st.sampled_from((OFFICE, NIGHTS, WEEKENDS))
    chosen = draw(st.lists(known, unique_by=lambda schedule: schedule.name))
    names = st.sampled_from([schedule.name for schedule in chosen] or [""])
    by = {
        "team": st.dictionaries(st.sampled_from(TEAMS[:3]), names, max_size=2),
        "channel": st.dictionaries(st.just("phone"), names),
    }
    return OracleContract(
        time_zone=draw(st.sampled_from(("America/New_York", "UTC", "Asia/Kathmandu"))),
        schedule_rule=draw(st.sampled_from(("at_event", "last"))),
        schedules=tuple(chosen),
        schedules_by=draw(st.fixed_dictionaries(by)) if chosen else {},
        tiers=draw(st.sampled_from(({}, {"Front desk": 1, "Back office": 2}))),
        organizations=draw(
            st.sampled_from(({}, {"Client desk": "client", "x desk": "Example BPO"}))
        ),
        first_contact_resolution=draw(
            st.sampled_from(("one_touch", "one_reply", "no_follow_up", "no_repeat"))
        ),
    )


@st.composite
def cases(draw, *, whole_days=False, gaps=False, max_tickets=4):
    """Draw a case; with ``whole_days`` as_of is a midnight of the contract's zone."""
    contract = draw(contracts())
    tables = draw(_tables(gaps=gaps, max_tickets=max_tickets))
    if whole_days:
        day = FIRST_DAY + timedelta(days=draw(st.integers(1, 40)))
        as_of = midnight(day, contract.time_zone)
    else:
        as_of = draw(st.sampled_from(_instants(tables)))
        as_of += draw(st.sampled_from((0, 1, 7 * DAY, 7 * DAY - 1, 60 * DAY, 60 * DAY)))
    return Case(tables=tables, as_of=as_of, contract=contract)


@st.composite
def questions(draw):
    """Draw start, end, every and by for ``kpis``."""
    start = FIRST_DAY + timedelta(days=draw(st.integers(-2, 12)))
    dims = ("channel", "issue_type", "team", "created_hour", "schedule", "opened_by")
    dims += ("first_response_within",)
    return {
        "start": start,
        "end": start + timedelta(days=draw(st.integers(1, 35))),
        "every": draw(st.sampled_from((None, "day", "week", "month", "quarter"))),
        "by": tuple(draw(st.lists(st.sampled_from(dims), max_size=2, unique=True))),
    }


def _instants(tables):
    found = {
        value
        for rows in tables.values()
        for row in rows
        for column, value in row.items()
        if column.endswith("_at") and value is not None
    }
    return sorted(found)


@st.composite
def _tables(draw, *, gaps, max_tickets):
    numbers = count(draw(st.sampled_from((1, 8, 96))))  # ids pass 10 or 100
    kinds = {*KINDS} - draw(st.sets(st.sampled_from(KINDS), max_size=3))
    tables = {n: [] for n in ("tickets", "messages", "events", "time_entries")}
    for number in range(1, draw(st.integers(1, max_tickets)) + 1):
        ticket = draw(_tickets(str(number)))
        events = draw(_histories(ticket, kinds, numbers, gaps=gaps))
        tables["tickets"].append(ticket)
        tables["events"] += events
        around = [ticket["created_at"], *(e["occurred_at"] for e in events)]
        tables["messages"] += draw(_messages(ticket, around, numbers))
        tables["time_entries"] += draw(_time_entries(ticket, numbers))
    tables["agents"] = [dict(agent) for agent in AGENTS]
    shuffle = random.Random(draw(st.integers(0, 9)))  # noqa: S311 - no secret
    for rows in tables.values():
        shuffle.shuffle(rows)
    return _without(tables, draw(st.sets(st.sampled_from(GAPS), max_size=3)))


def _without(tables, gaps):
    """Take whole tables and columns out of a helpdesk."""
    tables = {name: rows for name, rows in tables.items() if (name, None) not in gaps}
    return {
        name: [{k: v for k, v in row.items() if (name, k) not in gaps} for row in rows]
        for name, rows in tables.items()
    }


@st.composite
def _tickets(draw, ticket_id):
    created = BEGIN + draw(st.integers(0, 5)) * DAY + draw(st.sampled_from(STEPS[:8]))
    solved = draw(maybe(st.sampled_from(STEPS)))
    reopened = None if solved is None else draw(maybe(st.sampled_from(STEPS)))
    replied = draw(maybe(st.sampled_from(STEPS)))
    pick = {
        "channel": ("email", "phone", None),
        "status": (*STATUSES, None),
        "issue_type": ("login", "login", "bill", None),
        "customer_id": ("k1", "k1", "k2", None),
        "tier": (1, 1, 2, None),
        "team": TEAMS,
        "agent_id": AGENT_IDS,
        "opened_by": (None, None, None, None, "customer", "agent", "system"),
        "merged_into": (*[None] * 8, "1"),
        "reply_count": (None, 0, 1, 2),
        "escalated": (None, True, False),
        "handle_seconds": (None, 90.0, 600.0),
    }
    drawn = {name: draw(st.sampled_from(values)) for name, values in pick.items()}
    return drawn | {
        "ticket_id": ticket_id,
        "created_at": created,
        "first_reply_at": None if replied is None else created + replied,
        "solved_at": None if solved is None else created + solved,
        "reopened_at": None if reopened is None else created + solved + reopened,
    }


@st.composite
def _histories(draw, ticket, kinds, numbers, *, gaps):
    """Draw the ticket's changes, field by field; a value may follow itself."""
    begin = {
        "status": (None, "new", "open"),
        "agent": AGENT_IDS,
        "team": TEAMS,
        "tier": TIERS,
    }
    after = {"status": STATUSES, "agent": AGENT_IDS, "team": TEAMS}
    found = []
    for kind in sorted(kinds):
        held = draw(st.sampled_from(begin[kind]))
        at = ticket["created_at"] + draw(st.sampled_from((-60, 0, 0, 1, HOUR)))
        for _ in range(draw(st.integers(0, 5 if kind == "status" else 3))):
            # An event that names no tier at all would say nothing.
            tiers = ("1", "2", "3", "gold") if held else TIERS[:3]
            new = draw(st.sampled_from(after.get(kind, tiers)))
            forget = gaps and draw(st.booleans())
            event = draw(_event(ticket, kind, at, numbers))
            found.append(
                event | {"old_value": None if forget else held, "new_value": new}
            )
            held = new
            at += draw(st.sampled_from(STEPS))
    if draw(st.booleans()) and ticket["merged_into"] is not None:
        at = ticket["created_at"] + draw(st.sampled_from(STEPS))
        merge = draw(_event(ticket, "merge", at, numbers))
        found.append(merge | {"old_value": None, "new_value": ticket["merged_into"]})
    return found


@st.composite
def _event(draw, ticket, field, at, numbers):
    return {
        "event_id": str(next(numbers)),
        "ticket_id": ticket["ticket_id"],
        "occurred_at": at,
        "field": field,
        "actor_role": draw(st.sampled_from(ROLES)),
        "actor_id": draw(st.sampled_from(AGENT_IDS)),
    }


@st.composite
def _messages(draw, ticket, around, numbers):
    """Draw messages near the ticket's creation and changes, one often opening it."""
    openers = ("customer", "customer", "customer", None, "agent", "bot")
    opening = draw(st.sampled_from(openers))
    sent = [(opening, ticket["created_at"])] if opening else []
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.sampled_from(around)) + draw(st.sampled_from(NEAR))
        sent.append((draw(st.sampled_from((*ROLES[:4], "agent", "agent"))), at))
    writers = {"agent": AGENT_IDS, "customer": ("k1", None)}
    return [
        {
            "message_id": str(next(numbers)),
            "ticket_id": ticket["ticket_id"],
            "sent_at": at,
            "author_role": role,
            "author_id": draw(st.sampled_from(writers.get(role, (None, "b1")))),
            "is_public": draw(st.sampled_from((None, True, True, False))),
            "is_automatic": draw(st.sampled_from((None, None, False, True))),
        }
        for role, at in sent
    ]


@st.composite
def _time_entries(draw, ticket, numbers):
    return [
        {
            "entry_id": str(next(numbers)),
            "ticket_id": ticket["ticket_id"],
            "agent_id": "v1",
            "started_at": ticket["created_at"] + draw(st.sampled_from(STEPS)),
            "work_seconds": draw(st.sampled_from((0.0, 45.0, 600.0))),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]
