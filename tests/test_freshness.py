"""How far the data goes, and what is not judged where it ends early."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from kpi_kit.contract import Contract, Target
from kpi_kit.freshness import Freshness, freshness, without_verdict
from tests.canonical import helpdesk
from tests.cards import DAY, SUNDAY, by_day, reading, scorecard, standing

FRIDAY = SUNDAY - 2 * DAY
TERMS = Contract(targets=(Target(metric="reopen_rate", at_most=Decimal("0.08")),))


def at(day, hour):
    """Return an instant in UTC."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


def card(values):
    """Return a card that knows these daily volumes."""
    again = standing("reopen_rate", reading(0.2, 0.18, 0.22), TERMS)
    return scorecard(again, contract=TERMS, daily={"ticket_volume": by_day(values)})


def fresh(engine, values, *more):
    """Return how far a helpdesk goes whose last ticket came on Friday at 18."""
    tickets = [{"ticket_id": "1", "created_at": at(FRIDAY, 18)}, *more]
    return freshness(helpdesk(engine, {"tickets": tickets}), card(values))


def test_days_that_always_had_tickets_are_missed(engine):
    """Eight Saturdays and Sundays had some; these two have none."""
    found = fresh(engine, [9] * 56 + [9] * 5 + [0, 0])

    assert datetime(2026, 11, 13, 18, tzinfo=UTC) == found.last
    assert (FRIDAY + DAY, SUNDAY) == found.missing


def test_a_quiet_day_among_quiet_days_is_not(engine):
    """One of the Sundays before had none either; Saturday is missed."""
    values = [9] * 56 + [9] * 5 + [0, 0]
    values[6] = 0

    assert (FRIDAY + DAY,) == fresh(engine, values).missing


def test_lost_weeks_do_not_become_usual(engine):
    """Nine days without a ticket are all missed, the second weekend like the first."""
    values = [9] * 63 + [9] * 5 + [0] * 9
    tickets = [{"ticket_id": "1", "created_at": at(SUNDAY - 9 * DAY, 18)}]
    found = freshness(helpdesk(engine, {"tickets": tickets}), card(values))

    assert 9 == len(found.missing)


def test_whatever_happens_counts(engine):
    """A status change on Sunday: the source was there."""
    tickets = [{"ticket_id": "1", "created_at": at(FRIDAY, 18)}]
    change = {"ticket_id": "1", "field": "status", "new_value": "solved"}
    events = [{"event_id": "e", "occurred_at": at(SUNDAY, 9), **change}]
    desk = helpdesk(engine, {"tickets": tickets, "events": events})

    assert () == freshness(desk, card([9] * 61 + [0, 0])).missing


def test_what_comes_later_is_not_known(engine):
    """A ticket of the Monday after says nothing about the Sunday."""
    later = {"ticket_id": "2", "created_at": at(SUNDAY + DAY, 9)}

    assert (FRIDAY + DAY, SUNDAY) == fresh(engine, [9] * 61 + [0, 0], later).missing


def test_no_verdict_is_given_on_missing_days():
    """A miss over two lost days is no miss; without lost days it stays one."""
    last = datetime(2026, 11, 13, 18, tzinfo=UTC)
    whole, lost = (Freshness(last=last, missing=days) for days in ((), (SUNDAY,)))
    judged = card([9])

    assert judged == without_verdict(judged, whole)
    found = without_verdict(judged, lost)["reopen_rate"]
    assert ("not_mature", "no verdict: data ends Fri 13 Nov") == (
        found.state,
        found.state_text,
    )


def test_earlier_periods_keep_their_verdict():
    """The week before is whole, whatever this one lacks."""
    again = card([9])["reopen_rate"]
    before = replace(again, now=replace(again.now, end=FRIDAY - 5 * DAY))
    lost = Freshness(last=datetime(2026, 11, 13, tzinfo=UTC), missing=(SUNDAY,))
    found = without_verdict(scorecard(before, contract=TERMS), lost)

    assert "misses" == found["reopen_rate"].state
