"""The KPIs against the plain calculation, on any helpdesk and any question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from kpi_kit.catalog import RESERVED
from kpi_kit.contract import Contract
from kpi_kit.dimensions import sliceable
from kpi_kit.errors import UnknownNameError
from kpi_kit.scorecard import scorecard
from kpi_kit.targets import Target
from kpi_kit.terminal import kpi_text
from tests import oracle
from tests.canonical import helpdesk
from tests.facts.test_facts import real, some_cases
from tests.strategies import OFFICE, cases, questions

MONDAY = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())


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
            helpdesk(engine, case.tables),
            real(case.contract),
            as_of=as_of,
            metrics={row["metric"] for row in wanted},
            **question,
        )
        check(wanted, found, question["by"], as_of)

    agrees()


@pytest.mark.parametrize("schedules", [(), (OFFICE,)], ids=["always", "office"])
def test_by_first_response_agrees_with_the_plain_calculation(engine, schedules):
    """Replies around each border, to the second, with and without nights between."""
    hour = 3600
    waits = [n * hour + second for n in (0, 1, 4, 8) for second in (-1, 0, 1)]
    waits = [None, 30 * hour, *(wait for wait in waits if wait >= 0)]
    tickets = [
        {
            "ticket_id": f"{start}-{number}",
            "created_at": MONDAY + start * hour,
            "channel": ("email", None)[number % 2],
            "first_reply_at": None if wait is None else MONDAY + start * hour + wait,
        }
        for start in (5, 6, 9, 12, 30, 110)
        for number, wait in enumerate(waits)
    ]
    terms = oracle.OracleContract(schedules=schedules, time_zone="America/New_York")
    end = MONDAY + 20 * 86_400 - 5 * hour  # midnight of New York, in summer time
    facts = oracle.facts({"tickets": tickets}, as_of=end, contract=terms)
    asked = {"start": date(2026, 3, 1), "end": date(2026, 3, 20), "every": "week"}
    asked["by"] = ("first_response_within", "channel")
    wanted = oracle.kpis(
        facts, {"tickets": tickets}, as_of=end, contract=terms, **asked
    )
    as_of = last_day(end, terms.time_zone)
    found = scorecard(
        helpdesk(engine, {"tickets": tickets}),
        real(terms),
        as_of=as_of,
        metrics={row["metric"] for row in wanted},
        **asked,
    )

    check(wanted, found, asked["by"], as_of)
    names = {"(none)", "0 to 1 h", "1 to 4 h", "4 to 8 h", "8 h or more"}
    assert names == {row["dims"][0] for row in wanted}


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


@pytest.mark.parametrize("every", [None, "day", "week", "month", "quarter"])
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
    periods = {None: 1, "day": 42, "week": 6, "month": 2, "quarter": 2}[every]

    assert [0.0] * periods == found[found.metric == "ticket_volume"].value.to_list()
    times = found[found.metric == "first_response_time"]
    assert 6 * periods == len(times)
    assert {"not_computable"} == set(times.status)
    assert times.value.isna().all()


@pytest.mark.parametrize("name", RESERVED)
def test_a_column_called_like_the_answers_is_renamed(engine, name):
    """A column of the user's can be sliced by, whatever it is called."""
    ticket = {"ticket_id": "1", "created_at": MONDAY, name: "gold"}
    ticket |= {"solved_at": MONDAY + 60, "first_reply_at": MONDAY + 60}
    desk = helpdesk(engine, {"tickets": [ticket]})
    asked = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}
    asked |= {"as_of": date(2026, 3, 31), "by": (f"given_{name}",)}
    found = scorecard(desk, Contract(), **asked)

    assert {"gold"} == set(found[f"given_{name}"])
    assert found.columns.is_unique
    assert kpi_text(found, asked["by"])


def test_the_users_columns_end_as_they_like(engine):
    """Only the kit's own instants and lengths are no slices; a name counts once."""
    tickets = [{"ticket_id": "1", "created_at": MONDAY, "sold_at": "shop"}]
    desk = helpdesk(engine, {"tickets": tickets})

    assert ("sold_at",) == sliceable(desk, Contract(), ["sold_at", "sold_at"])
    for own in ("last_solved_at", "handle_minutes"):
        with pytest.raises(UnknownNameError, match=own):
            sliceable(desk, Contract(), [own])


def test_a_metric_named_twice_is_answered_once(engine):
    """Asking again does not double the rows."""
    tickets = [{"ticket_id": "1", "created_at": MONDAY}]
    desk = helpdesk(engine, {"tickets": tickets})
    asked = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}
    asked |= {"as_of": date(2026, 3, 31), "metrics": ["ticket_volume"] * 2}

    assert 1 == len(scorecard(desk, Contract(), **asked))


def test_a_limit_is_told_as_people_write_it(engine):
    """2,880 minutes are 48 h; five days of business hours are no five days."""
    limits = {"resolution_time": ("calendar", 2880), "first_response_time": ("", 7200)}
    targets = tuple(
        Target(metric=name, clock=clock or "business", at_most=Decimal(most))
        for name, (clock, most) in limits.items()
    )
    ticket = {"ticket_id": "1", "created_at": MONDAY, "solved_at": MONDAY + 60}
    desk = helpdesk(engine, {"tickets": [ticket | {"first_reply_at": MONDAY + 60}]})
    found = scorecard(
        desk,
        Contract(targets=targets),
        start=date(2026, 3, 2),
        end=date(2026, 3, 3),
        as_of=date(2026, 3, 31),
        metrics=limits,
    )
    notes = found[found.statistic == "share"].set_index("metric")["note"]

    assert "within 48 h, of those due, by day created" in notes["resolution_time"]
    assert "within 120 h, of those due, by day created" in notes["first_response_time"]
