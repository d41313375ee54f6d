"""Files become the canonical tables: what is read, what is refused, what is counted."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from kpi_kit.errors import ParameterError, TableError, UnknownNameError
from kpi_kit.sources import hand_over, open_helpdesk
from kpi_kit.tables import TABLES

HEADER = "ticket_id,created_at,solved_at,channel,csat,comment\n"
NINE = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())


def opened(path, text, **kwargs):
    """Write ``text`` to ``path`` and open that file."""
    path.write_text(text, encoding="utf-8")
    return open_helpdesk("files", str(path), **kwargs)


def rows(helpdesk, *columns, table="tickets"):
    """Return the columns as tuples, missing as None."""
    frame = helpdesk.tables[table].select(*columns).execute()
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in frame.itertuples(index=False)
    ]


def counts(helpdesk):
    """Return read, accepted, quarantined and duplicate rows of the first file."""
    return tuple(int(value) for value in helpdesk.accounting.iloc[0, 2:])


def quarantined(helpdesk):
    """Return the quarantine without the file's name."""
    return [tuple(row)[1:] for row in helpdesk.quarantine.itertuples(index=False)]


def refusal(path, text, **kwargs):
    """Return the error line that opening ``text`` ends in, the only one."""
    with pytest.raises((TableError, ParameterError)) as caught:
        opened(path, text, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def path(tmp_path):
    """Where a test's tickets are written."""
    return tmp_path / "tickets.csv"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        pytest.param("2026-03-02T09:00:00Z", 0, id="utc"),
        pytest.param("2026-03-02 09:00:00Z", 0, id="blank-for-T"),
        pytest.param("2026-03-02T09:00Z", 0, id="no-seconds"),
        pytest.param("2026-03-02T14:30:00+05:30", 0, id="offset"),
        pytest.param("2026-03-02T05:00:00-0400", 0, id="offset-without-colon"),
        pytest.param("2026-03-02T08:00:00-01", 0, id="offset-in-hours"),
        pytest.param("2026-03-02 09:00:00 +0000", 0, id="offset-after-a-blank"),
        pytest.param("2026-03-02T09:00:00.999999999Z", 0, id="fraction-is-cut"),
        pytest.param("2026-03-02T08:59:60Z", 0, id="leap-second"),
        pytest.param("  2026-03-02T09:00:01Z ", 1, id="blanks-around"),
    ],
)
def test_an_instant_is_whole_seconds_of_utc(path, written, seconds):
    """ISO 8601 with an offset, in any of its spellings; fractions are never rounded."""
    helpdesk = opened(path, f"ticket_id,created_at\n1,{written}\n")

    assert [(NINE + seconds,)] == rows(helpdesk, "created_at")


@pytest.mark.parametrize(
    ("options", "written", "hour", "minute"),
    [
        ({"time_zone": "America/New_York"}, "2026-03-02 04:00", 9, 0),
        (
            {"time_zone": "UTC", "time_format": "%d/%m/%Y %H.%M"},
            "2/3/2026 10.05",
            10,
            5,
        ),
        ({"time_format": "%Y%m%d %H%M%S %z"}, "20260302 100500 +0100", 9, 5),
        ({"time_format": "epoch_s"}, str(NINE), 9, 0),
        ({"time_format": "epoch_ms"}, f"{NINE}999", 9, 0),
        ({"time_format": "excel_days", "time_zone": "UTC"}, "46083.375", 9, 0),
        # A third of a second less than 10:05 in Paris: a fraction that is written so.
        (
            {"time_format": "excel_days", "time_zone": "Europe/Paris"},
            "46083.4201388850",
            9,
            5,
        ),
    ],
)
def test_options_read_other_instants(path, options, written, hour, minute):
    """A zone, a pattern or a count of seconds is taken only when the user says so."""
    helpdesk = opened(path, f"ticket_id,created_at\n1,{written}\n", options=options)

    expected = datetime(2026, 3, 2, hour, minute, tzinfo=UTC).timestamp()
    assert [(expected,)] == rows(helpdesk, "created_at")


def test_clocks_that_change(path):
    """01:30 that happens twice is the first; 02:30 that never does is quarantined."""
    text = "ticket_id,created_at\n1,2025-11-02 01:30:00\n2,2026-03-08 02:30:00\n"
    helpdesk = opened(path, text, options={"time_zone": "America/New_York"})

    first = datetime(2025, 11, 2, 5, 30, tzinfo=UTC).timestamp()
    assert [("1", first)] == rows(helpdesk, "ticket_id", "created_at")
    told = (3, "created_at", "no such local time", "2026-03-08 02:30:00")
    assert [told] == quarantined(helpdesk)


def test_times_of_which_none_has_a_zone_are_refused(path):
    """The line is the physical one: a comment above spans two, a blank line one."""
    text = HEADER + '1,,,email,,"a\nb"\n\n2,2026-03-02 09:00:00,,,,\n'

    expected = (
        "tickets.csv: line 5, column created_at: '2026-03-02 09:00:00' has no time "
        "zone. Add its offset, or set --option time_zone=AREA/CITY."
    )
    assert expected == refusal(path, text)


