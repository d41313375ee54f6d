"""A KPI without a contract target says where it is out of its own usual."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kpi_kit.alarms import alarmed
from kpi_kit.contract import Contract, Target
from tests.cards import SUNDAY, reading, scorecard, standing
from tests.rules.patterns import growing, spiking


def told(card, name):
    """Return state and words of a KPI."""
    found = alarmed(card)[name]
    return found.state, found.state_text


def test_a_backlog_that_grew_is_an_alarm():
    """From 500 to 600 in the last three days, after eight level weeks."""
    assert ("alarm", "alarm: +20.0% in 3 days") == told(growing(), "backlog")
    level = growing(last=(500, 500, 500, 500))
    assert ("no_target", "no contract target") == told(level, "backlog")


def test_a_growth_after_the_period_is_not_the_periods():
    """The week judged ended seven days before the queue grew."""
    card = growing()
    week = SUNDAY - card.start
    earlier = replace(card, start=card.start - 7 * week / 6, end=card.start)

    assert "no_target" == told(earlier, "backlog")[0]


def test_a_day_far_above_its_like_is_an_alarm():
    """200 after four Sundays of 100; 129 is no spike; none at all before is one."""
    assert ("alarm", "alarm: +100.0% on the usual") == told(spiking(), "ticket_volume")
    assert "no_target" == told(spiking(129), "ticket_volume")[0]
    quiet = spiking(40, [1] + [0] * 27)
    assert ("alarm", "alarm: usually none") == told(quiet, "ticket_volume")


def test_the_contract_goes_first():
    """A target of its own judges the backlog, whatever the days before were."""
    terms = Contract(targets=(Target(metric="backlog", at_most=Decimal(700)),))
    card = growing()
    queue = standing("backlog", reading(600), terms)
    card = replace(card, standings={**card.standings, "backlog": queue})

    assert ("meets", "meets target") == told(card, "backlog")


def test_without_the_kpi_there_is_no_alarm():
    """Neither a backlog nor a volume."""
    card = scorecard(standing("reopen_rate", reading(0.1)))

    assert card.standings == alarmed(card)
