"""How a ticket comes in, and the few that nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo import story
from kpi_kit.sources.demo.clockwork import HOUR
from kpi_kit.sources.demo.journal import (
    AGENT,
    BOT,
    CUSTOMER,
    HOLDER,
    MERGE,
    STATUS,
    SYSTEM,
    status,
)
from kpi_kit.sources.demo.people import NOBODY, someone
from kpi_kit.sources.demo.texts import words, words_by_issue
from kpi_kit.sources.demo.tickets import (
    BY_AGENT,
    BY_CUSTOMER,
    BY_SYSTEM,
    CHAT,
    DELETED,
    MERGED,
    SILENT,
)

if TYPE_CHECKING:
    from kpi_kit.sources.demo.clockwork import Clock
    from kpi_kit.sources.demo.journal import Journal
    from kpi_kit.sources.demo.tickets import Tickets


def come_in(
    tickets: Tickets, clock: Clock, journal: Journal, luck: np.random.Generator
) -> None:
    """Write each ticket's first message, and what machines say to it."""
    text = words_by_issue("opening", tickets.issue, luck.random(tickets.count))
    logged, alerted = tickets.opener == BY_AGENT, tickets.opener == BY_SYSTEM
    on_duty = someone(tickets.team, tickets.day, luck.random(tickets.count))
    journal.say(tickets.opener == BY_CUSTOMER, tickets.at, CUSTOMER, text)
    text = words("call", luck.random(tickets.count))
    journal.say(logged, tickets.at, AGENT, text, author=on_duty)
    text = words("alert", luck.random(tickets.count))
    journal.say(alerted, tickets.at, SYSTEM, text, automatic=True)
    text = words("greeting", luck.random(tickets.count))
    chats = tickets.channel == CHAT
    journal.say(chats, tickets.at + 2, BOT, text, automatic=True)
    _acknowledge(tickets, journal, on_duty, luck)
    _leave_alone(tickets, clock, journal, luck)


def _acknowledge(
    tickets: Tickets,
    journal: Journal,
    on_duty: np.ndarray,
    luck: np.random.Generator,
) -> None:
    """Confirm the receipt by machine, since a day in summer in the agents' names."""
    written = (tickets.opener == BY_CUSTOMER) & (tickets.channel != CHAT)
    as_agent = tickets.day >= story.number(story.ACK_BY_AGENTS)
    journal.say(
        written & tickets.is_vendors,
        tickets.at + luck.integers(4, 40, tickets.count),
        np.where(as_agent, AGENT, SYSTEM),
        words("acknowledgement", luck.random(tickets.count)),
        author=np.where(as_agent, on_duty, NOBODY),
        automatic=True,
    )


def _leave_alone(
    tickets: Tickets,
    clock: Clock,
    journal: Journal,
    luck: np.random.Generator,
) -> None:
    """End the tickets that nobody answers: merged, deleted, solved in silence."""
    skew = np.exp(0.7 * luck.standard_normal(tickets.count))
    wait = np.where(tickets.fate == SILENT, 9 * HOUR, 0.8 * HOUR) * skew
    done = clock.later(tickets.at, wait.astype("int64"), tickets.schedule)
    agent = someone(tickets.team, clock.day_of(done), luck.random(tickets.count))
    by = {"agent": agent}
    ends = {MERGED: "closed", DELETED: "deleted", SILENT: "solved"}
    journal.change(tickets.fate == MERGED, done, MERGE, tickets.same_as, **by)
    for fate, name in ends.items():
        journal.change(tickets.fate == fate, done, HOLDER, agent, **by)
        journal.change(tickets.fate == fate, done, STATUS, status(name), **by)
