"""What the demo's customers say of it, and how much of it fits what happened."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi_kit.sources.demo import promoters, story
from tests.sources.demo_rows import (
    CLOSING,
    DAY,
    GO_LIVE,
    LAST_DAY,
    first_replies,
    handed_on,
    last_solved,
    local_day,
    monday_of,
    rows,
    solves,
    within,
)

SETTLED = date(2026, 5, 4)
TIRED = (date(2026, 6, 1), date(2026, 7, 1))
WORN = (date(2026, 10, 23), LAST_DAY + DAY)


def asked(kind):
    """Return the surveys of a kind."""
    found = rows("surveys")
    return found[found["kind"] == kind]


@pytest.fixture(scope="module")
def csat():
    """Each rating asked for with its ticket, who solved it, and whether it is good."""
    found = asked("csat").merge(rows("tickets"), on="ticket_id")
    solver = solves().groupby("ticket_id")["agent_id"].last()
    agents = rows("agents").set_index("agent_id")
    who = found["ticket_id"].map(solver)
    least = found["scale_high"].map({5: 4, 1: 1})
    return found.assign(
        name=who.map(agents["name"]),
        desk=who.map(agents["team"]),
        is_good=(found["score"] >= least).where(found["score"].notna()).astype(float),
        day=local_day(
            found["ticket_id"].map(last_solved()).fillna(found["offered_at"])
        ),
    )


def test_a_survey_follows_each_solve_of_a_customer(csat):
    """Within minutes, at most some hours, of a solve that the ticket still had then."""
    sent = rows("surveys").dropna(subset="ticket_id")
    by_time = solves().sort_values("solved_at")
    pairs = pd.merge_asof(
        sent.sort_values("offered_at"),
        by_time,
        left_on="offered_at",
        right_on="solved_at",
        by="ticket_id",
    )
    lag = (pairs["offered_at"] - pairs["solved_at"]).dt.total_seconds() / 60
    opener = csat["opened_by"]

    assert 0.95 < len(sent) / len(by_time) < 1
    assert 20 < lag.median() < 30
    assert 1 <= lag.min() < lag.max() < 60 * 48
    assert 0.9 < (lag < 180).mean() < 1
    assert {"customer", "agent"} == set(opener)
    assert not pairs.duplicated(["ticket_id", "number"]).any()


def test_an_answer_is_whole_and_comes_after_the_question():
    """A score when there is an answer, on its own scale, known by the story's end."""
    found = rows("surveys")
    answered = found.dropna(subset="answered_at")
    silent = found[found["answered_at"].isna()]
    scales = found.groupby("kind")[["scale_low", "scale_high"]].agg(["min", "max"])

    assert (answered["answered_at"] > answered["offered_at"]).all()
    assert local_day(answered["answered_at"]).max() <= LAST_DAY
    assert answered["score"].between(answered.scale_low, answered.scale_high).all()
    assert silent[["score", "comment"]].isna().all(axis=None)
    assert [0, 1, 1, 5] == scales.loc["csat"].tolist()
    assert [1, 1, 7, 7] == scales.loc["ces"].tolist()
    assert [0, 0, 10, 10] == scales.loc["nps"].tolist()


def test_chats_are_rated_by_thumbs(csat):
    """They alone, and some hundreds of them."""
    thumbs = csat[csat["scale_high"] == 1]

    assert {"chat"} == set(thumbs["channel"])
    assert "chat" not in set(csat.loc[csat["scale_high"] == 5, "channel"])
    assert {0, 1} == set(thumbs["score"].dropna())
    assert 200 < thumbs["score"].count() < 400


def test_a_fifth_answers_but_not_in_the_tired_month(csat):
    """15 to 25 % by month, in June under 15 %."""
    month = local_day(csat["offered_at"]).map(lambda day: day.replace(day=1))
    share = csat["score"].notna().groupby(month).mean()
    tired = within(share.index, TIRED)

    assert 1 == tired.sum()
    assert 0.10 < share[tired].item() < 0.13
    assert share[~tired].between(0.15, 0.25).all()


def test_some_answer_weeks_later():
    """A twenty-fifth of all, so that a month's ratings change after its end."""
    answered = asked("csat").dropna(subset="answered_at")
    late = answered["answered_at"] - answered["offered_at"] > pd.Timedelta(weeks=2)

    assert 0.03 < late.mean() < 0.06


def test_calm_weeks_lie_within_the_cited_band(csat):
    """85 to 88 % of outsourced mail together, over 90 % in-house, under 73 % canned."""
    closing = within(csat["day"], CLOSING)
    calm = (csat["day"] >= SETTLED) & ~closing & ~within(csat["day"], WORN)

    assert 0.85 < csat.loc[calm, "is_good"].mean() < 0.88
    assert csat.loc[csat["day"] < GO_LIVE, "is_good"].mean() > 0.9
    assert csat.loc[closing, "is_good"].mean() < 0.73


def test_worn_agents_satisfy_less(csat):
    """The Returns desk from 60 days after its overload on; the others do not change."""
    worn = within(csat["day"], WORN)
    before = within(csat["day"], (date(2026, 8, 10), WORN[0]))
    desk = csat["desk"] == "Returns desk"

    def good(which):
        return csat.loc[which, "is_good"].mean()

    assert good(desk & worn) < good(desk & before) - 0.1
    assert abs(good(~desk & worn) - good(~desk & before)) < 0.04
    assert 60 <= (WORN[0] - story.RETURNS_SHORT.start).days
    assert 90 >= (story.WORN.end - DAY - story.RETURNS_SHORT.end + DAY).days


