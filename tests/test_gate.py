"""Each KPI against the days before go-live: judged where it is sure, else why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi_kit.catalog import named
from kpi_kit.contract import Contract
from kpi_kit.engagement import Engagement
from kpi_kit.gate import month_three, this_quarter
from kpi_kit.page import gate as page
from tests.cards import MONDAY, WEEK, reading, scorecard, standing
from tests.rules.patterns import share

BEFORE = MONDAY - 40 * WEEK
LIVE = Contract(go_live=date(2026, 3, 1))


def held(name, now, before, **more):
    """Return a KPI's quarter and what it was before the vendor."""
    return standing(name, now, LIVE, baseline=before, **more)


def judged(*standings):
    """Return the state of each KPI of a quarter, by its name."""
    found = this_quarter(scorecard(*standings, contract=LIVE, every="quarter"))
    return {each.standing.card.name: (each.state, each.why) for each in found}


def test_an_earlier_quarters_number_is_not_this_ones():
    """Solved within the last days: 50 % is of the week before, and is not held here."""
    early = share(500, 1000, start=MONDAY - WEEK)
    found = judged(
        held("reopen_rate", early, share(80, 1000, BEFORE)),
        held("csat", share(600, 1000), share(700, 1000, BEFORE)),
    )

    assert ("not_computable", "the quarter's number is not final yet") == found[
        "reopen_rate"
    ]
    assert "misses" == found["csat"][0]


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(share(800, 1000), "meets", id="surely-more"),
        pytest.param(share(600, 1000), "misses", id="surely-less"),
        pytest.param(share(710, 1000), "close", id="within-noise"),
        pytest.param(share(700, 1000), "close", id="the-same"),
        pytest.param(replace(share(29, 29), status="too_few"), "too_few", id="few"),
    ],
)
def test_a_share_against_before(now, state):
    """70 % of 1,000 before: four points more or less are sure, one is not."""
    states = judged(held("csat", now, share(700, 1000, BEFORE)))

    assert {"csat": (state, "")} == states


def test_what_is_told_and_not_judged():
    """A mean has no interval; which of two means is better nobody can say surely."""
    states = judged(held("ces", reading(5.0, n=300), reading(6.0, n=300, start=BEFORE)))

    assert {"ces": ("no_target", "a mean has no interval")} == states


@pytest.mark.parametrize(
    ("now", "n", "state"),
    [
        pytest.param(9.0, 2000, "meets", id="cheaper"),
        pytest.param(11.5, 2000, "misses", id="dearer"),
        pytest.param(9.5, 2000, "close", id="within-what-tickets-vary-by"),
    ],
)
def test_money_against_before(now, n, state):
    """Invoices are exact, tickets vary as counts do: of 2,000 twice by 6.4 %."""
    before = reading(10.0, n=2000, start=BEFORE)
    states = judged(held("cost_per_resolution_loaded", reading(now, n=n), before))

    assert {"cost_per_resolution_loaded": (state, "")} == states


def test_why_others_are_not_held_against_it():
    """Each KPI that has no verdict says what keeps it from one."""
    few = reading(5, n=5, start=BEFORE)
    lacks = reading(None, n=0, status="not_computable")
    states = judged(
        held("ticket_volume", reading(900), few),
        held("backlog", reading(90), few),
        held("nps", reading(20, 10, 30), None),
        held("qa_score", replace(lacks, note="needs qa_scores"), None),
        held("csat", share(7, 10), replace(share(9, 10), status="provisional")),
    )

    assert {
        "nps": ("not_computable", "there is none from before go-live"),
        "backlog": ("not_computable", "an amount goes with what comes in"),
        "ticket_volume": ("not_computable", "neither more nor less of it is better"),
        "qa_score": ("not_computable", "not computable: needs qa_scores"),
        "csat": ("not_computable", "a number of the two is not final"),
    } == states


def test_young_tickets_are_not_held_against_old_ones():
    """A running quarter of six days: its tickets had less time to go up."""
    now = reading(0.05, 0.03, 0.08, n=500, days=6)
    state, why = judged(held("escalation_rate", now, share(60, 500, BEFORE)))[
        "escalation_rate"
    ]

    assert "not_computable" == state
    assert "earlier tickets have had longer for it to happen" == why


def with_month_three(card, **then):
    """Return a card that knows days 61 to 90."""
    known = Engagement(since=BEFORE, every="month", month_three=None, then=then)
    return replace(card, engagement=known)


def test_month_three_is_held_against_the_same_days():
    """80 % by month three, 60 % now, 70 % before; a price has no such days."""
    price = held("cost_per_resolution", reading(9.0, n=900), reading(10.0, n=900))
    card = scorecard(
        held("csat", share(600, 1000), share(700, 1000, BEFORE)),
        price,
        contract=LIVE,
        every="quarter",
    )
    found = month_three(with_month_three(card, csat=share(800, 1000)))

    assert [] == month_three(card)
    assert [
        ("csat", "meets", ""),
        ("cost_per_resolution", "not_computable", "costs are known by whole months"),
    ] == [(each.standing.card.name, each.state, each.why) for each in found]


def test_the_same_thing_is_not_counted_twice():
    """Other readings of first contact resolution are no further KPIs."""
    names = [
        "first_contact_resolution",
        "first_contact_resolution_one_touch",
        "first_contact_resolution_no_repeat",
    ]
    states = judged(*(held(n, share(6, 10), share(7, 10, BEFORE)) for n in names))

    assert ["first_contact_resolution"] == list(states)
    assert "share" == named(names[1]).kind


def test_the_sentence_and_the_table_behind():
    """Numbers, n and words; which are worse by name; better stands right of worse."""
    card = scorecard(
        held("csat", share(600, 1000), share(700, 1000, BEFORE)),
        held("reopen_rate", share(40, 1000), share(80, 1000, BEFORE)),
        held("backlog", reading(9), reading(8, start=BEFORE)),
        contract=LIVE,
        every="quarter",
    )
    found = this_quarter(card)
    made = page.gate(found, card, "the quarter")
    told = page.in_the_quarter(found, card)

    assert "1 of 2 KPIs was surely better than before, 1 worse, 0 too close" in told
    assert "Worse: satisfied customers (10.0\u00a0points worse)." in told
    assert "70.0% → 60.0%" in str(made.chart.to_dict())
    assert '<td class="number">70.0% (67.1 to 72.8%)</td>' in made.table
    assert "4.0\u00a0points better" in made.table
    assert "An amount goes with what comes in (Open tickets)." in page.refused(
        found, card
    )
    assert page.gate([], card, "the quarter") is None
