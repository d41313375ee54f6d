"""A user's own SELECTs become the canonical tables, on DuckDB and on a warehouse."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from kpi_kit.errors import ParameterError, TableError
from kpi_kit.sources import open_helpdesk
from kpi_kit.sources.options import Options
from kpi_kit.sources.rows import judge
from kpi_kit.sources.sql import MOST
from kpi_kit.sources.warehouse import load_select
from kpi_kit.tables import TABLES

NINE = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())
HERE = Path(__file__).parents[2]
DATA = HERE.parent / "shared" / "data"
real_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data lies beside the project, not in it"
)


@pytest.fixture
def mapping(tmp_path):
    """An empty mapping folder."""
    folder = tmp_path / "mapping"
    folder.mkdir()
    return folder


def opened(mapping, location=".", **selects):
    """Write one SELECT per table and open the source."""
    for name, select in selects.items():
        (mapping / f"{name}.sql").write_text(select, encoding="utf-8")
    return open_helpdesk("sql", str(location), mapping=str(mapping))


def refusal(mapping, **selects):
    """Return the one line that opening the mapping ends in."""
    with pytest.raises((TableError, ParameterError)) as caught:
        opened(mapping, **selects)
    assert "\n" not in str(caught.value)
    return str(caught.value)


ONE = "select 1 as ticket_id, timestamptz '2026-03-02 09:00:00Z' as created_at"


def test_the_location_is_absolute_and_quoted(tmp_path, mapping):
    """A quote in a folder's name ends no string; a comment ends no SELECT."""
    folder = tmp_path / "O'Brien's"
    folder.mkdir()
    (folder / "t.csv").write_text(
        "id;when\n007;2026-03-02T09:00:00Z\n", encoding="utf-8"
    )
    select = """
        select id as ticket_id, "when" as created_at, 'Pro' as plan
        from read_csv('{location}/t.csv', header = true, all_varchar = true);
    """
    helpdesk = opened(mapping, folder, tickets=select)

    found = helpdesk.tables["tickets"].select("ticket_id", "created_at", "plan")
    assert [("007", NINE, "Pro")] == list(
        found.execute().itertuples(index=False, name=None)
    )
    assert ("plan",) == helpdesk.extra
    assert [("tickets.sql", "tickets", 1, 1, 0, 0)] == list(
        helpdesk.accounting.itertuples(index=False, name=None)
    )


def test_text_is_typed_and_typed_values_are_taken(mapping):
    """Text is read by the rules for files, a time stamp with a zone as it is."""
    select = """
        select * from (values
            ('1', '2026-03-02T09:00:00Z', now(), 'Email'),
            ('2', '2026-03-02T09:00:00Z', null, null),
            ('', '2026-03-02T09:00:00Z', null, null)
        ) as t (ticket_id, created_at, solved_at, channel)  -- a comment at the end"""
    helpdesk = opened(mapping, tickets=select)

    tickets = helpdesk.tables["tickets"].order_by("ticket_id").execute()
    assert ["email", None] == [
        c if isinstance(c, str) else None for c in tickets.channel
    ]
    assert ("tickets.sql", 3, "ticket_id", "empty", "") == tuple(
        helpdesk.quarantine.iloc[0]
    )


def test_what_duckdb_says_is_one_line(mapping):
    """The mapping file, the first line of the reason, what to do."""
    where = mapping / "tickets.sql"

    expected = (
        f"{where}: Catalog Error: Table with name ticket does not exist. "
        "Correct the SELECT."
    )
    assert expected == refusal(mapping, tickets="select * from ticket")
    assert refusal(mapping, tickets="selec 1").startswith(f"{where}: Parser Error: ")
    late = "select 'x'::int as ticket_id, now() as created_at"
    assert refusal(mapping, tickets=late).startswith(f"{where}: Conversion Error: ")


