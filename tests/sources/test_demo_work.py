"""The demo's work: what agents do on tickets, and how they spend their paid days."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pandas as pd
import pytest

from kpi_kit.sources.demo import shifts, work
from tests.sources.demo_rows import (
    CLOSING,
    GO_LIVE,
    RETURNS,
    last_solved,
    monday_of,
    rows,
    within,
)

WHOLE_WEEKS = (date(2026, 2, 16), date(2026, 11, 9))
SETTLED = date(2026, 5, 4)


def worked():
    """Return the minutes of work on each ticket that anybody worked on."""
    return rows("time_entries").groupby("ticket_id")["work_seconds"].sum() / 60


@pytest.fixture(scope="module")
def states():
    """The paid days, with the team, the Monday of the week and the length in hours."""
    found = rows("agent_states")
    team = found["agent_id"].map(rows("agents").set_index("agent_id")["team"])
    length = found["ended_at"] - found["started_at"]
    hours = length.dt.total_seconds() / 3600
    return found.assign(team=team, week=monday_of(found["started_at"]), hours=hours)


def spent(found):
    """Return the parts of paid time that are work, and work or waiting for it."""
    paid = found[found["paid"]]
    hours = paid.pivot_table(
        index="week", columns="state", values="hours", aggfunc="sum", fill_value=0
    )
    whole = hours.sum(axis=1)
    active, here = hours["active"] / whole, (hours["active"] + hours["idle"]) / whole
    table = pd.DataFrame({"utilization": active, "present": here})
    return table[within(table.index, WHOLE_WEEKS)]


def test_each_thing_written_is_work():
    """An entry for each reply and note by hand, one to three for most tickets."""
    entries, said = rows("time_entries"), rows("messages")
    by_hand = said[(said["author_role"] == "agent") & ~said["is_automatic"]]
    pairs = ["ticket_id", "agent_id"]
    written = by_hand.groupby(["ticket_id", "author_id"]).size()
    per_ticket = entries.groupby("ticket_id").size()

    assert written.tolist() == entries.groupby(pairs).size().tolist()
    assert 0.8 < per_ticket.between(1, 3).mean() < 1
    assert entries["work_seconds"].min() > 0


def test_agents_do_one_thing_after_the_other():
    """No work begins before the ticket is opened or the agent's last work is done."""
    entries = rows("time_entries").merge(rows("tickets"), on="ticket_id")
    ended = entries["started_at"] + pd.to_timedelta(entries["work_seconds"], unit="s")
    before = ended.groupby(entries["agent_id_x"]).shift()

    assert (entries["started_at"] >= entries["created_at"]).all()
    assert not (entries["started_at"] < before).any()
    assert entries["started_at"].is_monotonic_increasing
    assert entries["entry_id"].is_unique


def test_work_depends_on_what_it_is_about():
    """An order's status takes a quarter of an hour, a warranty half an hour."""
    minutes = worked()
    issue = rows("tickets").set_index("ticket_id")["issue_type"].reindex(minutes.index)
    means = minutes.groupby(issue).mean()

    assert 13 < means["Order status"] < 17
    assert 28 < means["Warranty"] < 33
    assert "Sign-in after release 4.2" == means.idxmax()
    assert 20 < minutes.mean() < 23


def test_two_agents_are_far_apart_on_the_same_tickets():
    """Of the Returns desk's people with 50 warranty tickets or more, only these two."""
    tickets = rows("tickets").set_index("ticket_id")
    people = rows("agents").set_index("agent_id")
    found = tickets[tickets["issue_type"] == work.APART]
    found = found.assign(minutes=worked(), name=found["agent_id"].map(people["name"]))
    desk = found[found["agent_id"].map(people["team"]) == "Returns desk"]
    sizes = desk.groupby("name")["minutes"].agg(["mean", "count"]).query("count >= 50")
    apart = {
        frozenset(pair)
        for pair in combinations(sizes.index, 2)
        if abs(sizes["mean"][pair[0]] - sizes["mean"][pair[1]]) >= 15
    }

    assert {frozenset((work.SLOW, work.QUICK))} == apart
    assert sizes["count"][[work.SLOW, work.QUICK]].min() > 200


def test_canned_answers_take_little_work():
    """In the four weeks of premature closing, half as much as in any other."""
    week = monday_of(last_solved())
    means = worked().reindex(week.index).groupby(week).mean()
    means = means[within(means.index, WHOLE_WEEKS)]
    inside = within(means.index, CLOSING)

    assert 4 == inside.sum()
    assert means[inside].max() < 14
    assert means[~inside].min() > 20


def test_paid_days_are_without_gaps(states):
    """A day's stretches follow each other at once, and no two of an agent overlap."""
    ordered = states.sort_values(["agent_id", "started_at"])
    gap = ordered["started_at"] - ordered.groupby("agent_id")["ended_at"].shift()
    gaps = gap.dropna().dt.total_seconds()

    assert gaps.min() == 0
    assert (gaps == 0).mean() > 0.8
    assert gaps[gaps > 0].min() > 300
    assert set(shifts.STATES) == set(states["state"])
    assert {"break"} == set(states.loc[~states["paid"], "state"])


def test_no_more_work_is_logged_than_paid_for(states):
    """Each agent's entries are a little less than the time they were at work."""
    active = states[states["state"] == "active"].groupby("agent_id")["hours"].sum()
    logged = rows("time_entries").groupby("agent_id")["work_seconds"].sum() / 3600
    part = (logged.reindex(active.index) / active).dropna()

    assert 34 == len(part)
    assert 0.6 < part.min() <= part.max() < 1


def test_calm_weeks_are_worked_within_the_cited_bands(states):
    """70 to 80 % of paid time, 80 to 85 % of the time there: the two go together."""
    found = spent(states)
    calm = found[(found.index >= SETTLED) & ~within(found.index, RETURNS)]
    occupancy = calm["utilization"] / calm["present"]

    assert calm["utilization"].between(0.7, 0.8).all()
    assert occupancy.between(0.8, 0.85).all()


def test_the_start_of_the_vendor_is_spent_on_training(states):
    """Over a sixth of the paid time is neither work nor waiting, later under 15 %."""
    away = 1 - spent(states)["present"]
    first = within(away.index, (GO_LIVE, date(2026, 4, 6)))

    assert 3 == first.sum()
    assert away[first].min() > 0.17
    assert away[away.index >= SETTLED].max() < 0.15


def test_the_short_staffed_desk_is_overloaded(states):
    """Over 87 % in its four weeks, under 78 % in all others."""
    found = spent(states[states["team"] == "Returns desk"])["utilization"]
    inside = within(found.index, RETURNS)

    assert 4 == inside.sum()
    assert found[inside].min() > 0.87
    assert found[~inside].max() < 0.78


def test_the_night_desk_is_idle(states):
    """Under 65 % in every week that it works."""
    found = spent(states[states["team"] == "Night desk"])["utilization"]

    assert found.max() < 0.65
    assert 0.58 < found.mean() < 0.62
