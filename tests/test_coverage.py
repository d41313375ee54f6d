"""Where the facts come from is said, and where two sources disagree."""

from __future__ import annotations

from datetime import date

from kpi_kit.coverage import coverage
from kpi_kit.periods import midnight
from kpi_kit.reviews import open_review
from tests.canonical import helpdesk

AS_OF = 1_000_000


def test_a_snapshot_says_so(engine):
    """Without histories the tickets' own columns are named, with how many have one."""
    rows = [
        {"ticket_id": "1", "created_at": 10, "solved_at": 20},
        {"ticket_id": "2", "created_at": 10, "solved_at": None},
        {"ticket_id": "3", "created_at": AS_OF, "solved_at": None},
    ]

    assert coverage(helpdesk(engine, {"tickets": rows}), AS_OF) == (
        "First replies: unknown; the source has neither messages nor first_reply_at.",
        "Solves: from the tickets' own solved_at; 1 of 2 tickets have one.",
        "1 ticket is later than what is known; not counted yet.",
    )


def test_rows_of_no_ticket_and_of_later_days_are_told(engine):
    """Two messages of a ticket nobody has, one of a known one that comes too late."""
    message = {"author_role": "customer", "sent_at": 20}
    messages = [
        message | {"message_id": "1", "ticket_id": "1"},
        message | {"message_id": "2", "ticket_id": "9"},
        message | {"message_id": "3", "ticket_id": "9"},
        message | {"message_id": "4", "ticket_id": "1", "sent_at": AS_OF},
    ]
    tickets = [{"ticket_id": "1", "created_at": 10}]
    desk = helpdesk(engine, {"tickets": tickets, "messages": messages})

    _, _, *told = coverage(desk, AS_OF)
    assert [
        "2 messages belong to no ticket of the source; no number counts them.",
        "1 message is later than what is known; not counted yet.",
    ] == told


def test_where_history_and_column_disagree_is_counted(engine):
    """Ticket 1 agrees, ticket 2 does not, ticket 3 has only its own column."""
    tickets = [
        {"ticket_id": str(n), "created_at": 10, "solved_at": 50} for n in (1, 2, 3)
    ]
    events = [
        {"event_id": t, "ticket_id": t, "occurred_at": at, "field": "status"}
        | {"old_value": "open", "new_value": "solved"}
        for t, at in (("1", 50), ("2", 60))
    ]
    messages = [{"message_id": "1", "ticket_id": "1", "sent_at": 10}]
    messages = [message | {"author_role": "customer"} for message in messages]
    desk = helpdesk(
        engine, {"tickets": tickets, "events": events, "messages": messages}
    )

    assert coverage(desk, AS_OF) == (
        "First replies: 1 of 3 tickets have messages.",
        "Solves: 2 of 3 tickets have events, 1 only their own solved_at.",
        "solved_at differs from the events in 1 ticket; the events count.",
    )


def test_rows_that_are_earlier_than_their_ticket_are_told(engine):
    """Of two messages one comes before it; a call may, and is only no ticket's."""
    tickets = [{"ticket_id": "1", "created_at": 10}]
    message = {"ticket_id": "1", "author_role": "agent"}
    messages = [message | {"message_id": str(at), "sent_at": at} for at in (9, 10)]
    events = [
        {"event_id": str(at), "ticket_id": "1", "occurred_at": at, "field": "team"}
        for at in (8, 9, 11)
    ]
    call = {"agent_id": "a", "channel": "phone", "queued_at": 5}
    contacts = [
        call | {"contact_id": str(n), "ticket_id": ticket}
        for n, ticket in enumerate(("1", "9", None))
    ]
    tables = {"tickets": tickets, "messages": messages, "events": events}
    desk = helpdesk(engine, {**tables, "contacts": contacts})

    *_, one, two, three = coverage(desk, AS_OF)
    assert [
        "1 message is earlier than its ticket; no reply is.",
        "2 events are earlier than their ticket.",
        "1 contact belongs to no ticket of the source.",
    ] == [one, two, three]


def test_tickets_in_no_number_are_told(engine):
    """Of seven known: three merged, one into none, one later; two deleted, one back.

    A merge that the history dates later is not known yet; a deleted ticket that is
    merged counts once, as deleted.
    """
    into = {"2": "1", "3": "99", "4": "1", "5": "1", "8": "1"}
    tickets = [
        {"ticket_id": str(n), "created_at": 10, "merged_into": into.get(str(n))}
        for n in range(1, 8)
    ]
    tickets.append({"ticket_id": "8", "created_at": AS_OF, "merged_into": "1"})
    changes = [
        ("4", 20, "merge", None, "1"),
        ("5", AS_OF, "merge", None, "1"),
        ("2", 30, "status", "open", "deleted"),
        ("6", 30, "status", "open", "deleted"),
        ("7", 30, "status", "open", "deleted"),
        ("7", 40, "status", "deleted", "open"),
    ]
    names = ("ticket_id", "occurred_at", "field", "old_value", "new_value")
    events = [
        dict(zip(names, change, strict=True)) | {"event_id": str(n)}
        for n, change in enumerate(changes)
    ]
    desk = helpdesk(engine, {"tickets": tickets, "events": events})

    _, _, one, two, *_ = coverage(desk, AS_OF)
    assert [
        "4 tickets are in no number: 2 merged into another, 2 deleted.",
        "1 ticket is merged into one that the source lacks.",
    ] == [one, two]


def test_agents_that_no_table_lists_are_told(engine):
    """Two stand in tickets, one of them and a third in states; a is listed."""
    tickets = [
        {"ticket_id": str(n), "created_at": 10, "agent_id": agent}
        for n, agent in enumerate(("a", "b", "c", None))
    ]
    state = {"started_at": 10, "ended_at": 20, "state": "idle"}
    states = [state | {"agent_id": agent} for agent in ("b", "d")]
    agents = [{"agent_id": "a"}]
    desk = helpdesk(
        engine, {"tickets": tickets, "agent_states": states, "agents": agents}
    )

    *_, told = coverage(desk, AS_OF)
    assert "3 agents stand in other tables and not in agents." == told


def test_metrics_that_only_the_vendor_has_are_told(engine):
    """By its name, by its label, and one that is none of the kit's."""
    report = {"period_start": date(2026, 3, 1), "period_end": date(2026, 4, 1)}
    names = ("csat", "First Response Time", "Smiles")
    reports = [report | {"metric": name, "value": 1.0} for name in names]
    tickets = [{"ticket_id": "1", "created_at": 10}]
    desk = helpdesk(engine, {"tickets": tickets, "vendor_reports": reports})

    *_, told = coverage(desk, AS_OF)
    none_of_ours = "1 metric of vendor_reports is none of the kit's: 'Smiles'"
    assert f"{none_of_ours}; nothing is held against it." == told


def test_a_report_leaves_out_the_tickets_that_check_does():
    """Its facts know them already; the way of ``check`` looks them up by itself."""
    review = open_review("demo", "3000", as_of="2026-07-01")
    until = midnight(date(2026, 7, 2), review.card.contract.time_zone)

    assert coverage(review.helpdesk, until) == review.covered
    assert any("merged into another, " in told for told in review.covered)
