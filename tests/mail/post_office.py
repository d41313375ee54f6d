"""A real mail server for the tests, and reports to be mailed by it."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from typing import TYPE_CHECKING, Any

import nbformat
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from kpi_kit import mime
from kpi_kit.delivery import read_delivery

if TYPE_CHECKING:
    from pathlib import Path

HOST = "localhost"
ANN, BOB, CAT = (f"{name}@client.example" for name in ("ann", "bob", "cat"))
OPS = "ops@client.example"


def certificate(folder: Path) -> Path:
    """Make a key and a certificate of this machine's name; both lie in one file."""
    path = folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={HOST}"),
            *("-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", str(path), "-out", str(path.with_suffix(".crt"))),
        ],
        capture_output=True,
        check=True,
    )
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@dataclass(kw_only=True)
class Office:
    """What the server was given, and how it behaves.

    ``answers`` holds, for a recipient, what the server says to one mail after another;
    ``hang`` and ``abort`` keep the mail and say nothing.  ``stage`` is when it says it.
    """

    port: int = 0
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    stage: str = "DATA"
    leaving: asyncio.Event | None = None
    leaves: bool = False  # once it has a mail, before the next
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    connections: int = 0

    def mails(self, *recipients: str) -> list[email.message.EmailMessage]:
        """Return the mails that the server has, to all or to some recipients."""
        return [
            email.message_from_bytes(content, policy=policy.default)
            for to, content in self.kept
            if not recipients or to in recipients
        ]

    def counts(self) -> dict[str, int]:
        """Return how many mails the server has to each recipient."""
        return dict(Counter(to for to, _ in self.kept))

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: ARG002, N802 - as aiosmtpd calls it
        """Count who comes."""
        session.host_name = hostname
        self.connections += server.transport.get_extra_info("sslcontext") is None
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802 - as aiosmtpd calls it
        """Answer to a recipient."""
        if self.leaves and getattr(session, "has_sent", False):
            return "421 that was enough"
        session.has_sent = True
        said = self._next(address, "RCPT")
        if said == "abort":
            server.transport.abort()
            return "421 gone"
        if said == "silence":
            await self.leaving.wait()
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - as aiosmtpd calls it
        """Keep a mail, and answer to it."""
        (address,) = envelope.rcpt_tos
        said = self._next(address, "DATA")
        if said is None or said[0] not in "45":
            self.kept.append((address, envelope.original_content))
        if said == "hang":
            await self.leaving.wait()
        if said == "abort":
            server.transport.abort()
        return said or "250 kept"

    def _next(self, address: str, stage: str) -> str | None:
        said = self.answers.get(address)
        return said.pop(0) if said and self.stage == stage else None


@contextmanager
def opened(pem: Path, tls: str = "starttls", **options: Any):
    """Run a server; it speaks TLS only, and takes any login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    office = Office()

    def login(server, session, envelope, mechanism, data):  # noqa: ARG001 - as aiosmtpd calls it
        office.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"canary-4711", handled=False)

    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(
        office,
        hostname=HOST,
        port=free_port(),
        ssl_context=context if tls == "implicit" else None,
        authenticator=login,
        **options,
    )
    office.leaving = asyncio.Event()
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.loop.call_soon_threadsafe(office.leaving.set)
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        return asked.getsockname()[1]


def delivery(folder: Path, port: int, **given: Any):
    """Return what a delivery file says; Ann, Bob and Cat get the daily digest."""
    values = {
        "host": HOST,
        "port": port,
        "tls": "starttls",
        "from": "Reports <reports@client.example>",
        "domains": ["client.example"],
        "errors_to": [OPS],
        "vendors": {"acme": {"daily_digest": [ANN, BOB, CAT]}},
        "retry_for": "0.1 s",
        "answer_within": "20 s",
    } | given
    path = folder / "delivery.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return read_delivery(path)


def written(
    out: Path, *, slug: str = "acme", number: int = 7, lacks: str = "", **digest: Any
) -> Path:
    """Write an executed digest of a day, and its page, as a run does."""
    day = digest.setdefault("as_of", "2026-11-15")
    folder = out / digest.pop("folder", slug)
    folder.mkdir(parents=True, exist_ok=True)
    name = digest.pop("name", "daily_digest")
    path = folder / f"{name}-{day}.ipynb"
    said = {
        "version": 1,
        "slug": slug,
        "vendor": "Acme",
        "cadence": name.replace("_", " "),
        "title": "Daily digest",
        "subject": f"{number} open",
        "notice": [],
        "revised": f"Revised: {number} open",
        "sentences": [
            {"state": "meets", "mark": "Meets target", "texts": [f"{number} are open."]}
        ],
        "rows": [],
        "findings": {"line": "No alarm.", "items": []},
        "waiting": {"told": [], "tickets": []},
        "charts": [],
        "known": ["Data ends Sunday."],
        **digest,
    }
    done = {"slug": slug, "as_of": day, "lacks": lacks}
    cells = [
        _cell("digest", {mime.DIGEST: said, "text/plain": "A mail"}),
        _cell("done", {mime.DONE: done, "text/plain": ""}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    path.with_suffix(".html").write_text("<!doctype html>", encoding="utf-8")
    return path


def _cell(name: str, data: dict[str, Any]) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell("review.digest()", outputs=[output])
    cell.execution_count, cell["id"] = 1, name
    return cell