ONE_SELECT = "Write one SELECT of tickets."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"select 1\n  as \xff",
            "line 2, byte 14: 0xff is not UTF-8. Save it again as UTF-8.",
        ),
        (
            b"\n\nselect 1\0",
            "line 3: holds a zero byte, which no text does. Save it again as UTF-8.",
        ),
        (b"\xef\xbb\xbf \n;", f"is empty. {ONE_SELECT}"),
        (
            b"select 1 --" + b"x" * MOST,
            f"is longer than {MOST:,} bytes, and no SELECT is. {ONE_SELECT}",
        ),
    ],
)
def test_a_mapping_file_that_is_no_text(mapping, content, said):
    """The file, the line where there is one, and what to do."""
    (mapping / "tickets.sql").write_bytes(content)

    assert f"{mapping / 'tickets.sql'}: {said}" == refusal(mapping)


def test_columns_are_checked_by_name_and_type(mapping):
    """The mapping file stands in for the data's."""
    expected = (
        "tickets.sql: table tickets has no column 'created_at'. "
        "Did you mean 'created'? Known: created."
    )
    select = "select 1 as ticket_id, now() as created"
    assert expected == refusal(mapping, tickets=select)
    expected = (
        "tickets.sql: column created_at is TIMESTAMP; it has no time zone. "
        "Set --option time_zone=AREA/CITY."
    )
    select = "select 1 as ticket_id, now()::timestamp as created_at"
    assert expected == refusal(mapping, tickets=select)
    expected = (
        "tickets.sql: row 1, column created_at: '2026-03-01' is not a time stamp. "
        "Write it like 2026-11-02T09:00:00Z, or set --option time_format."
    )
    select = (
        "select unnest([1, 2]) as ticket_id, "
        "unnest(['2026-03-01', '2026-03-02']) as created_at"
    )
    assert expected == refusal(mapping, tickets=select)


def test_a_mapping_that_cannot_be(tmp_path, mapping):
    """No folder, no tickets, a table nobody knows."""
    expected = f"{mapping}: holds no tickets.sql. Write a SELECT of the tickets there."
    assert expected == refusal(mapping)
    assert refusal(mapping, tickets=ONE, message="select 1").startswith(
        f"{mapping / 'message.sql'}: no table is called 'message'. "
        "Did you mean 'messages'? Known: agent_states, "
    )
    none = tmp_path / "none"
    assert f"{none}: no such folder. Give one that holds tickets.sql." == refusal(none)
    with pytest.raises(ParameterError) as caught:
        open_helpdesk("sql", ".")
    expected = "source sql: mapping is missing. Give a folder of SQL."
    assert expected == str(caught.value)


def test_tables_of_a_database(tmp_path, mapping):
    """The engine is the database that holds the tables; it is left as it was."""
    path = tmp_path / "help.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table case_file as {ONE}")
    (mapping / "tickets.sql").write_text("select * from case_file", encoding="utf-8")
    helpdesk = open_helpdesk(
        "sql", ".", mapping=str(mapping), engine=f"duckdb://{path}"
    )

    assert [NINE] == list(helpdesk.tables["tickets"].execute()["created_at"])
    helpdesk.connection.disconnect()
    with duckdb.connect(str(path)) as connection:
        assert [("case_file",)] == connection.execute("show tables").fetchall()


WAREHOUSE = """
    select '1' as ticket_id, cast('2026-03-02 09:00:00 UTC' as {zoned}) as created_at,
        ' Email' as channel, cast(5 as int) as csat, '' as team, 'pro' as plan
    union all
    select '1', cast('2026-03-02 09:00:00 UTC' as {zoned}), 'email', 1, null, 'pro'
    union all
    select null, cast('2026-03-02 09:00:00 UTC' as {zoned}), 'email', 1, null, 'pro'
    union all
    select '2', cast('2999-03-02 09:00:00 UTC' as {zoned}), 'email', 1, null, 'pro'
"""
ZONED = {"duckdb": "timestamptz", "pyspark": "timestamp"}


