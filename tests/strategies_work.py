"""Hypothesis strategies for calls and chats, and for the paid hours of agents.

``work_cases()`` draws a helpdesk of :mod:`tests.strategies` with both; ``questions()``
what is asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import strategies as st

from tests.oracle_time import DAY
from tests.strategies import AGENT_IDS, BEGIN, FIRST_DAY, HOUR, Case, cases, maybe

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
    """Draw a case, its contacts with some columns missing, and agents' states."""
    case = draw(cases(whole_days=True, max_tickets=20))
    ids = [ticket["ticket_id"] for ticket in case.tables["tickets"]]
    gaps = draw(st.sets(st.sampled_from(GAPS), max_size=2))
    numbers = range(draw(st.integers(1, 80)))
    tables = {
        "contacts": [draw(_contacts(f"c{n}", ids, gaps, case.as_of)) for n in numbers],
        "agent_states": draw(st.lists(_states(case.as_of), min_size=1, max_size=60)),
    }
    lacking = draw(st.sampled_from((None, None, "contacts", "agent_states")))
    tables = {name: rows for name, rows in tables.items() if name != lacking}
    return WorkCase(
        case=replace(case, tables=case.tables | tables),
        within=draw(st.sampled_from((1, 20, 60))),
        left_out=draw(st.booleans()),
    )


@st.composite
def questions(draw):
    """Draw start, end, every and by for ``kpis``."""
    start = FIRST_DAY + timedelta(days=draw(st.integers(-2, 12)))
    drawn = st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True)
    return {
        "start": start,
        "end": start + timedelta(days=draw(st.integers(1, 35))),
        "every": draw(st.sampled_from((None, "day", "week", "month"))),
        "by": tuple(draw(drawn)),
    }


@st.composite
def _times(draw, as_of):
    """Draw an instant of the first days, or shortly before the last known one ends."""
    early = BEGIN + draw(st.integers(-1, 7)) * DAY + draw(st.sampled_from(TIMES))
    late = as_of - draw(st.sampled_from((0, 1, *WAITS[2:8], 60, HOUR, 9 * HOUR)))
    return draw(st.sampled_from((early, early, late)))


@st.composite
def _contacts(draw, contact_id, tickets, gaps, as_of):
    queued = draw(_times(as_of))
    answered = draw(maybe(st.sampled_from(WAITS)))
    ended = draw(maybe(st.sampled_from(WAITS)))
    contact = {
        "contact_id": contact_id,
        "agent_id": draw(st.sampled_from(KNOWN_AGENTS)),
        "channel": draw(st.sampled_from(("phone", "chat"))),
        "ticket_id": draw(st.sampled_from((None, "unknown", *tickets))),
        "customer_id": draw(st.sampled_from((None, "k1", "k2"))),
        "queued_at": draw(st.sampled_from((None, queued, queued, queued))),
        "answered_at": None if answered is None else queued + answered,
        "ended_at": None if ended is None else queued + max(0, answered or 0) + ended,
        "talk_seconds": draw(st.sampled_from((None, 0.0, 61.0, 200.0, 900.0))),
        "hold_seconds": draw(st.sampled_from((None, 0.0, 0.0, 30.0))),
        "wrap_seconds": draw(st.sampled_from((None, 0.0, 45.0, 45.0))),
        "abandoned": draw(st.sampled_from((None, True, False, False))),
    }
    return {name: value for name, value in contact.items() if name not in gaps}


@st.composite
def _states(draw, as_of):
    started = draw(_times(as_of))
    return {
        "agent_id": draw(st.sampled_from(KNOWN_AGENTS)),
        "started_at": started,
        "ended_at": started + draw(st.sampled_from(LENGTHS)),
        "state": draw(st.sampled_from(STATES)),
        "paid": draw(st.sampled_from((None, True, True, False))),
    }
