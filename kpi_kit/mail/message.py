"""The mail of a report: what it says, in text and in HTML, and the report itself."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from kpi_kit import mime
from kpi_kit.ending import ending
from kpi_kit.errors import ComputationError, ParameterError

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A report's page that travels with the mail: its file's name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Link:
    """A report's page that lies elsewhere: its file's name, its size, and where."""

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
        When no cell of it published a digest.
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
        message = "report: holds no digest, which is what a mail says"
        raise ParameterError(f"{message}. Add a cell with review.digest() and run it.")
    return found[0]


def compose(
    notebook: NotebookNode,
    *,
    page: Attachment | Link,
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
    message = EmailMessage()
    again = "Revised: " if revised else ""
    message["Subject"] = f"{again}{digest['subject']}"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(text for text in (digest["subject"], why) if text))
    if isinstance(page, Attachment):
        message.add_attachment(
            page.content, maintype="text", subtype="html", filename=page.name
        )
    return message
