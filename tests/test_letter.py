"""What a mail says of a report: its subject, its rows, its findings."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit import page
from kpi_kit.beside import Beside
from kpi_kit.business_hours import always
from kpi_kit.contract import Contract, Target
from kpi_kit.freshness import Freshness
from kpi_kit.mail.words import fault
from kpi_kit.standing import Attention, Waiting
from kpi_kit.tables import NOT_WHOLE
from tests.cards import DAY, MONDAY, SUNDAY, WEEK, by_day, reading, scorecard, standing
from tests.test_page import finding

LIMIT = Target(metric="first_response_time", at_most=Decimal(240))
LEAST = Target(metric="first_contact_resolution", at_least=Decimal("0.65"))
TERMS = Contract(
    vendor="Brightline BPO", schedules=(always("UTC"),), targets=(LIMIT, LEAST)
)
SPIKE = finding("132 tickets came in, usually 90", "ticket_volume", state="alarm")


def day(*waited, start=SUNDAY, opened=319, contract=TERMS):
    """Return the card of Sunday, 15 November: a wait, open tickets."""
    own = {"start": start, "days": 1}
    return scorecard(
        standing("first_response_time", reading(*waited, **own), contract),
        standing("backlog", reading(opened, start=SUNDAY, days=1), contract),
        contract=contract,
        every="day",
    )


def week(*solved, start=MONDAY, contract=TERMS):
    """Return the card of the week: a wait that keeps its limit, and what is solved."""
    return scorecard(
        standing("first_response_time", reading(200, 190, 210), contract),
        standing("first_contact_resolution", reading(*solved, start=start), contract),
        contract=contract,
    )


LAST = datetime(2026, 11, 12, 9, 5)  # noqa: DTZ001 - the wall clock of a report
MISSED, KEPT = (310, 300, 320), (200, 190, 210)


@pytest.mark.parametrize(
    ("card", "found", "subject"),
    [
        (day(*MISSED), [], "first response 5 h 10 min, limit 4 h"),
        (day(*KEPT), [], "first response 3 h 20 min, limit 4 h"),
        (day(*KEPT), [SPIKE], "132 tickets came in, usually 90; 319 open"),
        (
            day(*KEPT, start=SUNDAY - DAY),
            [],
            "first response meets 4 h (Sat 14 Nov)",
        ),
        (day(None), [], "319 open; no alarm"),
        (day(None, opened=None), [SPIKE], "132 tickets came in, usually 90"),
        (day(None, opened=None), [], "no alarm"),
    ],
)
def test_the_subject_of_a_day(card, found, subject):
    """A missed line before an alarm, an alarm before all else, as far as it fits."""
    made = page.subject.subject(card, found, ())

    assert f"Brightline BPO, Sun 15 Nov: {subject}" == made
    assert len(made) <= 70


@pytest.mark.parametrize(
    ("card", "subject"),
    [
        (week(0.6, 0.58, 0.62), "solved at the first contact 60.0%, min. 65%"),
        (week(0.6, 0.58, 0.62, start=MONDAY - WEEK), "misses 65%"),
        (week(0.7, 0.68, 0.72), "first response 3 h 20 min, limit 4 h"),
    ],
)
def test_the_subject_of_a_week(card, subject):
    """The worst line; one of another week names that, and its number where it fits."""
    made = page.subject.subject(card, [], ())

    assert made.startswith("Brightline BPO, week of 9 Nov: ")
    assert subject.split()[-1] in made
    assert len(made) <= 70
    assert ("60.0%" in made) == ("60.0%" in subject)


@pytest.mark.parametrize(
    ("vendor", "told"),
    [
        ("Brightline", "solved by one agent 60.0% (2 Nov), min. 65%"),
        ("Brightline BPO", "solved by one agent misses 65% (2 Nov)"),
        ("Brightline Support", "one line misses 65% (2 Nov)"),
    ],
)
def test_a_number_of_the_week_before_names_that_week(vendor, told):
    """Solved last week, it could still come back: the week of 2 November is judged."""
    terms = replace(TERMS, vendor=vendor)
    card = week(0.6, 0.58, 0.62, start=MONDAY - WEEK, contract=terms)
    made = page.subject.subject(card, [], ())

    assert f"{vendor}, week of 9 Nov: {told}" == made


def test_a_stale_report_says_so_first():
    """Three days are missing: no number stands before that."""
    missing = {SUNDAY - n * DAY: "data ends on 2026-11-12" for n in range(3)}
    card = replace(day(*MISSED), fresh=Freshness(last=LAST, missing=missing))
    notice = page.masthead.notice(card)
    made = page.subject.subject(card, [SPIKE], notice)

    assert made.startswith("Brightline BPO, Sun 15 Nov: 3 days are missing")
    assert notice[0].endswith("3 days are missing.")


def test_a_file_that_is_not_whole():
    """What lacks is no day, and no alarm's absence is told of it."""
    warnings = [f"tickets.csv {NOT_WHOLE}: page 3 of 5 is missing"]
    notice = page.masthead.notice(day(*KEPT), warnings)
    made = page.subject.subject(day(*KEPT), [], notice)

    assert "Brightline BPO, Sun 15 Nov: a file is not whole; 319 open" == made


