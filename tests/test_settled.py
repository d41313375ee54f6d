"""What is not final is not judged: missing days, waiting tickets, in-house weeks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import asked, findings
from kpi_kit.standings import standings
from tests.desks import DAY, MONDAY, WEEK, days, desk

SUNDAY = MONDAY + 6 * DAY
LIMITS = (
    Target(metric="first_response_time", at_most=Decimal(60)),
    Target(metric="reopen_rate", at_most=Decimal("0.08")),
)
TERMS = Contract(targets=LIMITS)
ALL = ("first_response_time", "reopen_rate", "ticket_volume", "backlog")
# Eight weeks of 40 a day, answered after 30 minutes and solved the same day.
PAST = days(MONDAY - 8 * WEEK, 56, 40, reply=30, solved=200)


def card(engine, *groups, contract=TERMS, **given):
    """Return the standings of the week, or the day, that ends with ``as_of``."""
    what = {"start": MONDAY - 3 * WEEK, "as_of": SUNDAY, "every": "week"}
    what |= {"metrics": ALL, **given}
    return standings(desk(engine, *groups), contract, **what)


@pytest.mark.parametrize(
    ("waiting", "judged"),
    [
        pytest.param(0, SUNDAY, id="all-answered"),
        pytest.param(4, SUNDAY, id="four-of-44-wait"),
        pytest.param(5, SUNDAY - DAY, id="five-of-45-wait"),
    ],
)
def test_a_day_is_judged_when_enough_are_answered(engine, waiting, judged):
    """Up to a tenth of a day's tickets may wait; the others came at ten like them."""
    last = days(SUNDAY, 1, 40, reply=90, solved=100), days(SUNDAY, 1, waiting)
    found = card(engine, PAST, days(MONDAY, 6, 40, reply=30, solved=200), *last)
    daily = card(engine, PAST, days(MONDAY, 6, 40, reply=30), *last, every="day")
    first = daily["first_response_time"]

    assert judged == first.now.start
    assert (90 if judged == SUNDAY else 30) == first.now.value
    assert ("misses" if judged == SUNDAY else "meets") == first.state
    if judged != SUNDAY:
        assert (40, "5 of 45 not answered yet") == (first.newer.n, first.newer.note)
        assert "provisional" == first.series["status"].iloc[-1]
    # Of the week's 280 they are too few to matter.
    assert found.start == found["first_response_time"].now.start


def test_old_tickets_without_a_reply_do_not_hold_a_day_back(engine):
    """Half of the day eight days ago still waits: its median stands as it is."""
    never = days(MONDAY - 8 * WEEK, 62, 40)
    answered = days(MONDAY - 8 * WEEK, 62, 40, reply=30)
    found = card(engine, never, answered, every="day", as_of=MONDAY + 5 * DAY)
    series = found["first_response_time"].series
    status = dict(zip(series["period_start"], series["status"], strict=True))

    assert "ok" == status[MONDAY + 5 * DAY - WEEK]
    assert "provisional" == status[MONDAY + 6 * DAY - WEEK]


def test_no_verdict_is_given_on_missing_days(engine):
    """The data ends on Friday: no count, no verdict, no change; the rest is whole."""
    found = card(engine, PAST, days(MONDAY, 5, 40, reply=90, solved=200))
    volume, first = found["ticket_volume"], found["first_response_time"]

    assert (SUNDAY - DAY, SUNDAY) == tuple(found.lacking)
    assert (None, None, "not_mature") == (volume.now.value, volume.change, volume.state)
    assert "no verdict: data ends Fri 6 Mar" == volume.state_text
    assert (90, None, "not_mature") == (first.now.value, first.change, first.state)
    assert found["backlog"].now.value is None
    # The week before was solved whole, and what followed on these days is not known.
    again = found["reopen_rate"]
    assert (MONDAY - WEEK, "not_mature") == (again.now.start, again.state)
    assert [] == asked(found)


