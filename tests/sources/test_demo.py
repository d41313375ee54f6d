"""The demo helpdesk's files: the same bytes every time, sound, and full of traps."""

from __future__ import annotations

import os
import sys
import time
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from subprocess import run

import pandas as pd
import pytest

from kpi_kit.asked import given
from kpi_kit.catalog import measures
from kpi_kit.contract import read_contract
from kpi_kit.errors import EnvironmentFault, ParameterError
from kpi_kit.sources import demo, open_helpdesk
from kpi_kit.sources.demo import story, work
from kpi_kit.sources.demo.clockwork import SCHEDULES

TICKETS = "20000"
FIRST_DAY, GO_LIVE, LAST_DAY = date(2026, 2, 14), date(2026, 3, 16), date(2026, 11, 15)
DAY = timedelta(days=1)
CONTRACT = Path(__file__).parents[2] / "parameters" / "demo" / "contract.yaml"


def digest(folder):
    """Return one number for the bytes of every file in a folder."""
    files = sorted(folder.iterdir())
    return sha256(b"".join(f.name.encode() + f.read_bytes() for f in files)).hexdigest()


def written(folder, tickets=300, seed=7):
    """Write a small helpdesk and return its digest."""
    demo.write_demo(folder, tickets, seed)
    return digest(folder)


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param({"TZ": "Asia/Kathmandu"}, id="time-zone"),
        pytest.param({"LC_ALL": "C"}, id="locale"),
        pytest.param({"PYTHONHASHSEED": "12345"}, id="hash-seed"),
    ],
)
def test_the_same_seed_gives_the_same_bytes(tmp_path, surroundings):
    """Neither the clock's zone nor the locale nor the hash seed gets into a file."""
    code = "import sys; from pathlib import Path; from kpi_kit.sources import demo; "
    code += "demo.write_demo(Path(sys.argv[1]), 300, 7)"
    command = [sys.executable, "-c", code, str(tmp_path / "there")]
    run(command, check=True, env=os.environ | surroundings)

    assert written(tmp_path / "here") == digest(tmp_path / "there")


def test_another_seed_gives_other_tickets(tmp_path):
    """The seed decides; the number of tickets is what was asked for."""
    assert written(tmp_path / "7") != written(tmp_path / "8", seed=8)
    assert 300 == len(pd.read_parquet(tmp_path / "8" / "tickets.parquet"))


def test_twenty_thousand_tickets_are_made_in_two_seconds(tmp_path):
    """Two seconds of processor time are all that a first look at the kit may cost."""
    before = time.process_time()
    demo.write_demo(tmp_path, 20_000)

    assert 2 > time.process_time() - before


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path):
    """The folder is written whole or not at all."""
    taken = tmp_path / "taken"
    taken.write_text("a file, no folder", encoding="utf-8")

    with pytest.raises(EnvironmentFault):
        demo.write_demo(taken, 20)
    assert ["taken"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    "location", ["", "20k", "20000:", "20000:x", "-5", "0", "99999999", "20000 "]
)
def test_a_location_is_a_number_of_tickets(location):
    """What is no number of tickets is told in one line."""
    with pytest.raises(ParameterError) as caught:
        open_helpdesk("demo", location)
    assert "tickets" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_seed_stands_behind_the_number_of_tickets(tmp_path):
    """``300:7`` is the helpdesk of 300 tickets that seed 7 gives."""
    assert written(tmp_path / "7") == digest(demo.folder_of("300:7"))


def test_other_sources_do_not_load_the_demo():
    """Whoever reads their own files pays nothing for it."""
    code = "import sys; import kpi_kit.sources; print([m for m in sys.modules "
    code += "if m.startswith('kpi_kit.sources.demo')])"
    told = run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert "[]" == told.stdout.strip()


@pytest.fixture(scope="module")
def contract():
    """The contract that comes with the demo."""
    return read_contract(CONTRACT, known_metrics=measures())


@pytest.fixture(scope="module")
def helpdesk():
    """The demo helpdesk as it is without a word about seeds."""
    return open_helpdesk("demo", TICKETS)


@pytest.fixture(scope="module")
def rows():
    """The files themselves, as frames by table."""
    files = demo.folder_of(TICKETS).iterdir()
    return {file.stem: pd.read_parquet(file) for file in files}


def test_every_row_is_sound(helpdesk, contract):
    """All that is written is accepted, and no KPI of today lacks anything."""
    known = given(helpdesk, contract)

    assert 0 == len(helpdesk.quarantine)
    assert () == helpdesk.warnings
    assert (helpdesk.accounting.rows_read == helpdesk.accounting.accepted).all()
    assert {"tickets", "messages", "events", "agents", "annotations"} <= known
    assert {"events.field=tier", "events.field=merge", "agents.organization"} <= known


