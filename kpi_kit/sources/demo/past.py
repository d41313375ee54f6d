"""What has happened by the end of the demo's story, and each solve in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kpi_kit.sources.demo import arrow
from kpi_kit.sources.demo.journal import FIRST_WORD, HOLDER, STATUS, status
from kpi_kit.sources.demo.people import NOBODY

if TYPE_CHECKING:
    import pyarrow as pa

    from kpi_kit.sources.demo.clockwork import Clock
    from kpi_kit.sources.demo.history import Changes
    from kpi_kit.sources.demo.plans import Plans
    from kpi_kit.sources.demo.tickets import Tickets

_SOLVED = FIRST_WORD[STATUS] + status("solved")


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
    ticket before, ``passed`` how often it had gone from one agent to another.
    """

    ticket: np.ndarray
    at: np.ndarray
    agent: np.ndarray
    number: np.ndarray
    passed: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Past:
    """What has happened; ``known`` is the table of tickets as it is written."""

    tickets: Tickets
    plans: Plans
    clock: Clock
    said: Said
    solves: Solves
    known: pa.Table

    def told(self, column: str, ticket: np.ndarray) -> pa.ChunkedArray:
        """Return what the table of tickets says of some; nothing of one below 0."""
        return arrow.chosen(self.known[column], ticket)


def solves(changes: Changes) -> Solves:
    """Find every solve among the changes."""
    order = np.argsort(changes.ticket, kind="stable")
    ticket, field = changes.ticket[order], changes.field[order]
    old, new = changes.old[order], changes.new[order]
    is_held, is_solved = field == HOLDER, (field == STATUS) & (new == _SOLVED)
    places = np.arange(ticket.size)
    holder = new[np.maximum.accumulate(np.where(is_held, places, 0))]
    holder -= FIRST_WORD[HOLDER]
    found = np.flatnonzero(is_solved)
    first = np.searchsorted(ticket, ticket[found])
    before = {}
    for name, counted in (
        ("number", is_solved),
        ("passed", is_held & (old != NOBODY)),
    ):
        count = np.cumsum(counted) - counted
        before[name] = count[found] - count[first]
    actor = changes.agent[order][found]
    by_time = np.argsort(order[found])
    made = {
        "ticket": ticket[found],
        "at": changes.at[order][found],
        "agent": np.where(actor == NOBODY, holder[found], actor),
        **before,
    }
    return Solves(**{name: column[by_time] for name, column in made.items()})
