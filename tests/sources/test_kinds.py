"""A file is what its bytes are: packed, cut, locked or something else altogether."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from kpi_kit.errors import ParameterError, TableError
from kpi_kit.sources import open_helpdesk

TICKETS = "ticket_id,created_at\n1,2026-03-02T09:00:00Z\n2,2026-03-02T10:00:00Z\n"
AGENTS = "agent_id,name\na,Ann\n"


def refusal(path, **kwargs):
    """Return the error line that opening a file ends in."""
    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(path), **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def packed(path, files, **how):
    """Write a zip archive of names and texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text, **how)
    return path


def counts(helpdesk):
    """Return file, table and accepted rows."""
    frame = helpdesk.accounting[["file", "table", "accepted"]]
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (
            gzip.compress(b"x"),
            "is gzipped, and its name does not say so. Name it t.csv.gz",
        ),
        (
            b"PK\x03\x04",
            "is a zip archive or a workbook. Name it .zip, or save it as CSV",
        ),
        (b"PAR1", "is Parquet. Name it .parquet"),
        (b"\xd0\xcf\x11\xe0\xa1", "is an Excel workbook. Save it as CSV"),
        (b"%PDF-1.7", "is a PDF. Export a table"),
        (
            bz2.compress(TICKETS.encode()),
            "is packed by bzip2. Unpack it, or pack it as .gz or .zip",
        ),
        (
            lzma.compress(TICKETS.encode()),
            "is packed by xz. Unpack it, or pack it as .gz or .zip",
        ),
    ],
)
def test_a_name_that_belies_its_file(tmp_path, start, expected):
    """What a file is told to be and what it is are both said."""
    path = tmp_path / "t.csv"
    path.write_bytes(start)

    assert f"t.csv: {expected}." == refusal(path)


def test_a_text_packed_too_well(tmp_path):
    """Thirty megabytes of zeros are no export, as gzip and in an archive."""
    zeros = b"0" * 30_000_000
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(zeros))
    size = path.stat().st_size

    expected = f"t.csv.gz: {size:,} bytes unpack to 10,485,760 or more; no export does."
    assert refusal(path).startswith(expected)
    path = packed(tmp_path / "t.zip", {"t.csv": zeros})
    assert "bytes unpack to 30,000,000 or more; no export does." in refusal(path)


@pytest.mark.parametrize("place", [40, -6, None], ids=["inside", "its-sum", "its-end"])
def test_a_gzipped_text_that_is_damaged(tmp_path, place):
    """What was changed or cut on the way is not read, however much of it could be."""
    whole = bytearray(gzip.compress((TICKETS * 50).encode()))
    path = tmp_path / "t.csv.gz"
    if place is not None:
        whole[place] ^= 255
    path.write_bytes(whole[:-9] if place is None else whole)

    assert refusal(path).startswith("t.csv.gz: cannot be unpacked: ")


def test_what_is_packed_twice(tmp_path):
    """Gzip in gzip, a tar and a zip in gzip's name: told by what is inside."""
    path, tar = tmp_path / "t.csv.gz", io.BytesIO()
    path.write_bytes(gzip.compress(gzip.compress(TICKETS.encode())))
    assert "t.csv.gz: is gzipped twice. Unpack it once." == refusal(path)
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("t.csv"))
    path.write_bytes(tar.getvalue())
    expected = "t.csv.gz, unpacked: is a tar archive. Pack its files as .zip."
    assert expected == refusal(path)
    path.write_bytes(gzip.compress(b"PK\x03\x04"))
    assert refusal(path).startswith("t.csv.gz, unpacked: is a zip archive or a workbo")


@pytest.mark.parametrize("content", [TICKETS.encode(), gzip.compress(b"PAR1")])
def test_what_is_called_parquet_and_is_not(tmp_path, content):
    """Neither of its ends is one of Parquet's."""
    path = tmp_path / "t.parquet"
    path.write_bytes(content)

    expected = "t.parquet: is no Parquet file. Name it by what it is, or export it ag"
    assert refusal(path).startswith(expected)


def test_an_archive_of_one_file(tmp_path):
    """Whatever its name, it holds the tickets."""
    path = packed(tmp_path / "export.zip", {"week/all.csv": TICKETS, "README.md": "x"})

    assert [("all.csv", "tickets", 2)] == counts(open_helpdesk("files", str(path)))


def test_an_archive_of_a_folder(tmp_path):
    """Its files are the tables of their names."""
    path = packed(tmp_path / "e.zip", {"tickets.csv": TICKETS, "agents.csv": AGENTS})

    expected = [("tickets.csv", "tickets", 2), ("agents.csv", "agents", 1)]
    assert expected == counts(open_helpdesk("files", str(path)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../evil.csv", "the name '../../evil.csv' leaves the folder."),
        ("/etc/evil.csv", "the name '/etc/evil.csv' leaves the folder."),
        ("..\\evil.csv", r"the name '..\\evil.csv' leaves the folder."),
        (f"{'x' * 300}.csv", f"the name '{'x' * 40}' is too long for a file's."),
        ("notes.txt", "holds no table. Known: .parquet, .csv,"),
    ],
)
def test_an_archive_that_cannot_be_trusted(tmp_path, name, expected):
    """Nothing is written outside, and nothing at all when one name is wrong."""
    path = packed(tmp_path / "e.zip", {name: TICKETS})

    assert refusal(path).startswith(f"e.zip: {expected}")
    assert [path] == list(tmp_path.rglob("*"))


