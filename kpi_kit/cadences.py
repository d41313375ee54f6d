"""The commands that make reports: ``run`` one cadence, ``demo`` all of them."""

from __future__ import annotations

import atexit
import gc
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_kit.errors import KitError, fault_of, worst
from kpi_kit.index import write_index
from kpi_kit.inputs import Day
from kpi_kit.nursery import nursery
from kpi_kit.sending import DELIVERY, mail_reports, read

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.vendors import Outcome

# Where the demo puts its helpdesk, beside the reports on it.
HELPDESK = "demo-helpdesk"
OUT = click.option(
    "--out", default="reports", show_default=True, metavar="DIR", help="Where to."
)


@click.command()
@click.argument("cadence")
@click.argument("more", nargs=-1, metavar="")
@click.option(
    "--parameters",
    "files",
    multiple=True,
    metavar="FILE ...",
    help="YAML of the notebook's parameters; of several, each makes a report, and one "
    "that fails stops no other. Default: parameters/CADENCE.yaml",
)
@click.option(
    "-p",
    "overrides",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="One parameter, before the file's. Repeatable.",
)
@click.option("--as-of", type=Day(), help="Last day of the report.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of several, how many run at once. Default: one per core.",
)
@click.option("--pdf", is_flag=True, help="Print it as PDF too, as `pdf` does.")
@OUT
@click.option("--mail", is_flag=True, help="Mail the report, at most once to each.")
@DELIVERY
def run(  # noqa: PLR0913, PLR0917 - one for each option
    cadence: str,
    more: tuple[str, ...],
    files: tuple[str, ...],
    overrides: tuple[tuple[str, str], ...],
    as_of: date | None,
    jobs: int | None,
    pdf: bool,  # noqa: FBT001 - as above
    out: str,
    mail: bool,  # noqa: FBT001 - as above
    delivery: str,
) -> None:
    """Run CADENCE and write its report: OUT/SLUG/CADENCE-AS_OF.ipynb and .html.

    The quarterly deep dive also has slides: .slides.html.

    CADENCE is the name of a notebook: daily_digest, weekly_review, quarterly_deep_dive.
    """
    _spare_the_search_for_garbage()
    if more and not files:
        message = f"{more[0]!r} is one word too many"
        raise click.UsageError(f"{message}. Files stand behind --parameters.")
    known = read(delivery) if mail else None
    given = {"overrides": dict(overrides), "as_of": as_of, "out": out}
    given |= {"chromium": _chromium() if pdf else None}  # its lack is told at once
    if len(files) + len(more) > 1:
        results = _run_each(cadence, (*files, *more), jobs, given)
    else:
        results = _run_one(cadence, files, given)
    errors = [error for _, error in results if error is not None]
    if known is not None:
        errors += mail_reports(known, cadence, results)
    write_index(Path(out))
    click.get_current_context().exit(worst(error.exit_code for error in errors))


def _run_one(
    cadence: str, files: tuple[str, ...], given: dict[str, Any]
) -> list[tuple[tuple[Path, ...], KitError | None]]:
    """Run a cadence; return the report's files, or why there are none."""
    try:
        with nursery() as parent:
            from kpi_kit.run import run as run_cadence  # noqa: PLC0415 - meanwhile

            made = run_cadence(cadence, *files, **given, nursery=parent)
    except (KitError, OSError) as error:
        told = error if isinstance(error, KitError) else fault_of(error, cadence)
        click.echo(f"Error: {told}", err=True)
        return [((), told)]
    for path in made:
        click.echo(path)
    return [(made, None)]


def _run_each(
    cadence: str, files: tuple[str, ...], jobs: int | None, given: dict[str, Any]
) -> list[tuple[tuple[Path, ...], KitError | None]]:
    """Run a cadence for each file; return for each what `_run_one` does."""
    from kpi_kit.vendors import run_each  # noqa: PLC0415 - as above

    results, seen = [], sys.stderr.isatty()
    try:
        # Closed even when a signal ends the loop: its kernels go with it.
        with closing(run_each(cadence, files, at_once=jobs, **given)) as outcomes:
            for outcome in outcomes:
                results.append(_shown(outcome))
                if seen:
                    click.echo(f"{len(results)} of {len(files)}", err=True)
    except KitError as error:  # of all of them, such as two that make one report
        click.echo(f"Error: {error}", err=True)
        results.append(((), error))
    return results


def _shown(outcome: Outcome) -> tuple[tuple[Path, ...], KitError | None]:
    """Print what became of a file, and return it."""
    for path in outcome.made:
        click.echo(path)
    if outcome.error is not None:
        where, why = str(outcome.file), str(outcome.error)
        told = why if why.startswith(where) else f"{where}: {why}"
        click.echo(f"Error: {told}", err=True)
    return outcome.made, outcome.error


def _chromium() -> str:
    from kpi_kit.printing import find_chromium  # noqa: PLC0415 - few print

    return find_chromium()


@click.command("pdf")
@click.argument("reports", nargs=-1, required=True, metavar="REPORT...")
@click.option(
    "--chromium",
    metavar="NAME",
    help="The browser. Default: what KPI_KIT_CHROMIUM names, else the first of "
    "Chromium, Chrome and Edge that is installed.",
)
def to_pdf(reports: tuple[str, ...], chromium: str | None) -> None:
    """Print each REPORT as PDF beside it: a page, slides, or a notebook that was run.

    A headless Chromium prints them with its network cut: all of them, or none.
    """
    from kpi_kit.printing import (  # noqa: PLC0415 - few print
        find_chromium,
        pages_of,
        print_pages,
    )

    pages = [page for report in reports for page in pages_of(Path(report))]
    for path in print_pages(pages, find_chromium(chromium)):
        click.echo(path)


def _spare_the_search_for_garbage() -> None:
    """Let a process that lives for seconds keep what it no longer uses.

    Python would look through a million objects of libraries while it loads them and
    once more at the end, 0.1 s in all.
    """
    gc.disable()
    atexit.register(gc.freeze)


@click.command()
@click.option("--tickets", default=20_000, show_default=True, help="How many it has.")
@OUT
def demo(tickets: int, out: str) -> None:
    """Write the demo helpdesk and run every cadence on it.

    The helpdesk is invented and always the same: a shop, its vendor since 16 March 2026
    and the troubles that the reports should find. It is written to OUT/demo-helpdesk as
    a folder of tables, which every other command reads too.
    """
    from kpi_kit.run import cadences  # noqa: PLC0415 - as above
    from kpi_kit.run import run as run_cadence  # noqa: PLC0415
    from kpi_kit.sources.demo import write_demo  # noqa: PLC0415

    folder = Path(out, HELPDESK)
    write_demo(folder, tickets)
    click.echo(f"{folder}: {tickets:,} tickets")
    data = {"source": "files", "location": str(folder)}
    with nursery() as parent:
        for cadence in cadences():
            for path in run_cadence(cadence, overrides=data, out=out, nursery=parent):
                click.echo(path)
    write_index(Path(out))