def test_a_long_silence_is_no_calm(engine):
    """The data ended ten weeks ago: every day is missing, and nothing is judged."""
    found = card(engine, PAST, as_of=SUNDAY + 9 * WEEK)

    assert 70 == len(found.lacking)
    assert {"not_mature"} == {s.state for s in found.standings.values()}
    assert found["ticket_volume"].now.value is None


def test_the_silence_is_noticed_whatever_is_asked(engine):
    """Without the volume among the KPIs the days are missing all the same."""
    for every in ("week", "day"):
        found = card(engine, PAST, metrics=["reopen_rate"], every=every)

        assert SUNDAY in found.lacking
        assert {"reopen_rate"} == found.standings.keys()
        assert not found.daily.keys() - {"reopen_rate"}


@pytest.mark.parametrize(("count", "lacks"), [(19, True), (20, False)])
def test_half_a_days_tickets_are_no_day(engine, count, lacks):
    """The export lost half of Thursday: 19 tickets after eight Thursdays of 40.

    Of 20 it is less sure than one in a thousand, since 40 are known of eight days only.
    """
    week = (
        days(MONDAY, 3, 40),
        days(MONDAY + 3 * DAY, 1, count),
        days(MONDAY + 4 * DAY, 3, 40),
    )
    found = card(engine, PAST, *week)
    told = "data incomplete, 19 tickets on 2026-03-05, usually 40"

    assert ({MONDAY + 3 * DAY: told} if lacks else {}) == found.lacking
    if lacks:
        state = "no verdict: data incomplete, 19 tickets on Thu 5 Mar, usually 40"
        assert state == found["ticket_volume"].state_text
        assert None is found["ticket_volume"].now.value


def test_what_is_open_is_not_known_after_a_hole(engine):
    """Five days lost in the week before: what came then may still be open."""
    lost = days(MONDAY - 8 * WEEK, 49, 40, reply=30, solved=200)
    rest = days(MONDAY - 2 * DAY, 9, 40, reply=30, solved=200)
    found = card(engine, lost, rest)

    assert 5 == len(found.lacking)
    assert (None, "not_mature") == (found["backlog"].now.value, found["backlog"].state)
    assert 280 == found["ticket_volume"].now.value


def test_a_week_that_begins_before_the_data_is_not_whole(engine):
    """The first ticket came on Wednesday: two days lack."""
    found = card(engine, days(MONDAY + 2 * DAY, 5, 40, reply=30, solved=200))
    volume = found["ticket_volume"]

    assert (MONDAY, MONDAY + DAY) == tuple(found.lacking)
    assert "no verdict: data begins Wed 4 Mar" == volume.state_text


def test_before_the_first_ticket_nothing_is_known(engine):
    """A report of a day before all data says so."""
    later = days(MONDAY + WEEK, 3, 40, reply=30)
    found = card(engine, later, every="day")

    assert (SUNDAY,) == tuple(found.lacking)
    assert "no verdict: no data" == found["ticket_volume"].state_text


def test_the_weeks_before_go_live_are_not_the_vendors(engine):
    """Live in the judged week: the reopen rate of the week before is held to nothing.

    It was 0 % in-house; nor is there a baseline, which would hold that week itself.
    """
    contract = Contract(targets=LIMITS, go_live=MONDAY)
    groups = PAST, days(MONDAY, 7, 40, reply=90, solved=200)
    found = card(engine, *groups, contract=contract)
    first, again = found["first_response_time"], found["reopen_rate"]

    assert ("misses", 30) == (first.state, first.baseline.value)
    assert MONDAY - WEEK == again.now.start
    assert ("no_target", "before go-live") == (again.state, again.state_text)
    assert (None, None, None) == (again.target, again.baseline, again.is_met)


def test_before_go_live_nobody_is_asked(engine):
    """The vendor starts in the middle of the week: it is not all the vendor's yet."""
    for live in (MONDAY + DAY, SUNDAY + WEEK):
        contract = Contract(targets=LIMITS, go_live=live)
        groups = PAST, days(MONDAY, 7, 40, reply=90, solved=200)
        found = card(engine, *groups, contract=contract)

        assert {"before go-live"} == {s.state_text for s in found.standings.values()}
        assert ([], []) == (asked(found), findings(found))
