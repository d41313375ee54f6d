"""The quarter of the demo, counted again in plain Python from its files."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import pandas as pd
import pytest

from kpi_kit.catalog import measures
from kpi_kit.contract import read_contract
from kpi_kit.held import readings
from kpi_kit.prices import since_month_one
from kpi_kit.sources import open_helpdesk
from kpi_kit.standings import standings
from tests.oracle import OracleContract, facts
from tests.oracle_time import local, midnight
from tests.sources.demo_rows import GO_LIVE, ZONE, rows

LOCATION = "2000"
AS_OF = date(2026, 10, 15)
SPRING, SUMMER, AUTUMN = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
DAY = timedelta(days=1)
BASELINE = (GO_LIVE - 30 * DAY, GO_LIVE)
MONTH_THREE = (date(2026, 5, 15), date(2026, 6, 14))
QUARTER = (SUMMER, AUTUMN)
TERMS = Path(__file__).parents[1] / "parameters" / "demo" / "contract.yaml"
NAMES = (
    *("first_contact_resolution_one_reply", "reopen_rate", "escalation_rate"),
    *("resolution_time", "csat", "nps", "ticket_volume"),
    *("cost_per_resolution", "tickets_per_cost"),
)


@pytest.fixture(scope="module")
def card():
    """Return the scorecard of the third quarter."""
    contract = read_contract(TERMS, known_metrics=measures())
    desk = open_helpdesk("demo", LOCATION, as_of=AS_OF)
    days = {"start": AS_OF - 365 * DAY, "as_of": AS_OF}
    return standings(desk, contract, every="quarter", metrics=NAMES, most=5, **days)


def plain(table):
    """Return a table of the demo as dicts: instants as seconds, missing as None."""
    frame = rows(table, LOCATION)
    for name in frame.columns:
        if name.endswith("_at"):
            seconds = frame[name].astype("int64") // 1000
            frame = frame.assign(
                **{name: seconds.astype(object).where(frame[name].notna(), None)}
            )
    return [
        {k: None if v is None or v != v else v for k, v in row.items()}  # noqa: PLR0124 - NaN
        for row in frame.to_dict("records")
    ]


@pytest.fixture(scope="module")
def tickets():
    """Return what the oracle says of each ticket that counts, and its local days."""
    names = ("tickets", "messages", "events", "agents")
    tables = {name: plain(name) for name in names}
    contract = OracleContract(time_zone=ZONE)
    found = facts(tables, as_of=midnight(AS_OF + DAY, ZONE), contract=contract)
    return [row for row in found if row["excluded_because"] is None]


def day_of(at):
    """Return the day in New York; None for none."""
    return None if at is None else local(at, ZONE).date()


def inside(found, name, span):
    """Return the tickets whose instant lies in the days of a span."""
    days = ((row, day_of(row[name])) for row in found)
    return [row for row, day in days if day is not None and span[0] <= day < span[1]]


def shares(found, span):
    """Return shares and the median of a span: value and how many tickets."""
    solved = inside(found, "first_solved_at", span)
    came = inside(found, "created_at", span)
    last = inside(found, "last_solved_at", span)
    truths = {
        "first_contact_resolution_one_reply": [r["is_one_reply"] for r in solved],
        "reopen_rate": [r["reopened_within_7_days"] for r in solved],
        "escalation_rate": [r["is_escalated"] for r in came],
    }
    known = {name: [t for t in all_ if t is not None] for name, all_ in truths.items()}
    told = {name: (sum(ts) / len(ts), len(ts)) for name, ts in known.items()}
    minutes = [r["resolution_calendar_minutes"] for r in last]
    minutes = [each for each in minutes if each is not None]
    return told | {"resolution_time": (median(minutes), len(minutes))}


def test_three_spans_of_the_same_kpis(card, tickets):
    """Before the vendor, on its days 61 to 90, and in the quarter."""
    for name in (
        "first_contact_resolution_one_reply",
        "reopen_rate",
        "escalation_rate",
        "resolution_time",
    ):
        spans = {
            BASELINE: card[name].baseline,
            MONTH_THREE: card.engagement.then[name],
            QUARTER: card[name].now,
        }
        for span, reading in spans.items():
            value, n = shares(tickets, span)[name]

            assert span == (reading.start, reading.end)
            assert n == reading.n, (name, span)
            assert value == pytest.approx(reading.value), (name, span)


def test_months_since_go_live(card, tickets):
    """Every month's tickets, the first from go-live on, the last to the last day."""
    came = Counter(
        max(day.replace(day=1), GO_LIVE)
        for row in tickets
        if (day := day_of(row["created_at"])) >= GO_LIVE
    )
    series = card["ticket_volume"].series

    assert dict(came) == dict(zip(series["period_start"], series["value"], strict=True))


