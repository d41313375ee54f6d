"""The tickets behind a number are those it counts, the worst of them first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from kpi_kit.business_hours import always
from kpi_kit.catalog import METRICS
from kpi_kit.contract import Contract, Target
from kpi_kit.errors import ParameterError, TableError, UnknownNameError
from kpi_kit.evidence import Wanted, evidence, worst
from kpi_kit.meant import counted
from tests.canonical import helpdesk

HOUR = 3600
MONDAY = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
LIMIT = Target(metric="first_response_time", at_most=Decimal(60), weight=Decimal(1))
CONTRACT = Contract(schedules=(always("UTC"),), targets=(LIMIT,))
DAYS = {"start": date(2026, 3, 2), "end": date(2026, 3, 9)}
SUNDAY = date(2026, 3, 8)
# Opened at hour, first replied after so many hours, solved after so many.
HISTORY = {
    "quick": (1, 0.5, 3),
    "slow": (2, 5, 6),
    "slower": (3, 30, 40),
    "silent": (4, None, None),
    "young": (7 * 24 - 0.5, None, None),
    "before": (-30, 40, 50),
}


@pytest.fixture
def desk(engine):
    """Return six tickets: kept, late twice, silent, not due yet, of the week before."""
    rows = [
        {
            "ticket_id": name,
            "created_at": int(MONDAY + opened * HOUR),
            "first_reply_at": reply and int(MONDAY + (opened + reply) * HOUR),
            "solved_at": solve and int(MONDAY + (opened + solve) * HOUR),
            "issue_type": "Refund" if name in {"slow", "silent"} else None,
            "agent_id": "v1",
            "status": "open",
        }
        for name, (opened, reply, solve) in HISTORY.items()
    ]
    return helpdesk(engine, {"tickets": rows})


def names(desk, contract=CONTRACT, **wanted):
    """Return the ids of the tickets meant, the worst first, and how many they are."""
    found, total = worst(desk, contract, Wanted(**wanted), as_of=SUNDAY, most=3)
    return found["ticket_id"].to_pylist(), total


def test_late_are_those_that_the_share_counts_as_late(desk):
    """Past due without a reply is late, the longest wait first; not yet due is not.

    Of the week before is left out by the day it was opened, though its reply is of
    this week.
    """
    late = {"metric": "first_response_time", "missed": True}

    assert (["silent", "slower", "slow"], 3) == names(desk, **late, **DAYS)


def test_all_counted_are_those_with_a_time(desk):
    """The number is over answered tickets; the longest comes first."""
    found = names(desk, metric="first_response_time", **DAYS)

    assert (["slower", "slow", "quick"], 3) == found


def test_a_kpi_goes_by_its_own_day(desk):
    """What was solved in the week, though opened before it."""
    found = names(desk, metric="resolution_time", **DAYS)

    assert (["before", "slower", "slow"], 4) == found


def test_open_tickets_are_the_oldest_first(desk):
    """Two are open on the last day; which were open before cannot be told apart."""
    assert (["silent", "young"], 2) == names(desk, metric="backlog")
    with pytest.raises(ParameterError, match="Ask as of 2026-03-06"):
        names(desk, metric="backlog", end=date(2026, 3, 7))


def test_of_ratings_those_of_their_tickets(engine):
    """Rated on the day of the last solve: low is missed, not rated is not counted."""
    rows = [
        {"ticket_id": name, "created_at": MONDAY, "solved_at": MONDAY + day * 24 * HOUR}
        for name, day in {"good": 1, "bad": 2, "mute": 3, "late": 9}.items()
    ]
    asked = [
        {
            "survey_id": name,
            "kind": "csat",
            "ticket_id": name,
            "offered_at": MONDAY,
            "answered_at": MONDAY if score else None,
            "score": score,
        }
        for name, score in {"good": 5, "bad": 2, "mute": None, "late": 1}.items()
    ]
    desk = helpdesk(engine, {"tickets": rows, "surveys": asked})
    as_of = date(2026, 3, 15)
    ways = ({"missed": True, **DAYS}, DAYS, {"missed": True})
    found = [
        worst(desk, CONTRACT, Wanted(metric="csat", **way), as_of=as_of, most=9)
        for way in ways
    ]
    ids = [sorted(rows["ticket_id"].to_pylist()) for rows, _ in found]

    assert [["bad"], ["bad", "good"], ["bad", "late"]] == ids


def test_columns_choose(desk):
    """A value, a list of values, a missing one; without a KPI the newest first."""
    assert (["silent", "slow"], 2) == names(desk, having={"issue_type": "Refund"})
    found = names(desk, having={"issue_type": ["Refund", None], "is_open": True})
    assert (["young", "silent"], 2) == found
    assert (["young", "before"], 2) == names(desk, having={"created_hour": [23, 18]})


def test_the_command_gives_the_same_rows_in_order(desk):
    """All of them with every fact, oldest first."""
    wanted = Wanted(metric="first_response_time", missed=True, **DAYS)
    found = evidence(desk, CONTRACT, wanted, as_of=SUNDAY)
    rows = pa.Table.from_batches(found.batches, found.schema)

    assert ["slow", "slower", "silent"] == rows["ticket_id"].to_pylist()
    assert "ticket_id" == rows.column_names[0]
    assert "excluded_because" == rows.column_names[-1]


@pytest.mark.parametrize(
    ("wanted", "error", "why"),
    [
        ({"metric": "csatt"}, UnknownNameError, "Did you mean 'csat'"),
        ({"metric": "nps"}, ParameterError, "'nps' counts surveys, not tickets"),
        ({"metric": "csat"}, TableError, "ratings: needs"),
        ({"missed": True}, ParameterError, "missed: of which KPI"),
        (
            {"metric": "resolution_time", "missed": True},
            ParameterError,
            "sets no target for 'resolution_time'",
        ),
        (
            {"metric": "ticket_volume", "missed": True},
            ParameterError,
            "no ticket misses 'ticket_volume'",
        ),
        ({"having": {"isue_type": 1}}, UnknownNameError, "Did you mean 'issue_type'"),
        (
            {"having": {"created_hour": "nine"}},
            ParameterError,
            r"created_hour is never \['nine'\]",
        ),
    ],
)
def test_what_cannot_be_meant(desk, wanted, error, why):
    """One line says what is wrong and what to do."""
    with pytest.raises(error, match=why):
        names(desk, **wanted)


def test_every_kpi_of_tickets_can_be_asked():
    """Each has a day that it goes by, and those with a side can be missed."""
    bounds = {"at_most": Decimal(60), "weight": Decimal("0.2")}
    timed = [n for n, c in METRICS.items() if c.kind == "duration"]
    aimed = tuple(Target(metric=name, **bounds) for name in timed)
    contract = replace(CONTRACT, targets=aimed)
    of_tickets = [name for name, card in METRICS.items() if card.of == "tickets"]

    for name in of_tickets:
        assert counted(name, contract).day.endswith("_on")
    missed = [n for n in of_tickets if METRICS[n].kind in {"duration", "share"}]
    assert all(counted(name, contract, missed=True).missed for name in missed)