def test_a_revised_report_says_so():
    """And the vendor's name is cut before the message is."""
    terms = replace(TERMS, vendor="A very long name of a vendor, incorporated")
    made = page.subject.subject(
        day(*MISSED, contract=terms), [], (), before="Revised: "
    )

    assert made.startswith("Revised: A very long name of a v…, Sun 15 Nov: ")
    assert len(made) <= 70


def letter(card, found=(), **given):
    """Return what a mail of a card says."""
    told = page.summary.told(card, found)
    parts = {"notice": (), "charts": [], "known": ["data up to now"], **given}
    known = parts.pop("known")
    return page.letter.letter(card, found, told, *parts.values(), known=known)


@pytest.mark.parametrize("card", [day(*MISSED), week(0.6, 0.58, 0.62), day(None)])
def test_what_is_said_is_json_of_the_known_form(card):
    """The digest is closed: the mail takes it as it is, or refuses it."""
    said = letter(card, [SPIKE])

    assert "" == fault(json.loads(json.dumps(said, allow_nan=False)))
    assert "" != fault({**said, "more": 1})
    assert "" != fault({**said, "version": 2})


def test_the_numbers_of_a_day():
    """Value, change, state and target of each, in words; what is absent says so."""
    own = {"start": SUNDAY, "days": 1}
    before = reading(250, 240, 260, start=SUNDAY - timedelta(weeks=1), days=1)
    rate = reading(None, n=0, status="not_computable", **own)
    rate = replace(rate, note="needs surveys of kind csat")
    found = (
        standing(
            "first_response_time", reading(*MISSED, **own), TERMS, previous=before
        ),
        standing("csat_response_rate", rate, TERMS),
    )
    first, last = letter(scorecard(*found, contract=TERMS, every="day"))["rows"]

    assert ("First response", "Misses target") == (first["name"], first["said"])
    assert "5 h 10 min" == first["value"].replace("\xa0", " ")
    changes = ["1 h slower", "Sun 8 Nov: 4 h 10 min"]
    assert changes == [text.replace("\xa0", " ") for text in first["changes"]]
    assert "at most 4 h" == first["lines"][0].replace("\xa0", " ")
    assert ("–", "Not computable") == (last["value"], last["said"])
    assert ["needs ratings"] == last["lines"]


def test_a_median_of_the_solved_does_not_stand_alone():
    """A mail is all that many read: what the open tickets make of it goes with it."""
    solved = standing("resolution_time", reading(600.0, 500.0, 700.0), TERMS)
    rows = pd.DataFrame({"period_start": [MONDAY], "waiting": [4], "median": [1234.0]})
    card = scorecard(solved, contract=TERMS)
    beside = Beside(survival={"resolution_time": rows})

    (row,) = letter(replace(card, beside=beside))["rows"]

    assert "with open tickets: 20\u00a0h\u00a034\u00a0min" == row["lines"][-1]


@pytest.mark.parametrize(
    ("opened", "title"),
    [
        (319, "319 tickets are open, usually 100 to 170"),
        (None, "Open tickets: not known of Sun 15 Nov"),
    ],
)
def test_the_title_of_a_days_chart(opened, title):
    """It says what the picture shows, and of what is missing that it is."""
    before = [100 + 10 * n for n in range(8)]
    frame = pd.concat(
        [by_day([value], SUNDAY - (8 - n) * WEEK) for n, value in enumerate(before)]
    )
    card = replace(day(*KEPT, opened=opened), daily={"backlog": frame})
    spec = {"description": "words", "title": "no more"}
    made = page.letter.charted(card["backlog"], card, frame, spec)

    assert title == made["title"]
    assert ("words", {"description": "words"}) == (made["alt"], made["spec"])


@pytest.mark.parametrize(
    ("name", "count", "title"),
    [
        ("ticket_volume", 1, "1 ticket came in"),
        ("ticket_volume", 2, "2 tickets came in"),
        ("backlog", 1, "1 ticket is open"),
    ],
)
def test_one_ticket_is_no_more_than_one(name, count, title):
    """In the title of a day's chart, and in the subject."""
    found = standing(name, reading(count, start=SUNDAY, days=1), TERMS)
    card = scorecard(found, contract=TERMS, every="day")
    made = page.letter.charted(found, card, by_day([count]), {"description": "words"})
    said = page.subject.subject(card, [], ())

    assert title == made["title"]
    assert title.replace("ticket is ", "") in said


