"""The oracle's metrics are right: a month worked by hand, periods, slices."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from tests.oracle import facts, kpis
from tests.oracle_kpis import periods
from tests.special_rows import asked, event, message, tables, ticket
from tests.special_tickets import AS_OF, CONTRACT
from tests.strategies import cases, questions

# What a plain week must give: replies after 10, 60 and 140 minutes, one ticket without,
# one that an agent opened (5 minutes) and one deleted (1 minute).  Taking the silent
# ticket as 0 gives a median of 35, the agent's 35, the deleted one 35.
SPEED = [("1", 10), ("2", 60), ("3", 140), ("4", None), ("5", 5), ("6", 1)]


def week():
    """Return six tickets of 10 March, solved at 12:00 on the 10th, 11th and 30th."""
    channels = {"2": None, "5": "web", "6": "web"}
    tickets = [
        ticket(
            ticket_id=number,
            channel=channels.get(number, "email"),
            opened_by="agent" if number == "5" else None,
            status="deleted" if number == "6" else None,
        )
        for number, _ in SPEED
    ]
    written = [
        message(number, f"03-10 {10 + wait // 60}:{wait % 60:02}", "agent", "v1")
        | {"ticket_id": number}
        for number, wait in SPEED
        if wait is not None
    ]
    written += [
        asked("03-10 10:00", f"q{number}") | {"ticket_id": number}
        for number, _ in SPEED
    ]
    return tables(tickets, written, moves())


def moves():
    """Return the solves of tickets 1 to 3, and that 2 and 3 were reopened."""
    solves = [("1", "03-10 12:00"), ("2", "03-11 12:00"), ("3", "03-30 12:00")]
    found = [
        event(number, at, "status", "open > solved", "agent v1") | {"ticket_id": number}
        for number, at in solves
    ]
    found += [
        event(number, at, "status", "solved > open", "customer cust")
        | {"ticket_id": number, "event_id": f"9{number}"}
        for number, at in [("2", "03-13 12:00"), ("3", "03-30 13:00")]
    ]
    return found


def numbers(start, end, **more):
    """Return the metrics of the week by metric, statistic, clock, start and dims."""
    rows = facts(week(), as_of=AS_OF, contract=CONTRACT)
    lines = kpis(
        rows, week(), as_of=AS_OF, contract=CONTRACT, start=start, end=end, **more
    )
    keys = ("metric", "statistic", "clock", "period_start", "dims")
    return {tuple(line[key] for key in keys): line for line in lines}


MARCH = (date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("metric", "statistic", "clock", "expected"),
    [
        ("first_response_time", "median", "calendar", (60, None, None, 3, "too_few")),
        ("first_response_time", "mean", "business", (70, None, None, 3, "too_few")),
        # Of three values rank 1 bounds the p90 from below; rank 4 is not there.
        ("first_response_time", "p90", "business", (124, 10, None, 3, "too_few")),
        ("unanswered_tickets", "count", "", (1, None, None, 4, "ok")),
        ("ticket_volume", "count", "", (5, None, None, 5, "ok")),
        # 1 is solved; 2 and 3 are open again, 4 and 5 never were; 6 is deleted.
        ("backlog", "count", "", (4, None, None, 4, "ok")),
        # 2, 26 and 482 hours on the calendar; only the first stayed solved.
        (
            "first_resolution_time",
            "median",
            "calendar",
            (1560, None, None, 3, "too_few"),
        ),
        ("resolution_time", "mean", "calendar", (120, None, None, 1, "too_few")),
        # Of two old enough one was reopened; ticket 3 was too, but is too young.
        ("reopen_rate", "share", "", (0.5, 0.0945, 0.9055, 2, "provisional")),
        (
            *("first_contact_resolution_no_follow_up", "share", ""),
            (0.5, 0.0945, 0.9055, 2, "provisional"),
        ),
        ("first_contact_resolution_no_repeat", "share", "", (None,) * 3 + (0, "")),
        ("transfer_rate", "share", "", (None,) * 3 + (0, "not_computable")),
    ],
)
def test_the_metrics_of_a_month(metric, statistic, clock, expected):
    """The month's numbers are those worked out beside them."""
    *number, n, status = expected

    line = numbers(*MARCH)[(metric, statistic, clock, MARCH[0], ())]

    assert number == [
        pytest.approx(line[key], abs=5e-5) if line[key] is not None else None
        for key in ("value", "low", "high")
    ]
    assert n == line["n"]
    assert (status or "not_computable") == line["status"]


def test_a_minimum_of_three_is_enough():
    """The least number of rows is an argument: three of three are not too few."""
    found = numbers(*MARCH, at_least_n=3)

    key = ("first_response_time", "median", "business", MARCH[0], ())
    assert "ok" == found[key]["status"]


def test_days_and_channels():
    """Each day has its row, each channel only where it is seen; none is a channel."""
    found = numbers(date(2026, 3, 10), date(2026, 3, 13), every="day")
    backlog = [
        found["backlog", "count", "", date(2026, 3, d), ()] for d in (10, 11, 12)
    ]
    sliced = numbers(date(2026, 3, 10), date(2026, 3, 12), every="day", by=("channel",))
    volume = {
        key[3:]: line["value"] for key, line in sliced.items() if "ticket_volume" in key
    }

    assert [4, 3, 3] == [line["value"] for line in backlog]
    assert 0 == found["ticket_volume", "count", "", date(2026, 3, 12), ()]["value"]
    assert {
        (date(2026, 3, 10), ("(none)",)): 1,
        (date(2026, 3, 10), ("email",)): 3,
        (date(2026, 3, 10), ("web",)): 1,
    } == volume


def test_periods_are_clipped():
    """Weeks begin on Mondays, months on firsts; the edges stay where they were put."""
    start, end = date(2026, 3, 6), date(2026, 4, 2)

    assert [date(2026, 3, d) for d in (6, 9, 16, 23, 30)] == [
        first for first, _ in periods(start, end, "week")
    ]
    assert [(start, date(2026, 4, 1)), (date(2026, 4, 1), end)] == periods(
        start, end, "month"
    )
    assert [(start, end)] == periods(start, end, None)
    assert [] == periods(start, start, "day")


@settings(deadline=None)
@given(case=cases(), question=questions())
def test_slices_sum_to_totals(case, question):
    """Counts and n of the slices add up to those of the whole, in every period."""
    rows = facts(case.tables, as_of=case.as_of, contract=case.contract)

    def totals(by):
        found = {}
        asked_ = question | {"by": by}
        for line in kpis(
            rows, case.tables, as_of=case.as_of, contract=case.contract, **asked_
        ):
            key = (line["metric"], line["statistic"], line["clock"])
            key += (line["period_start"],)
            found[key] = found.get(key, 0) + line["n"]
        return {key: n for key, n in found.items() if n}

    assert totals(()) == totals(question["by"])
