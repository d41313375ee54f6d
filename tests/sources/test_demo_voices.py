"""The demo's ratings, reviews and money, month by month, from its raw tables.

Everything is added up here in plain Python; nothing of the kit's facts is used.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from kpi_kit.catalog import measures
from kpi_kit.contract import read_contract
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import demo, open_helpdesk
from tests.sources.demo_rows import LAST_DAY, ZONE

TICKETS = "3000"
FIRST, AFTER = date(2026, 2, 1), date(2026, 12, 1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
CONTRACT = Path(__file__).parents[2] / "parameters" / "demo" / "contract.yaml"
DONE = ("solved", "closed")
POSITIVE = {(1, 5): 4, (0, 1): 1}


def table(name):
    """Return a table of the demo as a list of dicts."""
    return pq.read_table(demo.folder_of(TICKETS) / f"{name}.parquet").to_pylist()


def month(at):
    """Return the first day of an instant's month in New York."""
    return None if at is None else at.astimezone(ZoneInfo(ZONE)).date().replace(day=1)


@pytest.fixture(scope="module")
def tickets():
    """When each ticket that counts was solved, by whom, whether it held, by id."""
    organization = {row["agent_id"]: row["organization"] for row in table("agents")}
    moves, wrote = defaultdict(list), defaultdict(list)
    for row in table("events"):
        if row["field"] == "status":
            moves[row["ticket_id"]].append(row)
    for row in table("messages"):
        if row["author_role"] == "customer":
            wrote[row["ticket_id"]].append(row["sent_at"])
    found = {}
    for row in table("tickets"):
        if row["status"] == "deleted" or row["merged_into"] is not None:
            continue
        history = sorted(moves[row["ticket_id"]], key=in_order)
        told = solving(history, wrote[row["ticket_id"]])
        solver = told.pop("solver", None)
        solver = row["agent_id"] if solver is None else solver
        found[row["ticket_id"]] = told | {"side": organization.get(solver)}
    return found


def in_order(event):
    """Order changes by time, those of one second by number."""
    return event["occurred_at"], int(event["event_id"])


def solving(history, wrote):
    """Return first and last solve, the last one's agent, and whether it came back."""
    solves = [e for e in history if e["new_value"] == "solved"]
    solves = solves or [e for e in history if e["new_value"] == "closed"]
    if not solves:
        return {"last": None}
    first, last = solves[0]["occurred_at"], solves[-1]["occurred_at"]
    again = [
        e["occurred_at"]
        for e in history
        if e["old_value"] in DONE
        and e["new_value"] not in DONE
        and is_customers(e, wrote)
    ]
    return {
        "last": last,
        "solver": solves[-1]["actor_id"]
        if solves[-1]["actor_role"] == "agent"
        else None,
        "came_back": any(first <= at <= first + WEEK for at in again),
        "is_open": history[-1]["new_value"] not in DONE,
    }


def is_customers(event, wrote):
    """Say whether the customer reopened, or wrote just before it was reopened."""
    at, role = event["occurred_at"], event["actor_role"]
    just_before = any(at - timedelta(minutes=5) <= said <= at for said in wrote)
    return role == "customer" or (role in (None, "system") and just_before)


@pytest.fixture(scope="module")
def found():
    """The kit's numbers by KPI and month: value, n, status."""
    contract = read_contract(CONTRACT, known_metrics=measures())
    frame = scorecard(
        open_helpdesk("demo", TICKETS),
        contract,
        start=FIRST,
        end=AFTER,
        as_of=LAST_DAY,
        every="month",
        metrics=[*WORKED, *MONEY],
    )
    numbers = zip(frame["value"], frame["n"], frame["status"], strict=True)
    keys = zip(frame["metric"], frame["period_start"], strict=True)
    return dict(zip(keys, numbers, strict=True))


def surveys(tickets, kind, dated_by="rated"):
    """Return the surveys of a kind by month, those of tickets that count or of none."""
    by_month = defaultdict(list)
    for row in table("surveys"):
        if row["kind"] != kind or row["ticket_id"] not in {None, *tickets}:
            continue
        solved = tickets[row["ticket_id"]]["last"] if row["ticket_id"] else None
        rated = solved or row["offered_at"] or row["answered_at"]
        by_month[month({"rated": rated}.get(dated_by, row["answered_at"]))].append(row)
    return by_month


def csat(tickets):
    """Positive ratings and ratings."""
    for at, rows in surveys(tickets, "csat").items():
        rated = [row for row in rows if row["score"] is not None]
        line = [r["score"] >= POSITIVE[r["scale_low"], r["scale_high"]] for r in rated]
        yield at, sum(line), len(line)


