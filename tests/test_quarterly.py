"""A quarter as a reader sees it: three sentences, money, recommendation, balance."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pandas as pd
import pytest

from kpi_kit.causes import Cause, Causes
from kpi_kit.contract import Contract, Target
from kpi_kit.engagement import Engagement
from kpi_kit.page import (
    balance,
    course,
    masthead,
    names,
    quarter,
    quarter_money,
    reasons,
    recommended,
    subject,
    tiles,
)
from kpi_kit.page.pictures import picture
from kpi_kit.periods import DAY, Period, months_after
from kpi_kit.prices import since_month_one, vendors_months
from kpi_kit.quarterly import Quarterly
from kpi_kit.rules import findings
from tests.cards import reading, rows, scorecard, standing
from tests.rules.patterns import share

LIVE, JULY, OCTOBER = date(2026, 3, 16), date(2026, 7, 1), date(2026, 10, 1)
HOSTILE = "<img src=x onerror=alert(1)>"
TERMS = Contract(vendor="A & B", go_live=LIVE)


def text(html):
    """Return what a reader sees, with plain spaces."""
    bare = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", bare).strip()


def of_quarter(value, low=None, high=None, n=900, status="ok", start=JULY):
    """Return the reading of a quarter."""
    end = months_after(start, 3)
    days = (end - start).days
    return reading(value, low, high, n=n, status=status, start=start, days=days)


def a_quarter(*standings, contract=TERMS, as_of=date(2026, 10, 15), **more):
    """Return the card of the third quarter."""
    card = scorecard(*standings, contract=contract, every="quarter", **more)
    known = Engagement(since=LIVE, every="month", month_three=None)
    days = {"start": JULY, "end": OCTOBER, "as_of": as_of}
    return replace(card, **days, engagement=card.engagement or known)


def monthly(values, start=date(2026, 4, 1), n=1000):
    """Return prices of months on end."""
    starts = [months_after(start, place) for place in range(len(values))]
    return pd.DataFrame(
        {
            "period_start": starts,
            "period_end": [months_after(day, 1) for day in starts],
            "value": values,
            "low": float("nan"),
            "high": float("nan"),
            "n": n,
            "status": "ok",
            "note": "",
        }
    )


def priced(name, now, before=None, series=None, baseline=None):
    """Return a KPI of money, in dollars."""
    made = standing(name, now, TERMS, previous=before, baseline=baseline)
    unit = made.card.unit.replace("money", "USD")
    card = replace(made.card, unit=unit)
    series = monthly([]) if series is None else series
    return replace(made, card=card, series=series)


SIX = [20.0, 19.0, 18.0, 17.0, 17.5, 16.0]


@pytest.mark.parametrize(
    ("values", "start", "number", "share"),
    [
        pytest.param(SIX, date(2026, 4, 1), 6, 0.2, id="month-six"),
        pytest.param([*SIX, 10.0], date(2026, 4, 1), 6, 0.2, id="not-month-seven"),
        pytest.param(SIX[:4], date(2026, 4, 1), 4, 0.15, id="the-last-known-before"),
        pytest.param([20.0, None, 22.0], date(2026, 4, 1), 3, -0.1, id="it-rose"),
        pytest.param([30.0, *SIX], date(2026, 3, 1), 6, 0.2, id="march-is-not-whole"),
    ],
)
def test_how_far_the_price_fell_since_month_one(values, start, number, share):
    """Month one is the first that is all the vendor's: April, after the 16th of March.

    March is half the client's own; the months after the sixth promise nothing.
    """
    cost = priced(
        "cost_per_resolution", of_quarter(16.0), series=monthly(values, start)
    )
    fall = since_month_one(cost, LIVE)

    assert (number, pytest.approx(share)) == (fall.number, fall.share)
    assert date(2026, 4, 1) == fall.first


def test_without_month_one_nothing_fell():
    """What came after it cannot say how far the price fell."""
    later = monthly(SIX, date(2026, 5, 1))
    cost = priced("cost_per_resolution", of_quarter(16.0), series=later)

    assert since_month_one(cost, LIVE) is None
    assert since_month_one(cost, None) is None
    assert [2, 3, 4, 5, 6, 7] == list(vendors_months(cost, LIVE)["number"])


def test_a_month_that_is_not_final_has_no_price_yet():
    """September counts solves that may not hold: August, month five, is the last."""
    series = monthly(SIX)
    series.loc[5, "status"] = "provisional"
    cost = priced("cost_per_resolution", of_quarter(16.0), series=series)
    fall = since_month_one(cost, LIVE)

    assert (5, date(2026, 8, 1)) == (fall.number, fall.last)
    assert 1 - SIX[4] / SIX[0] == pytest.approx(fall.share)


def test_from_a_free_month_nothing_falls():
    """A vendor whose first month was free has no price to fall from."""
    free = monthly([0.0, *SIX[1:]], date(2026, 4, 1))
    cost = priced("cost_per_resolution", of_quarter(16.0), series=free)

    assert since_month_one(cost, LIVE) is None


def money_card(now=(12.0, 1000), before=(10.0, 1250)):
    """Return a quarter whose invoices stayed and whose tickets became fewer."""
    spring = date(2026, 4, 1)
    contract = priced(
        "cost_per_resolution",
        of_quarter(now[0], n=now[1]),
        of_quarter(before[0], n=before[1], start=spring),
        monthly(SIX),
    )
    loaded = priced(
        "cost_per_resolution_loaded",
        of_quarter(14.5, n=1100),
        series=monthly([25.0, 24.0, 23.0, 22.0, 21.0, 20.0]),
        baseline=reading(36.0, n=500),
    )
    bought = priced(
        "tickets_per_cost",
        of_quarter(1 / now[0], n=now[1]),
        of_quarter(1 / before[0], n=before[1], start=spring),
        monthly([1 / value for value in SIX]),
    )
    return a_quarter(contract, loaded, bought)


def test_a_flat_contract_and_a_dearer_ticket():
    """12,000 USD for 1,000 tickets, before 12,500 for 1,250; and exactly as much."""
    told = text(quarter_money.money(money_card()))
    flat = text(quarter_money.money(money_card(before=(9.6, 1250))))

    assert (
        "Cost per solved ticket was 12.00 USD (n=1,000), the quarter before 10.00 USD. "
        "Invoices −4.0%, solved tickets −20.0%."
    ) in told
    assert "a ticket cost more all the same" not in told
    assert (
        "Invoices 0.0%, solved tickets −20.0%. The contract cost what it did; a "
        in (flat)
    )
    assert "From April, the first whole month, to September it fell by 20.0%" in told
    assert "a solved ticket costs 14.50 USD, in-house 36.00 USD." in told
    assert "1,000 USD solved 83 tickets, the quarter before 100: 16.7% fewer." in told


def test_the_price_line_and_the_table_behind():
    """Both lines by month, the cited fall from month one on: 15 to 17 of 20."""
    made = quarter_money.course(money_card())
    drawn = made.chart.to_dict()

    assert "from 20.00 USD to 16.00 USD; dearest April 2026" in drawn["description"]
    wedge = [
        rows
        for rows in drawn["datasets"].values()
        if rows and {"low", "high", "number"} == set(rows[0])
    ]
    assert [
        [
            {"number": 1, "low": 20.0, "high": 20.0},
            {"number": 6, "low": 15.0, "high": 17.0},
        ]
    ] == wedge
    assert "Contract: 16.00 USD" in str(drawn)
    assert "Sep 2026" in text(made.table)
    assert quarter_money.course(a_quarter()) is None
    assert "" == quarter_money.money(a_quarter())


def test_what_need_not_be():
    """30 of 80 tagged are avoidable, 10 of 50 the quarter before; each costs 14.50."""
    made = [("bug", 30, 10, True), (HOSTILE, 50, 40, False)]
    found = Causes(
        start=JULY,
        end=OCTOBER,
        n=100,
        tagged=80,
        avoidable=30,
        causes=tuple(
            Cause(name=n, n=c, before=b, is_avoidable=a) for n, c, b, a in made
        ),
        before=Period(start=date(2026, 4, 1), end=JULY),
    )
    told = text(quarter_money.avoidable(found, money_card()))
    first = replace(found, before=Period(start=JULY, end=JULY))

    assert "The quarter before it was 20.0%." in told
    assert (
        "At 14.50 USD for a solved ticket, the 30 that need not be cost about 435 USD."
        in told
    )
    assert "" == quarter_money.avoidable(replace(found, avoidable=0), money_card())
    assert "Quarter before" in reasons.causes_table(found, "Quarter before")
    assert "Quarter before" not in reasons.causes_table(first, "Quarter before")
    assert HOSTILE not in reasons.causes_table(found)


def sentences(card):
    """Return the sentences of a quarter, as text and where each leads."""
    told = quarter.of_the_quarter(card, findings(card))
    return [(each.state, each.text, each.targets) for each in told]


def test_three_sentences():
    """Against before, the worst and why, the money; each number has its place.

    The mail's subject says the first of them.
    """
    limit = Target(metric="reopen_rate", at_most=Decimal("0.08"), weight=Decimal(1))
    contract = replace(TERMS, targets=(limit,))
    before = share(50, 1000, LIVE)
    back = standing("reopen_rate", share(150, 1000, JULY), contract, baseline=before)
    rated = standing(
        "csat", share(700, 1000, JULY), TERMS, baseline=share(690, 1000, LIVE)
    )
    card = a_quarter(back, rated, *money_card().standings.values(), contract=contract)

    said = subject.subject(card, findings(card), ())
    assert "A & B, third quarter: 1 of 3 KPIs better than before go-live" in said
    assert said.endswith(", 1 worse")
    named = replace(card, contract=replace(contract, vendor="Twenty letters, & Co."))
    said = subject.subject(named, findings(card), (), before="Revised: ")
    assert (
        "Revised: Twenty letters, & Co., third quarter: 1 of 3 better, 1 worse" == said
    )
    before = "Against the 30 days before go-live 1 of 3 KPIs is surely better, "
    money = "A solved ticket cost 12.00 USD, from month one to six 20.0% less; "

    assert [
        ("close", f"{before}1 worse, 1 not told apart.", ("now",)),
        (
            "misses",
            "Reopened in 7 days: 15.0%, before go-live 5.0%.",
            ("finding-1",),
        ),
        ("no_target", f"{money}one finding needs a decision.", ("money", "decide")),
    ] == sentences(card)


def test_sentences_where_little_is_known():
    """No go-live, no target, no costs: each is said, nothing is made up."""
    rated = standing("csat", share(700, 1000, JULY), Contract())
    told = sentences(a_quarter(rated, contract=Contract()))
    early = sentences(a_quarter(rated, contract=Contract(go_live=date(2027, 1, 1))))

    assert [
        "The contract names no go-live: nothing can be held against before.",
        "Nothing is to be decided.",
    ] == [each for _, each, _ in told]
    assert (
        "The vendor has not gone live yet: these are the client's numbers."
        == (early[0][1])
    )


def test_recommendation_quarter_on_quarter():
    """Within noise is no dip; without an answer nothing is told."""
    now = of_quarter(22.9, 14.9, 30.6, n=393)
    before = of_quarter(32.2, 23.2, 40.5, n=314, start=date(2026, 4, 1))
    nps = standing("nps", now, TERMS, previous=before)
    few = standing("nps", of_quarter(None, n=0, status="too_few"), TERMS)

    assert (
        "Promoters less detractors: 22.9 (14.9 to 30.6, n=393), the quarter before "
        "32.2: within noise. It looks back, and is asked of few: read it by the "
        "quarter."
    ) == text(recommended.quarters(nps))
    assert "Would recommend: too few answers (n=0)." == text(recommended.quarters(few))


@pytest.mark.parametrize(
    ("long", "new", "said"),
    [
        pytest.param((10, 5, 15, 200), (30, 25, 35, 200), "surely recommend less"),
        pytest.param((30, 25, 35, 200), (10, 5, 15, 200), "surely recommend more"),
        pytest.param((29, 24, 34, 200), (30, 25, 35, 200), "cannot be told apart"),
        pytest.param((10, 5, 15, 20), (30, 25, 35, 200), "fewer than 30 answers"),
    ],
)
def test_recommendation_by_tenure(long, new, said):
    """The interval of the difference decides."""
    by = rows([long, new], start=JULY, customer_tenure=["long-term", "new"])
    told = text(recommended.by_tenure(by, standing("nps", of_quarter(20), TERMS)))

    assert said in told
    assert f"Customers of a year and more: {long[0]}.0" in told


def test_the_scorecard_of_each_goal():
    """The goal's KPIs lead their categories, known or not; three of a category."""
    lacks = replace(of_quarter(None, n=0, status="not_computable"), note="needs x")
    made = [
        standing("csat", share(700, 1000, JULY), TERMS),
        standing("nps", of_quarter(20, 10, 30), TERMS),
        standing("ces", of_quarter(5.5), TERMS),
        standing("referral_rate", lacks, TERMS),
        standing("first_contact_resolution", share(700, 1000, JULY), TERMS),
        standing("occupancy", of_quarter(0.8), TERMS),
        standing("first_response_time", of_quarter(100, 90, 110), TERMS),
        standing("reopen_rate", lacks, TERMS),
    ]
    found = {}
    for goal in (None, "growth", "cost", "technical"):
        told = balance.scorecard(a_quarter(*made, contract=replace(TERMS, goal=goal)))
        found[goal] = re.findall(r'<th scope="row">([^<]*)</th>', told)

    assert ["First response", "Available time at work", "Solved by one agent"] == (
        found[None][:3]
    )
    assert ["Satisfied customers", "Would recommend", "How easy it was"] == (
        found[None][3:]
    )
    assert "Solved by one agent, goal" in found["growth"]
    assert ["Would recommend, goal", "Customers referred, goal"] == found["growth"][3:5]
    assert "Available time at work, goal" == found["cost"][0]
    assert not any("goal" in name for name in found["technical"])
    assert "is technical excellence: its KPIs lead their categories" in text(told)


