"""How much of the machine a DuckDB session takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def few_threads(connection: ibis.BaseBackend, size: int) -> None:
    """Take no more threads than so many bytes of files keep busy.

    The others only wait: two take a quarter longer for 20,000 tickets than one does.
    """
    (most,) = connection.con.execute("select current_setting('threads')").fetchone()
    connection.raw_sql(f"set threads = {min(most, 1 + size // PER_THREAD)}")
