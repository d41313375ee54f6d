"""Mail a report: to each recipient at most once, whatever ends the process."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING

from kpi_kit.addresses import same
from kpi_kit.errors import (
    KitError,
    ParameterError,
    RefusedError,
    ServerDownError,
    UndeliveredError,
    nearest,
)
from kpi_kit.mail import evidence
from kpi_kit.mail.letters import Letters
from kpi_kit.mail.notice import notify
from kpi_kit.mail.report import read_report
from kpi_kit.mail.server import Answer, Server, Unreachable
from kpi_kit.reports import LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from email.headerregistry import Address
    from pathlib import Path

    from kpi_kit.delivery import Delivery
    from kpi_kit.mail.ledger import Entry, Key, Ledger
    from kpi_kit.mail.report import Report

    Telling = Callable[[Address, Answer], None]

LONGEST_PAUSE = 60.0
NAMED = 5  # recipients that an error names
# What is wrong with a state, and what to do.
REMEDIES = {
    "unknown": (
        "may have it or not",
        "Ask them; then send it again with --resend-unknown or --unknown-arrived.",
    ),
    "pending": ("wait for it", "Send it again, or mail the next report."),
    "refused": (
        "refused by the server",
        "Correct delivery.yaml or the mailbox, then send it again.",
    ),
}


def recipients_of(report: Report, delivery: Delivery) -> tuple[Address, ...]:
    """Return to whom a report goes.

    Raises
    ------
    ParameterError
        Where nobody is bound to this vendor's report.
    """
    slug, cadence = report.key.slug, report.key.cadence
    found = delivery.recipients(slug, cadence)
    if not found:
        lists = delivery.vendors.get(slug)
        where = f"delivery.yaml: vendors.{slug}" if lists else "delivery.yaml: vendors"
        known, wanted = (lists, cadence) if lists else (delivery.vendors, slug)
        message = f"{where}: names nobody for {report.name} of {slug}"
        raise ParameterError(f"{message}. {nearest(wanted, known)}")
    return found


def deliver(
    path: Path,
    delivery: Delivery,
    *,
    unknown: str | None = None,
    only: Collection[str] | None = None,
    tell: Telling = lambda *_: None,
) -> int:
    """Mail an executed report to those who are bound to it.

    Parameters
    ----------
    path
        The report.
    delivery
        By which server, from whom, to whom.
    unknown
        What becomes of mail whose fate nobody knows: ``pending`` lets it be sent once
        more, ``accepted`` believes that it arrived, None leaves it.
    only
        The recipients to be sent to, None for all who are bound to it.
    tell
        Called with each recipient and what became of the mail, ``sending`` where
        another process is at it.

    Returns
    -------
    int
        How many have it, each of them once.

    Raises
    ------
    RefusedError
        If the server refused a recipient; all others have it.
    UndeliveredError
        If some wait for the next run, or nobody knows whether they have it.
    ParameterError, ComputationError, StaleError, EnvironmentFault
        Before anything is sent: see `read_report`, `recipients_of`, `evidence.opened`.
    """
    report = read_report(path)
    listed = recipients_of(report, delivery)
    recipients = [each for each in listed if only is None or same(each) in only]
    with Server(delivery) as server, evidence.opened(report.out) as ledger:
        evidence.refuse_unknown(ledger, report)
        report = replace(report, key=ledger.numbered(report.key))
        ledger.lay_open(report.key)
        if unknown is not None:
            ledger.decide(report.key, unknown)
        names = [same(each) for each in recipients]
        ledger.take_up(report.key, names, [same(each) for each in listed])
        evidence.mark(report)
        _post(ledger, Letters(report, delivery), server, recipients, tell)
        entries = ledger.entries(report.key)
    rows = [entries[name] for name in names if name in entries]
    for recipient in recipients:
        row = entries.get(same(recipient))
        if row is None or row.is_held:  # it is gone with other numbers, or at work
            tell(recipient, Answer(state="sending", reason="by another process"))
    return _judged(report, rows, server)


def preview(path: Path, delivery: Delivery) -> tuple[bytes, tuple[Address, ...]]:
    """Return the mail to the first recipient of a report, and who all of them are."""
    report = read_report(path)
    recipients = recipients_of(report, delivery)
    return Letters(report, delivery).to(recipients[0]), recipients


def drain(out: Path, delivery: Delivery) -> list[KitError]:
    """Mail the reports of a folder that still wait for somebody, the oldest first.

    Returns
    -------
    list of KitError
        What kept some of them from somebody.
    """
    waiting: list[tuple[Key, Path, list[str]]] = []
    with evidence.opened(out) as ledger:
        for key, names in ledger.waiting().items():
            path = out / key.slug / f"{key.cadence}-{key.as_of}.ipynb"
            if path.exists():
                waiting.append((key, path, names))
            else:
                ledger.take_up(key, [], [])  # nobody waits for what was removed
    failed: list[KitError] = []
    once = replace(delivery, retry_for=0.0)  # who is put off waits for the next run
    for key, path, names in waiting:
        if delivery.recipients(key.slug, key.cadence):
            try:
                deliver(path, once, only=names)
            except ServerDownError as error:
                return [*failed, error]  # the next waits as well
            except KitError as error:
                failed.append(error)
    return failed


def abandoned(out: Path, delivery: Delivery) -> list[KitError]:
    """Tell once of mail that processes were sending when they died.

    Returns
    -------
    list of KitError
        One for each report that somebody may have or not.
    """
    if not (out / LEDGER).exists():
        return []
    dead: dict[str, list[Entry]] = {}
    with evidence.opened(out) as ledger:
        for entry in ledger.lay_open():
            name = f"{entry.key.slug}/{entry.key.cadence}-{entry.key.as_of}.html"
            dead.setdefault(name, []).append(entry)
    lines = [f"{out / name}: {_fault('unknown', rows)}" for name, rows in dead.items()]
    if lines and (told := notify(delivery, "Not delivered", lines)):
        lines[-1] += f" {told}."
    return [UndeliveredError(line) for line in lines]


def _post(
    ledger: Ledger,
    letters: Letters,
    server: Server,
    recipients: Sequence[Address],
    tell: Telling,
) -> None:
    """Send to each recipient, and again to those for whom the server said later."""
    pause = 1.0
    while recipients := _round(ledger, letters, server, recipients, tell):
        if monotonic() + pause > server.end:
            return
        sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _round(
    ledger: Ledger,
    letters: Letters,
    server: Server,
    recipients: Sequence[Address],
    tell: Telling,
) -> list[Address]:
    """Send to each recipient once; return those to whom it may be sent again."""
    key, later, down = letters.report.key, [], None
    for recipient in recipients:
        name = same(recipient)
        if not ledger.claim(key, name):
            continue  # who has it, or will have it from another process
        try:
            answer = down or _sent(ledger, letters, server, recipient)
        except Unreachable as error:  # nor can the others be sent to, for now
            answer = down = Answer(
                state="pending", reason=str(error), is_final=error.is_final
            )
        ledger.settle(key, name, answer.state, answer.reason)
        tell(recipient, answer)
        if answer.state == "pending" and not answer.is_final:
            later.append(recipient)
    return later


def _sent(
    ledger: Ledger, letters: Letters, server: Server, recipient: Address
) -> Answer:
    """Send to one recipient whose row is ours."""
    key, name = letters.report.key, same(recipient)
    largest = server.largest()
    revised = ledger.had_another(key, name)
    content = letters.to(recipient, revised=revised, largest=largest)
    if largest is not None and len(content) > largest:
        reason = f"it has {len(content):,} bytes, the server takes {largest:,}"
        return Answer(state="refused", reason=reason)
    return server.hand(
        letters.delivery.sender.addr_spec,
        recipient.addr_spec,
        content,
        may_end=lambda: ledger.hand_over(key, name),
    )


def _judged(report: Report, entries: Sequence[Entry], server: Server) -> int:
    """Return how many have a report; raise, and tell, where somebody may not."""
    by = {state: [e for e in entries if e.state == state] for state in REMEDIES}
    # What a process that lives is at is its own to tell of.
    by["pending"] = [entry for entry in by["pending"] if not entry.is_held]
    many = len(entries)
    mends = {"pending": server.remedy}
    faults = [
        _fault(state, rows, f" of {many}", mends.get(state, ""))
        for state, rows in by.items()
        if rows
    ]
    if not faults:
        return sum(entry.state == "accepted" for entry in entries)
    told = ""
    if by["refused"] or by["unknown"]:
        subject = f"Not delivered: {report.key.slug}/{report.name}"
        told = notify(server.delivery, subject, faults)
    lines = [*faults, *([f"{told}."] if told else [])]
    kind = UndeliveredError if by["unknown"] or by["pending"] else RefusedError
    kind = ServerDownError if by["pending"] and server.is_down else kind
    raise kind(f"{report.path.with_name(report.name)}: {' '.join(lines)}")


def _fault(state: str, rows: Sequence[Entry], of: str = "", mend: str = "") -> str:
    """Return what is wrong for some recipients, and what to do."""
    what, remedy = REMEDIES[state]
    remedy = f"Waiting does not help. {mend}, then send it again." if mend else remedy
    return f"{len(rows)}{of} {what}: {_named(rows)}. {remedy}"


def _named(entries: Sequence[Entry]) -> str:
    """Return the first few recipients, those with one reason together."""
    reasons: dict[str, list[str]] = {}
    for entry in entries[:NAMED]:
        reasons.setdefault(entry.reason, []).append(entry.recipient)
    told = [
        f"{', '.join(names)} ({reason})" if reason else ", ".join(names)
        for reason, names in reasons.items()
    ]
    more = len(entries) - NAMED
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