def test_a_tile_names_the_quarter_it_is_held_against():
    """Findings are against go-live, a tile against Q2; noise is against neither."""
    rated = standing(
        "csat",
        share(700, 1000, JULY),
        TERMS,
        previous=share(800, 1000, date(2026, 4, 1)),
        baseline=share(650, 1000, LIVE),
    )
    same = replace(rated, change=replace(rated.change, word="within noise"))
    card = a_quarter(rated, contract=TERMS)

    assert "10.0 points worse than Q2" in text(tiles.tile(rated, card))
    assert "than Q2" not in text(tiles.tile(same, card))
    assert "than Q2" not in text(tiles.tile(rated, replace(card, every="week")))


def test_a_tile_marks_the_quarters_end():
    """October, by far the highest, is neither on its line nor under its mark."""
    start = date(2026, 8, 1)
    rated = standing("csat", share(700, 1000, JULY), TERMS)
    drawn = [
        tiles.tile(made, a_quarter(made, contract=TERMS))
        for values in ([0.7, 0.6], [0.7, 0.6, 0.9])
        for made in [replace(rated, series=monthly(values, start))]
    ]

    assert drawn[0] == drawn[1]
    assert "<path" in drawn[0]


def test_a_custom_scorecard_is_the_contracts_own():
    """What it names, in its categories; the sentence counts what is met."""
    kept = {
        "efficiency": ("first_response_time",),
        "quality": ("reopen_rate",),
        "experience": ("csat",),
    }
    limit = Target(metric="first_response_time", at_most=Decimal(240))
    contract = replace(TERMS, goal="custom", scorecard=kept, targets=(limit,))
    card = a_quarter(
        standing("csat", share(700, 1000, JULY), contract),
        standing("nps", of_quarter(20, 10, 30), contract),
        standing("first_response_time", of_quarter(100, 90, 110), contract),
        contract=contract,
    )
    told = text(balance.scorecard(card))

    assert (
        "The contract's own scorecard. Of its 2 KPIs 1 have a contract target: 1 "
        in (told)
    )
    assert "too close to call." in told
    assert "Would recommend" not in told
    assert "" == balance.scorecard(a_quarter())


