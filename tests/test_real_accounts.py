"""The account of every real file says what is odd in it, and loses no row.

What is expected was counted apart from the project, by plain SQL over the files.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from kpi_kit.__main__ import cli
from kpi_kit.contract import read_contract
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk

HERE = Path(__file__).parents[1]
DATA = HERE.parent / "shared" / "data"
MAPPINGS = HERE / "parameters" / "mappings"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data lies beside the project, not in it"
)

# Per mapping: table, rows read, accepted, quarantined, duplicates.
ACCOUNTS = {
    "anonymous_bank": [
        ("tickets", 33344, 27143, 6201, 0),
        ("contacts", 33344, 33032, 312, 0),
    ],
    "bpi14": [("tickets", 4000, 4000, 0, 0), ("events", 39911, 39911, 0, 0)],
    "helpdesk_italy": [("tickets", 4580, 4580, 0, 0), ("events", 21348, 21348, 0, 0)],
    "incident_event_log": [
        ("tickets", 24918, 24918, 0, 0),
        ("events", 197794, 197794, 0, 0),
    ],
    "sfo_survey": [("tickets", 0, 0, 0, 0), ("surveys", 20583, 20583, 0, 0)],
    "sumo": [("tickets", 8127, 8127, 0, 0), ("messages", 38206, 38206, 0, 0)],
    "sumo_daily": [("tickets", 3923, 3923, 0, 0)],
    "twcs": [("tickets", 1307, 1285, 22, 0), ("messages", 5001, 4852, 149, 0)],
}
# Per mapping: the rules that rows broke, and how many did.
RULES = {
    "anonymous_bank": {
        ("tickets", "left out: the caller hung up before an agent answered"): 5904,
        ("tickets", "left out: the log marks it PHANTOM, to be ignored"): 278,
        ("contacts", "left out: the log marks it PHANTOM, to be ignored"): 278,
        ("tickets", "id lost digits in a spreadsheet"): 19,
        ("contacts", "id lost digits in a spreadsheet"): 21,
        ("contacts", "before answered_at"): 13,
    },
    "twcs": {
        ("tickets", "left out: begun by the brand, not by a customer"): 21,
        ("tickets", "empty"): 1,
        ("messages", "left out: its conversation was begun by the brand"): 130,
        ("messages", "left out: its conversation begins before the sample"): 18,
        ("messages", "empty"): 1,
    },
}
FILES = {
    "bank": "anonymous_bank_1999_02.tsv.gz",
    "incidents": "bpi14_incidents_4000.csv.gz",
    "activities": "bpi14_activities_4000.csv.gz",
    "italy": "helpdesk_italy.csv.gz",
    "log": "incident_event_log.csv.gz",
    "survey": "sfo_survey_201[567].csv.gz",
    "threads": "sumo_questions_2019_08_2020_03.csv.gz",
    "posts": "sumo_messages_2019_08_2020_03.csv.gz",
    "daily": "sumo_daily/2025-*.csv",
    "tweets": "twcs_sample_5k.csv.gz",
}
DONE = "(select incident_id from activities where incident_activity_type = '{}')"
LAST = (
    "log qualify row_number() over (partition by number order by line desc) = 1 and {}"
)
CLOSED = "activities where incident_activity_type = 'Closed' qualify row_number() over "
SOLVED = "italy where Activity = 'Resolve ticket' qualify row_number() over "
ANSWERS = "(select count(*) from posts where message_id not like 'q%' and {})"
# What is said of rows that are read in a way of the mapping's own: table and text, and
# how the file's own lines tell them.
NOTED = {
    "anonymous_bank": {
        (
            "contacts",
            "NO_SERVER",
        ): "bank where outcome = 'AGENT' and server = 'NO_SERVER'",
        ("contacts", "zero seconds"): "bank where outcome = 'AGENT' and ser_time = '0'",
        ("contacts", "vru_time"): "bank where vru_time < '0' and outcome <> 'PHANTOM'",
    },
    "bpi14": {
        (
            "tickets",
            "interaction #MULT",
        ): "incidents where related_interaction ~ '#MULT.*'",
        ("tickets", "change #MULT"): "incidents where related_change = '#MULTIVALUE'",
        ("tickets", "#N/B"): "incidents where related_interaction = '#N/B'",
        (
            "tickets",
            "no activity Reopen",
        ): "incidents where reopen_time is not null and "
        f"incident_id not in {DONE.format('Reopen')}",
        ("tickets", "no activity says so"): "incidents where status = 'Closed' and "
        f"incident_id not in {DONE.format('Closed')}",
        ("events", "once more"): f"{CLOSED} (partition by incident_id) > 1",
    },
    "helpdesk_italy": {
        ("events", "for the second time"): f'{SOLVED} (partition by "Case ID") = 2',
        ("events", "called Variant"): "italy where Variant = Variant_1",
    },
    "incident_event_log": {
        ("events", "state -100"): "log where incident_state = '-100'",
        ("tickets", "no agent"): LAST.format("assigned_to = '?'"),
        ("tickets", "no group"): LAST.format("assignment_group = '?'"),
        ("tickets", "no caller"): LAST.format("caller_id = '?'"),
        ("tickets", "no category"): LAST.format("category = '?'"),
        ("tickets", "no time of solve"): LAST.format("resolved_at = '?'"),
        ("tickets", "names no zone"): LAST.format("true"),
    },
    "sfo_survey": {
        ("surveys", "nps: code 11"): "survey where NETPRO = '11'",
        ("surveys", "csat: code 6"): "survey where Q7ALL = '6'",
        ("surveys", "csat: 0 or Blank"): "survey where lower(Q7ALL) in ('0', 'blank')",
        ("surveys", "ces: code 6"): "survey where Q14FIND = '6'",
        ("surveys", "ces: 0 or Blank"): "survey where lower(Q14FIND) in ('0', 'blank')",
    },
    "sumo": {
        # The hour from 1:00 on 3 November came twice, and is read as the second.
        (
            "tickets",
            "in summer",
        ): "threads where created < '2019-11-03 01' or created >= '2020-03-08 03'",
        ("tickets", "another number of answers"): "threads where n_answers::int <> "
        + ANSWERS.format("posts.question_id = threads.question_id"),
        ("messages", "flagged as spam"): "posts where is_spam = 'true'",
    },
    "sumo_daily": {
        ("tickets", "of another local day"): "daily where left(created, 10) <> "
        "parse_filename(filename, true)",
    },
    "twcs": {
        ("messages", "several tweets"): "tweets where response_tweet_id like '%,%'",
    },
}
OPTIONS = {"sfo_survey": {"allow_empty": "true"}}
# The files that a table has one row of for each of theirs.
LINES = {
    ("anonymous_bank", "tickets"): ["anonymous_bank_1999_02.tsv.gz"],
    ("anonymous_bank", "contacts"): ["anonymous_bank_1999_02.tsv.gz"],
    ("bpi14", "tickets"): ["bpi14_incidents_4000.csv.gz"],
    ("bpi14", "events"): ["bpi14_activities_4000.csv.gz"],
    ("helpdesk_italy", "events"): ["helpdesk_italy.csv.gz"],
    ("sumo", "tickets"): ["sumo_questions_2019_08_2020_03.csv.gz"],
    ("sumo", "messages"): ["sumo_messages_2019_08_2020_03.csv.gz"],
    ("sumo_daily", "tickets"): ["sumo_daily/2025-*.csv"],
    ("twcs", "messages"): ["twcs_sample_5k.csv.gz"],
}


def place_of(name):
    """Return where the files of a mapping lie."""
    return DATA / "sumo_daily" if name == "sumo_daily" else DATA


@pytest.fixture(scope="module")
def opened():
    """A function from a mapping's name to its helpdesk, opened once."""
    known = {}

    def helpdesk(name):
        if name not in known:
            known[name] = open_helpdesk(
                "sql",
                str(place_of(name)),
                mapping=str(MAPPINGS / name),
                options=OPTIONS.get(name),
            )
        return known[name]

    return helpdesk


