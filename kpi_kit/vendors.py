"""One cadence for many vendors: a kernel each, several at once, none stops another."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import KitError, ParameterError, fault_of
from kpi_kit.nursery import nursery
from kpi_kit.publishing import published
from kpi_kit.run import booting, executed, job_of, notebook_of
from kpi_kit.signals import stopped_in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from kpi_kit.kernel import Kernel
    from kpi_kit.nursery import Nursery
    from kpi_kit.run import Job, Ran


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one parameters file: the report's paths, or why none."""

    file: Path
    made: tuple[Path, ...] = ()
    error: KitError | None = None


@dataclass(kw_only=True)
class _Crew:
    """The threads that run notebooks, and the kernels that they have started."""

    size: int
    nursery: Nursery | None
    kernels: set[Kernel] = field(default_factory=set)
    is_dismissed: bool = False

    def run(self, job: Job) -> Ran | None:
        """Return what a job came to, None when the crew was dismissed meanwhile."""
        given = {"shared_by": self.size, "nursery": self.nursery}
        with booting(job.notebook, **given) as (started, scratch):
            self.kernels.add(started)
            # In this order: dismissed first, then its kernels are looked for.
            if self.is_dismissed:
                return None
            ran = executed(job, started, scratch)
            self.kernels.discard(started)
        return None if self.is_dismissed else ran

    def dismiss(self) -> None:
        """Let no kernel work on; the threads then find nothing to do."""
        self.is_dismissed = True
        for started in tuple(self.kernels):
            started.kill()


def run_each(  # noqa: PLR0913 - what the command line gives, and where notebooks are
    cadence: str,
    files: Sequence[str | Path],
    overrides: Mapping[str, Any] | None = None,
    as_of: str | date | None = None,
    out: str | Path = "reports",
    *,
    at_once: int | None = None,
    notebooks: str | Path = "notebooks",
    chromium: str | None = None,
) -> Iterator[Outcome]:
    """Run a cadence once for each parameters file; give what became of it, as it does.

    Parameters
    ----------
    cadence, overrides, as_of, out, notebooks, chromium
        As ``kpi_kit.run.run`` takes them.
    files
        YAML files of parameters, one for each vendor.
    at_once
        How many notebooks run at the same time, sharing cores and memory; None for as
        many as there are cores.

    Yields
    ------
    Outcome
        One for each file, those that cannot be run first.

    Raises
    ------
    ParameterError
        When two of the reports would have one name, before anything runs.
    """
    notebook = notebook_of(cadence, notebooks)
    jobs: dict[Path, Job] = {}
    refused = []
    for file in map(Path, files):
        try:
            job = job_of(notebook, file, overrides or {}, as_of=as_of, out=Path(out))
        except KitError as error:
            refused.append(Outcome(file=file, error=error))
        else:
            _refuse_twin(file, job, jobs)
            jobs[file] = job
    yield from refused
    yield from _run(jobs, min(at_once or cores(), len(jobs)), chromium)


def _refuse_twin(file: Path, job: Job, jobs: Mapping[Path, Job]) -> None:
    for other, known in jobs.items():
        if known.path("") == job.path(""):
            message = f"{other} and {file}: both make {job.path('.html')}"
            todo = "Give each vendor's contract a slug of its own"
            raise ParameterError(f"{message}. {todo}.")


def _run(
    jobs: Mapping[Path, Job], at_once: int, chromium: str | None
) -> Iterator[Outcome]:
    """Run jobs in threads and publish in this one: no two files are written at once."""
    if not jobs:
        return
    with stopped_in_order(), _crew(at_once) as (crew, pool):
        running = {pool.submit(crew.run, job): file for file, job in jobs.items()}
        for future in as_completed(running):
            file = running[future]
            try:
                yield Outcome(file=file, made=published(future.result(), chromium))
            except KitError as error:
                yield Outcome(file=file, error=error)
            except OSError as error:  # such as no room for a kernel's own files
                yield Outcome(file=file, error=fault_of(error, file))


@contextmanager
def _crew(at_once: int) -> Iterator[tuple[_Crew, ThreadPoolExecutor]]:
    with nursery() as parent:
        crew = _Crew(size=at_once, nursery=parent)
        pool = ThreadPoolExecutor(at_once)
        try:
            yield crew, pool
        except BaseException:
            crew.dismiss()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
