"""A fault of a Parquet file is found though a sound file is not read row by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOUND = [(f"T{number}", NINE, "email", "plain") for number in range(6)]
COLUMNS = ["ticket_id", "created_at", "channel", "plan"]


def opened(folder, rows, **how):
    """Write the rows as tickets, two to a row group, and open the folder."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame.to_parquet(folder / "tickets.parquet", row_group_size=2, index=False, **how)
    return open_helpdesk("files", str(folder))


def counted(helpdesk):
    """Return read, accepted, quarantined and duplicate rows, and the rules broken."""
    counts = tuple(int(value) for value in helpdesk.accounting.iloc[0, 2:])
    return (*counts, *helpdesk.quarantine["rule"])


def test_a_sound_file_is_accepted_whole(tmp_path):
    """Six rows come, six are accepted, and their times are known to the second."""
    helpdesk = opened(tmp_path, SOUND)

    assert (6, 6, 0, 0) == counted(helpdesk)
    at = int(NINE.timestamp())
    assert {"tickets.created_at": (at, at)} == helpdesk.spans


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param((None, NINE, "chat", "plain"), (0, "empty"), id="no-id"),
        pytest.param(("  ", NINE, "chat", "plain"), (0, "empty"), id="blank-id"),
        pytest.param(
            ("1.2E+12", NINE, "chat", "plain"),
            (0, "id lost digits in a spreadsheet"),
            id="id-lost-digits",
        ),
        pytest.param(("T9", None, "chat", "plain"), (0, "empty"), id="no-time"),
        pytest.param(
            ("T9", datetime(1970, 1, 1, tzinfo=UTC), "chat", "plain"),
            (0, "before 1990"),
            id="the-epoch-itself",
        ),
        pytest.param(
            ("T9", datetime(2099, 1, 1, tzinfo=UTC), "chat", "plain"),
            (0, "in the future"),
            id="future",
        ),
        pytest.param(SOUND[1], (1,), id="a-copy"),
        pytest.param(
            ("T1", NINE, "chat", "other"),
            (0, "duplicate key, other content"),
            id="a-key-twice",
        ),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["bounds-known", "no-bounds"])
def test_one_bad_row_among_sound_ones(tmp_path, row, expected, known):
    """Whether the file knows its bounds or not: seven rows, six of them accepted."""
    rows = [*SOUND[:3], row, *SOUND[3:]]
    helpdesk = opened(tmp_path, rows, write_statistics=known)

    copies, *rules = expected
    assert (7, 6, 1 - copies, copies, *rules) == counted(helpdesk)


def test_two_columns_of_one_name(tmp_path):
    """Refused as in text, though DuckDB would call the second otherwise."""
    frame = pd.DataFrame(SOUND, columns=COLUMNS).assign(Ticket_ID="T9")
    frame.to_parquet(tmp_path / "tickets.parquet", index=False)

    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(tmp_path))
    told = "tickets.parquet: two columns are called 'ticket_id'. Remove or rename one."
    assert told == str(caught.value)


def test_a_field_within_a_column_is_no_column(tmp_path):
    """A list of pairs holds a ``plan`` too; the other columns stand beside it."""
    frame = pd.DataFrame(SOUND, columns=COLUMNS).assign(pairs=[[{"plan": 1}]] * 6)
    frame = frame[["ticket_id", "pairs", "created_at", "plan"]]
    frame.to_parquet(tmp_path / "tickets.parquet", index=False)

    helpdesk = open_helpdesk("files", str(tmp_path))
    assert ("pairs", "plan") == helpdesk.extra


@pytest.mark.parametrize("known", [True, False], ids=["bounds-known", "no-bounds"])
def test_a_zero_byte_costs_its_field(tmp_path, known):
    """In a word of a list and in other texts; only there, and each row once."""
    rows = [("T7", NINE, "em\0ail", "pl"), *SOUND, ("T8", NINE, "chat", "p\0l")]
    helpdesk = opened(tmp_path, rows, write_statistics=known)

    told = ["holds a zero byte"] * 2
    assert (8, 6, 2, 0, *told) == counted(helpdesk)
    tickets = helpdesk.tables["tickets"].execute().set_index("ticket_id")
    assert tickets.channel.isna()["T7"]
    assert tickets.plan.isna()["T8"]
    assert ("pl", "chat") == (tickets.plan["T7"], tickets.channel["T8"])


def test_a_column_without_any_value_is_of_any_type(tmp_path):
    """Pandas writes it as whole numbers; it is missing, and no wrong time stamp."""
    frame = pd.DataFrame(SOUND, columns=COLUMNS).assign(solved_at=None, csat=None)
    frame.to_parquet(tmp_path / "tickets.parquet", index=False)
    helpdesk = open_helpdesk("files", str(tmp_path))

    assert (6, 6, 0, 0) == counted(helpdesk)
    assert 0 == helpdesk.tables["tickets"].solved_at.count().execute()


@pytest.mark.parametrize("known", [True, False], ids=["bounds-known", "no-bounds"])
def test_texts_are_mended_where_one_has_to_be(tmp_path, known):
    """A word in capitals and a blank text are no faults; an unknown word is told."""
    odd = [("T7", NINE, " CHAT", " "), ("T8", NINE, "pigeon", "plain")]
    helpdesk = opened(tmp_path, [*SOUND, *odd], write_statistics=known)
    found = helpdesk.tables["tickets"].order_by("ticket_id").execute().tail(2)

    assert ["chat", "pigeon"] == list(found["channel"])
    assert [True, False] == list(found["plan"].isna())
    (told,) = helpdesk.warnings
    assert "1 row has an unknown word in channel: 'pigeon'" in told