def test_what_a_ticket_shows_is_what_its_history_came_to(rows):
    """Status, team, tier, agent and merge of a ticket are its last change's."""
    tickets = rows["tickets"].set_index("ticket_id").astype({"tier": str})
    changes = rows["events"].sort_values(["occurred_at", "event_id"])
    last = changes.pivot_table(
        index="ticket_id", columns="field", values="new_value", aggfunc="last"
    )
    columns = {"agent": "agent_id", "merge": "merged_into"}

    for field in last:
        told = last[field].dropna()
        shown = tickets.loc[told.index, columns.get(field, field)]
        assert told.tolist() == shown.tolist(), field


def test_each_change_starts_from_what_the_one_before_left(rows):
    """A history that contradicts itself would be walked through as tangled."""
    changes = rows["events"].sort_values(["occurred_at", "event_id"])
    groups = changes.groupby(["ticket_id", "field"])
    before = groups["new_value"].shift()
    later = groups.cumcount() > 0

    assert changes.loc[later, "old_value"].tolist() == before[later].tolist()


def test_the_contract_has_the_hours_the_agents_keep(contract):
    """The desks are open when the contract says they are, on every day."""
    days = [FIRST_DAY + DAY * number for number in range(story.DAYS)]
    ours = [[desk.parts(day) for day in days] for desk in SCHEDULES]
    theirs = [[desk.parts(day) for day in days] for desk in contract.schedules]

    assert ours == theirs
    assert [s.name for s in SCHEDULES] == [s.name for s in contract.schedules]
    assert [s.time_zone for s in SCHEDULES] == [s.time_zone for s in contract.schedules]


def test_the_contract_names_those_who_are_there(contract, rows):
    """Vendor, go-live and night desk of the contract are the story's."""
    assert story.GO_LIVE == contract.go_live == GO_LIVE
    assert {contract.vendor, "client"} == set(rows["agents"]["organization"])
    assert set(contract.schedules_by["team"]) <= set(rows["agents"]["team"])
    assert 30 == (GO_LIVE - FIRST_DAY).days


def test_the_story_lasts_nine_months_to_a_sunday(rows):
    """The last week is whole, so that a weekly review can be made of it."""
    local = rows["tickets"]["created_at"].dt.tz_convert("America/New_York").dt.date

    assert (FIRST_DAY, LAST_DAY) == (local.min(), local.max())
    assert 7 == LAST_DAY.isoweekday()


def test_the_docstring_tells_of_every_trouble():
    """Each planted trouble is written down with its first and its last day."""
    spans = (story.HOLDING, story.CLOSING, story.RETURNS_SHORT, story.JAM, story.TIRED)
    told = [f"{span.start} to {span.end - DAY}" for span in spans]
    told += [str(story.RELEASE), str(story.GO_LIVE), str(story.ACK_BY_AGENTS)]
    told += [*map(str, story.BREACHES), str(story.TURNED), str(story.WORN.start)]
    told += [work.SLOW, work.QUICK, story.CURT]

    assert [] == [text for text in told if text not in demo.__doc__]


def test_every_written_ticket_is_acknowledged_by_the_vendor(rows):
    """A KPI that took the acknowledgement for a reply would show seconds."""
    tickets = rows["tickets"].set_index("ticket_id")
    automatic = rows["messages"][rows["messages"]["is_automatic"]]
    acks = automatic[automatic["author_role"].isin(["system", "agent"])]
    acks = acks.join(tickets, on="ticket_id")
    acks = acks[acks["opened_by"] == "customer"]
    waited = (acks["sent_at"] - acks["created_at"]).dt.total_seconds()
    local = acks["created_at"].dt.tz_convert("America/New_York").dt.date
    is_wordy = (tickets["opened_by"] == "customer") & (tickets["channel"] != "chat")
    created = tickets["created_at"].dt.tz_convert("America/New_York").dt.date

    assert waited.max() < 60
    assert (is_wordy & (created >= GO_LIVE)).sum() == acks["ticket_id"].nunique()
    assert local.min() == GO_LIVE
    assert {"agent"} == set(acks.loc[local >= date(2026, 7, 1), "author_role"])


