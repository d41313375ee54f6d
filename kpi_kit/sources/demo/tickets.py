"""Who asks, about what and where: what is known of a ticket when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo import issues, story
from kpi_kit.sources.demo.clockwork import arrivals
from kpi_kit.sources.demo.people import team_number

if TYPE_CHECKING:
    from kpi_kit.sources.demo.clockwork import Clock

CHANNELS = ("email", "web", "chat", "phone", "social", "messaging")
_CHANNEL_SHARES = (0.57, 0.24, 0.06, 0.08, 0.03, 0.02)
EMAIL, CHAT, PHONE = 0, CHANNELS.index("chat"), CHANNELS.index("phone")
PRIORITIES = ("low", "normal", "high", "urgent")
_PRIORITY_SHARES = (0.15, 0.66, 0.15, 0.04)
OPENERS = ("customer", "agent", "system")
BY_CUSTOMER, BY_AGENT, BY_SYSTEM = range(3)
WORKED_ON, MERGED, DELETED, SILENT = range(4)
_FATE_SHARES = (0.968, 0.012, 0.008, 0.012)
_CUSTOMERS_PER_TICKET = 0.62
_RETURNING = 0.04
_NIGHT_TAKEN = 0.85


@dataclass(frozen=True, kw_only=True)
class Tickets:
    """One array per property, by ticket, in the order they were opened.

    ``at`` are epoch seconds, ``day`` counts from the first; ``same_as`` is the ticket
    that a merged one repeats; ``schedule`` is 0 in the office, 1 at night; ``fate`` is
    one of the four above; the others are places in the tuples of their name.
    """

    at: np.ndarray
    day: np.ndarray
    weekday: np.ndarray
    hour: np.ndarray
    channel: np.ndarray
    priority: np.ndarray
    opener: np.ndarray
    fate: np.ndarray
    issue: np.ndarray
    customer: np.ndarray
    same_as: np.ndarray
    team: np.ndarray
    schedule: np.ndarray

    @property
    def count(self) -> int:
        """Return how many there are."""
        return self.at.size

    @property
    def is_vendors(self) -> np.ndarray:
        """Say which were opened after the vendor went live."""
        return story.is_vendors(self.day)


def draw(count: int, clock: Clock, luck: np.random.Generator) -> Tickets:
    """Draw so many tickets."""
    at, is_new = arrivals(clock, count, luck)
    slot = clock.slot(at)
    channel = _channel(clock.is_open(slot, 0), luck)
    fate = luck.choice(4, count, p=_FATE_SHARES)
    issue = luck.choice(len(issues.ISSUES), count, p=issues.column("share"))
    issue[is_new] = issues.ISSUES.index(issues.SIGN_IN)
    customer = (luck.random(count) ** 1.35 * count * _CUSTOMERS_PER_TICKET).astype(int)
    same_as = _linked(fate, luck)
    came_back = same_as >= 0
    for known in (issue, customer):
        known[came_back] = known[same_as[came_back]]
    opener = np.where(channel == PHONE, BY_AGENT, BY_CUSTOMER)
    opener[(luck.random(count) < 0.02) & (channel == 1)] = BY_SYSTEM
    team, schedule = _placed(clock, slot, issue, channel, luck)
    return Tickets(
        at=at,
        day=clock.day[slot],
        weekday=clock.weekday[slot],
        hour=clock.hour[slot],
        channel=channel,
        priority=luck.choice(len(PRIORITIES), count, p=_PRIORITY_SHARES),
        opener=opener,
        fate=fate,
        issue=issue,
        customer=customer,
        same_as=np.where(fate == MERGED, same_as, -1),
        team=team,
        schedule=schedule,
    )


def _channel(is_open: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Chats and calls reach nobody when the office is closed; people write instead."""
    drawn = luck.choice(len(CHANNELS), is_open.size, p=_CHANNEL_SHARES)
    return np.where(((drawn == CHAT) | (drawn == PHONE)) & ~is_open, EMAIL, drawn)


def _linked(fate: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Return the recent ticket that each merged or returning one repeats, else -1.

    A merged ticket whose twin is no ticket of its own is worked on after all.
    """
    count = fate.size
    place = np.arange(count)
    is_merged = fate == MERGED
    back = np.where(
        is_merged, luck.integers(1, 40, count), luck.integers(90, 700, count)
    )
    same_as = np.maximum(place - back, 0)
    returns = (luck.random(count) < _RETURNING) & (fate == WORKED_ON)
    is_sound = (fate[same_as] == WORKED_ON) & (place > same_as)
    linked = (is_merged | returns) & is_sound
    linked &= ~linked[same_as]
    fate[is_merged & ~linked] = WORKED_ON
    return np.where(linked, same_as, -1)


def _placed(
    clock: Clock,
    slot: np.ndarray,
    issue: np.ndarray,
    channel: np.ndarray,
    luck: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the team that gets each ticket first, and its schedule."""
    teams = np.array([team_number(name) for name in issues.column("team")])
    team = teams[issue]
    at_night = clock.is_open(slot, 1) & ~clock.is_open(slot, 0) & (channel != CHAT)
    at_night &= luck.random(slot.size) < _NIGHT_TAKEN
    team[at_night] = team_number("Night desk")
    is_vendors = story.is_vendors(clock.day[slot])
    team[~is_vendors] = team_number("Support")
    return team, (at_night & is_vendors).astype("int64")
