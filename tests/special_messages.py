"""Special tickets that turn on who wrote what and when, worked by hand.

Times are New York wall clocks; 10 March 2026 is a Tuesday.  Each is built so that the
likely mistakes give another number than the right one; the comments say which.
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

MESSAGES = {
    # The agent logs a call (10:00), replies by mail at 10:25; solved at 12:00.
    # Counting the log as a reply: 2 replies, first at 10:00.
    "agent_created": (
        tables(
            ticket(),
            [
                message(1, "03-10 10:00", "agent", "v1"),
                message(2, "03-10 10:25", "agent", "v1"),
                message(3, "03-10 11:00", "customer", "cust"),
            ],
            [solved("03-10 12:00")],
        ),
        {
            "opened_by": "agent",
            "first_reply_at": at("03-10 10:25"),
            "first_response_calendar_minutes": None,
            "first_response_business_minutes": None,
            "public_reply_count": 1,
            "customer_message_count": 1,
            "replying_agent_count": 1,
            "first_resolution_calendar_minutes": 120,
            "resolution_business_minutes": 120,
            "reopened_within_7_days": False,
            "is_one_reply": None,
            "is_one_touch": None,
            "is_no_follow_up": None,
            "is_no_repeat": None,
        },
    ),
    # The source knows better than the opening message; the opening stays no reply.
    "opened_by_is_given": (
        tables(
            ticket(opened_by="system"),
            [message(1, "03-10 09:59", "agent", "v1"), replied("03-10 10:07")],
        ),
        {
            "opened_by": "system",
            "public_reply_count": 1,
            "first_response_calendar_minutes": 7,
        },
    ),
    # The earliest public message comes after creation: it opened nothing.
    "no_opening_message": (
        tables(
            ticket(),
            [
                message(1, "03-10 09:50", "agent", "v1", is_public=False),
                message(2, "03-10 10:01", "agent", "v1"),
                message(3, "03-10 10:05", "customer", "cust"),
            ],
        ),
        {
            "opened_by": "customer",
            "first_response_calendar_minutes": 1,
            "public_reply_count": 1,
            "customer_message_count": 1,
        },
    ),
    "opened_by_a_bot": (
        tables(ticket(), [message(1, "03-10 10:00", "bot"), replied("03-10 10:09", 2)]),
        {"opened_by": "system", "first_response_calendar_minutes": 9},
    ),
    # Tuesday 16:30, bot 16:31, automatic mail under an agent's name 16:32, a person on
    # Wednesday 09:45: 30 + 45 business minutes, 17 h 15 min on the calendar.
    "bot_answered": (
        tables(
            ticket("03-10 16:30"),
            [
                asked("03-10 16:30"),
                message(2, "03-10 16:31", "bot", "v1"),
                message(3, "03-10 16:32", "agent", "v2", is_automatic=True),
                message(4, "03-11 09:45", "agent", "v1", is_automatic=False),
                message(5, "03-11 09:46", "system"),
            ],
        ),
        {
            "first_reply_at": at("03-11 09:45"),
            "first_response_business_minutes": 75,
            "first_response_calendar_minutes": 1035,
            "public_reply_count": 1,
            "customer_message_count": 0,
            "replying_agent_count": 1,
            "schedule": "office",
        },
    ),
    # Note at +10, reply at +50; the customer's private text is no public message.
    "private_note_first": (
        tables(
            ticket(),
            [
                asked(),
                message(2, "03-10 10:10", "agent", "c1", is_public=False),
                message(3, "03-10 10:50", "agent", "v2", is_public=True),
                message(4, "03-10 10:49", "customer", "cust", is_public=False),
            ],
            [solved()],
        ),
        {
            "first_response_calendar_minutes": 50,
            "first_reply_organization": "Example BPO",
            "public_reply_count": 1,
            "customer_message_count": 0,
            "replying_agent_count": 1,
            "is_one_reply": True,
        },
    ),
    # A private text of the customer after the reply is a follow-up all the same.
    "private_follow_up": (
        tables(
            ticket(),
            [
                asked(),
                replied(),
                message(3, "03-10 10:41", "customer", "cust", is_public=False),
            ],
            [solved()],
        ),
        {"customer_message_count": 0, "is_no_follow_up": False, "is_one_reply": False},
    ),
    # A message in the second of the reply is not after it.
    "message_with_the_reply": (
        tables(
            ticket(),
            [asked(), replied(), message(3, "03-10 10:40", "customer", "cust")],
            [solved()],
        ),
        {"customer_message_count": 1, "is_no_follow_up": True, "is_one_reply": True},
    ),
    "unanswered": (
        tables(
            ticket(),
            [asked(), message(2, "03-10 15:00", "customer", "cust")],
            [event(1, "03-10 10:05", "status", "new > pending")],
        ),
        {
            "first_reply_at": None,
            "first_response_business_minutes": None,
            "first_response_calendar_minutes": None,
            "first_reply_organization": None,
            "public_reply_count": 0,
            "customer_message_count": 1,
            "replying_agent_count": 0,
            "reopen_count": 0,
            "first_solved_at": None,
            "resolution_calendar_minutes": None,
            "reopened_within_7_days": None,
            "is_no_follow_up": None,
            "is_open": True,
        },
    ),
    "solved_without_reply": (
        tables(ticket(), [asked()], [solved("03-10 13:00")]),
        {
            "first_reply_at": None,
            "public_reply_count": 0,
            "first_resolution_calendar_minutes": 180,
            "resolution_calendar_minutes": 180,
            "solved_organization": "Example BPO",
            "reopened_within_7_days": False,
            "is_no_follow_up": None,
            "is_one_touch": None,
            "is_open": False,
        },
    ),
    # Two named agents and one unknown one, who wrote twice: 3 repliers, 4 replies.
    "several_repliers": (
        tables(
            ticket(),
            [
                asked(),
                replied("03-10 10:40", 2, "v2"),
                replied("03-10 10:41", 3, None),
                replied("03-10 10:42", 4, None),
                replied("03-10 10:43", 5, "c1"),
            ],
            [solved()],
        ),
        {
            "public_reply_count": 4,
            "replying_agent_count": 3,
            "is_one_reply": False,
            "is_one_touch": False,
            "is_no_follow_up": True,
            "first_response_calendar_minutes": 40,
        },
    ),
    # One agent, two replies: one touch but not one reply.
    "one_agent_two_replies": (
        tables(ticket(), [asked(), replied(), replied("03-10 11:00", 3)], [solved()]),
        {"replying_agent_count": 1, "is_one_touch": True, "is_one_reply": False},
    ),
    # Without author ids nobody knows who replied; one reply still is one reply.
    "no_author_ids": (
        tables(
            ticket(),
            [
                {k: v for k, v in row.items() if k != "author_id"}
                for row in (asked(), replied())
            ],
            [solved()],
        ),
        {
            "public_reply_count": 1,
            "replying_agent_count": None,
            "is_one_reply": True,
            "is_one_touch": None,
            "is_no_follow_up": True,
            "first_reply_organization": None,
        },
    ),
    # Solved at 11:00, answered at 12:00 only: 120 minutes, not none.
    "reply_after_solve": (
        tables(ticket(), [asked(), replied("03-10 12:00")], [solved("03-10 11:00")]),
        {
            "first_response_calendar_minutes": 120,
            "first_resolution_calendar_minutes": 60,
            "public_reply_count": 1,
            "is_one_reply": True,
        },
    ),
    # The table is there, this ticket has no rows: counts 0, times missing; what the
    # snapshot says (5 minutes, 3 replies) does not count.
    "no_messages_for_a_ticket": (
        tables(
            ticket(first_reply_at="03-10 10:05", reply_count=3),
            [replied() | {"ticket_id": "2"}],
            [solved()],
        ),
        {
            "opened_by": "customer",
            "first_reply_at": None,
            "first_response_calendar_minutes": None,
            "public_reply_count": 0,
            "customer_message_count": 0,
            "replying_agent_count": 0,
            "is_no_follow_up": None,
        },
    ),
    # No table: the snapshot speaks, and nobody knows whether the customer came back.
    "no_messages_table": (
        tables(
            ticket(first_reply_at="03-10 10:05", reply_count=3, handle_seconds=150.0),
            None,
            [solved()],
        ),
        {
            "opened_by": "customer",
            "first_response_calendar_minutes": 5,
            "public_reply_count": 3,
            "customer_message_count": None,
            "replying_agent_count": None,
            "handle_minutes": 2.5,
            "reopened_within_7_days": False,
            "is_one_reply": None,
            "is_no_follow_up": None,
        },
    ),
}