def test_a_column_without_a_readable_time_is_refused(path):
    """The value is cut at 40 characters, its control characters shown."""
    text = (
        "ticket_id,created_at,solved_at\n1,2026-03-02T09:00:00Z,\n"
        f"2,2026-03-02T09:00:00Z,noon\x1b[2J{'x' * 60}\n"
    )

    expected = (
        rf"tickets.csv: line 3, column solved_at: 'noon\x1b[2J{'x' * 32}' is not a "
        "time stamp. Write it like 2026-11-02T09:00:00Z, or set --option time_format."
    )
    assert expected == refusal(path, text)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2026-03-02 09:00:00", "no time zone"),
        ("1772442000", "looks like seconds since 1970"),
        ("1772442000000", "looks like milliseconds since 1970"),
        ("46083.375", "looks like days of a spreadsheet"),
        ("1772442", "not a time stamp"),
        ("20260302", "not a time stamp"),
        ("03/02/2026 09:00", "not a time stamp"),
        ("2 marzo 2026 09:00", "not a time stamp"),
        ("2026-02-30T09:00:00Z", "not a time stamp"),
        ("2026-03-02T09:00:00 CST", "not a time stamp"),
        ("2026-03-02T09:00:00+25:00", "not a time stamp"),
    ],
)
def test_a_time_written_otherwise_is_one_bad_row(path, written, rule):
    """Among times that read, it is not guessed at: the row is quarantined."""
    text = f"ticket_id,created_at\n1,2026-03-02T09:00:00Z\n2,{written}\n"
    helpdesk = opened(path, text)

    assert (2, 1, 1, 0) == counts(helpdesk)
    assert [(3, "created_at", rule, written)] == quarantined(helpdesk)
    assert [("1",)] == rows(helpdesk, "ticket_id")


def test_a_missing_required_column_is_refused(path):
    """The nearest name is told."""
    expected = (
        "tickets.csv: table tickets has no column 'created_at'. "
        "Did you mean 'createdat'? Known: createdat."
    )
    assert expected == refusal(path, "ticket_id,createdat\n1,2026-03-02T09:00:00Z\n")


def test_a_look_alike_letter_is_shown(path):
    """A Cyrillic a looks like ours; the message must not."""
    text = "ticket_id,cre\u0430ted_at\n1,2026-03-02T09:00:00Z\n"

    assert "Did you mean 'cre<U+0430>ted_at'?" in refusal(path, text)


def test_bad_fields_are_quarantined_once_and_null(path):
    """A row with two bad fields counts once, keeps its place, and loses the two."""
    text = (
        "ticket_id,created_at,csat,handle_seconds,escalated,tier,customer_since\n"
        "1,2026-03-02T09:00:00Z,good,abc,TRUE,1,2026-01-31\n"
        "2,2026-03-02T09:00:00Z,4.0,inf,no,2.0,\n"
        "3,2026-03-02T09:00:00Z,N/A,6e2,0,,null\n"
        "4,2026-03-02T09:00:00Z,5,60,perhaps,1.5,31.1.2026\n"
    )
    helpdesk = opened(path, text)

    assert (4, 1, 3, 0) == counts(helpdesk)
    assert [
        (2, "csat", "not a number", "good"),
        (3, "handle_seconds", "not a number", "inf"),
        (5, "escalated", "neither true nor false", "perhaps"),
    ] == quarantined(helpdesk)
    assert [
        (None, None, True, 1, pd.Timestamp(2026, 1, 31)),
        (4.0, None, False, 2, None),
        (None, 600.0, False, None, None),
        (5.0, 60.0, None, None, None),
    ] == rows(helpdesk, "csat", "handle_seconds", "escalated", "tier", "customer_since")


def test_a_row_without_key_or_time_is_left_out(path):
    """A total row would be a ticket otherwise."""
    text = (
        HEADER
        + ",2026-03-02T09:00:00Z,,,,\nTotal,,,,4.5,\n 1,2026-03-02T09:00:00Z,,,,\n"
    )
    helpdesk = opened(path, text)

    assert (3, 1, 2, 0) == counts(helpdesk)
    assert [
        (2, "ticket_id", "empty", ""),
        (3, "ticket_id", "a total, no row", "Total"),
    ] == quarantined(helpdesk)
    assert [("1",)] == rows(helpdesk, "ticket_id")


def test_times_that_cannot_be(path):
    """A future creation leaves the row out, an impossible solve only that field."""
    text = HEADER + (
        "1,2999-01-01T00:00:00Z,,,,\n"
        "2,2026-03-02T09:00:00Z,9999-12-31T23:59:59Z,,,\n"
        "3,2026-03-02T09:00:00Z,1970-01-01T00:00:00Z,,,\n"
        "4,2026-03-02T09:00:00Z,0000-00-00 00:00:00,,,\n"
    )
    helpdesk = opened(path, text)

    assert (4, 0, 4, 0) == counts(helpdesk)
    assert [
        (2, "created_at", "in the future", "2999-01-01T00:00:00Z"),
        (3, "solved_at", "in the future", "9999-12-31T23:59:59Z"),
        (4, "solved_at", "before 1990", "1970-01-01T00:00:00Z"),
        (5, "solved_at", "zero date", "0000-00-00 00:00:00"),
    ] == quarantined(helpdesk)
    assert [("2", None), ("3", None), ("4", None)] == rows(
        helpdesk, "ticket_id", "solved_at"
    )


def test_a_clock_five_minutes_ahead_is_no_fault(path):
    """Two machines' clocks differ; four minutes are not the future, six are."""
    now = datetime.now(tz=UTC)
    four, six = (now + timedelta(minutes=m) for m in (4, 6))
    helpdesk = opened(
        path, f"ticket_id,created_at\n1,{four.isoformat()}\n2,{six.isoformat()}\n"
    )

    assert [("1",)] == rows(helpdesk, "ticket_id")


