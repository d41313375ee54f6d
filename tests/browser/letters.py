"""A mail as a mail program shows it: its HTML, with the pictures in their places."""

from __future__ import annotations

import base64
from email import message_from_bytes, policy
from html import escape
from typing import TYPE_CHECKING

import nbformat

from kpi_kit.mail.message import Attachment, compose

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

SUBJECT = '<p style="font: 600 20px sans-serif; margin: 0; padding: 14px 20px">{}</p>'
VIEWPORT = '<meta name="viewport" content="width=device-width">'


def composed(report: Path, folder: Path) -> Path:
    """Write the mail of an executed report, its page attached; return where."""
    page = report.with_suffix(".html")
    message = compose(
        nbformat.read(report.with_suffix(".ipynb"), as_version=4),
        page=Attachment(name=page.name, content=page.read_bytes()),
        why="You are on the list for this report.",
    )
    mail = folder / f"{report.stem}.eml"
    mail.write_bytes(message.as_bytes(policy=policy.SMTP))
    return mail


def page_of(mail: Path, folder: Path) -> Path:
    """Write what a mail program shows of a mail that lies in a file; return where."""
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    page = folder / f"{mail.stem}.html"
    page.write_text(shown(message), encoding="utf-8")
    return page


def shown(message: EmailMessage) -> str:
    """Return a mail's HTML as a page, under its subject."""
    html = message.get_body(("html",)).get_content()
    for part in message.walk():
        if part["Content-ID"]:
            packed = base64.b64encode(part.get_content()).decode()
            name = part["Content-ID"].strip("<>")
            html = html.replace(f"cid:{name}", f"data:image/png;base64,{packed}")
    head, _, body = html.partition("</head>")
    start, end, rest = body.partition(">")
    subject = SUBJECT.format(escape(str(message["Subject"])))
    return f"{head}{VIEWPORT}</head>{start}{end}{subject}{rest}"
