"""A report's session reads what it was opened on; nothing else, and it writes nothing.

Each forbidden thing is tried as a statement on the session that the KPIs run on.
"""

from __future__ import annotations

from errno import ENOSPC
from os import strerror

import duckdb
import pytest

from kpi_kit.errors import EnvironmentFault, ParameterError, TableError
from kpi_kit.sources import hand_over, open_helpdesk, stage
from kpi_kit.sources.session import connect, scratch

ONE = "select '1' as ticket_id, timestamptz '2026-03-02 09:00:00Z' as created_at"
MANY = """
    select i::varchar as ticket_id, timestamptz '2026-03-02 09:00:00Z' as created_at
    from range(1000) as r (i)
"""


@pytest.fixture
def place(tmp_path):
    """A folder of tickets as Parquet, and a file beside it that is none of ours."""
    folder = tmp_path / "O'Brien's desk"
    folder.mkdir()
    duckdb.sql(MANY).write_parquet(str(folder / "tickets.parquet"))
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    return folder


def opened(place):
    """Open the folder; return the session behind it."""
    return open_helpdesk("files", str(place)).connection


FORBIDDEN = {
    "write-a-file": "copy (select 1) to '{beside}/leak.csv'",
    "write-parquet": "copy (select 1) to '{beside}/leak.parquet'",
    "write-beside-the-data": "copy (select 1) to '{place}/leak.parquet'",
    "write-over-the-data": "copy (select 1) to '{place}/tickets.parquet'",
    "write-over-the-data-at-once": (
        "copy (select 1) to '{place}/tickets.parquet' (use_tmp_file false)"
    ),
    "write-into-a-data-folder": (
        "copy (select 1 as a, 2 as b) to '{place}' (format parquet, partition_by (a))"
    ),
    "export": "export database '{beside}/leak'",
    "read-a-file": "select * from read_csv('{beside}/secret.csv')",
    "read-a-file-by-its-name": "select * from '{beside}/secret.csv'",
    "read-text": "select * from read_text('{beside}/secret.csv')",
    "read-up-and-down": "select * from read_csv('{place}/../secret.csv')",
    "list-a-folder": "select * from glob('{beside}/*')",
    "read-the-web": "select * from read_csv('http://127.0.0.1:9/secret.csv')",
    "attach": "attach '{beside}/other.db' as other",
    "install": "install httpfs",
    "load": "load httpfs",
    "load-a-file": "load '{beside}/evil.duckdb_extension'",
    "import": "import database '{beside}'",
    "unlock": "set lock_configuration = false",
    "open-up": "set enable_external_access = true",
    "allow-more": "set allowed_directories = ['/']",
    "another-setting": "set threads = 1",
    "another-temporary-folder": "set temp_directory = '{beside}'",
    "keep-a-secret": "create persistent secret s (type http, bearer_token 'x')",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_is_forbidden(place, tmp_path, what):
    """Each fails, and leaves no file."""
    session, before = opened(place), sorted(tmp_path.rglob("*"))
    names = {
        "place": str(place).replace("'", "''"),
        "beside": str(tmp_path).replace("'", "''"),
    }

    with pytest.raises(duckdb.Error, match=r"disabled|locked|Cannot|not exist"):
        session.con.execute(FORBIDDEN[what].format(**names))
    assert before == sorted(tmp_path.rglob("*"))


@pytest.mark.parametrize("relative", [False, True])
def test_what_still_works(place, monkeypatch, relative):
    """Parquet, temporary tables, small frames, wherever they lie."""
    monkeypatch.chdir(place.parent)
    helpdesk = open_helpdesk("files", place.name if relative else str(place))
    tickets = helpdesk.tables["tickets"]
    frame = tickets.limit(3).execute()

    assert 1000 == tickets.count().execute()
    assert 1000 == stage(tickets.select("ticket_id")).count().execute()
    assert 3 == hand_over(helpdesk.connection, "few", frame).count().execute()


def test_it_still_spills(place, monkeypatch):
    """What does not fit into memory goes to the session's own folder."""
    monkeypatch.setattr(
        "kpi_kit.sources.connect",
        lambda engine: connect(f"{engine}://?memory_limit=70MB&threads=1"),
    )
    session = opened(place)
    session.con.execute(
        "create temp table tall as select md5(i::varchar) as word "
        "from range(3_000_000) as r (i) order by word"
    )
    spilled = session.con.execute("from duckdb_temporary_files()").fetchall()

    assert spilled
    assert all(path.startswith(str(scratch())) for path, _ in spilled)


def test_two_sessions_have_a_lock_each(place):
    """One that is locked does not keep the next from being opened."""
    assert opened(place) is not opened(place)


def test_a_database_is_read_only_and_can_be_opened_again(tmp_path):
    """A cell of a notebook is run twice; neither time may change the database."""
    path = tmp_path / "it's.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table case_file as {ONE}")
    (tmp_path / "tickets.sql").write_text("from case_file", encoding="utf-8")
    for _ in range(2):
        session = open_helpdesk(
            "sql", ".", mapping=str(tmp_path), engine=f"duckdb://{path}"
        ).connection

        for statement in ("drop table case_file", "create table x as select 1"):
            with pytest.raises(duckdb.Error, match="read-only"):
                session.con.execute(statement)
    with pytest.raises(ParameterError, match="database does not exist"):
        connect(f"duckdb://{tmp_path}/none.duckdb")


