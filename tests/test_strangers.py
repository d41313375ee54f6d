"""A name of the contract that the data does not have is told with the nearest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpi_kit.contract import Contract
from kpi_kit.sources import open_helpdesk
from kpi_kit.strangers import held_to
from kpi_kit.targets import Target

TABLES = {
    "tickets": "ticket_id,created_at,channel,team\n"
    "1,2026-03-02T09:00:00Z,email,Front desk\n2,2026-03-02T10:00:00Z,chat,\n",
    "events": "event_id,ticket_id,occurred_at,field,old_value,new_value\n"
    "1,1,2026-03-02T09:30:00Z,team,Front desk,Back office\n"
    "2,1,2026-03-02T09:40:00Z,agent,ann,Night desk\n",
    "agents": "agent_id,team\nann,Experts\n",
}


@pytest.fixture
def warnings(tmp_path):
    """A function from a contract to what is said about its names."""

    def told(contract, tables=TABLES):
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        helpdesk = open_helpdesk("files", str(tmp_path))
        return held_to(helpdesk, contract).warnings[len(helpdesk.warnings) :]

    return told


def test_names_that_the_data_has(warnings):
    """A team may stand beside a ticket, an agent or only in what was changed."""
    teams = {"Front desk": "client", "Back office": "Acme", "Experts": "Acme"}
    by = {"team": {"Front desk": "office"}, "channel": {"chat": "office"}}
    tiers = dict.fromkeys(teams, 1)

    assert () == warnings(Contract())
    assert () == warnings(Contract(organizations=teams, tiers=tiers, schedules_by=by))


@pytest.mark.parametrize(
    ("key", "named", "kind", "name", "near"),
    [
        ("organizations", {"Front dsek": "a"}, "team", "Front dsek", "Front desk"),
        ("tiers", {"Night desk": 2, "Experts": 1}, "team", "Night desk", "Front desk"),
        ("schedules_by", {"team": {"Weekend": "a"}}, "team", "Weekend", None),
        ("schedules_by", {"channel": {"Email": "a"}}, "channel", "Email", "email"),
    ],
)
def test_names_that_the_data_has_nowhere(warnings, key, named, kind, name, near):
    """An agent of that name is no team, and neither is another case of it."""
    said = f"contract: {key} names a {kind} that the data has nowhere: '{name}'"
    hint = f"; did it mean '{near}'?" if near else ""

    assert (said + hint,) == warnings(Contract(**{key: named}))


def test_data_without_teams(warnings):
    """Where nobody has a team, each name of one is told."""
    bare = {"tickets": "ticket_id,created_at\n1,2026-03-02T09:00:00Z\n"}
    told = warnings(Contract(tiers={"A": 1, "B": 2}), bare)

    assert 2 == len(told)
    assert "contract: tiers names a team that the data has nowhere: 'B'" == told[1]


def test_a_promise_about_handle_time_is_advised_against(warnings):
    """It is allowed, and its price is told; a promise about anything else is not."""
    promised = (
        Target(metric="handle_time_contact", at_most=Decimal(6)),
        Target(metric="resolution_time", at_most=Decimal(600)),
    )

    (told,) = warnings(Contract(targets=promised))

    assert told.startswith(
        "contract: a target on handle_time_contact makes agents rush"
    )


def test_limits_of_issue_types_that_nobody_writes_of(warnings):
    """Billing comes; a limit on Biling would never be held to anything."""
    rows = "ticket_id,created_at,issue_type\n1,2026-03-02T09:00:00Z,Billing\n"
    limits = {"Billing": Decimal(8), "Biling": Decimal(8)}

    said = "contract: handle_time names an issue type that the data has nowhere"
    assert (f"{said}: 'Biling'; did it mean 'Billing'?",) == warnings(
        Contract(handle_time=limits), {"tickets": rows}
    )


@pytest.mark.parametrize(
    ("agents", "teams", "vendors"),
    [
        pytest.param("ann,Acme\nbob,client\ncem,\n", {}, "", id="one"),
        pytest.param("ann,Zeta\nbob,Acme\n", {}, "2 vendors (Acme, Zeta)", id="two"),
        pytest.param(
            "ann,A\nbob,B\ncem,C\n",
            {"Front desk": "D"},
            "4 vendors (A, B, C)",
            id="one-more-in-the-contract",
        ),
    ],
)
def test_several_vendors_are_told(warnings, agents, teams, vendors):
    """A number of two vendors is no number of one; three are named at most."""
    tables = TABLES | {"agents": f"agent_id,organization\n{agents}"}
    said = warnings(Contract(organizations=teams), tables)

    assert [f"agents of {vendors}"] * bool(vendors) == [
        text.partition(":")[0] for text in said
    ]