def test_nights_follow_manila_and_not_new_york(rows):
    """When New York sets its clocks back, the night desk comes an hour earlier."""
    replies = rows["messages"].query(
        "author_role == 'agent' and is_public and not is_automatic"
    )
    night = rows["agents"].query("team == 'Night desk'")["agent_id"]
    sent = replies.loc[replies["author_id"].isin(night), "sent_at"]
    sent = sent.dt.tz_convert("America/New_York")
    back = pd.Timestamp("2026-11-01 02:00", tz="America/New_York")
    summer, winter = sent[sent < back], sent[sent > back]

    assert {*range(20, 24), *range(8)} == set(summer.dt.hour)
    assert {*range(19, 24), *range(7)} >= set(winter.dt.hour) > {19, 20, 21, 22, 23}
    assert set(range(7)) == set(sent.dt.day_of_week)


def test_tickets_are_reopened_in_every_way(rows):
    """By customers, on a customer's mail, by a rule, by agents, and too late."""
    changes = rows["events"].query("field == 'status'")
    changes = changes.sort_values(["occurred_at", "event_id"])
    again = changes[
        changes["old_value"].isin(["solved", "closed"])
        & (changes["new_value"] == "open")
    ]
    solved = changes[changes["new_value"] == "solved"]
    first = solved.groupby("ticket_id")["occurred_at"].min()
    wrote = rows["messages"].query("author_role == 'customer'")
    caused = again.merge(wrote, on="ticket_id")
    gap = caused["occurred_at"] - caused["sent_at"]
    caused = caused[gap.between(pd.Timedelta(0), pd.Timedelta(minutes=5))]
    by_rule = again[again["actor_role"] == "system"]
    late = again["occurred_at"] - again["ticket_id"].map(first) > pd.Timedelta(days=7)

    assert {"customer", "system", "agent"} == set(again["actor_role"])
    assert 0 < by_rule["event_id"].isin(caused["event_id"]).mean() < 1
    assert 0.05 < late.mean() < 0.3


def test_merged_tickets_repeat_another(rows):
    """The same customer asked the same before; the other ticket was worked on."""
    tickets = rows["tickets"].set_index("ticket_id")
    merged = tickets[tickets["merged_into"].notna()]
    others = tickets.loc[merged["merged_into"]]

    assert 0.005 < len(merged) / len(tickets) < 0.02
    assert merged["customer_id"].tolist() == others["customer_id"].tolist()
    assert merged["issue_type"].tolist() == others["issue_type"].tolist()
    assert (merged["created_at"].to_numpy() > others["created_at"].to_numpy()).all()
    assert others["merged_into"].isna().all()
    assert 0.005 < (tickets["status"] == "deleted").mean() < 0.02


def test_agents_act_only_while_they_are_there(rows):
    """Forty people of vendor and client, each from their first to their last day."""
    agents = rows["agents"].set_index("agent_id")
    acts = pd.concat(
        [
            rows["messages"][["author_id", "sent_at"]].set_axis(["who", "at"], axis=1),
            rows["events"][["actor_id", "occurred_at"]].set_axis(["who", "at"], axis=1),
        ]
    ).join(agents, on="who", how="inner")
    day = acts["at"].dt.tz_convert("America/New_York").dt.date

    assert 40 == agents["name"].nunique() == acts["who"].nunique()
    assert (day >= acts["started_on"]).all()
    assert (day <= acts["ended_on"].fillna(date.max)).all()


def test_customers_come_back(rows):
    """About half as many customers as tickets, since a day before their first one."""
    tickets = rows["tickets"]
    created = tickets["created_at"].dt.tz_convert("America/New_York").dt.date

    assert 0.4 < tickets["customer_id"].nunique() / len(tickets) < 0.6
    assert 5 < tickets["customer_id"].value_counts().max() < 40
    assert (tickets["customer_since"] <= created).all()
    known = tickets[["customer_id", "customer_since"]].drop_duplicates()
    assert known["customer_id"].is_unique


def test_texts_are_about_a_hundred_and_twenty(rows):
    """Every one is used, and holding replies sound like themselves."""
    bodies = rows["messages"]["body"]

    assert 115 <= bodies.nunique() <= 130
    assert bodies.notna().all()
    assert bodies.str.contains("looking into it").any()


def test_ids_are_numbers_kept_as_text(rows):
    """As helpdesks write them: rising with time, not without gaps, linked."""
    tickets = rows["tickets"]
    numbers = tickets["ticket_id"].astype(int)

    assert pd.api.types.is_string_dtype(tickets["ticket_id"])
    assert numbers.is_monotonic_increasing
    assert numbers.max() - numbers.min() > len(tickets)
    assert (tickets["url"].str.rpartition("/")[2] == tickets["ticket_id"]).all()
    for table, key in (("messages", "message_id"), ("events", "event_id")):
        assert rows[table][key].is_unique