def test_duplicates(path):
    """Equal rows are dropped and counted; of unequal ones the first is kept."""
    good = "1,2026-03-02T09:00:00Z,,email,5,fine\n"
    other = "1,2026-03-02T09:00:00Z,,email,1,fine\n"
    bad = "2,2026-03-02T09:00:00Z,,email,good,\n"
    helpdesk = opened(path, HEADER + good + bad + good + other + bad)

    assert (5, 1, 2, 2) == counts(helpdesk)
    assert [("1", 5.0), ("2", None)] == rows(helpdesk, "ticket_id", "csat")
    assert [
        (3, "csat", "not a number", "good"),
        (5, "ticket_id", "duplicate key, other content", "1"),
    ] == quarantined(helpdesk)


def test_of_duplicates_the_newest_is_kept(path):
    """By updated_at, as an instant; where it says nothing or the same, the first."""
    written = (
        "1,email,2026-03-02T23:00:00Z",
        "1,chat,2026-03-03T09:00:00+02:00",
        "1,phone,2026-03-03T00:30:00Z",
        "1,chat,2026-03-03T09:00:00+02:00",
        "2,email,soon",
        "2,chat,2026-03-02T09:00:00Z",
        "3,email,2026-03-02T09:00:00Z",
        "3,chat,2026-03-02T09:00:00Z",
    )
    text = "ticket_id,channel,Updated At,created_at\n"
    text += "".join(f"{row},2026-03-02T09:00:00Z\n" for row in written)
    helpdesk = opened(path, text)

    assert (8, 3, 4, 1) == counts(helpdesk)
    assert [("1", "chat"), ("2", "chat"), ("3", "email")] == sorted(
        rows(helpdesk, "ticket_id", "channel")
    )
    older, other = "duplicate key, older content", "duplicate key, other content"
    assert [
        (2, "ticket_id", older, "1"),
        (4, "ticket_id", older, "1"),
        (6, "ticket_id", other, "2"),
        (9, "ticket_id", other, "3"),
    ] == quarantined(helpdesk)


@pytest.mark.parametrize(
    ("table", "key", "header", "row", "others"),
    [
        pytest.param(
            "messages",
            "message_id",
            "ticket_id,sent_at,author_role,body",
            "1,2026-03-02T10:00:00Z,agent,",
            ("1,2026-03-02T10:00:00Z,agent,Hi", "1,2026-03-02T10:00:01Z,agent,"),
            id="messages",
        ),
        pytest.param(
            "events",
            "event_id",
            "ticket_id,occurred_at,field,new_value",
            "1,2026-03-02T10:00:00Z,status,solved",
            (
                "1,2026-03-02T10:00:00Z,status,",
                "2,2026-03-02T10:00:00Z,status,solved",
            ),
            id="events",
        ),
    ],
)
def test_equal_rows_without_an_id_are_copies(tmp_path, table, key, header, row, others):
    """Three alike are one, told and counted; with an id of each they are three."""
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,created_at\n1,2026-03-02T09:00:00Z\n2,2026-03-02T09:00:00Z\n"
    )
    written = [row, *others, row, row]
    (tmp_path / f"{table}.csv").write_text("\n".join((header, *written)))
    helpdesk = open_helpdesk("files", str(tmp_path))

    assert [5, 3, 0, 2] == list(helpdesk.accounting.iloc[1, 2:])
    assert 3 == helpdesk.tables[table].count().execute()
    told = f"2 rows equal an earlier one; without {key} a copy is meant"
    assert f"{table}.csv: {told}" in helpdesk.warnings

    numbered = [f"{number},{each}" for number, each in enumerate(written)]
    text = "\n".join((f"{key},{header}", *numbered))
    (tmp_path / f"{table}.csv").write_text(text)
    helpdesk = open_helpdesk("files", str(tmp_path))
    assert [5, 5, 0, 0] == list(helpdesk.accounting.iloc[1, 2:])


def test_ids_are_text(path):
    """007 and 7 are two tickets, 2**70 keeps its digits; a spreadsheet loses them."""
    text = HEADER + "".join(
        f"{name},2026-03-02T09:00:00Z,,,,\n"
        for name in ("007", "7", str(2**70), "1.23457E+12", "1.23457E+12")
    )
    helpdesk = opened(path, text)

    assert [("007",), ("7",), (str(2**70),)] == rows(helpdesk, "ticket_id")
    assert ["id lost digits in a spreadsheet"] * 2 == list(helpdesk.quarantine["rule"])


def test_words_of_a_closed_list(path):
    """Case and blanks do not matter; an unknown word stays and is told."""
    text = HEADER + (
        "1,2026-03-02T09:00:00Z,, E-Mail,,\n"
        "2,2026-03-02T09:00:00Z,,CHAT ,,\n"
        "3,2026-03-02T09:00:00Z,,,,\n"
    )
    helpdesk = opened(path, text)

    assert [("e-mail",), ("chat",), (None,)] == rows(helpdesk, "channel")
    expected = (
        "tickets.csv: 1 row has an unknown word in channel: 'e-mail'. "
        "Known: email, chat, phone, social, messaging, web, other."
    )
    assert (expected,) == helpdesk.warnings


