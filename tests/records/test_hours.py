"""Agents' paid hours worked by hand: at work, waiting, away."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_kit.contract import Contract
from kpi_kit.scorecard import scorecard
from kpi_kit.shifts import Shift
from tests.canonical import helpdesk
from tests.desks import DAY, HOUR, MONDAY, at

TUESDAY = MONDAY + DAY
KPIS = ("utilization", "occupancy", "shrinkage")


def state(name, start, hours, *, agent="v1", paid=True):
    """Return a stretch of so many hours."""
    begun = {"started_at": start, "ended_at": start + int(hours * HOUR)}
    return {"agent_id": agent, "state": name, "paid": paid, **begun}


# On Monday 7 h of work (4 of them a night's, 2 beyond midnight), 1 h of waiting, 2.5 h
# away; half an hour more was not paid.  On Tuesday 1 h of work, and 1 of 3 h absent is
# known at its end.
STATES = [
    state("active", at(MONDAY, 9), 2),
    state("break", at(MONDAY, 11), 0.5, paid=None),
    state("break", at(MONDAY, 11, 30), 0.5, paid=False),
    state("idle", at(MONDAY, 12), 1),
    state("training", at(MONDAY, 13), 1),
    state("active", at(MONDAY, 22), 4),
    state("active", at(MONDAY, 15), 1, agent="c1"),
    state("meeting", at(MONDAY, 16), 1, agent="c1"),
    state("active", at(TUESDAY, 8), 1),
    state("absent", at(TUESDAY, 23), 3),
]
AGENTS = [{"agent_id": "v1", "team": "Front", "organization": "Example BPO"}]


def asked(engine, states, *, by=(), every="day", contract=None, **tables):
    """Return the KPIs of both days, by KPI, period and slice."""
    found = scorecard(
        helpdesk(engine, {"tickets": [], "agent_states": states} | tables),
        contract or Contract(),
        start=MONDAY,
        end=TUESDAY + DAY,
        as_of=TUESDAY,
        every=every,
        by=by,
        metrics=KPIS,
    )
    keys = found[["metric", "period_start", *by]].itertuples(index=False, name=None)
    return {
        key: (round(value, 4), n)
        for key, value, n in zip(keys, found.value, found.n, strict=True)
        if n
    }


def test_hours_by_hand(engine):
    """Paid hours alone count, up to the last day's end, for the day they began on.

    With the break that was not paid Monday's utilization would be .6364, cut at
    midnight .5882; with all 3 h of absence Tuesday's would be .25.
    """
    found = asked(engine, STATES)

    assert {
        ("utilization", MONDAY): (round(7 / 10.5, 4), 7),
        ("occupancy", MONDAY): (round(7 / 8, 4), 4),
        ("shrinkage", MONDAY): (round(2.5 / 10.5, 4), 7),
        ("utilization", TUESDAY): (0.5, 2),
        ("occupancy", TUESDAY): (1, 1),
        ("shrinkage", TUESDAY): (0.5, 2),
    } == found


def test_occupancy_is_utilization_of_what_is_not_shrunk(engine):
    """The numbers of each slice fit: occupancy x (1 - shrinkage) = utilization."""
    found = asked(engine, STATES, by=("agent_id",))
    slices = {(day, agent) for _, day, agent in found}

    assert {(MONDAY, "v1"), (MONDAY, "c1"), (TUESDAY, "v1")} == slices
    for key in slices:
        used, busy, away = (found[name, *key][0] for name in KPIS)
        assert busy == pytest.approx(used / (1 - away), abs=1e-3)


def test_nobody_was_available(engine):
    """Without a minute at work or waiting there is no occupancy, and it is not 0."""
    found = asked(engine, [state("training", at(MONDAY, 9), 2)], every=None)

    assert {
        ("utilization", MONDAY): (0, 1),
        ("shrinkage", MONDAY): (1, 1),
    } == found


def test_stretches_that_overlap_count_both(engine):
    """An agent in two states at once is paid twice: nobody knows which of them is true.

    The source says so when it is read; see the warnings of `check`.
    """
    states = [state("active", at(MONDAY, 9), 2), state("meeting", at(MONDAY, 10), 1)]

    assert (round(2 / 3, 4), 2) == asked(engine, states)["utilization", MONDAY]


def test_the_agents_team_and_side(engine):
    """Hours are sliced by who worked; an agent of whom nobody knows is (none)."""
    found = asked(engine, STATES, by=("team", "solved_organization"), agents=AGENTS)

    assert {
        ("utilization", MONDAY, "Front", "Example BPO"): (round(6 / 8.5, 4), 5),
        ("utilization", MONDAY, "(none)", "(none)"): (0.5, 2),
        ("utilization", TUESDAY, "Front", "Example BPO"): (0.5, 2),
    } == {key: found[key] for key in found if key[0] == "utilization"}


def test_days_on_which_the_clocks_change(engine):
    """Elapsed seconds count: a night's eight hours on the wall are seven or nine."""
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    # From 22:00 to 6:00 New York time, and two hours of waiting after it.
    nights = [
        state("active", at(spring, 3), 7),
        state("idle", at(spring, 10), 2),
        state("active", at(autumn, 2), 9),
        state("idle", at(autumn, 11), 2),
    ]
    found = scorecard(
        helpdesk(engine, {"tickets": [], "agent_states": nights}),
        Contract(time_zone="America/New_York"),
        start=spring - DAY,
        end=autumn + DAY,
        as_of=autumn,
        every="day",
        metrics=["utilization"],
    )
    found = found[found.n > 0]

    # What begins before midnight is the evening's; the waiting is the day's own.
    assert [spring - DAY, spring, autumn - DAY, autumn] == list(found.period_start)
    assert [1, 0, 1, 0] == list(found.value)


