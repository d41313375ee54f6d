"""The facts against cases worked by hand and against the plain calculation."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from kpi_kit.business_hours import Schedule
from kpi_kit.contract import Contract
from kpi_kit.facts import columns, facts
from tests import oracle
from tests.canonical import helpdesk
from tests.special_tickets import AS_OF, CONTRACT, SPECIAL
from tests.strategies import cases


def real(contract):
    """Return the oracle's contract as the kit's own."""
    return Contract(
        time_zone=contract.time_zone,
        schedule_rule=contract.schedule_rule,
        schedules=tuple(
            Schedule(
                name=schedule.name,
                time_zone=schedule.time_zone,
                week={day: tuple(parts) for day, parts in schedule.week.items()},
                holidays=schedule.holidays,
                overrides={d: tuple(p) for d, p in schedule.overrides.items()},
            )
            for schedule in contract.schedules
        ),
        schedules_by=contract.schedules_by,
        tiers=contract.tiers,
        organizations=contract.organizations,
        first_contact_resolution=contract.first_contact_resolution,
    )


def computed(engine, tables, contract, as_of):
    """Return the facts as ``{ticket_id: {column: plain value}}``."""
    desk = helpdesk(engine, tables)
    found = facts(desk, real(contract), as_of=as_of).tickets
    rows = found.select(*columns(desk)).to_pyarrow().to_pylist()
    return {row["ticket_id"]: row for row in rows}


def plain(value):
    """Return a value so that two engines' and the oracle's compare equal."""
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    return round(value, 6) if isinstance(value, float) else value


def some_cases(engine):
    """Return Hypothesis settings: each case is some fifty tickets in one query.

    Spark takes ten seconds to plan one; what it must show is that it agrees at all.
    """
    return settings(
        max_examples={"duckdb": 15, "pyspark": 2}[engine.name],
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def named_apart(tables, name):
    """Return the rows with the case's name before every id of a ticket or customer."""
    ids = ("ticket_id", "customer_id", "merged_into")
    return {
        table: [
            row | {k: f"{name}/{row[k]}" for k in ids if row.get(k) is not None}
            for row in rows
        ]
        for table, rows in tables.items()
    }


TELLING = {
    "messages": {"author_id"},
    "tickets": {"solved_at", "reopened_at"},
    "agents": {"organization"},
    "time_entries": set(),
}


def gathered():
    """Gather the special tickets whose sources bring the same that facts ask about.

    Each group is one helpdesk, so an engine is asked once for all its cases.
    """
    groups = defaultdict(list)
    for name, (tables, expected) in SPECIAL.items():
        given_names = frozenset(
            (table, column)
            for table, columns_told in TELLING.items()
            for row in tables.get(table, ())
            for column in columns_told & set(row)
        )
        fields = frozenset(row["field"] for row in tables.get("events", ()))
        agents = repr(tables.get("agents"))
        groups[frozenset(tables), given_names, fields, agents].append(
            (name, tables, expected)
        )
    return groups.values()


@pytest.fixture(scope="module")
def special(engine):
    """Every special ticket's facts, by the case's name."""
    found = {}
    for group in gathered():
        merged = defaultdict(list)
        for name, tables, _ in group:
            for table, rows in named_apart(tables, name).items():
                merged[table] += rows if table != "agents" else []
        merged["agents"] = group[0][1].get("agents", [])
        if not merged["agents"]:
            del merged["agents"]
        rows = computed(engine, dict(merged), CONTRACT, AS_OF)
        found |= {name: rows[f"{name}/1"] for name, _, _ in group}
    return found


@pytest.mark.parametrize("name", SPECIAL)
def test_special_tickets(special, name):
    """Every special ticket has the facts that were worked out by hand."""
    expected = SPECIAL[name][1]

    assert expected == {column: plain(special[name][column]) for column in expected}


# A case is a whole helpdesk; nobody reads its repr, the assertion names the ticket.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_agrees_with_the_plain_calculation(engine):
    """On any helpdesk at all, every fact is what a loop over the rows says."""

    @some_cases(engine)
    @given(case=cases(max_tickets=50))
    def agrees(case):
        wanted = oracle.facts(case.tables, as_of=case.as_of, contract=case.contract)
        found = computed(engine, case.tables, case.contract, case.as_of)

        assert {row["ticket_id"] for row in wanted} == set(found)
        for row in wanted:
            got = found[row["ticket_id"]]
            assert {k: plain(v) for k, v in row.items()} == {
                k: plain(got[k]) for k in row
            }, row["ticket_id"]

    agrees()


def test_days_are_local(engine):
    """A ticket opened at 03:30 UTC belongs to the evening before in New York."""
    rows = {"tickets": [{"ticket_id": "1", "created_at": 1_772_681_400}]}
    found = computed(engine, rows, CONTRACT, AS_OF)["1"]

    assert (date(2026, 3, 4), 22) == (found["created_on"], found["created_hour"])