def test_one_agent_is_curt(csat):
    """Of those with 50 ratings or more nobody else is below three quarters."""
    named = csat.groupby("name")["is_good"].agg(["mean", "count"]).query("count >= 50")

    assert [story.CURT] == named.index[named["mean"] < 0.75].tolist()
    assert named.loc[story.CURT, "count"] > 150


def test_ratings_depend_on_what_happened(csat):
    """Handed on, reopened or answered late: each is worse than its opposite."""
    again = solves().query("number > 0")["ticket_id"]
    hours = csat["ticket_id"].map(first_replies()) - csat["created_at"]

    for which in (
        csat["ticket_id"].isin(handed_on()),
        csat["ticket_id"].isin(again),
        hours > pd.Timedelta(hours=16),
    ):
        means = csat.groupby(which)["is_good"].mean()
        assert means[True] < means[False] - 0.02


def test_some_tickets_change_hands_after_the_rating():
    """So that the solver is another one than the agent who was rated."""
    rated = asked("csat").dropna(subset="answered_at")
    changes = rows("events").query("field == 'agent'")
    found = changes.merge(rated, on="ticket_id")
    later = found[found["occurred_at"] > found["answered_at"]]

    assert 20 < later["ticket_id"].nunique() < 100


def test_comments_fit_their_tickets(csat):
    """The pattern words: transferred were all who say so, and who waited, waited."""
    said = csat.dropna(subset="comment")
    words = said["comment"].str.lower()
    transferred = said[words.str.contains("transferred")]
    waited = said[words.str.contains("waited")]
    hours = waited["ticket_id"].map(first_replies()) - waited["created_at"]

    assert 0.2 < len(said) / csat["score"].count() < 0.35
    assert transferred["ticket_id"].isin(handed_on()).all()
    assert hours.min() > pd.Timedelta(hours=16)
    for word in ("confusing", "transferred", "waited"):
        assert words.str.contains(word).sum() > 30, word


def test_comments_hold_what_must_not_be_mailed():
    """Addresses, numbers and agents' names in some; two texts that would run."""
    said = rows("surveys")["comment"].dropna()
    people = rows("agents")["name"]
    named = said.str.contains("|".join(people))

    assert 10 < said.str.contains(r"[\w.+]+@[\w.]+").sum() < 100
    assert 10 < said.str.contains(r"555-01\d\d").sum() < 100
    assert 20 < named.sum() < 100
    assert 1 == said.str.contains("</script>", regex=False).sum()
    assert 1 == said.str.startswith("=HYPERLINK").sum()


def test_the_named_agent_is_the_one_who_solved():
    """A comment with a name in it names the agent of the solve before it."""
    said = rows("surveys").dropna(subset=["comment", "ticket_id"])
    named = said["comment"].str.extract(r"It was (.+) who wrote", expand=False).dropna()
    solver = solves().merge(rows("agents"), on="agent_id").groupby("ticket_id")["name"]
    known = solver.agg(set)

    assert len(named) > 20
    for place, name in named.items():
        assert name in known[said.loc[place, "ticket_id"]]


def test_effort_is_asked_of_one_in_eight():
    """Seven is very easy: over 5.5 in all, under 5.2 for those handed on."""
    found = asked("ces")
    by_hand = found.groupby(found["ticket_id"].isin(handed_on()))["score"].mean()

    assert 0.11 < len(found) / (len(found) + len(asked("csat"))) < 0.14
    assert 5.5 < found["score"].mean() < 6
    assert by_hand[True] < 5.2
    assert by_hand[False] > 5.6


def test_customers_are_asked_whether_they_would_recommend():
    """Once a month each at most, of no ticket; a fifth of those asked answer."""
    found = asked("nps")
    month = local_day(found["offered_at"])

    assert found["ticket_id"].isna().all()
    assert not found.assign(month=month).duplicated(["customer_id", "month"]).any()
    assert {3} == set(month.map(lambda day: day.day))
    assert 0.15 < found["score"].notna().mean() < 0.22


def test_long_term_customers_turn_into_detractors():
    """Those of a year or longer from September on; new ones stay as they were."""
    found = asked("nps").dropna(subset="answered_at")
    since = rows("tickets").groupby("customer_id")["customer_since"].first()
    asked_on = local_day(found["offered_at"])
    days = (asked_on - found["customer_id"].map(since)).map(lambda delta: delta.days)
    is_long, turned = days >= promoters.LONG, asked_on >= story.TURNED
    net = (found["score"] >= 9).astype(int) - (found["score"] <= 6).astype(int)
    means = net.groupby([is_long, turned]).agg(["mean", "size"])

    assert means["size"].min() > 150
    assert means["mean"][True, True] < -0.1
    assert means["mean"].drop((True, True)).between(0.2, 0.45).all()


def test_weeks_differ_by_chance_alone(csat):
    """No calm week's ratings are surely outside the band."""
    week = monday_of(csat["offered_at"])
    found = csat.groupby(week)["is_good"].agg(["mean", "count"]).query("count >= 30")
    found = found[~within(found.index, (CLOSING[0], CLOSING[1] + 7 * DAY))]
    error = (found["mean"] * (1 - found["mean"]) / found["count"]) ** 0.5

    assert (found["mean"] + 2.6 * error > 0.85).all()
