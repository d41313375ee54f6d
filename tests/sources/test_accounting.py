"""Rows read = accepted + quarantined + duplicates, whatever a file holds."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_kit.contract import Contract
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk

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


def account(helpdesk):
    """Check what must hold of every account; return it."""
    read, accepted, quarantined, duplicates = helpdesk.accounting.iloc[0, 2:]
    rows = helpdesk.tables["tickets"].count().execute()

    assert read == accepted + quarantined + duplicates
    assert quarantined == helpdesk.rules["rows"].sum() == len(helpdesk.quarantine)
    assert accepted <= rows <= accepted + quarantined
    return int(read), int(accepted), int(quarantined), int(duplicates)


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
