"""What a run's kernel loads while it boots, as an extension of IPython."""

from __future__ import annotations

import gc
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Load what the notebook will ask for, while the runner loads papermill.

    Notes
    -----
    In a thread, so that the kernel answers its client meanwhile.  No cell begins before
    all is loaded.
    """
    thread = Thread(target=_load, name="kpi-kit-preload", daemon=True)
    thread.start()
    shell.events.register("pre_execute", thread.join)


def _load() -> None:
    # What is loaded stays: looking for garbage among a million objects of libraries,
    # now and with every later collection, takes 0.15 s of a short report.
    gc.disable()
    with suppress(ImportError):  # the cell that asks for it will say so
        from kpi_kit import reviews  # noqa: F401, PLC0415 - only now
    gc.freeze()
    # A report leaves half a million objects, and ends before they are in the way.
    gc.set_threshold(1_000_000)
    gc.enable()
