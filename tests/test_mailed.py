"""The digest of real reports: one closed piece of JSON with all that a mail needs."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpi_kit import mime, open_review
from kpi_kit.mail.words import fault
from kpi_kit.page.names import unbroken
from kpi_kit.page.sentences import contract_lines

CONTRACT = "parameters/demo/contract.yaml"
DAY = ("first_response_time", "backlog", "csat_response_rate", "ticket_volume")
WEEK = ("first_response_time", "first_contact_resolution", "reopen_rate", "csat")


def review(every, kpis, **given):
    """Open a review of the small demo."""
    options = {"contract": CONTRACT, "as_of": "2026-11-13", "days": 63, **given}
    return open_review("demo", "3000", every=every, kpis=kpis, **options)


@pytest.fixture(scope="module")
def day():
    """A digest of Friday, 13 November."""
    return review("day", DAY)


@pytest.fixture(scope="module")
def week():
    """A review of the week that ends with Sunday, 15 November."""
    return review("week", WEEK, as_of="2026-11-15", days=90)


def said(opened):
    """Return what the mail of a review says."""
    (bundle,) = opened.digest().parts
    assert {mime.DIGEST, "text/plain"} == bundle.keys()
    return bundle[mime.DIGEST]


@pytest.mark.parametrize("name", ["day", "week"])
def test_it_is_of_the_known_form(request, name):
    """JSON without a number that JSON does not know; its chart has its data in it."""
    opened = request.getfixturevalue(name)
    found = said(opened)
    text = json.dumps(found, allow_nan=False)
    (chart,) = found["charts"]

    assert "" == fault(json.loads(text))
    assert text == json.dumps(said(opened))
    assert "brightline" == found["slug"]
    assert chart["spec"]["datasets"]
    assert '"url"' not in text
    assert "#FFFFFF" == chart["spec"]["config"]["background"]
    assert len(text) < 60_000


def test_the_surveys_of_a_day_are_of_a_week(day):
    """The last seven days that had their seven days to be answered, and how many."""
    standing = day.card["csat_response_rate"]
    now, newer, before = standing.now, standing.newer, standing.previous
    row = said(day)["rows"][2]

    assert (date(2026, 10, 31), date(2026, 11, 7)) == (now.start, now.end)
    assert (date(2026, 10, 24), date(2026, 10, 31)) == (before.start, before.end)
    assert (date(2026, 11, 7), date(2026, 11, 14)) == (newer.start, newer.end)
    assert "share of surveys, 31 Oct to 6 Nov" == row["kind"]
    assert any(line.endswith(f"n\u00a0{now.n}") for line in row["lines"])
    assert any(line.startswith("7 to 13 Nov: ") for line in row["lines"])


def test_the_three_numbers_of_a_day(day):
    """First response, open tickets, surveys; what came in is in the sentences."""
    found = said(day)

    assert ["First response", "Open tickets", "Surveys answered"] == [
        row["name"] for row in found["rows"]
    ]
    assert any(" came in" in "".join(s["texts"]) for s in found["sentences"])
    assert "open" in found["charts"][0]["title"]


def test_who_waits_is_in_the_mail_of_a_day_alone(day, week):
    """As many of each kind as on the page, and of each the ticket that waits longest.

    The demo has tickets of all three kinds, of each another number.
    """
    waiting, (told, *_) = day.card.waiting, said(day)["waiting"]["told"]
    first = {one.kind: one.ticket_id for one in reversed(waiting.tickets)}

    assert {"unanswered", "reopened", "late"} == waiting.counts.keys()
    assert 3 == len({*waiting.counts.values()})
    numbers = [int(part.split()[0]) for part in told.split(", ")]
    assert [*waiting.counts.values()] == numbers
    assert [*reversed(first.values())] == [
        one["name"] for one in said(day)["waiting"]["tickets"]
    ]
    assert {"told": [], "tickets": []} == said(week)["waiting"]


def test_the_chart_of_a_week_is_its_worst_lines(week):
    """That of the first sentence: its number is in both, and its state."""
    worst, *_ = contract_lines(week.card)
    found = said(week)
    sentence, title = found["sentences"][0], found["charts"][0]["title"]

    assert worst.state == sentence["state"]
    assert worst.state_text in title
    assert unbroken(sentence["texts"][1]) in title


def test_the_chart_of_a_quarter_ends_with_it():
    """Half of October is known, and would be read as how September ended."""
    (chart,) = said(review("quarter", WEEK, as_of="2026-10-15"))["charts"]

    assert chart["subtitle"].endswith("to 30 September 2026")
    assert chart["spec"]["datasets"]


def test_a_source_without_surveys(tmp_path):
    """Not computable, in words; the chart is of what is known."""
    rows = "".join(f"{n},2026-11-{n % 13 + 1:02d}T09:00:00Z\n" for n in range(400))
    (tmp_path / "tickets.csv").write_text(f"ticket_id,created_at\n{rows}", "utf-8")
    opened = open_review(
        "files", str(tmp_path), as_of="2026-11-13", days=20, every="day", kpis=DAY
    )
    found = said(opened)

    assert ["Not computable"] * 3 == [row["said"] for row in found["rows"]]
    assert "–" == found["rows"][2]["value"]
    assert found["charts"][0]["title"].startswith("30 tickets came in")
    assert "Ticket volume" in found["charts"][0]["alt"]
