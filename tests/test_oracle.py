"""The oracle's facts are right: tickets worked by hand, and laws of any helpdesk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from tests.oracle import OracleContract, facts
from tests.special_rows import event, tables, ticket
from tests.special_tickets import AS_OF, CONTRACT, SPECIAL
from tests.strategies import cases


@pytest.mark.parametrize("name", SPECIAL)
def test_special_tickets(name):
    """Every special ticket has the facts worked out by hand, truths being truths."""
    given_tables, expected = SPECIAL[name]

    rows = facts(given_tables, as_of=AS_OF, contract=CONTRACT)

    first = next(row for row in rows if row["ticket_id"] == "1")
    actual = {fact: first[fact] for fact in expected}
    assert expected == actual
    assert {k for k, v in expected.items() if isinstance(v, bool)} == {
        k for k, v in actual.items() if isinstance(v, bool)
    }


def test_the_last_schedule_measures_the_whole_span():
    """Two schedules in turn give 510 minutes, the last one alone 480."""
    given_tables, _ = SPECIAL["two_schedules"]

    (row,) = facts(
        given_tables, as_of=AS_OF, contract=replace(CONTRACT, schedule_rule="last")
    )

    assert 480 == row["first_response_business_minutes"]
    assert "office" == row["schedule"]


def test_the_lowest_tier_is_found_where_no_map_names_it():
    """Tickets begin in tiers 1, 2 and 3: deleting the first makes 2 not the lowest."""
    tickets = [
        ticket(ticket_id="1", tier=1, status="deleted"),
        ticket(ticket_id="2", tier=2, status=None),
        ticket(ticket_id="3", tier=3, status=None),
    ]
    rises = [
        event(n, "03-10 12:00", "tier", f"{n} > 4") | {"ticket_id": str(n)}
        for n in (2, 3)
    ]

    rows = facts(
        tables(tickets, events=rises), as_of=AS_OF, contract=replace(CONTRACT, tiers={})
    )

    assert [False, None, None] == [row["is_escalated"] for row in rows]


@settings(deadline=None)
@given(case=cases())
def test_facts_fit_together(case):
    """Whatever the helpdesk, no fact contradicts another."""
    for row in facts(case.tables, as_of=case.as_of, contract=case.contract):
        if row["is_one_reply"]:
            assert row["is_one_touch"] is not False
        if row["is_one_touch"] or row["is_no_repeat"]:
            assert row["is_no_follow_up"] is True
        if row["is_no_follow_up"]:
            assert row["reopened_within_7_days"] is False
        if row["reopened_within_7_days"]:
            assert row["reopen_count"] > 0
        if row["is_open"]:
            assert row["resolution_calendar_minutes"] is None
        for name in ("first_response", "first_resolution", "resolution"):
            calendar = row[f"{name}_calendar_minutes"]
            business = row[f"{name}_business_minutes"]
            assert (calendar is None) == (business is None)
            assert calendar is None or 0 <= business <= calendar


@settings(deadline=None)
@given(case=cases())
def test_the_order_of_rows_is_no_fact(case):
    """Turning every table around changes nothing but the order of the facts."""
    turned = {name: rows[::-1] for name, rows in case.tables.items()}

    forward = facts(case.tables, as_of=case.as_of, contract=case.contract)
    backward = facts(turned, as_of=case.as_of, contract=case.contract)

    assert forward == backward[::-1]


def test_without_a_contract_business_is_calendar():
    """In UTC, without schedules, both clocks show the same and no schedule applies."""
    given_tables, _ = SPECIAL["bot_answered"]

    (row,) = facts(given_tables, as_of=AS_OF, contract=OracleContract())

    assert 1035 == row["first_response_business_minutes"]
    assert 1035 == row["first_response_calendar_minutes"]
    assert None is row["schedule"]
    assert (date(2026, 3, 10), 20, 2) == (
        row["created_on"],
        row["created_hour"],
        row["created_weekday"],
    )
