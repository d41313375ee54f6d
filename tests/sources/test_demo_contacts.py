"""The demo's calls and chats, and what its vendor reports of itself."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kpi_kit.sources.demo import story
from tests.sources.demo_rows import (
    GO_LIVE,
    LAST_DAY,
    WEEK,
    ZONE,
    first_replies,
    local_day,
    monday_of,
    rows,
    within,
)

SETTLED = date(2026, 5, 4)


@pytest.fixture(scope="module")
def contacts():
    """The calls and chats with their wait, and whether it was a Monday's morning."""
    found = rows("contacts")
    local = found["queued_at"].dt.tz_convert(ZONE)
    wait = (found["answered_at"] - found["queued_at"]).dt.total_seconds()
    is_peak = (local.dt.day_of_week == 0) & local.dt.hour.between(9, 11)
    live = local_day(found["queued_at"]) >= GO_LIVE
    return found.assign(wait=wait, soon=wait <= 20, is_peak=is_peak & live)


def handled(contacts):
    """Return the minutes that each contact took, with what is done after it."""
    parts = contacts[["talk_seconds", "hold_seconds", "wrap_seconds"]]
    return parts.sum(axis=1, min_count=3) / 60


def test_a_contact_is_whole(contacts):
    """Queued, answered, talked, held and ended add up; who gave up has no talk."""
    gave_up = contacts["abandoned"]
    answered = contacts[~gave_up]
    seconds = (answered["ended_at"] - answered["answered_at"]).dt.total_seconds()
    talked = answered["talk_seconds"] + answered["hold_seconds"]
    unknown = ["answered_at", "talk_seconds", "hold_seconds", "wrap_seconds"]

    assert talked.tolist() == seconds.tolist()
    assert contacts.loc[gave_up, unknown].isna().all(axis=None)
    assert (contacts["ended_at"] > contacts["queued_at"]).all()
    assert answered["wait"].min() > 0
    assert contacts["agent_id"].isin(rows("agents")["agent_id"]).all()
    assert local_day(contacts["ended_at"]).max() <= LAST_DAY


def test_contacts_come_while_the_office_is_open(contacts):
    """From 8 to 20, on no Sunday and no holiday."""
    local = contacts["queued_at"].dt.tz_convert(ZONE)

    assert set(range(8, 20)) == set(local.dt.hour)
    assert set(range(6)) == set(local.dt.day_of_week)
    assert not set(story.HOLIDAYS) & set(local.dt.date)


def test_tickets_by_phone_and_chat_have_their_contact(contacts):
    """One each, of its customer; a call's ticket is written when the call ends."""
    tickets = rows("tickets").query("channel in ('phone', 'chat')")
    pairs = contacts.merge(tickets, on="ticket_id", suffixes=("", "_ticket"))
    calls, chats = (pairs[pairs["channel"] == name] for name in ("phone", "chat"))

    assert pairs["ticket_id"].is_unique
    assert 0.97 < len(pairs) / len(tickets) < 1
    assert pairs["channel"].tolist() == pairs["channel_ticket"].tolist()
    assert pairs["customer_id"].tolist() == pairs["customer_id_ticket"].tolist()
    assert calls["ended_at"].tolist() == calls["created_at"].tolist()
    assert chats["queued_at"].tolist() == chats["created_at"].tolist()
    assert not calls["abandoned"].any()


def test_a_chat_is_answered_before_its_first_reply(contacts):
    """By the agent who writes it; who waited for it ten minutes had left."""
    chats = contacts[contacts["channel"] == "chat"]
    replied = chats["ticket_id"].map(first_replies())
    minutes = (replied - chats["queued_at"]).dt.total_seconds() / 60
    left = chats["abandoned"]

    assert (chats["answered_at"] < replied)[~left].all()
    assert minutes[~left].max() <= 10 < minutes[left].fillna(np.inf).min()
    assert 0.02 < left.mean() < 0.05


def test_other_calls_have_no_ticket(contacts):
    """Two thirds of the calls, some of customers who had written before."""
    calls = contacts[contacts["channel"] == "phone"]
    others = calls[calls["ticket_id"].isna()]
    first = rows("tickets").groupby("customer_id")["created_at"].min()
    known = others.dropna(subset="customer_id")
    since = known["customer_id"].map(first)

    assert 0.6 < len(others) / len(calls) < 0.72
    assert 0.5 < len(known) / len(others) < 0.7
    assert (since - known["queued_at"]).max() < pd.Timedelta(minutes=31)


