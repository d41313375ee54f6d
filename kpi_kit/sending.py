"""The command ``send``, and what ``run --mail`` does with a report."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from kpi_kit.errors import (
    KitError,
    RefusedError,
    ServerDownError,
    StaleError,
    UndeliveredError,
)
from kpi_kit.index import write_index
from kpi_kit.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterable
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

    known = read(delivery, is_dry=dry_run)
    if dry_run:
        content, recipients = mail.preview(report, known)
        click.echo(f"To: {', '.join(map(str, recipients))}", err=True)
        click.echo(content, nl=False)
        return
    out = report.absolute().parents[1]
    if rebuild:
        mail.rebuild(out, known)
    try:
        click.echo(f"{report}: {_delivered(report, known, unknown)}")
    except (RefusedError, UndeliveredError):
        write_index(out)
        raise
    write_index(out)


def _delivered(report: Path, known: Delivery, unknown: str | None) -> str:
    """Mail a report; return how many have it, and how many will from elsewhere."""
    from kpi_kit import mail  # noqa: PLC0415 - as above

    others: list[Address] = []

    def tell(recipient: Address, answer: Answer) -> None:
        _tell(recipient, answer)
        if answer.state == "sending":
            others.append(recipient)

    count = mail.deliver(report, known, unknown=unknown, tell=tell)
    told = plural(count, "has it", "have it")
    more = f"; another process is sending it to {len(others)}" if others else ""
    return told + more


def read(file: str, *, is_dry: bool = False) -> Delivery:
    """Read a delivery file; raise where it, or a secret that it names, is missing."""
    from kpi_kit.delivery import read_delivery  # noqa: PLC0415 - as above
    from kpi_kit.files import found  # noqa: PLC0415
    from kpi_kit.run import cadences  # noqa: PLC0415

    known = read_delivery(found(file) or Path(file), known_cadences=cadences())
    if not is_dry:
        from kpi_kit.mail import Server  # noqa: PLC0415

        Server(known)  # before a report is made that could not be mailed
    return known


def mail_reports(
    delivery: Delivery,
    cadence: str,
    results: Iterable[tuple[tuple[Path, ...], KitError | None]],
) -> list[KitError]:
    """Mail what runs came to: reports to their recipients, failures to others.

    Parameters
    ----------
    delivery
        By which server, from whom, to whom.
    cadence
        The notebook that ran.
    results
        For each vendor the report's files, its notebook first, or why it is none.

    Returns
    -------
    list of KitError
        What did not reach everybody, each of them told.
    """
    from kpi_kit import mail  # noqa: PLC0415 - as above

    results = list(results)
    reports = [made[0] for made, error in results if error is None]
    errors = [error for _, error in results if error is not None]
    if errors:
        _notify(delivery, f"{_worst(errors)}: {cadence}", errors)
    failed = _sent(delivery, reports)
    if reports:
        out = reports[0].parents[1]
        lost = mail.abandoned(out, delivery)
        if not any(isinstance(each, ServerDownError) for each in failed):
            failed += mail.drain(out, delivery)
        failed += lost
    for each in failed:
        click.echo(f"Error: {each}", err=True)
    return failed


def _sent(delivery: Delivery, reports: Iterable[Path]) -> list[KitError]:
    """Mail reports, which share the time to try again; return what went wrong."""
    from kpi_kit import mail  # noqa: PLC0415 - as above

    failed: list[KitError] = []
    end = monotonic() + delivery.retry_for
    for report in reports:
        left = replace(delivery, retry_for=max(end - monotonic(), 0.0))
        try:
            mail.deliver(report, left, tell=_tell)
        except (RefusedError, UndeliveredError) as told:
            failed.append(told)
        except KitError as error:
            failed.append(error)
            name = f"{report.parent.name}/{report.name}"
            _notify(delivery, f"Not mailed: {name}", [error])
    return failed


def _worst(errors: Iterable[KitError]) -> str:
    return "Stale" if all(isinstance(e, StaleError) for e in errors) else "Failed"


def _notify(delivery: Delivery, subject: str, errors: Iterable[KitError]) -> None:
    from kpi_kit import mail  # noqa: PLC0415 - as above

    told = mail.notify(delivery, subject, map(str, errors))
    if told:
        click.echo(f"Warning: {told}.", err=True)


def _tell(recipient: Address, answer: Answer) -> None:
    """Tell how far the mail is, where somebody looks on."""
    if sys.stderr.isatty():
        why = f" ({answer.reason})" if answer.reason else ""
        click.echo(f"{recipient.addr_spec}: {answer.state}{why}", err=True)
