"""Special tickets on the edges: ties in time, skewed clocks, the end of what is known.

Times are New York wall clocks; as_of is midnight at the end of 31 March 2026.
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

EDGES = {
    # All in one second.  The customer's message opens, although "m0" is the agent's:
    # the other three are replies after 0 minutes; of their authors the least is c1.
    "ties_in_time": (
        tables(
            ticket(),
            [
                message(0, "03-10 10:00", "agent", "v2"),
                message(9, "03-10 10:00", "customer", "cust"),
                message(3, "03-10 10:00", "agent", "v1"),
                message(4, "03-10 10:00", "agent", "c1"),
            ],
        ),
        {
            "opened_by": "customer",
            "first_response_calendar_minutes": 0,
            "first_response_business_minutes": 0,
            "public_reply_count": 3,
            "replying_agent_count": 3,
            "customer_message_count": 0,
            "first_reply_organization": "client",
        },
    ),
    # Two agent messages at once, one automatic: the one by hand opens, so no reply is
    # left; taking the automatic one (m1) as the opening gives one reply.
    "tie_by_hand_before_automatic": (
        tables(
            ticket(),
            [
                message(1, "03-10 10:00", "agent", "v1", is_automatic=True),
                message(2, "03-10 10:00", "agent", "v1"),
            ],
        ),
        {"opened_by": "agent", "public_reply_count": 0, "first_reply_at": None},
    ),
    # Of two at once the one whose author's id is least is the opening: c1's, so v1
    # replied; by message id it would be the other way round.
    "tie_by_author": (
        tables(
            ticket(opened_by="customer"),
            [
                message(2, "03-10 10:00", "agent", "c1"),
                message(1, "03-10 10:00", "agent", "v1"),
            ],
        ),
        {"public_reply_count": 1, "first_reply_organization": "Example BPO"},
    ),
    # A reply sent before creation, after the opening, is no reply (clock skew).
    "reply_before_creation": (
        tables(
            ticket(),
            [asked("03-10 09:55"), replied("03-10 09:58"), replied("03-10 10:03", 3)],
        ),
        {"public_reply_count": 1, "first_response_calendar_minutes": 3},
    ),
    # What was sent at as_of or later is not known yet.
    "message_at_as_of": (
        tables(
            ticket("03-31 23:00"),
            [asked("03-31 23:00"), replied("04-01 00:00"), replied("04-01 09:00", 3)],
        ),
        {"first_reply_at": None, "public_reply_count": 0, "is_open": None},
    ),
    "message_before_as_of": (
        tables(
            ticket("03-31 23:00"), [asked("03-31 23:00"), replied("03-31 23:59:59")]
        ),
        {
            "first_reply_at": at("03-31 23:59:59"),
            "first_response_business_minutes": 0,
            "created_hour": 23,
            "created_weekday": 2,
        },
    ),
    # In one second: solved (event 9), then open again (event 10).  As text "10" comes
    # before "9" and the ticket would end solved.
    "status_changes_in_one_second": (
        tables(
            ticket(),
            [asked()],
            [
                event(10, "03-11 10:00", "status", "solved > open", "customer cust"),
                event(9, "03-11 10:00", "status", "open > solved", "agent v1"),
            ],
        ),
        {
            "is_open": True,
            "first_solved_at": at("03-11 10:00"),
            "last_solved_at": at("03-11 10:00"),
            "first_resolution_calendar_minutes": 1440,
            "resolution_calendar_minutes": None,
            "reopen_count": 1,
            "reopened_within_7_days": True,
        },
    ),
    # The helpdesk's clock: solved before it was opened.  The solve counts, a negative
    # time does not; solved again a day later.
    "solved_before_creation": (
        tables(
            ticket(),
            [asked()],
            [
                solved("03-10 09:50"),
                event(2, "03-10 10:30", "status", "solved > open", "agent v2"),
                event(3, "03-11 10:00", "status", "open > solved", "agent c1"),
            ],
        ),
        {
            "first_solved_at": at("03-10 09:50"),
            "first_resolution_calendar_minutes": None,
            "first_resolution_business_minutes": None,
            "resolution_calendar_minutes": 1440,
            "resolution_business_minutes": 480,
            "solved_organization": "client",
            "reopen_count": 1,
            "reopened_within_7_days": False,
        },
    ),
    # The solve at as_of is not known, but it says that there is a history: the
    # snapshot's solved_at (12:00 on the day) does not count.
    "solved_at_as_of": (
        tables(
            ticket(solved_at="03-10 12:00", status="solved"),
            [asked()],
            [solved("04-01 00:00")],
        ),
        {
            "first_solved_at": None,
            "resolution_calendar_minutes": None,
            "is_open": True,
            "reopen_count": 0,
        },
    ),
    # Seven days are over at the very instant of as_of: known to be no reopen.
    "mature_to_the_second": (
        tables(ticket(), [asked(), replied()], [solved("03-25 00:00")]),
        {"reopened_within_7_days": False, "is_no_follow_up": True},
    ),
    "one_second_too_young": (
        tables(ticket(), [asked(), replied()], [solved("03-25 00:00:01")]),
        {"reopened_within_7_days": None, "is_no_follow_up": None, "is_open": False},
    ),
    # A reopen is known at once, first contact resolution still is not.
    "young_and_reopened": (
        tables(
            ticket(),
            [asked(), replied()],
            [
                solved("03-30 09:00"),
                event(2, "03-30 10:00", "status", "solved > open", "customer cust"),
            ],
        ),
        {"reopened_within_7_days": True, "is_no_follow_up": None, "is_open": True},
    ),
    # Reopened seven days after the solve to the second, and one second later.
    "reopened_on_the_last_second": (
        tables(
            ticket(),
            [asked(), replied()],
            [
                solved("03-11 10:00"),
                event(2, "03-18 10:00", "status", "solved > open", "customer cust"),
            ],
        ),
        {"reopened_within_7_days": True, "is_no_follow_up": False, "reopen_count": 1},
    ),
    "reopened_a_second_too_late": (
        tables(
            ticket(),
            [asked(), replied()],
            [
                solved("03-11 10:00"),
                event(2, "03-18 10:00:01", "status", "solved > open", "customer cust"),
            ],
        ),
        {"reopened_within_7_days": False, "is_no_follow_up": True, "reopen_count": 1},
    ),
}