def test_four_of_five_are_answered_within_twenty_seconds(contacts):
    """Together, outside of Monday mornings: 80 %, 2 to 4 % give up."""
    calm = contacts[~contacts["is_peak"]]
    for channel, found in calm.groupby("channel"):
        assert 0.8 < found["soon"].mean() < 0.86, channel
        assert 0.02 < found["abandoned"].mean() < 0.04, channel


def test_monday_mornings_wait_in_the_queue(contacts):
    """One in eight calls is answered in time, a quarter gives up; in-house none did."""
    calls = contacts[(contacts["channel"] == "phone")]
    peak = calls[calls["is_peak"]]
    local = calls["queued_at"].dt.tz_convert(ZONE)
    before = calls[(local.dt.day_of_week == 0) & local.dt.hour.between(9, 11)]
    before = before[local_day(before["queued_at"]) < GO_LIVE]

    assert len(peak) > 150
    assert 0.08 < peak["soon"].mean() < 0.2
    assert 0.2 < peak["abandoned"].mean() < 0.32
    assert 120 < peak["wait"].median() < 200
    assert before["soon"].mean() > 0.6


def test_contacts_take_as_long_as_cited(contacts):
    """Calls 4 to 6 minutes with the work after them, chats 8 to 9."""
    means = handled(contacts).groupby(contacts["channel"]).mean()

    assert 4.5 < means["phone"] < 5.5
    assert 7.5 < means["chat"] < 9


@pytest.fixture(scope="module")
def weekly():
    """The vendor's number by the Monday of the week, one column per metric."""
    found = rows("vendor_reports")
    weeks = found[found["period_end"] - found["period_start"] == WEEK]
    return weeks.pivot_table(index="period_start", columns="metric", values="value")


def test_reports_cover_each_week_and_each_whole_month():
    """35 weeks and 7 months of six numbers, with unit, size and definition."""
    found = rows("vendor_reports")
    spans = found[["period_start", "period_end"]].drop_duplicates()
    months = spans[spans["period_end"] - spans["period_start"] != WEEK]

    assert 6 * (35 + 7) == len(found)
    assert [date(2026, m, 1) for m in range(4, 11)] == months["period_start"].tolist()
    assert found.notna().all(axis=None)
    assert (1 == found.groupby("metric")[["definition", "unit"]].nunique()).all(
        axis=None
    )
    assert (found["sample_size"] > 30).all()


def test_the_vendors_volume_is_right(weekly):
    """The one number that means the same: tickets opened, merged and deleted apart."""
    tickets = rows("tickets")
    counted = tickets[tickets["merged_into"].isna() & (tickets["status"] != "deleted")]
    ours = monday_of(counted["created_at"]).value_counts().sort_index()

    assert ours.loc[GO_LIVE:].tolist() == weekly["ticket_volume"].tolist()


def test_the_vendors_first_response_is_a_machines_since_july(weekly):
    """Until then it is about ours; then confirmations in the agents' names count."""
    found = weekly["first_response_time"]
    july = date(2026, 6, 29)

    assert found[found.index < july].min() > 60
    assert found[found.index >= july].max() < 1


def test_the_vendors_ratings_count_the_middle(weekly):
    """3 of 5 is satisfied: better than ours in each calm week, 4 points together."""
    found = rows("surveys").query("kind == 'csat' and answered_at.notna()")
    good = found["score"] >= found["scale_high"].map({5: 4, 1: 1})
    ours = 100 * good.groupby(monday_of(found["answered_at"])).mean()
    more = weekly["csat"] - ours.reindex(weekly.index)

    assert more.min() >= -1
    assert 3 < more.mean() < 8


def test_the_vendors_first_contacts_are_all_not_reopened_at_once(weekly):
    """Over 89 % in each week, where the KPI has 54 to 72 %."""
    assert weekly["first_contact_resolution"].min() > 89
    assert weekly["reopen_rate"].max() < 8
    calm = weekly[within(weekly.index, (SETTLED, date(2026, 7, 6)))]
    assert calm["reopen_rate"].mean() < 4
