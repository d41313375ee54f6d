"""Fields that contradict each other: the doubtful one is NULL, the row stays."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

HEADER = "ticket_id,created_at,first_reply_at,solved_at,reopened_at\n"
TICKET = "ticket_id,created_at\n1,2026-03-02T09:00:00Z\n"


def opened(folder, **files):
    """Write the tables as CSV and open the folder."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_helpdesk("files", str(folder))


def quarantined(helpdesk):
    """Return line, column, rule and text of each quarantined row."""
    frame = helpdesk.quarantine[["line", "column", "rule", "text"]]
    return list(frame.itertuples(index=False, name=None))


def values(helpdesk, table, *columns):
    """Return the columns of a table's rows, missing as None."""
    frame = helpdesk.tables[table].select(*columns).execute()
    return [tuple(None if pd.isna(v) else v for v in row) for row in frame.to_numpy()]


def at(hour):
    """Return a time of one day."""
    return f"2026-03-02T{hour:02}:00:00Z"


@pytest.mark.parametrize(
    ("hours", "column", "rule"),
    [
        pytest.param(
            (9, 8, 12, None), "first_reply_at", "before created_at", id="reply"
        ),
        pytest.param((9, 10, 8, None), "solved_at", "before created_at", id="solve"),
        pytest.param((9, 10, 12, 11), "reopened_at", "before solved_at", id="reopen"),
        pytest.param(
            (9, 10, None, 8), "reopened_at", "before created_at", id="unsolved"
        ),
    ],
)
def test_a_ticket_that_contradicts_itself(tmp_path, hours, column, rule):
    """Only the later field goes; the others, and the ticket, are kept."""
    told = [at(hour) if hour else "" for hour in hours]
    helpdesk = opened(tmp_path, tickets=f"{HEADER}1,{','.join(told)}\n")
    names = HEADER.strip().split(",")
    kept = values(helpdesk, "tickets", *names)[0]

    assert [(2, column, rule)] == [told[:3] for told in quarantined(helpdesk)]
    expected = [not hour for hour in hours]
    expected[names.index(column) - 1] = True
    assert expected == [value is None for value in kept[1:]]


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param((9, 9, 9, 9), id="all-at-once"),
        pytest.param((9, 14, 12, None), id="replied-after-the-solve"),
        pytest.param((9, 10, None, 12), id="reopened-and-not-solved-since"),
    ],
)
def test_a_ticket_that_is_only_odd(tmp_path, hours):
    """What can be is accepted."""
    told = [at(hour) if hour else "" for hour in hours]
    helpdesk = opened(tmp_path, tickets=f"{HEADER}1,{','.join(told)}\n")

    assert [] == quarantined(helpdesk)


def test_a_reopening_before_the_last_solve_has_a_history(tmp_path):
    """Where changes of status are known, it is the reopening of an earlier solve."""
    tickets = f"{HEADER}1,{at(9)},{at(10)},{at(12)},{at(11)}\n"
    events = f"ticket_id,occurred_at,field\n1,{at(10)},status\n"

    assert [] == quarantined(opened(tmp_path, tickets=tickets, events=events))


def test_a_time_that_cannot_be_contradicts_nothing(tmp_path):
    """A solve in the year 9999 is the fault, and not the reopening before it."""
    tickets = f"{HEADER}1,{at(9)},{at(10)},9999-12-31T00:00:00Z,{at(11)}\n"
    helpdesk = opened(tmp_path, tickets=tickets)

    assert [(2, "solved_at", "in the future")] == [q[:3] for q in quarantined(helpdesk)]
    assert [(None, False)] == [
        (solved, reopened is None)
        for solved, reopened in values(helpdesk, "tickets", "solved_at", "reopened_at")
    ]


