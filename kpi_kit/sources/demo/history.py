"""The changes of the demo's tickets in order, and what they came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo.journal import (
    FIELDS,
    FIRST_WORD,
    NEW,
    STATUS,
    TEAM,
    TIER,
)
from kpi_kit.sources.demo.people import NOBODY

if TYPE_CHECKING:
    from kpi_kit.sources.demo.journal import Journal
    from kpi_kit.sources.demo.tickets import Tickets


@dataclass(frozen=True, kw_only=True)
class Changes:
    """One array per column, by time; ``ends`` holds what each field came to.

    ``old`` and ``new`` are places in `journal.WORDS` and the tickets after them, -1 for
    nothing; ``ends`` has one row per field, in its own places.
    """

    ticket: np.ndarray
    at: np.ndarray
    field: np.ndarray
    old: np.ndarray
    new: np.ndarray
    role: np.ndarray
    agent: np.ndarray
    ends: np.ndarray


def in_order(tickets: Tickets, written: Journal) -> Changes:
    """Put the changes in order; each starts from what the one before it left."""
    ticket, at, field, new, role, agent = written.rows(written.changes)
    begins = _begins(tickets)
    by_field = np.lexsort((np.arange(ticket.size), field, ticket))
    sorted_ticket, sorted_field = ticket[by_field], field[by_field]
    key = sorted_ticket * len(FIELDS) + sorted_field
    is_first = np.append(True, key[1:] != key[:-1])
    is_last = np.append(key[1:] != key[:-1], True)
    before = np.append(NOBODY, new[by_field][:-1])
    old = np.empty(ticket.size, dtype=np.int64)
    old[by_field] = np.where(is_first, begins[sorted_field, sorted_ticket], before)
    ends = begins.copy()
    ends[sorted_field[is_last], sorted_ticket[is_last]] = new[by_field][is_last]
    kept = old != new
    return Changes(
        **{
            name: column[kept]
            for name, column in zip(
                ("ticket", "at", "field", "old", "new", "role", "agent"),
                (ticket, at, field, old, new, role, agent),
                strict=True,
            )
        },
        ends=np.where(ends < 0, NOBODY, ends - FIRST_WORD[:, None]),
    )


def _begins(tickets: Tickets) -> np.ndarray:
    """Return what each field holds when a ticket is opened, one row per field."""
    begins = np.full((len(FIELDS), tickets.count), NOBODY)
    begins[STATUS] = FIRST_WORD[STATUS] + NEW
    begins[TEAM] = FIRST_WORD[TEAM] + tickets.team
    begins[TIER] = FIRST_WORD[TIER]
    return begins
