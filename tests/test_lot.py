"""Which tickets are drawn to be read, and why they were not solved at once."""

from __future__ import annotations

from datetime import timedelta
from hashlib import md5

import pandas as pd

from kpi_kit.catalog import named
from kpi_kit.facts import Facts
from kpi_kit.lot import drawn
from tests.canonical import helpdesk
from tests.cards import MONDAY, reading

TYPES = {
    "excluded_because": "string",
    "is_one_touch": "boolean",
    "reopened_within_7_days": "boolean",
}


def test_nobody_chooses_and_every_run_draws_alike(engine):
    """Missed, solved that week, not left out: the first by the hash of the id."""
    rows = [ticket(str(number)) for number in range(20)]
    rows += [
        ticket("solved", is_one_touch=True),
        ticket("unknown", is_one_touch=None),
        ticket("merged", excluded_because="merged"),
        ticket("before", first_solved_on=MONDAY - timedelta(days=1)),
        ticket("after", first_solved_on=MONDAY + timedelta(days=7)),
    ]
    numbers = [str(number) for number in range(20)]
    by_hash = sorted(numbers, key=lambda one: md5(one.encode()).hexdigest())  # noqa: S324

    found = asked(engine, rows)

    assert by_hash[:5] == [one.ticket_id for one in found]


def test_what_kept_them(engine):
    """Reopened comes before agents, agents before replies."""
    rows = [
        ticket("1", reopened_within_7_days=True, replying_agent_count=3),
        ticket("2", replying_agent_count=3, public_reply_count=4),
        ticket("3", public_reply_count=4),
        ticket("4"),
    ]

    found = {one.ticket_id: one.why for one in asked(engine, rows)}

    assert {
        "1": "reopened",
        "2": "3 agents",
        "3": "4 replies",
        "4": "the customer wrote again",
    } == found


def ticket(name, **changed):
    """Return the facts of a ticket that was not solved at once."""
    return {
        "ticket_id": name,
        "first_solved_on": MONDAY,
        "excluded_because": None,
        "is_one_touch": False,
        "reopened_within_7_days": False,
        "replying_agent_count": 1,
        "public_reply_count": 1,
    } | changed


def asked(engine, rows):
    """Return what is drawn for the week, at most five."""
    table = engine.table("facts", pd.DataFrame(rows).astype(TYPES))
    tickets = [{"ticket_id": row["ticket_id"], "created_at": 0} for row in rows]
    card = named("first_contact_resolution_one_touch")
    desk = helpdesk(engine, {"tickets": tickets})
    return drawn(desk, Facts(tickets=table, turns=table), card, reading(0.5), 5)