def test_scores_and_stretches_of_other_tables(tmp_path):
    """A score off its row's scale or its kind's, a state that ends before it began."""
    surveys = (
        "survey_id,kind,score,scale_low,scale_high\n"
        "a,csat,6,1,5\nb,csat,6,,\nc,nps,11,,\nd,csat,7,1,10\ne,nps,0,,\nf,ces,9,,\n"
    )
    states = (
        "agent_id,started_at,ended_at,state\n"
        f"a,{at(9)},{at(8)},active\nb,{at(8)},{at(9)},active\n"
    )
    contacts = (
        "contact_id,agent_id,channel,queued_at,answered_at,ended_at\n"
        f"1,a,phone,{at(9)},{at(8)},{at(10)}\n2,a,phone,{at(9)},{at(9)},{at(8)}\n"
    )
    helpdesk = opened(
        tmp_path,
        tickets=TICKET,
        surveys=surveys,
        agent_states=states,
        contacts=contacts,
    )

    off, before = "outside its scale", "before queued_at"
    assert [
        (2, "score", off),
        (3, "score", off),
        (4, "score", off),
        (2, "answered_at", before),
        (3, "ended_at", before),
        (2, "ended_at", "before started_at"),
    ] == [told[:3] for told in quarantined(helpdesk)]
    kept = [
        score for (score,) in values(helpdesk, "surveys", "score") if score is not None
    ]
    assert [0.0, 7.0, 9.0] == sorted(kept)
    assert [("b",)] == values(helpdesk, "agent_states", "agent_id")
    assert 2 == helpdesk.tables["contacts"].count().execute()


def test_tickets_that_are_merged_into_nothing(tmp_path):
    """Into itself, in a circle of two and of three; what leads into one is merged.

    Of chains that end, in a ticket or in none of the source, nothing is wrong.
    """
    merged = {"1": "1", "2": "3", "3": "2", "4": "5", "5": "6", "6": "4"}
    merged |= {"7": "4", "8": "7", "9": "10", "10": "11", "12": "99"}
    rows = [f"{n},{at(9)},{merged.get(str(n), '')}\n" for n in range(1, 13)]
    tickets = "ticket_id,created_at,merged_into\n" + "".join(rows)
    helpdesk = opened(tmp_path, tickets=tickets)
    left = values(helpdesk, "tickets", "ticket_id", "merged_into")

    circle = "merged in a circle"
    assert [
        (2, "merged_into", "merged into itself", "1"),
        (3, "merged_into", circle, "3"),
        (4, "merged_into", circle, "2"),
        (5, "merged_into", circle, "5"),
        (6, "merged_into", circle, "6"),
        (7, "merged_into", circle, "4"),
    ] == quarantined(helpdesk)
    assert [("10", "11"), ("12", "99"), ("7", "4"), ("8", "7"), ("9", "10")] == sorted(
        told for told in left if told[1]
    )
    assert 12 == len(left)


def test_what_is_accepted_but_odd_is_counted(tmp_path):
    """A reply in the very second, a rating of an open ticket, a reply by nobody."""
    tickets = (
        "ticket_id,created_at,first_reply_at,solved_at,agent_id,csat\n"
        f"1,{at(9)},{at(9)},{at(10)},a,\n"
        f"2,{at(9)},{at(10)},,a,5\n"
        f"3,{at(9)},{at(10)},,,\n"
    )
    helpdesk = opened(tmp_path, tickets=tickets)

    assert (
        (
            "tickets.csv: 1 of 3 rows: answered in the second of the creation, as a "
            "machine does"
        ),
        "tickets.csv: 1 of 3 rows: rated before being solved",
        "tickets.csv: 1 of 3 rows: answered by nobody named, counted under (none)",
    ) == helpdesk.warnings


