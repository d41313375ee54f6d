"""A signal to stop ends a command in order, whatever it is at."""

from __future__ import annotations

import os
import signal
from threading import Timer

import duckdb
import pytest

from kpi_kit.signals import stopped_in_order

LONG = "create table t as select hash(range) as h from range(50_000_000)"


@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)],
)
def test_a_query_that_is_stopped_is_no_fault(number, expected):
    """DuckDB calls it a failed query; a scheduler's timeout is none."""
    # Whoever runs tests in the background may have told them to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = Timer(0.3, os.kill, (os.getpid(), number))
    timer.start()
    with pytest.raises(expected) as caught, stopped_in_order():
        duckdb.connect().execute(LONG)
    timer.join()
    signal.signal(signal.SIGINT, before)

    assert number == signal.SIGINT or 128 + number == caught.value.code


def test_another_fault_stays_one():
    """What is no stop is told as it is."""
    with pytest.raises(RuntimeError, match="torn"), stopped_in_order():
        raise RuntimeError("torn")
