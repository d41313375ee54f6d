"""Slices add up to their totals, whatever is sliced by: nothing is in the total alone.

The demo helpdesk, with a value in three missing from each column of its tickets.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import ibis
import pytest

from kpi_kit.catalog import measures
from kpi_kit.contract import Contract, read_contract
from kpi_kit.scorecard import scorecard
from kpi_kit.shifts import Shift
from kpi_kit.sources import open_helpdesk
from tests.doc_tables import possible_slices

CONTRACT = Path(__file__).parents[1] / "parameters" / "demo" / "contract.yaml"
ASKED = {
    "start": date(2026, 8, 1),
    "end": date(2026, 11, 1),
    "as_of": date(2026, 11, 15),
}
DAY_SHIFT = Shift(name="day", start=8, end=16)  # what comes at night has no shift
NO_TICKETS = {"service_level", "handle_time_contact", "utilization"}
FAMILIES = [
    *("ticket_volume", "backlog", "unanswered_tickets", "first_response_time"),
    *("resolution_time", "reopen_rate", "first_contact_resolution", "transfer_rate"),
    *("escalation_rate", "csat", "nps", "qa_score", "compliance_rate"),
    *("handle_time_ticket", *sorted(NO_TICKETS)),
]
ROW = ["metric", "statistic", "clock"]


@pytest.fixture(scope="module")
def contract():
    """The demo's contract, with a shift."""
    own = read_contract(CONTRACT, known_metrics=measures())
    return replace(own, shifts=(DAY_SHIFT,))


@pytest.fixture(scope="module")
def desk():
    """The demo helpdesk full of holes, with a column of its own."""
    whole = open_helpdesk("demo", "400")
    tickets = whole.tables["tickets"]
    kept = {"ticket_id", "created_at"}
    holes = {
        name: ibis.ifelse(
            (tickets.ticket_id + name).hash() % 3 == 0,
            ibis.null(tickets[name].type()),
            tickets[name],
        )
        for name in tickets.columns
        if name not in kept
    }
    holed = tickets.mutate(**holes)
    holed = holed.mutate(plan=(holed.ticket_id.hash() % 2).cast("string").nullif("1"))
    tables = {**whole.tables, "tickets": holed}
    return replace(whole, tables=tables, extra=("plan",))


@pytest.fixture(scope="module")
def totals(desk, contract):
    """KPIs of each family but money, which is not sliced; of the whole."""
    found = scorecard(desk, contract, **ASKED, metrics=FAMILIES)
    assert {*FAMILIES} == {*found.loc[found["n"] > 0, "metric"]}
    return found.set_index(ROW)


@pytest.mark.parametrize("by", [*possible_slices(), "plan"])
def test_slices_add_up(desk, contract, totals, by):
    """Of each KPI the n of all slices is the n of the whole, and a count its value.

    What is counted by calls and paid time says where it cannot be sliced.
    """
    parts = scorecard(desk, contract, **ASKED, metrics=FAMILIES, by=(by,))
    no_slices = {*parts.loc[parts["status"] == "not_computable", "metric"]}
    whole = totals.drop(index=no_slices, level="metric")
    parts = parts[~parts["metric"].isin(no_slices)]
    summed = parts.groupby(ROW, sort=False)[["n", "value"]].sum()

    assert no_slices <= NO_TICKETS
    assert whole["n"].to_dict() == summed["n"].to_dict()
    counts = whole["value"].xs("count", level="statistic")
    assert counts.to_dict() == summed["value"].xs("count", level="statistic").to_dict()


def test_a_word_for_no_label_is_none(tmp_path):
    """Tickets about "(none)" and about nothing are one slice, and add up."""
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,created_at,solved_at,issue_type\n"
        "1,2026-03-02T09:00:00Z,2026-03-02T19:00:00Z,\n"
        "2,2026-03-02T10:00:00Z,2026-03-03T19:00:00Z,(none)\n"
        "3,2026-03-02T11:00:00Z,,(none)\n"
        "4,2026-03-02T11:00:00Z,,refund\n",
        encoding="utf-8",
    )
    found = scorecard(
        open_helpdesk("files", str(tmp_path)),
        Contract(time_zone="UTC"),
        start=date(2026, 3, 1),
        end=date(2026, 3, 5),
        as_of=date(2026, 3, 20),
        by=["issue_type"],
        metrics=["ticket_volume", "backlog", "resolution_time"],
    )
    counts = found[found["statistic"] == "count"]
    rows = counts[["metric", "issue_type", "value"]].to_numpy().tolist()

    expected = [
        ["backlog", "(none)", 1.0],
        ["backlog", "refund", 1.0],
        ["ticket_volume", "(none)", 3.0],
        ["ticket_volume", "refund", 1.0],
    ]
    assert expected == sorted(rows)