def test_ragged_rows_are_quarantined(path):
    """Eleven fields under ten names are no row, and shift no line after them."""
    text = (
        "ticket_id,created_at,csat\n"
        '1,2026-03-02T09:00:00Z,"5"\n'
        "2,2026-03-02T09:00:00Z,5,surprise\n"
        "3,2026-03\n"
        "4,2026-03-02T09:00:00Z,bad\n"
    )
    helpdesk = opened(path, text)

    assert (4, 1, 3, 0) == counts(helpdesk)
    assert [
        (3, "", "4 fields, header has 3", "2,2026-03-02T09:00:00Z,5,surprise"),
        (4, "", "2 fields, header has 3", "3,2026-03"),
        (5, "csat", "not a number", "bad"),
    ] == quarantined(helpdesk)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "the file is empty. Export it again.", id="empty"),
        pytest.param(
            "<!DOCTYPE html>\n<html></html>\n",
            "looks like HTML, not a table; an expired export link? Export it again.",
            id="login-page",
        ),
        pytest.param(
            '[{"ticket_id": 1}]',
            "looks like JSON, not CSV. Name it .json or .ndjson.",
            id="json",
        ),
        pytest.param(
            "ticket_id,created_at,Created At\n",
            "two columns are called 'created_at'. Remove or rename one.",
            id="twice",
        ),
        pytest.param(
            "ticket_id,created_at,\n",
            "a column has no name. Is the first line the header? Name it there.",
            id="no-name",
        ),
        pytest.param(
            'ticket_id,created_at\n1,2026-03-02T09:00:00Z\n2,"never closed\n3,x\n',
            "line 3: a quote is opened and never closed: '2,\"never closed\\n3,x\\n'. "
            "Correct the file.",
            id="open-quote",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused(path, text, expected):
    """One line says what the file is instead."""
    assert f"tickets.csv: {expected}" == refusal(path, text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks(path, end, mark):
    """Unix, Windows and old Mac lines, with a byte order mark or without."""
    text = f"{mark}ticket_id,created_at{end}1,2026-03-02T09:00:00Z{end}"
    path.write_bytes(text.encode())

    assert [("1", NINE)] == rows(
        open_helpdesk("files", str(path)), "ticket_id", "created_at"
    )


def test_encodings(path):
    """UTF-16 says so itself; cp1252 must be said, and the line is named if not."""
    text = HEADER + "1,2026-03-02T09:00:00Z,,,,caf\u00e9\n"
    path.write_bytes(text.encode("utf-16"))
    assert [("caf\u00e9",)] == rows(open_helpdesk("files", str(path)), "comment")

    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(TableError, match=r"^tickets.csv: line 2, byte 81: 0xe9 is no"):
        open_helpdesk("files", str(path))
    helpdesk = open_helpdesk("files", str(path), options={"encoding": "cp1252"})
    assert [("caf\u00e9",)] == rows(helpdesk, "comment")


def test_delimiter_and_decimal_mark(path):
    """The header decides the delimiter; what a comma in a number is must be said."""
    head = "sep=;\nticket_id;created_at;handle_seconds\n"
    text = head + "1;2026-03-02T09:00:00Z;4,5\n2;2026-03-02T09:00:00Z;1.234\n"

    expected = (
        "tickets.csv: line 3, column handle_seconds: '4,5' has a comma. "
        "Set --option decimal=, if that is the decimal mark, else decimal=."
    )
    assert expected == refusal(path, text)
    helpdesk = opened(path, text, options={"decimal": ","})
    assert [(4.5,), (None,)] == rows(helpdesk, "handle_seconds")
    assert [(4, "handle_seconds", "not a number", "1.234")] == quarantined(helpdesk)
    assert ("tickets.csv: fields are separated by a semicolon",) == helpdesk.warnings
    helpdesk = opened(path, text, options={"decimal": "."})
    assert [(None,), (1.234,)] == rows(helpdesk, "handle_seconds")
    plain = text.replace(";", "~").removeprefix("sep=~\n")
    helpdesk = opened(path, plain, options={"delimiter": "~", "decimal": ","})
    assert [("1",), ("2",)] == rows(helpdesk, "ticket_id")


def test_a_comma_between_commas_is_one_bad_row(path):
    """Where commas part the fields, a number with one is more likely thousands."""
    text = (
        "ticket_id,created_at,handle_seconds\n"
        '1,2026-03-02T09:00:00Z,"1,234"\n2,2026-03-02T09:00:00Z,60\n'
    )
    helpdesk = opened(path, text)

    told = [(2, "handle_seconds", "a comma in a number", "1,234")]
    assert told == quarantined(helpdesk)


def test_ratings_by_word_and_scale(path):
    """A declared map reads words; a declared scale refuses what is off it."""
    text = HEADER + "".join(
        f"{n},2026-03-02T09:00:00Z,,,{csat},\n" for n, csat in enumerate(("Good", 4, 0))
    )
    options = {"csat_map": "good=5,bad=1", "csat_scale": "1-5"}
    helpdesk = opened(path, text, options=options)

    assert [(5.0,), (4.0,), (None,)] == rows(helpdesk, "csat")
    assert [(4, "csat", "outside 1 to 5", "0")] == quarantined(helpdesk)


@pytest.mark.parametrize(
    ("options", "written", "expected"),
    [
        pytest.param({}, "0", (None, "outside 1 to 5"), id="one-to-five-unless-said"),
        pytest.param({}, "6", (None, "outside 1 to 5"), id="above-five"),
        pytest.param({}, "4.5", (None, "not a whole rating"), id="half"),
        pytest.param({}, "4.0", (4.0,), id="whole-with-a-point"),
        pytest.param({}, "Good", (None, "not a number"), id="word"),
        pytest.param({"csat_scale": "0-10"}, "7", (7.0,), id="own-scale"),
        pytest.param({"csat_scale": "0-1.5"}, "0.7", (0.7,), id="scale-of-parts"),
        pytest.param({"csat_map": "good=1,bad=0"}, "good", (1.0,), id="mapped"),
        pytest.param(
            {"csat_map": "good=1,bad=0"}, "5", (None, "outside 0 to 1"), id="map-scale"
        ),
        pytest.param(
            {"csat_map": "good=5,Offered=unanswered"}, " offered", (None,), id="offered"
        ),
        pytest.param(
            {"csat_map": "good=5,Offered=unanswered"},
            "unoffered",
            (None, "not a number"),
            id="offered-no-other-word",
        ),
    ],
)
def test_a_rating_is_on_its_scale(path, options, written, expected):
    """A rating off its scale is no rating; the ticket stays."""
    text = HEADER + f"1,2026-03-02T09:00:00Z,,,{written},\n"
    helpdesk = opened(path, text, options=options)

    value, *rules = expected
    assert [(value,)] == rows(helpdesk, "csat")
    assert rules == [rule for _, _, rule, _ in quarantined(helpdesk)]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("-1", "negative"),
        ("31622401", "over one year"),
        ("18446744073709551616", "over one year"),
        ("NaN", "not a number"),
        ("00:10:00", "not a number"),
    ],
)
def test_a_duration_is_possible(path, written, rule):
    """Seconds of work are neither negative nor longer than a year."""
    text = f"ticket_id,created_at,handle_seconds\n1,2026-03-02T09:00:00Z,{written}\n"
    helpdesk = opened(path, text)

    assert [(2, "handle_seconds", rule, written)] == quarantined(helpdesk)
    assert [("1", None)] == rows(helpdesk, "ticket_id", "handle_seconds")


