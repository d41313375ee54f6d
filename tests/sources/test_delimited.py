"""Delimited files of odd shapes: what is cut is said, what is refused says where."""

from __future__ import annotations

import codecs

import duckdb
import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk
from kpi_kit.sources.macros import install
from kpi_kit.sources.options import Options
from kpi_kit.sources.typed import typed_select
from kpi_kit.tables import TABLES

HEADER = "ticket_id,created_at,csat,comment\n"
NINE = "2026-03-02T09:00:00Z"


def opened(folder, content, **kwargs):
    """Write bytes or a text as a file of tickets and open it."""
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_helpdesk("files", str(path), **kwargs)


def refusal(folder, content, **kwargs):
    """Return the error line that opening it ends in, without the file's name."""
    with pytest.raises(TableError) as caught:
        opened(folder, content, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix("t.csv: ")


def counts(helpdesk):
    """Return read, accepted and quarantined rows."""
    return tuple(int(n) for n in helpdesk.accounting.iloc[0, 2:5])


def quarantined(helpdesk):
    """Return line and rule of each quarantined row."""
    listed = helpdesk.quarantine[["line", "rule"]]
    return list(listed.itertuples(index=False, name=None))


def test_empty_fields_after_the_last_column_are_cut_and_said(tmp_path):
    """A spreadsheet's trailing commas cost no row; something in them does.

    The quoted comma makes as many as the surplus has, and the last line has none.
    """
    text = (
        f"{HEADER}1,{NINE},5,ok,,\n"
        f'2,{NINE},5,"a, b, c, d",""\n'
        f'3,{NINE},,"e, f, g"\n'
        f'4,{NINE},5,"h, i, j, k",\n'
        f"5,{NINE},5,\n"
    )
    helpdesk = opened(tmp_path, text)

    assert (5, 5, 0) == counts(helpdesk)
    assert ["ok", "a, b, c, d", "e, f, g", "h, i, j, k"] == list(
        helpdesk.tables["tickets"].order_by("ticket_id").comment.execute().dropna()
    )
    told = "3 of 5 rows: go on after the last column; what is empty there is cut"
    assert (f"t.csv: {told}",) == helpdesk.warnings


def test_a_stray_quote_hides_no_empty_field(tmp_path):
    """Nor does a comma that is lost with its field."""
    text = (
        f'{HEADER}1,{NINE},5,5" pipe,\n2,{NINE},5,6" pipe\n3,{NINE},"1,5",""\n'
        f"4,{NINE},5,ok\n"
    )
    helpdesk = opened(tmp_path, text, options={"decimal": ","})

    assert ['5" pipe', '6" pipe', "ok"] == list(
        helpdesk.tables["tickets"].order_by("ticket_id").comment.execute().dropna()
    )
    told = "1 of 4 rows: go on after the last column; what is empty there is cut"
    assert f"t.csv: {told}" in helpdesk.warnings


def test_text_is_typed_row_by_row():
    """DuckDB joins with a list of words when it is long, which costs each row anew."""
    with duckdb.connect() as connection:
        install(connection)
        for table in TABLES.values():
            names = [column.name for column in table.columns]
            texts = ", ".join(f"'' as {name}" for name in names)
            connection.execute(f"create table {table.name} as select {texts}")
            columns = {name: (name, "VARCHAR") for name in names}
            read = typed_select(
                table, columns, Options(), relation=table.name, where=table.name
            )
            (_, plan), *_ = connection.execute(f"explain {read}").fetchall()

            assert "JOIN" not in plan, table.name


def test_a_row_is_accepted_or_quarantined_once(tmp_path):
    """Also where empty fields go on, broken rows stand beside, and lines are blank.

    The lines told are the file's own, though it begins with Excel's hint and its lines
    end in two ways.
    """
    text = (
        f"sep=,\n\n{HEADER}1,{NINE},5,ok,,,\n\n2,{NINE},5,x,y\r\n"
        f"3,{NINE},bad,ok,\n4,{NINE},5,ok, , \n"
    )
    helpdesk = opened(tmp_path, text)

    assert (4, 1, 3) == counts(helpdesk)
    assert [
        (6, "5 fields, header has 4"),
        (7, "not a number"),
        (8, "6 fields, header has 4"),
    ] == quarantined(helpdesk)


def test_blanks_around_quotes_part_no_fields(tmp_path):
    """The comma in the text is one; the broken row below keeps its line."""
    text = f'{HEADER}1,{NINE},5, "a, b" \n2,{NINE}\n 3,{NINE},x,ok\n'
    helpdesk = opened(tmp_path, text)

    assert (3, 1, 2) == counts(helpdesk)
    expected = [(3, "2 fields, header has 4"), (4, "not a number")]
    assert expected == quarantined(helpdesk)


@pytest.mark.parametrize("above", ["\n", "\n\r\n", "  \n\t\n"])
def test_blank_lines_above_the_header(tmp_path, above):
    """They are skipped, and said to be; the lines below are counted with them."""
    helpdesk = opened(tmp_path, f"{above}{HEADER}1,{NINE},bad,ok\n")

    line = 1 + above.count("\n")
    assert f"t.csv: the header is line {line}, below blank ones" in helpdesk.warnings
    assert [(line + 1, "not a number")] == quarantined(helpdesk)


def test_a_header_may_hold_a_line_break(tmp_path):
    """It is read as a blank, and the rows below keep their lines."""
    text = f'ticket_id,created_at,csat,"plan\nname"\n1,{NINE},bad,pro\n'
    helpdesk = opened(tmp_path, text)

    assert ("plan name",) == helpdesk.extra
    assert [(3, "not a number")] == quarantined(helpdesk)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            f'ticket_id,created_at,"comment\n1,{NINE},x\n',
            "line 1: a quote is opened and never closed: "
            "'ticket_id,created_at,\"comment'. Correct the file.",
            id="open-quote-in-the-header",
        ),
        pytest.param(
            f'{HEADER}1,{NINE},5,"hi" ok\n',
            f"line 2: a quote ends before its field does: '1,{NINE},5,\"hi\" ok'. "
            "Write a quote in a text twice.",
            id="text-after-a-quote",
        ),
        pytest.param(
            f'{HEADER}1,{NINE},5,"a \\"b\\" c"\n',
            f'line 2: a quote ends before its field does: \'1,{NINE},5,"a \\"b\\" c"\''
            ". Write a quote in a text twice.",
            id="quote-after-a-backslash",
        ),
        pytest.param(
            f'{HEADER}1,{NINE},5,"{"x" * 17_000_000}"\n',
            f"line 2: is longer than 16 MB: '1,{NINE},5,\"xxxxxxxxxxxxxx'. "
            "Correct the file.",
            id="long-line",
        ),
        pytest.param(
            "x" * 2_000_000,
            "line 1: is longer than 1,000,000 bytes, and no header is. "
            "Export it again.",
            id="no-line",
        ),
        pytest.param(
            f"ticket_id,created_at{',x' * 2_000}\n",
            "has 2,002 columns, at most 2,000 are read. "
            "Export those that the numbers need.",
            id="wide",
        ),
        pytest.param(
            b"ticket_id,created_at,cs\0at\n",
            "line 1, character 24: 0x00 is no text: 'ticket_id,created_at,cs\\x00at'. "
            "Set --option encoding= or delimiter=, or export it again.",
            id="zero-byte-in-the-header",
        ),
        pytest.param(
            "\ufeffticket_id,created_at,größe\n".encode("cp1252", errors="ignore"),
            "line 1, character 24: 0xf6 is no text: 'ticket_id,created_at,gr\\xf6"
            "\\xdfe'. Set --option encoding= or delimiter=, or export it again.",
            id="latin-header",
        ),
    ],
)
def test_a_header_or_a_quote_that_cannot_be(tmp_path, content, expected):
    """One line says where and what it is."""
    assert expected == refusal(tmp_path, content)


