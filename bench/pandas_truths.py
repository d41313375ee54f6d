"""The pandas side's durations and truths per ticket."""

from __future__ import annotations

from enum import Enum

import numpy as np
import pandas as pd

from bench.generate import FIRST, LAST, TIME_ZONE
from bench.office import business_position, local_day, opening_hours

WEEK = 7 * 86400


class Way(Enum):
    """How far the code leaves pandas for speed."""

    PANDAS = "pandas"
    ARROW = "arrow"


def judged(tickets: pd.DataFrame, way: Way) -> pd.DataFrame:
    """Return the facts that the KPIs count, from what happened to each ticket.

    Returns
    -------
    pd.DataFrame
        A truth has ``knows_`` beside it, which says whether the ticket counts.
    """
    solved = tickets.first_solved_at
    mature = solved <= LAST - WEEK
    again = tickets.reopened_at <= solved + WEEK
    asked = ~tickets.is_agent_opened
    answered = tickets.first_reply_at.notna()
    fcr = ~(tickets.customer_at > tickets.first_reply_at) & ~again
    counted = asked & answered & mature
    repeated = np.zeros(len(tickets), dtype=bool)
    find = _repeated_asof if way is Way.PANDAS else _repeated_sorted
    repeated[counted & fcr] = find(tickets, counted & fcr)
    lowest = tickets.first_tier == tickets.first_tier.min()
    facts = tickets[["channel", "issue_type"]].copy()
    _durations(facts, tickets, asked)
    for name, truth, known in (
        ("reopened_within_7_days", again, mature),
        ("is_no_follow_up", fcr, counted),
        ("is_one_touch", fcr & tickets.one_agent, counted),
        ("is_one_reply", fcr & (tickets.reply_count == 1), counted),
        ("is_no_repeat", fcr & ~repeated, counted),
        ("is_escalated", tickets.rose, lowest),
        ("is_escalated_to_client", tickets.went_to_client, tickets.was_with_vendor),
        ("is_transferred", tickets.is_transferred, tickets.was_assigned),
    ):
        facts[name], facts[f"knows_{name}"] = truth & known, known
    facts["is_unanswered"] = asked & ~answered
    return facts


def _repeated_asof(tickets: pd.DataFrame, judged: pd.Series) -> np.ndarray:
    about = ["customer", "issue_type"]
    opened = tickets[[*about, "created_at"]].sort_values("created_at")
    opened["following"] = opened.created_at
    solved = tickets.loc[judged, [*about, "first_solved_at"]].astype(
        {"first_solved_at": "int64"}
    )
    found = pd.merge_asof(
        solved.sort_values("first_solved_at").reset_index(names="ticket"),
        opened,
        left_on="first_solved_at",
        right_on="created_at",
        by=about,
        tolerance=WEEK,
        allow_exact_matches=False,
        direction="forward",
    )
    return found.set_index("ticket").following.notna().reindex(solved.index)


def _repeated_sorted(tickets: pd.DataFrame, judged: pd.Series) -> np.ndarray:
    about = tickets.customer.to_numpy(np.int64) * 64
    about = (about + tickets.issue_type.cat.codes.to_numpy()) << 28
    opened = np.sort(about + (tickets.created_at - FIRST).to_numpy())
    solved = (tickets.first_solved_at[judged] - FIRST).to_numpy(np.int64)
    solved += about[judged]
    place = np.searchsorted(opened, solved, side="right")
    following = opened[np.minimum(place, len(opened) - 1)]
    return (following > solved) & (following <= solved + WEEK)


def _durations(facts: pd.DataFrame, tickets: pd.DataFrame, asked: pd.Series) -> None:
    hours = opening_hours(FIRST, LAST, TIME_ZONE)
    instants = {
        "first_response": tickets.first_reply_at.where(asked),
        "first_resolution": tickets.first_solved_at,
        "resolution": tickets.last_solved_at.mask(tickets.is_open),
    }
    created = tickets.created_at.to_numpy(float)
    opened = business_position(created, hours)
    for name, instant in instants.items():
        at = instant.to_numpy(float)
        facts[f"{name}_business_seconds"] = business_position(at, hours) - opened
        facts[f"{name}_calendar_seconds"] = at - created
    facts["created_on"] = local_day(created, hours)
    for name in ("first_solved", "last_solved", "first_done"):
        facts[f"{name}_on"] = local_day(tickets[f"{name}_at"].to_numpy(float), hours)