def test_a_zero_byte_in_a_text(path):
    """Most programs would cut the text there; here the row is told, the rest stays."""
    text = HEADER + "1,2026-03-02T09:00:00Z,,chat,5,a\x00b\n"
    helpdesk = opened(path, text)

    assert [(2, "comment", "holds a zero byte", "a\0b")] == quarantined(helpdesk)
    assert [("1", 5.0, None)] == rows(helpdesk, "ticket_id", "csat", "comment")


def test_column_names_and_map(path):
    """Case and blanks do not matter, other names are mapped; the reader is told."""
    text = "Ticket ID,opened,made sla\n1,2026-03-02T09:00:00Z,true\n"
    helpdesk = opened(path, text, options={"column_map": "opened=created_at"})

    assert [(NINE, "true")] == rows(helpdesk, "created_at", "made sla")
    assert ("made sla",) == helpdesk.extra
    assert (
        "tickets.csv: column 'Ticket ID' is read as ticket_id",
        "tickets.csv: column 'opened' is read as created_at",
    ) == helpdesk.warnings
    expected = (
        "column_map: no file has a column 'open'. Did you mean 'opened'? "
        "Known: Ticket ID, made sla, opened."
    )
    both = {"column_map": "opened=created_at,open=url"}
    assert expected == refusal(path, text, options=both)


def test_options_stand_beside_the_data(path):
    """``source.yaml`` is read; what the command line says beats it."""
    beside = path.parent / "source.yaml"
    beside.write_text("time_zone: Europe/Paris\n", encoding="utf-8")
    text = "ticket_id,created_at\n1,2026-03-02 10:00:00\n"

    assert [(NINE,)] == rows(opened(path, text), "created_at")
    helpdesk = opened(path, text, options={"time_zone": "UTC"})
    assert [(NINE + 3600,)] == rows(helpdesk, "created_at")
    beside.write_text("timezone: Europe/Paris\n", encoding="utf-8")
    assert refusal(path, text).startswith(
        f"{beside}: line 1: no option is called 'timezone'. Did you mean 'time_zone'?"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"time_zone": "EST"},
            (
                "time_zone: 'EST' is no IANA time zone. "
                "Write one like Europe/Paris, or UTC."
            ),
        ),
        ({"decimal": ";"}, "decimal: ';' is no decimal mark. Write . or ,"),
        (
            {"encoding": "x"},
            "encoding: 'x' is no encoding. Write one like utf-8 or cp1252.",
        ),
        (
            {"csat_scale": "5-1"},
            (
                "csat_scale: '5-1' is no scale. "
                "Write the lowest and the highest, like 1-5."
            ),
        ),
        (
            {"column_map": "a"},
            "column_map: 'a' is no list of pairs. Write one like a=b,c=d.",
        ),
    ],
)
def test_an_option_that_cannot_be(path, options, expected):
    """The option, its value and what would do."""
    assert f"--option: {expected}" == refusal(path, HEADER, options=options)


def folder_of(tmp_path, **texts):
    """Write ``NAME.csv`` files and return their folder."""
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(tmp_path)


TICKET = "ticket_id,created_at\n1,2026-03-02T09:00:00Z\n"


