"""A mail server: one connection, and for each mail what became of it."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Self

from kpi_kit.delivery import FILE, variable
from kpi_kit.ending import one_line
from kpi_kit.errors import ParameterError
from kpi_kit.mail.patience import Plain, Safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpi_kit.delivery import Delivery

LEAVES = "421"  # such as after so many mails
LONGEST = 200  # characters of what a server says
# What to do where waiting does not help.
VOUCHED = (
    f"Correct host in {FILE}, or name the certificate's authority in SSL_CERT_FILE"
)
OFFERED = f"Correct tls and port in {FILE}, or have the server offer it"
LOGIN = "Correct user and password, or ask who runs the server"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a mail, and the server's word on it.

    ``state`` is accepted, refused, unknown, or pending: it may be sent again at once.
    ``is_final`` says of a pending one that waiting will not help.  It is ``sending``
    where another process is at it.
    """

    state: str
    reason: str = ""
    is_final: bool = False


class Unreachable(Exception):  # noqa: N818 - it tells a state, and never leaves here
    """No connection, or none that may be used."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.is_final = bool(remedy)


class Server:
    """The server that a delivery names; it is connected to when first asked."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.end = monotonic() + delivery.retry_for
        self.password = _secret(delivery.password)
        self.user = _secret(delivery.user)
        self._smtp: smtplib.SMTP | None = None
        self._has_sent = False  # a mail, over this connection
        self.is_down = False  # it could not be reached when it was last asked
        self.remedy = ""  # what to do about that, where waiting does not help

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._smtp is not None and kind is None:  # else a mail may be half sent
            with suppress(OSError):  # all was settled before the good-bye
                self._smtp.quit()
        self.drop()

    def largest(self) -> int | None:
        """Return the bytes that the server takes at most, None where it does not say.

        Raises
        ------
        Unreachable
            If there is no connection.
        """
        size = self._connected().esmtp_features.get("size", "")
        return int(size) or None if size.isdecimal() else None

    def hand(
        self, sender: str, recipient: str, content: bytes, may_end: Callable[[], bool]
    ) -> Answer:
        """Send a mail to one recipient.

        Parameters
        ----------
        sender, recipient
            Addresses of the envelope.
        content
            The mail, its lines ended by CR LF.
        may_end
            Asked when all but the end of the mail was sent; where it says no, the end
            is not, and the server has nothing.

        Returns
        -------
        Answer
            Up to the end of the mail a fault leaves nothing behind: it may be sent
            again.  After it only the server's own word tells, and without that nobody
            knows.

        Raises
        ------
        Unreachable
            If there is no connection, or once more none when there is no time left.
        """
        try:
            refusal = self._announced(sender, recipient, len(content))
            if refusal is not None:
                self._start_over(refusal)
                return refusal
            smtp = self._connected()
            smtp.send(re.sub(rb"(?m)^\.", b"..", content))
        except OSError as error:
            self.drop()
            if monotonic() > self.end:
                self.is_down = True
                raise Unreachable(_why(error)) from None
            return Answer(state="pending", reason=_why(error))
        if not may_end():
            self.drop()
            return Answer(state="pending", reason="another process took it over")
        self._has_sent = True
        try:
            code, said = _ended(smtp)
        except OSError as error:
            self.drop()
            return Answer(state="unknown", reason=f"no answer to it: {_why(error)}")
        if 200 <= code < 300:
            return Answer(state="accepted")
        self._start_over(answer := _answer(code, said, otherwise="unknown"))
        return answer

    def drop(self) -> None:
        """Close the connection without a word."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _announced(self, sender: str, recipient: str, size: int) -> Answer | None:
        """Announce a mail; over a new connection where the server has left the old."""
        if self._has_sent and self._smtp is not None:
            with suppress(OSError):
                refusal = _refusal(self._smtp, sender, recipient, size)
                if refusal is None or not refusal.reason.startswith(LEAVES):
                    return refusal
            self.drop()
        return _refusal(self._connected(), sender, recipient, size)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp, self._has_sent = self._connect(), False
            except OSError as error:
                self.is_down, self.remedy = True, _remedy(error)
                raise Unreachable(_why(error), self.remedy) from None
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        host, port, wait = (
            self.delivery.host,
            self.delivery.port,
            self.delivery.answer_within,
        )
        # SSL_CERT_FILE names a private authority.
        context = ssl.create_default_context()
        if self.delivery.tls == "implicit":
            smtp: smtplib.SMTP = Safe(host, port, timeout=wait, context=context)
        else:
            smtp = Plain(host, port, timeout=wait)
        try:
            if self.delivery.tls == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if self.user and self.password:
                smtp.login(self.user, self.password)
        except OSError:
            smtp.close()
            raise
        return smtp

    def _start_over(self, answer: Answer) -> None:
        """Make the connection ready for another mail."""
        if self._smtp is None:
            return
        try:
            code = self._smtp.rset()[0]
        except OSError:
            code = 0
        if code != 250 or answer.reason.startswith(LEAVES):
            self.drop()


def _refusal(
    smtp: smtplib.SMTP, sender: str, recipient: str, size: int
) -> Answer | None:
    """Announce a mail; return why the server does not want it, None if it does."""
    options = [f"size={size}"] if smtp.has_extn("size") else []
    steps = (
        (lambda: smtp.mail(sender, options), (250,)),
        (lambda: smtp.rcpt(recipient), (250, 251)),
        (lambda: smtp.docmd("DATA"), (354,)),
    )
    for ask, wanted in steps:
        code, said = ask()
        if code not in wanted:
            return _answer(code, said, otherwise="pending")
    return None


def _ended(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    """End a mail, which makes it the server's, and return what it says to that."""
    smtp.send(b".\r\n")
    return smtp.getreply()


def _answer(code: int, said: bytes, *, otherwise: str) -> Answer:
    state = {4: "pending", 5: "refused"}.get(code // 100, otherwise)
    return Answer(state=state, reason=f"{code} {_clean(said)}")


def _remedy(error: OSError) -> str:
    """Return what to do about a fault; nothing where it may pass by itself."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return VOUCHED
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return OFFERED
    return LOGIN if 500 <= getattr(error, "smtp_code", 0) < 600 else ""


def _why(error: OSError) -> str:
    said = getattr(error, "smtp_error", None)
    if said is not None:
        return f"{error.smtp_code} {_clean(said)}"
    return _clean(error.strerror or str(error)) or type(error).__name__


def _clean(said: bytes | str) -> str:
    text = said if isinstance(said, str) else said.decode("ascii", "replace")
    line = one_line(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _secret(text: str | None) -> str | None:
    """Return what ``${NAME}`` stands for, and any other text as it is."""
    name = variable(text) if text else None
    if name is None:
        return text
    value = os.environ.get(name)
    if not value:
        message = f"{FILE}: the environment has no {name}"
        raise ParameterError(f"{message}. Set it where the report is sent.")
    if not value.isascii() or not value.isprintable():
        message = f"{FILE}: {name} has letters that a mail server takes no login with"
        raise ParameterError(f"{message}. Choose another.")
    return value
