"""Agents on the same kind of ticket: who is slower, by how much, and whether surely."""

from __future__ import annotations

from math import hypot

import pandas as pd
import pytest

from kpi_kit.agent_gap import BY, METRIC, agent_gaps, code_of
from kpi_kit.catalog import named
from kpi_kit.charts.dots import dots
from kpi_kit.contract import Contract
from kpi_kit.scorecard import scorecard
from tests.canonical import helpdesk
from tests.desks import DAY, MONDAY, at, ticket


def rows(*agents, issue_type="Warranty", team="Front", statistic="median"):
    """Return scorecard rows of agents: name, value, low, high, n."""
    frame = pd.DataFrame(agents, columns=["agent_id", "value", "low", "high", "n"])
    return frame.assign(
        metric=METRIC,
        statistic=statistic,
        unit="minutes",
        period_start=MONDAY,
        period_end=MONDAY + 7 * DAY,
        issue_type=issue_type,
        team=team,
        status="ok",
    )


AGENTS = (
    ("v3", 30, 28, 31, 40),
    ("anna", 40, 38, 43, 50),
    ("v2", 24, 23, 26, 60),
    ("v4", 20, 10, 30, 19),
    ("(none)", 90, 80, 99, 70),
)


def test_the_slowest_against_the_quickest():
    """Agents with 20 tickets are compared; with the one of 19 it would be 20 minutes.

    The interval of 40 less 24 by hand: 16 less hypot(2, 2), 16 and hypot(3, 1).
    """
    (gap,) = agent_gaps(rows(*AGENTS))

    assert (code_of("anna"), "v2", 16) == (gap.slow, gap.fast, gap.minutes)
    assert 16 - hypot(2, 2) == pytest.approx(gap.low)
    assert 16 + hypot(3, 1) == pytest.approx(gap.high)
    assert gap.is_flagged


def test_each_against_the_median_of_the_others():
    """The others of 40 are 24 and 30: 27, from 25.5 to 28.5, and 13 minutes less."""
    (gap,) = agent_gaps(rows(*AGENTS))
    found = gap.frame.set_index("agent")

    assert ["v4", "v2", "v3", code_of("anna")] == list(found.index)
    assert ["too_few", "ok", "ok", "ok"] == list(found.status)
    assert [-11, -2, 13] == list(found.gap.dropna())
    assert 13 - hypot(2, 1.5) == pytest.approx(found.gap_low.iloc[-1])
    assert 13 + hypot(3, 1.5) == pytest.approx(found.gap_high.iloc[-1])


@pytest.mark.parametrize(
    ("slow", "words"),
    [
        pytest.param((35, 30, 40, 20), "coach the slower", id="both-on-their-bounds"),
        pytest.param((34.9, 34, 36, 99), "less than 15 min", id="not-wide-enough"),
        pytest.param((40, 24, 50, 21), "too few tickets to tell", id="not-sure"),
    ],
)
def test_when_the_slower_is_coached(slow, words):
    """From 15 minutes on, if at least 5 of them are sure.

    The quicker one is known exactly, so that the bounds are the slower one's less 20
    or 25.
    """
    fast = slow[0] - 15 if slow[0] == 35 else 20
    (gap,) = agent_gaps(rows(("v1", *slow), ("v2", fast, fast, fast, 500)))
    expected = words if slow[0] != 35 else "coach the slower"

    assert gap.text.endswith(f"; {expected}.")


def test_issue_types_and_teams_are_never_mixed():
    """Nobody is slow for having the harder tickets; what two agents share counts."""
    frames = (
        rows(("v1", 60, 58, 62, 90), issue_type="Hard"),
        rows(("v2", 10, 9, 11, 90), ("v3", 12, 11, 13, 90), issue_type="Easy"),
        rows(("v2", 90, 89, 91, 90), ("v3", 9, 8, 10, 90), issue_type="(none)"),
        rows(("v2", 30, 29, 31, 90), ("v1", 15, 14, 16, 90), issue_type="Odd"),
        rows(("v2", 99, 98, 99, 90), issue_type="Easy", statistic="mean"),
        rows(("c1", 95, 94, 96, 90), issue_type="Easy", team="Engineering"),
    )
    found = agent_gaps(pd.concat(frames, ignore_index=True))

    assert [("Odd", 15), ("Easy", 2)] == [(g.issue_type, g.minutes) for g in found]


def test_it_is_said_in_words():
    """Who, how long, of how many, how far apart, how sure, and what to do."""
    (gap,) = agent_gaps(rows(*AGENTS))

    assert gap.text == (
        f"Warranty, Front: agent {code_of('anna')} 40 min (50 tickets), "
        "agent v2 24 min (60 tickets); 16.0 min apart "
        "(95 % interval 13 min to 19 min); coach the slower."
    )


def test_no_name_is_told():
    """Ids that read like a name or an address are hidden; the same one alike."""
    names = ("anna", "Zoë", "li.wei@example.com", "agent-7", "李小龙")

    assert not {*names} & {code_of(name) for name in names}
    assert len(names) == len({code_of(name) for name in names})
    assert ["4180424", "v1", "7-3b", "ab12"] == [
        code_of(number) for number in ("4180424", "v1", "7-3b", "ab12")
    ]


def test_a_chart_of_dots_takes_the_frame():
    """The frame is one that the chart knows how to draw."""
    (gap,) = agent_gaps(rows(*AGENTS))
    drawn = dots(gap.frame, metric=named(METRIC), by="agent")

    assert code_of("anna") in drawn.to_json()


def test_nothing_to_compare():
    """One agent alone, or none with enough tickets, is compared with nobody."""
    assert () == agent_gaps(rows(*AGENTS).iloc[:0])
    assert () == agent_gaps(rows(("v1", 40, 30, 50, 90), ("v2", 9, 8, 10, 19)))


def test_from_tickets_to_the_gap(engine):
    """Each agent's median work per solved ticket of the type, as the scorecard has it.

    Agent v1 took 1 to 21 minutes more than half an hour, v2 a minute to 21.
    """
    tickets = [
        ticket(
            number,
            at(MONDAY, minute=number),
            solved=60,
            agent_id=agent,
            issue_type="Warranty",
            handle_seconds=60.0 * (number % 21 + 1 + more),
        )
        for agent, more, first in (("v1", 30, 0), ("v2", 0, 21))
        for number in range(first, first + 21)
    ]
    desk = helpdesk(engine, {"tickets": tickets})
    found = scorecard(
        desk,
        Contract(),
        start=MONDAY,
        end=MONDAY + DAY,
        as_of=MONDAY,
        by=BY,
        metrics=[METRIC],
    )
    (gap,) = agent_gaps(found)

    # The 6th and the 16th of 21 bound a median: 30 less hypot(5, 5).
    assert ("v1", "v2", 30) == (gap.slow, gap.fast, gap.minutes)
    assert 30 - hypot(5, 5) == pytest.approx(gap.low)
