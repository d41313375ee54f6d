"""overworked: over 85 % of paid time, this week and in three of the last four."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from kpi_kit.contract import Contract
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK, reading, rows, standing
from tests.rules.patterns import worked


def test_positive():
    """88 % after 87, 86 and 80: what the cited report expects, and from when on."""
    (finding,) = findings(worked())

    assert (
        "Agents work 88.0% of their paid time, over 85% in 3 of 4 weeks",
        "close",
        "utilization",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        (
            "Work as a share of all paid hours, week by week: 80.0%, 86.0%, 87.0%, "
            "88.0% (900 stretches of time in the last)."
        ),
        (
            "Gallup 2024, as cited, expects ratings, first contacts and reviews to "
            "fall 60 to 90 days later, from Fri 15 Jan to Sun 14 Feb."
        ),
    ) == finding.facts
    assert "by when the share is under 80%" in finding.ask
    assert (None, None) == (finding.speaks_for, finding.speaks_against)


def test_the_teams_that_are_over_are_named():
    """The busiest first; Desk is on the line, and of Tiny one stretch tells nothing."""
    shares = {"Desk": 0.85, "Night": 0.9, "Day": 0.87, "Tiny": 0.99, "(none)": 0.95}
    team = [*shares]
    slices = rows([*shares.values()], team=team)
    slices.loc[slices["team"] == "Tiny", "status"] = "too_few"
    before = slices.assign(value=0.99, period_start=MONDAY - WEEK)
    slices = pd.concat([before, slices])

    (finding,) = findings(replace(worked(), slices={("utilization", "team"): slices}))

    assert "Over 85%: 2 of 3 teams (Night 90.0%, Day 87.0%)." == finding.facts[1]
    alone = slices[slices["team"] == "Night"].tail(1)
    (finding,) = findings(replace(worked(), slices={("utilization", "team"): alone}))
    assert 2 == len(finding.facts)


@pytest.mark.parametrize(
    ("weeks", "fires"),
    [
        pytest.param((0.75, 0.76, 0.74, 0.75), False, id="sustainable"),
        pytest.param((0.80, 0.82, 0.87, 0.88), False, id="two-weeks-are-a-peak"),
        pytest.param((0.88, 0.88, 0.88, 0.84), False, id="this-week-is-over"),
        pytest.param((0.88, 0.80, 0.87, 0.86), True, id="one-calm-week-between"),
        pytest.param((0.88, 0.88, 0.88, 0.85), False, id="borderline-on-the-line"),
        pytest.param((0.88, 0.88, 0.80, 0.8501), True, id="borderline-over-the-line"),
        pytest.param((0.84, 0.85, 0.86, 0.86), False, id="borderline-two-and-a-tie"),
    ],
)
def test_negative_and_borderline(weeks, fires):
    """A census of hours has no interval: a value over the line is over it."""
    assert fires == bool(findings(worked(weeks)))


def test_weeks_before_the_vendor_are_not_counted():
    """Live since the second of the four weeks: the first was not the vendor's."""
    full = (0.88, 0.88, 0.80, 0.88)
    own = {"go_live": MONDAY - 2 * WEEK}

    assert 1 == len(findings(worked(full)))
    assert [] == findings(worked(full, contract=Contract(**own)))


def test_a_day_is_no_burn_out():
    """A daily report asks nobody for weeks."""
    assert [] == findings(replace(worked(), every="day"))


def test_occupancy_speaks_for_it_and_a_peak_against():
    """93 % of the available time is work; a quarter more came than a week before."""
    busy = standing("occupancy", reading(0.93, n=900))
    came = standing(
        "ticket_volume", reading(1250), previous=reading(1000, start=MONDAY - WEEK)
    )
    (finding,) = findings(worked((0.80, 0.86, 0.87, 0.88), busy, came))

    assert (
        "Of the time they are available they work 93.0%: agents may leave."
    ) == finding.speaks_for
    assert finding.speaks_against.startswith("25.0% more tickets came in")
    calm = standing("occupancy", reading(0.84, n=900))
    (finding,) = findings(worked((0.80, 0.86, 0.87, 0.88), calm))
    assert finding.speaks_for is None
    assert date(2026, 11, 9) == MONDAY
