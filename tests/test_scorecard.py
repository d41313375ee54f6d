"""The KPIs against the plain calculation, on any helpdesk and any question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from kpi_kit.scorecard import scorecard
from tests import oracle
from tests.canonical import helpdesk
from tests.facts.test_facts import real, some_cases
from tests.strategies import cases, questions


def last_day(as_of, time_zone):
    """Return the local day that ends at ``as_of``."""
    wall = datetime.fromtimestamp(as_of, UTC).astimezone(ZoneInfo(time_zone))
    return wall.date() - timedelta(days=1)


def label(value):
    """Return a dimension's value as the oracle writes it."""
    return str(value)


def keyed(row, by):
    """Return what identifies a row of either side."""
    dims = row["dims"] if "dims" in row else [label(row[name]) for name in by]
    names = ("metric", "statistic", "clock", "period_start", "period_end")
    return (*(row[name] for name in names), *dims)


def rounded(value):
    """Return a number so that sums in another order compare equal."""
    return None if value is None or value != value else round(float(value), 6)  # noqa: PLR0124


# A case is a whole helpdesk; nobody reads its repr, the assertion names the row.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_agrees_with_the_plain_calculation(engine):
    """Every number, bound, n and state is what a loop over the facts says."""

    @some_cases(engine)
    @given(case=cases(whole_days=True, max_tickets=60), question=questions())
    def agrees(case, question):
        as_of = last_day(case.as_of, case.contract.time_zone)
        facts = oracle.facts(case.tables, as_of=case.as_of, contract=case.contract)
        wanted = oracle.kpis(
            facts, case.tables, as_of=case.as_of, contract=case.contract, **question
        )
        found = scorecard(
            helpdesk(engine, case.tables), real(case.contract), as_of=as_of, **question
        )
        check(wanted, found, question["by"], as_of)

    agrees()


def check(wanted, found, by, as_of):
    """Hold every row of the plain calculation against the scorecard's."""
    got = {keyed(row, by): row for row in found.to_dict("records")}
    assert {row["metric"] for row in wanted} <= set(found.metric)
    for row in wanted:
        mine, status = got.pop(keyed(row, by)), row["status"]
        for name in ("value", "low", "high"):
            assert rounded(row[name]) == rounded(mine[name]), (row, name)
        if row["period_end"] > as_of + timedelta(days=1) and status != "not_computable":
            status = "provisional"  # its last days are not known yet
        assert (row["n"], status) == (mine["n"], mine["status"]), row
    # What is left are slices that were seen in another period.
    assert all(row["n"] == 0 and not row["value"] > 0 for row in got.values())


@pytest.mark.parametrize("every", [None, "day", "week", "month"])
def test_empty_periods_have_rows(engine, every):
    """A period without tickets has its rows: counts 0, the rest nothing."""
    desk = helpdesk(engine, {"tickets": [{"ticket_id": "1", "created_at": 0}]})
    found = scorecard(
        desk,
        real(oracle.OracleContract()),
        start=date(2026, 3, 2),
        end=date(2026, 4, 13),
        as_of=date(2026, 5, 1),
        every=every,
        metrics=["ticket_volume", "first_response_time"],
    )
    periods = {None: 1, "day": 42, "week": 6, "month": 2}[every]

    assert [0.0] * periods == found[found.metric == "ticket_volume"].value.to_list()
    times = found[found.metric == "first_response_time"]
    assert 6 * periods == len(times)
    assert {"not_computable"} == set(times.status)
    assert times.value.isna().all()