def test_what_an_event_changes_may_have_another_name(tmp_path):
    """Words of a status are mended, whatever the file calls what is changed."""
    tickets = {"ticket_id": ["7"], "created_at": [NINE]}
    pd.DataFrame(tickets).to_parquet(tmp_path / "tickets.parquet")
    event = {"ticket_id": ["7"], "occurred_at": [NINE], "what": ["status"]}
    pd.DataFrame({**event, "new_value": ["Solved"]}).to_parquet(
        tmp_path / "events.parquet"
    )

    options = {"column_map": "what=field"}
    helpdesk = open_helpdesk("files", str(tmp_path), options=options)
    (row,) = helpdesk.tables["events"].to_pyarrow().to_pylist()
    assert ("status", "solved") == (row["field"], row["new_value"])


@pytest.mark.parametrize("field", ["status", " Status "])
def test_capitals_of_a_status_are_no_others(tmp_path, field):
    """Nor are those of an agent's id mended, nor a word that is no tier told twice."""
    tickets = {"ticket_id": ["7"], "created_at": [NINE]}
    pd.DataFrame(tickets).to_parquet(tmp_path / "tickets.parquet")
    changes = [(field, "New", "Solved"), ("agent", None, "A7"), ("tier", "2", "Two")]
    events = pd.DataFrame(changes, columns=["field", "old_value", "new_value"])
    events = events.assign(ticket_id="7", occurred_at=NINE)
    events.to_parquet(tmp_path / "events.parquet")
    helpdesk = open_helpdesk("files", str(tmp_path))
    found = helpdesk.tables["events"].order_by("field").to_pyarrow().to_pylist()

    words = [(row["field"], row["old_value"], row["new_value"]) for row in found]
    assert [("agent", None, "A7"), ("status", "new", "solved"), changes[2]] == words
    (told,) = (each for each in helpdesk.warnings if "unknown" in each)
    assert "1 row has an unknown word in new_value: 'Two'" in told


def test_a_zero_byte_is_seen_whatever_its_column_is_called(tmp_path):
    """A column of the user's own may be called like what the door calls its tests."""
    notes = {"kit_plain_note": ["x", "a\0b"]}
    tickets = {"ticket_id": ["7", "8"], "created_at": [NINE, NINE], **notes}
    path = tmp_path / "tickets.parquet"
    pd.DataFrame(tickets).to_parquet(path, write_statistics=False)
    helpdesk = open_helpdesk("files", str(tmp_path), limited=False)

    (rule,) = helpdesk.rules[["column", "rule", "rows"]].to_numpy().tolist()
    assert ["kit_plain_note", "holds a zero byte", 1] == rule


@pytest.mark.parametrize("cut", ["field", "old_value", "new_value", "actor_role"])
def test_a_zero_byte_costs_an_event_its_field(tmp_path, cut):
    """Whichever word it is in, though those beside it are as they should be."""
    tickets = {"ticket_id": ["7"], "created_at": [NINE]}
    pd.DataFrame(tickets).to_parquet(tmp_path / "tickets.parquet")
    words = {"field": "status", "old_value": "new", "new_value": "open"}
    event = {"ticket_id": "7", "occurred_at": NINE, **words, "actor_role": "agent"}
    events = [
        event,
        {**event, cut: f"{event[cut]}\0", "occurred_at": NINE + pd.Timedelta("1h")},
    ]
    pd.DataFrame(events).to_parquet(tmp_path / "events.parquet")
    helpdesk = open_helpdesk("files", str(tmp_path), limited=False)

    (rule,) = helpdesk.rules[["column", "rule", "rows"]].to_numpy().tolist()
    assert [cut, "holds a zero byte", 1] == rule


def test_a_zero_byte_within_a_list_costs_its_field(tmp_path):
    """As in a text of its own: a list is read as one; the list beside it stays."""
    frame = pd.DataFrame(SOUND[:2], columns=COLUMNS)
    frame["plan"] = [["p\0l"], ["pl"]]
    frame.to_parquet(tmp_path / "tickets.parquet", index=False)
    helpdesk = open_helpdesk("files", str(tmp_path))

    assert (2, 1, 1, 0, "holds a zero byte") == counted(helpdesk)
    assert ["", "[pl]"] == sorted(helpdesk.tables["tickets"].plan.execute().fillna(""))


@pytest.mark.parametrize("kind", ["parquet", "ndjson", "json"])
def test_a_zero_byte_in_a_name_is_told(tmp_path, kind):
    """DuckDB would read half the name, and then find no end of its query."""
    row = {"ticket_id": "1", "created_at": NINE.isoformat(), "ta\0gs": "x"}
    path = tmp_path / f"tickets.{kind}"
    if kind == "parquet":
        pd.DataFrame([row]).to_parquet(path, index=False)
    else:
        path.write_text(json.dumps(row if kind == "ndjson" else [row]))
    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(tmp_path))

    told = f"{path.name}: the name of column 'ta\\x00gs' holds a zero byte. Rename it."
    assert told == str(caught.value)


@pytest.mark.parametrize("row", [SOUND[0], (" T0", NINE, "email", "plain")])
def test_sound_texts_are_read_as_they_stand(tmp_path, row):
    """Looked at once, they cost a query no more than the file does; one blank costs."""
    helpdesk = opened(tmp_path, [row, *SOUND[1:]])
    views = "select string_agg(sql, ' ') from duckdb_views() where not internal"
    ((told,),) = helpdesk.connection.con.execute(views).fetchall()

    assert (row is not SOUND[0]) == ("kit_key" in told)
    assert "channel AS channel" in told
