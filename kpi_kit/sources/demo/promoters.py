"""Whether the demo's customers would recommend it: asked of them, not of tickets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kpi_kit.periods import midnight
from kpi_kit.sources.demo import story
from kpi_kit.sources.demo.clockwork import END, HOUR
from kpi_kit.sources.demo.ratings import seconds_until_answered

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past

LONG = 365
"""Days after which a customer is a long-term one."""

_WAVES = [date(2026, month, 3) for month in range(3, 12)]
_SINCE, _ASKED, _ANSWERED = 60 * 24 * HOUR, 0.2, 0.18
_PROMOTERS, _DETRACTORS = 0.5, 0.19
_LONG_PROMOTERS, _LONG_DETRACTORS = 0.2, 0.5


class Nps(NamedTuple):
    """One array per property, as of `ratings.Asked`; ``ticket`` tells the customer."""

    ticket: np.ndarray
    offered: np.ndarray
    answered: np.ndarray
    score: np.ndarray


def nps(past: Past, luck: np.random.Generator) -> Nps:
    """Ask on the third of each month a fifth of those who wrote in the last 60 days."""
    at, customer = past.tickets.at, past.tickets.customer
    tickets, offers = [], []
    for day in _WAVES:
        sent = midnight(day, story.ZONE) + 10 * HOUR
        recent = np.flatnonzero((at >= sent - _SINCE) & (at < sent))
        _, first = np.unique(customer[recent], return_index=True)
        chosen = recent[first[luck.random(first.size) < _ASKED]]
        tickets.append(chosen)
        offers.append(sent + np.arange(chosen.size))
    ticket, offered = np.concatenate(tickets), np.concatenate(offers)
    answers = luck.random(ticket.size) < _ANSWERED
    after = seconds_until_answered(ticket.size, luck)
    answered = np.where(answers, offered + after, END)
    score = _scores(_is_lost(past, ticket, offered), luck)
    return Nps(ticket, offered, answered, score)


def _is_lost(past: Past, ticket: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """Say who has been a customer for a year when that is no longer enough to stay."""
    since = past.known["customer_since"].combine_chunks().cast("int32").to_numpy()
    day = past.clock.day_of(offered)
    today = day + (story.FIRST_DAY - date(1970, 1, 1)).days
    is_long = today - since[ticket] >= LONG
    return is_long & (day >= story.number(story.TURNED))


def _scores(is_lost: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    drawn, place = luck.random(is_lost.size), luck.random(is_lost.size)
    promoters = np.where(is_lost, _LONG_PROMOTERS, _PROMOTERS)
    detractors = np.where(is_lost, _LONG_DETRACTORS, _DETRACTORS)
    low = (7 * np.sqrt(place)).astype("int64")
    either = (2 * place).astype("int64")
    return np.select(
        [drawn < promoters, drawn < 1 - detractors], [9 + either, 7 + either], low
    )
