"""Rows that lose as duplicates, tables without rows, offsets of no place."""

from __future__ import annotations

import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

HEAD = "ticket_id,created_at,merged_into,updated_at\n"
NOON = "2026-11-02T12:00:00Z"


def opened(tmp_path, tickets, options=None, **others):
    """Return a folder of these files, opened."""
    for name, text in ({"tickets": tickets} | others).items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_helpdesk("files", str(tmp_path), options=options)


def test_an_older_row_closes_no_circle(tmp_path):
    """Ticket 2 was merged into 1 once; its newest row says it is not."""
    stale = f"1,{NOON},2,2026-11-03T00:00:00Z\n2,{NOON},1,2026-11-03T00:00:00Z\n"

    desk = opened(tmp_path, HEAD + stale + f"2,{NOON},,2026-11-05T00:00:00Z\n")

    assert ["duplicate key, older content"] == list(desk.rules["rule"])
    kept = desk.tables["tickets"].execute().set_index("ticket_id")["merged_into"]
    assert "2" == kept["1"]
    assert kept.isna()["2"]


def test_a_circle_of_kept_rows_is_one(tmp_path):
    """The same without the newest row: both point at each other."""
    rows = f"1,{NOON},2,{NOON}\n2,{NOON},1,{NOON}\n"

    desk = opened(tmp_path, HEAD + rows)

    assert [["merged in a circle", 2]] == desk.rules[["rule", "rows"]].values.tolist()


@pytest.mark.parametrize("created", ["", "2999-01-01T00:00:00Z", "yesterday"])
def test_a_row_that_is_left_out_opens_no_circle(tmp_path, created):
    """The newest row of ticket 2 names no merge, but is none: the one before counts."""
    rows = f"1,{NOON},2,{NOON}\n2,{NOON},1,{NOON}\n3,{NOON},,\n"
    newest = f"2,{created},,2026-11-05T00:00:00Z\n"

    desk = opened(tmp_path, HEAD + rows + newest, {"quarantine_limit": "100%"})

    told = dict(zip(desk.rules["rule"], desk.rules["rows"], strict=True))
    assert 2 == told["merged in a circle"]
    assert 0 == desk.tables["tickets"].merged_into.count().execute()


def test_that_times_of_writing_do_not_help_is_told(tmp_path):
    """Without a zone nobody knows which is newer: the first is kept, and it is said."""
    rows = f"1,{NOON},,2026-11-03 00:00\n1,{NOON},9,2026-11-05 00:00\n"

    desk = opened(tmp_path, HEAD + rows)

    told = "updated_at does not tell which of an id's rows is the newest"
    assert any(told in warning for warning in desk.warnings)


SOLVED = f"ticket_id,created_at,status,solved_at\n1,{NOON},solved,\n"
ODD = "done by the status, and no time of a solve"
EVENT = "ticket_id,occurred_at,field,new_value\n"


@pytest.mark.parametrize(
    ("events", "is_told"),
    [
        pytest.param(EVENT, True, id="no-rows"),
        pytest.param(f"{EVENT}1,{NOON},priority,high\n", True, id="no-status"),
        pytest.param(f"{EVENT}1,{NOON},status,solved\n", False, id="a-status"),
    ],
)
def test_a_history_is_one_that_tells(tmp_path, events, is_told):
    """What a ticket says of its solve is doubted unless its changes are there."""
    desk = opened(tmp_path, SOLVED, events=events)

    assert is_told == any(ODD in warning for warning in desk.warnings)


@pytest.mark.parametrize(
    ("offset", "is_read"),
    [
        *(("+01:00", True), ("-0930", True), ("+14:00", True)),
        *(("+99", False), ("+25:00", False), ("+0199", False)),
    ],
)
def test_an_offset_that_no_place_has_is_none(tmp_path, offset, is_read):
    """Sixteen hours and more, or sixty minutes, are a slip of the pen."""
    rows = f"1,02.11.2026 09:00 {offset}\n2,02.11.2026 09:00 +00:00\n"

    desk = opened(
        tmp_path,
        "ticket_id,created_at\n" + rows,
        {"time_format": "%d.%m.%Y %H:%M %z"},
    )

    assert (0 if is_read else 1) == desk.accounting["quarantined"].sum()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("surveys", f"kind,answered_at,score\n{f'csat,{NOON},5' + chr(10)}"),
        ("contacts", f"agent_id,channel,queued_at\n{f'7,phone,{NOON}' + chr(10)}"),
    ],
)
def test_equal_rows_without_an_id_are_told(tmp_path, name, text):
    """Three alike: all count, for nobody knows; with other rows nothing is said."""
    head, row = text.splitlines()
    tickets = f"ticket_id,created_at\n1,{NOON}\n"

    three = opened(tmp_path, tickets, **{name: f"{head}\n{row}\n{row}\n{row}\n"})
    one = opened(tmp_path, tickets, **{name: text})

    told = f"{name}.csv: 2 rows equal an earlier one; without {name[:-1]}_id"
    assert any(warning.startswith(told) for warning in three.warnings)
    assert not any("equal an earlier" in warning for warning in one.warnings)


def test_what_to_do_about_rows_that_clash_is_what_helps(tmp_path):
    """Of tickets the newest row can be known, of no other table."""
    path = tmp_path / "contacts.csv"
    rows = "".join(f"7,ann,phone,{n}\n" for n in range(60))
    path.write_text(f"contact_id,agent_id,channel,talk_seconds\n{rows}")
    (tmp_path / "tickets.csv").write_text("ticket_id,created_at\n1,2026-03-02T09:00Z\n")

    with pytest.raises(
        TableError, match=r"other content'.*\. Export each row once; or"
    ):
        open_helpdesk("files", str(tmp_path))
