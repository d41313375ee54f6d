"""dearer_tickets: a solved ticket costs more, and which of the two moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from kpi_kit.contract import Contract
from kpi_kit.rules import findings
from tests.cards import WEEK, reading, rows, scorecard, standing
from tests.rules.patterns import PLAIN, dearer, month

FEBRUARY, MARCH, APRIL = (date(2026, number, 1) for number in (2, 3, 4))
SEPTEMBER = date(2026, 9, 1)


def weekly(first, count, *values):
    """Return ticket volumes: ``count`` weeks of each value from ``first`` on."""
    series = rows([v for v in values for _ in range(count)], start=first)
    return replace(standing("ticket_volume", reading(values[-1])), series=series)


def test_positive():
    """24,000 for 1,600 tickets after 24,000 for 2,000: a fifth fewer a day, and more.

    October has 31 days, so a day brings 22.6 % fewer, and not 20.
    """
    (finding,) = findings(dearer())

    assert (
        (
            "A solved ticket cost 15.00 money in October, 12.00 money in September: "
            "fewer tickets were solved"
        ),
        "close",
        "cost_per_resolution",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        "Invoices: 24,000.00 money in October, 24,000.00 money in September (0.0%).",
        "Solved for good: 1,600 and 2,000 tickets, −22.6% a day.",
    ) == finding.facts
    assert "harder tickets, a queue that waits, or agents who left" in finding.ask
    assert finding.speaks_against is None


def test_a_higher_invoice_is_named():
    """30,000 after 24,000 for as many tickets."""
    (finding,) = findings(dearer((15.0, 2000)))

    assert finding.title.endswith(": the invoice rose")
    assert "(+25.0%)" in finding.facts[0]
    assert "each line of the invoice of October" in finding.ask


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        pytest.param((10.0, 2400), False, id="cheaper"),
        pytest.param((12.0, 1600), False, id="fewer-at-the-same-price"),
        pytest.param((12.7, 1889), False, id="borderline-within-chance"),
        pytest.param((12.9, 1860), True, id="borderline-beyond-chance"),
    ],
)
def test_negative_and_borderline(now, fires):
    """Of 2,000 tickets, 6.5 % more is beyond what counts vary by; 5.8 % is not."""
    assert fires == bool(findings(dearer(now)))


def test_a_short_month_is_no_rise():
    """A tenth fewer tickets in a tenth fewer days at one fee: 11 % dearer, by days."""
    cost = standing(
        "cost_per_resolution",
        month(13.33, 1800, FEBRUARY, MARCH),
        previous=month(12.0, 2000, date(2026, 1, 1), FEBRUARY),
    )
    longer = standing(
        "cost_per_resolution",
        month(13.33, 1800, MARCH, APRIL),
        previous=month(12.0, 2000, FEBRUARY, MARCH),
    )

    assert [] == findings(scorecard(cost))
    assert 1 == len(findings(scorecard(longer)))


@pytest.mark.parametrize(
    ("live", "fires"),
    [
        pytest.param(date(2026, 7, 20), True, id="month-one-is-august"),
        pytest.param(date(2026, 8, 1), True, id="began-on-the-first"),
        pytest.param(date(2026, 8, 2), False, id="august-is-not-whole"),
        pytest.param(None, False, id="nobody-knows"),
    ],
)
def test_against_month_one(live, fires):
    """August cost 10, September 12, October 12.2: only against August it rose."""
    card = dearer((12.2, 1967), contract=Contract(go_live=live))
    cost = card["cost_per_resolution"]
    august = standing(
        "cost_per_resolution", month(10.0, 2000, date(2026, 8, 1), SEPTEMBER)
    )
    series = pd.concat([august.series, cost.series], ignore_index=True)
    found = findings(
        replace(card, standings={cost.card.name: replace(cost, series=series)})
    )

    assert fires == bool(found)
    if fires:
        assert "12.20 money in October, 10.00 money in August" in found[0].title


def test_fewer_arrivals_speak_against():
    """430 came a week after 520: over four weeks each, that is beyond chance."""
    came = weekly(SEPTEMBER + timedelta(days=6), 4, 520, 430)
    (finding,) = findings(dearer((15.0, 1600), (12.0, 2000), came))

    assert (
        "Fewer came in as well, 430 a week after 520: there was less to solve."
    ) == finding.speaks_against
    level = weekly(SEPTEMBER + timedelta(days=6), 4, 520, 505)
    assert findings(dearer((15.0, 1600), (12.0, 2000), level))[0].speaks_against is None
    assert WEEK == level.now.end - level.now.start
    assert PLAIN.go_live is None
