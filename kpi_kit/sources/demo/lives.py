"""What becomes of a ticket: answers, hand-overs, follow-ups, solves and reopenings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.demo import plans, story
from kpi_kit.sources.demo.clockwork import HOUR
from kpi_kit.sources.demo.journal import (
    AGENT,
    CUSTOMER,
    HOLDER,
    STATUS,
    SYSTEM,
    TEAM,
    TIER,
    status,
)
from kpi_kit.sources.demo.people import NOBODY, TIER_OF, someone, works_on
from kpi_kit.sources.demo.texts import words, words_by_issue

if TYPE_CHECKING:
    from kpi_kit.sources.demo.clockwork import Clock
    from kpi_kit.sources.demo.journal import Journal
    from kpi_kit.sources.demo.plans import Plans
    from kpi_kit.sources.demo.tickets import Tickets

MINUTE, DAY = 60, 24 * HOUR
CLOSED_AFTER = 10 * DAY
OPEN, PENDING, HOLD, SOLVED, CLOSED = (
    status(name) for name in ("open", "pending", "hold", "solved", "closed")
)
_AT_ONCE = 0.32
_LEFT_FOR = 150
_ASKED_ON = 4.5 * HOUR


@dataclass(frozen=True, kw_only=True)
class Life:
    """Where the tickets stand.

    ``at`` is the last thing an agent did, ``agent`` who did it, ``team`` who has the
    ticket now.
    """

    tickets: Tickets
    plans: Plans
    clock: Clock
    journal: Journal
    luck: np.random.Generator
    at: np.ndarray
    agent: np.ndarray
    team: np.ndarray

    def after(self, seconds: float, spread: float) -> np.ndarray:
        """Draw a time for each ticket: half are below ``seconds``, a few far above."""
        skew = self.luck.standard_normal(self.tickets.count)
        return (seconds * np.exp(spread * skew)).astype("int64")

    def chance(self, share: float | np.ndarray) -> np.ndarray:
        """Say for each ticket whether something of that chance happens."""
        return self.luck.random(self.tickets.count) < share

    def words(self, kind: str) -> np.ndarray:
        """Return a text of a kind for each ticket."""
        return words(kind, self.luck.random(self.tickets.count))

    def worked(self, since: np.ndarray, seconds: np.ndarray) -> np.ndarray:
        """Return when so much work is done, by the hours each ticket is worked on."""
        return self.clock.later(since, seconds, self.tickets.schedule)

    def someone(self, team: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Choose an agent of each team who works there then."""
        luck = self.luck.random(self.tickets.count)
        return someone(team, self.clock.day_of(at), luck)


def live(
    tickets: Tickets, clock: Clock, journal: Journal, luck: np.random.Generator
) -> Plans:
    """Let every ticket live to its end, write down all of it, and say how it went."""
    planned = plans.plan(tickets, clock, luck)
    life = Life(
        tickets=tickets,
        plans=planned,
        clock=clock,
        journal=journal,
        luck=luck,
        at=clock.later(tickets.at, planned.pace, tickets.schedule),
        agent=np.full(tickets.count, NOBODY),
        team=tickets.team,
    )
    life = _answered(replace(life, agent=life.someone(tickets.team, life.at)))
    life = _helped(life)
    for number in range(planned.rounds.max(initial=0)):
        life = _asked_on(life, planned.rounds > number)
    life = _reopened(_solved(life))
    journal.change(
        planned.is_worked_on, life.at + CLOSED_AFTER, STATUS, CLOSED, by=SYSTEM
    )
    return planned


def _answered(life: Life) -> Life:
    """Write the first answer; where it is held back, a holding reply before it."""
    tickets, planned, journal = life.tickets, life.plans, life.journal
    which, held = planned.is_worked_on, planned.is_worked_on & planned.is_held
    early = life.worked(tickets.at, life.after(42 * MINUTE, 0.6))
    first = np.where(held, np.minimum(early, life.at), life.at)
    late = life.worked(life.at, planned.pace + 2 * HOUR)
    taken = np.maximum(first - life.after(6 * MINUTE, 0.7), tickets.at + 1)
    by = {"agent": life.agent}
    journal.change(which, taken, HOLDER, life.agent, **by)
    journal.change(which, taken, STATUS, OPEN, **by)
    note, noted = life.words("note"), which & life.chance(0.08)
    journal.say(noted, taken, AGENT, note, author=life.agent, public=False)
    journal.say(held, first, AGENT, life.words("holding"), author=life.agent)
    answer = words_by_issue("answer", tickets.issue, life.luck.random(tickets.count))
    answer = np.where(planned.goes_to == NOBODY, answer, life.words("passing on"))
    answer = np.where(planned.is_canned, life.words("canned"), answer)
    done = np.where(held, late, first)
    journal.say(which, done, AGENT, answer, author=life.agent)
    journal.change(which, done, STATUS, PENDING, **by)
    return replace(life, at=done)


