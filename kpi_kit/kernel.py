"""The kernel of a run, which boots while the runner loads what else it needs."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import contextmanager, suppress
from math import inf
from queue import Empty
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.utils import ensure_event_loop, run_sync
from traitlets.config import Config

from kpi_kit.engines import SHARED_BY
from kpi_kit.errors import EnvironmentFault
from kpi_kit.nursery import LAUNCHER
from kpi_kit.rejected import BESIDE
from kpi_kit.signals import undivided

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jupyter_client.client import KernelClient

    from kpi_kit.nursery import Nursery

# As nbclient starts a kernel: it writes nothing into the user's history.
_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--ext=kpi_kit.preload"]


class _Forking(LocalProvisioner):
    """How a kernel comes from a nursery: as from a command in all else."""

    nursery: Nursery

    async def launch_kernel(self, cmd: list[str], **given: Any) -> dict[str, Any]:
        """Start the process; one of another Python, by its command."""
        if cmd[: len(LAUNCHER)] != LAUNCHER:
            return await super().launch_kernel(cmd, **given)
        self.process = self.nursery.fork(cmd[len(LAUNCHER) :], given["env"])
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class Client(AsyncKernelClient):
    """A client that begins as soon as its kernel is heard.

    Its parent waits for 0.2 s of silence more; nbclient knows which messages are its.
    """

    async def wait_for_ready(  # the inherited signature
        self,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        """Wait until the kernel has answered, and told everybody that it did."""
        until = monotonic() + (timeout or inf)
        while monotonic() < until:
            self.kernel_info()
            with suppress(Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it was ready")
        raise RuntimeError(f"the kernel was not ready in {timeout} seconds")


class Kernel(AsyncKernelManager):
    """A kernel that knows who talks to it."""

    talking: KernelClient | None = None

    def client(self, **given: Any) -> KernelClient:
        """Return a new client."""
        self.talking = super().client(**given)
        return self.talking

    def fork_from(self, nursery: Nursery) -> None:
        """Let the nursery start the process."""
        self.kernel_id = str(uuid4())
        self.provisioner = _Forking(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        self.provisioner.nursery = nursery

    def kill(self) -> None:
        """End the process, and do not wait until it has gone.

        At once: it holds nothing any more, and its good-bye would take 0.65 s.
        """
        if self.has_kernel:
            run_sync(self.provisioner.kill)()


@contextmanager
def kernel(
    name: str, folder: Path, shared_by: int = 1, nursery: Nursery | None = None
) -> Iterator[Kernel]:
    """Start a kernel; it is ready a while later, and gone at the end.

    Parameters
    ----------
    name
        Of the kernel's specification, as a notebook names it.
    folder
        An empty folder for its sockets and its temporary files, which a process that
        is killed cannot take away.
    shared_by
        How many kernels share the machine's cores and memory.
    nursery
        What it forks from; None starts it anew.

    Raises
    ------
    EnvironmentFault
        When there is no such kernel here.
    """
    started = Kernel(kernel_name=name, config=_sockets(folder), client_factory=Client)
    try:
        if nursery is not None:
            started.fork_from(nursery)
        # A process that is started and not yet known would outlive the run.
        with undivided():
            run_sync(started.start_kernel)(
                extra_arguments=_ARGUMENTS, env=_environment(folder, shared_by)
            )
        yield started
    except NoSuchKernel:
        message = f"kernel: there is none called {name!r:.60} here"
        raise EnvironmentFault(
            f"{message}. Choose Python 3 for the notebook."
        ) from None
    finally:
        if started.talking is not None:
            started.talking.stop_channels()
        started.kill()
        run_sync(_end)(started)
        if threading.current_thread() is not threading.main_thread():
            ensure_event_loop().close()  # made for this thread, and used by no other


async def _end(started: Kernel) -> None:
    # A cell that was interrupted; left alone, it would print that its kernel died.
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    # shutdown_kernel looks only every 0.1 s whether it has gone.
    local = started.provisioner
    if isinstance(local, LocalProvisioner) and local.process is not None:
        local.process.wait()
    await started.shutdown_kernel(now=True)


def _environment(folder: Path, shared_by: int) -> dict[str, str]:
    temporary = folder / "tmp"
    temporary.mkdir()
    own = {"TMPDIR": str(temporary), BESIDE: str(folder), SHARED_BY: str(shared_by)}
    return {**os.environ, **own}


def _sockets(folder: Path) -> Config:
    # Over TCP, ipykernel warns on standard error, which cron would mail, and any user
    # of the machine reaches the kernel's port.  The path is unique: parallel runs in
    # one folder would else share a socket.
    transport = {"transport": "ipc", "ip": str(folder / "k")}
    return Config({"KernelManager": transport if os.name == "posix" else {}})
