"""Times that are written otherwise than ISO 8601: only as declared, and it is said."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from kpi_kit.errors import ParameterError, TableError
from kpi_kit.sources import open_helpdesk

NINE = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())


def opened(folder, *times, **options):
    """Write a ticket for each time and open them."""
    path = folder / "t.csv"
    rows = "".join(f"{n};{time}\n" for n, time in enumerate(times))
    path.write_text(f"ticket_id;created_at\n{rows}")
    return open_helpdesk("files", str(path), options=options)


def created(helpdesk):
    """Return the instants in the order of the tickets."""
    tickets = helpdesk.tables["tickets"].order_by("ticket_id")
    return [int(at) for at in tickets.created_at.execute()]


@pytest.mark.parametrize(
    "pattern",
    [
        *("banana", "excel", "", "%Y", "%Y-%m", "%d/%m %H:%M", "%%d/%%m/%%Y"),
        *("%d/%m/%Y %I:%M", "%d/%m/%Y %Q", "%d/%m/%Y %"),
    ],
)
def test_a_pattern_names_a_day(tmp_path, pattern):
    """Half a day is not guessed either, nor is what DuckDB does not know a letter."""
    with pytest.raises(ParameterError) as caught:
        opened(tmp_path, "1", time_format=pattern)
    told = f"--option: time_format: {pattern!r} names no day as strptime does. Write "
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("%d/%m/%Y %I.%M %p", "02/03/2026 09.00 AM"),
        ("%d-%b-%y %H:%M", "02-Mar-26 09:00"),
        ("%Y%j %H", "2026061 09"),
        ("%-d. %-m. %Y, %H:%M", "2. 3. 2026, 09:00"),
        ("excel_days", "46083,375"),
    ],
)
def test_a_pattern_is_read_and_said(tmp_path, pattern, written):
    """In the declared zone; ISO 8601 beside it stays as it is."""
    options = {"time_zone": "UTC", "decimal": ","}
    iso = "2026-03-02T10:00:00Z"
    helpdesk = opened(tmp_path, written, iso, time_format=pattern, **options)

    assert [NINE, NINE + 3600] == created(helpdesk)
    told = f"t.csv: times without ISO 8601 are read as {pattern} in UTC"
    assert told in helpdesk.warnings


@pytest.mark.parametrize(
    "written",
    [
        *("2026-03-02T 9:00:00Z", "2026-03-02T\t9:00:00Z", "2026-03-02T09:00:0.Z"),
        *("-026-03-02T09:00:00Z", "+026-03-02T09:00:00Z", "2026-03-02\t09:00:00Z"),
        *("2026-03-02T09:00:61Z", "2026-02-29T09:00:00Z", "2026-3-02T009:00:00Z"),
    ],
)
def test_what_a_cast_would_take_for_a_time(tmp_path, written):
    """As long as a time and with its marks in their places, it is none all the same."""
    helpdesk = opened(tmp_path, "2026-03-02T09:00:00Z", written, "2026-03-02T08:59:60Z")

    assert [NINE, NINE] == created(helpdesk)
    assert [(3, "not a time stamp")] == list(
        helpdesk.quarantine[["line", "rule"]].itertuples(index=False, name=None)
    )


def test_utc_in_words_is_an_offset(tmp_path):
    """As BigQuery and Rails write it, whatever zone is declared; CST names several."""
    times = ("2026-03-02 09:00:00 UTC", "2026-03-02 09:00:00.999999 UTC")
    bad = ("2026-03-02 09:00:00 CST", "2026-03-02 09:00:00 UTC+1", "UTC")
    helpdesk = opened(tmp_path, *times, *bad, time_zone="Asia/Tokyo")

    assert [NINE, NINE] == created(helpdesk)
    assert [(line, "not a time stamp") for line in (4, 5, 6)] == list(
        helpdesk.quarantine[["line", "rule"]].itertuples(index=False, name=None)
    )


def test_a_day_behind_an_offset_is_none(tmp_path):
    """The days of 2 March 2026, at the end of the pattern, look like an offset."""
    for pattern, text in (
        ("%H:%M%z %d-%m-%Y", "10:00+0100 02-03-2026"),
        ("%H:%M%z %Y-%m-%d", "10:00+0100 2026-03-20"),
    ):
        (found,) = created(opened(tmp_path, text, time_format=pattern))
        assert NINE + (18 * 86400 if text.endswith("-20") else 0) == found


def test_an_offset_in_the_text_counts(tmp_path):
    """And is said to, whatever zone is declared."""
    pattern = "%d.%m.%Y %H:%M %z"
    options = {"time_format": pattern, "time_zone": "Asia/Tokyo"}
    helpdesk = opened(tmp_path, "02.03.2026 14:00 +05:00", **options)

    assert [NINE] == created(helpdesk)
    told = f"t.csv: times without ISO 8601 are read as {pattern}, at the offset in "
    assert f"{told}the text" in helpdesk.warnings


def test_names_of_zones_are_not_read(tmp_path):
    """BST is London's summer, Bangladesh's time and others': none is guessed."""
    with pytest.raises(ParameterError) as caught:
        opened(tmp_path, "02.03.2026 09:00 BST", time_format="%d.%m.%Y %H:%M %Z")
    expected = (
        "--option: time_format: '%d.%m.%Y %H:%M %Z' reads names of zones, and one name "
        "is that of several. Write %z for offsets, or leave the names out and declare "
        "time_zone."
    )
    assert expected == str(caught.value)


