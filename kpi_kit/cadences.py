"""The commands that make reports: ``run`` one cadence, ``demo`` all of them."""

from __future__ import annotations

import atexit
import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi_kit.inputs import Day

if TYPE_CHECKING:
    from datetime import date

# Where the demo puts its helpdesk, beside the reports on it.
HELPDESK = "demo-helpdesk"
OUT = click.option(
    "--out", default="reports", show_default=True, metavar="DIR", help="Where to."
)


@click.command()
@click.argument("cadence")
@click.option(
    "--parameters",
    metavar="FILE",
    help="YAML of the notebook's parameters. Default: parameters/CADENCE.yaml",
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
@OUT
def run(
    cadence: str,
    parameters: str | None,
    overrides: tuple[tuple[str, str], ...],
    as_of: date | None,
    out: str,
) -> None:
    """Run CADENCE and write its report: OUT/SLUG/CADENCE-AS_OF.ipynb and .html.

    CADENCE is the name of a notebook: daily_digest, weekly_review.
    """
    _spare_the_search_for_garbage()
    from kpi_kit.run import run as run_cadence  # noqa: PLC0415 - loads papermill

    for path in run_cadence(cadence, parameters, dict(overrides), as_of, out):
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
    for cadence in cadences():
        for path in run_cadence(cadence, overrides=data, out=out):
            click.echo(path)
