"""From a helpdesk to where each KPI stands: the right periods, held to their like."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.errors import UnknownNameError
from kpi_kit.plan import Plan
from kpi_kit.scorecard import scorecard
from kpi_kit.standings import standings
from tests.desks import DAY, MONDAY, WEEK, at, days, desk

SUNDAY = MONDAY + 6 * DAY
LIVE = date(2026, 2, 1)
TARGET = Target(metric="first_response_time", at_most=Decimal(60))
TERMS = Contract(go_live=LIVE, targets=(TARGET,))
# Five a day: 35 a week are enough to judge.
IN_HOUSE = days(date(2026, 1, 2), 30, 5, reply=80, solved=90)
BETWEEN = days(LIVE, 22, 5, reply=70, solved=75)
BEFORE = days(MONDAY - WEEK, 7, 5, reply=100, solved=110)
JUDGED = days(MONDAY, 7, 5, reply=40, solved=50)
ALL = ("first_response_time", "reopen_rate", "ticket_volume", "backlog")


def card(engine, *groups, contract=TERMS, **asked):
    """Return the standings of a helpdesk, of the week of the 2nd of March."""
    given = {"start": MONDAY - 3 * WEEK, "as_of": SUNDAY, "every": "week"}
    given |= {"metrics": ALL, **asked}
    return standings(desk(engine, *groups), contract, **given)


def test_a_week_against_the_week_before_and_the_baseline(engine):
    """40 minutes, after 100 the week before and 80 in-house; all weeks together: 80.

    One day more or less of any of the three would bring another value in.
    """
    groups = (IN_HOUSE, BETWEEN, BEFORE, JUDGED)
    found = card(engine, *groups)["first_response_time"]
    now, before, baseline = found.now, found.previous, found.baseline

    assert (MONDAY, MONDAY + WEEK, 40, 35) == (now.start, now.end, now.value, now.n)
    assert (MONDAY - WEEK, 100, 35) == (before.start, before.value, before.n)
    assert (LIVE - 30 * DAY, LIVE, 80, 150) == (
        baseline.start,
        baseline.end,
        baseline.value,
        baseline.n,
    )
    assert ("median", "calendar", TARGET) == (
        found.statistic,
        found.clock,
        found.target,
    )
    assert ("meets", "meets target", True) == (
        found.state,
        found.state_text,
        found.is_met,
    )
    assert ("−1 h", "faster") == (found.change.text, found.change.word)
    assert ("−40 min", True) == (
        found.since_baseline.text,
        found.since_baseline.is_better,
    )


def test_the_series_is_what_the_scorecard_says(engine):
    """Whole weeks from the Monday of the first, the statistic shown, oldest first."""
    groups = (IN_HOUSE, BETWEEN, BEFORE, JUDGED)
    found = card(engine, *groups, start=MONDAY - WEEK - 5 * DAY)
    series = found["first_response_time"].series
    rows = scorecard(
        desk(engine, *groups),
        TERMS,
        start=MONDAY - 2 * WEEK,
        end=MONDAY + WEEK,
        as_of=SUNDAY,
        every="week",
        metrics=["first_response_time"],
    )
    right = (rows["statistic"] == "median") & (rows["clock"] == "calendar")

    assert [MONDAY - 2 * WEEK, MONDAY - WEEK, MONDAY] == list(series["period_start"])
    pd.testing.assert_frame_equal(rows[right].reset_index(drop=True), series)


def test_a_young_cohort_stands_where_it_is_mature(engine):
    """Solved in the week of the 2nd: not known by its Sunday; the week before is."""
    older = days(MONDAY - 2 * WEEK, 1, 1, reply=40, solved=50)
    found = card(engine, older, BEFORE, JUDGED)["reopen_rate"]

    assert (MONDAY - WEEK, "ok") == (found.now.start, found.now.status)
    assert (MONDAY, "provisional") == (found.newer.start, found.newer.status)
    assert MONDAY - 2 * WEEK == found.previous.start
    assert "no_target" == found.state


def test_nothing_mature_yet(engine):
    """The first solves are young: the state says which report can judge them.

    The week ends with Sunday the 8th; its last solve is known by the end of the 15th.
    """
    limit = Target(metric="reopen_rate", at_most=Decimal("0.08"))
    contract = Contract(targets=(limit,))
    week = days(MONDAY - WEEK, 14, 5, reply=40, solved=9 * 1440)
    found = card(engine, week, contract=contract)["reopen_rate"]

    assert (MONDAY, "provisional") == (found.now.start, found.now.status)
    assert ("not_mature", "not mature until 15 Mar") == (found.state, found.state_text)
    assert (None, None) == (found.newer, found.is_met)


def test_counts_are_not_held_against_thirty_days(engine):
    """A week's volume is no thirtieth of a month's; what is open then is comparable."""
    found = card(engine, IN_HOUSE, BEFORE, JUDGED)
    volume, queue = found["ticket_volume"], found["backlog"]

    assert (35, 35, None) == (volume.now.value, volume.previous.value, volume.baseline)
    assert ("not compared: the baseline's count is one of 30 days",) == volume.refused
    assert (0, LIVE) == (queue.baseline.value, queue.baseline.end)
    assert () == queue.refused


def test_no_baseline_without_its_data(engine):
    """The source begins with the vendor, or the contract names no first day, or later.

    A backlog of 0 before the first ticket would be praise for nobody.
    """
    assert card(engine, BEFORE, JUDGED)["backlog"].baseline is None
    groups = (IN_HOUSE, BEFORE, JUDGED)
    for live in (None, MONDAY + DAY):
        contract = Contract(go_live=live)
        assert card(engine, *groups, contract=contract)["backlog"].baseline is None


def test_unanswered_tickets_are_not_compared_over_time(engine):
    """The older tickets have had longer: fewer of them wait, whoever answers."""
    found = card(engine, BEFORE, days(MONDAY, 7, 5), metrics=["unanswered_tickets"])
    waiting = found["unanswered_tickets"]

    assert (35, 0) == (waiting.now.value, waiting.previous.value)
    assert waiting.change is None
    assert (
        "not compared: earlier tickets have had longer for it to happen"
        in waiting.refused
    )


def test_before_the_first_ticket_nothing_is_known(engine):
    """Data from Tuesday of the week before on: no zeros before it, and no rise from 0.

    That week's volume is not a whole week's; its median is one of those days.
    """
    found = card(engine, days(MONDAY - WEEK + DAY, 6, 5, reply=100), JUDGED)
    volume, first = found["ticket_volume"], found["first_response_time"]

    assert [35.0] == list(volume.series["value"])
    assert (None, None) == (volume.previous, volume.change)
    assert [100.0, 40.0] == list(first.series["value"])
    assert MONDAY - WEEK + DAY == found.daily["ticket_volume"]["period_start"].iloc[0]


def test_no_ticket_at_all_or_none_yet(engine):
    """The judged week stands there without a number, whatever comes after."""
    for later in (days(MONDAY + WEEK, 1, 5), days(MONDAY + 9 * WEEK, 1, 5)):
        found = card(engine, later, as_of=SUNDAY + DAY)["ticket_volume"]

        assert (MONDAY, None) == (found.now.start, found.now.value)
        assert ("not_mature", None) == (found.state, found.previous)


def test_a_day_against_its_weekday(engine):
    """Sunday the 8th against Sunday the 1st, not against Saturday."""
    found = card(
        engine,
        days(MONDAY - 8 * WEEK, 62, 1, reply=90),
        days(SUNDAY - WEEK, 1, 40, reply=100),
        days(SUNDAY - DAY, 1, 40, reply=70),
        days(SUNDAY, 1, 40, reply=40),
        every="day",
        start=SUNDAY - 13 * DAY,
        most=1,
    )
    first = found["first_response_time"]

    assert (SUNDAY, SUNDAY + DAY) == (found.start, found.end)
    assert (40, 100) == (first.now.value, first.previous.value)
    assert 14 == len(first.series)
    assert SUNDAY - 59 * DAY == found.daily["ticket_volume"]["period_start"].iloc[0]
    assert {*ALL} == found.daily.keys()
    came = found.behind["ticket_volume"]  # an alarm counts them
    assert (SUNDAY, 40) == (came.start, came.total)


def test_what_a_source_lacks_is_said(engine):
    """No messages: the first contact is not computable, and says what it needs."""
    found = card(engine, JUDGED, metrics=["first_contact_resolution"])
    solved = found["first_contact_resolution"]

    assert "not_computable" == solved.state
    assert solved.state_text.startswith("not computable: needs message history")
    assert (None, None, None) == (solved.now.value, solved.change, solved.newer)


def test_hours_by_channel_are_of_the_same_four_weeks(engine):
    """Where tickets have a channel; a mail of five weeks ago is in neither number."""
    old = days(MONDAY - 4 * WEEK, 1, 2, reply=500, channel="mail")
    told = card(
        engine,
        old,
        days(MONDAY - 3 * WEEK, 1, 3, reply=40, channel="mail"),
        days(MONDAY, 7, 7, reply=60, channel="chat"),
    ).slices
    plain = card(engine, BEFORE, JUDGED).slices

    key = ("first_response_time", "channel", "created_hour")
    assert key not in plain
    found = told[key].set_index(["channel", "created_hour"])
    assert {("chat", 10): 60.0, ("mail", 10): 40.0} == found["value"].to_dict()
    assert {("chat", 10): 49, ("mail", 10): 3} == found["n"].to_dict()


def test_slices_are_there_where_the_source_has_the_dimension(engine):
    """Hours always; issue types where tickets have them; days of what is counted."""
    plain = card(engine, BEFORE, JUDGED)
    typed = card(
        engine,
        days(MONDAY - WEEK, 7, 5, reply=40, issue_type="Login"),
        days(MONDAY, 7, 7, reply=40, issue_type="Payment"),
    )
    hours = plain.slices["first_response_time", "created_hour"]
    kinds = typed.slices["ticket_volume", "issue_type"]

    assert ("ticket_volume", "issue_type") not in plain.slices
    assert [(10, 70)] == list(zip(hours["created_hour"], hours["n"], strict=True))
    assert {"median"} == set(hours["statistic"])
    now = kinds[kinds["period_start"] == MONDAY].set_index("issue_type")["value"]
    assert {"Login": 0, "Payment": 49} == now.to_dict()
    assert {"ticket_volume", "backlog"} == plain.daily.keys()
    assert SUNDAY == plain.daily["backlog"]["period_start"].iloc[-1]


def test_a_slice_of_a_share_is_of_the_period_that_is_judged(engine):
    """First contacts of the week of the 23rd of February by type, not the young week's.

    Login took one reply, Payment drew a second message from the customer.
    """
    groups = [
        days(start, 7, 5, solved=90, issue_type=kind, customer_id=kind)
        for start in (MONDAY - WEEK, MONDAY)
        for kind in ("Login", "Payment")
    ]
    made = [one for group in groups for one in group]
    messages = [
        {
            "message_id": f"m{number}-{place}",
            "ticket_id": f"t{number:05}",
            "sent_at": one["created_at"] + after,
            "author_role": role,
            "author_id": "a1",
        }
        for number, one in enumerate(made)
        for place, (role, after) in enumerate((("agent", 60), ("customer", 120)))
        if role == "agent" or one["issue_type"] == "Payment"
    ]
    found = standings(
        desk(engine, *groups, messages=messages),
        TERMS,
        start=MONDAY - 3 * WEEK,
        as_of=SUNDAY,
        every="week",
        metrics=["first_contact_resolution"],
    )
    rows = found.slices["first_contact_resolution", "issue_type"]

    assert {MONDAY - WEEK} == set(rows["period_start"])
    assert {"Login": 1.0, "Payment": 0.0} == rows.set_index("issue_type")[
        "value"
    ].to_dict()
    assert (0.5, 70) == (
        found["first_contact_resolution"].now.value,
        found["first_contact_resolution"].now.n,
    )


def test_names_are_known_and_counted_once(engine):
    """A KPI asked for twice stands once, in report order; an unknown one is refused."""
    found = card(engine, JUDGED, metrics=["backlog", "ticket_volume", "backlog"])

    assert ["backlog", "ticket_volume"] == list(found.standings)
    assert "backlog" in found
    assert "csat" not in found
    with pytest.raises(UnknownNameError, match="backlogs"):
        card(engine, JUDGED, metrics=["backlogs"])


@pytest.mark.parametrize(
    ("as_of", "monday"),
    [
        pytest.param(SUNDAY, MONDAY, id="sunday-ends-the-week"),
        pytest.param(SUNDAY - DAY, MONDAY - WEEK, id="saturday-does-not"),
        pytest.param(SUNDAY + DAY, MONDAY, id="monday-begins-another"),
    ],
)
def test_the_last_whole_week_is_judged(as_of, monday):
    """A week is over with its Sunday; a review reaches back to a Monday."""
    plan = Plan(names=(), start=date(2026, 1, 1), as_of=as_of, every="week")

    assert (monday, monday + WEEK) == (plan.judged.start, plan.judged.end)
    assert date(2025, 12, 29) == plan.first


def test_a_short_review_still_has_its_week_before():
    """Three days asked for: the judged week and those it is held against are there."""
    plan = Plan(names=(), start=SUNDAY - 2 * DAY, as_of=SUNDAY, every="week")

    assert MONDAY - 2 * WEEK == plan.first
    assert SUNDAY + DAY - 60 * DAY == plan.back
    assert at(SUNDAY + DAY, 0) > at(SUNDAY)


def test_the_share_within_a_target_is_the_shown_targets(engine):
    """Two limits on one clock: of 40 minutes all are within 60, and none within 30."""
    other = Target(metric="first_response_time", statistic="p90", at_most=Decimal(30))
    contract = Contract(targets=(TARGET, other))
    found = card(engine, BEFORE, JUDGED, contract=contract)
    rows = found.within["first_response_time"]

    assert [MONDAY - WEEK, MONDAY] == list(rows["period_start"])
    assert [0.0, 1.0] == list(rows["value"])
    assert {"first_response_time"} == found.within.keys()


def test_a_source_without_a_whole_month_has_no_price_yet(engine):
    """Its first ticket is a week old: what is known by the month needs one."""
    both = ("cost_per_resolution", "ticket_volume")
    found = card(engine, JUDGED, contract=Contract(), metrics=both)

    now = found["cost_per_resolution"].now

    assert "not_computable" == now.status
    assert "needs a whole month of tickets" == now.note
    assert (MONDAY, MONDAY + WEEK, None, 0) == (now.start, now.end, now.value, now.n)


def test_hours_go_by_the_team_of_their_agent(engine):
    """Night works an hour of two, Day two of two; no ticket needs to name a team.

    Where only tickets name one, nobody knows whose the hours are.
    """
    hours = {"a1": ("active", "idle"), "a2": ("active", "active")}
    states = [
        {
            "agent_id": agent,
            "started_at": at(MONDAY, hour),
            "ended_at": at(MONDAY, hour + 1),
            "state": state,
        }
        for agent, pair in hours.items()
        for hour, state in enumerate(pair, 9)
    ]
    teams = {"a1": "Night", "a2": "Day"}
    agents = [{"agent_id": agent, "team": team} for agent, team in teams.items()]
    of_tickets = [{**one, "team": "Day"} for one in JUDGED]
    asked = {"start": MONDAY, "as_of": SUNDAY, "every": "week"}
    asked |= {"contract": Contract(), "metrics": ["utilization"]}
    told = standings(desk(engine, JUDGED, agent_states=states, agents=agents), **asked)
    blind = standings(desk(engine, of_tickets, agent_states=states), **asked)

    rows = told.slices["utilization", "team"]
    shares = {row.team: row.value for row in rows.itertuples() if row.n}
    assert {"Night": 0.5, "Day": 1.0} == shares
    assert {} == blind.slices


@pytest.mark.parametrize("every", ["day", "week", "quarter"])
def test_of_no_other_kpi_is_asked_for_a_price(engine, every):
    """A KPI that is known by the month alone brings no KPI of the week with it."""
    asked = {"metrics": ["cost_per_resolution"], "every": every}
    found = card(engine, BEFORE, JUDGED, contract=Contract(), **asked)

    assert ["cost_per_resolution"] == [*found.standings]
    assert {} == found.slices
    assert {*found.daily} <= {"cost_per_resolution"}
