"""How long the demo's agents work on a ticket: an entry for each thing they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from kpi_kit.sources.demo import arrow
from kpi_kit.sources.demo.clockwork import END
from kpi_kit.sources.demo.issues import ISSUES
from kpi_kit.sources.demo.journal import AGENT
from kpi_kit.sources.demo.people import AGENTS
from kpi_kit.sources.demo.texts import column

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past

MINUTE = 60
_FIRST_ENTRY = 55_020_331
_MINUTES = {
    "Order status": 12,
    "Delivery problem": 18,
    "Returns and refunds": 16,
    "Product question": 14,
    "Payment": 20,
    "Login and account": 17,
    "Gift cards": 14,
    "Warranty": 22,
    "Sign-in after release 4.2": 26,
}
"""Minutes of work on an ordinary answer."""

_PARTS = {
    "answer": 1.0,
    "passing on": 0.5,
    "specialist": 1.1,
    "further answer": 0.5,
    "note": 0.25,
    "call": 0.2,
    "holding": 0.12,
    "canned": 0.2,
}
"""What a text of each kind takes of that."""

SLOW, QUICK, APART = "Nestor Pascual", "Olivia Quizon", "Warranty"
_APART = {SLOW: 1.4, QUICK: 0.74}
_SPREAD = 0.35


class Work(NamedTuple):
    """Stretches of work, one array per property: the ticket, who, since when."""

    ticket: np.ndarray
    agent: np.ndarray
    at: np.ndarray
    seconds: np.ndarray


def work_on(past: Past, luck: np.random.Generator) -> Work:
    """Draw how long agents took for each thing they wrote, one after the other."""
    said = past.said
    by_hand = np.flatnonzero((said.role == AGENT) & ~said.is_automatic)
    ticket, agent = said.ticket[by_hand], said.author[by_hand]
    effort = np.array([_MINUTES[name] for name in ISSUES])[past.tickets.issue[ticket]]
    effort = effort * column(_PARTS)[said.text[by_hand]]
    effort *= _paces(luck)[agent, past.tickets.issue[ticket]]
    skew = np.exp(_SPREAD * luck.standard_normal(ticket.size))
    seconds = np.maximum(MINUTE * effort * skew, 15).astype("int64")
    at = np.maximum(said.at[by_hand] - seconds, past.tickets.at[ticket])
    at = _in_turn(agent, at, seconds)
    order = np.lexsort((agent, at))
    order = order[at[order] < END]
    return Work(*(each[order] for each in (ticket, agent, at, seconds)))


def _in_turn(agent: np.ndarray, at: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Return when each work begins, if none does before the agent's last has ended."""
    order = np.lexsort((at, agent))
    busy = np.cumsum(seconds[order])
    # As if each agent's first work came long after all of the agent before.
    shift = agent[order] * (np.ptp(at) + busy[-1] + 1) if at.size else busy
    begun = np.maximum.accumulate(at[order] - (busy - seconds[order]) + shift)
    found = np.empty_like(at)
    found[order] = begun + busy - seconds[order] - shift
    return found


def time_entries(past: Past, worked: Work) -> pa.Table:
    """Write the work down."""
    return pa.table(
        {
            "entry_id": arrow.ids(_FIRST_ENTRY + 2 * np.arange(worked.at.size)),
            "ticket_id": past.told("ticket_id", worked.ticket),
            "agent_id": arrow.agents(worked.agent),
            "started_at": arrow.instants(worked.at),
            "work_seconds": pa.array(worked.seconds),
        }
    )


def _paces(luck: np.random.Generator) -> np.ndarray:
    """Return how long each agent takes for each issue type beside the others."""
    paces = np.repeat(luck.uniform(0.95, 1.05, (len(AGENTS), 1)), len(ISSUES), axis=1)
    for place, agent in enumerate(AGENTS):
        if agent.name in _APART:
            paces[place, ISSUES.index(APART)] = _APART[agent.name]
    return paces
