"""What the commands are given: days, names, a source."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi_kit.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from kpi_kit.contract import Contract
    from kpi_kit.evidence import Evidence
    from kpi_kit.tables import Helpdesk


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
        """Return the names without blanks, each once."""
        del param, ctx
        parts = (part.strip() for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))


def _split(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not equals:
            message = f"--option {name}: no value is given"
            raise ParameterError(f"{message}. Write it as --option {name}=VALUE.")
    names = [name for name, *_ in pairs]
    for name in names:
        if names.count(name) > 1:
            message = f"--option {name}: is given {names.count(name)} times"
            raise ParameterError(f"{message}. Give it once, pairs as a=b,c=d.")
    return {name: value for name, _, value in pairs}


SOURCE_OPTIONS = (
    click.option(
        "--source",
        default="files",
        show_default=True,
        help="How the data is read: files (canonical tables, or one flat file of "
        "tickets), sql (your own SELECTs over any export or warehouse) or demo (an "
        "invented helpdesk).",
    ),
    click.option(
        "--location",
        default=None,
        metavar="PATH",
        help="What the source opens: a folder, a file, a warehouse; of the demo, how "
        "many tickets (20000, or 20000:7 for another seed).",
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
        help="How the data is to be read, e.g. time_zone=Europe/Berlin; the README "
        "lists the names. Repeatable; overrides source.yaml beside the data.",
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
        "pyspark://local or postgres://HOST/NAME; ${NAME} in it comes from the "
        "environment.",
    ),
)


TICKET_OPTIONS = (
    click.option(
        "--from", "start", type=Day(), help="Tickets created from this local day"
    ),
    click.option("--to", "end", type=Day(), help="... to the day before this one."),
    click.option(
        "--metric",
        default="",
        metavar="NAME",
        help="Only the tickets that this KPI counts in those days, by its own date.",
    ),
    click.option(
        "--missed",
        is_flag=True,
        help="... of these only those on its worse side: over the target, reopened ...",
    ),
)


def source_options(command: Callable) -> Callable:
    """Give a command the options that name a source."""
    return _with(command, SOURCE_OPTIONS)


def ticket_options(command: Callable) -> Callable:
    """Give a command the options that say which tickets are meant."""
    return _with(command, TICKET_OPTIONS)


def _with(command: Callable, options: tuple[Callable, ...]) -> Callable:
    for option in reversed(options):
        command = option(command)
    return command


def known_names() -> dict[str, Any]:
    """Return what a contract may name: every KPI, and what a promise must fit."""
    from kpi_kit import catalog  # noqa: PLC0415
    from kpi_kit import metrics as _  # noqa: F401, PLC0415

    return {"known_metrics": catalog.measures()}


def opened(
    source: dict[str, Any], *, limited: bool = True
) -> tuple[Helpdesk, Contract, date]:
    """Open what the source options name; return it with contract and last day.

    Parameters
    ----------
    source
        The options and their values.
    limited
        Whether too many quarantined rows are an error.
    """
    from kpi_kit.contract import read_contract  # noqa: PLC0415
    from kpi_kit.periods import last_known_day  # noqa: PLC0415
    from kpi_kit.sources import open_helpdesk  # noqa: PLC0415
    from kpi_kit.strangers import held_to  # noqa: PLC0415

    if source["location"] is None:
        message = "--location: nothing is named"
        raise ParameterError(f"{message}. Give the folder or file of your data.")
    path = source["contract"]
    contract = read_contract(Path(path) if path else None, **known_names())
    known = last_known_day(source["as_of"], contract.time_zone)
    with _working(f"Reading {source['location']}"):
        helpdesk = open_helpdesk(
            source["source"],
            source["location"],
            mapping=source["mapping"],
            options=_split(source["options"]),
            engine=source["engine"],
            as_of=known,
            limited=limited,
        )
        return held_to(helpdesk, contract), contract, known


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Say on a terminal that something takes its time."""
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True)
    yield


def told(rows: Evidence) -> Iterator[pa.RecordBatch]:
    """Pass batches on, counting the tickets on a terminal."""
    count = 0
    for batch in rows.batches:
        yield batch
        count += batch.num_rows
        if sys.stderr.isatty():
            click.echo(f"\r{count:,} tickets", nl=False, err=True)
    if sys.stderr.isatty():
        click.echo("", err=True)