SELECTS = {
    "copy": ("copy (select 1) to '{beside}/leak.csv'", "is a statement of COPY"),
    "attach": ("attach '{beside}/leak.db' as leak", "is a statement of ATTACH"),
    "install": ("install httpfs", "is a statement of LOAD"),
    "set": ("set enable_external_access = true", "is a statement of SET"),
    "create": ("create table t as select 1", "is a statement of CREATE"),
    "call": ("call enable_logging()", "is a statement of CALL"),
    "two": (f"{ONE}; copy (select 1) to '{{beside}}/leak.csv'", "holds 2 statements"),
    "one-in-brackets": (
        f"{ONE}) as t; copy (select 1) to '{{beside}}/leak.csv' --",
        "Parser Error: ",
    ),
    "inside-a-select": (
        "select * from query('copy (select 1) to ''{beside}/leak.csv''')",
        "",
    ),
    "inside-a-with": ("with w as (copy t to 'x') select * from w", "Parser Error: "),
}


@pytest.mark.parametrize("how", SELECTS)
def test_a_mapping_only_reads(tmp_path, how):
    """One SELECT per table, and nothing hidden in it."""
    select, message = SELECTS[how]
    file = tmp_path / "tickets.sql"
    file.write_text(select.format(beside=tmp_path), encoding="utf-8")

    with pytest.raises(TableError) as raised:
        open_helpdesk("sql", str(tmp_path), mapping=str(tmp_path))
    assert str(raised.value).startswith(f"{file}: {message}")
    assert "\n" not in str(raised.value)
    assert [file] == list(tmp_path.iterdir())


def test_secrets_of_an_address_come_from_the_environment(monkeypatch):
    """``${NAME}`` is put in last; a driver that tells it is not passed on."""
    monkeypatch.setenv("DESK_PASSWORD", "hun/ter@2")
    seen = []

    def driver(url):
        seen.append(url)
        message = f"no login at {url} with 'hun/ter@2'"
        raise OSError(message)

    monkeypatch.setattr("kpi_kit.sources.session.ibis.connect", driver)
    with pytest.raises(ParameterError) as raised:
        connect("postgres://kit:${DESK_PASSWORD}@host/desk")

    assert ["postgres://kit:hun%2Fter%402@host/desk"] == seen
    assert "with '***'" in str(raised.value)
    assert "ter" not in str(raised.value)

    monkeypatch.delenv("DESK_PASSWORD")
    with pytest.raises(ParameterError, match="environment has no DESK_PASSWORD"):
        connect("postgres://kit:${DESK_PASSWORD}@host/desk")


def test_what_may_be_written_is_a_copy(place):
    """DuckDB writes over what it may read, if asked to: that is never the data."""
    file = place / "tickets.parquet"
    before = file.read_bytes()
    session = opened(place)
    copy = max(scratch().rglob(file.name), key=lambda path: path.stat().st_mtime_ns)
    session.con.execute(f"copy (select 1) to '{copy}' (use_tmp_file false)")

    assert before != copy.read_bytes()
    assert before == file.read_bytes()


def test_a_report_computes_what_was_checked(place):
    """An export that replaces its file while a report runs does not reach into it."""
    tickets = open_helpdesk("files", str(place)).tables["tickets"]
    duckdb.sql(ONE).write_parquet(str(place / "tickets.parquet"))

    assert 1000 == tickets.count().execute()


def test_a_disk_that_takes_no_copy_is_told(place, monkeypatch):
    """One line names the file and says what to do; the exit code is a disk's."""

    def full(*_):
        raise OSError(ENOSPC, strerror(ENOSPC))

    monkeypatch.setattr("kpi_kit.sources.kinds.shutil.copyfile", full)
    with pytest.raises(EnvironmentFault) as raised:
        opened(place)

    assert 7 == raised.value.exit_code
    assert str(raised.value).startswith("tickets.parquet: cannot be copied to ")
    assert str(raised.value).endswith(
        " (No space left on device). Free the disk or set TMPDIR to another."
    )
