"""Dimensions that follow from the facts: since go-live, shifts, tenure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kpi_kit.contract import Contract
from kpi_kit.errors import UnknownNameError
from kpi_kit.scorecard import scorecard
from kpi_kit.shifts import Shift
from tests.canonical import helpdesk

CONTRACT = Contract(
    go_live=date(2026, 1, 31),
    shifts=(
        Shift(name="day", start=6, end=22),
        Shift(name="night", start=23, end=5),  # nobody works from 5 to 6 and 22 to 23
    ),
)


def volume(engine, by, rows, contract=CONTRACT):
    """Return how many tickets fall into each slice."""
    tickets = [
        {
            "ticket_id": str(number),
            "created_at": int(datetime(*day, tzinfo=UTC).timestamp()),
            **more,
        }
        for number, (day, more) in enumerate(rows)
    ]
    desk = helpdesk(engine, {"tickets": tickets})
    found = scorecard(
        desk,
        contract,
        start=date(2026, 1, 1),
        end=date(2026, 12, 31),
        as_of=date(2026, 12, 30),
        by=[by],
        metrics=["ticket_volume"],
    )
    return dict(zip(found[by], found["value"], strict=True))


def of_march(desk, *, by, metric):
    """Return a KPI of March by one dimension."""
    return scorecard(
        desk,
        CONTRACT,
        start=date(2026, 3, 1),
        end=date(2026, 4, 1),
        as_of=date(2026, 3, 31),
        by=[by],
        metrics=[metric],
    )


def test_days_weeks_and_months_count_from_go_live(engine):
    """The first day is 0; a month is over when the day of the month comes again."""
    days = [(2026, 1, 30), (2026, 1, 31), (2026, 2, 28), (2026, 3, 30), (2026, 3, 31)]
    rows = [((*day, 12), {}) for day in days]

    by_day = volume(engine, "days_since_go_live", rows)
    by_week = volume(engine, "weeks_since_go_live", rows)
    by_month = volume(engine, "months_since_go_live", rows)

    assert {-1: 1, 0: 1, 28: 1, 58: 1, 59: 1} == by_day
    assert {-1: 1, 0: 1, 4: 1, 8: 2} == by_week
    assert {-1: 1, 0: 2, 1: 1, 2: 1} == by_month


def test_slices_before_go_live_come_in_order(engine):
    """Two days before it, the last before it, the first: numbers, and not texts."""
    days = [(2026, 2, 10), (2026, 1, 30), (2026, 1, 31), (2026, 1, 29), (2026, 2, 2)]
    rows = [((*day, 12), {}) for day in days]

    assert [-2, -1, 0, 2, 10] == [*volume(engine, "days_since_go_live", rows)]


def test_a_shift_may_run_past_midnight(engine):
    """An hour between two shifts belongs to none."""
    hours = (5, 6, 21, 22, 23, 0, 4)
    rows = [((2026, 3, 2, hour), {}) for hour in hours]

    assert {"day": 2, "night": 3, "(none)": 2} == volume(engine, "shift", rows)


def test_a_customer_of_a_year_is_no_new_one(engine):
    """On the 365th day; who became one nobody knows when is neither."""
    since = (date(2025, 3, 2), date(2025, 3, 3), date(2026, 3, 2), None)
    rows = [((2026, 3, 2, 9), {"customer_since": day}) for day in since]

    found = volume(engine, "customer_tenure", rows)

    assert {"long-term": 1, "new": 2, "(none)": 1} == found


def test_how_long_the_first_response_took(engine):
    """To the second: an hour is no longer under one; silence has no length."""
    nine = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())
    waited = (0, 3599, 3600, 4 * 3600 - 1, 4 * 3600, 8 * 3600, None)
    replies = [None if w is None else {"first_reply_at": nine + w} for w in waited]
    rows = [((2026, 3, 2, 9), reply or {}) for reply in replies]

    assert {
        "0 to 1 h": 2,
        "1 to 4 h": 2,
        "4 to 8 h": 1,
        "8 h or more": 1,
        "(none)": 1,
    } == volume(engine, "first_response_within", rows)


def test_the_users_own_column_comes_first(engine):
    """A column of the source that is called like one of ours is taken as it is."""
    rows = [((2026, 3, 2, 9), {"shift": "A"}), ((2026, 3, 2, 9), {"shift": "B"})]

    assert {"A": 1, "B": 1} == volume(engine, "shift", rows)


def test_what_a_dimension_needs_is_said(engine):
    """No contract, no go-live: the error names the key."""
    with pytest.raises(UnknownNameError, match="needs the contract's go_live"):
        volume(engine, "weeks_since_go_live", [((2026, 3, 2, 9), {})], Contract())


def test_a_survey_without_ticket_knows_its_customers_tenure(engine):
    """By the day of the answer, and the customer's first day in any ticket."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()
    tickets = [
        {"ticket_id": "1", "created_at": int(noon), "customer_id": who, **since}
        for who, since in (
            ("old", {"customer_since": date(2025, 3, 2)}),
            ("young", {"customer_since": date(2025, 3, 3)}),
            ("unknown", {}),
        )
    ]
    tickets = [row | {"ticket_id": str(place)} for place, row in enumerate(tickets)]
    surveys = [
        {
            "survey_id": who,
            "kind": "nps",
            "customer_id": who,
            "answered_at": int(noon),
            "score": score,
            "scale_low": 0.0,
            "scale_high": 10.0,
        }
        for who, score in (("old", 0.0), ("young", 10.0), ("unknown", 7.0))
    ]
    desk = helpdesk(engine, {"tickets": tickets, "surveys": surveys})

    found = of_march(desk, by="customer_tenure", metric="nps")

    assert {"long-term": -100, "new": 100, "(none)": 0} == dict(
        zip(found["customer_tenure"], found["value"], strict=True)
    )


def test_a_tenure_of_the_sources_own_is_not_mixed_with_the_kits(engine):
    """Gold has a ticket and its rating; of who has no ticket nobody knows a tenure."""
    noon = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())
    ticket = {"ticket_id": "1", "created_at": noon, "customer_id": "old"}
    ticket |= {"customer_since": date(2020, 3, 2), "customer_tenure": "gold"}
    asked = {"kind": "csat", "customer_id": "old", "answered_at": noon, "score": 5.0}
    surveys = [
        {"survey_id": "1", "ticket_id": "1", **asked},
        {"survey_id": "2"} | asked,
    ]
    desk = helpdesk(engine, {"tickets": [ticket], "surveys": surveys})

    found = of_march(desk, by="customer_tenure", metric="csat")

    assert {"gold": 1, "(none)": 1} == dict(
        zip(found["customer_tenure"], found["n"], strict=True)
    )
