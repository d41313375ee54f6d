"""Special tickets that turn on who held them: agents, teams, tiers, schedules.

Times are New York wall clocks; 10 March 2026 is a Tuesday.  v1 and v2 are the
vendor's (Front desk), c1 is the client's (Back office); "Client desk" is the client's
and "Night desk" the vendor's by the contract.
"""

from __future__ import annotations

from tests.special_rows import asked, at, event, replied, solved, tables, ticket

SOLVED_TO_REPEAT = [solved("03-11 10:00")]


def repeats(others=("03-12 10:00",), **other):
    """Return ticket 1, settled on the 11th at 10:00, and others like it."""
    same = {"customer_id": "cust", "issue_type": "login"}
    more = [
        ticket(created, str(n), **{**same, **other})
        for n, created in enumerate(others, start=2)
    ]
    return tables([ticket(**same), *more], [asked(), replied()], SOLVED_TO_REPEAT)


def solved_before_opened(*others, opened="03-12 10:00"):
    """Return ticket 1, solved on the 11th, opened later, and its customer's others."""
    same = {"customer_id": "cust", "issue_type": "login"}
    first = ticket(opened, **same)
    more = [
        ticket(created, str(n), **same) for n, created in enumerate(others, start=2)
    ]
    talk = [asked(opened), replied("03-20 10:40")]
    return tables([first, *more], talk, SOLVED_TO_REPEAT)


def worked(started, seconds):
    """Return a stretch of v1's work on ticket 1, named by its start."""
    return {
        "entry_id": started,
        "ticket_id": "1",
        "agent_id": "v1",
        "started_at": at(started),
        "work_seconds": seconds,
    }