def csat_score(tickets):
    """Ratings on 1 to 5; a thumb up is 5, a thumb down 1."""
    for at, rows in surveys(tickets, "csat").items():
        rated = [row for row in rows if row["score"] is not None]
        lines = [(4, 1) if row["scale_high"] == 1 else (1, 0) for row in rated]
        points = [a * r["score"] + b for (a, b), r in zip(lines, rated, strict=True)]
        yield at, Fraction(sum(points)), len(points)


def csat_response_rate(tickets):
    """Answers and surveys."""
    for at, rows in surveys(tickets, "csat").items():
        yield at, sum(row["answered_at"] is not None for row in rows), len(rows)


def nps(tickets):
    """A hundred times promoters less detractors, and answers."""
    for at, rows in surveys(tickets, "nps", "answered").items():
        scores = [row["score"] for row in rows if row["score"] is not None]
        yield at, 100 * sum((s >= 9) - (s <= 6) for s in scores), len(scores)


def ces(tickets):
    """The sum of answers from 1 to 7, and answers."""
    for at, rows in surveys(tickets, "ces", "answered").items():
        scores = [row["score"] for row in rows if row["score"] is not None]
        yield at, Fraction(sum(scores)), len(scores)


def qa_score(tickets):
    """The sum of the reviews' weighted shares of points, and reviews."""
    reviews = defaultdict(list)
    for row in table("qa_scores"):
        if row["kind"] == "quality" and row["reviewer_side"] == "client":
            reviews[row["review_id"]].append(row)
    by_month = defaultdict(list)
    for rows in reviews.values():
        if rows[0]["ticket_id"] in tickets:
            weights = [Fraction(row["weight"]) for row in rows]
            parts = [Fraction(row["score"]) / row["max_score"] for row in rows]
            weighed = zip(weights, parts, strict=True)
            share = sum(weight * part for weight, part in weighed) / sum(weights)
            by_month[month(rows[0]["reviewed_at"])].append(share)
    for at, shares in by_month.items():
        yield at, sum(shares), len(shares)


def compliance_rate(tickets):
    """Checks passed and checks."""
    by_month = defaultdict(list)
    for row in table("qa_scores"):
        if row["kind"] == "compliance" and row["ticket_id"] in tickets:
            passed = row["score"] == row["max_score"]
            by_month[month(row["reviewed_at"])].append(passed)
    for at, passed in by_month.items():
        yield at, sum(passed), len(passed)


WORKED = {
    made.__name__: made
    for made in (
        *(csat, csat_score, csat_response_rate, nps, ces),
        *(qa_score, compliance_rate),
    )
}
MONEY = {
    "cost_per_resolution": {"vendor_invoice"},
    "cost_per_resolution_loaded": {"vendor_invoice", "client_overhead", "in_house"},
    "tickets_per_cost": {"vendor_invoice"},
}


@pytest.mark.parametrize("name", WORKED)
def test_each_month_comes_out_the_same(name, found, tickets):
    """Value and n of each month with rows, to the last digit; no other has any."""
    worked = {at: (part, n) for at, part, n in WORKED[name](tickets) if n and at}
    known = {
        at: row for (metric, at), row in found.items() if metric == name and row[1]
    }

    assert 8 <= len(worked)
    assert {at: n for at, (_, n) in worked.items()} == {
        at: n for at, (_, n, _) in known.items()
    }
    for at, (part, n) in worked.items():
        assert float(part / n) == pytest.approx(known[at][0], rel=1e-12, abs=1e-12), at


@pytest.mark.parametrize("name", MONEY)
def test_each_month_costs_the_same(name, found, tickets):
    """Amounts are exact; a month that is not over, or lacks its invoice, has none."""
    spent, solved = defaultdict(Decimal), defaultdict(int)
    invoiced = {
        row["month"] for row in table("costs") if row["kind"] == "vendor_invoice"
    }
    for row in table("costs"):
        if row["kind"] in MONEY[name]:
            spent[row["month"]] += row["amount"]
    for row in tickets.values():
        if row["last"] and not row["is_open"] and not row["came_back"]:
            is_theirs = "in_house" in MONEY[name] or row["side"] != "client"
            solved[month(row["last"])] += is_theirs
    counts = {at: (spent[at], solved[at]) for at in spent}
    if "in_house" not in MONEY[name]:
        counts = {at: both for at, both in counts.items() if at in invoiced}
    wanted = {
        at: float(n / amount if name == "tickets_per_cost" else amount / n)
        for at, (amount, n) in counts.items()
    }
    known = {
        at: value
        for (metric, at), (value, _, status) in found.items()
        if metric == name and status == "ok"
    }

    assert 8 <= len(wanted)
    assert wanted == known
    assert "not_computable" == found[name, date(2026, 11, 1)][2]
