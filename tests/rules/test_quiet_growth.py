"""quiet_growth: the backlog creeps up for two weeks, and no alarm tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi_kit.growth import quiet_growth
from kpi_kit.rules import findings
from tests.cards import DAY, SUNDAY
from tests.rules.patterns import creeping

LEVEL = [500] * 46


def names(card):
    """Return the rules that fire."""
    return [finding.rule for finding in findings(card)]


def test_positive():
    """Ten more a day, 500 to 640; 1,400 came in and 1,260 were done."""
    (finding,) = findings(creeping())

    assert (
        "Open tickets grew by 28.0% in two weeks, from 500 to 640, without an alarm",
        "close",
        "backlog",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        (
            "More were open after each week, from the end of Sun 1 Nov to that of Sun "
            "15 Nov; two weeks usually bring 0.0%."
        ),
        (
            "In two weeks 1,400 came in, usually 1,400, and 1,260 were done, usually "
            "1,400."
        ),
    ) == finding.facts
    assert "open tickets are back to 500" in finding.ask
    assert finding.speaks_against is None


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        pytest.param(0, False, id="level"),
        pytest.param(-5, False, id="falling"),
        pytest.param(7, False, id="borderline-98-may-be-chance"),
        pytest.param(8, True, id="borderline-112-is-not"),
    ],
)
def test_negative_and_borderline(more, fires):
    """Some 2,700 came and went, of which 102 are chance: 1.96 times the root."""
    assert fires == bool(findings(creeping(more)))


def test_both_weeks_must_end_with_more():
    """All 140 in the last week but one, then level: that is no creeping."""
    jump = [500 + 20 * day for day in range(1, 8)] + [640] * 7

    assert [] == findings(creeping(opened=LEVEL + jump))


def test_an_alarm_speaks_for_itself():
    """Growth that was, or is, an alarm within three days is not quiet."""
    steep = [500 + 5 * day for day in range(1, 12)] + [600, 640, 690]
    earlier = [530, 560, 600, *(600 + 8 * day for day in range(1, 12))]

    assert ["growing_backlog"] == names(creeping(opened=LEVEL + steep))
    assert [] == names(creeping(opened=LEVEL + earlier))


def test_what_is_usual_is_no_growth():
    """A queue that has crept up by ten a day all along grows as usual."""
    assert [] == names(creeping(opened=[500 + 10 * day for day in range(60)]))


def test_more_arrivals_may_pass():
    """As many are done as usual, ten more come each day."""
    card = creeping()
    volume = card.daily["ticket_volume"].copy()
    last = volume["period_start"] > SUNDAY - 14 * DAY
    volume["value"] = volume["value"].where(~last, 110)
    (finding,) = findings(replace(card, daily={**card.daily, "ticket_volume": volume}))

    assert "it is what came in, and may pass." in finding.speaks_against


def test_unknown_days_say_nothing():
    """Thirteen days, or too few weeks before them, are no two weeks of growth."""
    grown = LEVEL[:1] + [500 + 10 * day for day in range(1, 15)]

    assert quiet_growth(creeping(opened=grown[2:]), SUNDAY) is None
    assert not quiet_growth(creeping(opened=grown), SUNDAY).is_sure
