"""Tables in several files: one table, one account per file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk
from tests.sources.test_accounting import ALL, COLUMNS, GOOD, ROW, written

NOON = "2026-11-02T12:00:00Z"
ONE = f"ticket_id,created_at\n1,{NOON}\n"


def opened(folder, options=None, **files):
    """Return a folder of these files, opened; ``__`` in a name is its hyphen."""
    for name, text in files.items():
        path = Path(folder, f"{name.replace('__', '-')}.csv")
        path.write_text(text, encoding="utf-8")
    return open_helpdesk("files", str(folder), options=options)


def accounts(helpdesk):
    """Return what became of each file's rows."""
    return helpdesk.accounting.drop(columns="table").to_numpy().tolist()


def test_the_newest_row_of_a_ticket_counts_whichever_file_has_it(tmp_path):
    """Ticket 1 was open in January's file; 2 was written once more as it was."""
    head = "ticket_id,created_at,status,updated_at\n"
    january = f"1,{NOON},open,{NOON}\n2,{NOON},solved,{NOON}\n"
    february = f"1,{NOON},solved,2026-11-05T00:00:00Z\n2,{NOON},solved,{NOON}\n"
    desk = opened(tmp_path, tickets__01=head + january, tickets__02=head + february)

    assert [
        ["tickets-01.csv", 2, 1, 1, 0],
        ["tickets-02.csv", 2, 1, 0, 1],
    ] == accounts(desk)
    told = ["tickets-01.csv", 2, "ticket_id", "duplicate key, older content", "1"]
    assert [told] == desk.quarantine.to_numpy().tolist()
    kept = desk.tables["tickets"].order_by("ticket_id").execute()
    assert ["solved", "solved"] == list(kept["status"])


def test_older_rows_never_are_too_many(tmp_path):
    """Every ticket changed in the next month; without updated_at nobody could tell."""
    rows = "".join(f"{n},{NOON},open,{NOON}\n" for n in range(60))
    later = rows.replace(f"open,{NOON}", "solved,2026-11-20T00:00:00Z")
    head = "ticket_id,created_at,status,updated_at\n"
    options = {"allow_partial": True}
    desk = opened(tmp_path, options, tickets__1=head + rows, tickets__2=head + later)

    assert ["tickets-1.csv", 60, 0, 60, 0] == accounts(desk)[0]
    assert ["solved"] == list(desk.tables["tickets"].status.execute().unique())
    blind = head.replace("updated", "touched")
    with pytest.raises(TableError) as caught:
        opened(tmp_path, tickets__1=blind + rows, tickets__2=blind + later)
    told = "Export updated_at with its zone, so that the newest row is known"
    assert told in str(caught.value)


def test_without_a_time_of_writing_the_first_file_counts(tmp_path):
    """Nobody knows which of the two ratings is the later one; it is quarantined."""
    head = "ticket_id,created_at,csat\n"
    first, second = (f"{head}1,{NOON},{n}\n{n},{NOON},3\n" for n in (4, 5))
    desk = opened(tmp_path, tickets__1=first, tickets__2=second)

    assert ["duplicate key, other content"] == list(desk.rules["rule"])
    assert [["tickets-1.csv", 2, 2, 0, 0], ["tickets-2.csv", 2, 1, 1, 0]] == accounts(
        desk
    )
    kept = desk.tables["tickets"].order_by("ticket_id").execute()
    assert [4.0, 3.0, 3.0] == list(kept["csat"])


def test_equal_messages_without_an_id_are_one_across_files(tmp_path):
    """The last message of one month is the first of the next one's file."""
    head = "ticket_id,sent_at,author_role\n"
    desk = opened(
        tmp_path,
        tickets=ONE,
        messages__1=f"{head}1,{NOON},agent\n",
        messages__2=f"{head}1,{NOON},agent\n1,{NOON},customer\n",
    )

    assert 2 == desk.tables["messages"].count().execute()
    assert ["messages-2.csv", 2, 1, 0, 1] == accounts(desk)[2]


def test_what_contradicts_itself_across_files_is_told_once(tmp_path):
    """Two currencies, one per file; either alone would be sound."""
    costs = "month,kind,amount,currency\n2026-10,vendor_invoice,9,{}\n"
    usd, eur = costs.format("USD"), costs.format("EUR")
    desk = opened(tmp_path, tickets=ONE, costs__1=usd, costs__2=eur)

    told = "costs-1.csv and 1 more: amounts in EUR, USD; nothing says what one is in"
    assert [f"{told} another"] == list(desk.warnings)


