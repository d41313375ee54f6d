"""Rows kept on the engine: a column of few words as their numbers, read as before."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi_kit.asked import question
from kpi_kit.contract import Contract
from kpi_kit.facts import facts
from kpi_kit.scorecard import keep
from kpi_kit.sources import few_words, open_helpdesk, stage
from kpi_kit.sources.stages import FEW
from tests.canonical import helpdesk

ROBERT = "'); drop table t; --"
NASTY = ["it's", 'so "far"', "a\\b", "two\nlines", ROBERT, "Über", "chat"]


def words_of(rows, name):
    """Return the words that a column is found to have; None where it is no list."""
    return few_words(rows, [name]).get(name)


def test_few_words_are_told_in_their_order(engine):
    """Each once, those of capitals first; what is missing is no word."""
    channel = ["web", "chat", None, "Web", "chat"]
    own = {"channel": channel, "word": [None, "x", "y", "z", "y"]}
    rows = engine.table("rows", pd.DataFrame(own))

    expected = ["Web", "chat", "web"] if engine.name == "duckdb" else None
    assert expected == words_of(rows, "channel")


@pytest.mark.parametrize(("count", "are_few"), [(FEW, True), (FEW + 1, False)])
def test_many_words_stay_texts(engine, count, are_few):
    """A column of one word more than few is no list; one without any is none either."""
    words = [f"word {n}" for n in range(count)]
    nothing = pd.Series([None] * count, dtype="str")
    frame = pd.DataFrame({"team": words, "channel": nothing})
    found = few_words(engine.table("rows", frame), ["team", "channel"])

    is_duckdb = engine.name == "duckdb"
    expected = {"team": sorted(words)} if are_few and is_duckdb else {}
    assert expected == dict(found)


def test_words_are_read_as_they_were(engine):
    """Whatever they hold: compared, put in order, grouped and handed out as texts."""
    rows = engine.table("rows", pd.DataFrame({"word": [*NASTY, None, "chat"]}))
    kept = stage(rows, few_words(rows, ["word"]))

    if engine.name == "duckdb":
        query = f"select typeof(word) from {kept.get_name()} limit 1"  # noqa: S608  ours
        (kind,) = engine.connection.con.execute(query).fetchone()
        assert kind.startswith("ENUM(")
    in_order = kept.order_by(kept.word.asc(nulls_first=True)).to_pyarrow()
    assert [None, *sorted([*NASTY, "chat"])] == in_order["word"].to_pylist()
    assert "string" == in_order.schema.field("word").type
    counted = kept.group_by("word").agg(n=kept.count()).execute()
    often = counted[counted.n > 1].to_numpy().tolist()
    assert [["chat", 2]] == often
    assert 1 == kept.filter(kept.word == ROBERT).count().execute()
    assert len(NASTY) + 1 == kept.filter(kept.word != "none of them").count().execute()


@pytest.mark.parametrize(
    "opened_by", ["agent", "a parrot"], ids=["a-known-word", "an-unknown-word"]
)
def test_who_opened_a_ticket_may_be_any_word(engine, opened_by):
    """It is kept, beside those that follow from messages."""
    tickets = [
        {"ticket_id": "1", "created_at": 0, "opened_by": opened_by},
        {"ticket_id": "2", "created_at": 0, "opened_by": None},
    ]
    source = helpdesk(engine, {"tickets": tickets})
    made = facts(source, Contract(time_zone="UTC"), as_of=86_400)
    found = stage(made.tickets, made.words).execute().set_index("ticket_id")

    assert {"1": opened_by, "2": "customer"} == dict(found["opened_by"])


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_tickets_may_be_opened_by_many(engine, count):
    """As many as are a list beside the kit's own words, and one more."""
    openers = {str(n): f"parrot {n}" for n in range(count)}
    tickets = [
        {"ticket_id": ticket, "created_at": 0, "opened_by": opener}
        for ticket, opener in openers.items()
    ]
    source = helpdesk(engine, {"tickets": tickets})
    made = facts(source, Contract(time_zone="UTC"), as_of=86_400)
    found = stage(made.tickets, made.words).execute().set_index("ticket_id")

    assert openers == dict(found["opened_by"])


@pytest.mark.parametrize("hidden", ["default_collation=nocase", "default_order=desc"])
def test_an_address_does_not_change_what_is_alike(tmp_path, hidden):
    """Nor in which order; teams that differ in capitals are two."""
    teams = ["web", "Web", "WEB", "chat"]
    tickets = {"ticket_id": ["1", "2", "3", "4"], "team": teams}
    stamps = {"created_at": pd.Timestamp("2026-03-02T09:00Z")}
    pd.DataFrame({**tickets, **stamps}).to_parquet(tmp_path / "tickets.parquet")
    source = open_helpdesk("files", str(tmp_path), engine=f"duckdb://?{hidden}")

    assert sorted(teams) == words_of(source.tables["tickets"], "team")
    until = 1_900_000_000
    made = facts(source, Contract(time_zone="UTC"), as_of=until)
    assert teams == list(made.tickets.order_by("ticket_id").execute()["team"])


def test_the_facts_are_kept_as_numbers_of_words(engine):
    """Those that several questions share, as those that each step starts from."""
    tickets = [
        {"ticket_id": str(n), "created_at": n, "channel": channel}
        for n, channel in enumerate(["web", "chat", "web"])
    ]
    if engine.name != "duckdb":
        pytest.skip("other engines find out by themselves")
    source, contract = helpdesk(engine, {"tickets": tickets}), Contract(time_zone="UTC")
    day = date(1970, 1, 1)
    asked = {"start": day, "end": date(1970, 1, 2), "as_of": day, "by": ("channel",)}
    whole = question(source, contract, metrics=["ticket_volume"], **asked)
    for rows in (
        facts(source, contract, as_of=86_400).tickets,
        keep(source, contract, [whole]).tickets,
    ):
        query = f"select typeof(channel) from ({engine.connection.compile(rows)})"  # noqa: S608  ours
        kinds = {kind for (kind,) in engine.connection.con.execute(query).fetchall()}
        assert {"ENUM('chat', 'web')"} == kinds