def test_what_a_ticket_says_of_itself_and_cannot_all_be_right(tmp_path):
    """Each is told with its count, kept, and never mended: nobody knows which is right.

    Two are reopened without a solve, three done without one, and so on up.  The last
    three are in order: open again since its solve, closed, five years less a day old.
    """
    day, later = "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"
    told = {
        "reopened, and no time of a solve": (2, f",,{day},,open"),
        "done by the status, and no time of a solve; counted as open": (
            3,
            ",,,,closed",
        ),
        "open by the status, and solved; counted as solved": (4, f",{day},,,hold"),
        "first answered after the solve": (5, f"{later},{day},,1,solved"),
        "a first reply and no replies, or replies and no first one": (6, ",,,2,new"),
        "first answered after more than five years": (7, f"{later},,,1,open"),
        "solved after more than five years": (8, f",{later},,0,solved"),
    }
    rows = [
        f"{'2021-03-01T09:00:00Z' if 'five' in text else day},{row}"
        for text, (count, row) in told.items()
        for _ in range(count)
    ]
    rows += [f"{day},,{day},{later},,open", f"{day},,{day},,,closed"]
    rows += [f"2021-03-04T09:00:00Z,{later},{later},,3,closed"]
    header = (
        "ticket_id,created_at,first_reply_at,solved_at,reopened_at,reply_count,status"
    )
    numbered = [f"{n},{row}" for n, row in enumerate(rows)]
    helpdesk = opened(tmp_path, tickets="\n".join((header, *numbered)))

    assert [] == quarantined(helpdesk)
    assert (
        tuple(
            f"tickets.csv: {count} of {len(rows)} rows: {text}"
            for text, (count, _) in told.items()
        )
        == helpdesk.warnings
    )


def test_times_in_an_hour_that_comes_twice(tmp_path):
    """Half past one on the day the clocks go back: the first of the two, and told."""
    tickets = "ticket_id,created_at\n1,2025-11-02 01:30\n2,2025-11-02 02:30\n"
    (tmp_path / "tickets.csv").write_text(tickets, encoding="utf-8")
    options = {"time_zone": "America/New_York"}
    helpdesk = open_helpdesk("files", str(tmp_path), options=options)

    assert ["2025-11-02T05:30:00", "2025-11-02T07:30:00"] == [
        pd.Timestamp(value, unit="s").isoformat()
        for (value,) in values(helpdesk, "tickets", "created_at")
    ]
    (told,) = helpdesk.warnings
    assert told.startswith("tickets.csv: in 1 row created_at lies in an hour that")


@pytest.mark.parametrize(
    ("table", "text", "column", "rule", "raw"),
    [
        pytest.param(
            "surveys",
            "survey_id,kind,score,scale_low,scale_high\na,csat,3,5,1\n",
            *("scale_high", "not above scale_low", "1"),
            id="a-scale-upside-down",
        ),
        pytest.param(
            "surveys",
            "survey_id,kind,score,scale_low,scale_high\na,nps,90,0,100\n",
            *("score", "outside its scale", "90"),
            id="a-recommendation-on-a-scale-of-its-own",
        ),
        pytest.param(
            "surveys",
            "survey_id,kind,score\na,csat,4.50\n",
            *("score", "not a whole rating", "4.50"),
            id="half-a-rating",
        ),
        pytest.param(
            "contacts",
            "contact_id,agent_id,channel,answered_at,ended_at,talk_seconds\n"
            f"1,a,phone,{at(9)},{at(10)},3602\n",
            *("talk_seconds", "longer than the contact", "3602"),
            id="a-talk-longer-than-the-call",
        ),
        pytest.param(
            "contacts",
            "contact_id,agent_id,channel,queued_at,ended_at,hold_seconds\n"
            f"1,a,phone,{at(9)},{at(10)},-5\n",
            *("hold_seconds", "negative", "-5"),
            id="less-than-no-time",
        ),
        pytest.param(
            "qa_scores",
            "review_id,ticket_id,reviewer_side,criterion,score,max_score,weight\n"
            "1,1,client,tone,4,5,-1\n",
            *("weight", "negative", "-1"),
            id="a-weight-that-takes-away",
        ),
    ],
)
def test_a_field_that_cannot_be(tmp_path, table, text, column, rule, raw):
    """It is NULL, told as it is written, and its row stays."""
    helpdesk = opened(tmp_path, tickets=TICKET, **{table: text})

    assert [(2, column, rule, raw)] == quarantined(helpdesk)
    assert [(None,)] == values(helpdesk, table, column)