def test_a_target_without_a_number_is_counted_too():
    """Two targets: one kept, of the other nobody knows."""
    limits = (
        Target(metric="first_response_time", at_most=Decimal(240)),
        Target(metric="reopen_rate", at_most=Decimal("0.08")),
    )
    contract = replace(TERMS, targets=limits)
    card = a_quarter(
        standing("first_response_time", of_quarter(100, 90, 110), contract),
        standing("reopen_rate", reading(None, n=0, status="too_few"), contract),
        contract=contract,
    )

    told = text(balance.scorecard(card))
    assert "Of its 2 KPIs 2 have a contract target: 1 meets it, 0 miss it, " in told
    assert "0 are too close to call, 1 cannot be judged." in told


def test_when_a_kpi_was_at_its_worst():
    """May alone lies apart; from April to September it surely became better."""
    shares = [(0.70, 0.68, 0.72, 2000)] * 6
    shares[1] = (0.40, 0.38, 0.42, 2000)
    shares[5] = (0.80, 0.78, 0.82, 2000)
    series = monthly([v for v, *_ in shares])
    series["low"], series["high"] = ([s[k] for s in shares] for k in (1, 2))
    csat = standing("csat", share(1500, 2000, JULY), TERMS)
    told = text(course.course(a_quarter(), [replace(csat, series=series)]))

    assert "From April to September: 1 better, 0 worse, 0 not told apart." in told
    assert "Satisfied customers was at its worst in May: 40.0%." in told


