"""Each rule from the tickets on: its pattern fires it, and its absence does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from kpi_kit.standings import standings
from tests.desks import DAY, MONDAY, WEEK, at, days, desk

SUNDAY = MONDAY + 6 * DAY
START = MONDAY - 9 * WEEK
TARGETS = (
    Target(metric="first_response_time", at_most=Decimal(60)),
    Target(metric="resolution_time", at_most=Decimal(1440)),
)
METRICS = (
    *("first_response_time", "resolution_time", "first_contact_resolution"),
    *("reopen_rate", "ticket_volume", "backlog", "escalation_rate"),
)


def rules(engine, *groups, **tables):
    """Return the findings of the week of the 2nd of March, by rule."""
    card = standings(
        desk(engine, *groups, **tables),
        Contract(targets=TARGETS),
        start=START,
        as_of=SUNDAY,
        every="week",
        metrics=METRICS,
    )
    return {finding.rule: finding for finding in findings(card)}


@pytest.mark.parametrize(
    ("reply", "solved", "fires"),
    [
        pytest.param(30, 2880, True, id="fast-and-slow"),
        pytest.param(30, 600, False, id="fast-and-fast"),
        pytest.param(90, 2880, False, id="slow-and-slow"),
    ],
)
def test_holding_replies(engine, reply, solved, fires):
    """Answered in half an hour, solved in two days, of an agreed one."""
    found = rules(engine, days(START, 70, 6, reply=reply, solved=solved))

    assert fires == ("holding_replies" in found)


@pytest.mark.parametrize(
    ("again", "fires"), [pytest.param(6, True, id="40-percent"), pytest.param(2, False)]
)
def test_few_first_contacts(engine, again, fires):
    """Ten tickets a day are answered once; to some the customer writes again."""
    group = days(START, 70, 10, solved=90)
    messages = [
        {
            "message_id": f"m{number}-{after}",
            "ticket_id": f"t{number:05}",
            "sent_at": one["created_at"] + 60 * after,
            "author_role": role,
            "author_id": role,
        }
        for number, one in enumerate(group)
        for role, after in (("agent", 10), ("customer", 20))
        if role == "agent" or number % 10 < again
    ]
    found = rules(engine, group, messages=messages)

    assert fires == ("few_first_contacts" in found)
    if fires:
        assert "Only 40.0% are solved" in found["few_first_contacts"].title


@pytest.mark.parametrize(
    ("calm", "fires"),
    [pytest.param(20, True, id="busy-hours"), pytest.param(90, False, id="all-day")],
)
def test_late_at_peak_hours(engine, calm, fires):
    """At 10 and 11 come 20 a day, late by half an hour; at 15 two, after ``calm``."""
    busy = days(START, 70, 20, reply=90, solved=100)
    busy += [one | {"created_at": one["created_at"] + 3600} for one in busy]
    other = [
        {"created_at": at(START + place * DAY, 15, n), "reply": calm, "solved": 100}
        for place in range(70)
        for n in range(2)
    ]
    found = rules(engine, busy, other)

    assert fires == ("late_at_peak_hours" in found)


@pytest.mark.parametrize(
    ("left", "fires"), [pytest.param(30, True, id="left"), pytest.param(None, False)]
)
def test_growing_backlog(engine, left, fires):
    """100 lie open; on the last three days 10 of 40 more are left each day."""
    old = days(START - DAY, 1, 50, reply=30) * 2
    before = days(START, 67, 40, reply=30, solved=60)
    last = days(SUNDAY - 2 * DAY, 3, 40, reply=30, solved=60)
    for number, one in enumerate(last):
        if left is not None and number % 40 >= left:
            one["solved"] = None
    found = rules(engine, old, before, last)

    assert fires == ("growing_backlog" in found)
    if fires:
        assert "30.0% in three days: fewer were" in found["growing_backlog"].title


@pytest.mark.parametrize(
    ("every", "fires"),
    [pytest.param(4, True, id="25-percent"), pytest.param(20, False, id="5-percent")],
)
def test_many_escalations(engine, every, fires):
    """Of twenty tickets a day every fourth goes up a tier."""
    group = days(START, 70, 20, reply=30, solved=60)
    for number, one in enumerate(group):
        one["escalated"] = number % every == 0
    found = rules(engine, group)

    assert fires == ("many_escalations" in found)
