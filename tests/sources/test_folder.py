"""A table is one file of a folder; what may be more, or less, is told by its name."""

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
    ("names", "part"),
    [
        (("tickets-1.csv", "tickets-2.csv"), "tickets-1.csv"),
        (("tickets.csv", "tickets_000000000001.csv"), "tickets_000000000001.csv"),
        (("tickets.csv", "tickets (1).csv"), "tickets (1).csv"),
        (("tickets_0_0_0.csv",), "tickets_0_0_0.csv"),
        (("Tickets_page_2.csv",), "Tickets_page_2.csv"),
        (("tickets.csv/part-0.csv",), "tickets.csv"),
        (("tickets/part-0.csv", "tickets.csv"), "tickets"),
        (("tickets.csv", "messages-1.csv"), "messages-1.csv"),
    ],
)
def test_parts_are_not_read_as_the_whole(tmp_path, names, part):
    """Nor are they left out unsaid, whatever else is there."""
    put(tmp_path, *names)

    name = "messages" if "messages" in part else "tickets"
    told = f"{tmp_path}: {part} looks like a part of {name}, which is one file"
    todo = "Join the parts into one file, or select from them with --source sql"
    assert f"{told}. {todo}." == refusal(tmp_path)


def test_a_folder_that_is_called_as_a_file(tmp_path):
    """Spark writes one; given itself, it is told to be in parts too."""
    put(tmp_path, "tickets.csv/part-0.csv", "tickets.csv/part-1.csv")

    assert "tickets.csv looks like a part of tickets" in refusal(
        tmp_path / "tickets.csv"
    )


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