def column(helpdesk, table, name):
    """Return one column of a table."""
    return helpdesk.tables[table].select(name).execute()[name]


def test_every_mapping_has_an_account():
    """A mapping that ships is held to its files."""
    folders = {path.name for path in MAPPINGS.iterdir() if path.is_dir()}

    assert folders == set(ACCOUNTS)
    assert all((MAPPINGS / name / "tickets.sql").is_file() for name in folders)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_accounts(opened, name):
    """Every row is accepted, or quarantined by a rule that says why."""
    helpdesk = opened(name)
    found = helpdesk.accounting.drop(columns="file").itertuples(index=False, name=None)
    rules = helpdesk.rules.set_index(["table", "rule"])["rows"].to_dict()

    assert ACCOUNTS[name] == list(found)
    assert RULES.get(name, {}) == rules
    assert sum(rules.values()) == helpdesk.accounting["quarantined"].sum()


@pytest.mark.parametrize(("name", "table"), LINES)
def test_no_line_is_lost(opened, name, table):
    """A table of one row per line reads as many as the files have."""
    lines = 0
    for file in LINES[name, table]:
        delimiter = "\t" if ".tsv" in file else ","
        (count,) = duckdb.execute(
            "select count(*) from read_csv($1, header = true, all_varchar = true, "
            "delim = $2, quote = '\"')",
            [str(DATA / file), delimiter],
        ).fetchone()
        lines += count
    account = opened(name).accounting

    assert lines == account[account["table"] == table]["rows_read"].item()


