"""holding_replies: fast first responses beside slow resolutions."""

from __future__ import annotations

import pytest

from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK, reading, standing
from tests.rules.patterns import PLAIN, holding, share

FAST, EVEN, LATE = (120, 110, 130), (240, 230, 250), (300, 290, 310)
QUICK, HALTING, SLOW = (1000, 900, 1100), (1440, 1340, 1540), (1800, 1700, 1900)
BEFORE = {
    "first_response_time": reading(148, 140, 156, n=200),
    "resolution_time": reading(1150, 1100, 1200, n=200),
}


def earlier(value):
    """Return a count of the week before."""
    return reading(value, start=MONDAY - WEEK)


def test_positive():
    """Two hours of an agreed four, thirty of an agreed 24: all numbers, the ask."""
    (finding,) = findings(holding())

    assert (
        "First replies are fast and solutions slow: some replies may only hold",
        "misses",
        "resolution_time",
    ) == (finding.title, finding.state, finding.metric)
    first, solved = finding.facts
    assert (
        "The median first response took 2 h (1 h 50 min to 2 h 10 min, n=300), against "
        "a limit of 4 h."
    ) == first
    assert (
        "The median resolution took 30 h (28 h 20 min to 31 h 40 min, n=300), against "
        "a limit of 24 h."
    ) == solved
    assert "reads ten tickets" in finding.ask
    assert (None, None) == (finding.speaks_for, finding.speaks_against)


@pytest.mark.parametrize(
    ("first", "solved"),
    [
        pytest.param(FAST, QUICK, id="both-kept"),
        pytest.param(LATE, SLOW, id="both-missed"),
        pytest.param(LATE, QUICK, id="the-reverse"),
        pytest.param(EVEN, SLOW, id="borderline-first-too-close"),
        pytest.param(FAST, HALTING, id="borderline-solved-too-close"),
    ],
)
def test_negative_and_borderline(first, solved):
    """Both must be sure: an interval that holds the target is no evidence."""
    assert [] == findings(holding(first, solved))


@pytest.mark.parametrize(
    ("first", "solved", "fires"),
    [
        pytest.param(FAST, SLOW, True, id="faster-and-slower"),
        pytest.param((140, 130, 150), SLOW, False, id="borderline-within-noise"),
        pytest.param(FAST, (1160, 1100, 1220), False, id="solved-as-before"),
        pytest.param((200, 190, 210), SLOW, False, id="slower-both"),
    ],
)
def test_without_targets_the_baseline_tells(first, solved, fires):
    """Before go-live: 2 h 28 min to the first reply, 19 h 10 min to the solution."""
    found = findings(holding(first, solved, contract=PLAIN, baseline=BEFORE))

    assert fires == bool(found)
    if fires:
        assert "close" == found[0].state
        assert (
            found[0]
            .facts[1]
            .endswith("; before go-live: 19 h 10 min (18 h 20 min to 20 h, n=200).")
        )


def test_a_target_that_is_missed_is_not_fast():
    """Faster than at baseline and still late is no fast reply; kept is not slow."""
    before = {"first_response_time": reading(400, 390, 410, n=200)}

    assert [] == findings(holding(LATE, SLOW, baseline=before))
    before = {"resolution_time": reading(500, 490, 510, n=200)}
    assert [] == findings(holding(FAST, QUICK, baseline=before))


def test_reopenings_speak_for_it_and_more_work_against():
    """12 % reopened after 5 %; 612 open after 440: both sides are told."""
    reopened = standing("reopen_rate", share(48, 400), baseline=share(20, 400))
    queue = standing("backlog", reading(612), previous=earlier(440))
    (finding,) = findings(holding(FAST, SLOW, reopened, queue))

    assert (
        "12.0% (9.2 to 15.6%, n=400) were reopened, 7.0 points worse than before."
    ) == finding.speaks_for
    assert (
        "39.1% more are open than a week before: cases may wait their turn."
    ) == finding.speaks_against


def test_more_arrivals_are_a_rival_cause():
    """No more open, but a quarter more came in."""
    queue = standing("backlog", reading(440), previous=earlier(440))
    came = standing("ticket_volume", reading(1250), previous=earlier(1000))
    (finding,) = findings(holding(FAST, SLOW, queue, came))

    assert "25.0% more tickets came in than the week before" in finding.speaks_against
