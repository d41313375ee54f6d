"""Where an executed notebook ended, and why it is no report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi_kit import errors, mime
from kpi_kit.errors import KitError

if TYPE_CHECKING:
    from nbformat import NotebookNode

LONGEST = 300  # characters of an error of others; some hold a whole table
# Colors of a terminal, and what else it obeys.
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True)
class Raised:
    """The error that ended a cell, in one line, and its kind where it is the kit's."""

    cell: NotebookNode
    why: str
    kind: type[KitError] | None


def raised(notebook: NotebookNode) -> Raised | None:
    """Return the first error of a notebook, None where there is none."""
    for cell in _code(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                found = getattr(errors, output.ename, None)
                ours = isinstance(found, type) and issubclass(found, KitError)
                if ours:  # it says what to do at its end
                    return Raised(cell=cell, why=one_line(output.evalue), kind=found)
                why = ": ".join(t for t in (output.ename, output.evalue) if t)
                return Raised(cell=cell, why=_shortened(one_line(why)), kind=None)
    return None


def marks(notebook: NotebookNode) -> list[dict[str, str]]:
    """Return by what the last cell marks a report as complete: ``slug``, ``as_of``.

    Notes
    -----
    Exit codes and cell states do not tell: ``sys.exit(0)`` ends a notebook without an
    error, and papermill calls every cell complete after the kernel was killed.
    """
    outputs = [output for cell in _code(notebook)[-1:] for output in cell.outputs]
    data = [output.get("data", {}) for output in outputs]
    return [each[mime.DONE] for each in data if mime.DONE in each]


def ending(notebook: NotebookNode) -> tuple[str, str] | None:
    """Return what is wrong with a notebook as a report, and why; None if nothing is.

    Returns
    -------
    tuple of str, or None
        A sentence that says in which cell, and a line that says why.
    """
    error, cells = raised(notebook), _code(notebook)
    if error is not None:
        return f"This report failed in cell {error.cell.id}.", error.why
    if marks(notebook):
        return None
    ran = [cell for cell in cells if cell.outputs or cell.execution_count is not None]
    if not ran:
        return "This report was not run.", "None of its cells has come to anything"
    first = f"This report ended in cell {ran[-1].id}."
    if ran[-1] is cells[-1]:
        return first, "The cell does not mark it as complete"
    return first, "What comes after it did not run"


def one_line(text: str) -> str:
    r"""Return the first line of an error, without its full stop.

    Examples
    --------
    >>> one_line("\x1b[31mno date.\x1b[0m\nin line 3")
    'no date'
    """
    return _CONTROLS.sub("", (text.strip().splitlines() or [""])[0]).rstrip(".")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