def test_a_warehouse_is_judged_where_it_is(engine):
    """The same rules in the warehouse's own types; nothing is moved."""
    select = WAREHOUSE.format(zoned=ZONED[engine.name])
    table = TABLES["tickets"]
    loaded = load_select(engine.connection, table, "tickets.sql", select, Options())
    (sound,) = judge([loaded], NINE)

    assert ("tickets.sql", "tickets", 4, 1, 3, 0) == sound.accounting
    assert {"duplicate key, other content", "empty", "in the future"} == set(
        sound.quarantine["rule"]
    )
    kept = sound.rows.select("ticket_id", "created_at", "channel", "plan").execute()
    assert [("1", NINE, "email", "pro")] == list(
        kept.itertuples(index=False, name=None)
    )
    assert 0 == sound.rows.team.count().execute()


def test_of_a_warehouse_the_newest_is_kept(engine):
    """By its updated_at, whichever row the warehouse gives first."""
    row = "select '1' as ticket_id, cast('{} UTC' as {}) as created_at, {} as csat, "
    row += "cast('{} UTC' as {}) as updated_at"
    zoned, nine = ZONED[engine.name], "2026-03-02 09:00:00"
    select = " union all ".join(
        row.format(nine, zoned, csat, f"2026-03-0{day} 09:00:00", zoned)
        for csat, day in ((1, 2), (5, 4), (3, 3))
    )
    table = TABLES["tickets"]
    loaded = load_select(engine.connection, table, "tickets.sql", select, Options())
    (sound,) = judge([loaded], NINE + 9 * 86400)

    assert ("tickets.sql", "tickets", 3, 1, 2, 0) == sound.accounting
    assert {"duplicate key, older content"} == set(sound.quarantine["rule"])
    assert [5.0] == list(sound.rows.csat.execute())


def test_statuses_of_a_warehouse(engine):
    """Status words lose case and blanks, other fields' values do not.

    The id f and the team vf are chosen: Ibis's strip would empty them on Spark.
    """
    select = f"""
        select 'e' as event_id, '1' as ticket_id, 'Status' as field,
            ' New' as old_value,
            cast('2026-03-02 09:00:00 UTC' as {ZONED[engine.name]}) as occurred_at
        union all
        select 'f', '1', 'team', ' vf',
            cast('2026-03-02 09:00:00 UTC' as {ZONED[engine.name]})"""
    table = TABLES["events"]
    loaded = load_select(engine.connection, table, "events.sql", select, Options())
    rows = judge([loaded], NINE)[0].rows.order_by("event_id").execute()

    assert ["new", " vf"] == list(rows["old_value"])


def test_a_warehouse_through_the_door(engine, mapping):
    """A URL is enough: the SELECT runs there and the tables stay there."""
    url = {"duckdb": "duckdb", "pyspark": "pyspark://"}[engine.name]
    select = f"""
        select '1' as ticket_id,
            cast('2026-03-02 09:00:00 UTC' as {ZONED[engine.name]}) as created_at"""
    (mapping / "tickets.sql").write_text(select, encoding="utf-8")
    helpdesk = open_helpdesk("sql", ".", mapping=str(mapping), engine=url)

    assert engine.name == helpdesk.connection.name
    assert [NINE] == list(helpdesk.tables["tickets"].execute()["created_at"])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (
            "'x' as created_at",
            "created_at is string; a time stamp is needed. ",
        ),
        ("current_date as created_at", "created_at is date; a time stamp is needed. "),
        (
            "cast('2026-03-02' as {naive}) as created_at",
            "created_at is timestamp(6); it has no time zone. Convert it to one with",
        ),
    ],
)
def test_a_warehouse_of_wrong_types_is_refused(engine, column, expected):
    """There, values come typed: the SELECT casts them."""
    naive = {"duckdb": "timestamp", "pyspark": "timestamp_ntz"}[engine.name]
    select = f"select '1' as ticket_id, {column.format(naive=naive)}"

    with pytest.raises(TableError) as caught:
        load_select(
            engine.connection, TABLES["tickets"], "tickets.sql", select, Options()
        )
    told = str(caught.value).replace("timestamp;", "timestamp(6);")
    assert told.startswith(f"tickets.sql: column {expected}")


