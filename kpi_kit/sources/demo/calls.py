"""Calls and chats of the demo: who waited how long, who gave up, how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from kpi_kit.sources.demo import arrow, issues, story
from kpi_kit.sources.demo.clockwork import END
from kpi_kit.sources.demo.people import someone, team_number
from kpi_kit.sources.demo.texts import column
from kpi_kit.sources.demo.tickets import CHANNELS, CHAT, PHONE
from kpi_kit.sources.demo.work import Work

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past

_FIRST_CONTACT = 20_611_903
_WITHOUT_TICKET = 2
_KNOWN = 0.6
_AROUND = 30 * 60
_PATIENCE, _LEFT_CHAT = 300, 10 * 60
# Parts that are put through at once, and the seconds of both kinds of waits.
_AT_ONCE, _SOON, _LATER = 0.85, 7, 60
_AT_ONCE_AT_PEAK, _AT_PEAK, _SPREAD_AT_PEAK = 0.13, 200, 0.6
_TALK, _CHAT, _SPREAD = 200, 380, 0.5
_WRAP, _HOLD, _IS_HELD = 50, 50, 0.3


class Calls(NamedTuple):
    """One array per property, by time; ``answered`` is -1 where nobody did.

    ``ticket`` and ``known`` are -1 where there is none: the ticket of the call, and a
    ticket of the customer who called.
    """

    queued: np.ndarray
    answered: np.ndarray
    ended: np.ndarray
    hold: np.ndarray
    wrap: np.ndarray
    agent: np.ndarray
    channel: np.ndarray
    ticket: np.ndarray
    known: np.ndarray


def calls(past: Past, luck: np.random.Generator) -> Calls:
    """Draw every call and chat that had ended by the story's end."""
    parts = (_with_ticket(past, luck), _without(past, luck), _chats(past, luck))
    made = Calls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    is_open = past.clock.is_open(past.clock.slot(made.queued), 0)
    order = np.lexsort((made.ended, made.queued))
    order = order[(is_open & (made.ended < END))[order]]
    return Calls(*(each[order] for each in made))


def contacts(past: Past, made: Calls) -> pa.Table:
    """Write the calls down."""
    gave_up = made.answered < 0
    talk = made.ended - made.answered - made.hold
    return pa.table(
        {
            "contact_id": arrow.ids(_FIRST_CONTACT + np.arange(gave_up.size)),
            "agent_id": arrow.agents(made.agent),
            "channel": arrow.chosen(CHANNELS, made.channel),
            "ticket_id": past.told("ticket_id", made.ticket),
            "customer_id": past.told("customer_id", made.known),
            "queued_at": arrow.instants(made.queued),
            "answered_at": arrow.instants(made.answered, missing=gave_up),
            "ended_at": arrow.instants(made.ended),
            "talk_seconds": pa.array(talk, mask=gave_up),
            "hold_seconds": pa.array(made.hold, mask=gave_up),
            "wrap_seconds": pa.array(made.wrap, mask=gave_up),
            "abandoned": pa.array(gave_up),
        }
    )


def taken(made: Calls) -> Work:
    """Return the work on the calls that were answered."""
    answered = made.answered >= 0
    seconds = made.ended + made.wrap - made.answered
    columns = (made.ticket, made.agent, made.answered, seconds)
    return Work(*(each[answered] for each in columns))


def _with_ticket(past: Past, luck: np.random.Generator) -> Calls:
    """Return the calls of which an agent made a ticket when they ended."""
    said = past.said
    logged = np.flatnonzero(column({"call": 1})[said.text])
    ticket, ended = said.ticket[logged], said.at[logged]
    pace = issues.column("pace")[past.tickets.issue[ticket]]
    hold, wrap = _hold(luck, ticket.size), _some(luck, _WRAP, ticket.size)
    answered = ended - hold - (pace * _some(luck, _TALK, ticket.size)).astype("int64")
    queued = answered - _wait(past, answered, luck)
    channel = np.full(ticket.size, PHONE)
    who = said.author[logged]
    return Calls(queued, answered, ended, hold, wrap, who, channel, ticket, ticket)