def waits(name, kind, **given):
    """Return a ticket that waits."""
    given = {"url": f"https://desk.example/{name}", "waited": "9 h", **given}
    return Waiting(ticket_id=name, created_at=LAST, kind=kind, why="so far", **given)


def test_who_waits_for_a_person():
    """How many of each kind, what was agreed, and the longest of each with its link.

    Second is nobody's longest; the rest of the 1,207 stay in the report.
    """
    tickets = (
        waits("first", "late"),
        waits("second", "late"),
        waits("third", "unanswered", url="javascript:alert(1)"),
    )
    waiting = Attention(
        tickets=tickets,
        counts={"late": 1207, "unanswered": 1},
        agreed={"unanswered": "median of 4 h"},
    )
    card = replace(day(*KEPT), waiting=waiting, fresh=Freshness(last=LAST, missing={}))
    said = letter(card)["waiting"]

    assert "" == fault(letter(card))
    told = "1 unanswered beyond the agreed median of 4\u00a0h, 1,207 not solved; "
    assert [f"{told}the longest of each kind."] == said["told"]
    assert [
        {
            "name": "first",
            "address": "https://desk.example/first",
            "text": "9\u00a0h · so far",
        },
        {"name": "third", "address": "", "text": "9\u00a0h · so far"},
    ] == said["tickets"]


@pytest.mark.parametrize(
    ("waiting", "fresh", "told"),
    [
        (Attention(tickets=(), counts={}), Freshness(last=LAST), ["Nobody waits."]),
        (
            Attention(tickets=(), counts={}),
            Freshness(last=None),
            ["Nobody can tell: there is no data."],
        ),
        (None, Freshness(last=LAST), []),
    ],
)
def test_that_nobody_waits_is_said_where_it_is_known(waiting, fresh, told):
    """Silence and the absence of data are told apart; who did not ask says nothing."""
    said = letter(replace(day(*KEPT), waiting=waiting, fresh=fresh))["waiting"]

    assert {"told": told, "tickets": []} == said


def test_a_ticket_makes_no_mail_too_long():
    """An id of 90,000 letters is cut, an address of so many is no link."""
    long = "x" * 90_000
    ticket = waits(long, "late", url=f"https://desk.example/{long}")
    waiting = Attention(tickets=(ticket,), counts={"late": 1})
    card = replace(day(*KEPT), waiting=waiting, fresh=Freshness(last=LAST))
    (found,) = letter(card)["waiting"]["tickets"]

    assert f"{'x' * 59}…" == found["name"]
    assert "" == found["address"]


def test_what_speaks_against_is_no_fact():
    """For and against stand apart from the facts; of a finding without, empty."""
    both = replace(SPIKE, speaks_for="Login did.", speaks_against="A holiday was.")
    item, bare = letter(day(*KEPT), (both, SPIKE))["findings"]["items"]

    known = ("text", "for", "against")
    assert ("A fact.", "Login did.", "A holiday was.") == tuple(
        item[key] for key in known
    )
    assert ("A fact.", "", "") == tuple(bare[key] for key in known)


@pytest.mark.parametrize(
    ("found", "line", "marks"),
    [
        ((), "No alarms.", []),
        ((SPIKE,), "One alarm.", ["Alarm"]),
        ((SPIKE, finding("More wait")), "One alarm.", ["Alarm"]),
    ],
)
def test_the_alarms_of_a_day(found, line, marks):
    """Or that there are none; what is no alarm stands in the report."""
    said = letter(day(*KEPT), found)["findings"]

    assert (line, marks) == (said["line"], [item["mark"] for item in said["items"]])


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (2, 2), (5, 3)])
def test_the_decisions_of_a_week(count, shown):
    """Three at most, as on the page."""
    found = [finding(f"Finding {n}") for n in range(count)]
    said = letter(week(0.6, 0.58, 0.62), found)["findings"]

    assert shown == len(said["items"])
    assert ("Nothing needs a decision." == said["line"]) == (count == 0)


def test_a_sentence_carries_its_mark_in_words():
    """Unless its words say the same."""
    first, *_ = letter(day(*MISSED))["sentences"]
    close, *_ = letter(day(240, 230, 250))["sentences"]

    assert ("Misses target", "misses") == (first["mark"], first["state"])
    assert ("", "close") == (close["mark"], close["state"])
    assert "too close to call" in "".join(close["texts"])


def test_a_mark_that_is_no_verdict_has_no_words():
    """Of a comparison with the time before: its diamond is of no target."""
    told = page.sentences.Sentence(
        state="close", texts=("Against before ", "4 of 15", "."), said="against before"
    )
    said = page.letter.letter(day(*KEPT), [], [told], (), [], known=())

    assert [{"state": "close", "mark": "", "texts": list(told.texts)}] == (
        said["sentences"]
    )
