"""The rows behind the numbers: every ticket of the days asked for, oldest first."""

from __future__ import annotations

import gc
from datetime import UTC, date, datetime

import pyarrow as pa

from kpi_kit.contract import Contract
from kpi_kit.evidence import Wanted, evidence
from tests.canonical import helpdesk

DAY = 86_400
MONDAY = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())


def changed(ticket_id, number, old, new, occurred_at):
    """Return one change of a ticket's status."""
    return {
        "event_id": f"{ticket_id}-{number}",
        "ticket_id": ticket_id,
        "occurred_at": occurred_at,
        "field": "status",
        "old_value": old,
        "new_value": new,
    }


def reopened(ticket_id, created_at):
    """Return the history of a ticket that was solved, reopened and solved again.

    Such a history is walked through, and what the walk finds is kept on the engine.
    """
    states = ("new", "solved", "open", "solved")
    pairs = zip((None, *states), states, strict=False)
    return [
        changed(ticket_id, n, old, new, created_at + n * 3600)
        for n, (old, new) in enumerate(pairs)
    ]


def test_every_ticket_once_and_in_order(engine):
    """The engine keeps what it made of the history until the last row is read."""
    tickets = [
        {"ticket_id": str(n), "created_at": MONDAY + (9 - n) * DAY} for n in range(9)
    ]
    events = [e for t in tickets for e in reopened(t["ticket_id"], t["created_at"])]
    desk = helpdesk(engine, {"tickets": tickets, "events": events})
    days = Wanted(start=date(2026, 3, 4), end=date(2026, 3, 9))
    found = evidence(desk, Contract(), days, as_of=date(2026, 3, 31))
    gc.collect()
    rows = pa.Table.from_batches(found.batches, found.schema).to_pylist()

    assert ["7", "6", "5", "4", "3"] == [row["ticket_id"] for row in rows]
    assert {1} == {row["reopen_count"] for row in rows}
    assert datetime(2026, 3, 4, tzinfo=UTC) == rows[0]["created_at"]
    assert date(2026, 3, 4) == rows[0]["created_on"]
