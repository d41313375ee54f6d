"""The demo's quality reviews and its money."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi_kit.sources.demo import reviews, story
from tests.sources.demo_rows import (
    CLOSING,
    GO_LIVE,
    WEEK,
    last_solved,
    local_day,
    monday_of,
    rows,
    solves,
    within,
)

SETTLED = date(2026, 5, 4)


@pytest.fixture(scope="module")
def reviewed():
    """The weighted share of points of each review, by review."""
    quality = rows("qa_scores").query("kind == 'quality'")
    points = quality["score"] / quality["max_score"] * quality["weight"]
    found = (
        quality.assign(points=points)
        .groupby("review_id")
        .agg(
            points=("points", "sum"),
            weight=("weight", "sum"),
            criteria=("criterion", "size"),
            side=("reviewer_side", "first"),
            ticket_id=("ticket_id", "first"),
            agent_id=("agent_id", "first"),
            reviewed_at=("reviewed_at", "first"),
            session=("calibration_id", "first"),
        )
    )
    return found.assign(week=monday_of(found["reviewed_at"]))


def samples(reviewed, side):
    """Return the reviews of one side that are no calibration."""
    return reviewed[(reviewed["side"] == side) & reviewed["session"].isna()]


def test_a_review_has_five_weighted_criteria(reviewed):
    """The weights make a whole, and no score is beyond its points."""
    found = rows("qa_scores")

    assert {5} == set(reviewed["criteria"])
    assert reviewed["weight"].round(9).eq(1).all()
    assert found["score"].between(0, found["max_score"]).all()
    assert not found.duplicated(["review_id", "criterion"]).any()
    assert {5, 10} == set(found.query("kind == 'quality'")["max_score"])


def test_twenty_tickets_a_week_are_reviewed_in_the_next(reviewed):
    """Each is solved in the week before its review, by the agent who is reviewed."""
    first = solves().query("number == 0").set_index("ticket_id")
    found = first.loc[reviewed["ticket_id"]]
    client = samples(reviewed, "client").groupby("week").size()

    assert (monday_of(found["solved_at"]) + WEEK).tolist() == reviewed["week"].tolist()
    assert found["agent_id"].tolist() == reviewed["agent_id"].tolist()
    assert {20} == set(client.iloc[1:])
    assert 39 == len(client)


def test_tickets_are_chosen_at_random(reviewed):
    """Of 768 reviewed tickets as many were reopened as of all solved, and by chance."""
    own = samples(reviewed, "client")["ticket_id"]
    again = solves().groupby("ticket_id")["number"].max() > 0

    assert 768 == len(own)
    assert abs(again.loc[own].mean() - again.mean()) < 0.03


def test_quality_falls_at_the_start_and_with_canned_answers(reviewed):
    """As the client sees it; in calm weeks it passes the cited 90 % together."""
    own = samples(reviewed, "client")
    weeks = own["week"] - WEEK
    closing, start = within(weeks, CLOSING), within(weeks, (GO_LIVE, date(2026, 4, 20)))
    calm = own[(weeks >= SETTLED) & ~closing]

    assert own[closing]["points"].mean() < 0.82
    assert 0.85 < own[start]["points"].mean() < 0.89
    assert 0.9 < calm["points"].mean() < 0.94
    assert own[weeks < GO_LIVE]["points"].mean() > 0.93


def test_calibrations_show_a_kinder_vendor(reviewed):
    """Both score the same eight tickets on one day; the vendor gives 4 points more."""
    sessions = reviewed.dropna(subset="session")
    pairs = sessions.pivot_table(
        index=["session", "ticket_id"], columns="side", values="points"
    )
    sizes = pairs.groupby("session").size()
    kinder = pairs["vendor"] - pairs["client"]
    told = "calibration-" + local_day(sessions["reviewed_at"]).astype(str)

    assert pairs.notna().all(axis=None)
    assert {8} == set(sizes.iloc[1:])
    assert told.tolist() == sessions["session"].tolist()
    assert 0.03 < kinder.mean() < 0.055
    assert pairs["vendor"].corr(pairs["client"]) > 0.6


def test_the_vendors_own_reviews_are_better(reviewed):
    """Fifteen tickets a week, fewer where one was the client's, scored more kindly."""
    theirs = samples(reviewed, "vendor")

    assert {14, 15} == set(theirs.groupby("week").size().iloc[1:])
    assert theirs["week"].min() > GO_LIVE
    assert theirs["points"].mean() > samples(reviewed, "client")["points"].mean() + 0.02


