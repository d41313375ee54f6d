"""The command line: ``python -m kpi_kit COMMAND``, also installed as ``kpi-kit``."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_kit.errors import EnvironmentFault, KitError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    import pyarrow as pa

    from kpi_kit.contract import Contract
    from kpi_kit.evidence import Evidence
    from kpi_kit.tables import Helpdesk

FORMATS = ("table", "csv", "json", "parquet")
EXIT_CODES = """\b
Exit codes: 0 done, 2 bad input or parameters, 3 delivered in part, 4 delivery
pending or unknown, 5 data stale or incomplete, 6 computation failed,
7 environment (disk, lock)."""


class Day(click.ParamType):
    """A day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Return the day, or fail with how to write one."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
        except ValueError:
            message = f"{value!r} is no day. Write it as 2026-11-15."
            return self.fail(message, param, ctx)


class Names(click.ParamType):
    """Names, separated by commas."""

    name = "names"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """Return the names without blanks."""
        del param, ctx
        parts = (part.strip() for part in value.split(","))
        return tuple(part for part in parts if part)


def _split(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not equals:
            message = f"--option {name}: no value is given"
            raise ParameterError(f"{message}. Write it as --option {name}=VALUE.")
    return {name: value for name, _, value in pairs}


SOURCE_OPTIONS = (
    click.option(
        "--source",
        default="files",
        show_default=True,
        help="How the data is read: files (canonical tables, or one flat file of "
        "tickets) or sql (your own SELECTs over any export or warehouse).",
    ),
    click.option(
        "--location",
        default=None,
        metavar="PATH",
        help="What the source opens: a folder, a file, a warehouse.",
    ),
    click.option(
        "--mapping",
        metavar="FOLDER",
        help="With --source sql: a folder of <table>.sql, one SELECT per table.",
    ),
    click.option(
        "--option",
        "options",
        multiple=True,
        metavar="NAME=VALUE",
        help="How the data is to be read, e.g. time_zone=Europe/Berlin. Repeatable; "
        "overrides source.yaml beside the data.",
    ),
    click.option(
        "--contract",
        metavar="FILE",
        help="The vendor contract: reporting zone, business hours, targets.",
    ),
    click.option(
        "--as-of",
        type=Day(),
        help="Last day that is known, to its end. Default: yesterday.",
    ),
    click.option(
        "--engine",
        default="duckdb",
        show_default=True,
        metavar="URL",
        help="Where the numbers are computed: duckdb, or an Ibis URL such as "
        "pyspark://local or postgres://HOST/NAME.",
    ),
)


def source_options(command: Callable) -> Callable:
    """Give a command the options that name a source."""
    for option in reversed(SOURCE_OPTIONS):
        command = option(command)
    return command


@click.group(epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(package_name="kpi-kit", prog_name="kpi-kit")
def cli() -> None:
    """Hold a support vendor to account with your own helpdesk's data.

    Start with `check` on your data, then `kpis`; `explain` says what a number means,
    `facts` gives the tickets behind it, `run` makes the report.
    """


@cli.command()
@source_options
@click.option("--from", "start", type=Day(), help="Tickets created from this local day")
@click.option("--to", "end", type=Day(), help="... to the day before this one.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(("csv", "json")),
    default="csv",
    show_default=True,
    help="What is printed without -o.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
def facts(
    start: date | None,
    end: date | None,
    kind: str,
    output: Path | None,
    **source: Any,
) -> None:
    """Write one row per ticket with every fact: the evidence behind each number.

    -o FILE.parquet, .csv or .json writes a file; else the rows are printed.
    """
    from kpi_kit import export  # noqa: PLC0415 - each command loads what it uses
    from kpi_kit.evidence import evidence  # noqa: PLC0415

    if output is not None:
        export.format_of(output)
    helpdesk, contract, known = _opened(source)
    _warn(helpdesk)
    rows = evidence(helpdesk, contract, as_of=known, start=start, end=end)
    if output is None:
        export.to_text(_told(rows), kind, sys.stdout)
        return
    count = export.write(_told(rows), rows.schema, output)
    click.echo(f"{output}: {count:,} tickets", err=True)


@cli.command()
@source_options
@click.option("--from", "start", type=Day(), required=True, help="First local day.")
@click.option("--to", "end", type=Day(), required=True, help="Day after the last.")
@click.option("--every", type=click.Choice(("day", "week", "month")), help="Cut so.")
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
        kind = export.format_of(output)
    elif kind == "parquet":
        raise ParameterError(
            "--format parquet: a terminal cannot show it. Add -o FILE."
        )
    helpdesk, contract, known = _opened(source)
    _warn(helpdesk)
    from kpi_kit.scorecard import scorecard  # noqa: PLC0415

    frame = scorecard(
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
        export.to_text(iter(table.to_batches()), kind, sys.stdout)
        return
    export.write(iter(table.to_batches()), table.schema, output)
    click.echo(f"{output}: {len(frame):,} rows", err=True)


@cli.command()
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
def check(file: str | None, kind: str, **source: Any) -> None:
    """Validate a source, or a FILE of contract or parameters.

    Prints what became of every row of every file, the rows kept out and why, and which
    KPIs the data cannot give.
    """
    if file is not None:
        click.echo(_checked(Path(file)))
        return
    helpdesk, contract, _ = _opened(source)
    if kind == "json":
        click.echo(json.dumps(_accounts(helpdesk), ensure_ascii=False, default=str))
        return
    from kpi_kit import catalog, terminal  # noqa: PLC0415
    from kpi_kit.scorecard import given  # noqa: PLC0415

    click.echo(terminal.accounting_text(helpdesk.accounting))
    if len(helpdesk.quarantine):
        click.echo(f"\nQuarantined:\n{terminal.table_text(helpdesk.quarantine)}")
    known = given(helpdesk, contract)
    lacking = {c.name: c.missing(known) for c in catalog.METRICS.values()}
    lines = [f"  {name}: needs {'; '.join(n)}" for name, n in lacking.items() if n]
    possible = len(lacking) - len(lines)
    click.echo(f"\n{possible} of {len(lacking)} KPIs can be computed.")
    if lines:
        click.echo("\n".join(["Not computable:", *lines]))
    _warn(helpdesk)


def _accounts(helpdesk: Helpdesk) -> dict[str, Any]:
    return {
        "files": helpdesk.accounting.to_dict("records"),
        "quarantine": helpdesk.quarantine.to_dict("records"),
        "warnings": list(helpdesk.warnings),
    }


def _checked(path: Path) -> str:
    from kpi_kit.contract import read_contract  # noqa: PLC0415
    from kpi_kit.parameters import declared, read_parameters  # noqa: PLC0415

    notebook = Path("notebooks") / f"{path.stem}.ipynb"
    if notebook.exists():
        read_parameters(path, declared(notebook))
        return f"{path}: parameters of {notebook}, nothing to mend."
    contract = read_contract(path, **_names())
    return f"{path}: contract with {contract.vendor}, nothing to mend."


@cli.command()
@click.argument("metric", required=False)
def explain(metric: str | None) -> None:
    """Print the card of METRIC, or of every KPI.

    Definition, formula, unit, direction, what it needs, cited benchmark bands with
    their source, and the decisions behind it.
    """
    from kpi_kit import catalog, terminal  # noqa: PLC0415
    from kpi_kit import metrics as _  # noqa: F401, PLC0415

    cards = [catalog.named(metric)] if metric else catalog.METRICS.values()
    click.echo("\n\n".join(terminal.card_text(card) for card in cards))


@cli.command()
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
@click.option(
    "--out", default="reports", show_default=True, metavar="DIR", help="Where to."
)
def run(
    cadence: str,
    parameters: str | None,
    overrides: tuple[tuple[str, str], ...],
    as_of: date | None,
    out: str,
) -> None:
    """Run CADENCE and write its report: OUT/SLUG/CADENCE-AS_OF.ipynb and .html.

    CADENCE is the name of a notebook, such as weekly_review.
    """
    from kpi_kit.run import run as run_cadence  # noqa: PLC0415 - loads papermill

    for path in run_cadence(cadence, parameters, dict(overrides), as_of, out):
        click.echo(path)


def _names() -> dict[str, Any]:
    from kpi_kit import catalog  # noqa: PLC0415
    from kpi_kit import metrics as _  # noqa: F401, PLC0415

    return {"known_metrics": catalog.units(), "units": catalog.units()}


def _opened(source: dict[str, Any]) -> tuple[Helpdesk, Contract, date]:
    """Open what the source options name; return it with contract and last day."""
    from kpi_kit.contract import read_contract  # noqa: PLC0415
    from kpi_kit.periods import last_known_day  # noqa: PLC0415
    from kpi_kit.sources import open_helpdesk  # noqa: PLC0415

    if source["location"] is None:
        message = "--location: nothing is named"
        raise ParameterError(f"{message}. Give the folder or file of your data.")
    path = source["contract"]
    contract = read_contract(Path(path) if path else None, **_names())
    known = last_known_day(source["as_of"], contract.time_zone)
    with _working(f"Reading {source['location']}"):
        helpdesk = open_helpdesk(
            source["source"],
            source["location"],
            mapping=source["mapping"],
            options=_split(source["options"]),
            engine=source["engine"],
            as_of=known,
        )
    return helpdesk, contract, known


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Say on a terminal that something takes its time."""
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True)
    yield


def _told(rows: Evidence) -> Iterator[pa.RecordBatch]:
    """Pass batches on, counting the tickets on a terminal."""
    count = 0
    for batch in rows.batches:
        yield batch
        count += batch.num_rows
        if sys.stderr.isatty():
            click.echo(f"\r{count:,} tickets", nl=False, err=True)
    if sys.stderr.isatty():
        click.echo("", err=True)


def _warn(helpdesk: Helpdesk) -> None:
    for warning in helpdesk.warnings:
        click.echo(f"Warning: {warning}", err=True)


def main() -> None:
    """Run the command line; a user's mistake is one line and an exit code."""
    try:
        cli.main(prog_name="kpi-kit", standalone_mode=False)
    except KitError as error:
        _fail(str(error), error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message().replace("\n", " "), 2)
    except (click.Abort, KeyboardInterrupt):
        _fail("Stopped.", 130)
    except BrokenPipeError:
        # The reader has gone, as with `| head`; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        fault = EnvironmentFault(f"{error.filename}: {error.strerror}.")
        _fail(str(fault), fault.exit_code)


def _fail(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
