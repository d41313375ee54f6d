"""late_at_peak_hours: only busy hours surely miss, the others keep."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from tests.cards import reading, rows, standing
from tests.rules.patterns import HOURS, OPEN, PLAIN, TERMS, peaks


def test_positive():
    """At 9 and 10, with 600 of 900 tickets, late; at 11, 14 and 16 in time."""
    (finding,) = findings(peaks())

    assert (
        "Over four weeks replies are late for tickets of 09:00 and 10:00, "
        "otherwise in time"
    ) == finding.title
    assert "misses" == finding.state
    assert (
        "Of all hours 09:00 is slowest: 6 h 40 min (6 h 20 min to 7 h, n=300), "
        "against a limit of 4 h."
    ) == finding.facts[0]
    assert (
        "Outside the busy hours 16:00 is slowest: 3 h 50 min (3 h 40 min to "
        "3 h 59 min, n=100)."
    ) == finding.facts[1]
    assert "The late hours bring 66.7% of the answered tickets." == finding.speaks_for
    assert "shifts and routing of 09:00 and 10:00" in finding.ask


@pytest.mark.parametrize(
    ("varied", "fires"),
    [
        pytest.param({"h9": (400, 240, 420, 300)}, False, id="one-hour-may-be-chance"),
        pytest.param(
            {"h9": (400, 240, 420, 300), "h10": (300, 240, 320, 300)},
            False,
            id="borderline-no-hour-is-surely-late",
        ),
        pytest.param({"h16": (250, 241, 260, 100)}, False, id="a-calm-hour-is-late"),
        pytest.param({"h16": (250, 240, 260, 100)}, False, id="a-calm-hour-over-it"),
        pytest.param({"h16": (900, 800, 990, 29)}, True, id="too-few-at-16"),
        pytest.param(
            {"h16": (240, 230, 250, 250)}, True, id="a-median-on-the-limit-is-kept"
        ),
        pytest.param(
            {"h11": (9, 8, 10, 20), "h14": (9, 8, 10, 20), "h16": (9, 8, 10, 20)},
            False,
            id="no-calm-hour-is-known",
        ),
    ],
)
def test_negative_and_borderline(varied, fires):
    """An hour is late where its whole interval is, and every calm hour must keep."""
    assert fires == bool(findings(peaks(**varied)))


def test_the_busy_hours_are_the_fewest_with_half_of_the_tickets():
    """Three hours of 300 among 1,800 are busy; a fourth is not."""
    three = {9: (400, 380, 420, 301), 10: (300, 280, 320, 300)}
    calm = dict.fromkeys(range(12, 21), (100, 90, 110, 100))
    late = (300, 280, 320, 299)

    assert findings(peaks({**three, 11: late, **calm}))
    assert not findings(
        peaks({**three, 11: (99, 90, 110, 299), **calm, 12: (*late[:3], 100)})
    )


def test_a_week_that_meets_the_target_is_not_late():
    """The median of 225 tickets surely keeps the four hours."""
    card = peaks()
    kept = standing("first_response_time", reading(200, 190, 210, n=225), TERMS)
    card = replace(card, standings={"first_response_time": kept})

    assert [] == findings(card)


def test_without_a_limit_nothing_is_late():
    """No target, a target on a mean, or no hours: the rule has nothing to say."""
    mean = Target(metric="first_response_time", statistic="mean", at_most=Decimal(240))
    unsure = {hour: (*v[:1], None, None, v[3]) for hour, v in HOURS.items()}

    assert [] == findings(peaks(contract=PLAIN))
    assert [] == findings(
        peaks(unsure, contract=Contract(schedules=OPEN, targets=(mean,)))
    )
    card = peaks()
    card.slices.clear()
    assert [] == findings(card)


def test_the_quietest_day_speaks_against_load():
    """On Friday, with 40 of 300 tickets, 9 o'clock is late as well.

    On Monday, the busiest day, it is slower still: that would prove nothing.
    """
    cells = rows(
        [(500, 450, 550, 200), (300, 280, 320, 60), (280, 250, 300, 40)],
        created_weekday=[1, 3, 5],
        created_hour=[9, 9, 9],
    )
    (finding,) = findings(peaks(cells=cells))

    assert (
        "The quietest day misses it too: Fri 09:00, 4 h 40 min (4 h 10 min to 5 h, "
        "n=40)."
    ) == finding.speaks_against
    quick = pd.concat([cells[:2], cells[2:].assign(value=90, low=80, high=99)])
    assert findings(peaks(cells=quick))[0].speaks_against is None
