"""What is written down while tickets are worked on: messages and changes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kpi_kit.sources.demo.clockwork import END
from kpi_kit.sources.demo.people import AGENTS, NOBODY, TEAM_NAMES
from kpi_kit.tables import STATUSES

ROLES = ("customer", "agent", "bot", "system")
CUSTOMER, AGENT, BOT, SYSTEM = range(4)
FIELDS = ("status", "agent", "team", "tier", "merge")
STATUS, HOLDER, TEAM, TIER, MERGE = range(5)
TIERS = ("1", "2", "3")
_PARTS = (STATUSES, [a.agent_id for a in AGENTS], TEAM_NAMES, TIERS)
WORDS = tuple(word for part in _PARTS for word in part)
"""What a field of each kind may hold; a merge holds a ticket, counted after these."""

FIRST_WORD = np.cumsum([0, *(len(part) for part in _PARTS)])


NEW = STATUSES.index("new")


def status(name: str) -> int:
    """Return the place of a status in `STATUSES`."""
    return STATUSES.index(name)


@dataclass(frozen=True, kw_only=True)
class Journal:
    """Rows as they are written, each a tuple of arrays; put in order at the end.

    ``messages``: ticket, instant, role, author (place in `AGENTS` or -1), text, whether
    public, whether automatic.  ``changes``: ticket, instant, field, word, role, agent.
    """

    count: int
    messages: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    changes: list[tuple[np.ndarray, ...]] = field(default_factory=list)

    def say(  # noqa: PLR0913 - one for each column of the table
        self,
        which: np.ndarray,
        at: np.ndarray,
        role: int | np.ndarray,
        text: np.ndarray,
        *,
        author: int | np.ndarray = NOBODY,
        public: bool = True,
        automatic: bool = False,
    ) -> None:
        """Write a message on each ticket of which ``which`` is true."""
        columns = (at, role, author, text, public, automatic)
        self.messages.append(self._rows(which, columns))

    def change(  # noqa: PLR0913 - one for each column of the table
        self,
        which: np.ndarray,
        at: np.ndarray,
        what: int,
        value: int | np.ndarray,
        *,
        by: int | np.ndarray = AGENT,
        agent: int | np.ndarray = NOBODY,
    ) -> None:
        """Write a change of a field on each ticket of which ``which`` is true."""
        columns = (at, what, FIRST_WORD[what] + value, by, agent)
        self.changes.append(self._rows(which, columns))

    def _rows(self, which: np.ndarray, columns: tuple) -> tuple[np.ndarray, ...]:
        places = np.flatnonzero(which)
        return (places, *(np.broadcast_to(c, self.count)[places] for c in columns))

    def rows(self, entries: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
        """Return the columns of ``entries`` by time, without what is yet to come."""
        columns = [np.concatenate(parts) for parts in zip(*entries, strict=True)]
        ticket, at = columns[:2]
        order = np.lexsort((np.arange(at.size), ticket, at))
        order = order[at[order] < END]
        return tuple(column[order] for column in columns)
