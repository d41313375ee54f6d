"""How much of the machine a DuckDB session takes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import ibis

PER_THREAD = 16_000_000  # bytes of files


def share(connection: ibis.BaseBackend, runs: int) -> None:
    """Leave the other runs on this machine their part of its cores and memory."""
    if runs == 1:
        return
    settings = "current_setting('threads'), current_setting('memory_limit')"
    cores, memory = connection.con.execute(f"select {settings}").fetchone()
    amount, unit = memory.split()
    connection.raw_sql(f"set threads = {max(1, cores // runs)}")
    connection.raw_sql(f"set memory_limit = '{float(amount) / runs:.3f} {unit}'")


def use_blocks_again(connection: ibis.BaseBackend) -> None:
    """Keep blocks of memory, up to half of the limit, instead of asking anew for each.

    That saves a twelfth of the time of many rows.  DuckDB refuses it where half of the
    limit is more than the machine has, or less than what an address asks for.
    """
    with suppress(duckdb.InvalidInputException):
        connection.raw_sql("set block_allocator_memory = '50%'")


def few_threads(connection: ibis.BaseBackend, size: int) -> None:
    """Take no more threads than so many bytes of files keep busy.

    The others only wait: two take a quarter longer for 20,000 tickets than one does.
    """
    (most,) = connection.con.execute("select current_setting('threads')").fetchone()
    connection.raw_sql(f"set threads = {min(most, 1 + size // PER_THREAD)}")