def solved_by_vendor(tickets, span):
    """Return how many tickets the vendor solved for good."""
    return sum(
        row["solved_organization"] != "client"
        and not row["is_open"]
        and not row["reopened_within_7_days"]
        for row in inside(tickets, "last_solved_at", span)
    )


def invoiced(span):
    """Return what the vendor invoiced for whole months."""
    return sum(
        (
            row["amount"]
            for row in plain("costs")
            if row["kind"] == "vendor_invoice" and span[0] <= row["month"] < span[1]
        ),
        Decimal(0),
    )


def test_what_a_ticket_cost(card, tickets):
    """By the quarter, the one before, and from month one to month six."""
    for span, reading in (
        (QUARTER, card["cost_per_resolution"].now),
        ((SPRING, SUMMER), card["cost_per_resolution"].previous),
    ):
        count = solved_by_vendor(tickets, span)

        assert count == reading.n
        assert float(invoiced(span)) / count == pytest.approx(reading.value)
    first, last = (
        float(invoiced(span)) / solved_by_vendor(tickets, span)
        for span in ((SPRING, date(2026, 5, 1)), (date(2026, 9, 1), AUTUMN))
    )
    fall = since_month_one(card["cost_per_resolution"], GO_LIVE)
    assert (6, pytest.approx(1 - last / first)) == (fall.number, fall.share)


def test_who_recommends(card):
    """Promoters less detractors, by whether they had been customers for a year."""
    since = {}
    for row in plain("tickets"):
        who, day = row["customer_id"], row["customer_since"]
        since[who] = min(since.get(who, day), day)
    found = {}
    for row in plain("surveys"):
        day = day_of(row["answered_at"])
        if row["kind"] == "nps" and day is not None and SUMMER <= day < AUTUMN:
            is_long = (day - since[row["customer_id"]]).days >= 365
            side = (row["score"] >= 9) - (row["score"] <= 6)
            found.setdefault("long-term" if is_long else "new", []).append(side)
    slices = card.slices["nps", "customer_tenure"]
    told = slices[(slices["period_start"] == SUMMER) & (slices["n"] > 0)]

    assert {"long-term", "new"} == found.keys()
    assert {
        who: (pytest.approx(100 * sum(sides) / len(sides)), len(sides))
        for who, sides in found.items()
    } == {row.customer_tenure: (row.value, row.n) for row in told.itertuples()}
    whole = [side for sides in found.values() for side in sides]
    assert pytest.approx(100 * sum(whole) / len(whole)) == card["nps"].now.value


def test_why_customers_wrote(card, tickets):
    """Each cause in the quarter and in the one before, and what is avoidable."""
    causes = {row["ticket_id"]: row["root_cause"] for row in plain("tickets")}
    counts = [
        Counter(causes[row["ticket_id"]] for row in inside(tickets, "created_at", span))
        for span in (QUARTER, (SPRING, SUMMER))
    ]
    found, contract = card.beside.causes, card.contract
    now, before = ({k: n for k, n in each.items() if k} for each in counts)

    assert sum(counts[0].values()) == found.n
    assert now == {c.name: c.n for c in found.causes if c.n}
    assert before == {c.name: c.before for c in found.causes if c.before}
    avoidable = sum(now.get(name, 0) for name in contract.avoidable_causes)
    assert avoidable == found.avoidable
    assert sum(before.get(n, 0) for n in contract.avoidable_causes) == (
        found.avoidable_before
    )


def test_the_series_ends_with_what_is_known(card):
    """October is known to the 15th; the quarter ends with September."""
    last = readings(card["ticket_volume"].series)[-1]

    assert (AUTUMN, AS_OF + DAY) == (last.start, last.end)
    assert QUARTER == (card.start, card.end)
    assert pd.notna(card["csat"].now.value)
