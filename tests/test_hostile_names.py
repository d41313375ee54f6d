"""Names that would end a string or an identifier of SQL are names and nothing else."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from kpi_kit.contract import read_contract
from kpi_kit.errors import KitError
from kpi_kit.evidence import evidence
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk

NAMES = {
    "ends-a-string": "x'); drop table tickets; --",
    "ends-an-identifier": 'x"; drop table tickets; --',
    "reads-a-file": "' union select * from read_csv('/etc/passwd') --",
    "is-a-pattern": "%_\\",
    "is-a-format": "{location} %s $1 ?",
}
DAYS = {"start": date(2026, 3, 1), "end": date(2026, 3, 8), "as_of": date(2026, 3, 20)}


def csv(text):
    """Quote a field of a CSV file."""
    return '"' + text.replace('"', '""') + '"'


def yaml(text):
    """Quote a scalar of a YAML file."""
    return "'" + text.replace("'", "''") + "'"


@pytest.fixture(params=NAMES.values(), ids=NAMES)
def evil(request):
    """A name that somebody gave a team, a column and a rating."""
    return request.param


@pytest.fixture
def helpdesk(tmp_path, evil):
    """Three tickets of the team, two of another, with a column of the name."""
    rows = "".join(
        f"{n},2026-03-02T09:00:00Z,{csv(evil if n < 3 else 'desk')},{csv(evil)},b\n"
        for n in range(5)
    )
    (tmp_path / "tickets.csv").write_text(
        f"{csv(evil + '#')},created_at,team,csat,{csv(evil)}\n{rows}", encoding="utf-8"
    )
    (tmp_path / "source.yaml").write_text(
        f"column_map: {{{yaml(evil + '#')}: ticket_id}}\n"
        f"csat_map: {{{yaml(evil)}: 4}}\n",
        encoding="utf-8",
    )
    return open_helpdesk("files", str(tmp_path))


def test_columns_and_words(helpdesk, evil):
    """``column_map`` and ``csat_map`` take any text that stands in the file."""
    tickets = helpdesk.tables["tickets"].execute()

    assert list("01234") == sorted(tickets["ticket_id"])
    assert [4] * 5 == list(tickets["csat"])
    assert ["b"] * 5 == list(tickets[evil])


def test_slices(helpdesk, evil):
    """A team of the name is a slice, and so is a column of the name."""
    contract = read_contract(None, known_metrics=())
    asked = {"metrics": ["ticket_volume"], **DAYS}
    by_team = scorecard(helpdesk, contract, by=("team",), **asked)
    by_column = scorecard(helpdesk, contract, by=(evil,), **asked)

    assert {evil: 3, "desk": 2} == dict(
        zip(by_team["team"], by_team["value"], strict=True)
    )
    assert {"b": 5} == dict(zip(by_column[evil], by_column["value"], strict=True))
    with pytest.raises(KitError):
        scorecard(helpdesk, contract, by=(f"team) , (select 1 {evil}",), **asked)


def test_teams_of_a_contract(helpdesk, evil, tmp_path):
    """Its tier, its side and its schedule are looked up by the name alone."""
    name = yaml(evil)
    path = tmp_path / "contract.yaml"
    path.write_text(
        f"tiers: {{{name}: 2, desk: 1}}\norganizations: {{{name}: client, desk: v}}\n"
        "business_hours: {a: {week: 24x7}, b: {week: {mon: ['10:00-11:00']}}}\n"
        f"schedules_by: {{team: {{{name}: b}}}}\n",
        encoding="utf-8",
    )
    contract = read_contract(path, known_metrics=())
    found = evidence(helpdesk, contract, as_of=DAYS["as_of"])
    facts = pa.Table.from_batches(found.batches, found.schema).to_pandas()

    assert {"b": 3, "a": 2} == facts["schedule"].value_counts().to_dict()
    assert {evil: 3, "desk": 2} == facts["team"].value_counts().to_dict()
