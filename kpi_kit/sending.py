"""The command ``send``, and what ``run --mail`` does with a report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi_kit.errors import KitError, RefusedError, UndeliveredError

if TYPE_CHECKING:
    from email.headerregistry import Address

    from kpi_kit.delivery import Delivery
    from kpi_kit.mail.server import Answer

DELIVERY = click.option(
    "--delivery",
    default="parameters/delivery.yaml",
    show_default=True,
    metavar="FILE",
    help="By which server, from whom, to whom.",
)


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@DELIVERY
@click.option("--dry-run", is_flag=True, help="Print the mail and send nothing.")
@click.option(
    "--resend-unknown",
    "unknown",
    flag_value="pending",
    help="Send once more what may have arrived or not.",
)
@click.option(
    "--unknown-arrived",
    "unknown",
    flag_value="accepted",
    help="Believe that it arrived: somebody has asked.",
)
@click.option("--rebuild", is_flag=True, help="Begin a new ledger for a lost one.")
def send(
    report: Path, delivery: str, unknown: str | None, *, dry_run: bool, rebuild: bool
) -> None:
    """Mail REPORT, at most once to each recipient.

    REPORT is the notebook or the page that `run` wrote. Who gets it stands in the
    delivery file, bound to its vendor and cadence. OUT/.delivery.sqlite3 keeps who has
    it: whoever has it gets no second mail, whoever was refused is tried again. A mail
    that was cut off after its end may have arrived: it is never sent again by itself.

    With a lost or damaged ledger nothing is sent. --rebuild begins a new one, in which
    every report that was taken up for mail before counts as unknown for everybody.
    """
    from kpi_kit import mail  # noqa: PLC0415 - each command loads what it uses

    known = read(delivery)
    if dry_run:
        content, recipients = mail.preview(report, known)
        click.echo(f"To: {', '.join(map(str, recipients))}", err=True)
        click.get_binary_stream("stdout").write(content)
        return
    if rebuild:
        mail.rebuild(report.absolute().parents[1], known)
    count = mail.deliver(report, known, unknown=unknown, tell=_tell)
    click.echo(f"{report}: {count} have it")


def read(file: str) -> Delivery:
    """Read a delivery file as every command does."""
    from kpi_kit.delivery import read_delivery  # noqa: PLC0415 - as above
    from kpi_kit.files import found  # noqa: PLC0415
    from kpi_kit.run import cadences  # noqa: PLC0415

    return read_delivery(found(file) or Path(file), known_cadences=cadences())


def mailed(
    delivery: Delivery, cadence: str, made: tuple[Path, ...], error: KitError | None
) -> KitError | None:
    """Mail what a run came to: the report to its recipients, a failure to others.

    Parameters
    ----------
    delivery
        By which server, from whom, to whom.
    cadence
        The notebook that ran.
    made
        The report's files, its notebook first; none where it failed.
    error
        Why it failed, or is no report to be relied on.

    Returns
    -------
    KitError or None
        What keeps the run from being a success.
    """
    from kpi_kit import mail  # noqa: PLC0415 - as above

    if error is not None:
        _notify(delivery, f"No report: {cadence}", error)
        return error
    failed: list[KitError] = []
    try:
        mail.deliver(made[0], delivery, tell=_tell)
    except UndeliveredError as waits:
        return waits  # whatever waits longer would wait on
    except RefusedError as refused:
        failed.append(refused)
    except KitError as unsent:
        _notify(delivery, f"Not mailed: {made[0].stem}", unsent)
        return unsent
    failed += mail.drain(made[0].parents[1], delivery)
    for each in failed[1:]:
        click.echo(f"Error: {each}", err=True)
    return failed[0] if failed else None


def _notify(delivery: Delivery, subject: str, error: KitError) -> None:
    from kpi_kit import mail  # noqa: PLC0415 - as above

    told = mail.notify(delivery, subject, [str(error)])
    if told:
        click.echo(f"Warning: {told}.", err=True)


def _tell(recipient: Address, answer: Answer) -> None:
    """Tell how far the mail is, where somebody looks on."""
    if sys.stderr.isatty():
        why = f" ({answer.reason})" if answer.reason else ""
        click.echo(f"{recipient.addr_spec}: {answer.state}{why}", err=True)
