"""Rows that contradict one another, and odd ones: all are kept, and told."""

from __future__ import annotations

import pytest

from kpi_kit.sources import open_helpdesk

AT = "2026-03-02T{:02}:{:02}:00Z"
FIELDS = "status, agent, team, tier, merge"
TICKET = f"ticket_id,created_at\n1,{AT.format(9, 0)}\n"


def told(folder, name, text):
    """Open one table beside a ticket; return what is said of it, and its rows."""
    (folder / "tickets.csv").write_text(TICKET, encoding="utf-8")
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    helpdesk = open_helpdesk("files", str(folder))
    said = [each.removeprefix(f"{name}.csv: ") for each in helpdesk.warnings]
    return said, helpdesk.tables[name].execute()


def stretches(*spans):
    """Write states of agents from whole hours."""
    rows = [
        f"{agent},{AT.format(start, 0)},{AT.format(end, 0)},active"
        for agent, start, end in spans
    ]
    return "\n".join(("agent_id,started_at,ended_at,state", *rows))


def test_states_of_an_agent_that_overlap(tmp_path):
    """The second lies within the first, the third begins in it; b's touch only.

    Against the row before alone, the third would pass: the second has ended.
    """
    states = stretches(
        ("a", 9, 13), ("a", 10, 11), ("a", 12, 14), ("b", 9, 10), ("b", 10, 12)
    )
    said, rows = told(tmp_path, "agent_states", states)

    overlap = "2 rows begin before an earlier one of the agent ends"
    assert [f"{overlap}; that time counts twice"] == said
    assert 5 == len(rows)


def test_work_of_an_agent_that_overlaps(tmp_path):
    """An hour from nine and an hour from half past nine, on two tickets."""
    entries = (
        "entry_id,ticket_id,agent_id,started_at,work_seconds\n"
        f"1,1,a,{AT.format(9, 0)},3600\n2,2,a,{AT.format(9, 30)},3600\n"
        f"3,2,b,{AT.format(9, 30)},3600\n"
    )
    said, _ = told(tmp_path, "time_entries", entries)

    overlap = "1 row begins before an earlier one of the agent ends"
    assert [f"{overlap}; that time counts twice"] == said


def test_amounts_of_several_currencies_and_of_one_month(tmp_path):
    """No case of a code counts; a month is its first day, however it is written."""
    costs = (
        "month,kind,amount,currency\n2026-03,vendor_invoice,100,usd\n"
        "2026-03-01,vendor_invoice,-20,USD\n2026-03-31,vendor_invoice,5,EUR\n"
        "2026-04,vendor_invoice,7,\n"
    )
    said, rows = told(tmp_path, "costs", costs)

    assert [
        "1 of 4 rows: a negative amount, which is taken off",
        "1 of 4 rows: no currency of three letters, as ISO 4217 has them",
        "1 row has the month and kind of an earlier one; the amounts are added",
        "amounts in EUR, USD; nothing says what one is in another",
    ] == said
    months = [f"{month:%Y-%m-%d}" for month in rows["month"]]
    assert ["2026-03-01"] * 3 + ["2026-04-01"] == sorted(months)
    assert ["100.0000", "-20.0000"] == [
        str(amount) for amount in rows[rows["currency"] == "USD"]["amount"]
    ]


def test_amounts_without_any_currency(tmp_path):
    """There is no such column: it is said once, and not of each row."""
    said, _ = told(tmp_path, "costs", "month,kind,amount\n2026-03,in_house,5\n")

    assert ["names no currency; all amounts are taken to be in one"] == said


def test_a_vendor_that_reports_one_metric_twice(tmp_path):
    """Of one period two values; of the next, and of another unit, one each."""
    reports = (
        "period_start,period_end,metric,value,unit\n"
        "2026-03-01,2026-04-01,csat,0.9,share\n2026-03-01,2026-04-01,csat,0.8,share\n"
        "2026-03-01,2026-04-01,csat,90,percent\n2026-04-01,2026-05-01,csat,0.9,share\n"
    )
    said, _ = told(tmp_path, "vendor_reports", reports)

    assert ["1 row gives a metric of a period once more"] == said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param(
            "surveys",
            "survey_id,kind,score,answered_at\na,csat,5,\n",
            ["1 of 1 row: a score without the time of the answer"],
            id="an-answer-of-no-time",
        ),
        pytest.param(
            "contacts",
            "contact_id,agent_id,channel,answered_at,talk_seconds,abandoned\n"
            f"1,a,phone,{AT.format(9, 0)},60,Y\n2,a,phone,,60,n\n",
            [
                "1 of 2 rows: abandoned, and yet answered",
                "1 of 2 rows: time talking, and no time of the answer",
            ],
            id="contacts",
        ),
        pytest.param(
            "time_entries",
            "entry_id,ticket_id,agent_id,started_at,work_seconds\n"
            f"1,1,a,{AT.format(9, 0)},86401\n",
            ["1 of 1 row: more than a day of work in one stretch"],
            id="a-day-of-work",
        ),
        pytest.param(
            "agent_states",
            "agent_id,started_at,ended_at,state\n"
            "a,2026-03-02T09:00:00Z,2026-03-04T09:00:00Z,idle\n"
            "b,2026-03-02T09:00:00Z,2026-03-04T09:00:00Z,absent\n",
            ["1 of 2 rows: at work for more than a day in one stretch"],
            id="a-shift-without-end",
        ),
        pytest.param(
            "events",
            f"ticket_id,occurred_at,field\n1,{AT.format(9, 0)},state\n",
            [f"1 row changes what no number reads: 'state'. Known: {FIELDS}."],
            id="a-field-nobody-knows",
        ),
        pytest.param(
            "vendor_reports",
            "period_start,period_end,metric,value\n"
            "2026-03-01,2026-03-31,csat,1\n2026-03-01,2026-04-01,csat,1\n"
            "2026-03-02,2026-03-31,csat,1\n",
            [
                (
                    "1 of 3 rows: a period of months without their last day; "
                    "period_end is the day after it"
                ),
            ],
            id="a-month-without-its-end",
        ),
        pytest.param(
            "costs",
            "month,kind,amount,currency\n",
            ["holds no rows"],
            id="a-header-alone",
        ),
    ],
)
def test_what_is_odd_is_told(tmp_path, name, text, said):
    """No row is left out for it."""
    found, rows = told(tmp_path, name, text)

    assert said == found
    assert text.count("\n") - 1 == len(rows)
