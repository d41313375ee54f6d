"""Special tickets without any history, worked by hand.

Times are New York wall clocks; 10 March 2026 is a Tuesday, opening hours are 9 to 5.
"""

from __future__ import annotations

from tests.special_rows import at, tables, ticket

SNAPSHOTS = {
    # Only a snapshot: answered after 40 min, solved after 24 h, reopened six days
    # later.  Nobody knows who wrote, so first contact stays unknown.
    "snapshot_only": (
        tables(
            ticket(
                first_reply_at="03-10 10:40",
                solved_at="03-11 10:00",
                reopened_at="03-17 10:00",
                agent_id="c1",
                channel="email",
                escalated=True,
            )
        ),
        {
            "first_response_calendar_minutes": 40,
            "public_reply_count": None,
            "first_solved_at": at("03-11 10:00"),
            "last_solved_at": at("03-11 10:00"),
            "first_resolution_business_minutes": 480,
            "resolution_calendar_minutes": None,
            "reopen_count": 1,
            "reopened_within_7_days": True,
            "is_open": True,
            "is_no_follow_up": None,
            "is_escalated": True,
            "is_escalated_to_client": None,
            "transfer_count": None,
            "solved_organization": "client",
            "opened_by": "customer",
            "schedule": "office",
            "handle_minutes": None,
        },
    ),
    "snapshot_reopened_too_late": (
        tables(ticket(solved_at="03-11 10:00", reopened_at="03-18 10:00:01")),
        {"reopened_within_7_days": False, "reopen_count": 1, "is_open": True},
    ),
    # Reopened before it was solved for good: a reopen, of a solve nobody can date.
    "snapshot_reopened_earlier": (
        tables(ticket(solved_at="03-11 10:00", reopened_at="03-11 09:59")),
        {
            "reopened_within_7_days": False,
            "reopen_count": 1,
            "is_open": False,
            "resolution_calendar_minutes": 1440,
        },
    ),
    # What the snapshot says of times after as_of is not known.
    "snapshot_after_as_of": (
        tables(
            ticket(
                first_reply_at="04-01 00:00",
                solved_at="03-30 10:00",
                reopened_at="04-02 10:00",
            )
        ),
        {
            "first_reply_at": None,
            "is_open": False,
            "reopen_count": 0,
            "reopened_within_7_days": None,
            "resolution_calendar_minutes": 28800,
        },
    ),
    # Without a reopened_at nobody knows of reopens; without solved_at, of solves.
    "snapshot_without_reopens": (
        tables(ticket(solved_at="03-11 10:00")),
        {"reopen_count": None, "reopened_within_7_days": None, "is_open": False},
    ),
    "snapshot_without_solves": (
        tables(ticket(status="solved")),
        {"is_open": None, "first_solved_at": None, "reopen_count": None},
    ),
}
