"""The open tickets that wait longest: which, how long, and why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kpi_kit.asked import question
from kpi_kit.attention import COLUMNS, attention
from kpi_kit.contract import Contract, Target
from kpi_kit.schedules import read_schedules
from kpi_kit.scorecard import keep
from tests.canonical import helpdesk
from tests.desks import DAY, MONDAY, at

TUESDAY = MONDAY + DAY
HOURS = {"office": {"week": {"mon-fri": ["09:00-17:00"]}}}
OFFICE = read_schedules(HOURS, where="business_hours", time_zone="UTC")
FIRST = Target(metric="first_response_time", at_most=Decimal(240))
LAST = Target(metric="resolution_time", clock="calendar", at_most=Decimal(1440))
TERMS = Contract(schedules=OFFICE, targets=(FIRST, LAST))


def ticket(name, hour, day=MONDAY, **given):
    """Return a ticket that came at an hour of the Monday."""
    made = {"ticket_id": name, "created_at": at(day, hour)}
    return made | {"solved_at": None, "reopened_at": None, "url": None} | given


def reply(name, hour, day=MONDAY, role="agent", **given):
    """Return a message."""
    made = {"message_id": f"{name}-{day}-{hour}", "ticket_id": name}
    return made | {"sent_at": at(day, hour), "author_role": role} | given


def change(name, hour, new, day=MONDAY):
    """Return a change of status by the customer."""
    made = {"event_id": f"{name}-{day}-{hour}", "ticket_id": name, "field": "status"}
    made |= {"occurred_at": at(day, hour), "new_value": new, "actor_role": "customer"}
    return made


def waiting(engine, tickets, messages=(), events=(), *, contract=TERMS, most=10):
    """Return what needs a person by the end of the Tuesday."""
    tables = {"tickets": tickets, "messages": list(messages), "events": list(events)}
    desk = helpdesk(engine, {name: rows for name, rows in tables.items() if rows})
    asked = question(
        desk,
        contract,
        start=MONDAY,
        end=TUESDAY + DAY,
        as_of=TUESDAY,
        metrics=["ticket_volume"],
    )
    kept = keep(desk, contract, [asked], also=COLUMNS)
    return attention(desk, kept, contract, as_of=TUESDAY, most=most)


def told(found):
    """Return id, kind and length of each ticket named."""
    return [(one.ticket_id, one.kind, one.waited) for one in found.tickets]


def test_unanswered_past_the_target_on_its_clock(engine):
    """Since 15:00 on Monday: 2 hours and 8, by the office's hours; 33 by the clock.

    The answered one, the one whose 4 hours are not over (came on Tuesday at 13:30), the
    agent's own, the solved, the deleted and the merged one do not wait.
    """
    half_past = at(TUESDAY, 13) + 1800
    found = waiting(
        engine,
        [
            ticket("late", 15, url="https://desk.example/late"),
            ticket("answered", 15),
            ticket("due", 13, created_at=half_past),
            ticket("own", 9, opened_by="agent"),
            ticket("solved", 9, solved_at=at(MONDAY, 10)),
            ticket("deleted", 9, status="deleted"),
            ticket("merged", 9, merged_into="late"),
        ],
        [reply("answered", 16)],
        contract=Contract(schedules=OFFICE, targets=(FIRST,)),
    )
    (one,) = found.tickets

    assert [("late", "unanswered", "10 h of business hours")] == told(found)
    assert "no reply yet" == one.why
    assert "https://desk.example/late" == one.url
    assert at(MONDAY, 15) == one.created_at.timestamp()
    assert timedelta(0) == one.created_at.utcoffset()
    assert {"unanswered": 1} == found.counts


@pytest.mark.parametrize(
    ("hour", "named"),
    [pytest.param(13, False, id="on-the-limit"), pytest.param(12, True, id="past-it")],
)
def test_the_limit_itself_is_kept(engine, hour, named):
    """Four hours of the office to the end of the Tuesday are within the limit."""
    only = Contract(schedules=OFFICE, targets=(FIRST,))
    found = waiting(
        engine,
        [ticket("t", hour, TUESDAY), ticket("u", 10)],
        [reply("u", 11)],
        contract=only,
    )

    assert named == ("t" in {one.ticket_id for one in found.tickets})


def test_reopened_and_not_answered_since(engine):
    """Solved at 12, reopened on Tuesday at 9: 15 hours to the day's end.

    One was answered since, one was answered only by a machine, one is solved again.
    """
    names = ("waits", "answered", "machine", "again")
    events = [change(n, 12, "solved") for n in names]
    events += [change(n, 9, "open", TUESDAY) for n in names]
    events += [change("again", 10, "solved", TUESDAY)]
    replies = [reply(n, 11) for n in names] + [reply("answered", 11, TUESDAY)]
    replies += [reply("machine", 11, TUESDAY, is_automatic=True)]
    replies += [reply("waits", 11, TUESDAY, role="customer")]
    found = waiting(
        engine, [ticket(n, 10) for n in names], replies, events, contract=Contract()
    )

    assert [("machine", "reopened", "15 h"), ("waits", "reopened", "15 h")] == told(
        found
    )
    assert {"reopened, no reply since"} == {one.why for one in found.tickets}


def test_open_past_the_resolution_target(engine):
    """Answered at once, open since Monday 10:00: 38 hours of an agreed 24.

    The one of Tuesday has had 14, the solved one is done.
    """
    found = waiting(
        engine,
        [
            ticket("late", 10),
            ticket("young", 10, TUESDAY),
            ticket("solved", 10, solved_at=at(TUESDAY, 11)),
        ],
        [reply("late", 11), reply("solved", 11), reply("young", 11, TUESDAY)],
    )

    assert [("late", "late", "38 h")] == told(found)
    assert "not solved yet" == found.tickets[0].why


def test_a_ticket_is_named_once(engine):
    """Unanswered and open too long: it is unanswered, and counted as that."""
    found = waiting(
        engine, [ticket("both", 9), ticket("other", 9)], [reply("other", 10)]
    )

    assert [("both", "unanswered"), ("other", "late")] == [
        (one.ticket_id, one.kind) for one in found.tickets
    ]
    assert {"unanswered": 1, "late": 1} == found.counts


def test_one_kind_does_not_crowd_out_the_others(engine):
    """Of four unanswered and three late ones, two of each: those that wait longest."""
    late = [ticket(f"l{hour}", hour) for hour in (9, 10, 11)]
    never = [ticket(f"u{hour}", hour) for hour in (12, 10, 11, 9)]
    replies = [reply(one["ticket_id"], 12) for one in late]
    found = waiting(engine, late + never, replies, most=4)

    assert ["u9", "u10", "l9", "l10"] == [one.ticket_id for one in found.tickets]
    assert {"unanswered": 4, "late": 3} == found.counts


def test_without_targets_every_unanswered_ticket_waits(engine):
    """No promise is no reason to let a customer wait; of resolution nothing is said."""
    found = waiting(
        engine,
        [ticket("new", 16, TUESDAY), ticket("old", 9)],
        [reply("old", 10)],
        contract=Contract(),
    )

    assert [("new", "unanswered", "8 h")] == told(found)
    assert "no reply yet" == found.tickets[0].why


def test_a_source_that_does_not_know_replies_names_none(engine):
    """Without messages and first replies nobody knows who waits for one."""
    found = waiting(engine, [ticket("a", 9)], contract=Contract())

    assert ((), {}) == (found.tickets, found.counts)


def test_what_happens_later_is_not_known(engine):
    """Answered on Wednesday: on Tuesday evening it waited."""
    found = waiting(
        engine, [ticket("a", 9)], [reply("a", 9, TUESDAY + DAY)], contract=Contract()
    )

    assert [("a", "unanswered", "39 h")] == told(found)
