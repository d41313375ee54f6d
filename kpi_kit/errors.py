"""What a user's mistake raises: one line that says where, what is wrong, what to do."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class KitError(Exception):
    """Any error that a user can mend; the command line prints it and exits."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the line, not where in the kit it rose."""
        text = f"{type(self).__name__}: {self}"
        return ["".join(c if c.isprintable() else repr(c)[1:-1] for c in text)]


class ParameterError(KitError, ValueError):
    """A parameter, contract or command-line value that cannot be right."""


class UnknownKeyError(ParameterError):
    """A key that nothing takes; ``place`` says where it stands."""

    def __init__(self, message: str, place: str) -> None:
        super().__init__(message)
        self.place = place


class TableError(KitError, ValueError):
    """Data that cannot be read as the canonical tables."""


class UnknownNameError(KitError, LookupError):
    """A name that nothing in the kit goes by."""


class RefusedError(KitError):
    """Mail that the server took for some recipients and refused for others."""

    exit_code = 3


class UndeliveredError(KitError):
    """Mail that still waits, or of which nobody knows whether it arrived."""

    exit_code = 4


class ServerDownError(UndeliveredError):
    """Mail that waits for a server which could not be reached."""


class StaleError(KitError):
    """Data that ends before the report's last day, or lacks a part."""

    exit_code = 5


class ComputationError(KitError):
    """A report whose notebook did not run to its end."""

    exit_code = 6


class EnvironmentFault(KitError, OSError):  # noqa: N818 - Python has an EnvironmentError
    """A disk, a lock or a missing program."""

    exit_code = 7


def fault_of(error: OSError, where: object) -> EnvironmentFault:
    """Return a fault of the machine in one line; ``where`` if it names no file."""
    told = f"{error.filename or where}: {error.strerror or error}"
    return EnvironmentFault(f"{told}. Free the disk or the folder, then run it again.")


# The exit codes, worst first: nothing can be written; no report; a report that lacks
# something; one that has not reached everybody.
_WORST = (7, 6, 2, 5, 4, 3, 0)


def worst(codes: Iterable[int]) -> int:
    """Return the exit code of several reports: that of the one worst off.

    Examples
    --------
    >>> worst([0, 5, 2, 0]), worst([])
    (2, 0)
    """
    return min(codes, key=rank, default=0)


def rank(code: int) -> int:
    """Return the place of an exit code, the worst first."""
    return _WORST.index(code)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint that names the closest known name, or all of them.

    Parameters
    ----------
    name
        What the user wrote.
    names
        What would have worked.

    Returns
    -------
    str
        A sentence to end an error message with.

    Examples
    --------
    >>> nearest("reopenrate", ["reopen_rate", "backlog"])
    "Did you mean 'reopen_rate'? Known: backlog, reopen_rate."
    >>> nearest("xyz", ["backlog"])
    'Known: backlog.'
    """
    known = sorted(names)
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}Known: {', '.join(known)}."