def test_a_folder_of_tables(tmp_path):
    """Each table has every declared column; ``given`` tells the real ones apart."""
    events = (
        "event_id,ticket_id,occurred_at,field,old_value,new_value\n"
        "1,1,2026-03-02T09:00:00Z,Status,New,Solved\n"
        "2,1,2026-03-02T09:00:00Z,status,,-100\n"
        "3,1,2026-03-02T09:00:00Z,tier,,Two\n"
    )
    location = folder_of(tmp_path, tickets=TICKET, events=events, agent="agent_id\n")
    helpdesk = open_helpdesk("files", location)

    assert {"tickets", "events"} == set(helpdesk.tables)
    for name, table in helpdesk.tables.items():
        declared = {c.name: c.type.stored for c in TABLES[name].columns}
        stored = {n: str(t).replace(" ", "") for n, t in table.schema().items()}
        assert {n: t.replace(" ", "") for n, t in declared.items()} == stored
    assert {
        "tickets",
        "tickets.ticket_id",
        "tickets.created_at",
        "events",
        *(f"events.{name}" for name in ("event_id", "ticket_id", "occurred_at")),
        *(f"events.{name}" for name in ("field", "old_value", "new_value")),
        "events.field=status",
        "events.field=tier",
    } == helpdesk.given
    assert [("new", "solved"), (None, "-100"), (None, "Two")] == rows(
        helpdesk, "old_value", "new_value", table="events"
    )
    assert (
        "agent.csv: is not read, no table is called 'agent'",
        (
            "events.csv: 1 row has an unknown word in new_value: '-100'. "
            "Known: new, open, pending, hold, solved, closed, deleted."
        ),
        (
            "events.csv: 1 row has an unknown word in new_value: 'Two'. "
            "Known: whole numbers."
        ),
    ) == helpdesk.warnings
    assert [("tickets.csv", 1), ("events.csv", 3)] == list(
        helpdesk.accounting[["file", "accepted"]].itertuples(index=False, name=None)
    )


def test_tables_without_a_key_keep_equal_rows(tmp_path):
    """Two invoices of one month may be equal; nothing says they are one."""
    costs = "month,kind,amount\n" + "2026-03-01,vendor_invoice,12.34565\n" * 2
    helpdesk = open_helpdesk("files", folder_of(tmp_path, tickets=TICKET, costs=costs))

    assert ["12.3457"] * 2 == [
        str(amount) for (amount,) in rows(helpdesk, "amount", table="costs")
    ]


def test_a_key_of_two_columns(tmp_path):
    """A review has one score per criterion; the same criterion twice is a duplicate."""
    scores = (
        "review_id,ticket_id,reviewer_side,criterion,score,max_score\n"
        "r,1,Vendor,tone,1,2\nr,1,vendor,facts,1,2\n"
        "r,1,vendor,tone,1,2\nr,1,vendor,,1,2\n"
    )
    helpdesk = open_helpdesk(
        "files", folder_of(tmp_path, tickets=TICKET, qa_scores=scores)
    )

    assert [4, 2, 1, 1] == list(helpdesk.accounting.iloc[1, 2:])
    assert [(5, "criterion", "empty", "")] == quarantined(helpdesk)


def test_columns_nobody_asked_for(tmp_path):
    """Undeclared columns are dimensions of tickets, and unread elsewhere."""
    location = folder_of(
        tmp_path,
        tickets="ticket_id,created_at,plan,solvd_at\n1,2026-03-02T09:00:00Z,pro,\n",
        agents="agent_id,shirt\na,blue\n",
    )
    helpdesk = open_helpdesk("files", location)

    assert ("plan", "solvd_at") == helpdesk.extra
    assert (
        "tickets.csv: column 'solvd_at' is not 'solved_at'; misspelt?",
        "agents.csv: column 'shirt' is not read",
    ) == helpdesk.warnings
    assert "shirt" not in helpdesk.tables["agents"].columns


def test_a_folder_that_cannot_be(tmp_path):
    """No tickets, two of them, or nothing at all: one line each."""

    def told():
        with pytest.raises(TableError) as caught:
            open_helpdesk("files", str(tmp_path))
        return str(caught.value)

    none = f"{tmp_path}: has no tickets.parquet, tickets.csv or the like. "
    assert f"{none}It holds no file of that kind." == told()
    folder_of(tmp_path, other=TICKET, events=TICKET)
    assert f"{none}It holds events.csv, other.csv." == told()
    folder_of(tmp_path, ticket=TICKET)
    assert f"{none}Did you mean 'ticket.csv'? Known: ticket.csv." == told()
    folder_of(tmp_path, tickets=TICKET)
    (tmp_path / "tickets.tsv").write_text("x", encoding="utf-8")
    expected = f"{tmp_path}: holds tickets.csv and tickets.tsv. Keep one of them"
    assert f"{expected}, or the parts alone." == told()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none.csv", "no such file or folder. Give where the tickets are."),
        (
            "a.xlsx",
            "no table is read from such a file. Known: .parquet, .csv, .csv.gz, ",
        ),
    ],
)
def test_a_location_that_cannot_be(tmp_path, name, expected):
    """A missing file, and one of no known kind."""
    (tmp_path / "a.xlsx").touch()

    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(tmp_path / name))
    assert str(caught.value).startswith(f"{tmp_path / name}: {expected}")


def test_a_source_engine_or_day_that_cannot_be(path):
    """Unknown names come with the nearest; passwords are not shown."""
    with pytest.raises(UnknownNameError) as caught:
        open_helpdesk("file", str(path))
    expected = (
        "source: no source is called 'file'. Did you mean 'files'? "
        "Known: demo, files, sql."
    )
    assert expected == str(caught.value)
    with pytest.raises(ParameterError, match="is neither duckdb nor a URL"):
        opened(path, TICKET, engine="duck")
    with pytest.raises(ParameterError, match=r"^engine: no engine is"):
        opened(path, TICKET, engine="nonsense://me:secret@host/db")
    for name in ("sqlite", "duckdb"):
        match = rf"^engine {name}://\*\*\*@host/none/db: "
        with pytest.raises(ParameterError, match=match) as failed:
            opened(path, TICKET, engine=f"{name}://me:secret@host/none/db")
        assert "secret" not in str(failed.value)
    with pytest.raises(ParameterError, match=r"^as_of: 2999-01-01 is in the future\. "):
        opened(path, TICKET, as_of=date(2999, 1, 1))


