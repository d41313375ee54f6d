"""The quarantined rows as a file: beside a report, or where `check` is told to."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from kpi_kit.__main__ import cli
from kpi_kit.errors import TableError
from kpi_kit.rejected import BESIDE, leave_rejected
from kpi_kit.reviews import open_review
from kpi_kit.sources import open_helpdesk

HEAD = "ticket_id,created_at,csat,comment\n"
GOOD = "1,2026-03-02T09:00:00Z,5,\n"
LONG = "x" * 100
BAD = f'2,2026-03-02T09:00:00Z,"{LONG}",\n,2026-03-02T09:00:00Z,,"a\nb"\n'
ROWS = [
    ("tickets.csv", 3, "csat", "not a number", LONG),
    ("tickets.csv", 4, "ticket_id", "empty", ""),
]


@pytest.fixture
def path(tmp_path):
    """A file of three tickets, one of them sound."""
    path = tmp_path / "tickets.csv"
    path.write_text(HEAD + GOOD + BAD, encoding="utf-8")
    return path


def test_other_columns_are_listed(tmp_path):
    """They come after the rows, and where there is none nothing is said."""
    path = tmp_path / "tickets.csv"
    path.write_text("plan,ticket_id,created_at,Region\n", encoding="utf-8")
    told = "\n\nOther columns of the tickets, to slice by: plan, Region.\n"
    assert told in checked(path, "--option", "allow_empty=true").stdout

    path.write_text("ticket_id,created_at\n", encoding="utf-8")
    assert "to slice by" not in checked(path, "--option", "allow_empty=true").stdout


def test_a_file_where_a_folder_is_asked_for(path, tmp_path):
    """The disk is not full: what was given is no folder."""
    given = tmp_path / "out"
    given.write_text("x", encoding="utf-8")
    result = checked(path, "--out", str(given))

    told = f"{given / 'quarantine.parquet'}: cannot be written, for {given} is no "
    assert f"{told}folder. Give a folder." == str(result.exception)
    assert "x" == given.read_text(encoding="utf-8")


def test_of_a_select_the_rows_are_counted(tmp_path):
    """The number is no line of the SQL; what scripts read keeps its name."""
    select = """select '' as ticket_id,
        '2026-03-02T09:00:00Z' as created_at
        union all select '1', '2026-03-02T09:00:00Z'"""
    (tmp_path / "tickets.sql").write_text(select, encoding="utf-8")
    given = ("--source", "sql", "--mapping", str(tmp_path))

    text = checked(tmp_path, *given).stdout
    assert (
        "file         row  column     rule   text\ntickets.sql    1  ticket_i" in text
    )
    answer = json.loads(checked(tmp_path, *given, "--format", "json").stdout)
    assert 1 == answer["quarantine"][0]["line"]


def checked(path, *options):
    """Run ``check`` on a file."""
    return CliRunner().invoke(cli, ["check", "--location", str(path), *options])


def rows(folder):
    """Return the rows of the quarantine that lies in a folder."""
    frame = pd.read_parquet(folder / "quarantine.parquet")
    return list(frame.itertuples(index=False, name=None))


def test_check_writes_the_quarantine_when_told_where(path, tmp_path):
    """There each text is whole; on the screen it is cut at forty characters."""
    answer = checked(path, "--out", str(tmp_path / "out"))

    assert ROWS == rows(tmp_path / "out")
    assert ["quarantine.parquet"] == [p.name for p in (tmp_path / "out").iterdir()]
    assert "x" * 40 in answer.output
    assert "x" * 41 not in answer.output


def test_a_sound_file_leaves_nothing(path, tmp_path):
    """No row is quarantined, and no folder made."""
    path.write_text(HEAD + GOOD, encoding="utf-8")
    checked(path, "--out", str(tmp_path / "out"))

    assert not (tmp_path / "out").exists()


def test_check_counts_by_rule(path):
    """In JSON each file and rule has its rows, and they add up to the account."""
    found = json.loads(checked(path, "--format", "json").stdout)

    assert 2 == sum(rule["rows"] for rule in found["rules"])
    assert {"not a number", "empty"} == {rule["rule"] for rule in found["rules"]}
    assert [2] == [file["quarantined"] for file in found["files"]]


def test_check_tells_all_and_fails_above_the_limit(path):
    """The account is printed all the same; the exit is an error that names the rule."""
    answer = checked(path, "--format", "json", "--option", "quarantine_limit=1")

    assert 2 == json.loads(answer.stdout)["files"][0]["quarantined"]
    assert isinstance(answer.exception, TableError)
    told = "tickets.csv: 2 of 3 rows are quarantined, at most 1 may be; 1 for "
    assert str(answer.exception).startswith(told)


def test_a_run_finds_the_quarantine(path, tmp_path, monkeypatch):
    """Where a run works for a report it says so, and only there something is left."""
    helpdesk = open_helpdesk("files", str(path))
    monkeypatch.delenv(BESIDE, raising=False)
    leave_rejected(helpdesk)
    assert [path] == list(tmp_path.iterdir())

    monkeypatch.setenv(BESIDE, str(tmp_path / "beside"))
    leave_rejected(helpdesk)
    assert ROWS == rows(tmp_path / "beside")


def test_a_run_that_the_limit_stops_finds_it_too(path, tmp_path, monkeypatch):
    """It is left before the error: who reads that wants to see the rows."""
    monkeypatch.setenv(BESIDE, str(tmp_path / "beside"))
    with pytest.raises(TableError, match="2 of 3 rows are quarantined, at most 1"):
        open_review(
            "files", str(path), as_of="2026-03-02", options={"quarantine_limit": 1}
        )

    assert ROWS == rows(tmp_path / "beside")
