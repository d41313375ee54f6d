"""What a run does when it is told to stop: it clears up, then ends."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# A scheduler's timeout, and a terminal that was closed; Windows has no second one.
_STOPPING = [getattr(signal, n) for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)]


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Turn a signal to stop into an exit that leaves no kernel and no file behind.

    The exit code is 128 and the signal's number, as a shell has it.  What somebody else
    decided stays, such as ``nohup`` or a program that calls the kit from a handler of
    its own, and threads hear no signals.
    """
    taken = [s for s in _STOPPING if signal.getsignal(s) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        taken = []
    for number in taken:
        signal.signal(number, _stop)
    try:
        yield
    except RuntimeError as error:
        # DuckDB makes one of whatever stops it in the middle of a query.
        if isinstance(error.__cause__, (SystemExit, KeyboardInterrupt)):
            raise error.__cause__ from None
        raise
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def undivided() -> Iterator[None]:
    """Let a signal wait for a step that would leave something behind if cut in two."""
    came: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    asked = (*_STOPPING, signal.SIGINT) if is_main else ()
    before = {number: signal.getsignal(number) for number in asked}
    for number in before:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def _stop(number: int, _frame: FrameType | None) -> None:
    # Once: an impatient second signal must not stop the clearing up.
    for each in _STOPPING:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)
