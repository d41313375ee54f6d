"""Speed, quality and queue of the demo, counted again from its raw files."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk
from tests.facts.test_facts import real
from tests.oracle import OracleContract, facts, kpis
from tests.oracle_time import midnight
from tests.sources.demo_rows import ZONE
from tests.strategies import OFFICE
from tests.test_quarter_of_demo import AS_OF, DAY, LOCATION, plain
from tests.test_scorecard import check

TERMS = OracleContract(time_zone=ZONE, schedules=(OFFICE,))
DAYS = {"start": date(2026, 2, 14), "end": AS_OF + DAY, "every": "month"}
FIRST_CONTACT = "first_contact_resolution"
TICKETS = {
    *("first_response_time", "first_resolution_time", "resolution_time"),
    *("unanswered_tickets", "ticket_volume", "backlog", "reopen_rate"),
    *("escalation_rate", "escalation_to_client_rate", "transfer_rate", FIRST_CONTACT),
    *(f"{FIRST_CONTACT}_{w}" for w in ("one_reply", "one_touch", "no_follow_up")),
    f"{FIRST_CONTACT}_no_repeat",
}


@pytest.fixture(scope="module")
def raw():
    """Return the demo's tables as dicts, and what the oracle says of each ticket."""
    tables = {n: plain(n) for n in ("tickets", "messages", "events", "agents")}
    known_until = midnight(AS_OF + DAY, ZONE)
    return tables, facts(tables, as_of=known_until, contract=TERMS), known_until


@pytest.mark.parametrize("by", [(), ("team",)], ids=["whole", "by-team"])
def test_each_month_is_what_the_raw_tables_say(raw, by):
    """Every statistic, bound, n and state of nine months; each KPI has its numbers."""
    tables, rows, known_until = raw
    asked = {**DAYS, "by": by}
    wanted = kpis(rows, tables, as_of=known_until, contract=TERMS, **asked)
    desk = open_helpdesk("demo", LOCATION, as_of=AS_OF)
    names = {row["metric"] for row in wanted}

    found = scorecard(desk, real(TERMS), as_of=AS_OF, metrics=names, **asked)

    assert TICKETS <= {row["metric"] for row in wanted if row["n"]}
    check(wanted, found, by, AS_OF)