@pytest.fixture(scope="module")
def lines():
    """A connection with the lines of each file, as text and by their number."""
    connection = duckdb.connect()
    for name, file in FILES.items():
        delimiter = r"\t" if ".tsv" in file else ","
        read = f"header = true, all_varchar = true, delim = '{delimiter}', quote = '\"'"
        connection.execute(
            f"create view {name} as select *, row_number() over () as line "  # noqa: S608
            f"from read_csv('{DATA / file}', {read}, filename = true, "
            "union_by_name = true)"
        )
    return connection


@pytest.mark.parametrize(
    ("name", "table", "text"), [(name, *key) for name in NOTED for key in NOTED[name]]
)
def test_what_is_read_in_a_way_of_its_own(opened, lines, name, table, text):
    """As many rows are spoken of as the file itself has."""
    found = lines.sql(f"select line from {NOTED[name][table, text]}")  # noqa: S608
    said = [told for told in opened(name).warnings if text in told]

    assert 1 == len(said)
    assert said[0].startswith(f"{table}.sql: {len(found):,} of ")
    assert len(found) > 0


@pytest.mark.parametrize("name", ["anonymous_bank", "twcs"])
def test_check_tells_it(name):
    """What is printed for pipes holds the same account, row by row."""
    where = ["--source", "sql", "--location", str(DATA)]
    command = ["check", *where, "--mapping", str(MAPPINGS / name), "--format", "json"]
    told = json.loads(CliRunner().invoke(cli, command).stdout)
    counts = ("rows_read", "accepted", "quarantined", "duplicates")

    assert ACCOUNTS[name] == [
        (each["table"], *(each[count] for count in counts)) for each in told["files"]
    ]
    assert sum(RULES[name].values()) == len(told["quarantine"])


@pytest.mark.parametrize("name", ACCOUNTS)
def test_contracts(name):
    """The contract that a mapping brings is sound."""
    path = MAPPINGS / name / "contract.yaml"
    if path.is_file():
        contract = read_contract(path, known_metrics={"resolution_time", "reopen_rate"})

        assert name.replace("_", "-") == contract.slug


def test_the_log_says_minus_100_in_two_changes(opened):
    """Five lines stand in the state; two of them enter it, and are counted."""
    log = opened("incident_event_log")
    states = column(log, "events", "new_value")
    (told,) = [text for text in log.warnings if "word in new_value" in text]

    assert 2 == (states == "-100").sum()
    assert told.startswith("events.sql: 2 rows have an unknown word in new_value: '-10")