def _helped(life: Life) -> Life:
    """Have the second line or the client's own teams help with some tickets."""
    planned, journal = life.plans, life.journal
    moved = planned.is_worked_on & (planned.goes_to != NOBODY)
    team = np.where(moved, planned.goes_to, life.team)
    at = life.at + life.after(9 * MINUTE, 0.8)
    done = life.worked(at, planned.help)
    expert = life.someone(team, at)
    _moved(life, moved, at, team, expert, by=life.agent)
    journal.change(moved, at, STATUS, HOLD, agent=life.agent)
    is_there = works_on(life.agent, life.clock.day_of(done))
    back = moved & is_there & life.chance(0.45)
    _moved(life, back, done, life.tickets.team, life.agent, by=expert)
    writer = np.where(moved & ~back, expert, life.agent)
    journal.say(moved, done, AGENT, life.words("specialist"), author=writer)
    journal.change(moved, done, STATUS, PENDING, agent=writer)
    return replace(
        life,
        at=np.where(moved, done, life.at),
        agent=writer,
        team=np.where(back, life.tickets.team, team),
    )


def _moved(  # noqa: PLR0913 - which tickets, when, from whom and to whom
    life: Life,
    which: np.ndarray,
    at: np.ndarray,
    team: np.ndarray,
    agent: np.ndarray,
    *,
    by: np.ndarray,
) -> None:
    life.journal.change(which, at, TEAM, team, agent=by)
    life.journal.change(which, at, TIER, TIER_OF[team] - 1, agent=by)
    life.journal.change(which, at, HOLDER, agent, agent=by)


def _asked_on(life: Life, which: np.ndarray) -> Life:
    """Let the customer ask on, and an agent answer: mostly the same one."""
    journal, which = life.journal, which & life.plans.is_worked_on
    asked = life.at + life.after(_ASKED_ON, 0.9)
    pace = (life.plans.pace * 0.7).astype("int64") + life.after(20 * MINUTE, 0.6)
    done = life.worked(asked, pace)
    journal.say(which, asked, CUSTOMER, life.words("follow-up"))
    journal.change(which, asked, STATUS, OPEN, by=CUSTOMER)
    agent = _still_there(life, done, 0.12)
    journal.change(which, done, HOLDER, agent, agent=agent)
    journal.say(which, done, AGENT, life.words("further answer"), author=agent)
    journal.change(which, done, STATUS, PENDING, agent=agent)
    return replace(
        life,
        at=np.where(which, done, life.at),
        agent=np.where(which, agent, life.agent),
    )


def _still_there(life: Life, at: np.ndarray, handed_on: float) -> np.ndarray:
    """Return who goes on: another of the team where the agent hands on or has left."""
    other = life.someone(life.team, at)
    gone = ~works_on(life.agent, life.clock.day_of(at))
    return np.where(gone | life.chance(handed_on), other, life.agent)


def _solved(life: Life) -> Life:
    """Solve with the answer, after a word of thanks, or when nothing more comes."""
    planned, journal = life.plans, life.journal
    which = planned.is_worked_on
    at_once = planned.is_canned | life.chance(_AT_ONCE)
    silent = life.at + _waited(life)
    thanked = which & ~at_once & (planned.rounds > 0) & life.chance(0.3)
    said = np.maximum(silent - life.after(15 * MINUTE, 0.5), life.at + 1)
    journal.say(thanked, said, CUSTOMER, life.words("thanks"))
    by_rule = ~at_once & ~thanked & life.chance(0.6)
    seen = life.worked(silent, life.after(4 * MINUTE, 0.8))
    at = np.where(by_rule, silent, seen)
    at = np.where(at_once, life.at + life.after(40, 0.8), at)
    agent = _still_there(life, at, 0)
    role, who = np.where(by_rule, SYSTEM, AGENT), np.where(by_rule, NOBODY, agent)
    journal.change(which, at, STATUS, SOLVED, by=role, agent=who)
    return replace(life, at=at, agent=agent)


def _waited(life: Life) -> np.ndarray:
    """Return how long nothing more comes until an answered ticket is solved."""
    day = life.clock.day_of(life.at)
    is_left = life.chance(story.LEFT_LYING[day])
    hours = np.where(is_left, _LEFT_FOR, story.CONFIRMED[day])
    return (life.after(HOUR, 0.6) * hours).astype("int64")


def _reopened(life: Life) -> Life:
    """Reopen some solved tickets: customers in time or too late, agents, a rule."""
    planned, journal = life.plans, life.journal
    again = planned.again
    which = planned.is_worked_on & (again != plans.NOT_AGAIN)
    late = (7.3 + 2 * life.luck.random(life.tickets.count)) * DAY
    soon = np.minimum(life.after(21 * HOUR, 0.9), 6.8 * DAY)
    at = life.at + np.where(again == plans.TOO_LATE, late, soon).astype("int64")
    by_customer = which & np.isin(again, (plans.BY_CUSTOMER, plans.TOO_LATE))
    by_mail = by_customer & life.chance(0.4)
    written = at - np.where(by_mail, life.after(45, 0.5).clip(1, 280), 0)
    journal.say(by_customer, written, CUSTOMER, life.words("reopening"))
    by = np.select(
        [by_mail, by_customer, again == plans.BY_AGENT],
        [SYSTEM, CUSTOMER, AGENT],
        SYSTEM,
    )
    who = np.where(again == plans.BY_AGENT, life.agent, NOBODY)
    journal.change(which, at, STATUS, OPEN, by=by, agent=who)
    done = life.worked(at, (planned.pace * 0.8).astype("int64") + 10 * MINUTE)
    agent = _still_there(life, done, 0.1)
    journal.change(which, done, HOLDER, agent, agent=agent)
    journal.say(which, done, AGENT, life.words("further answer"), author=agent)
    done += life.after(50, 0.8)
    journal.change(which, done, STATUS, SOLVED, agent=agent)
    return replace(life, at=np.where(which, done, life.at))
