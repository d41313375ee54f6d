"""Tell those who look after the reports that one failed or did not arrive."""

from __future__ import annotations

import socket
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from typing import TYPE_CHECKING

from kpi_kit.ending import one_line
from kpi_kit.mail.letters import WIRE
from kpi_kit.mail.server import Server, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.headerregistry import Address

    from kpi_kit.delivery import Delivery


def notify(delivery: Delivery, subject: str, lines: Iterable[str]) -> str:
    """Mail a notice to the recipients of errors, and to nobody else.

    Parameters
    ----------
    delivery
        By which server, from whom, to whom.
    subject
        What happened, to which report.
    lines
        What is to be known of it.

    Returns
    -------
    str
        Why somebody may not have it, empty where all have.

    Notes
    -----
    It stands in no ledger: to hear of a fault twice is better than not to hear of it.
    """
    told = [
        f"{one_line(line)}." for line in (*lines, f"Sent by {socket.gethostname()}")
    ]
    text = "\n\n".join(told)
    failed = []
    with Server(delivery) as server:
        for recipient in delivery.errors_to:
            content = _notice(delivery, recipient, one_line(subject), text)
            try:
                answer = server.hand(
                    delivery.sender.addr_spec,
                    recipient.addr_spec,
                    content,
                    lambda: True,
                )
            except Unreachable as error:
                return f"errors_to could not be told: {error}"
            if answer.state != "accepted":
                failed.append(f"{recipient.addr_spec} ({answer.reason})")
    return f"errors_to could not be told: {', '.join(failed)}" if failed else ""


def _notice(delivery: Delivery, recipient: Address, subject: str, text: str) -> bytes:
    message = EmailMessage()
    message["From"] = delivery.sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=delivery.sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{text}\n")
    return message.as_bytes(policy=WIRE)