def test_one_agent_is_curt():
    """Right solutions in a bad tone: nobody else has so wide a gap."""
    quality = rows("qa_scores").query("kind == 'quality' and reviewer_side == 'client'")
    names = quality["agent_id"].map(rows("agents").set_index("agent_id")["name"])
    found = quality.assign(name=names, share=quality["score"] / quality["max_score"])
    found = found[found.groupby(["name", "criterion"])["share"].transform("size") >= 20]
    means = found.pivot_table(index="name", columns="criterion", values="share")
    gap = (means["Right solution"] - means["Tone"]).sort_values()

    assert story.CURT == gap.index[-1]
    assert gap.iloc[-1] > 0.3
    assert gap.iloc[-2] < 0.15


def test_a_rule_is_broken_twice():
    """On the two days told of; every other check is passed."""
    checks = rows("qa_scores").query("kind == 'compliance'")
    broken = checks[checks["score"] == 0]
    issue = rows("tickets").set_index("ticket_id")["issue_type"]

    assert {0, 1} == set(checks["score"])
    assert {1} == set(checks["max_score"])
    assert checks["weight"].isna().all()
    assert [*story.BREACHES] == local_day(broken["reviewed_at"]).tolist()
    assert {"Identity verified"} == set(broken["criterion"])
    for rule, issues in reviews.RULES.items():
        told = checks.loc[checks["criterion"] == rule, "ticket_id"]
        assert set(issues) == set(issue[told]), rule


def per_resolution(kinds):
    """Return what a solved ticket costs, by month; the costs are of 20,000 tickets."""
    costs = rows("costs")
    costs = costs[costs["kind"].isin(kinds)]
    months = costs.groupby("month")["amount"].sum().astype(float)
    solved = local_day(last_solved()).map(lambda day: day.replace(day=1))
    return (months / solved.value_counts()).dropna()


def test_a_resolution_costs_less_from_month_to_month():
    """8 to 15 dollars, and from April, the first whole month, a fifth less in six."""
    contract = per_resolution(["vendor_invoice"]).loc[date(2026, 4, 1) :]
    loaded = per_resolution(["vendor_invoice", "client_overhead"])

    assert contract.between(8, 15).all()
    assert contract.is_monotonic_decreasing
    assert 0.15 < 1 - contract[date(2026, 9, 1)] / contract[date(2026, 4, 1)] < 0.25
    assert loaded.loc[date(2026, 5, 1) :].between(11, 16).all()


def test_the_own_team_cost_three_times_as_much():
    """25 to 45 dollars per ticket that it solved before the vendor went live."""
    costs = rows("costs").query("kind == 'in_house'")
    solved = (local_day(last_solved()) < GO_LIVE).sum()

    assert 33 < float(costs["amount"].sum()) / solved < 37
    assert {date(2026, 2, 1), date(2026, 3, 1)} == set(costs["month"])


def test_money_is_in_dollars_and_cents():
    """To the cent, in one currency, month by month, and November's is yet to come."""
    costs = rows("costs")
    half = rows("costs", "10000")

    assert {"USD"} == set(costs["currency"])
    assert (2 * half["amount"]).tolist() == costs["amount"].tolist()
    assert pd.Series(costs["month"]).is_monotonic_increasing
    assert date(2026, 10, 1) == costs["month"].max()
