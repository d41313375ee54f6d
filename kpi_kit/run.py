"""Run a cadence's notebook and publish it: the notebook and its page, or neither."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kpi_kit import catalog
from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.contract import Contract, read_contract
from kpi_kit.errors import ParameterError, UnknownNameError, nearest
from kpi_kit.files import found
from kpi_kit.kernel import kernel
from kpi_kit.parameters import checked, declared, read_parameters
from kpi_kit.periods import last_known_day
from kpi_kit.publishing import published
from kpi_kit.rejected import NAME
from kpi_kit.signals import stopped_in_order, undivided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbformat import NotebookNode

    from kpi_kit.kernel import Kernel
    from kpi_kit.nursery import Nursery


@dataclass(frozen=True, kw_only=True)
class Job:
    """One notebook to run, with the values it gets and the names of what it makes."""

    notebook: Path
    values: dict[str, Any]
    slug: str
    as_of: date
    out: Path

    def path(self, ending: str) -> Path:
        """Return the path of an output."""
        name = f"{self.notebook.stem}-{self.as_of.isoformat()}{ending}"
        return self.out / self.slug / name


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A job's notebook as far as it came, what stopped it, the rows it quarantined."""

    job: Job
    notebook: NotebookNode
    stopped: Exception | None
    rejected: bytes | None


def run(  # noqa: PLR0913 - what the command line gives, and where notebooks are
    cadence: str,
    parameters_file: str | Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    as_of: str | date | None = None,
    out: str | Path = "reports",
    *,
    notebooks: str | Path = "notebooks",
    chromium: str | None = None,
    nursery: Nursery | None = None,
) -> tuple[Path, ...]:
    """Run a cadence and write ``OUT/SLUG/CADENCE-AS_OF.ipynb`` and ``.html``.

    A notebook with slides also gives ``.slides.html``.  Rows that were quarantined lie
    beside them, as ``CADENCE-AS_OF.quarantine.parquet``.

    Parameters
    ----------
    cadence
        The stem of a notebook.
    parameters_file
        A YAML file of its parameters; None takes ``parameters/CADENCE.yaml`` where
        there is one.
    overrides
        Single parameters that go before the file's.
    as_of
        Last day of the report; None takes the parameters' own, else yesterday in the
        contract's time zone.
    out
        The folder of all reports.
    notebooks
        The folder of the cadences' notebooks.
    chromium
        A browser that prints the pages as PDF too.
    nursery
        What the kernel forks from; None starts it anew.

    Returns
    -------
    tuple of Path
        The notebook and the pages.  A run that fails leaves all as they were and keeps
        what it came to as ``OUT/SLUG/CADENCE-AS_OF.failed.ipynb``, quarantined rows as
        ``CADENCE-AS_OF.failed.quarantine.parquet``.

    Raises
    ------
    ComputationError
        If the notebook did not run to its end; names the cell and why.
    StaleError
        If days are missing, after both files are written: the page says so on top.
    KitError
        What the notebook itself raised about its data or parameters.
    """
    notebook = notebook_of(cadence, notebooks)
    if nursery is not None:  # it loads meanwhile, else the kernel itself, once it runs
        from kpi_kit import execution, render  # noqa: F401, PLC0415
    with (
        stopped_in_order(),
        booting(notebook, nursery=nursery) as (started, scratch),
    ):
        job = job_of(
            notebook, parameters_file, overrides or {}, as_of=as_of, out=Path(out)
        )
        ran = executed(job, started, scratch)
        started.kill()  # it goes while the page is made
        return published(ran, chromium)


def job_of(
    notebook: Path,
    parameters_file: str | Path | None,
    overrides: Mapping[str, Any],
    *,
    as_of: str | date | None,
    out: Path,
) -> Job:
    """Return what is to be run, once all that it is given is known to be right."""
    takes = declared(notebook)
    file = parameters_file or found(f"parameters/{notebook.stem}.yaml")
    values = read_parameters(Path(file), takes) if file else {}
    for name, value in overrides.items():
        values[name] = checked(name, value, takes, "-p")
    own = {name: parameter.default for name, parameter in takes.items()}
    terms = _terms(values.get("contract", own.get("contract", "")))
    # The notebook's own day would be taken in silence, long after it was any use.
    day = last_known_day(_day(as_of or values.get("as_of")), terms.time_zone)
    values |= {"as_of": day.isoformat()} if "as_of" in takes else {}
    _refuse_link(out, terms.slug)
    return Job(notebook=notebook, values=values, slug=terms.slug, as_of=day, out=out)


def _refuse_link(out: Path, slug: str) -> None:
    """Raise where reports would be written outside their folder."""
    if (out / slug).resolve() != out.resolve() / slug:
        message = f"{out / slug}: is a link that leads out of {out}"
        raise ParameterError(f"{message}. Remove it, or give another --out.")


def cadences(notebooks: str | Path = "notebooks") -> list[str]:
    """Return the cadences there are: the stems of a folder's notebooks.

    A notebook whose metadata says ``"kpi_kit": {"cadence": false}`` is for analysts.
    """
    folder = found(notebooks) or Path(notebooks)
    return sorted(path.stem for path in folder.glob("*.ipynb") if _is_cadence(path))


def _is_cadence(notebook: Path) -> bool:
    try:
        metadata = json.loads(notebook.read_text("utf-8"))["metadata"]
        return metadata.get("kpi_kit", {}).get("cadence", True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True  # what is wrong with it is told when it is run


def notebook_of(cadence: str, notebooks: str | Path = "notebooks") -> Path:
    """Return a cadence's notebook."""
    folder, known = found(notebooks) or Path(notebooks), cadences(notebooks)
    if cadence not in known:
        message = f"cadence: {folder} holds no notebook called {cadence!r:.60}"
        raise UnknownNameError(f"{message}. {nearest(cadence, known)}")
    return folder / f"{cadence}.ipynb"


def _terms(contract: str) -> Contract:
    if not contract:
        return Contract()
    path = found(contract) or Path(contract)
    return read_contract(path, known_metrics=catalog.measures())


def _day(given: str | date | None) -> date | None:
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        message = f"as_of: {given!r:.60} is no day"
        raise ParameterError(f"{message}. Write it as 2026-11-15.") from None


@contextmanager
def booting(notebook: Path, **given: Any) -> Iterator[tuple[Kernel, Path]]:
    """Start the kernel that a notebook is written for, and a folder to work in.

    Parameters
    ----------
    notebook
        Names its kernel.
    **given
        As ``kpi_kit.kernel.kernel`` takes it.
    """
    metadata = json.loads(notebook.read_text("utf-8"))["metadata"]
    name = metadata.get("kernelspec", {}).get("name", "python3")
    with ExitStack() as leaving:
        # A folder that is made and not yet entered would stay.
        with undivided():
            scratch = leaving.enter_context(
                TemporaryDirectory(prefix="kpi-kit-", ignore_cleanup_errors=True)
            )
        running = kernel(name, Path(scratch), **given)
        yield leaving.enter_context(running), Path(scratch)


def executed(job: Job, started: Kernel, scratch: Path) -> Ran:
    """Return the notebook as far as it came, and what stopped it."""
    # The kernel boots meanwhile.
    from kpi_kit import execution, render  # noqa: F401, PLC0415

    notebook, why = execution.execute(job.notebook, job.values, started, scratch)
    rows = scratch / NAME
    rejected = rows.read_bytes() if rows.exists() else None
    return Ran(job=job, notebook=notebook, stopped=why, rejected=rejected)
