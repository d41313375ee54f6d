"""The command ``status``: for people a table, for monitors an exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi_kit.errors import KitError, worst
from kpi_kit.index import words
from kpi_kit.inputs import Day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kpi_kit.due import Due
    from kpi_kit.run import Job

HEADS = ("Vendor", "Report", "Last day", "State", "Why")


@click.command()
@click.argument("cadence", required=False)
@click.argument("more", nargs=-1, metavar="")
@click.option(
    "--parameters",
    "files",
    multiple=True,
    metavar="FILE ...",
    help="With CADENCE: the files that it is run with. Default: as `run`.",
)
@click.option(
    "--as-of", type=Day(), help="Ask as on the day after. Default: yesterday."
)
@click.option(
    "--out", default="reports", show_default=True, metavar="DIR", help="Of the reports."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="json is for pipes.",
)
def status(  # noqa: PLR0913, PLR0917 - one for each option
    cadence: str | None,
    more: tuple[str, ...],
    files: tuple[str, ...],
    as_of: date | None,
    out: str,
    kind: str,
) -> None:
    """Tell which reports are done, missing, failed or undelivered.

    Without CADENCE, of every cadence of every vendor that was run before. With it, of
    what the same `run CADENCE --parameters FILE ...` would make, so that a vendor whose
    reports never came is missed too. A notebook's name says when its next report is
    due: daily, a week after the last, 8 days after the end of a month or quarter.

    For a monitor the exit code says it all: 0 done, 2 a FILE is broken, 3 refused by
    some, 4 not delivered, 5 missing or incomplete, 6 failed; of several, the worst.
    """
    if (more or files) and cadence is None:
        raise click.UsageError("--parameters: belongs to a CADENCE. Write it first.")
    if more and not files:
        message = f"{more[0]!r} is one word too many"
        raise click.UsageError(f"{message}. Files stand behind --parameters.")
    from kpi_kit.due import due  # noqa: PLC0415 - each command loads what it uses

    must = () if cadence is None else _declared(cadence, (*files, *more), as_of, out)
    rows = due(Path(out), as_of, *must)
    code = worst(row.code for row in rows)
    click.echo(_json(rows, code) if kind == "json" else _text(rows))
    click.get_current_context().exit(code)


def _declared(
    cadence: str, files: Sequence[str], as_of: date | None, out: str
) -> tuple[list[Job], list[Due]]:
    """Return what a run with the same words would make, and what it would refuse."""
    from kpi_kit.due import Due  # noqa: PLC0415 - as above
    from kpi_kit.periods import last_known_day  # noqa: PLC0415
    from kpi_kit.run import job_of, notebook_of  # noqa: PLC0415

    notebook = notebook_of(cadence)
    jobs, broken = [], []
    for file in files or [None]:
        try:
            jobs.append(job_of(notebook, file, {}, as_of=as_of, out=Path(out)))
        except KitError as error:
            if file is None:
                raise
            row = {"vendor": file, "slug": "", "cadence": notebook.stem}
            day, why = last_known_day(as_of, "UTC"), str(error)
            broken.append(Due(**row, day=day, state="broken", why=why))
    return jobs, broken


def _json(rows: Sequence[Due], code: int) -> str:
    listed = [
        {
            "vendor": row.vendor,
            "slug": row.slug,
            "cadence": row.cadence,
            "last_day": row.day.isoformat(),
            "state": row.state,
            "why": row.why,
        }
        for row in rows
    ]
    return json.dumps({"exit_code": code, "reports": listed}, indent=2)


def _text(rows: Sequence[Due]) -> str:
    from kpi_kit.self_contained import CONTROLS  # noqa: PLC0415 - as above

    cells = [
        (row.vendor, words(row.cadence), str(row.day), row.state, row.why)
        for row in rows
    ]
    lines = [[CONTROLS.sub("", text) for text in line] for line in (HEADS, *cells)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        "  ".join(t.ljust(w) for t, w in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)
