"""Whom ratings speak of, who had the ticket by then, and how soon they were asked."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_kit.contract import Contract
from kpi_kit.ratings import ratings
from kpi_kit.standings import standings
from tests.canonical import helpdesk
from tests.desks import DAY, HOUR, MINUTE, at, ticket

MONDAY = date(2026, 3, 2)
DAYS = {"start": MONDAY, "end": MONDAY + 7 * DAY, "as_of": MONDAY + 20 * DAY}
NOON = at(MONDAY, 12)


def change(number, ticket_id, hours, field, old, new, actor=None):
    """Return a change so many hours after Monday noon."""
    role = "agent" if actor else "system"
    return {
        "event_id": f"e{number}",
        "ticket_id": ticket_id,
        "field": field,
        "occurred_at": NOON + int(hours * HOUR),
        "old_value": old,
        "new_value": new,
        "actor_role": role,
        "actor_id": actor,
    }


def asked(ticket_id, minutes, answered=None, score=None):
    """Return a survey of so many minutes after Monday noon, answered hours later."""
    offered = NOON + minutes * MINUTE
    at_last = None if answered is None else offered + answered * HOUR
    told = {"kind": "csat", "ticket_id": ticket_id, "score": score}
    return told | {"offered_at": offered, "answered_at": at_last}


@pytest.fixture
def desk(engine):
    """Five tickets of which ana solves the first four, and cleo's own is the fifth.

    1 stays hers; 2 goes to ben before the answer, 3 after it; 4 goes to ben and back
    before it; 5 has no history.  6 was asked for before anybody solved it.
    """
    solve = dict.fromkeys(range(1, 5), ("open", "solved", "ana"))
    events = [
        change(n, f"t0000{n}", 0, "status", old, new, by)
        for n, (old, new, by) in solve.items()
    ]
    events += [
        change(11, "t00002", 1, "agent", "ana", "ben"),
        change(12, "t00003", 50, "agent", "ana", "ben"),
        change(9, "t00004", 1, "agent", "ana", "ben"),
        change(10, "t00004", 1, "agent", "ben", "ana"),
        # Solved again by ben: the third is his, and was asked for after ana's solve.
        change(13, "t00003", 60, "status", "solved", "open"),
        change(14, "t00003", 70, "status", "open", "solved", "ben"),
        change(15, "t00006", 70, "status", "open", "solved", "ana"),
    ]
    tickets = [
        ticket(n, at(MONDAY), agent_id=owner)
        for n, owner in enumerate(("ana", "ben", "ben", "ana", "cleo", "ana"), 1)
    ]
    tickets[4]["solved_at"] = NOON
    surveys = [
        asked("t00001", 10, 24, 5.0),
        asked("t00002", 20, 24, 1.0),
        asked("t00003", 30, 24, 2.0),
        asked("t00004", 60, 24, 4.0),
        asked("t00005", 200, 24, 3.0),
        asked("t00006", 40),
    ]
    return helpdesk(engine, {"tickets": tickets, "events": events, "surveys": surveys})


@pytest.fixture
def found(desk):
    """What is said of the ratings by themselves."""
    return ratings(desk, Contract(), **DAYS)


def test_who_solved_last_is_credited(found):
    """With n and interval; who has no history is credited as the ticket's own agent."""
    rows = found.by_agent[found.by_agent["metric"] == "csat"]
    told = rows.set_index("agent_id")[["value", "n"]].round(4)

    assert {"ana": 0.6667, "ben": 0.0, "cleo": 0.0} == told["value"].to_dict()
    assert {"ana": 3, "ben": 1, "cleo": 1} == told["n"].to_dict()
    assert [0.2077] == rows[rows["agent_id"] == "ana"]["low"].round(4).to_list()


def test_who_had_the_ticket_when_it_was_rated(found):
    """The second was ben's by then, the third still ana's, though ben solved it last.

    By the tickets' agents of today it were one.
    """
    assert 5 == found.n
    assert 2 == found.held_elsewhere
    assert 1 == found.went_on


def test_a_report_says_the_same(desk, found):
    """Its facts are kept for all its parts; who solved is among them."""
    metrics = ("csat", "handle_time_ticket")
    span = {"start": MONDAY, "as_of": MONDAY + 6 * DAY, "every": "week"}

    card = standings(desk, Contract(), metrics=metrics, most=5, **span)

    told = card.beside.ratings
    assert (found.n, found.held_elsewhere) == (told.n, told.held_elsewhere)
    assert found.by_agent["agent_id"].to_list() == told.by_agent["agent_id"].to_list()


def test_a_report_that_asks_for_no_agents_has_ratings_too(desk):
    """Whose a ticket is, is read for the credit alone."""
    span = {"start": MONDAY, "as_of": MONDAY + 6 * DAY, "every": "week"}
    card = standings(desk, Contract(), metrics=("csat",), most=5, **span)

    assert 5 == card["csat"].now.n


def test_how_soon_customers_were_asked(found):
    """10, 20, 30, 60 and 200 minutes after the solve before; one before any.

    After the last solve the third would be asked 4,170 minutes too early.
    """
    lag = found.lag

    assert (5, 30.0, 1) == (lag.n, lag.median_minutes, lag.before)
    assert 0.8 == lag.within_an_hour
    assert (0.3755, 0.9638) == (round(lag.low, 4), round(lag.high, 4))


def test_without_a_history_the_tickets_tell(engine):
    """Nobody held it elsewhere as far as anybody knows, and two lags are halved."""
    tickets = [ticket(n, NOON, solved=60 * n, agent_id="ana") for n in (1, 2)]
    surveys = [asked("t00001", 61, 1, 5.0), asked("t00002", 123, 1, 1.0)]
    desk = helpdesk(engine, {"tickets": tickets, "surveys": surveys})

    found = ratings(desk, Contract(), **DAYS)

    assert (2, 0, 0) == (found.n, found.held_elsewhere, found.went_on)
    assert 2.0 == found.lag.median_minutes


def test_nobody_was_asked(engine):
    """Ratings of the tickets alone have no survey that could come late."""
    tickets = [ticket(1, NOON, solved=60, csat=5.0, agent_id="ana")]

    found = ratings(helpdesk(engine, {"tickets": tickets}), Contract(), **DAYS)

    assert (1, 0, None) == (found.n, found.lag.n, found.lag.median_minutes)
