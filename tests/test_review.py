"""A review shows what the scorecard holds, in order, escaped, with every doubt."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit import catalog, mime, open_review, page
from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.business_hours import always
from kpi_kit.contract import Contract, Target
from kpi_kit.errors import ParameterError, UnknownNameError
from kpi_kit.review import Review
from kpi_kit.tables import Helpdesk

NAN = float("nan")
CONTRACT = Contract(vendor="A & B", slug="a-b", schedules=(always("UTC"),))
START, END = date(2026, 8, 18), date(2026, 11, 16)
COLUMNS = [
    *("metric", "statistic", "clock", "unit"),
    *("value", "low", "high", "n", "status", "note"),
]
WHOLE = pd.DataFrame(
    [
        (
            "reopen_rate",
            "share",
            "",
            "share",
            0.063,
            0.051,
            0.077,
            40,
            "provisional",
            "",
        ),
        (
            "backlog",
            "count",
            "",
            "count",
            NAN,
            NAN,
            NAN,
            0,
            "not_computable",
            "needs messages <x>",
        ),
        *[
            (
                "first_response_time",
                s,
                c,
                "minutes",
                v,
                246.0,
                271.0,
                12,
                "too_few",
                note,
            )
            for s, c, v, note in (
                ("median", "business", 258.0, "fewer than 30; no business hours"),
                ("mean", "business", 301.0, ""),
                ("median", "calendar", 999.0, ""),
            )
        ],
    ],
    columns=COLUMNS,
).assign(period_start=START, period_end=END)


def a_review(**given):
    """Return a review over literal frames, no engine behind it."""
    names = ("first_response_time", "reopen_rate", "backlog")
    accounting = [("tickets.csv", "tickets", 1500, 1490, 8, 2)]
    counts = ["rows_read", "accepted", "quarantined", "duplicates"]
    helpdesk = Helpdesk(
        connection=None,
        tables={},
        given=frozenset(),
        spans={},
        extra=(),
        accounting=pd.DataFrame(accounting, columns=["file", "table", *counts]),
        quarantine=pd.DataFrame(),
        warnings=("<b>bold</b>",),
    )
    return Review(
        helpdesk=helpdesk,
        contract=given.get("contract", CONTRACT),
        cards=tuple(catalog.named(name) for name in names),
        start=START,
        end=END,
        as_of=END - timedelta(days=1),
        whole=WHOLE,
        weekly=given.get("weekly", WHOLE),
    )


def test_title_names_vendor_days_and_zone():
    """Whose report, which days, known up to when; the vendor's name is escaped."""
    html = a_review().title().data

    assert "<h1>A &amp; B, 18 August to 15 November 2026</h1>" in html
    assert "Sun 15 Nov, UTC" in html


def test_kpis_are_in_report_order_with_their_state():
    """Of a duration the median in business hours; no number without its n."""
    html = a_review().kpis().data
    first, second, third = html.split("<tbody>")[1].strip().split("\n")[:3]

    assert '<th scope="row">First response time, median, business hours</th>' in first
    assert '<td class="number">4 h 18 min</td>' in first
    assert '<td class="number">4 h 06 min to 4 h 31 min</td>' in first
    assert "<td>too few (n=12); no business hours</td>" in first
    assert "6.3%</td>" in second
    assert "5.1 to 7.7%</td>" in second
    assert "<td>provisional</td>" in second
    assert "<td>not computable: needs message history &lt;x&gt;</td>" in third
    assert "999" not in html


def test_accounting_shows_every_row_and_warning():
    """Read = accepted + quarantined + duplicates stands in the report."""
    html = a_review().accounting().data

    for text in ("tickets.csv", "1,500", "1,490", "&lt;b&gt;bold&lt;/b&gt;"):
        assert text in html


def test_definitions_follow_the_cards():
    """Each KPI of the report is defined in it, in the same order."""
    html = a_review().definitions().data
    places = [html.index(f"<dt>{card.label}</dt>") for card in a_review().cards]

    assert sorted(places) == places
    assert "See DECISIONS.md: Which reply stops the clock; Who opened the" in html


def test_draw_takes_the_contracts_target():
    """The rule stands at the target of the statistic and clock that are drawn."""
    targets = (
        Target(metric="reopen_rate", at_most=Decimal("0.08")),
        Target(metric="first_response_time", statistic="share", at_most=Decimal(90)),
        Target(metric="first_response_time", at_most=Decimal(240)),
    )
    contract = Contract(targets=targets, schedules=(always("UTC"),))
    spec = a_review(contract=contract).draw("trend", "first_response_time").to_dict()

    assert "target 4 h." in spec["description"]


