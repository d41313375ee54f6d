"""Special tickets that turn on the history of status, worked by hand.

Times are New York wall clocks; 10 March 2026 is a Tuesday, opening hours are 9 to 5.
"""

from __future__ import annotations

from tests.special_rows import (
    asked,
    at,
    event,
    message,
    replied,
    solved,
    tables,
    ticket,
)

AGAIN = "03-12 09:00"  # when the reopened tickets are reopened


def reopened(actor, messages=(), *, without_messages=False):
    """Return a ticket solved on the 11th at 10:00 and reopened on the 12th at 9:00."""
    again = event(2, AGAIN, "status", "closed > pending", actor)
    written = None if without_messages else [asked(), replied(), *messages]
    closed = event(3, "03-11 18:00", "status", "solved > closed", "system")
    return tables(ticket(), written, [again, closed, solved()])


HISTORIES = {
    "merged": (
        tables(
            ticket(merged_into="2", status="closed"),
            [asked(), replied()],
            [event(1, "03-10 11:00", "merge", "- > 2", "agent v1")],
        ),
        {"excluded_because": "merged", "first_response_calendar_minutes": 40},
    ),
    "merged_after_as_of": (
        tables(
            ticket(merged_into="2"),
            [asked()],
            [event(1, "04-02 11:00", "merge", "- > 2", "agent v1")],
        ),
        {"excluded_because": None},
    ),
    "merged_at_an_unknown_time": (
        tables(ticket(merged_into="2"), [asked()], [solved()]),
        {"excluded_because": "merged"},
    ),
    # The snapshot still says open: the history wins.
    "deleted": (
        tables(
            ticket(status="open"),
            [asked()],
            [event(1, "03-10 11:00", "status", "open > deleted", "agent v1")],
        ),
        {"excluded_because": "deleted", "is_open": False, "reopen_count": 0},
    ),
    "deleted_by_snapshot": (
        tables(ticket(status="deleted"), [asked()], [solved() | {"ticket_id": "2"}]),
        {"excluded_because": "deleted"},
    ),
    # Deleted and taken back: neither left out nor reopened.
    "taken_back": (
        tables(
            ticket(status="deleted"),
            [asked()],
            [
                event(1, "03-10 11:00", "status", "open > deleted", "agent v1"),
                event(2, "03-10 12:00", "status", "deleted > open", "agent v1"),
            ],
        ),
        {"excluded_because": None, "is_open": True, "reopen_count": 0},
    ),
    "deleted_after_as_of": (
        tables(
            ticket(status="deleted"),
            [asked()],
            [event(1, "04-02 11:00", "status", "open > deleted", "agent v1")],
        ),
        {"excluded_because": None, "is_open": True},
    ),
    "deleted_and_merged": (
        tables(ticket(status="deleted", merged_into="2"), [asked()]),
        {"excluded_because": "deleted"},
    ),
    # Closed at 12:00 on the 10th, open again on the 11th, closed on the 12th at 9:30:
    # 7 + 8 + 0.5 business hours to the last close.
    "closed_without_solved": (
        tables(
            ticket(),
            [asked()],
            [
                event(1, "03-10 12:00", "status", "open > closed", "agent v1"),
                event(2, "03-11 09:00", "status", "closed > open", "agent v1"),
                event(3, "03-12 09:30", "status", "open > closed", "agent c1"),
            ],
        ),
        {
            "first_solved_at": at("03-10 12:00"),
            "last_solved_at": at("03-12 09:30"),
            "first_resolution_business_minutes": 120,
            "resolution_business_minutes": 930,
            "resolution_calendar_minutes": 2850,
            "reopen_count": 1,
            "reopened_within_7_days": False,
            "solved_organization": "client",
        },
    ),
    # Solved on Thursday 16:00, closed on the 26th: the close is neither a solve nor a
    # reopen.  From Tuesday 10:00: 7 + 8 + 7 hours open.
    "solved_then_closed": (
        tables(
            ticket(),
            [asked(), replied()],
            [
                solved("03-12 16:00"),
                event(2, "03-16 16:00", "status", "solved > closed", "system"),
            ],
        ),
        {
            "first_solved_at": at("03-12 16:00"),
            "last_solved_at": at("03-12 16:00"),
            "resolution_business_minutes": 1320,
            "resolution_calendar_minutes": 3240,
            "reopen_count": 0,
            "reopened_within_7_days": False,
            "is_open": False,
            "is_no_follow_up": True,
        },
    ),
    # Solved, reopened, solved again over the weekend and the holiday of the 20th:
    # 7 + 3 x 8, 5 x 8 - 8 and 1 business hours from the 10th 10:00 to the 23rd 10:00.
    # A rule solved it for good, so the agent it is with is asked, not the actor.
    "solved_twice": (
        tables(
            ticket(agent_id="c1"),
            [asked(), replied()],
            [
                solved("03-11 10:00"),
                event(2, "03-12 09:00", "status", "solved > open", "customer cust"),
                event(3, "03-23 10:00", "status", "open > solved", "system v1"),
            ],
        ),
        {
            "first_resolution_business_minutes": 480,
            "resolution_business_minutes": 3840,
            "resolution_calendar_minutes": 18720,
            "solved_organization": "client",
            "reopened_within_7_days": True,
            "reopen_count": 1,
        },
    ),
    "reopened_by_customer": (
        reopened("customer cust"),
        {
            "reopened_within_7_days": True,
            "reopen_count": 1,
            "is_open": True,
            "first_resolution_calendar_minutes": 1440,
            "resolution_calendar_minutes": None,
            "last_solved_at": at("03-11 10:00"),
            "is_no_follow_up": False,
            "is_one_reply": False,
        },
    ),
    "reopened_by_agent": (
        reopened("agent v1"),
        {
            "reopened_within_7_days": False,
            "reopen_count": 1,
            "is_open": True,
            "is_no_follow_up": True,
            "is_one_reply": True,
        },
    ),
    # An agent reopens because the customer wrote: the agent's reopen all the same.
    "reopened_by_agent_after_a_message": (
        reopened("agent v1", [message(3, AGAIN, "customer", "cust")]),
        {"reopened_within_7_days": False, "is_no_follow_up": False},
    ),
    "reopened_by_bot_after_a_message": (
        reopened("bot", [message(3, AGAIN, "customer", "cust")]),
        {"reopened_within_7_days": False, "reopen_count": 1},
    ),
    # Five minutes before, to the second.
    "reopened_by_system_after_a_message": (
        reopened("system", [message(3, "03-12 08:55", "customer", "cust")]),
        {"reopened_within_7_days": True, "is_no_follow_up": False},
    ),
    # The customer wrote a second too early and a second after, an agent in between.
    "reopened_by_system": (
        reopened(
            "system",
            [
                message(3, "03-12 08:54:59", "customer", "cust"),
                message(4, "03-12 08:59", "agent", "v1"),
                message(5, "03-12 09:00:01", "customer", "cust"),
            ],
        ),
        {"reopened_within_7_days": False, "reopen_count": 1},
    ),
    "reopened_by_unknown_after_a_message": (
        reopened("", [message(3, AGAIN, "customer", "cust", is_public=False)]),
        {"reopened_within_7_days": True},
    ),
    "reopened_by_unknown": (
        reopened(""),
        {"reopened_within_7_days": False, "is_no_follow_up": True},
    ),
    "reopened_by_unknown_without_messages": (
        reopened("", without_messages=True),
        {"reopened_within_7_days": True, "is_no_follow_up": None},
    ),
    "reopened_by_system_without_messages": (
        reopened("system", without_messages=True),
        {"reopened_within_7_days": False, "reopen_count": 1},
    ),
    # A change that changes nothing: no second solve, no reopen, no new time.
    "no_changes": (
        tables(
            ticket(),
            [asked()],
            [
                solved("03-11 10:00"),
                event(2, "03-12 10:00", "status", "solved > solved", "customer cust"),
                event(3, "03-13 10:00", "status", "solved > deleted", "agent v1"),
                event(4, "03-13 11:00", "status", "deleted > closed", "agent v1"),
            ],
        ),
        {
            "last_solved_at": at("03-11 10:00"),
            "reopen_count": 0,
            "reopened_within_7_days": False,
            "excluded_because": None,
        },
    ),
}
