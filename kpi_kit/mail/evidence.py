"""Which reports were ever taken up for mail, as the reports' own folder tells."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kpi_kit.addresses import same
from kpi_kit.errors import EnvironmentFault, KitError
from kpi_kit.files import write_whole
from kpi_kit.mail.ledger import Ledger
from kpi_kit.mail.report import read_report
from kpi_kit.reports import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kpi_kit.delivery import Delivery
    from kpi_kit.mail.ledger import Entry
    from kpi_kit.mail.report import Report

ENDING = ".sent"
NOTE = (
    b"This report was taken up for mail. Who has it stands in .delivery.sqlite3, one\n"
    b"folder up; this file tells when that is lost, and goes when the report goes.\n"
)
REBUILD = (
    "Send with --rebuild: it begins a ledger in which these count as unknown, so that"
    " none goes out twice"
)
LOST = "the ledger was lost, and this report was taken up before"


@contextmanager
def opened(out: Path) -> Iterator[Ledger]:
    """Open the ledger of a folder of reports, once it is known to be whole.

    Raises
    ------
    EnvironmentFault
        If it is another user's, is damaged, or is missing where a report was taken up
        for mail: then nobody knows who has what, and nothing may be sent.
    """
    with _told(out / LEDGER):
        ledger = _reached(out / LEDGER)
        try:
            if not ledger.is_whole():
                raise sqlite3.DatabaseError("it is not whole")
            if ledger.is_new:
                _refuse_where_lost(out)
                ledger.begin()
            yield ledger
        finally:
            ledger.close()


def everything(out: Path) -> list[Entry]:
    """Return what became of all mail of a folder of reports; nothing where none was.

    Raises
    ------
    EnvironmentFault
        If the ledger cannot be read.
    """
    if not (out / LEDGER).exists():
        return []
    with opened(out) as ledger:
        return ledger.everything()


def mark(report: Report) -> None:
    """Leave a file beside a report that says that it was taken up for mail."""
    marker = report.path.with_suffix(ENDING)
    if not marker.exists():
        write_whole({marker: NOTE})


def refuse_unknown(ledger: Ledger, report: Report) -> None:
    """Raise where a report was taken up for mail and its ledger has no row of it."""
    if report.path.with_suffix(ENDING).exists() and not ledger.knows(report.key):
        message = f"{ledger.path}: holds nothing on {report.name}, which was taken up"
        raise EnvironmentFault(f"{message} for mail. {REBUILD}.")


def rebuild(out: Path, delivery: Delivery) -> None:
    """Begin a new ledger where it was lost; what was taken up before is unknown.

    What a ledger that can be read holds stays.
    """
    path = out / LEDGER
    with _told(path):
        ledger = _reached(path)
        if not ledger.is_whole():
            ledger.close()
            path.replace(path.with_name(f"{LEDGER}.damaged"))
            ledger = Ledger(path)
        try:
            ledger.begin()
            for marker in sorted(out.glob(f"*/*{ENDING}")):
                _doubt(ledger, marker, delivery)
        finally:
            ledger.close()


def _doubt(ledger: Ledger, marker: Path, delivery: Delivery) -> None:
    try:
        key = read_report(marker).key
    except KitError:
        return  # what is no report any more is mailed to nobody
    if not ledger.knows(key):
        recipients = delivery.recipients(key.slug, key.cadence)
        ledger.doubt(key, [same(each) for each in recipients], LOST)


def _refuse_where_lost(out: Path) -> None:
    marker = next(out.glob(f"*/*{ENDING}"), None)
    if marker is not None:
        message = f"{out / LEDGER}: is lost, and {marker} says that mail went out"
        raise EnvironmentFault(f"{message}. {REBUILD}.")


def _reached(path: Path) -> Ledger:
    try:
        return Ledger(path)
    except PermissionError as error:
        message = f"{path}: {error.strerror}: it holds addresses, for its owner alone"
        raise EnvironmentFault(f"{message}. Be the user that mails.") from None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell of a ledger that fails in the words of the kit."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = f"{path}: {error}"
        todo = "Nothing more is sent. Free the disk or the file, then send again"
        raise EnvironmentFault(f"{message}. {todo}.") from None
    except sqlite3.DatabaseError as error:
        message = f"{path}: is damaged ({error}), and nobody knows who has what"
        raise EnvironmentFault(f"{message}. {REBUILD}.") from None
