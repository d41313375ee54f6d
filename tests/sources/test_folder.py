"""A table is a file of a folder, or several; their names say so."""

from __future__ import annotations

import os
import zipfile

import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

TICKETS = "ticket_id,created_at\n1,2026-03-02T09:00:00Z\n"


def refusal(path):
    """Return the error line that opening a place ends in."""
    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def put(folder, *names):
    """Write tickets under each name, which may have a folder of its own."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TICKETS)


@pytest.mark.parametrize(
    "names",
    [
        ("tickets-1.csv", "tickets-2.csv"),
        ("tickets_000000000001.csv",),
        ("tickets_0_0_0.csv", "Tickets_page_2.csv"),
        ("tickets.csv/part-0.csv", "tickets.csv/part-1.csv"),
        ("tickets/a.csv", "tickets/messages.csv"),
    ],
)
def test_parts_are_read_as_the_whole(tmp_path, names):
    """Each file has its own account, told by its folder where that is the table."""
    put(tmp_path, *names)
    helpdesk = open_helpdesk("files", str(tmp_path))

    assert sorted(names) == sorted(helpdesk.accounting["file"])
    assert 1 == helpdesk.tables["tickets"].count().execute()
    assert () == helpdesk.warnings


@pytest.mark.parametrize(
    ("names", "both"),
    [
        (("tickets.csv", "tickets_0.csv"), "tickets.csv and tickets_0.csv"),
        (("tickets.csv", "tickets (1).csv"), "tickets (1).csv and tickets.csv"),
        (("tickets/part-0.csv", "tickets.csv"), "tickets and tickets.csv"),
        (("tickets/part-0.csv", "tickets-1.csv"), "tickets and tickets-1.csv"),
        (("tickets.csv", "tickets.tsv"), "tickets.csv and tickets.tsv"),
    ],
)
def test_a_whole_and_a_part_may_be_one_table_twice(tmp_path, names, both):
    """An old download beside a new one, or the parts beside what they became."""
    put(tmp_path, *names)

    told = f"{tmp_path}: holds {both}. Keep one of them, or the parts alone."
    assert told == refusal(tmp_path)


def test_a_folder_that_is_called_as_a_file(tmp_path):
    """Spark writes one; it can be given itself."""
    put(tmp_path, "tickets.csv/part-0.csv", "tickets.csv/_SUCCESS")
    helpdesk = open_helpdesk("files", str(tmp_path / "tickets.csv"))

    assert ["part-0.csv"] == list(helpdesk.accounting["file"])
    assert () == helpdesk.warnings


def test_a_folder_that_is_called_as_a_file_and_is_empty(tmp_path):
    """As Spark leaves it when it is stopped."""
    put(tmp_path, "tickets.csv/_SUCCESS")

    told = "tickets.csv: has no tickets.parquet, tickets.csv or the like. "
    assert told in refusal(tmp_path / "tickets.csv")
    assert "has no tickets.parquet" in refusal(tmp_path)


def test_folders_among_parts_are_not_read(tmp_path):
    """Their names often hold a column, which no file has."""
    put(tmp_path, "tickets/month=1/part-0.csv", "tickets/part-0.csv")

    told = "tickets/month=1: is a folder among the parts of a table. "
    assert f"{told}Select from it with --source sql." == refusal(tmp_path)


def test_other_names_are_no_parts(tmp_path):
    """A backup and a folder of attachments are left, the first with a word."""
    put(tmp_path, "tickets.csv", "tickets_old.csv", "messages/1.eml")
    helpdesk = open_helpdesk("files", str(tmp_path))

    told = "tickets_old.csv: is not read, no table is called 'tickets_old'"
    assert (told,) == helpdesk.warnings


@pytest.mark.parametrize("target", ["tickets.csv", "nowhere", "pipe"])
def test_what_is_no_file(tmp_path, target):
    """A link to itself or to nothing, and a pipe, on which one would wait forever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "tickets.csv").symlink_to(target)

    expected = "tickets.csv: is no file that can be read, maybe a broken link. "
    assert f"{expected}Put the file there." == refusal(tmp_path)


def test_a_name_of_two_lines(tmp_path):
    """It would make two lines of every message."""
    put(tmp_path, "a\nb.csv")

    expected = r"'a\nb.csv': the name holds a line break or the like. Rename the file."
    assert expected == refusal(tmp_path / "a\nb.csv")


def test_an_archive_without_tickets_is_told_by_its_name(tmp_path):
    """Not by where it was unpacked."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.csv", TICKETS)
        archive.writestr("groups.csv", TICKETS)

    expected = "export.zip: has no tickets.parquet, tickets.csv or the like. "
    assert refusal(path).startswith(expected)