def test_every_line_of_the_log_is_told(opened):
    """What changes neither state nor group nor agent is an event that no KPI reads."""
    fields = column(opened("incident_event_log"), "events", "field")

    assert 29745 == (fields == "activity").sum()
    assert 168049 == (fields != "activity").sum()


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("agent_id", 725),
        ("team", 2157),
        ("customer_id", 3),
        ("issue_type", 7),
        ("priority", 0),
        ("solved_at", 1556),
    ],
)
def test_the_logs_question_marks_are_missing(opened, name, missing):
    """As many last lines have a ``?``; none of them becomes a word."""
    values = column(opened("incident_event_log"), "tickets", name)

    assert missing == values.isna().sum()
    assert "?" not in set(values.astype(str))


def test_the_bank_waits_and_talks_as_its_log_says(opened):
    """G2, G3 and G9: speed of answer, handle time, abandonment, odd calls."""
    contacts = opened("anonymous_bank").tables["contacts"].execute()
    answered = contacts[~contacts["abandoned"]]
    handled = column(opened("anonymous_bank"), "tickets", "handle_seconds")
    waits = answered["answered_at"] - answered["queued_at"]

    assert 0.1786 == round(contacts["abandoned"].mean(), 4)
    assert 40.7743 == round(waits.mean(), 4)
    assert (176.353, 107, 85, 4264) == (
        round(handled.mean(), 4),
        handled.median(),
        (handled == 0).sum(),
        handled.max(),
    )
    assert 491 == (answered["agent_id"] == "NO_SERVER").sum()


def test_code_11_of_the_survey_is_no_answer(opened):
    """84 passengers were asked and gave none: counted as promoters they make 41.6."""
    surveys = opened("sfo_survey").tables["surveys"].execute()
    asked = surveys[surveys["kind"] == "nps"]["score"]
    satisfied = surveys[
        surveys["survey_id"].str.startswith("2017") & (surveys["kind"] == "csat")
    ]["score"]
    nps = ((asked >= 9).sum() - (asked <= 6).sum()) / asked.count()

    assert (2831, 2746) == (len(asked), asked.count())
    assert 39.84 == round(nps * 100, 2)
    assert 0.821 == round((satisfied >= 4).sum() / satisfied.count(), 3)


def test_multivalue_is_several(opened):
    """The bank's export wrote #MULTIVALUE for several interactions, #N/B for none."""
    counts = column(opened("bpi14"), "tickets", "interactions").value_counts()

    assert {"one": 3716, "several": 272, "none": 12} == counts.to_dict()


def test_reopenings_and_closings_of_bpi14(opened):
    """183 have a time of reopening, 173 an event; 3,963 closed 4,337 times."""
    events = opened("bpi14").tables["events"].execute()
    status = events[events["field"] == "status"]
    closed = status[status["new_value"] == "closed"]["ticket_id"]
    reopened = status[status["new_value"] == "open"]["ticket_id"]

    assert 183 == (column(opened("bpi14"), "tickets", "was_reopened") == "true").sum()
    assert 173 == reopened.nunique()
    assert (4337, 3963) == (len(closed), closed.nunique())


def test_solves_of_the_italian_help_desk(opened):
    """386 tickets were resolved twice or more, and a repeated line is no reopening."""
    events = opened("helpdesk_italy").tables["events"].execute()
    status = events[events["field"] == "status"]
    solves = status[status["new_value"] == "solved"].groupby("ticket_id").size()
    contract = read_contract(
        MAPPINGS / "helpdesk_italy" / "contract.yaml", known_metrics=()
    )
    card = scorecard(
        opened("helpdesk_italy"),
        contract,
        start=date(2010, 1, 1),
        end=date(2014, 2, 1),
        as_of=date(2014, 12, 31),
        metrics=["ticket_volume", "backlog"],
    )

    assert 5147 == (events["field"] == "activity").sum()
    assert 388 == (solves > 1).sum()  # two of them by the word RESOLVED
    assert 4580 == card[card["metric"] == "ticket_volume"]["value"].item()


def test_tweets_and_who_wrote_them(opened):
    """One id comes twice: the line with nothing but the id goes, the tweet stays."""
    messages = opened("twcs").tables["messages"].execute()

    assert messages["message_id"].is_unique
    assert 1 == (messages["message_id"] == "3398").sum()
    assert {"customer": 2709, "agent": 2143} == (
        messages["author_role"].value_counts().to_dict()
    )