RECORDS = [
    {"ticket_id": 2**70, "created_at": "2026-03-02T09:00:00Z"},
    {"ticket_id": "b", "created_at": "2026-03-02T09:00:00Z", "csat": 4, "plan": "pro"},
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "ndjson"])
def test_text_formats(tmp_path, kind, packed):
    """CSV, TSV, a JSON array and NDJSON hold the same, gzipped alike."""
    frame = pd.DataFrame(RECORDS).astype({"ticket_id": str})
    text = {
        "csv": frame.to_csv(index=False),
        "tsv": frame.to_csv(index=False, sep="\t"),
        "json": json.dumps(RECORDS, indent=1),
        "ndjson": "\n".join(json.dumps(record) for record in RECORDS),
    }[kind].encode()
    path = tmp_path / f"tickets.{kind}{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(text) if packed else text)
    helpdesk = open_helpdesk("files", str(path))

    expected = [(str(2**70), NINE, None, None), ("b", NINE, 4.0, "pro")]
    assert expected == rows(helpdesk, "ticket_id", "created_at", "csat", "plan")
    assert () == helpdesk.warnings


TWICE = '[{"ticket_id": 1, "created_at": "2026-03-02T09:00:00Z", "ticket_id": 2}]'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("t.json", '{"tickets": {}}', "holds one object, not a list of rows. "),
        (
            "t.json",
            '[{"ticket_id": "1", "crea',
            "the file is not whole: it ends in line 1. Export it again.",
        ),
        ("t.json", TWICE, "line 1, character 2: the key 'ticket_id' twice: "),
        ("t.json", "[" * 400_000, "is nested 400,000 deep, at most 100 is read. "),
        ("t.ndjson", "<html>", "looks like HTML, not a table; "),
        ("t.parquet", "PAR1", "the file is not whole: "),
    ],
)
def test_broken_files(tmp_path, name, text, expected):
    """A file cut short, a key twice, a login page: refused, never read in part."""
    assert refusal(tmp_path / name, text).startswith(f"{name}: {expected}")


def test_a_broken_line_of_ndjson_is_one_row(tmp_path):
    """It is quarantined; the lines around it count."""
    good = [json.dumps(record) for record in RECORDS]
    text = "\n".join([good[0], '{"ticket_id": "x", "cre', good[1]])
    helpdesk = opened(tmp_path / "t.ndjson", text)

    assert (3, 2, 1, 0) == counts(helpdesk)
    told = (2, "", "no JSON (unterminated string)", '{"ticket_id": "x", "cre')
    assert [told] == quarantined(helpdesk)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{"ticket_id": 1, "ticket_id": 2}', "the key 'ticket_id' twice"),
        ("[1]", "no object"),
        ("{bad", "no JSON (expecting property name enclosed in double quotes)"),
        (
            '{"comment": "\\ud83d"}',
            "half a character, as an escape that begins with \\ud",
        ),
    ],
)
def test_lines_of_ndjson_that_are_no_rows(tmp_path, line, rule):
    """Told by their physical line, though a blank one stands above."""
    good = json.dumps(RECORDS[0])
    other = good.replace('ticket_id": ', 'ticket_id": 1')
    text = f"\ufeff{good}\n\n{line}\n\ufeff{other}\n"
    helpdesk = opened(tmp_path / "t.ndjson", text)

    assert [(3, "", rule, line)] == quarantined(helpdesk)
    expected = [(str(2**70),), (f"1{2**70}",)]
    assert expected == rows(helpdesk, "ticket_id")


