"""What a run leaves behind: its notebook and its pages, or what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit import mime
from kpi_kit.ending import marks, one_line, raised
from kpi_kit.errors import ComputationError, KitError, StaleError
from kpi_kit.files import write_whole
from kpi_kit.rejected import NAME

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from kpi_kit.run import Job, Ran

ACCEPT = "The report is written; option allow_partial makes it no failure."
SLIDES = ".slides.html"
# What a run may make besides: that of an earlier one would show other numbers.
DERIVED = (SLIDES, ".pdf", ".slides.pdf")


def published(ran: Ran, chromium: str | None = None) -> tuple[Path, ...]:
    """Write what a run came to, and print it where there is a browser for that."""
    from kpi_kit.execution import to_bytes  # noqa: PLC0415 - loaded by now

    job, done = ran.job, ran.notebook
    done.metadata.pop("papermill", None)  # paths of this machine, and times
    done.metadata[mime.CADENCE] = job.notebook.stem
    kept, bad = job.path(".failed.ipynb"), job.path(f".failed.{NAME}")
    failure = _failure(ran)
    if failure is not None:
        _write({kept: to_bytes(done)}, ran.rejected, bad)
        told = "" if ran.rejected is None else f" The quarantined rows: {bad}."
        raise type(failure)(f"{failure}{told}")
    pages = _pages(ran)
    made = {job.path(".ipynb"): to_bytes(done), **pages}
    _write(made, ran.rejected, job.path(f".{NAME}"))
    old = [job.path(end) for end in DERIVED if job.path(end) not in made]
    for path in (kept, bad, *old):
        path.unlink(missing_ok=True)
    printed = _printed(list(pages), chromium)
    lacks = "".join(mark.get("lacks", "") for mark in marks(done))
    if lacks:
        raise StaleError(f"{job.path('.html')}: {one_line(lacks)}. {ACCEPT}")
    return *made, *printed


def _pages(ran: Ran) -> dict[Path, bytes]:
    """Return the page of a report, and its slides where it has any."""
    from kpi_kit.render import render  # noqa: PLC0415 - loaded by now
    from kpi_kit.slideshow import slides  # noqa: PLC0415 - needs what render needs

    made = {ran.job.path(".html"): render(ran.notebook).encode()}
    deck = slides(ran.notebook)
    return made if deck is None else {**made, ran.job.path(SLIDES): deck.encode()}


def _printed(pages: list[Path], chromium: str | None) -> list[Path]:
    if chromium is None:
        return []
    from kpi_kit.printing import print_pages  # noqa: PLC0415 - few print

    return print_pages(pages, chromium)


def _write(made: dict[Path, bytes], rejected: bytes | None, beside: Path) -> None:
    """Write what a run made, and beside it the rows it quarantined, if any."""
    if rejected is not None:
        write_whole({**made, beside: rejected})
    else:
        write_whole(made)
        beside.unlink(missing_ok=True)  # an earlier run's


def _failure(ran: Ran) -> KitError | None:
    """Return why a run does not count, None when it does."""
    job, stopped = ran.job, ran.stopped
    error = raised(ran.notebook)
    if error is not None:
        return _stopped(error.cell, job, error.why, error.kind)
    cells = [cell for cell in ran.notebook.cells if cell.cell_type == "code"]
    if stopped is not None:
        started = [
            c for c in cells if c.metadata.get("papermill", {}).get("start_time")
        ]
        return _stopped(started[-1] if started else None, job, str(stopped))
    if {"slug": job.slug, "as_of": job.as_of.isoformat()} not in [
        {key: mark[key] for key in ("slug", "as_of")} for mark in marks(ran.notebook)
    ]:
        why = "it does not mark this report as complete"
        last = cells[-1] if cells else None
        return _stopped(last, job, f"{why}. End the notebook with review.done()")
    return None


def _stopped(
    cell: NotebookNode | None, job: Job, why: str, kind: type[KitError] | None = None
) -> KitError:
    where = f"{job.notebook}: cell {cell.id}" if cell else f"{job.notebook}"
    kept = job.path(".failed.ipynb")
    return (kind or ComputationError)(f"{where}: {one_line(why)}. See {kept}.")
