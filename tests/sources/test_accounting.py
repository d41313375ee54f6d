"""Rows read = accepted + quarantined + duplicates, whatever a file holds."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_kit.contract import Contract
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk
from kpi_kit.tables import TABLES, Type

COLUMNS = ("ticket_id", "created_at", "solved_at", "channel", "csat", "comment")
TIMES = (
    *("2026-03-02T09:00:00Z", "2026-03-03T09:00:00+02:00", "2026-03-01T23:59:60Z"),
    *("", "n/a", "2026-03-02 09:00:00", "1772442000", "0000-00-00 00:00:00"),
    *("9999-12-31T00:00:00Z", "1970-01-01T00:00:00Z", "yesterday"),
)
FIELDS = {
    "ticket_id": st.sampled_from(("1", "2", "3", "007", "7", "", " ", "1.2E+12")),
    "created_at": st.sampled_from(TIMES),
    "solved_at": st.sampled_from(TIMES),
    "channel": st.sampled_from(("email", "Chat ", "pigeon", "")),
    "csat": st.sampled_from(("5", "4.5", "0", "good", "NaN", "", "1,5")),
    "comment": st.sampled_from(("", "fine", "a\nb", 'say "x"', "a,b", "a\x00b")),
}
ROW = st.tuples(*(FIELDS[name] for name in COLUMNS))
# One more field, one less, or as many as there should be.
RAGGED = st.one_of(
    ROW, ROW, ROW, ROW.map(lambda row: (*row, "more")), ROW.map(lambda row: row[:-1])
)
GOOD = ("good", TIMES[0], TIMES[0], "email", "5", "")
ALL = {"quarantine_limit": "100%"}

# What each kind of column may be found to hold, the first of it sound.
FOUND = {
    Type.TEXT: ("some", "Some ", "", "a\nb", "#REF!"),
    Type.INSTANT: TIMES,
    Type.DATE: ("2026-03-02", "2026-03", "", "0001-01-01", "2/3/2026", "2026-02-30"),
    Type.BOOLEAN: ("true", "Y", "0", "", "maybe"),
    Type.INTEGER: ("3", "3.0", "", "-3", "3.5", "many"),
    Type.NUMBER: ("4", "0", "", "-1", "4.5", "NaN", "1e9", "4,5", "four"),
    Type.MONEY: ("12.34", "-1", "", "1,000", "$5", "inf"),
}
IDS = ("1", "2", " 1", "1\u200b", "2\n", "", "NULL", "nan", "-", "#N/A", "Total", "a b")


def account(helpdesk, table="tickets"):
    """Check what must hold of every account; return it."""
    accounting = helpdesk.accounting.set_index("table").loc[table]
    read, accepted, quarantined, duplicates = accounting.iloc[1:]
    rows = helpdesk.tables[table].count().execute()
    rules = helpdesk.rules[helpdesk.rules["table"] == table]
    listed = helpdesk.quarantine[helpdesk.quarantine["file"] == accounting["file"]]

    assert read == accepted + quarantined + duplicates
    assert quarantined == rules["rows"].sum() == len(listed)
    by_rule = Counter(zip(listed["column"], listed["rule"], strict=True))
    assert by_rule == {
        (column, rule): count
        for column, rule, count in rules[["column", "rule", "rows"]].to_numpy()
    }
    assert accepted <= rows <= accepted + quarantined
    return int(read), int(accepted), int(quarantined), int(duplicates)


def written(path, names, rows):
    """Write rows of text in the format that the name ends with."""
    records = [dict(zip(names, row, strict=True)) for row in rows]
    kind = path.suffix[1:]
    if kind == "parquet":
        pd.DataFrame(records, columns=[*names]).to_parquet(path, row_group_size=2)
    elif kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([names, *rows])
    else:
        lines = [json.dumps(record) for record in records]
        whole = "\n".join(lines) if kind == "ndjson" else f"[{','.join(lines)}]"
        path.write_text(whole, encoding="utf-8")
    return path


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(RAGGED, max_size=40))
def test_every_row_of_a_text_file_is_accounted_for(rows):
    """The standard library's reader counts the rows; each stands on one account."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "tickets.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows, GOOD])
        helpdesk = open_helpdesk("files", str(path), options=ALL)

    read, accepted, *_ = account(helpdesk)
    assert len(rows) + 1 == read
    assert 1 <= accepted
    lines = list(helpdesk.quarantine["line"])
    assert sorted(set(lines)) == lines


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(ROW, max_size=40))
def test_every_row_of_a_parquet_file_is_accounted_for(rows):
    """As text or typed, in row groups of two."""
    frame = pd.DataFrame([*rows, GOOD], columns=[*COLUMNS])
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    frame["created_at"] = [at if t == TIMES[0] else None for t in frame["created_at"]]
    with TemporaryDirectory() as folder:
        path = Path(folder, "tickets.parquet")
        frame.to_parquet(path, row_group_size=2, index=False)
        helpdesk = open_helpdesk("files", str(path), options=ALL)
        read, accepted, *_ = account(helpdesk)

    assert len(rows) + 1 == read
    assert 1 <= accepted