def parquet(path, select):
    """Write what a SELECT gives as Parquet."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"copy ({select}) to '{path}'")
    return path


def test_parquet_keeps_its_types(tmp_path):
    """Time stamps with a zone, whole ids, words in any case; half seconds are cut."""
    path = parquet(
        tmp_path / "tickets.parquet",
        "select 1 as ticket_id, timestamptz '2026-03-02 09:00:00.999Z' as created_at, "
        "'Email' as channel, 4::tinyint as csat, 2.0::double as tier, 7 as plan, "
        "timestamp '2026-01-31' as customer_since",
    )
    helpdesk = open_helpdesk("files", str(path))

    since = pd.Timestamp(2026, 1, 31)  # pandas writes dates as midnights
    expected = [("1", NINE, "email", 4.0, 2, "7", since)]
    columns = ("ticket_id", "created_at", "channel", "csat", "tier", "plan")
    assert expected == rows(helpdesk, *columns, "customer_since")
    assert () == helpdesk.warnings


def test_parquet_is_judged_like_text(tmp_path):
    """Missing, repeated and unreadable: the same counts, rows for lines."""
    path = parquet(
        tmp_path / "tickets.parquet",
        "select * from (values ('1', timestamptz '2026-03-02 09:00:00Z', '5'), "
        "('1', timestamptz '2026-03-02 09:00:00Z', '5'), (null, now(), '4'), "
        "('2', now(), 'good')) as t (ticket_id, created_at, csat)",
    )
    helpdesk = open_helpdesk("files", str(path))

    assert (4, 1, 2, 1) == counts(helpdesk)
    assert [
        (3, "ticket_id", "empty", ""),
        (4, "csat", "not a number", "good"),
    ] == quarantined(helpdesk)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (
            "timestamp '2026-03-02 10:00:00' as created_at",
            (
                "created_at is TIMESTAMP; it has no time zone. "
                "Set --option time_zone=AREA/CITY."
            ),
        ),
        (
            "date '2026-03-02' as created_at",
            "created_at is DATE; a day is no time stamp. Give the time with its zone.",
        ),
        (
            "1::bigint as created_at",
            (
                "created_at is BIGINT; a time stamp is needed. "
                "Set --option time_format=epoch_s or epoch_ms, or excel_days with "
                "time_zone."
            ),
        ),
        (
            "now() as created_at, 1.0::double as agent_id",
            "agent_id is DOUBLE; an id loses digits there. Write ids as text.",
        ),
        (
            "now() as created_at, now() as csat",
            "csat is TIMESTAMP WITH TIME ZONE; a number is needed.",
        ),
    ],
)
def test_parquet_of_wrong_types_is_refused(tmp_path, column, expected):
    """A type that can never hold what is declared is no matter of rows."""
    path = parquet(tmp_path / "tickets.parquet", f"select '1' as ticket_id, {column}")

    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(path))
    assert f"tickets.parquet: column {expected}" == str(caught.value)


def test_zone_less_parquet_with_a_zone(tmp_path):
    """The option names the zone of the whole column."""
    path = parquet(
        tmp_path / "tickets.parquet",
        "select '1' as ticket_id, timestamp '2026-03-02 10:00:00' as created_at",
    )
    options = {"time_zone": "Europe/Paris"}

    helpdesk = open_helpdesk("files", str(path), options=options)
    assert [(NINE,)] == rows(helpdesk, "created_at")


def test_no_rows_are_no_fault(path):
    """A header alone is a helpdesk without tickets."""
    helpdesk = opened(path, HEADER)

    assert (0, 0, 0, 0) == counts(helpdesk)
    assert 0 == helpdesk.tables["tickets"].count().execute()


def test_many_bad_rows_are_counted_and_listed_in_part(path):
    """All are counted, ten thousand are listed, the reader is told."""
    text = "ticket_id,created_at\n" + "x,\n" * 10_001
    helpdesk = opened(path, text, limited=False)

    assert (10_001, 0, 10_001, 0) == counts(helpdesk)
    assert 10_000 == len(helpdesk.quarantine)
    expected = "tickets.csv: 10,001 rows are quarantined, 10,000 are listed"
    assert (expected,) == helpdesk.warnings
    expected = [("tickets.csv", "tickets", "created_at", "empty", 10_001)]
    assert expected == list(helpdesk.rules.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("bad", "good", "options", "most"),
    [
        pytest.param(51, 5_049, {}, None, id="one-percent"),
        pytest.param(51, 5_048, {}, 50, id="above-one-percent"),
        pytest.param(50, 0, {}, None, id="fifty-are-always-allowed"),
        pytest.param(3, 97, {"quarantine_limit": "2"}, 2, id="rows"),
        pytest.param(60, 60, {"quarantine_limit": "50 %"}, None, id="share"),
        pytest.param(1, 9, {"quarantine_limit": "0"}, 0, id="none"),
    ],
)
def test_too_many_bad_rows_stop_a_run(path, bad, good, options, most):
    """The limit is one percent or fifty, whichever is more; the worst rule is told."""
    text = HEADER + "".join(f"{n},2026-03-02T09:00:00Z,,,,\n" for n in range(good))
    text += "y,2026-03-02T09:00:00Z,,,good,\n" + "x,,,,,\n" * (bad - 1)
    if most is None:
        assert bad == counts(opened(path, text, options=options))[2]
        return

    rest = "Correct the file; or raise --option quarantine_limit."
    are = "is" if bad == 1 else "are"
    expected = (
        f"tickets.csv: {bad} of {bad + good:,} rows {are} quarantined, at most {most} "
        f"may be; {max(bad - 1, 1)} for "
    )
    told = refusal(path, text, options=options)
    assert told.startswith(expected)
    assert told.endswith(rest)


def test_files_reach_every_engine(engine, tmp_path):
    """Typed once by DuckDB, read by the engine: same rows, NULL stays NULL."""
    text = HEADER + "1,2026-03-02T09:00:00Z,,Email,good,\n1,2026-03-02T09:00:00Z,,,,\n"
    url = {"duckdb": "duckdb", "pyspark": "pyspark://"}[engine.name]
    helpdesk = opened(tmp_path / "tickets.csv", text, engine=url)

    assert engine.name == helpdesk.connection.name
    assert (2, 0, 2, 0) == counts(helpdesk)
    tickets = helpdesk.tables["tickets"]
    known = tickets.aggregate(n=tickets.count(), csat=tickets.csat.count())
    assert [(1, 0)] == [tuple(row) for row in known.execute().itertuples(index=False)]
    assert [("1", NINE, "email", None)] == rows(
        helpdesk, "ticket_id", "created_at", "channel", "customer_since"
    )


def test_two_helpdesks_of_one_engine(engine, tmp_path):
    """Opening a second source leaves the first one's tables alone."""
    url = {"duckdb": "duckdb", "pyspark": "pyspark://"}[engine.name]
    first = opened(tmp_path / "one.csv", TICKET, engine=url)
    opened(tmp_path / "two.csv", TICKET.replace("\n1,", "\n2,"), engine=url)

    assert [("1",)] == rows(first, "ticket_id")


def test_a_small_frame_is_handed_over(engine):
    """Days stay days and NULL stays NULL; another frame of that name changes none."""
    frame = pd.DataFrame({"day": [date(2026, 3, 2), None], "minutes": [1.5, None]})
    table = hand_over(engine.connection, "handed", frame)
    hand_over(engine.connection, "handed", frame.head(1))

    assert "date" == str(table.schema()["day"])
    assert 2 == table.count().execute()
    assert 1 == table.minutes.count().execute()
