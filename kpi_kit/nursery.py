"""A process that has loaded what notebooks use, and from which their kernels fork.

Loading it takes a kernel longer than its report of a small helpdesk does.  Each kernel
is a process of its own all the same: nothing of one vendor is ever in that of another.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kpi_kit.errors import EnvironmentFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What the command of a kernel begins with that this process can take the place of.
LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
# What a notebook loads only when it gets there.
LATER = ("holidays.countries", "ibis.backends.duckdb", "pyarrow.parquet")


class Forked:
    """A kernel that is not this process' own child, as ``subprocess.Popen`` shows one.

    Its process is known by a handle of the system, never by a number that another
    process could have by now.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._handle)

    def poll(self) -> int | None:
        """Return 1 when it has ended, None while it runs."""
        return self._ended(0)

    def wait(self) -> int:
        """Wait until it has ended."""
        return self._ended(None) or 0

    def _ended(self, seconds: float | None) -> int | None:
        asked = select.poll()
        asked.register(self._handle, select.POLLIN)
        return 1 if asked.poll(seconds) else None

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class Nursery:
    """The parent of kernels, on the other end of two pipes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = Lock()

    def fork(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Forked:
        """Return a new kernel.

        Parameters
        ----------
        arguments
            Of the kernel's program.
        environment
            All of its variables.

        Raises
        ------
        EnvironmentFault
            When the process that forks them is no more.
        """
        asked, answers = self._process.stdin, self._process.stdout
        with self._lock, suppress(BrokenPipeError):
            asked.write(f"{json.dumps([arguments, dict(environment)])}\n")
            asked.flush()
            if pid := answers.readline():
                return Forked(int(pid))
        message = "kernel: the process that starts it has ended"
        raise EnvironmentFault(f"{message}. Free memory, or run fewer at once.")


@contextmanager
def nursery() -> Iterator[Nursery | None]:
    """Start a nursery, and end it with all its kernels; None where there can be none.

    Linux alone has what it takes: forks that hold, and handles of processes.
    """
    if not hasattr(os, "pidfd_open") or sys.platform != "linux":
        yield None
        return
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    # numpy would start threads, which a fork leaves behind.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    # The kit that runs now, and nothing else of the folder in which it was called.
    begin = "import sys; sys.path.insert(0, sys.argv[1])"
    begin = f"{begin}; from kpi_kit.nursery import serve; serve()"
    command = [sys.executable, "-P", "-c", begin, str(Path(__file__).parents[1])]
    # A terminal's Ctrl-C is meant for the run, which then ends this one.
    pipes["process_group"] = 0
    # Our own command, nothing of it from outside.
    with subprocess.Popen(command, env=environment, **pipes) as process:  # noqa: S603
        try:
            yield Nursery(process)
        finally:
            process.kill()
            with suppress(BrokenPipeError):  # what it was asked and never read
                process.stdin.close()


def serve() -> None:
    """Fork a kernel for each line of standard input, and answer with its number."""
    sys.modules.setdefault("debugpy", None)  # 0.1 s, and nobody debugs a report's run
    gc.disable()
    with suppress(ImportError):  # the cell that asks for it will say so
        from ipykernel import kernelapp  # noqa: F401, PLC0415 - not in the runner

        from kpi_kit import reviews  # noqa: F401, PLC0415

        for name in LATER:
            import_module(name)
    gc.freeze()  # what is loaded stays, and no kernel looks through it for garbage
    gc.enable()
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become(*json.loads(line))
            return
        with suppress(OSError):  # it has done so itself
            os.setpgid(pid, pid)
        print(pid, flush=True)  # noqa: T201 - the other end reads it


def _become(arguments: list[str], environment: dict[str, str]) -> None:
    """Be the kernel from now on."""
    from ipykernel import kernelapp  # noqa: PLC0415 - loaded by now

    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDWR)
    for pipe in (0, 1):
        os.dup2(nothing, pipe)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # looked for again, in the new environment
    # It ends when its parent does, of which it would else have asked the environment.
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    kernelapp.launch_new_instance([*arguments, parent])