@pytest.mark.parametrize(
    ("time_format", "written", "expected"),
    [
        ("%d/%m/%Y", "02/03/2026", "has no time zone. Add its offset, or set --option"),
        ("excel_days", "46083.375", "has no time zone. Add its offset, or set --opt"),
        (
            "epoch_s",
            "46083.375",
            "looks like days of a spreadsheet. Set --option time_format=excel_days.",
        ),
        (
            "%d/%m/%Y",
            "1772442000",
            "looks like seconds since 1970. Set --option time_format=epoch_s.",
        ),
        ("%d/%m/%Y", "2-3-2026", "is not a time stamp. Write it like 2026-11-02T09:00"),
    ],
)
def test_what_is_missing_is_told(tmp_path, time_format, written, expected):
    """A zone where the pattern has none, and the count that a number looks like."""
    with pytest.raises(TableError) as caught:
        opened(tmp_path, written, time_format=time_format)
    told = f"t.csv: line 2, column created_at: '{written}' {expected}"
    assert str(caught.value).startswith(told)


def test_days_of_a_spreadsheet_keep_to_the_clock(tmp_path):
    """An hour that was skipped, a number that is no day of its calendar, a comma."""
    options = {"time_zone": "America/New_York", "time_format": "excel_days"}
    skipped = datetime(2026, 3, 8, 2, 30, tzinfo=UTC).timestamp() / 86400 + 25569
    helpdesk = opened(
        tmp_path,
        *("46083.16666666667", skipped, 60, "9e99", "46083,5"),
        **options,
    )

    assert [NINE] == created(helpdesk)
    assert [
        "no such local time",
        "not a time stamp",
        "not a time stamp",
        "looks like days of a spreadsheet",
    ] == list(helpdesk.quarantine["rule"])


@pytest.mark.parametrize("kind", ["double", "decimal(12, 6)", "integer"])
def test_days_of_a_spreadsheet_as_numbers(tmp_path, kind):
    """Parquet has them as numbers; a whole one is a midnight."""
    path = tmp_path / "t.parquet"
    query = f"select '1' as ticket_id, 46083.375::{kind} as created_at"
    duckdb.sql(query).write_parquet(str(path))
    options = {"time_format": "excel_days", "time_zone": "UTC"}
    helpdesk = open_helpdesk("files", str(path), options=options)

    assert [NINE - (9 * 3600 if kind == "integer" else 0)] == created(helpdesk)
    with pytest.raises(TableError, match="Set --option time_format=epoch_s or epoch"):
        open_helpdesk("files", str(path))