def test_nothing_to_draw_is_said():
    """A KPI without numbers keeps its heading and says why, instead of an empty box."""
    review = a_review()

    said = review.draw("trend", "backlog").data

    assert ">Backlog is not computable: needs message history &lt;x&gt;.</p>" in said
    assert review.draw("trend", "ticket_volume") is None


def test_a_chart_says_what_it_shows_and_what_is_odd():
    """Statistic, clock, what the gray is, and why the last week is unsure."""
    review = a_review(weekly=WHOLE.replace({"status": {"too_few": "ok"}}))
    first = review.draw("trend", "first_response_time").to_dict()["title"]
    again = review.draw("trend", "reopen_rate").to_dict()["title"]

    assert (
        "First response time, median, business hours, by the week of creation, "
        "with its 95% interval"
    ) == first["text"]
    assert first["subtitle"][0].startswith("Gray band: two of the measured times")
    assert "Reopen rate, share of tickets, by the week of the first" in again["text"]
    assert ["Gray band: Wilson's interval.", "Week from Tue 18 Aug: provisional."] == (
        again["subtitle"]
    )


def test_a_chart_of_too_few_promises_no_band():
    """Open circles have no interval drawn; what they are is said."""
    title = a_review().draw("trend", "first_response_time").to_dict()["title"]

    assert "interval" not in title["text"]
    assert ["Open circles: weeks with fewer than 30 tickets."] == title["subtitle"]


def test_a_count_over_part_of_a_week_is_told():
    """The volume of six days is not compared with a week's unsaid."""
    days = [
        (date(2026, 8, 18), date(2026, 8, 24)),
        (date(2026, 8, 24), date(2026, 8, 31)),
    ]
    weekly = pd.DataFrame(
        [
            (
                "ticket_volume",
                "count",
                "",
                "count",
                start,
                end,
                n,
                NAN,
                NAN,
                n,
                "ok",
                "",
            )
            for n, (start, end) in enumerate(days, start=1001)
        ],
        columns=[*COLUMNS[:4], "period_start", "period_end", *COLUMNS[4:]],
    )
    title = a_review(weekly=weekly).draw("trend", "ticket_volume").to_dict()["title"]

    assert "Ticket volume, tickets, by the week of creation" == title["text"]
    assert ["Open circle: the week from Tue 18 Aug, 6 of 7 days."] == title["subtitle"]


def test_done_marks_the_report(monkeypatch):
    """The mark says whose report and which day it is, and what numbers it holds."""
    marks = []
    monkeypatch.setattr("kpi_kit.review.publish_display_data", marks.append)
    a_review().done()
    a_review(weekly=WHOLE.assign(value=1.0)).done()

    first, second = (mark[mime.DONE] for mark in marks)
    assert ("a-b", "2026-11-15") == (first["slug"], first["as_of"])
    assert first["numbers"] != second["numbers"]


@pytest.mark.parametrize(
    ("given", "error", "why"),
    [
        ({"as_of": ""}, ParameterError, "as_of: '' is no day"),
        ({"as_of": "15.11.2026"}, ParameterError, r"'15\.11\.2026' is no day"),
        ({"as_of": "2999-01-01"}, ParameterError, "lies after today"),
        ({"days": 0}, ParameterError, "days: 0 is no length"),
        ({"kpis": ["backlogs"]}, UnknownNameError, "Did you mean 'backlog'"),
        ({"contract": "none.yaml"}, ParameterError, "none.yaml"),
    ],
)
def test_wrong_parameters_of_a_review(given, error, why):
    """Opened by hand, a notebook says the same as the runner, before reading data."""
    given = {"as_of": "2026-11-15"} | given

    with pytest.raises(error, match=why):
        open_review("files", "nowhere", **given)


def test_a_heading_of_the_page_is_escaped():
    """No text of the page is markup, whoever wrote it."""
    html = page.table("<c>", ["<h>", "x"], [["<r>", "<v>"]], {"x"})

    for name in ("<c>", "<h>", "<r>", "<v>"):
        assert name not in html


def test_a_promised_clock_is_the_one_shown():
    """The contract decides which row of a duration stands in the table."""
    target = Target(
        metric="first_response_time", clock="calendar", at_most=Decimal(1020)
    )
    html = a_review(contract=Contract(targets=(target,))).kpis().data

    assert "First response time, median, calendar time" in html
    assert "16 h 39 min" in html
    assert "4 h 18 min" not in html