def test_an_archive_that_is_damaged_or_doubtful(tmp_path):
    """Cut in two, changed inside, or with two files of one name."""
    path = packed(tmp_path / "e.zip", {"tickets.csv": TICKETS * 50})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path).startswith("e.zip: is no whole zip archive: ")
    at = whole.index(b"tickets.csv") + 30
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
    assert refusal(path).startswith("e.zip: is no whole zip archive: ")
    path = packed(tmp_path / "e.zip", {"a/t.csv": TICKETS, "b/t.csv": TICKETS})
    assert "e.zip: holds two files called 't.csv'. Keep one of them." == refusal(path)


@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\r")])
def test_lines_that_end_in_several_ways(tmp_path, ends):
    """Two exports were joined: every row is read, a break in a text stays one."""
    first, second = ends
    path = tmp_path / "t.csv"
    text = f'ticket_id,created_at,comment{first}1,2026-03-02T09:00:00Z,"a\nb"{second}'
    path.write_bytes(f"{text}2,2026-03-02T09:00:00Z,x{first}".encode())
    helpdesk = open_helpdesk("files", str(path))

    assert [("t.csv", "tickets", 2)] == counts(helpdesk)
    assert ["a\nb", "x"] == list(helpdesk.tables["tickets"].comment.execute())
    assert ("t.csv: its lines end in several ways; all are read",) == helpdesk.warnings


def test_bytes_that_are_no_text_cost_a_row_when_told_to(tmp_path):
    """Only the row that holds them, and it is named by its line."""
    path = tmp_path / "t.csv"
    text = TICKETS.encode() + b"3,2026-03-02T11:00:00Z\xff\n4,2026-03-02T09:00:00Z\n"
    path.write_bytes(text)
    expected = "t.csv: line 4, byte 89: 0xff is not UTF-8. Set --option encoding=cp1252"
    assert refusal(path).startswith(expected)
    options = {"encoding_errors": "quarantine"}
    helpdesk = open_helpdesk("files", str(path), options=options)

    assert [("t.csv", "tickets", 3)] == counts(helpdesk)
    assert [(4, "not UTF-8")] == [
        (line, rule) for line, rule in helpdesk.quarantine[["line", "rule"]].to_numpy()
    ]


def test_utf_16_without_its_mark(tmp_path):
    """The zero bytes give it away; which half comes first has to be said."""
    path = tmp_path / "t.csv"
    path.write_bytes(TICKETS.encode("utf-16-le"))

    expected = "t.csv: begins with zero bytes between the letters. Set --option enc"
    assert refusal(path).startswith(expected)
    options = {"encoding": "utf-16-le"}
    helpdesk = open_helpdesk("files", str(path), options=options)
    assert [("t.csv", "tickets", 2)] == counts(helpdesk)


def test_an_open_quote_that_another_closes(tmp_path):
    """The rows between them are not taken for a comment's words."""
    path = tmp_path / "t.csv"
    path.write_text(
        "ticket_id,created_at,comment\n"
        '1,2026-03-02T09:00:00Z,"never closed\n'
        "2,2026-03-02T09:00:00Z,\n"
        '3,2026-03-02T09:00:00Z,"closed",\n'
    )

    expected = "t.csv: line 2: a quote is opened and never closed: '1,2026-03-02T09"
    assert refusal(path).startswith(expected)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", TICKETS.replace(",", "\t"), ["fields are separated by a tab"]),
        ("t.tsv", TICKETS.replace(",", "\t"), []),
        ("t.tsv", TICKETS, ["fields are separated by a comma"]),
        (
            "t.csv",
            TICKETS.replace("\n", "\r"),
            ["its lines end in a carriage return alone"],
        ),
        ("t.csv", TICKETS.replace("\n", "\r\n"), []),
        ("t.csv.gz", TICKETS, ["is not gzipped, though its name says so"]),
    ],
)
def test_what_is_otherwise_than_the_name_says_is_told(tmp_path, name, content, said):
    """It is read all the same."""
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    helpdesk = open_helpdesk("files", str(tmp_path / name))

    assert [f"{name}: {text}" for text in said] == list(helpdesk.warnings)
    assert TICKETS.count("\n") - 1 == helpdesk.tables["tickets"].count().execute()


def test_a_mark_that_is_none_of_the_declared_encoding(tmp_path):
    """As the encoding it would be three letters before the first column's name."""
    path = tmp_path / "t.csv"
    path.write_text(TICKETS, encoding="utf-8-sig")

    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(path), options={"encoding": "cp1252"})
    told = "t.csv: begins as utf-8 does, and encoding=cp1252 is declared. Leave the "
    assert f"{told}encoding out." == str(caught.value)
    for name in ("utf-8", "utf-8-sig"):
        helpdesk = open_helpdesk("files", str(path), options={"encoding": name})
        assert 1 <= helpdesk.tables["tickets"].count().execute()


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "base64"])
def test_what_is_no_encoding_of_files(tmp_path, name):
    """Python has codecs of names of hosts and of other things than text."""
    with pytest.raises(ParameterError) as caught:
        open_helpdesk("files", str(tmp_path / "t.csv"), options={"encoding": name})
    told = f"--option: encoding: {name!r} is no encoding. Write one like utf-8 or "
    assert f"{told}cp1252." == str(caught.value)