def test_what_hours_are_not_known_by(engine):
    """Paid time has no channel: it is refused in words."""
    found = scorecard(
        helpdesk(engine, {"tickets": [], "agent_states": STATES}),
        Contract(),
        start=MONDAY,
        end=TUESDAY + DAY,
        as_of=TUESDAY,
        by=("channel",),
        metrics=KPIS,
    )

    assert {("not_computable", "is not known by channel")} == set(
        found[["status", "note"]].itertuples(index=False, name=None)
    )


def test_hours_by_shift_and_weeks_since_go_live(engine):
    """A stretch is the shift's in which it began, as a night's work is the night's."""
    shifts = (Shift(name="day", start=6, end=22), Shift(name="night", start=22, end=6))
    contract = Contract(go_live=TUESDAY, shifts=shifts)

    by_shift, by_week = (
        asked(engine, STATES, by=(name,), every=None, contract=contract)
        for name in ("shift", "weeks_since_go_live")
    )

    assert (round(4 / 5, 4), 2) == by_shift["utilization", MONDAY, "night"]
    assert (round(4 / 7.5, 4), 7) == by_shift["utilization", MONDAY, "day"]
    assert (round(7 / 10.5, 4), 7) == by_week["utilization", MONDAY, -1]
    assert (0.5, 2) == by_week["utilization", MONDAY, 0]


def test_a_column_of_the_tickets_is_none_of_the_hours(engine):
    """The source's own ``shift`` wins over the contract's, and no hour has one."""
    own = {"ticket_id": "t1", "created_at": at(MONDAY), "shift": "A"}
    desk = helpdesk(engine, {"tickets": [own], "agent_states": STATES})
    contract = Contract(shifts=(Shift(name="day", start=6, end=22),))
    found = scorecard(
        desk,
        contract,
        start=MONDAY,
        end=TUESDAY,
        as_of=TUESDAY,
        by=("shift",),
        metrics=("ticket_volume", "utilization"),
    )

    assert [
        ("ticket_volume", "A", "ok", ""),
        ("utilization", "A", "not_computable", "is not known by shift"),
    ] == [
        *found[["metric", "shift", "status", "note"]].itertuples(index=False, name=None)
    ]