def test_what_a_warehouse_says_is_one_line(engine):
    """Its first line, the mapping file, what to do."""
    with pytest.raises(TableError) as caught:
        load_select(
            engine.connection,
            TABLES["tickets"],
            "tickets.sql",
            "select * from nowhere_at_all",
            Options(),
        )
    assert str(caught.value).startswith("tickets.sql: ")
    assert str(caught.value).endswith(". Correct the SELECT.")
    assert "\n" not in str(caught.value)


def shipped(name, location=DATA):
    """Open real data through the mapping that ships."""
    folder = HERE / "parameters" / "mappings" / name
    return open_helpdesk("sql", str(location), mapping=str(folder))


def asked(helpdesk, query):
    """Answer plain SQL over the helpdesk's tables with one row."""
    for name, table in helpdesk.tables.items():
        helpdesk.connection.create_view(name, table, overwrite=True)
    return helpdesk.connection.raw_sql(query).fetchone()


@real_data
def test_the_incident_log():
    """Figures that plain SQL over the log gives, per incident and not per event."""
    helpdesk = shipped("incident_event_log")

    assert [24918, 168049 + 29745] == list(helpdesk.accounting["accepted"])
    expected = (
        "events.sql: 2 rows have an unknown word in new_value: '-100'. "
        "Known: new, open, pending, hold, solved, closed, deleted."
    )
    assert [expected] == [told for told in helpdesk.warnings if "in new_value" in told]
    assert ("made_sla", "reassignment_count", "reopen_count") == helpdesk.extra
    assert {
        f"events.field={field}" for field in ("activity", "agent", "status", "team")
    } == {name for name in helpdesk.given if "=" in name}
    assert (15803, 275, 11369, 23362, 22.1) == asked(
        helpdesk,
        "select count(*) filter (made_sla = 'true'), "
        "count(*) filter (reopen_count::int > 0), "
        "count(*) filter (reassignment_count::int > 0), count(solved_at), "
        "round(median(solved_at - created_at) / 3600, 4) from tickets",
    )
    assert (319, 264) == asked(
        helpdesk,
        "select count(*), count(distinct ticket_id) from events where "
        "field = 'status' and old_value = 'solved' "
        "and new_value not in ('solved', 'closed')",
    )


@real_data
def test_the_forum():
    """Threads and first answers; summer's wall time is seven hours off, not eight."""
    helpdesk = shipped("sumo")

    assert [8127, 38206] == list(helpdesk.accounting["accepted"])
    assert ("locale",) == helpdesk.extra
    assert (7005, 1.795, 0) == asked(
        helpdesk,
        "select count(f), round(median(f - t) / 3600, 4), count(*) filter (f < t) from "
        "(select any_value(created_at) as t, "
        "min(sent_at) filter (author_role = 'agent') as f "
        "from tickets join messages using (ticket_id) group by ticket_id)",
    )
    summer = datetime(2019, 7, 31, 16 + 7, 19, 53, tzinfo=UTC).timestamp()
    assert (summer,) == asked(helpdesk, "select min(created_at) from tickets")


@real_data
def test_the_forum_day_by_day():
    """The day of the spike has 604 questions by local date, in two files."""
    helpdesk = shipped("sumo_daily", DATA / "sumo_daily")

    assert [3923] == list(helpdesk.accounting["accepted"])
    assert (604,) == asked(
        helpdesk,
        "select count(*) from tickets where timezone('America/Los_Angeles', "
        "to_timestamp(created_at))::date = '2025-11-11'",
    )


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (f"{ONE}; {ONE};", "tickets.sql: holds 2 statements. Write one SELECT of tick"),
        ("", "tickets.sql: is empty. Write one SELECT of tickets."),
        ("-- later\n;", "tickets.sql: is empty. Write one SELECT of tickets."),
    ],
)
def test_a_mapping_file_is_one_select(mapping, select, expected):
    """Two statements or none cannot be a table."""
    assert expected in refusal(mapping, tickets=select)
