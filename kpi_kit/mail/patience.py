"""Connections to a mail server on which each answer is whole in time, or none."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from threading import Event, Timer


class _InTime:
    """Give up an answer that comes in drops, each of them in time."""

    sock: socket.socket
    timeout: float

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer.

        Raises
        ------
        TimeoutError
            If its end has not come in time; then the connection is cut.
        """
        late = Event()
        timer = Timer(self.timeout, _cut, (self.sock, late))
        timer.daemon = True
        timer.start()
        try:
            return super().getreply()  # type: ignore[misc] - smtplib's own
        except smtplib.SMTPServerDisconnected:
            if not late.is_set():
                raise
            raise TimeoutError("timed out") from None
        finally:
            timer.cancel()


class Plain(_InTime, smtplib.SMTP):
    """A connection that begins in plain text."""


class Safe(_InTime, smtplib.SMTP_SSL):
    """A connection that is encrypted from its first byte on."""


def _cut(connection: socket.socket, late: Event) -> None:
    late.set()
    with suppress(OSError):  # it is closed by now
        # By its own way an encrypted socket would speak in plain text from here on.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