@pytest.mark.parametrize(
    ("table", "row", "column", "rule"),
    [
        ("qa_scores", "1,1,client,tone,0,0", "max_score", "not above zero"),
        ("qa_scores", "1,1,client,Total,5,9", "criterion", "a total, no row"),
        ("vendor_reports", "2026-03-01,2026-03-01,csat,1", "period_end", "not after"),
        ("annotations", "0001-01-01,launch", "date", "not between 1990"),
        ("annotations", "2999-01-01,launch", "date", "not between 1990"),
        ("costs", "2026-13,in_house,5", "month", "not a date"),
    ],
)
def test_a_row_that_cannot_be(tmp_path, table, row, column, rule):
    """What it is about is impossible: the row is left out, a sound one stays."""
    header = {
        "qa_scores": "review_id,ticket_id,reviewer_side,criterion,score,max_score",
        "vendor_reports": "period_start,period_end,metric,value",
        "annotations": "date,label",
        "costs": "month,kind,amount",
    }[table]
    good = {
        "qa_scores": "2,1,client,tone,1,2",
        "vendor_reports": "2026-03-01,2026-04-01,csat,1",
        "annotations": "2026-03-01,launch",
        "costs": "2026-12,in_house,5",
    }[table]
    text = f"{header}\n{row}\n{good}\n"
    helpdesk = opened(tmp_path, tickets=TICKET, **{table: text})

    ((line, where, why, _),) = quarantined(helpdesk)
    assert (2, column) == (line, where)
    assert why.startswith(rule)
    assert 1 == helpdesk.tables[table].count().execute()


def test_a_talk_as_long_as_the_call(tmp_path):
    """Seconds are cut at both ends: one more than the difference can be."""
    contacts = (
        "contact_id,agent_id,channel,answered_at,ended_at,talk_seconds\n"
        f"1,a,phone,{at(9)},{at(10)},3601\n"
    )

    assert [] == quarantined(opened(tmp_path, tickets=TICKET, contacts=contacts))


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "parquet"])
def test_the_text_of_a_fault_is_as_it_was_written(tmp_path, kind):
    """With its own offset, its own zeros: what was read from it would hide both."""
    rows = pd.DataFrame(
        {
            "ticket_id": ["1", "2", "3"],
            "created_at": ["2026-03-02T11:00:00+02:00"] * 3,
            "solved_at": ["2026-03-02 09:30:00+0100", "9999-12-31T00:00:00Z", None],
            "reopened_at": [None, None, "2026-03-02T00:00:00.500Z"],
        }
    )
    path = tmp_path / f"tickets.{kind}"
    if kind == "parquet":
        rows.to_parquet(path)
    elif kind == "csv":
        rows.to_csv(path, index=False)
    else:
        rows.to_json(path, orient="records", lines=kind == "ndjson")

    first = 2 if kind == "csv" else 1
    assert [
        (first, "solved_at", "before created_at", "2026-03-02 09:30:00+0100"),
        (first + 1, "solved_at", "in the future", "9999-12-31T00:00:00Z"),
        (first + 2, "reopened_at", "before created_at", "2026-03-02T00:00:00.500Z"),
    ] == quarantined(open_helpdesk("files", str(tmp_path)))


def test_of_a_broken_file_too_the_text_is_as_it_was_written(tmp_path):
    """A line that is no JSON stands before the fault: line 3, not 2."""
    tickets = (
        f'{{"ticket_id": 1, "created_at": "{at(9)}"}}\nbroken\n'
        f'{{"ticket_id": 2, "created_at": "2999-01-01T00:00Z"}}\n'
    )
    (tmp_path / "tickets.ndjson").write_text(tickets, encoding="utf-8")
    _, late = quarantined(open_helpdesk("files", str(tmp_path)))

    assert (3, "created_at", "in the future", "2999-01-01T00:00Z") == late


def test_a_table_of_which_nothing_is_left(tmp_path):
    """Few rows are no excuse, and no limit allows it."""
    costs = "month,kind,amount\n2026-13,in_house,5\n"
    with pytest.raises(TableError, match=r"costs.csv: 1 of 1 .* none is left; 1 for"):
        opened(tmp_path, tickets=TICKET, costs=costs)
    with pytest.raises(TableError, match="none is left"):
        open_helpdesk("files", str(tmp_path), options={"quarantine_limit": "100%"})

    helpdesk = opened(tmp_path, tickets=TICKET, costs=costs + "2026-12,in_house,5\n")
    assert 1 == helpdesk.tables["costs"].count().execute()
