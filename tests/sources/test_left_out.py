"""A mapping leaves rows out in the open: with a reason, counted and listed."""

from __future__ import annotations

import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

ROWS = """
    select * from (
        select 'a' as ticket_id, {at} as created_at, null as left_out
        union all select 'b', {at}, 'a robot called'
        union all select 'c', {at}, ''
        union all select null, {at}, null
        union all select 'd', {at}, 'a robot called'
        union all select 'c', {at}, null
        union all select 'e', {at}, 'the line was tested'
        union all select null, {at}, null
    ) as calls
"""
ZONED = {"duckdb": "timestamptz", "pyspark": "timestamp"}


@pytest.fixture
def opened(engine, tmp_path):
    """A function from a SELECT to the helpdesk that it gives."""

    def read(select, **options):
        at = f"cast('2026-03-02 09:00:00 UTC' as {ZONED[engine.name]})"
        (tmp_path / "tickets.sql").write_text(select.format(at=at), encoding="utf-8")
        url = {"duckdb": "duckdb", "pyspark": "pyspark://"}[engine.name]
        return open_helpdesk(
            "sql", ".", mapping=str(tmp_path), engine=url, options=options
        )

    return read


def test_each_row_is_accounted_for(opened):
    """Eight rows: one and one copy of c, two without an id, three left out."""
    helpdesk = opened(ROWS)
    tickets = helpdesk.tables["tickets"].order_by("ticket_id").execute()

    assert ["a", "c"] == list(tickets["ticket_id"])
    assert "left_out" not in tickets.columns
    assert [("tickets.sql", "tickets", 8, 2, 5, 1)] == list(
        helpdesk.accounting.itertuples(index=False, name=None)
    )
    assert {
        "empty": 2,
        "left out: a robot called": 2,
        "left out: the line was tested": 1,
    } == dict(zip(helpdesk.rules["rule"], helpdesk.rules["rows"], strict=True))
    assert (
        "tickets.sql: leaves out 2 of 8 rows: a robot called",
        "tickets.sql: leaves out 1 of 8 rows: the line was tested",
    ) == helpdesk.warnings


def test_each_row_is_listed(opened, engine):
    """By its number in the SELECT's answer and its key; a warehouse has no order."""
    listed = opened(ROWS).quarantine[["line", "rule", "text"]]
    left = listed[listed["rule"].str.startswith("left out: ")]
    lines = [2, 5, 7] if engine.name == "duckdb" else [0, 0, 0]

    assert list(zip(lines, "bde", strict=True)) == list(
        left[["line", "text"]].itertuples(index=False, name=None)
    )
    if engine.name == "duckdb":
        empty = listed[listed["rule"] == "empty"]
        assert [4, 8] == list(empty["line"])


def test_what_is_left_out_on_purpose_never_stops_a_report(opened):
    """The limit is for what nobody decided: one row without an id is too many here."""
    fine = ROWS.replace("select null, {at}, null", "select 'f', {at}, null")
    helpdesk = opened(fine, quarantine_limit="0")

    assert 3 == helpdesk.accounting["quarantined"].sum()
    with pytest.raises(TableError, match="2 of 5 rows are quarantined"):
        opened(ROWS, quarantine_limit="0")


def test_what_is_read_in_a_way_of_its_own_is_counted(opened, engine):
    """A text, or a list of them, beside a row that is kept; NULL and '' say nothing."""
    several = {
        "duckdb": "['odd', null, 'late']",
        "pyspark": "array('odd', null, 'late')",
    }
    select = """
        select * from (
            select 'a' as ticket_id, {at} as created_at, SEVERAL as noted
            union all select 'b', {at}, null
            union all select 'c', {at}, SEVERAL
        ) as calls
    """
    rows = select.replace("SEVERAL", several[engine.name])
    helpdesk = opened(rows)

    assert ["created_at", "ticket_id"] == sorted(
        {*helpdesk.tables["tickets"].columns} & {"ticket_id", "created_at", "noted"}
    )
    assert 3 == helpdesk.accounting["accepted"].item()
    assert (
        "tickets.sql: 2 of 3 rows: late",
        "tickets.sql: 2 of 3 rows: odd",
    ) == helpdesk.warnings


def test_a_row_may_be_noted_and_another_left_out(opened):
    """Both columns stand beside each other; each says its own."""
    helpdesk = opened("""
        select * from (
            select
                'a' as ticket_id, {at} as created_at, 'odd' as noted, null as left_out
            union all select 'b', {at}, null, 'a robot called'
            union all select 'c', {at}, '', ''
        ) as calls
    """)

    assert [("tickets.sql", "tickets", 3, 2, 1, 0)] == list(
        helpdesk.accounting.itertuples(index=False, name=None)
    )
    assert (
        "tickets.sql: 1 of 3 rows: odd",
        "tickets.sql: leaves out 1 of 3 rows: a robot called",
    ) == helpdesk.warnings


def test_an_export_without_tickets_may_have_other_tables(opened, tmp_path):
    """A survey of passengers has numbers, though nobody wrote a ticket."""
    (tmp_path / "surveys.sql").write_text(
        "select '1' as survey_id, 'csat' as kind, cast(4 as double) as score",
        encoding="utf-8",
    )
    helpdesk = opened(ROWS.replace(") as calls", ") as calls where false"))

    assert (
        "tickets.sql: holds no rows; numbers come from surveys only",
    ) == helpdesk.warnings