def test_days_before_go_live_are_named_where_a_chart_has_them():
    """A helpdesk whose data begin with the vendor has no such days."""
    csat = standing("csat", share(1500, 2000, JULY), TERMS)
    series = monthly([0.7] * 6)
    before = series.iloc[:1].assign(period_start=LIVE - timedelta(30), period_end=LIVE)
    told = [
        text(course.course(a_quarter(), [replace(csat, series=made)]))
        for made in (series, pd.concat([before, series]))
    ]

    assert ["own scale." in said for said in told] == [True, False]
    assert ["begins with the days before" in said for said in told] == [False, True]


def test_go_live_is_marked_once():
    """Holidays are not: a month has no room for them."""
    marks = [
        (LIVE, "go-live", "staffing"),
        (JULY, "release <b>", "release"),
        (OCTOBER, "closed", "holiday"),
    ]

    assert [(LIVE, "go-live", "release"), (JULY, "release <b>", "release")] == (
        course.marked(marks, a_quarter())
    )


@pytest.mark.parametrize(
    ("as_of", "start", "end", "said"),
    [
        ("2026-10-07", JULY, OCTOBER, ""),
        ("2026-10-06", JULY, OCTOBER, "what was solved last can still be reopened"),
        ("2026-03-30", LIVE, date(2026, 3, 31), "15 of the quarter's 90 days are"),
    ],
)
def test_a_quarter_that_is_not_final_says_so(as_of, start, end, said):
    """A week after its end, on its eighth day, its last solves can be judged."""
    card = replace(a_quarter(), start=start, end=end, as_of=date.fromisoformat(as_of))
    told = masthead.provisional(card)

    assert bool(said) == bool(told)
    assert said in text(told)