def test_a_circle_may_go_through_two_files(tmp_path):
    """Each ticket is merged into the other file's."""
    head = "ticket_id,created_at,merged_into\n"
    first, second = f"{head}1,{NOON},2\n", f"{head}2,{NOON},1\n"
    desk = opened(tmp_path, ALL, tickets__1=first, tickets__2=second)

    assert ["merged in a circle"] * 2 == list(desk.rules["rule"])


def test_a_part_without_a_column_of_the_kits_is_refused(tmp_path):
    """Its tickets would never have been reopened."""
    more = f"ticket_id,created_at,reopened_at\n2,{NOON},\n"
    with pytest.raises(TableError) as caught:
        opened(tmp_path, tickets__1=ONE, tickets__2=more)

    told = "tickets-1.csv: has no column reopened_at, which tickets-2.csv has. "
    assert f"{told}Export all parts with the same columns." == str(caught.value)


def test_a_part_without_a_column_of_ones_own_counts_under_none(tmp_path):
    """A field that was added in between; the order of columns does not matter."""
    more = f"brand,created_at,ticket_id\nx,{NOON},2\n"
    desk = opened(tmp_path, tickets__1=ONE, tickets__2=more)

    kept = desk.tables["tickets"].order_by("ticket_id").execute()
    assert ["", "x"] == list(kept["brand"].fillna(""))
    told = "tickets-1.csv: has no column brand, which another part has; its rows count"
    assert (f"{told} under (none)",) == desk.warnings


def test_a_column_of_ones_own_is_one_however_it_is_written(tmp_path):
    """To the engine Brand and brand are one: neither takes the other's values."""
    first, second = (f"ticket_id,created_at,{b}\n" for b in ("brand", "Brand"))
    desk = opened(
        tmp_path,
        tickets__1=f"{first}1,{NOON},a\n2,{NOON},b\n",
        tickets__2=f"{second}2,{NOON},b\n3,{NOON},c\n",
    )

    kept = desk.tables["tickets"].order_by("ticket_id").execute()
    assert ["a", "b", "c"] == list(kept["brand"])
    assert ("brand",) == desk.extra
    assert [2, 1, 0, 1] == accounts(desk)[1][1:]
    assert ("tickets-2.csv: column 'Brand' is read as brand",) == desk.warnings


def test_an_empty_part_is_told_and_no_more(tmp_path):
    """A month without tickets: the numbers come from the others."""
    head = "ticket_id,created_at\n"
    desk = opened(tmp_path, tickets__1=head, tickets__2=ONE)

    assert ("tickets-1.csv: holds no rows",) == desk.warnings
    assert [["tickets-1.csv", 0, 0, 0, 0], ["tickets-2.csv", 1, 1, 0, 0]] == accounts(
        desk
    )


def test_the_data_go_from_the_first_part_to_the_last(tmp_path):
    """Whichever file holds either end."""
    days = (4, 2, 9)
    texts = (f"ticket_id,created_at\n{d},2026-11-0{d}T00:00:00Z\n" for d in days)
    files = {f"tickets__{n}": text for n, text in enumerate(texts)}
    first, last = opened(tmp_path, **files).spans["tickets.created_at"]

    assert 7 * 86_400 == last - first


@pytest.mark.parametrize("kinds", [("csv", "csv"), ("parquet", "ndjson")])
@settings(max_examples=5, deadline=None)
@given(rows=st.lists(ROW, max_size=30), cut=st.integers(0, 30))
def test_parts_hold_what_the_whole_holds(kinds, rows, cut):
    """One file or two in any format: the same tickets, the same sums of each account.

    Each part has a sound row, for a column of which nothing reads stops all.
    """
    first, second = [GOOD, *rows[:cut]], [*rows[cut:], GOOD]
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        written(Path(one, "tickets.csv"), COLUMNS, [*first, *second])
        for n, part in enumerate((first, second)):
            written(Path(two, f"tickets-{n}.{kinds[n]}"), COLUMNS, part)
        whole, parts = (
            open_helpdesk("files", folder, options=ALL) for folder in (one, two)
        )
        tickets = [
            desk.tables["tickets"].order_by("ticket_id").execute()
            for desk in (whole, parts)
        ]

    numbers = ["rows_read", "accepted", "quarantined", "duplicates"]
    assert list(whole.accounting[numbers].sum()) == list(
        parts.accounting[numbers].sum()
    )
    assert tickets[0].equals(tickets[1])
    for file, *_, bad, _ in parts.accounting.itertuples(index=False):
        assert bad == (parts.quarantine["file"] == file).sum()