def _without(past: Past, luck: np.random.Generator) -> Calls:
    """Return other calls at about the same times; who waits too long gives up."""
    phoned = np.flatnonzero(past.tickets.channel == PHONE)
    count = int(_WITHOUT_TICKET * phoned.size)
    like = phoned[(luck.random(count) * phoned.size).astype("int64")]
    queued = past.tickets.at[like] + luck.integers(-_AROUND, _AROUND, count)
    wait = _wait(past, queued, luck)
    patience = luck.exponential(_PATIENCE, count).astype("int64") + 1
    gives_up = patience < wait
    answered = queued + wait
    hold, wrap = _hold(luck, count), _some(luck, _WRAP, count)
    talked = answered + hold + _some(luck, _TALK, count)
    day = past.clock.day_of(queued)
    team = np.where(
        story.is_vendors(day), team_number("Frontline"), team_number("Support")
    )
    known = (luck.random(count) * (like + 1)).astype("int64")
    return Calls(
        queued=queued,
        answered=np.where(gives_up, -1, answered),
        ended=np.where(gives_up, queued + patience, talked),
        hold=hold,
        wrap=wrap,
        agent=someone(team, day, luck.random(count)),
        channel=np.full(count, PHONE),
        ticket=np.full(count, -1),
        known=np.where(luck.random(count) < _KNOWN, known, -1),
    )


def _chats(past: Past, luck: np.random.Generator) -> Calls:
    """Return the chats; who was not answered in ten minutes had left."""
    tickets, said = past.tickets, past.said
    chat = np.flatnonzero(tickets.channel == CHAT)
    first, queued = past.replied[chat], tickets.at[chat]
    replied = past.replied_at[chat]
    left = replied > queued + _LEFT_CHAT
    wait = _wait(past, queued, luck).clip(1, np.maximum((replied - queued) // 2, 1))
    ended = queued + wait + _some(luck, _CHAT, chat.size)
    gone = queued + luck.integers(30, _LEFT_CHAT, chat.size)
    day = past.clock.day_of(queued)
    on_duty = someone(tickets.team[chat], day, luck.random(chat.size))
    return Calls(
        queued=queued,
        answered=np.where(left, -1, queued + wait),
        ended=np.where(left, gone, ended),
        hold=np.zeros_like(chat),
        wrap=_some(luck, _WRAP, chat.size),
        agent=np.where(left, on_duty, said.author[first]),
        channel=np.full(chat.size, CHAT),
        ticket=chat,
        known=chat,
    )


def _wait(past: Past, at: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Return the seconds until a call of each time is answered."""
    clock = past.clock
    slot = clock.slot(at)
    is_peak = (clock.weekday[slot] == 1) & (clock.hour[slot] // 3 == 3)
    is_peak &= story.is_vendors(clock.day[slot])
    drawn, soon = luck.random(at.size), luck.exponential(_SOON, at.size)
    later = luck.exponential(_LATER, at.size)
    skew = np.exp(_SPREAD_AT_PEAK * luck.standard_normal(at.size))
    late = np.where(is_peak, _AT_PEAK * skew, later)
    at_once = np.where(is_peak, _AT_ONCE_AT_PEAK, _AT_ONCE)
    return np.where(drawn < at_once, soon, late).astype("int64") + 1


def _some(luck: np.random.Generator, seconds: float, count: int) -> np.ndarray:
    skew = np.exp(_SPREAD * luck.standard_normal(count))
    return (seconds * skew).astype("int64") + 1


def _hold(luck: np.random.Generator, count: int) -> np.ndarray:
    is_held = luck.random(count) < _IS_HELD
    return (is_held * (10 + luck.exponential(_HOLD, count))).astype("int64")
