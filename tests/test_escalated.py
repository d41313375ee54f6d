"""The newest escalated tickets of a week: those counted, and no others."""

from __future__ import annotations

from kpi_kit.asked import question
from kpi_kit.contract import Contract
from kpi_kit.escalated import COLUMNS, FACTS, escalated
from kpi_kit.scorecard import keep
from tests.canonical import helpdesk
from tests.desks import DAY, MONDAY, WEEK, at

TERMS = Contract(time_zone="America/New_York")


def ticket(name, day, hour, **given):
    """Return a ticket that moved up a tier."""
    made = {"ticket_id": name, "created_at": at(day, hour), "escalated": True}
    return made | {"issue_type": None, "url": None, "team": None} | given


def newest(engine, tickets, most=5):
    """Return the newest of a week, known to its end."""
    desk = helpdesk(engine, {"tickets": tickets})
    days = {"start": MONDAY, "end": MONDAY + WEEK}
    asked = question(
        desk, TERMS, **days, as_of=MONDAY + WEEK - DAY, metrics=["escalation_rate"]
    )
    kept = keep(desk, TERMS, [asked], also=(*COLUMNS, *FACTS.values()))
    return escalated(desk, kept, TERMS, metric="escalation_rate", most=most, **days)


def test_the_newest_come_first(engine):
    """Neither merged nor deleted ones count, nor one that stays, nor last week's.

    The ticket of 3 in the morning came on Sunday by New York's clock.
    """
    tickets = [
        ticket("old", MONDAY, 3),
        ticket("first", MONDAY, 10, team="Back office", url="https://x/1"),
        ticket("last", MONDAY + DAY, 9, issue_type="Login", priority="high"),
        ticket("merged", MONDAY, 11, merged_into="last"),
        ticket("deleted", MONDAY, 12, status="deleted"),
        ticket("stays", MONDAY, 13, escalated=False),
    ]
    found = newest(engine, tickets)

    assert ["last", "first"] == [one.ticket_id for one in found]
    last, first = found
    assert ("Login", "high", None) == (last.issue_type, last.priority, last.url)
    assert ("Back office", "https://x/1") == (first.team, first.url)
    assert 5 == first.created_at.hour


def test_no_more_than_asked(engine):
    """Two of three, by the second they came; the id decides a tie."""
    tickets = [ticket(name, MONDAY, 10) for name in ("b", "c", "a")]

    assert ["a", "b"] == [one.ticket_id for one in newest(engine, tickets, most=2)]
