"""How each ticket is going to go, drawn before anybody works on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo import issues, story
from kpi_kit.sources.demo.people import NOBODY, team_number
from kpi_kit.sources.demo.tickets import CHAT, WORKED_ON

if TYPE_CHECKING:
    from kpi_kit.sources.demo.clockwork import Clock
    from kpi_kit.sources.demo.tickets import Tickets

MINUTE, HOUR = 60, 3600
NOT_AGAIN, BY_CUSTOMER, TOO_LATE, BY_AGENT, BY_RULE = range(5)

_SPREAD = 0.5
_FORGOTTEN, _FORGOTTEN_FOR = 0.07, 3.2
_BY_PRIORITY = np.array([1.25, 1.0, 0.8, 0.45])
_CHAT_MINUTES = 1.4
_SHORT_STAFFED = 2.7
_NIGHT = 0.8
_SECOND_LINE = 0.028


@dataclass(frozen=True, kw_only=True)
class Plans:
    """One array per property, by ticket.

    ``pace`` and ``help`` are the seconds of work time until the answer, and until help;
    ``goes_to`` is the team that has to help, -1 for none; ``rounds`` counts how often
    the customer asks on; ``again`` says how it is reopened.
    """

    pace: np.ndarray
    is_worked_on: np.ndarray
    is_held: np.ndarray
    is_canned: np.ndarray
    goes_to: np.ndarray
    help: np.ndarray
    rounds: np.ndarray
    again: np.ndarray


def plan(tickets: Tickets, clock: Clock, luck: np.random.Generator) -> Plans:
    """Draw how each ticket is going to go."""
    count, day = tickets.count, tickets.day
    pace = _pace(tickets, luck)
    answered = clock.later(tickets.at, pace, tickets.schedule)
    canned = story.CLOSING.holds(clock.day_of(answered)) & (luck.random(count) < 0.8)
    promised = story.HOLDING.holds(day) & (tickets.channel != CHAT)
    held = ~canned & (luck.random(count) < np.where(promised, 0.6, 0.03))
    ease = story.ONE_ANSWER[day] + issues.column("ease")[tickets.issue]
    is_quiet = luck.random(count) < np.where(canned, ease + 0.06, ease)
    goes_to = _goes_to(tickets, is_quiet, luck)
    more = 1 + (luck.random(count) < 0.34) + (luck.random(count) < 0.12)
    return Plans(
        pace=pace,
        is_worked_on=tickets.fate == WORKED_ON,
        is_held=held,
        is_canned=canned,
        goes_to=goes_to,
        help=_help(tickets, goes_to, luck),
        rounds=np.where(is_quiet, 0, more),
        again=_again(story.REOPENED[day], canned, luck),
    )


def _pace(tickets: Tickets, luck: np.random.Generator) -> np.ndarray:
    count, day = tickets.count, tickets.day
    factor = issues.column("pace")[tickets.issue] * _BY_PRIORITY[tickets.priority]
    factor[tickets.is_vendors] *= _rush(tickets)[tickets.is_vendors]
    is_short = story.RETURNS_SHORT.holds(day)
    factor[is_short & (tickets.team == team_number("Returns desk"))] *= _SHORT_STAFFED
    factor[tickets.team == team_number("Night desk")] *= _NIGHT
    factor[luck.random(count) < _FORGOTTEN] *= _FORGOTTEN_FOR
    skew = np.exp(_SPREAD * luck.standard_normal(count))
    in_turn = story.ANSWER[day] * factor
    minutes = np.where(tickets.channel == CHAT, _CHAT_MINUTES, in_turn) * skew
    return (MINUTE * minutes).astype("int64")


def _rush(tickets: Tickets) -> np.ndarray:
    """Return how much longer answers take at the hour a ticket comes in."""
    morning = (tickets.hour >= 9) & (tickets.hour < 12)
    on_monday, on_tuesday = tickets.weekday == 1, tickets.weekday == 2
    return np.select(
        [on_monday & morning, on_tuesday & morning, morning, on_monday],
        [2.1, 1.35, 1.15, 1.05],
        0.92,
    )


def _goes_to(
    tickets: Tickets, is_quiet: np.ndarray, luck: np.random.Generator
) -> np.ndarray:
    """Choose who has to help; what one answer settles is seldom handed over."""
    count = tickets.count
    is_new = tickets.issue == issues.ISSUES.index(issues.SIGN_IN)
    share = np.where(is_new, story.SIGN_IN_TO_CLIENT, story.TO_CLIENT[tickets.day])
    hard = np.where(is_new, 1.46, 2.45)
    to_client = luck.random(count) < share * np.where(is_quiet, 0.49, hard)
    to_second = tickets.is_vendors & (luck.random(count) < _SECOND_LINE)
    owners = np.array([team_number(name) for name in issues.column("owner")])
    second = np.where(to_second, team_number("Specialists"), NOBODY)
    return np.where(to_client, owners[tickets.issue], second)


def _help(
    tickets: Tickets, goes_to: np.ndarray, luck: np.random.Generator
) -> np.ndarray:
    is_new = tickets.issue == issues.ISSUES.index(issues.SIGN_IN)
    hours = np.where(goes_to == team_number("Specialists"), 5.0, 8.0)
    hours = hours * np.where(is_new, 2.4, 1.0)
    skew = np.exp(0.7 * luck.standard_normal(tickets.count))
    return (HOUR * hours * skew).astype("int64")


def _again(
    share: np.ndarray, is_canned: np.ndarray, luck: np.random.Generator
) -> np.ndarray:
    share = np.where(is_canned, story.REOPENED_WHEN_CANNED, share)
    drawn = luck.random(share.size) - share
    return np.select(
        [drawn < 0, drawn < 0.010, drawn < 0.022, drawn < 0.028],
        [BY_CUSTOMER, TOO_LATE, BY_AGENT, BY_RULE],
        NOT_AGAIN,
    )
