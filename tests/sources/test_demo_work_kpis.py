"""Handling, queue and workforce of the demo, counted again from its raw files."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from kpi_kit.agent_gap import BY, METRIC, agent_gaps
from kpi_kit.asked import question
from kpi_kit.catalog import measures
from kpi_kit.contract import read_contract
from kpi_kit.paid_time import paid_time
from kpi_kit.scorecard import keep, scorecard
from kpi_kit.sources import demo, open_helpdesk
from tests.oracle_time import OracleContract, midnight
from tests.oracle_work import Asked, kpis, work_kpis
from tests.sources.demo_rows import LAST_DAY
from tests.test_scorecard import check

FIRST_DAY, DAY = date(2026, 2, 14), timedelta(days=1)
CONTRACT = Path(__file__).parents[2] / "parameters" / "demo" / "contract.yaml"
# So few that no month has a thousand of anything: beyond, ranks are approximated.
FEW, MANY = "3000", "20000"
DONE = ("solved", "closed", "deleted")


@pytest.fixture(scope="module")
def contract():
    """The contract that comes with the demo."""
    return read_contract(CONTRACT, known_metrics=measures())


def raw(name):
    """Return the rows of a Parquet file, instants as epoch seconds."""
    rows = pq.read_table(demo.folder_of(FEW) / f"{name}.parquet").to_pylist()
    return [
        {
            key: int(value.timestamp()) if isinstance(value, datetime) else value
            for key, value in row.items()
        }
        for row in rows
    ]


def facts():
    """Yield what the KPIs read of each ticket: if it counts, solved when, its work."""
    states, work = defaultdict(list), defaultdict(float)
    for event in raw("events"):
        if event["field"] == "status":
            at = (event["occurred_at"], int(event["event_id"]))
            states[event["ticket_id"]].append((*at, event["new_value"]))
    for entry in raw("time_entries"):
        work[entry["ticket_id"]] += entry["work_seconds"]
    for ticket in raw("tickets"):
        number = ticket["ticket_id"]
        moves = [("", "new"), *((at, new) for at, _, new in sorted(states[number]))]
        solves = [
            at
            for goal in ("closed", "solved")
            for (_, old), (at, new) in pairwise(moves)
            if new == goal != old and not (goal == "closed" and old == "solved")
        ]
        yield ticket | {
            "excluded_because": "deleted"
            if moves[-1][1] == "deleted" or ticket["status"] == "deleted"
            else "merged"
            if ticket["merged_into"] is not None
            else None,
            "last_solved_at": solves[-1] if solves else None,
            "is_open": moves[-1][1] not in DONE,
            "handle_minutes": work[number] / 60 if number in work else None,
        }


@pytest.fixture(scope="module")
def asked(contract):
    """The raw tables, and how the contract wants them counted."""
    terms = OracleContract(time_zone=contract.time_zone)
    return Asked(
        tables={
            name: raw(name)
            for name in ("tickets", "events", "time_entries", "contacts", "agents")
        }
        | {"agent_states": raw("agent_states")},
        facts=list(facts()),
        as_of=midnight(LAST_DAY + DAY, contract.time_zone),
        contract=terms,
        within=contract.service_level.seconds,
        left_out=contract.service_level.abandoned == "left_out",
    )


@pytest.mark.parametrize(
    "by", [(), ("issue_type", "channel"), ("team", "agent_id")], ids=str
)
def test_each_month_is_what_the_raw_tables_say(asked, contract, by):
    """All nine KPIs, month by month: value, interval, n and state."""
    days = {"start": FIRST_DAY, "end": LAST_DAY + DAY, "every": "month", "by": by}
    names = [kpi.name for kpi in kpis(asked)]
    found = scorecard(
        open_helpdesk("demo", FEW), contract, as_of=LAST_DAY, metrics=names, **days
    )
    wanted = work_kpis(asked, **days)

    assert 9 == len(kpis(asked))
    assert {"ok", "too_few"} >= {row["status"] for row in wanted}
    check(wanted, found, by, LAST_DAY)


def test_paid_time_is_what_the_raw_states_say(asked, contract):
    """Of October the seconds of each state, and what they say together."""
    start, end = date(2026, 10, 1), date(2026, 11, 1)
    zone, seconds = ZoneInfo(contract.time_zone), defaultdict(int)
    for row in asked.tables["agent_states"]:
        begun = datetime.fromtimestamp(row["started_at"], UTC).astimezone(zone).date()
        if row["paid"] and start <= begun < end:
            seconds[row["state"]] += row["ended_at"] - row["started_at"]
    desk = open_helpdesk("demo", FEW)
    hours = question(
        desk, contract, start=start, end=end, as_of=LAST_DAY, metrics=["shrinkage"]
    )
    kept = keep(desk, contract, [hours])
    found = paid_time(kept.records["hours"], start=start, end=end)

    assert dict(seconds) == {s: n for s, n in found.seconds.items() if n}
    assert "= occupancy" in found.identity


def test_the_slow_agent_is_found(contract):
    """In the last thirteen weeks one agent is to be coached: on warranty tickets."""
    found = scorecard(
        open_helpdesk("demo", MANY),
        contract,
        start=LAST_DAY - 90 * DAY,
        end=LAST_DAY + DAY,
        as_of=LAST_DAY,
        by=BY,
        metrics=[METRIC],
    )
    flagged = [gap for gap in agent_gaps(found) if gap.is_flagged]
    ids = {row["name"]: row["agent_id"] for row in raw("agents")}

    assert [("Warranty", "Returns desk")] == [(g.issue_type, g.team) for g in flagged]
    assert (ids["Nestor Pascual"], ids["Olivia Quizon"]) == (
        flagged[0].slow,
        flagged[0].fast,
    )