def found_in(table):
    """Return what may be found in each column of a table, what is sound first."""
    return {
        column.name: IDS if column.is_id else (*column.values, *FOUND[column.type])  # noqa: PD011  no frame
        for column in table.columns
    }


def sound(table):
    """Return a row that nothing can be said against."""
    row = {name: found[0] for name, found in found_in(table).items()}
    later = {"ended_at": TIMES[1], "period_end": "2026-03-09"}
    bounds = {"scale_low": "0", "scale_high": "9", "talk_seconds": "0"}
    special = {**later, **bounds, "hold_seconds": "0"}
    special = {name: text for name, text in special.items() if name in row}
    return [*{**row, **special, **dict.fromkeys(table.key, "sound 1")}.values()]


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "parquet"])
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_row_of_every_table_is_accounted_for(kind, seed):
    """Twelve tables in each format: whatever stands in a field, all rules count alike.

    What is told of a row stands in the file, in that row and that column.
    """
    chance, made = Random(seed), {}  # noqa: S311  no secret
    for name, table in TABLES.items():
        fields = [*found_in(table).values()]
        drawn = [
            [chance.choice(f) for f in fields] for _ in range(chance.randint(0, 25))
        ]
        made[name] = [*drawn, sound(table)]
    with TemporaryDirectory() as folder:
        for name, rows in made.items():
            written(Path(folder, f"{name}.{kind}"), [*found_in(TABLES[name])], rows)
        helpdesk = open_helpdesk("files", folder, options=ALL)
        accounts = {name: account(helpdesk, name) for name in TABLES}

    for name, rows in made.items():
        read, accepted, *_ = accounts[name]
        assert len(rows) == read
        assert 1 <= accepted
    listed = helpdesk.quarantine
    for file, line, column, _, text in listed.itertuples(index=False):
        name = file.partition(".")[0]
        place = [*found_in(TABLES[name])].index(column.partition(", ")[0])
        # In a CSV a row may have several lines.
        rows = made[name] if kind == "csv" else [made[name][line - 1]]
        assert text.partition(", ")[0] in {row[place] for row in rows}


@settings(max_examples=5, deadline=None)
@given(rows=st.lists(RAGGED, max_size=40))
def test_slices_add_up_to_their_totals(rows):
    """What has no channel counts under (none): no ticket is in the total alone."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "tickets.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows, GOOD])
        helpdesk = open_helpdesk("files", str(path), options=ALL)
        asked = {
            "start": date(2026, 3, 1),
            "end": date(2026, 3, 6),
            "as_of": date(2026, 3, 31),
            "metrics": ("ticket_volume", "backlog"),
        }
        whole = scorecard(helpdesk, Contract(), **asked)
        parts = scorecard(helpdesk, Contract(), **asked, by=("channel",))
        tickets = helpdesk.tables["tickets"].count().execute()

    totals = whole.set_index("metric")["value"]
    assert tickets == totals["ticket_volume"]
    summed = parts.groupby("metric")["value"].sum()
    assert totals.to_dict() == pytest.approx(summed.to_dict())
