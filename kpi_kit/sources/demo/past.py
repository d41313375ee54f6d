"""What has happened by the end of the demo's story, and each solve in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kpi_kit.sources.demo import arrow
from kpi_kit.sources.demo.clockwork import END
from kpi_kit.sources.demo.journal import AGENT, FIRST_WORD, HOLDER, STATUS, status
from kpi_kit.sources.demo.people import NOBODY
from kpi_kit.sources.demo.texts import column

if TYPE_CHECKING:
    import pyarrow as pa

    from kpi_kit.sources.demo.clockwork import Clock
    from kpi_kit.sources.demo.history import Changes
    from kpi_kit.sources.demo.plans import Plans
    from kpi_kit.sources.demo.tickets import Tickets

_SOLVED, _OPEN = (FIRST_WORD[STATUS] + status(name) for name in ("solved", "open"))


class Said(NamedTuple):
    """The messages by time, one array per column, as `Journal.say` took them."""

    ticket: np.ndarray
    at: np.ndarray
    role: np.ndarray
    author: np.ndarray
    text: np.ndarray
    is_public: np.ndarray
    is_automatic: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Solves:
    """Each time that a ticket was solved, one array per property, by time.

    ``agent`` solved it, or held it when a rule did; ``number`` counts the solves of the
    ticket before, ``passed`` how often it had gone from one agent to another.  It was
    open again at ``until``, the story's end where it was not.
    """

    ticket: np.ndarray
    at: np.ndarray
    until: np.ndarray
    agent: np.ndarray
    number: np.ndarray
    passed: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Past:
    """What has happened; ``known`` is the table of tickets as it is written.

    ``replied`` has the place in ``said`` of each ticket's first reply by hand, -1 for
    none.
    """

    tickets: Tickets
    plans: Plans
    clock: Clock
    said: Said
    replied: np.ndarray
    solves: Solves
    known: pa.Table

    @property
    def replied_at(self) -> np.ndarray:
        """Return when each ticket was first replied to, the story's end for never."""
        return np.where(self.replied < 0, END, self.said.at[self.replied])

    def told(self, column: str, ticket: np.ndarray) -> pa.ChunkedArray:
        """Return what the table of tickets says of some; nothing of one below 0."""
        return arrow.chosen(self.known[column], ticket)


def first_replies(said: Said, tickets: int) -> np.ndarray:
    """Return the place among the messages of each ticket's first reply by hand."""
    is_reply = (said.role == AGENT) & said.is_public & ~said.is_automatic
    is_reply &= column({"call": 1})[said.text] == 0
    replies = np.flatnonzero(is_reply)[::-1]
    found = np.full(tickets, -1)
    found[said.ticket[replies]] = replies
    return found


def solves(changes: Changes) -> Solves:
    """Find every solve among the changes."""
    order = np.argsort(changes.ticket, kind="stable")
    ticket, field = changes.ticket[order], changes.field[order]
    old, new = changes.old[order], changes.new[order]
    is_held, is_solved = field == HOLDER, (field == STATUS) & (new == _SOLVED)
    held = np.maximum.accumulate(np.where(is_held, np.arange(ticket.size), 0))
    found = np.flatnonzero(is_solved)
    holder, actor = new[held[found]] - FIRST_WORD[HOLDER], changes.agent[order[found]]
    by_time = np.argsort(order[found])
    made = {
        "ticket": ticket[found],
        "at": changes.at[order[found]],
        "until": _reopened(ticket, field, new, changes.at[order])[found],
        "agent": np.where(actor == NOBODY, holder, actor),
        "number": _before(ticket, is_solved)[found],
        "passed": _before(ticket, is_held & (old != NOBODY))[found],
    }
    return Solves(**{name: each[by_time] for name, each in made.items()})


def _before(ticket: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return for each change how many of those counted the ticket had before."""
    count = np.cumsum(counted) - counted
    first = np.append(True, ticket[1:] != ticket[:-1])
    return count - np.maximum.accumulate(np.where(first, count, 0))


def _reopened(
    ticket: np.ndarray, field: np.ndarray, new: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Return for each change of a status when the next one opened the ticket."""
    until = np.full(ticket.size, END)
    rows = np.flatnonzero(field == STATUS)
    this, following = rows[:-1], rows[1:]
    again = (ticket[this] == ticket[following]) & (new[following] == _OPEN)
    until[this[again]] = at[following[again]]
    return until
