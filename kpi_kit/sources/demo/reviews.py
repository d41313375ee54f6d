"""Quality reviews of the demo's tickets: random samples, rules kept, calibrations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from kpi_kit.periods import midnight
from kpi_kit.sources.demo import arrow, story
from kpi_kit.sources.demo.clockwork import BEGIN, END, HOUR
from kpi_kit.sources.demo.issues import ISSUES
from kpi_kit.sources.demo.people import AGENTS, FRONT, TEAM_OF, team_number

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past

SIDES = ("client", "vendor")
CLIENT, VENDOR = range(2)
CRITERIA = {
    "Right solution": (10, 0.35),
    "Process followed": (5, 0.25),
    "Tone": (5, 0.15),
    "Brand voice": (5, 0.15),
    "Grammar and spelling": (5, 0.10),
}
"""Points possible for each, and its weight."""

RULES = {
    "Identity verified": ("Login and account", "Payment", "Sign-in after release 4.2"),
    "Refund terms stated": ("Returns and refunds", "Gift cards"),
}
"""Rules that always hold, and for which issue types."""

# Tickets of each week that the client, the vendor and both together look at.
_SIZES = (20, 15, 8)
_FIRST_REVIEW, _SESSION = 7_700_412, "calibration"
_REVIEWERS = (AGENTS[0].agent_id, "4190014")
_DAY = 24 * HOUR
_KINDER, _TICKETS_DIFFER, _RATERS_DIFFER = 0.045, 0.05, 0.07
_CANNED = np.array([-0.28, -0.2, -0.08, 0.0, 0.0])
_CURT = np.array([0.04, 0.0, -0.4, -0.15, 0.0])


class _Reviews(NamedTuple):
    """One array per property, by time; ``solve`` is the place of the one reviewed."""

    solve: np.ndarray
    at: np.ndarray
    side: np.ndarray
    session: np.ndarray


def qa_scores(past: Past, luck: np.random.Generator) -> pa.Table:
    """Write every criterion of every review, and the rules checked in some."""
    made = _reviews(past, luck)
    score = _scores(past, made, luck)
    review, criterion = np.indices(score.shape).reshape(2, -1)
    checked, rule = _checked(past, made)
    kept = np.ones(checked.size, dtype="int64")
    for day in story.BREACHES:
        later = made.at[checked] >= midnight(day, story.ZONE)
        kept[np.flatnonzero(later)[:1]] = 0
    points, weights = np.array([*CRITERIA.values()]).T
    is_rule = np.repeat([False, True], [review.size, checked.size])
    rows = {
        "review": np.append(review, checked),
        "criterion": np.append(criterion, len(CRITERIA) + rule),
        "score": np.append(score, kept),
        "max_score": np.append(points[criterion].astype("int64"), np.ones_like(kept)),
        "weight": np.append(weights[criterion], np.full(kept.size, np.nan)),
        "kind": is_rule.astype("int64"),
    }
    order = np.argsort(rows["review"], kind="stable")
    return _written(past, made, {name: row[order] for name, row in rows.items()})


def _reviews(past: Past, luck: np.random.Generator) -> _Reviews:
    """Choose the tickets of each week at random, and review them in the next."""
    solves = past.solves
    able = np.isin(TEAM_OF[solves.agent], FRONT) & (solves.number == 0)
    able = np.flatnonzero(able)
    day = past.clock.day_of(solves.at[able])
    week = (day + story.FIRST_DAY.weekday()) // 7
    order = np.lexsort((luck.random(able.size), week))
    able, week, day = able[order], week[order], day[order]
    is_vendors = TEAM_OF[solves.agent[able]] != team_number("Support")
    is_vendors &= story.is_vendors(day)
    place = np.arange(able.size) - np.searchsorted(week, week)
    part = np.searchsorted(np.cumsum(_SIZES), place, "right")
    chosen = [(0, CLIENT), (1, VENDOR), (2, CLIENT), (2, VENDOR)]
    which = [np.flatnonzero((part == p) & (is_vendors | (p == 0))) for p, _ in chosen]
    side = np.repeat([side for _, side in chosen], [each.size for each in which])
    which = np.concatenate(which)
    session = np.where(part[which] == 2, week[which], -1)
    at = _when(week[which], place[which], session >= 0, luck)
    order = np.lexsort((side, at))
    order = order[at[order] < END]
    return _Reviews(able[which[order]], at[order], side[order], session[order])


def _when(
    week: np.ndarray,
    place: np.ndarray,
    is_session: np.ndarray,
    luck: np.random.Generator,
) -> np.ndarray:
    """Return a time from Tuesday to Friday of the next week; sessions on Thursday."""
    monday = BEGIN + (7 * week + 7 - story.FIRST_DAY.weekday()) * _DAY
    anyhow = luck.integers(1, 5, week.size) * _DAY
    anyhow += luck.integers(10 * HOUR, 17 * HOUR, week.size)
    in_session = 3 * _DAY + 11 * HOUR + 240 * (place - sum(_SIZES[:2]))
    return monday + np.where(is_session, in_session, anyhow)


def _scores(past: Past, made: _Reviews, luck: np.random.Generator) -> np.ndarray:
    """Return the points of each review, by criterion; two raters differ little."""
    ticket, agent = past.solves.ticket[made.solve], past.solves.agent[made.solve]
    day = past.clock.day_of(past.solves.at[made.solve])
    level = story.QUALITY[day] + _KINDER * (made.side == VENDOR)
    own = _TICKETS_DIFFER * luck.standard_normal(past.tickets.count)
    part = (level + own[ticket])[:, None]
    names = np.array([agent.name for agent in AGENTS])
    part = part + np.outer(past.plans.is_canned[ticket], _CANNED)
    part += np.outer(names[agent] == story.CURT, _CURT)
    part += _RATERS_DIFFER * luck.standard_normal(part.shape)
    possible = np.array([points for points, _ in CRITERIA.values()])
    return np.rint(possible * part.clip(0, 1)).astype("int64")


def _checked(past: Past, made: _Reviews) -> tuple[np.ndarray, np.ndarray]:
    """Return the reviews in which a rule is checked, and which: the client's own."""
    rule = np.full(len(ISSUES), -1)
    for place, issues in enumerate(RULES.values()):
        rule[[ISSUES.index(name) for name in issues]] = place
    found = rule[past.tickets.issue[past.solves.ticket[made.solve]]]
    own = (found >= 0) & (made.side == CLIENT) & (made.session < 0)
    return np.flatnonzero(own), found[own]


def _written(past: Past, made: _Reviews, rows: dict[str, np.ndarray]) -> pa.Table:
    review = rows["review"]
    solve, side, session = made.solve[review], made.side[review], made.session[review]
    thursdays = [
        story.FIRST_DAY + timedelta(days=7 * week + 5)
        for week in range(session.max(initial=0) + 1)
    ]
    return pa.table(
        {
            "review_id": arrow.ids(_FIRST_REVIEW + review),
            "ticket_id": past.told("ticket_id", past.solves.ticket[solve]),
            "reviewer_side": arrow.chosen(SIDES, side),
            "criterion": arrow.chosen([*CRITERIA, *RULES], rows["criterion"]),
            "score": pa.array(rows["score"]),
            "max_score": pa.array(rows["max_score"]),
            "weight": pa.array(rows["weight"], from_pandas=True),
            "agent_id": arrow.agents(past.solves.agent[solve]),
            "reviewer_id": arrow.chosen(_REVIEWERS, side),
            "reviewed_at": arrow.instants(made.at[review]),
            "kind": arrow.chosen(("quality", "compliance"), rows["kind"]),
            "calibration_id": arrow.chosen(
                [f"calibration-{day}" for day in thursdays], session
            ),
        }
    )
