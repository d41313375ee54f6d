"""From a helpdesk to a quarter: the right days, and each number from all of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kpi_kit.contract import Contract
from kpi_kit.plan import Plan
from kpi_kit.standings import standings
from tests.canonical import helpdesk
from tests.desks import DAY, HOUR, at, days, tickets

LIVE, AS_OF = date(2026, 3, 16), date(2026, 10, 15)
START = AS_OF - 365 * DAY
TERMS = Contract(go_live=LIVE)
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)
# Two a day, answered after so many minutes: each stretch has its own.
BASELINE = days(LIVE - 30 * DAY, 30, 2, reply=50, solved=60)
FIRST = days(LIVE, 60, 2, reply=70, solved=80)
THIRD = days(LIVE + 60 * DAY, 30, 2, reply=30, solved=40)
REST = days(LIVE + 90 * DAY, 17, 2, reply=20, solved=25)
SUMMER = days(JULY, 92, 2, reply=10, solved=15)
LATER = days(OCTOBER, 15, 2, reply=90, solved=95)
ALL = (BASELINE, FIRST, THIRD, REST, SUMMER, LATER)
NAMES = ("first_response_time", "reopen_rate", "ticket_volume", "nps")
COSTS = ("cost_per_resolution", "tickets_per_cost")


def card(engine, *groups, contract=TERMS, tables=None, **asked):
    """Return the scorecard of a quarter."""
    desk = helpdesk(engine, {"tickets": tickets(*groups), **(tables or {})})
    given = {"start": START, "as_of": AS_OF, "every": "quarter", "metrics": NAMES}
    return standings(desk, contract, **{**given, **asked})


@pytest.mark.parametrize(
    ("as_of", "live", "begun", "start", "end"),
    [
        pytest.param("2026-10-15", None, None, "2026-07-01", "2026-10-01", id="over"),
        pytest.param("2026-09-30", None, None, "2026-07-01", "2026-10-01", id="just"),
        pytest.param("2026-09-29", None, None, "2026-04-01", "2026-07-01", id="not"),
        pytest.param("2027-01-05", None, None, "2026-10-01", "2027-01-01", id="year"),
        pytest.param(
            "2026-05-20",
            "2026-03-16",
            None,
            "2026-03-16",
            "2026-04-01",
            id="live-in-it",
        ),
        pytest.param(
            "2026-03-30", "2026-03-16", None, "2026-03-16", "2026-03-31", id="it-runs"
        ),
        pytest.param(
            "2026-10-15", None, "2026-08-03", "2026-08-03", "2026-10-01", id="source"
        ),
        pytest.param(
            "2026-10-15",
            "2026-01-05",
            "2026-08-03",
            "2026-08-03",
            "2026-10-01",
            id="both",
        ),
        pytest.param(
            "2026-10-15",
            "2026-01-05",
            "2026-02-03",
            "2026-07-01",
            "2026-10-01",
            id="old",
        ),
    ],
)
def test_which_quarter_is_judged(as_of, live, begun, start, end):
    """The last one that is over; the first begins with the vendor, or the source."""
    days = {"live": live, "begun": begun}
    given = {name: day and date.fromisoformat(day) for name, day in days.items()}
    last = date.fromisoformat(as_of)
    plan = Plan(names=(), start=last - 365 * DAY, as_of=last, every="quarter", **given)

    assert (start, end) == (str(plan.judged.start), str(plan.judged.end))


def test_a_quarter_against_the_one_before_and_the_baseline(engine):
    """10 minutes of 184 tickets; 150 of the quarter before took 70, 30 or 20.

    Of those 182 tickets 88 took 70, 60 took 30 and 34 took 20: their median is 30.
    All vendor's days together have 20, and the days after the quarter 90.
    """
    found = card(engine, *ALL)["first_response_time"]
    now, before, baseline = found.now, found.previous, found.baseline

    assert (JULY, OCTOBER, 10, 184) == (now.start, now.end, now.value, now.n)
    assert (date(2026, 4, 1), JULY, 30, 182) == (
        before.start,
        before.end,
        before.value,
        before.n,
    )
    assert (LIVE - 30 * DAY, LIVE, 50, 60) == (
        baseline.start,
        baseline.end,
        baseline.value,
        baseline.n,
    )
    assert ("−20 min", "−40 min") == (found.change.text, found.since_baseline.text)


def test_days_61_to_90_and_no_other(engine):
    """30 minutes of 60 tickets: a day more at either end would make them 62."""
    found = card(engine, *ALL).engagement
    then = found.then["first_response_time"]

    assert (date(2026, 5, 15), date(2026, 6, 14)) == (
        found.month_three.start,
        found.month_three.end,
    )
    assert (30, 30, 30, 60) == (then.value, then.low, then.high, then.n)
    assert "month" == found.every


def test_before_day_90_is_over_nothing_is_told_of_month_three(engine):
    """On day 89 it is not known yet; on day 90 it is."""
    for days_since, known in ((88, False), (89, True)):
        found = card(engine, *ALL, as_of=LIVE + days_since * DAY).engagement

        assert known == ("first_response_time" in found.then)


def test_the_series_are_months_after_the_baseline(engine):
    """The baseline, a part of March, and a row per month; a count has no baseline."""
    found = card(engine, *ALL)
    series = found["first_response_time"].series
    starts = [str(day) for day in series["period_start"]]
    months = [f"2026-{number:02}-01" for number in range(4, 11)]

    assert ["2026-02-14", "2026-03-16", *months] == starts
    assert [50, 70, 70] == list(series["value"][:3])
    assert [60, 32] == list(series["n"][:2])
    volume = found["ticket_volume"].series
    assert starts[1:] == [str(day) for day in volume["period_start"]]
    assert [32, 60] == list(volume["value"][:2])


def test_a_short_engagement_is_told_by_the_week(engine):
    """Of three months a line has three points; of their weeks it has thirteen."""
    found = card(engine, *ALL, as_of=LIVE + 90 * DAY)
    series = found["ticket_volume"].series

    assert "week" == found.engagement.every
    assert 13 == len(series)
    assert {14} == set(series["value"][:-1])


def test_solves_of_the_last_week_can_be_judged_a_week_later(engine):
    """Up to the 7th of October the quarter before is told, from then on this one."""
    for last, start in ((date(2026, 10, 6), 4), (date(2026, 10, 7), 7)):
        found = card(engine, *ALL, as_of=last)["reopen_rate"]

        assert start == found.now.start.month


def costs(**months):
    """Return the vendor's invoices of months of 2026."""
    return [
        {
            "month": date(2026, int(name[1:]), 1),
            "kind": "vendor_invoice",
            "amount": Decimal(amount),
            "currency": "USD",
        }
        for name, amount in months.items()
    ]


