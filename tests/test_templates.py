"""Sheets to fill in: the kit's own door takes them as they are."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from kpi_kit.__main__ import cli
from kpi_kit.sources import open_helpdesk
from kpi_kit.tables import TABLES
from kpi_kit.templates import write_templates
from kpi_kit.whence import SHEETS

TICKETS = """\
ticket_id,created_at
1001,2026-03-02T09:00:00Z
1002,2026-03-02T09:30:00Z
"""


def test_every_row_is_accepted(tmp_path):
    """With their tickets the sheets are read without a warning, two rows each."""
    write_templates(tmp_path)
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    desk = open_helpdesk("files", str(tmp_path))

    assert () == desk.warnings
    assert desk.quarantine.empty
    told = desk.accounting.set_index("file")["accepted"].to_dict()
    assert dict.fromkeys(("tickets.csv", *(f"{n}.csv" for n in SHEETS)), 2) == told


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_has_every_column(name, tmp_path):
    """A user who fills all columns of a sheet lacks none; each is explained."""
    write_templates(tmp_path)
    with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    names = [column.name for column in TABLES[name].columns]

    assert (names, 2) == (head, len(rows))
    told = (tmp_path / "README.md").read_text(encoding="utf-8")
    section = told.partition(f"## {name}.csv\n")[2].partition("\n## ")[0]
    cells = [line.split(" | ")[0].strip("|* ") for line in section.splitlines()]
    assert set() == {*names} - {*cells}


def test_the_command_prints_what_it_wrote(tmp_path):
    """The paths go to standard output, for who looks and for pipes."""
    folder = tmp_path / "new" / "sheets"
    done = CliRunner().invoke(cli, ["templates", str(folder)], catch_exceptions=False)

    assert 0 == done.exit_code
    assert {*map(str, folder.iterdir())} == set(done.stdout.split())


@pytest.mark.parametrize("name", ["costs.csv", "README.md"])
def test_nothing_is_written_over(name, tmp_path):
    """One file that is there is named, stays, and keeps all others away."""
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=f"{name}: is there already. Give another"):
        write_templates(tmp_path)

    assert {name: "mine"} == {
        path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()
    }


def test_a_link_to_nowhere_is_there(tmp_path):
    """A name that is taken is taken, whatever it leads to."""
    (tmp_path / "agents.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(ValueError, match=r"agents\.csv: is there already"):
        write_templates(tmp_path)


def test_a_file_is_no_folder(tmp_path):
    """What cannot hold sheets is said before any is made."""
    (tmp_path / "x").touch()
    with pytest.raises(ValueError, match=r"x: is no folder\. Give another name"):
        write_templates(tmp_path / "x")
