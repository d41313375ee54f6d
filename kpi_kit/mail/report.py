"""A report that is to be mailed: whose it is, of which day, and that it is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kpi_kit import mime
from kpi_kit.ending import marks, one_line
from kpi_kit.errors import KitError, ParameterError, StaleError
from kpi_kit.mail.ledger import Key
from kpi_kit.mail.message import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

# Of a digest, what may change while the mail says the same.
DRESS = {"charts", "known", "version"}
STALE = "It is mailed to nobody; with option allow_partial a run makes it a report"


@dataclass(frozen=True, kw_only=True)
class Report:
    """An executed notebook, as it lies among the others."""

    path: Path
    notebook: NotebookNode
    key: Key

    @property
    def out(self) -> Path:
        """The folder of all reports."""
        return self.path.parents[1]

    @property
    def name(self) -> str:
        """The name of its page's file."""
        return f"{self.path.stem}.html"


def read_report(path: Path) -> Report:
    """Read a report, and hold what it says of itself against where it lies.

    Parameters
    ----------
    path
        The executed notebook or its page, as `run` wrote them: OUT/SLUG/CADENCE-AS_OF.

    Raises
    ------
    ParameterError
        If it is no report, or lies under the name of another vendor, cadence or day.
    ComputationError
        If it did not run to its end.
    StaleError
        If days are missing in it.
    """
    import nbformat  # noqa: PLC0415 - a run has it by now

    path = path.absolute().with_suffix(".ipynb")
    try:
        notebook = nbformat.read(path, as_version=4)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise ParameterError(f"{message}. Give a report that `run` wrote.") from None
    except (ValueError, nbformat.ValidationError):
        message = f"{path}: is no notebook"
        raise ParameterError(f"{message}. Give a report that `run` wrote.") from None
    digest = _digest(path, notebook)
    lacks = "".join(mark.get("lacks", "") for mark in marks(notebook))
    if lacks:
        raise StaleError(f"{path}: {one_line(lacks)}. {STALE}.")
    said = {"slug": digest["slug"], "as_of": digest["as_of"]}
    said["cadence"] = path.stem.removesuffix(f"-{said['as_of']}")
    return Report(
        path=path, notebook=notebook, key=Key(**said, revision=revision_of(digest))
    )


def _digest(path: Path, notebook: NotebookNode) -> dict[str, Any]:
    """Return what a notebook says of itself, once that is what its place says."""
    try:
        digest = digest_of(notebook)
    except KitError as error:
        told = str(error).removeprefix("report: ")
        raise type(error)(f"{path}: {told}") from None
    folder, stem = path.parent.name, path.stem
    for said in (digest, *marks(notebook)):
        if said["slug"] != folder:
            message = f"{path}: is a report on {said['slug']!r:.60}, not on {folder}"
            raise ParameterError(f"{message}. Give it where `run` wrote it.")
        if not stem.endswith(f"-{said['as_of']}"):
            message = f"{path}: is the report of another day, {said['as_of']!r:.60}"
            raise ParameterError(f"{message}. Give it as `run` named it.")
    # Papermill alone does not say it; then the words of the mail do.
    named = digest["cadence"].lower().replace(" ", "_")
    cadence = notebook.metadata.get(mime.CADENCE, named)
    if stem != f"{cadence}-{digest['as_of']}":
        message = f"{path}: is the report of another cadence, {cadence!r:.60}"
        raise ParameterError(f"{message}. Give it as `run` named it.")
    return digest


def revision_of(digest: Mapping[str, Any]) -> str:
    """Return a name for what a mail says: another where a number or a word differs.

    Notes
    -----
    Pictures and how far the data goes are left out: alone they are no news.
    """
    told = {key: value for key, value in digest.items() if key not in DRESS}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]


def message_id(key: Key, recipient: str, domain: str) -> str:
    """Return the ID of a mail: the same for the same report to the same recipient.

    By it mail programs see a mail that came twice.

    Examples
    --------
    >>> key = Key(slug="acme", cadence="daily", as_of="2026-11-15", revision="1f")
    >>> message_id(key, "ann@example.com", "example.com")
    '<6db99a737d26fce7776294f1738dec2aaab755ae@example.com>'
    """
    parts = (key.slug, key.cadence, key.as_of, key.revision, recipient)
    return f"<{sha256('|'.join(parts).encode()).hexdigest()[:40]}@{domain}>"
