"""The demo helpdesk's files as frames, read once, and how tests look at them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pandas as pd

from kpi_kit.sources import demo

ZONE = "America/New_York"
GO_LIVE, LAST_DAY = date(2026, 3, 16), date(2026, 11, 15)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
CLOSING = (date(2026, 7, 13), date(2026, 8, 10))
RETURNS = (date(2026, 8, 24), date(2026, 9, 21))


@cache
def rows(table, location="20000"):
    """Return a table of the demo as it is without a word about seeds."""
    return pd.read_parquet(demo.folder_of(location) / f"{table}.parquet")


def local_day(at):
    """Return the day in New York of each instant."""
    return at.dt.tz_convert(ZONE).dt.date


def monday_of(at):
    """Return the Monday of each instant's week in New York."""
    day = at.dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    return (day - pd.to_timedelta(day.dt.day_of_week, unit="D")).dt.date


def within(days, span):
    """Say for each day whether it is one of a span's."""
    return (days >= span[0]) & (days < span[1])


def solves():
    """Return every solve: ticket, instant, who solved or held it, which in turn."""
    changes = rows("events").sort_values("event_id", key=lambda ids: ids.astype(int))
    is_holder = changes["field"] == "agent"
    held = changes["new_value"].where(is_holder).groupby(changes["ticket_id"]).ffill()
    is_solve = (changes["field"] == "status") & (changes["new_value"] == "solved")
    found = changes[is_solve]
    by_agent = found["actor_id"].where(found["actor_role"] == "agent")
    return pd.DataFrame(
        {
            "ticket_id": found["ticket_id"],
            "solved_at": found["occurred_at"],
            "agent_id": by_agent.fillna(held[is_solve]),
            "number": found.groupby("ticket_id").cumcount(),
        }
    )


def last_solved():
    """Return the last solve of each ticket that is still solved, by ticket."""
    last = solves().groupby("ticket_id")["solved_at"].max()
    status = rows("tickets").set_index("ticket_id")["status"]
    return last[status.reindex(last.index).isin(["solved", "closed"])]


def first_replies():
    """Return when each ticket was first replied to by hand, not counting call notes."""
    said = rows("messages").merge(rows("tickets")[["ticket_id", "created_at"]])
    by_hand = said.query("author_role == 'agent' and is_public and not is_automatic")
    replies = by_hand[by_hand["sent_at"] > by_hand["created_at"]]
    return replies.groupby("ticket_id")["sent_at"].min()


def handed_on():
    """Return the tickets that went from one agent to another."""
    changes = rows("events").query("field == 'agent' and old_value.notna()")
    return set(changes["ticket_id"])
