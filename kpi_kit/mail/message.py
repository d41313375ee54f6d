"""The mail of a report: what it says, in text and in HTML, and the report itself."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kpi_kit import mime
from kpi_kit.ending import ending
from kpi_kit.errors import ComputationError, ParameterError
from kpi_kit.mail.words import Words, fault, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from kpi_kit.mail.picture import Picture


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A report's page that travels with the mail: its file's name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Link:
    """A report's page that lies elsewhere: its file's name, its size, and where.

    ``address`` is empty where nobody has said under which one reports are found.
    """

    name: str
    size: int
    address: str


def digest_of(notebook: NotebookNode) -> dict[str, Any]:
    """Return what a complete report says of itself to a mail.

    Returns
    -------
    dict
        ``slug``, ``vendor``, ``cadence``, ``as_of``, ``subject`` and all other texts,
        as ``review.digest()`` published them.

    Raises
    ------
    ComputationError
        When the notebook did not run to its end: of such a report there is no mail.
    ParameterError
        When no cell of it published a digest, or one of another form.
    """
    cut_short = ending(notebook)
    if cut_short is not None:
        first, why = cut_short
        message = f"report: {first.removesuffix('.')}: {why}"
        raise ComputationError(f"{message}. Run it again before it is mailed.")
    outputs = [o for c in notebook.cells for o in c.get("outputs", ())]
    data = [output.get("data", {}) for output in outputs]
    found = [each[mime.DIGEST] for each in data if mime.DIGEST in each]
    if len(found) != 1:
        message = f"report: holds {len(found) or 'no'} digests, which are what a mail"
        raise ParameterError(f"{message} says. Give it one cell with review.digest().")
    wrong = fault(found[0])
    if wrong:
        message = f"report: its digest is of another form: {wrong}"
        raise ParameterError(f"{message}. Run it again with this version.")
    return found[0]


def compose(
    notebook: NotebookNode,
    *,
    page: Attachment | Link,
    pictures: Mapping[str, Picture] | None = None,
    revised: bool = False,
    why: str = "",
) -> EmailMessage:
    """Return the mail of an executed report, without sender and recipients.

    Parameters
    ----------
    notebook
        The report as it was executed.
    page
        Its page, to be attached or, where that is too large, linked.
    pictures
        As :func:`pictures_of` drew them; None draws them.
    revised
        Whether another report of the same day was mailed before.
    why
        Why one gets it, as the last line: which list, whom to ask.

    Returns
    -------
    EmailMessage
        The same report gives the same bytes.  ``From``, ``To``, ``Date`` and
        ``Message-ID`` are set by who sends it.

    Raises
    ------
    ComputationError, ParameterError
        As :func:`digest_of`.
    """
    digest = digest_of(notebook)
    words = Words(
        mail=digest,
        subject=plain(digest["revised" if revised else "subject"]),
        why=why,
        page=_where(page),
    )
    pictures = pictures_of(notebook) if pictures is None else pictures
    message = EmailMessage()
    message["Subject"] = words.subject
    message["Auto-Submitted"] = "auto-generated"
    message["X-Report"] = plain(f"{digest['slug']} {digest['as_of']}")
    message.set_content(words.text(), cte="quoted-printable")
    html = words.html(pictures)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    shown = message.get_payload()[-1]
    for cid, picture in pictures.items():
        shown.add_related(picture.content, "image", "png", cid=f"<{cid}>")
    if isinstance(page, Attachment):
        _attach(message, page)
    _bound(message)
    message["Content-Language"] = "en"
    return message


def pictures_of(notebook: NotebookNode) -> dict[str, Picture]:
    """Draw the charts of a report's mail; by their content IDs."""
    from kpi_kit.mail.picture import picture  # noqa: PLC0415 - numpy, for a mail only

    drawn = [picture(chart["spec"]) for chart in digest_of(notebook)["charts"]]
    return {f"{_name(each.content)}@kpi-kit": each for each in drawn}


def _where(page: Attachment | Link) -> dict[str, str]:
    """Return where the report is: in the mail, or why not and where else."""
    name = plain(page.name)
    if isinstance(page, Attachment):
        rest = f"{name}, {_size(len(page.content))}. It opens in any browser, without "
        first = "The full report is attached:"
        return {"first": first, "rest": f"{rest}a network.", "address": ""}
    rest = f"{name}, {_size(page.size)}, is too large for a mail"
    told = f"{rest} and lies here:" if page.address else f"{rest}; ask for it."
    return {"first": "The full report:", "rest": told, "address": plain(page.address)}


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} KB"


def _attach(message: EmailMessage, page: Attachment) -> None:
    message.add_attachment(
        page.content,
        maintype="text",
        subtype="html",
        filename=plain(page.name),
        params={"charset": "utf-8"},
    )


def _bound(message: EmailMessage) -> None:
    """Name the bounds between the parts by what is in them, not by chance."""
    leaves = [part for part in message.walk() if not part.is_multipart()]
    name = _name(b"\0".join(part.get_payload(decode=True) for part in leaves))
    others = [part for part in message.walk() if part.is_multipart()]
    for place, part in enumerate(others):
        part.set_boundary(f"={name}={place}=")


def _name(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]