HOLDERS = {
    # Nobody -> v1 -> nobody -> v2 -> v2 -> v1: two transfers, not five changes.
    "transferred": (
        tables(
            ticket(agent_id="v1"),
            None,
            [
                event(1, "03-10 10:00", "agent", "- > v1"),
                event(2, "03-10 10:05", "agent", "v1 > -"),
                event(3, "03-10 10:10", "agent", "- > v2"),
                event(4, "03-10 10:15", "agent", "v2 > v2"),
                event(5, "03-10 10:20", "agent", "v2 > v1"),
            ],
        ),
        {"transfer_count": 2, "is_escalated_to_client": False},
    ),
    # Another team, the same agent: no transfer.
    "moved_to_another_team": (
        tables(
            ticket(agent_id="v1"),
            None,
            [
                event(1, "03-10 10:00", "team", "Front desk > Night desk"),
                event(2, "03-10 10:05", "agent", "v1 > -"),
                event(3, "03-10 10:06", "agent", "- > v1"),
            ],
        ),
        {"transfer_count": 0, "is_escalated": False},
    ),
    "transfers_are_unknown": (
        tables(ticket(agent_id="v1"), None, [solved()]),
        {"transfer_count": None, "is_escalated": None},
    ),
    # From the front desk (tier 1) to the back office (tier 2) and back.
    "escalated_by_team": (
        tables(
            ticket(team="Front desk"),
            None,
            [
                event(1, "03-10 11:00", "team", "Front desk > Back office"),
                event(2, "03-10 12:00", "team", "Back office > Front desk"),
            ],
        ),
        {"is_escalated": True, "is_escalated_to_client": True},
    ),
    # Put right at creation: that is where it began, and not in the lowest tier.
    "began_in_the_second_tier": (
        tables(
            ticket(team="Back office"),
            None,
            [event(1, "03-10 10:00", "team", "- > Back office")],
        ),
        {"is_escalated": None, "is_escalated_to_client": None},
    ),
    # Tier events beat teams: the tier fell from 1 to 0 and came back to 1.
    "tier_fell": (
        tables(
            ticket(tier=2),
            None,
            [
                event(1, "03-10 11:00", "tier", "1 > 0"),
                event(2, "03-10 12:00", "tier", "0 > 1"),
                event(3, "03-10 12:00", "team", "Front desk > Back office"),
            ],
        ),
        {"is_escalated": False},
    ),
    # Routed to tier 2 in the second of creation: it rose, but not after creation.
    "tier_rose_at_creation": (
        tables(ticket(), None, [event(1, "03-10 10:00", "tier", "1 > 2")]),
        {"is_escalated": False},
    ),
    "tier_rose_after_creation": (
        tables(
            ticket(),
            None,
            [
                event(1, "03-10 10:00:01", "tier", "- > 1"),
                event(2, "03-10 10:00:02", "tier", "1 > gold"),
                event(3, "03-10 10:00:03", "tier", "gold > 3"),
            ],
        ),
        {"is_escalated": True},
    ),
    "tier_rises_after_as_of": (
        tables(ticket(tier=1), None, [event(1, "04-01 00:00", "tier", "1 > 2")]),
        {"is_escalated": False},
    ),
    # v1 let go of it, the client's agent took it: the vendor held it before.
    "handed_to_the_client": (
        tables(
            ticket(agent_id="c1"),
            None,
            [
                event(1, "03-10 10:00", "agent", "v1 > -"),
                event(2, "03-10 12:00", "agent", "- > c1"),
            ],
        ),
        {"is_escalated_to_client": True, "transfer_count": 1},
    ),
    # From the client to the vendor: the vendor held it, the client did not get it.
    "handed_to_the_vendor": (
        tables(
            ticket(agent_id="v1"), None, [event(1, "03-10 12:00", "agent", "c1 > v1")]
        ),
        {"is_escalated_to_client": False, "transfer_count": 1},
    ),
    # The client's from the first second; an agent nobody knows belongs to nobody.
    "never_the_vendors": (
        tables(
            ticket(agent_id="c1"),
            None,
            [
                event(1, "03-10 10:00", "agent", "x9 > c1"),
                event(2, "03-10 10:00", "team", "- > Client desk"),
            ],
        ),
        {"is_escalated_to_client": None, "transfer_count": 1},
    ),
    # The contract says whose a desk without agents is.
    "handed_to_a_client_desk": (
        tables(
            ticket(team="Client desk"),
            None,
            [event(1, "03-10 12:00", "team", "Night desk > Client desk")],
        ),
        {"is_escalated_to_client": True, "is_escalated": None},
    ),
    # v1 and the client's desk got it in the same second: nobody handed it on.
    "given_to_both_at_once": (
        tables(
            ticket(),
            None,
            [
                event(1, "03-10 12:00", "agent", "- > v1"),
                event(2, "03-10 12:00", "team", "- > Client desk"),
            ],
        ),
        {"is_escalated_to_client": False},
    ),
    "handed_over_after_as_of": (
        tables(
            ticket(team="Night desk"),
            None,
            [event(1, "04-01 00:00", "team", "Night desk > Client desk")],
        ),
        {"is_escalated_to_client": False},
    ),
    "settled_for_good": (
        repeats(others=["03-11 10:00"]),  # opened in the second of the solve: no repeat
        {"is_no_repeat": True, "is_no_follow_up": True},
    ),
    "came_back_with_the_same": (
        repeats(others=["03-18 10:00"]),
        {"is_no_repeat": False, "is_no_follow_up": True, "is_one_reply": True},
    ),
    "came_back_too_late": (repeats(others=["03-18 10:00:01"]), {"is_no_repeat": True}),
    # A third ticket, weeks later, decides nothing about the second.
    "came_back_and_again": (
        repeats(others=["03-18 10:00", "03-30 10:00"]),
        {"is_no_repeat": False},
    ),
    "came_back_too_late_and_again": (
        repeats(others=["03-01 10:00", "03-18 10:00:01", "03-30 10:00"]),
        {"is_no_repeat": True},
    ),
    # It is no repeat of itself, though it was opened within a week of its solve.
    "solved_before_opened": (
        solved_before_opened("03-01 10:00"),
        {"is_no_repeat": True, "first_resolution_calendar_minutes": None},
    ),
    "solved_long_before_opened_and_came_back": (
        solved_before_opened("03-12 10:00", opened="03-20 10:00"),
        {"is_no_repeat": False},
    ),
    "solved_before_opened_and_came_back_before": (
        solved_before_opened("03-11 10:00:01", "03-30 10:00"),
        {"is_no_repeat": False},
    ),
    "solved_before_opened_and_came_back": (
        solved_before_opened("03-18 10:00", "03-30 10:00"),
        {"is_no_repeat": False},
    ),
    "came_back_with_another": (repeats(issue_type="bill"), {"is_no_repeat": True}),
    "another_customer": (repeats(customer_id="other"), {"is_no_repeat": True}),
    "repeat_was_deleted": (repeats(status="deleted"), {"is_no_repeat": True}),
    "nobody_knows_who_asked": (
        tables(ticket(issue_type="login"), [asked(), replied()], SOLVED_TO_REPEAT),
        {"is_no_repeat": None, "is_no_follow_up": True},
    ),
    # Until Tuesday 12:00 with the front desk (office hours from 9), then with the
    # night desk (10 to 18 New York), back on Wednesday 9:30: 2 h + 6 h + 0.5 h.  The
    # office alone, its last team's schedule, gives 7 h + 1 h; the night desk 8 h.
    "two_schedules": (
        tables(
            ticket(team="Front desk"),
            [asked(), replied("03-11 10:00")],
            [
                event(1, "03-10 12:00", "team", "Front desk > Night desk"),
                event(2, "03-11 09:30", "team", "Night desk > Front desk"),
            ],
        ),
        {
            "first_response_business_minutes": 510,
            "first_response_calendar_minutes": 1440,
            "schedule": "office",
        },
    ),
    # Saturday: the office is closed, the night desk works 10 to 18.
    "schedule_of_the_channel": (
        tables(
            ticket("03-14 09:00", channel="phone"),
            [asked("03-14 09:00"), replied("03-14 11:30")],
        ),
        {"first_response_business_minutes": 90, "schedule": "nights"},
    ),
    # The team's schedule goes before the channel's; a team without one passes on.
    "schedule_of_the_team": (
        tables(ticket(channel="phone", team="Front desk")),
        {"schedule": "office"},
    ),
    "team_without_a_schedule": (
        tables(ticket(channel="phone", team="Client desk")),
        {"schedule": "nights"},
    ),
    # Given to the night desk in the second of creation: that was its team then.
    "team_given_at_creation": (
        tables(
            ticket("03-14 10:00", team="Client desk"),
            [asked("03-14 10:00"), replied("03-14 13:00")],
            [
                event(1, "03-14 10:00", "team", "- > Night desk"),
                event(2, "03-14 12:00", "team", "Night desk > Client desk"),
            ],
        ),
        {"schedule": "nights", "first_response_business_minutes": 120},
    ),
    # Two entries; the third starts when nothing is known any more.
    "handled": (
        tables(
            ticket(handle_seconds=9999.0),
            time_entries=[
                worked("03-10 10:00", 90.0),
                worked("03-31 23:59:59", 60.0),
                worked("04-01 00:00", 600.0),
            ],
        ),
        {"handle_minutes": 2.5},
    ),
    "not_handled": (
        tables(ticket(handle_seconds=9999.0), time_entries=[]),
        {"handle_minutes": None},
    ),
}