def test_what_a_ticket_cost_in_the_quarter(engine):
    """2,040 USD for 184 tickets; by month 620 for 62, 620 for 62 and 800 for 60.

    A mean of the three months' prices would be 11.11, and not 11.09.
    """
    invoices = costs(m4=900, m5=930, m6=600, m7=620, m8=620, m9=800)
    found = card(engine, *ALL, tables={"costs": invoices}, metrics=COSTS)
    price, bought = (found[name] for name in COSTS)

    assert (JULY, OCTOBER, 184) == (price.now.start, price.now.end, price.now.n)
    assert pytest.approx(2040 / 184) == price.now.value
    assert pytest.approx(2430 / 182) == price.previous.value
    assert pytest.approx(184 / 2040) == bought.now.value
    assert [15.0, 15.0, 10.0, 10.0, 10.0, pytest.approx(800 / 60)] == list(
        price.series["value"]
    )


def test_a_month_after_the_quarter_is_no_price_of_it(engine):
    """In November October is over and dear; September is the quarter's last month."""
    invoices = costs(m4=900, m5=930, m6=600, m7=620, m8=620, m9=800, m10=9000)
    asked = {"tables": {"costs": invoices}, "as_of": date(2026, 11, 20)}
    price = card(engine, *ALL, metrics=COSTS, **asked)["cost_per_resolution"]

    assert date(2026, 9, 1) == price.series["period_start"].iloc[-1]
    assert (OCTOBER, 184) == (price.now.end, price.now.n)


def survey(number, day, score, customer):
    """Return an answer to whether somebody would recommend."""
    made = {"survey_id": f"s{number}", "kind": "nps", "customer_id": customer}
    when = {"offered_at": at(day), "answered_at": at(day) + HOUR}
    return made | when | {"score": score, "scale_low": 0, "scale_high": 10}


def test_recommendation_by_quarter_and_tenure(engine):
    """Long-term is a year on the day of the answer: 2 of 4 promote, 1 detracts: 25.

    The newer two are a promoter and a passive: 50. In May both kinds detracted.
    """
    of = {"old": date(2025, 7, 20), "young": date(2025, 7, 21)}
    known = [
        {"created_at": at(JULY), "customer_id": name, "customer_since": since}
        for name, since in of.items()
    ]
    day, may = date(2026, 7, 20), date(2026, 5, 5)
    scores = {"old": (10, 9, 7, 0), "young": (9, 8)}
    answers = [
        survey(f"{name}{place}", day, score, name)
        for name, given in scores.items()
        for place, score in enumerate(given)
    ]
    answers += [survey(f"{name} in May", may, 3, name) for name in of]
    found = card(engine, *ALL, known, tables={"surveys": answers})
    rows = found.slices["nps", "customer_tenure"]
    told = {
        (str(row.period_start), row.customer_tenure): (row.value, row.n)
        for row in rows.itertuples()
        if row.n
    }

    assert {
        ("2026-04-01", "new"): (-100.0, 2),
        ("2026-07-01", "long-term"): (25.0, 4),
        ("2026-07-01", "new"): (50.0, 2),
    } == told
    whole = found.engagement.quarters["nps"]
    assert [(-100.0, 2), (pytest.approx(100 * 2 / 6), 6)] == [
        (row.value, row.n) for row in whole.itertuples() if row.n
    ]


def test_without_a_vendor_it_begins_with_the_days_asked_for(engine):
    """No baseline, no month three; a source that is younger begins later."""
    found = card(engine, SUMMER, LATER, contract=Contract())
    series = found["ticket_volume"].series

    assert (None, {}) == (found.engagement.month_three, dict(found.engagement.then))
    assert found["first_response_time"].baseline is None
    assert JULY == series["period_start"].iloc[0]


def test_an_empty_quarter(engine):
    """Nothing came in all of summer: no number, no error, and the months say so."""
    old = days(date(2026, 1, 5), 30, 2, reply=10, solved=15)
    found = card(engine, old, contract=Contract())

    assert None is found["first_response_time"].now.value
    assert JULY == found.start
    assert "nps" in found
