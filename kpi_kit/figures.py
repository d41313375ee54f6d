"""The commands that ask a source: what became of its rows, its KPIs, its tickets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_kit.errors import ParameterError, TableError
from kpi_kit.inputs import (
    Day,
    Names,
    opened,
    source_options,
    ticket_options,
    told,
)
from kpi_kit.plurals import plural

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kpi_kit.known import Known
    from kpi_kit.tables import Helpdesk

FORMATS = ("table", "csv", "json", "parquet")


@click.command()
@source_options
@ticket_options
@click.option(
    "--format",
    "kind",
    type=click.Choice(("csv", "json")),
    default="csv",
    show_default=True,
    help="What is printed without -o.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
def facts(  # noqa: PLR0913, PLR0917 - one for each option
    start: date | None,
    end: date | None,
    metric: str,
    missed: bool,  # noqa: FBT001 - a flag
    kind: str,
    output: Path | None,
    **source: Any,
) -> None:
    """Write one row per ticket with every fact: the evidence behind each number.

    -o FILE.parquet, .csv or .json writes a file; else the rows are printed.
    """
    from kpi_kit import export  # noqa: PLC0415 - each command loads what it uses
    from kpi_kit.evidence import Wanted, evidence  # noqa: PLC0415
    from kpi_kit.periods import cut  # noqa: PLC0415

    if start is not None and end is not None:
        cut(start, end, None)
    if output is not None:
        export.asked_for(output)
    helpdesk, contract, known = opened(source)
    _warn(helpdesk)
    which = Wanted(start=start, end=end, metric=metric, missed=missed)
    rows = evidence(helpdesk, contract, which, as_of=known)
    if output is None:
        export.to_text(told(rows), rows.schema, kind, sys.stdout)
        return
    count = export.write(told(rows), rows.schema, output)
    click.echo(f"{output}: {plural(count, 'ticket')}", err=True)


@click.command()
@source_options
@click.option("--from", "start", type=Day(), required=True, help="First local day.")
@click.option("--to", "end", type=Day(), required=True, help="Day after the last.")
@click.option(
    "--every", type=click.Choice(("day", "week", "month", "quarter")), help="Cut so."
)
@click.option(
    "--by",
    type=Names(),
    default="",
    metavar="DIM[,DIM]",
    help="Slice by columns of the facts: channel, team, created_hour, your own ...",
)
@click.option(
    "--metric",
    "metrics",
    type=Names(),
    default="",
    metavar="NAME[,NAME]",
    help="Only these KPIs; `explain` lists them.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="table reads well, the others are for pipes.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
def kpis(  # noqa: PLR0913, PLR0917 - one for each option
    start: date,
    end: date,
    every: str | None,
    by: tuple[str, ...],
    metrics: tuple[str, ...],
    kind: str,
    output: Path | None,
    **source: Any,
) -> None:
    """Compute KPIs, each with its 95 % interval, n and state.

    Example: kpi-kit kpis --location tickets.csv --option time_zone=Europe/Berlin
    --from 2026-09-01 --to 2026-11-01 --every week --by channel
    """
    from kpi_kit import catalog, export  # noqa: PLC0415 - as above
    from kpi_kit import metrics as _  # noqa: F401, PLC0415 - fills the catalog
    from kpi_kit.periods import cut  # noqa: PLC0415

    for name in metrics:
        catalog.named(name)
    cut(start, end, every)
    if output is not None:
        kind = export.asked_for(output)
    elif kind == "parquet":
        raise ParameterError(
            "--format parquet: a terminal cannot show it. Add -o FILE."
        )
    helpdesk, contract, known = opened(source)
    _warn(helpdesk)
    from kpi_kit.known import kpis as with_doubt  # noqa: PLC0415

    frame = with_doubt(
        helpdesk,
        contract,
        start=start,
        end=end,
        as_of=known,
        every=every,
        by=by,
        metrics=metrics or None,
    )
    _print_kpis(frame, by, kind, output)


def _print_kpis(
    frame: pd.DataFrame, by: tuple[str, ...], kind: str, output: Path | None
) -> None:
    import pyarrow as pa  # noqa: PLC0415

    from kpi_kit import export, terminal  # noqa: PLC0415

    if kind == "table":
        click.echo(terminal.kpi_text(frame, by))
        return
    labels = {name: frame[name].astype(str) for name in by}
    table = pa.Table.from_pandas(frame.assign(**labels), preserve_index=False)
    if output is None:
        export.to_text(iter(table.to_batches()), table.schema, kind, sys.stdout)
        return
    export.write(iter(table.to_batches()), table.schema, output)
    click.echo(f"{output}: {plural(len(frame), 'row')}", err=True)


@click.command()
@click.argument("file", required=False)
@source_options
@click.option(
    "--format",
    "kind",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="json is for pipes.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the quarantined rows to DIR/quarantine.parquet.",
)
def check(file: str | None, kind: str, out: Path | None, **source: Any) -> None:
    """Validate a source, or a FILE: contract, parameters, source.yaml, delivery.yaml.

    Prints what became of every row of every file, the quarantined rows and why, how
    far the data goes, which days look missing, and which KPIs it cannot give.

    A source.yaml beside the data says how it is to be read, as --option does. Secrets
    never stand in a file: where parameters hold the address of an engine, ${NAME} in it
    comes from the environment.
    """
    if file is not None:
        from kpi_kit.declarations import checked  # noqa: PLC0415 - as above

        click.echo(checked(Path(file)))
        return
    from kpi_kit import terminal  # noqa: PLC0415
    from kpi_kit.coverage import coverage  # noqa: PLC0415
    from kpi_kit.known import known_of, needs  # noqa: PLC0415
    from kpi_kit.periods import DAY, midnight  # noqa: PLC0415
    from kpi_kit.rejected import write_rejected  # noqa: PLC0415

    helpdesk, contract, last = opened(source, limited=False)
    notes = coverage(helpdesk, midnight(last + DAY, contract.time_zone))
    place = None if source["source"] == "demo" else Path(source["location"])
    known = known_of(helpdesk, contract, last, place)
    notes = (*notes, *known.notes)
    if kind == "json":
        click.echo(terminal.accounting_json(helpdesk, notes, known))
    else:
        click.echo(terminal.accounting_text(helpdesk))
        click.echo("\n" + "\n".join(notes))
        click.echo("\n" + terminal.known_text(known))
        click.echo("\n" + terminal.computable_text(needs(helpdesk, contract)))
        _warn(helpdesk)
        _warn(known)
    path = write_rejected(helpdesk, out) if out is not None else None
    if path is not None:
        click.echo(f"{path}: {plural(len(helpdesk.quarantine), 'row')}", err=True)
    if helpdesk.excess:
        raise TableError(helpdesk.excess[0])


def _warn(told: Helpdesk | Known) -> None:
    for warning in told.warnings:
        click.echo(f"Warning: {warning}", err=True)
