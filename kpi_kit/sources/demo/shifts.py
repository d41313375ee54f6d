"""The paid days of the demo's agents: work, waiting for it, and all that is neither.

Northwind pays for the hours that its tickets take.  Each agent's are one stretch a day,
from the first work on; the vendor's people work for others too, and see to a ticket at
other hours as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from kpi_kit.sources.demo import arrow, story
from kpi_kit.sources.demo.clockwork import END, HOUR
from kpi_kit.sources.demo.people import FRONT, NOBODY, TEAM_OF, team_number

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past
    from kpi_kit.sources.demo.work import Work

STATES = ("active", "idle", "break", "meeting", "training", "absent")
ACTIVE, IDLE, BREAK, MEETING, TRAINING, ABSENT = range(6)
_MINUTE, _TO_MANILA = 60, 12 * HOUR
# Beside what is on tickets, mail is read and calls are looked up.
_UNLOGGED, _DAY = 1.04, 24 * HOUR
_MEET_FROM, _LUNCH_FROM, _LUNCH_TIME = 10 * _MINUTE, 5 * HOUR, 30 * _MINUTE
_LATE_FROM, _LATE_BY, _IS_LATE, _OVERLOADED = 11, 2 * HOUR, 0.12, 0.85
_TRAINED, _TRAINED_AT_FIRST = 0.3, 0.75
# Each day in ten parts: those of work and of waiting as parts of their sum.
_LATE, _BREAK, _TALK, _LUNCH, _PARTS = 0, 3, 6, 7, 10
_ACTIVE_PARTS = {1: 0.35, 4: 0.3, 8: 0.35}
_IDLE_PARTS = {2: 0.4, 5: 0.3, 9: 0.3}
_BREAKS = 0.55


class _Days(NamedTuple):
    """An agent's day per row: who, which day, from when and which hour on, how much.

    ``room`` is what there is until the agent's next day begins.
    """

    agent: np.ndarray
    day: np.ndarray
    begin: np.ndarray
    room: np.ndarray
    hour: np.ndarray
    active: np.ndarray


def agent_states(
    past: Past, worked: tuple[Work, ...], luck: np.random.Generator
) -> pa.Table:
    """Write the stretches of every agent's paid days."""
    days = _days(past, worked)
    lengths, states = _parts(days, luck)
    ends = (days.begin - lengths[:, _LATE])[:, None] + np.cumsum(lengths, axis=1)
    starts = ends - lengths
    is_paid = np.broadcast_to(np.arange(_PARTS) != _LUNCH, lengths.shape)
    who = np.broadcast_to(days.agent[:, None], lengths.shape)
    is_known = (lengths > 0) & (ends <= END)
    columns = [each[is_known] for each in (who, starts, ends, states, is_paid)]
    order = np.lexsort(columns[:2])
    agent, start, end, state, paid = (each[order] for each in columns)
    return pa.table(
        {
            "agent_id": arrow.agents(agent),
            "started_at": arrow.instants(start),
            "ended_at": arrow.instants(end),
            "state": arrow.chosen(STATES, state),
            "paid": pa.array(paid),
        }
    )


def _days(past: Past, worked: tuple[Work, ...]) -> _Days:
    at = np.concatenate([each.at for each in worked])
    agent = np.concatenate([each.agent for each in worked])
    seconds = np.concatenate([each.seconds for each in worked])
    order = np.argsort(at, kind="stable")
    order = order[np.isin(TEAM_OF[agent[order]], FRONT)]
    at, agent, seconds = at[order], agent[order], seconds[order]
    # The night desk's day is Manila's: its evening in New York belongs to the next.
    shift = _TO_MANILA * (TEAM_OF[agent] == team_number("Night desk"))
    day = past.clock.day_of(at + shift)
    _, which, place = np.unique(
        agent * len(past.clock.day) + day, return_index=True, return_inverse=True
    )
    begin = at[which] // (5 * _MINUTE) * (5 * _MINUTE)
    following = np.append(begin[1:], END)
    goes_on = np.append(agent[which[1:]], NOBODY) == agent[which]
    return _Days(
        agent=agent[which],
        day=day[which],
        begin=begin,
        room=np.where(goes_on, following - begin, _DAY) - _LATE_BY - _LUNCH_TIME,
        hour=past.clock.hour[past.clock.slot(begin + shift[which])],
        active=np.bincount(place, seconds) * _UNLOGGED + _MINUTE,
    )


def _parts(days: _Days, luck: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the seconds of each part of each day, and the state of each."""
    share, away_share = _shares(days, luck)
    paid = np.minimum(days.active / share, np.maximum(days.room, 0))
    active, away = share * paid, away_share * paid
    lengths = np.zeros((paid.size, _PARTS))
    for part, of in _ACTIVE_PARTS.items():
        lengths[:, part] = of * active
    for part, of in _IDLE_PARTS.items():
        lengths[:, part] = of * (paid - active - away)
    lengths[:, _BREAK] = away * np.where(away > _MEET_FROM, _BREAKS, 1)
    lengths[:, _TALK] = away - lengths[:, _BREAK]
    lengths[:, _LUNCH] = _LUNCH_TIME * (paid > _LUNCH_FROM)
    is_late = (days.hour >= _LATE_FROM) & (luck.random(paid.size) < _IS_LATE)
    is_late &= share < _OVERLOADED
    lengths[:, _LATE] = np.minimum(0.7 * paid, _LATE_BY) * is_late
    return np.rint(lengths).astype("int64"), _states(days, luck)


def _states(days: _Days, luck: np.random.Generator) -> np.ndarray:
    states = np.empty((days.agent.size, _PARTS), dtype="int64")
    states[:, [*_ACTIVE_PARTS]], states[:, [*_IDLE_PARTS]] = ACTIVE, IDLE
    states[:, [_BREAK, _LUNCH]], states[:, _LATE] = BREAK, ABSENT
    is_new = story.is_vendors(days.day) & (days.day < story.number(story.SETTLED))
    share = np.where(is_new, _TRAINED_AT_FIRST, _TRAINED)
    is_trained = luck.random(share.size) < share
    states[:, _TALK] = np.where(is_trained, TRAINING, MEETING)
    return states


def _shares(days: _Days, luck: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of the paid time that are work, and that are neither."""
    team = TEAM_OF[days.agent]
    share = story.UTILIZATION[days.day] + 0.0
    away = story.SHRINKAGE[days.day] + 0.0
    share[team == team_number("Night desk")] = story.UTILIZATION_AT_NIGHT
    is_short = story.RETURNS_SHORT.holds(days.day) & (
        team == team_number("Returns desk")
    )
    share[is_short], away[is_short] = story.UTILIZATION_WHEN_SHORT, 0.06
    share *= luck.uniform(0.96, 1.04, share.size)
    away *= luck.uniform(0.8, 1.2, share.size)
    return share, np.minimum(away, 1 - share)