ROWS = f"{HEADER}1,{NINE},5,a\n2,{NINE},5,"


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        pytest.param(
            ROWS.encode() + b"caf\x81\n",
            {"encoding": "cp1252"},
            "line 3, byte 89: 0x81 is not cp1252 (character maps to <undefined>)",
            id="cp1252",
        ),
        pytest.param(
            ROWS.encode("utf-16") + b"A",
            {},
            "line 3, byte 174: 0x41 is not utf-16 (truncated data)",
            id="odd-last-byte",
        ),
        pytest.param(
            codecs.BOM_UTF16_LE + ROWS.encode("utf-16-le") + b"\0\xd8A\0",
            {},
            "line 3, byte 174: 0x00d8 is not utf-16 (illegal UTF-16 surrogate)",
            id="half-a-character",
        ),
    ],
)
def test_bytes_that_are_no_text_of_their_encoding(tmp_path, content, options, expected):
    """Line and byte are the file's own, also where it is long."""
    todo = "Set --option encoding=NAME, or export it again as UTF-8"
    assert f"{expected}. {todo}." == refusal(tmp_path, content, options=options)


def test_bytes_of_another_encoding_cost_their_row_when_told_to(tmp_path):
    """A byte that Windows-1252 does not have, in two megabytes of text before it."""
    lines = [f"{n},{NINE},5,caf\u00e9" for n in range(60_000)]
    content = f"{HEADER}{chr(10).join(lines)}\n".encode("cp1252")
    options = {"encoding": "cp1252", "encoding_errors": "quarantine"}
    helpdesk = opened(tmp_path, content + b"x,,,\x81\n", options=options)

    assert (60_001, 60_000, 1) == counts(helpdesk)
    assert [(60_002, "not CP1252")] == quarantined(helpdesk)
    with pytest.raises(TableError, match=r"^t.csv: line 60002, byte 2,028,928: 0x81 "):
        opened(tmp_path, content + b"x,,,\x81\n", options={"encoding": "cp1252"})


def test_names_that_the_kit_has_for_itself(tmp_path):
    """A first and a last name are anybody's; two copies of them are one ticket."""
    text = f"ticket_id,created_at,first name,name,raw csat,csat\n1,{NINE},A,B,good,5\n"
    helpdesk = opened(tmp_path, f"{text}1,{NINE},A,B,good,5\n2,{NINE},A,B,bad,x\n")
    tickets = helpdesk.tables["tickets"].order_by("ticket_id")

    assert (1, 1) == tuple(helpdesk.accounting.iloc[0, 3:][["accepted", "duplicates"]])
    assert ["good", "bad"] == list(tickets["raw csat"].execute())
    assert [(4, "not a number")] == quarantined(helpdesk)
    for name in ("_row", "_Fault", "_raw csat"):
        told = f"a column is called {name!r}, as the kit calls one of its own. Rename"
        text = f"ticket_id,created_at,csat,{name}\n1,{NINE},5,x\n"
        assert refusal(tmp_path, text).startswith(told)


def test_an_encoding_that_the_file_is_not_in(tmp_path):
    """UTF-16 that nothing marks is none, whatever was declared."""
    expected = "is not utf-16 (UTF-16 stream does not start with BOM). Set --option enc"
    told = refusal(tmp_path, HEADER, options={"encoding": "utf-16"})
    assert told.startswith(expected)
