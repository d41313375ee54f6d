"""Hypothesis strategies for calls and chats, and for the paid hours of agents.

``work_cases()`` draws a helpdesk of :mod:`tests.strategies` with both; ``questions()``
what is asked of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import strategies as st

from tests.oracle_time import DAY
from tests.strategies import AGENT_IDS, BEGIN, FIRST_DAY, HOUR, Case, cases

__all__ = ["WorkCase", "questions", "work_cases"]

KNOWN_AGENTS = tuple(agent for agent in AGENT_IDS if agent)
STATES = ("active", "active", "idle", "break", "meeting", "training", "absent")
# Around the service levels, around midnight, and a wait that nobody believes.
WAITS = (0, 0, 1, 19, 20, 21, 60, 600, 8 * HOUR, DAY, -1)
LENGTHS = (0, 1, 300, 59 * 60, 6 * HOUR, 12 * HOUR, 30 * HOUR)
# The clocks change on the fourth day; the rest lies around midnights.
TIMES = (0, 1, 2 * HOUR, 3 * HOUR - 1, 9 * HOUR, 12 * HOUR + 1, DAY - 1)
GAPS = (
    *("queued_at", "answered_at", "ended_at", "abandoned", "talk_seconds"),
    *("hold_seconds", "wrap_seconds", "ticket_id", "customer_id"),
)
DIMENSIONS = (
    *("channel", "issue_type", "team", "agent_id", "tier", "solved_organization"),
    *("created_hour", "created_weekday", "customer_id"),
)


@dataclass(frozen=True, kw_only=True)
class WorkCase:
    """A case with contacts and states, and how its contract wants calls counted."""

    case: Case
    within: int
    left_out: bool


@st.composite
def work_cases(draw):
    """Draw a case, its contacts with some columns missing, and agents' states.

    Their rows come from a seed: every case is a full one, the first of all too.
    """
    case = draw(cases(whole_days=True, max_tickets=20))
    luck = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - no secret
    ids = [ticket["ticket_id"] for ticket in case.tables["tickets"]]
    gaps = set(luck.sample(GAPS, luck.choice((0, 0, 1, 2))))
    tables = {
        "contacts": [_contact(luck, f"c{n}", ids, gaps, case.as_of) for n in range(90)],
        "agent_states": [_state(luck, case.as_of) for _ in range(60)],
    }
    lacking = luck.choice((*[None] * 8, "contacts", "agent_states"))
    tables = {name: rows for name, rows in tables.items() if name != lacking}
    return WorkCase(
        case=replace(case, tables=case.tables | tables),
        within=luck.choice((1, 20, 60)),
        left_out=luck.random() < 0.4,
    )


@st.composite
def questions(draw):
    """Draw start, end, every and by for ``kpis``; rather all of the days than few."""
    start = FIRST_DAY + timedelta(days=draw(st.sampled_from((-2, -2, 0, 5))))
    drawn = st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True)
    return {
        "start": start,
        "end": start + timedelta(days=draw(st.sampled_from((50, 20, 9, 1)))),
        "every": draw(st.sampled_from((None, "day", "week", "month", "quarter"))),
        "by": tuple(draw(drawn)),
    }


def _time(luck, as_of):
    """Return an instant of the first days, or shortly before the last one's end."""
    early = BEGIN + luck.randint(-1, 7) * DAY + luck.choice(TIMES)
    late = as_of - luck.choice((0, 1, *WAITS[2:8], HOUR, 9 * HOUR))
    return luck.choice((early, early, late))


def _contact(luck, contact_id, tickets, gaps, as_of):
    queued = _time(luck, as_of)
    answered, ended = (luck.choice((None, *WAITS)) for _ in range(2))
    contact = {
        "contact_id": contact_id,
        "agent_id": luck.choice(KNOWN_AGENTS),
        "channel": luck.choice(("phone", "chat")),
        "ticket_id": luck.choice((None, "unknown", *tickets)),
        "customer_id": luck.choice((None, "k1", "k2")),
        "queued_at": luck.choice((None, queued, queued, queued)),
        "answered_at": None if answered is None else queued + answered,
        "ended_at": None if ended is None else queued + max(0, answered or 0) + ended,
        "talk_seconds": luck.choice((None, 0.0, 61.0, 200.0, 900.0)),
        "hold_seconds": luck.choice((None, 0.0, 0.0, 30.0)),
        "wrap_seconds": luck.choice((None, 0.0, 45.0, 45.0)),
        "abandoned": luck.choice((None, True, False, False)),
    }
    return {name: value for name, value in contact.items() if name not in gaps}


def _state(luck, as_of):
    started = _time(luck, as_of)
    return {
        "agent_id": luck.choice(KNOWN_AGENTS),
        "started_at": started,
        "ended_at": started + luck.choice(LENGTHS),
        "state": luck.choice(STATES),
        "paid": luck.choice((None, True, True, False)),
    }
