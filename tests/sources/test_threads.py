"""How much of the machine a session takes, and that it keeps quiet."""

from __future__ import annotations

import subprocess
import sys

import ibis
import pytest

from kpi_kit.sources.session import connect
from kpi_kit.sources.threads import PER_THREAD, few_threads


@pytest.mark.parametrize(
    ("size", "threads"),
    [
        pytest.param(0, 1, id="nothing-still-needs-one"),
        pytest.param(PER_THREAD - 1, 1, id="a-small-helpdesk"),
        pytest.param(PER_THREAD, 2, id="work-for-two"),
        pytest.param(PER_THREAD * 10, 3, id="no-more-than-there-are"),
    ],
)
def test_threads_follow_the_size_of_the_files(size, threads):
    """Of three threads, those that would only wait are not taken."""
    connection = ibis.duckdb.connect(threads=3)
    few_threads(connection, size)

    query = "select current_setting('threads')"
    assert threads == connection.con.execute(query).fetchone()[0]


def test_no_progress_bar_gets_into_a_report():
    """DuckDB draws one for whoever has no main file, as a kernel has none."""
    code = (
        "import duckdb\n"
        "from kpi_kit.sources.session import connect\n"
        "query = \"select current_setting('enable_progress_bar')\"\n"
        "for session in (duckdb.connect(), connect('duckdb').con):\n"
        "    print(session.execute(query).fetchone()[0])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "True\nFalse\n" == done.stdout


def test_half_the_memory_is_of_blocks_that_are_used_again():
    """Of a gigabyte that the engine's address names."""
    session = connect("duckdb://?memory_limit=1GB").con
    query = "select current_setting('block_allocator_memory')"

    assert "476.8 MiB" == session.execute(query).fetchone()[0]


@pytest.mark.parametrize("asked", ["memory_limit=9TB", "block_allocator_memory=300MB"])
def test_an_address_may_ask_for_more_than_there_is(asked):
    """Or for blocks of its own: the session opens all the same."""
    answer = connect(f"duckdb://?{asked}&threads=1").con.execute("select 42")

    assert 42 == answer.fetchone()[0]
