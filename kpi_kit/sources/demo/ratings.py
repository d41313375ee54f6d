"""What the demo's customers are asked after a ticket, and what they think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kpi_kit.sources.demo import issues, story
from kpi_kit.sources.demo.clockwork import END, HOUR
from kpi_kit.sources.demo.people import AGENTS, TEAM_OF, team_number
from kpi_kit.sources.demo.tickets import BY_SYSTEM, CHAT

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past

CSAT, NPS, CES = range(3)
_MINUTE, _DAY = 60, 24 * HOUR
_SENT_AFTER, _SENT_SPREAD = 25 * _MINUTE, 1.1
_ASKED_FOR_EFFORT = 0.125
_ANSWERED, _ANSWERED_IN_CHAT, _WHEN_TIRED = 0.185, 0.3, 0.56
_UPSET, _DELIGHTED = 1.35, 1.1
_AFTER, _AFTER_SPREAD, _LATE = 4 * HOUR, 1.2, 0.045
_GLAD, _GLAD_IN_HOUSE = 2.95, 3.2
_NAMES = np.array([agent.name for agent in AGENTS])


class Asked(NamedTuple):
    """One array per property: the surveys after tickets by the time they were sent.

    ``solve`` is the place of the solve that a survey follows; ``answered`` is the
    story's end, or later, where nobody did, and ``score`` what the answer would be.
    """

    solve: np.ndarray
    kind: np.ndarray
    is_thumbs: np.ndarray
    offered: np.ndarray
    answered: np.ndarray
    score: np.ndarray

    @property
    def is_good(self) -> np.ndarray:
        """Say which answers are good ones, were they given."""
        least = np.where(self.kind == CES, 5, 4)
        return self.score >= np.where(self.is_thumbs, 1, least)


def asked(past: Past, luck: np.random.Generator) -> Asked:
    """Ask after each solve one question: how satisfied, or how easy it was."""
    solves = past.solves
    skew = np.exp(_SENT_SPREAD * luck.standard_normal(solves.at.size))
    sent = solves.at + (_SENT_AFTER * skew).astype("int64") + _MINUTE
    able = past.tickets.opener[solves.ticket] != BY_SYSTEM
    solve = np.flatnonzero(able & (sent < np.minimum(solves.until, END)))
    solve = solve[np.argsort(sent[solve], kind="stable")]
    count, offered = solve.size, sent[solve]
    is_chat = past.tickets.channel[solves.ticket[solve]] == CHAT
    is_effort = ~is_chat & (luck.random(count) < _ASKED_FOR_EFFORT)
    mood = _mood(past, solve)
    ease, stars = _ease(past, solve, mood, luck), _stars(mood, is_chat, luck)
    score = np.where(is_effort, ease, stars)
    share = np.where(is_chat, _ANSWERED_IN_CHAT, _ANSWERED)
    share[~is_chat & (score == 1)] *= _UPSET
    share[~is_chat & (score == 5)] *= _DELIGHTED
    share[story.TIRED.holds(past.clock.day_of(offered))] *= _WHEN_TIRED
    answers = luck.random(count) < share
    after = seconds_until_answered(count, luck)
    return Asked(
        solve=solve,
        kind=np.where(is_effort, CES, CSAT),
        is_thumbs=is_chat,
        offered=offered,
        answered=np.where(answers, offered + after, END),
        score=score,
    )


def seconds_until_answered(count: int, luck: np.random.Generator) -> np.ndarray:
    """Return the seconds until an answer: hours, weeks for a few."""
    skew = np.exp(_AFTER_SPREAD * luck.standard_normal(count))
    soon = np.minimum(_AFTER * skew, 10 * _DAY) + 20
    late = luck.uniform(14 * _DAY, 40 * _DAY, count)
    return np.where(luck.random(count) < _LATE, late, soon).astype("int64")


def _mood(past: Past, solve: np.ndarray) -> np.ndarray:
    """Return how glad a customer should be: of the answer, its speed and its tone."""
    tickets, plans, solves = past.tickets, past.plans, past.solves
    ticket, agent = solves.ticket[solve], solves.agent[solve]
    waited = np.minimum(past.replied_at[ticket], solves.at[solve]) - tickets.at[ticket]
    day = past.clock.day_of(solves.at[solve])
    is_worn = (TEAM_OF[agent] == team_number("Returns desk")) & story.WORN.holds(day)
    mood = np.where(tickets.is_vendors[ticket], _GLAD, _GLAD_IN_HOUSE)
    mood -= 0.3 * np.log2(1 + waited / (8 * HOUR))
    mood -= 0.8 * np.minimum(solves.passed[solve], 2)
    mood -= 0.9 * (solves.number[solve] > 0)
    mood -= 0.3 * plans.rounds[ticket]
    mood -= 1.7 * plans.is_canned[ticket] + 0.5 * plans.is_held[ticket]
    mood -= 1.5 * (_NAMES[agent] == story.CURT)
    return mood - 1.7 * is_worn


def _stars(
    mood: np.ndarray, is_thumbs: np.ndarray, luck: np.random.Generator
) -> np.ndarray:
    is_good = luck.random(mood.size) < 1 / (1 + np.exp(-mood))
    drawn = luck.random(mood.size)
    good = np.where(drawn < 0.7, 5, 4)
    bad = np.select([drawn < 0.4, drawn < 0.65], [3, 2], 1)
    return np.where(is_thumbs, is_good, np.where(is_good, good, bad))


def _ease(
    past: Past, solve: np.ndarray, mood: np.ndarray, luck: np.random.Generator
) -> np.ndarray:
    issue = past.tickets.issue[past.solves.ticket[solve]]
    ease = 5.9 + 0.6 * (mood - 2) - 0.4 * (past.solves.passed[solve] > 0)
    ease -= 1.3 * (issue == issues.ISSUES.index(issues.SIGN_IN))
    drawn = ease + 1.1 * luck.standard_normal(mood.size)
    return np.rint(drawn).clip(1, 7).astype("int64")
