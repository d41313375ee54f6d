"""What is due, and the exit code that a monitor sees."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from kpi_kit import periods
from kpi_kit.__main__ import cli
from kpi_kit.due import due
from kpi_kit.errors import StaleError
from kpi_kit.mail.ledger import Key, Ledger
from kpi_kit.reports import LEDGER
from tests.shelf import fail, put

TUESDAY = date(2026, 11, 17)


@pytest.fixture
def out(tmp_path):
    """Return an empty folder for reports."""
    return tmp_path / "reports"


def states(out, as_of=TUESDAY):
    """Return each cadence's state and last day."""
    return {row.cadence: (row.state, str(row.day)) for row in due(out, as_of)}


@pytest.mark.parametrize(
    ("cadence", "last", "state"),
    [
        pytest.param("daily_digest", "2026-11-17", "done", id="today's"),
        pytest.param("daily_digest", "2026-11-16", "missing", id="yesterday's"),
        pytest.param("weekly_review", "2026-11-15", "done", id="to-sunday"),
        pytest.param("weekly_review", "2026-11-11", "done", id="six-days-ago"),
        pytest.param("weekly_review", "2026-11-10", "missing", id="a-week-ago"),
        pytest.param("quarterly_deep_dive", "2026-10-08", "done", id="this-quarter"),
        pytest.param("quarterly_deep_dive", "2026-09-29", "missing", id="last-one"),
        pytest.param("my_own", "2020-01-01", "done", id="of-no-rhythm"),
    ],
)
def test_a_report_is_due_in_its_rhythm(out, cadence, last, state):
    """On Tuesday 17 November; the quarter ended on 30 September."""
    put(out, last, cadence=cadence)

    assert state == states(out)[cadence][0]


@pytest.mark.parametrize(
    ("known", "sunday"),
    [
        pytest.param("2026-11-17", "2026-11-15", id="tuesday"),
        pytest.param("2026-11-21", "2026-11-15", id="saturday"),
        pytest.param("2026-11-22", "2026-11-22", id="sunday"),
    ],
)
def test_of_a_week_its_sunday_is_due(out, known, sunday):
    """The week that a weekly report tells of ends with it, whichever day it is now."""
    put(out, "2026-11-01", cadence="weekly_review")

    day = date.fromisoformat(known)
    assert ("missing", sunday) == states(out, day)["weekly_review"]
    put(out, sunday, cadence="weekly_review")
    assert ("done", sunday) == states(out, day)["weekly_review"]


def test_a_quarter_is_due_once_its_last_solves_can_be_judged(out):
    """On the eighth day after it, not before."""
    put(out, "2026-07-10", cadence="quarterly_deep_dive")

    seventh, eighth = date(2026, 10, 7), date(2026, 10, 8)
    assert "done" == states(out, seventh)["quarterly_deep_dive"][0]
    assert ("missing", "2026-09-30") == states(out, eighth)["quarterly_deep_dive"]


def test_the_worst_comes_first_with_its_reason(out):
    """One of each kind; a reader sees what to do before what is well."""
    put(out, "2026-11-17")
    put(out, "2026-11-16", slug="bob")
    put(out, "2026-11-17", slug="cyd", lacks="Data ends Mon 16 Nov, 20:00.")
    put(out, "2026-11-16", slug="dan")
    fail(out, "2026-11-17", slug="dan", why="no tickets")

    rows = [(row.vendor, row.state, row.why, row.code) for row in due(out, TUESDAY)]
    assert [
        ("Dan", "failed", "This report failed in cell open. no tickets.", 6),
        ("Bob", "missing", "the last is of 2026-11-16", 5),
        ("Cyd", "incomplete", "Data ends Mon 16 Nov, 20:00.", 5),
        ("Ann", "done", "", 0),
    ] == rows


@pytest.mark.parametrize(
    ("given", "state", "code"),
    [
        (["accepted", "accepted"], "done", 0),
        (["accepted", "refused"], "refused", 3),
        (["refused", "unknown"], "undelivered", 4),
        (["refused", None], "undelivered", 4),
    ],
)
def test_mails_that_did_not_arrive(out, given, state, code):
    """What waits or is unknown weighs more than what was refused."""
    put(out, "2026-11-17")
    mailed(out, "2026-11-17", given)

    (row,) = due(out, TUESDAY)
    assert (state, code) == (row.state, row.code)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            ["unknown", "accepted"],
            ("undelivered", "of 2026-11-16 1 may have it or not"),
        ),
        ([None], ("undelivered", "of 2026-11-16 the mails of 1 wait")),
        (["refused"], ("done", "")),
    ],
)
def test_an_older_mail_that_may_not_have_arrived_is_not_forgotten(out, given, told):
    """Today's is with all; who may lack yesterday's is told of until somebody asked."""
    for day in ("2026-11-16", "2026-11-17"):
        put(out, day)
    mailed(out, "2026-11-16", given)
    mailed(out, "2026-11-17", ["accepted"])

    (row,) = due(out, TUESDAY)
    assert (*told, "2026-11-17") == (row.state, row.why, str(row.day))