def test_what_a_quarter_is_called():
    """By its number and its days, and by how many there were since go-live."""
    card = a_quarter()
    head = text(masthead.masthead(card, "1", "seal"))
    first = replace(card, start=LIVE, end=date(2026, 4, 1))

    assert "Third quarter, 1 July to 30 September 2026" == masthead.title(card)
    assert "First quarter, 16 to 31 March 2026" == masthead.title(first)
    assert "A & B · quarterly deep dive · quarter 3 since 16 March 2026" in head
    assert "Next quarterly deep dive: to Thu 31 Dec 2026." in masthead.footer(card, 0)
    bought = priced("tickets_per_cost", of_quarter(1))
    assert "of the quarter" == names.kind(bought, "quarter")


def test_the_course_ends_with_the_quarter():
    """October's 15 days are known and would be read as how the quarter ended."""
    start = date(2026, 8, 1)
    rated = standing("csat", share(700, 1000, JULY), TERMS)
    rated = replace(rated, series=monthly([0.7, 0.6, 0.9], start))

    class Made(Quarterly):
        card = a_quarter(rated, contract=TERMS)

    kept = Made()._until_the_end(rated).series  # noqa: SLF001 - charts draw it

    assert [0.7, 0.6] == kept["value"].tolist()


def test_the_open_tickets_end_with_the_quarter():
    """Its last day had 171; the 145 of October would be read as how it ended."""
    kept = standing("backlog", reading(171), TERMS)
    days = rows([(n, None, None, n) for n in (171, 150, 145)], start=OCTOBER - DAY)
    days = days.assign(period_end=days["period_start"] + DAY)
    drawn = []

    class Made(Quarterly):
        card = a_quarter(kept, contract=TERMS, daily={"backlog": days})

        def _picture(self, name, frame, standing, **_more):
            drawn.append(frame["value"].tolist())
            return picture(name, frame, standing, self.card)

    Made().backlog()

    assert [[171]] == drawn