def mailed(out, day, states):
    """Note what became of the mails of Ann's digest of a day."""
    key = Key(slug="ann", cadence="daily_digest", as_of=day, revision="one")
    ledger = Ledger(out / LEDGER)
    ledger.begin()
    people = [f"{number}@example.com" for number in range(len(states))]
    ledger.take_up(key, people, people)
    for person, each in zip(people, states, strict=True):
        if each is not None:
            ledger.claim(key, person)
            ledger.settle(key, person, each)
    ledger.close()


def test_an_empty_folder_is_no_good_news(out):
    """A switch that nobody holds must not say that all is well."""
    with pytest.raises(StaleError, match="holds no report"):
        due(out, TUESDAY)


def test_a_vendor_that_never_came_is_missed(out, tmp_path):
    """With the words of the run, status knows whom to expect."""
    files = []
    for vendor in ("ann", "bob"):
        contract = tmp_path / f"{vendor}.contract.yaml"
        contract.write_text(f"vendor: {vendor}\n")
        files.append(tmp_path / f"{vendor}.yaml")
        files[-1].write_text(f"contract: {contract}\n")
    put(out, "2026-11-17")
    words = ["status", "daily_digest", "--parameters", *map(str, files)]
    given = [*words, "--as-of", "2026-11-17", "--out", str(out), "--format", "json"]
    answer = CliRunner().invoke(cli, given)

    assert 5 == answer.exit_code
    told = json.loads(answer.output)
    assert 5 == told["exit_code"]
    assert [("bob", "missing"), ("ann", "done")] == [
        (row["slug"], row["state"]) for row in told["reports"]
    ]


def test_a_broken_file_hides_no_other_vendor(out, tmp_path):
    """What is wrong with it stands in its row; Ann's report stands in the next."""
    contract = tmp_path / "ann.contract.yaml"
    contract.write_text("vendor: ann\n")
    good, bad = tmp_path / "ann.yaml", tmp_path / "bob.yaml"
    good.write_text(f"contract: {contract}\n")
    bad.write_text("typo: 1\n")
    put(out, "2026-11-17")
    words = ["status", "daily_digest", "--parameters", str(bad), str(good)]
    given = [*words, "--as-of", "2026-11-17", "--out", str(out), "--format", "json"]
    answer = CliRunner().invoke(cli, given)

    assert 2 == answer.exit_code
    bob, ann = json.loads(answer.output)["reports"]
    assert (str(bad), "broken") == (bob["vendor"], bob["state"])
    assert "takes no parameter called 'typo'" in bob["why"]
    assert ("ann", "done") == (ann["slug"], ann["state"])


def test_what_broke_stands_where_its_exit_code_does(out, tmp_path):
    """A run that failed is worse than a file that is broken, that than a late report.

    By their numbers, 6, 2 and 5, the file would stand last.
    """
    files = {}
    for vendor in ("ann", "bob", "cyd"):
        contract = tmp_path / f"{vendor}.contract.yaml"
        contract.write_text(f"vendor: {vendor}\n")
        files[vendor] = tmp_path / f"{vendor}.yaml"
        files[vendor].write_text(f"contract: {contract}\n")
    files["bob"].write_text("typo: 1\n")
    fail(out, "2026-11-17", slug="cyd")
    words = ["status", "daily_digest", "--parameters", *map(str, files.values())]
    given = [*words, "--as-of", "2026-11-17", "--out", str(out), "--format", "json"]
    answer = CliRunner().invoke(cli, given)

    told = json.loads(answer.output)
    states = [row["state"] for row in told["reports"]]
    assert (6, ["failed", "broken", "missing"]) == (told["exit_code"], states)


def test_people_see_a_table(out):
    """One line a report, without what would steer a terminal; the exit code is told."""
    put(out, "2026-11-17", vendor="Ann\x1b[31m & Co")
    put(out, "2026-11-01", slug="bob")
    given = ["status", "--as-of", "2026-11-17", "--out", str(out)]
    answer = CliRunner().invoke(cli, given)

    assert 5 == answer.exit_code
    assert [
        "Vendor        Report        Last day    State    Why",
        "Bob           daily digest  2026-11-17  missing  the last is of 2026-11-01",
        "Ann[31m & Co  daily digest  2026-11-17  done",
    ] == answer.output.splitlines()


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        pytest.param("2026-11-01T05:30", "2026-11-01T06:30", 1, id="an-hour-twice"),
        pytest.param("2026-03-08T06:30", "2026-03-08T07:30", 1, id="an-hour-skipped"),
        pytest.param("2026-11-01T03:30", "2026-11-01T04:30", 2, id="over-midnight"),
    ],
)
def test_a_night_of_changing_clocks_has_one_report(monkeypatch, first, second, days):
    """A scheduler that fires at 1:30 twice, or at 1:30 and 3:30, asks for one day.

    In New York; half past eleven in the evening and half past midnight are two days.
    """
    asked = []
    for text in (first, second):
        now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        clock = type("Clock", (datetime,), {"now": classmethod(lambda _, __, n=now: n)})
        monkeypatch.setattr(periods, "datetime", clock)
        asked.append(periods.last_known_day(None, "America/New_York"))

    assert days == len(set(asked))
