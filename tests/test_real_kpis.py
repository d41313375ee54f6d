"""KPIs of real calls, surveys, service desks and tweets, each beside its plain count.

The bank's figures come from plain SQL and are kept to their last printed digit; the id
of a test names the figure.  The others are counted here, row by row, from the files.
Where the kit defines a number otherwise, the test holds both and says why.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from statistics import fmean, median
from zoneinfo import ZoneInfo

import pytest

from kpi_kit.catalog import METRICS
from kpi_kit.contract import ServiceLevel, read_contract
from kpi_kit.evidence import evidence
from kpi_kit.scorecard import scorecard
from kpi_kit.sources import open_helpdesk
from tests.test_real_data import DATA, MAPPINGS, digits, kpi

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data lies beside the project, not in it"
)

AS_OF = date(2020, 12, 31)
WEEK = 7 * 86_400
SPANS = {
    "anonymous_bank": (date(1999, 2, 1), date(1999, 3, 1)),
    "sfo_survey": (date(2017, 1, 1), date(2018, 1, 1)),
    "bpi14": (date(2012, 1, 1), date(2015, 1, 1)),
    "helpdesk_italy": (date(2010, 1, 1), date(2015, 1, 1)),
    "twcs": (date(2008, 1, 1), date(2018, 1, 1)),
}


def lines(name):
    """Yield the rows of a file as they stand."""
    mark = "\t" if name.endswith("tsv.gz") else ","
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=mark)


@cache
def opened(name):
    """Open a file through its mapping; the survey has no tickets, and says so."""
    options = {"allow_empty": "true"} if name == "sfo_survey" else {}
    place = str(MAPPINGS / name)
    return open_helpdesk("sql", str(DATA), mapping=place, options=options)


def contract_of(name):
    """Return the contract beside a mapping."""
    return read_contract(MAPPINGS / name / "contract.yaml", known_metrics=METRICS)


@cache
def kpis(name):
    """Return every KPI over a whole file."""
    start, end = SPANS[name]
    asked = {"start": start, "end": end, "as_of": AS_OF}
    return scorecard(opened(name), contract_of(name), **asked)


def number(name, metric, statistic, column="value"):
    """Return one number; durations by the calendar."""
    return kpi(kpis(name), metric, statistic, column)


@cache
def bank_facts():
    """Return the facts of the bank's answered calls."""
    name = "anonymous_bank"
    found = evidence(opened(name), contract_of(name), as_of=AS_OF)
    return [row for batch in found.batches for row in batch.to_pylist()]


def test_g1_size():
    """Every row of the log is a ticket, a call without one, or left out and said."""
    account = opened("anonymous_bank").accounting.set_index("table")
    given_up = number("anonymous_bank", "abandonment_rate", "share")
    calls = number("anonymous_bank", "abandonment_rate", "share", "n")

    assert [33344, 33344] == list(account.rows_read)
    assert 278 == 33344 - calls
    assert 27162 == number("anonymous_bank", "ticket_volume", "count")
    assert 5904 == round(given_up * calls)


BANK = {
    "G2-calls": (33066, "service_level", "share", "n", 1, 0),
    "G2-abandon_rate_all": (0.1786, "abandonment_rate", "share", "value", 1, 4),
    "G2-abandon_rate_of_queued": (
        *(0.2181, "abandonment_rate_of_queued", "share", "value", 1, 4),
    ),
    "G2-asa_s": (40.7743, "average_speed_of_answer", "mean", "value", 60, 4),
    "G2-med_wait_s": (6, "average_speed_of_answer", "median", "value", 60, 2),
    "G2-sl20_offered": (0.4902, "service_level", "share", "value", 1, 4),
    "G3-all_s": (176.353, "handle_time_ticket", "mean", "value", 60, 4),
    "G3-med_s": (107, "handle_time_ticket", "median", "value", 60, 2),
}


@pytest.mark.parametrize("name", BANK)
def test_the_banks_calls(name):
    """Waits, service level, abandonment both ways, and handle time."""
    figure, metric, statistic, column, unit, places = BANK[name]
    found = number("anonymous_bank", metric, statistic, column)

    assert (figure,) == digits([found * unit], [places])


def test_g2_sl20_answered():
    """Of the answered alone it is 59.7 %: the contract that leaves out who gave up."""
    start, end = SPANS["anonymous_bank"]
    terms = contract_of("anonymous_bank")
    found = scorecard(
        opened("anonymous_bank"),
        replace(terms, service_level=ServiceLevel(abandoned="left_out")),
        start=start,
        end=end,
        as_of=AS_OF,
        metrics=["service_level"],
    )

    assert (0.5968, 27162) == (round(found.value.item(), 4), found.n.item())


def test_g2_asa_queued_only_s():
    """Without those who did not wait it is 78.6 s; the kit counts a wait of 0 s."""
    rate, queued = (
        number("anonymous_bank", "abandonment_rate_of_queued", "share", column)
        for column in ("value", "n")
    )
    mean, answered = (
        number("anonymous_bank", "average_speed_of_answer", "mean", column)
        for column in ("value", "n")
    )

    assert 78.5692 == round(60 * mean * answered / (queued - rate * queued), 4)


def test_g3_named_s():
    """By agent, and without NO_SERVER, which the log writes where nobody wrote who."""
    start, end = SPANS["anonymous_bank"]
    found = scorecard(
        opened("anonymous_bank"),
        contract_of("anonymous_bank"),
        start=start,
        end=end,
        as_of=AS_OF,
        by=("agent_id",),
        metrics=["handle_time_ticket"],
    )
    means = found[found.statistic == "mean"].set_index("agent_id")
    named = means.drop(index="NO_SERVER")

    assert 491 == means.n["NO_SERVER"]
    assert 179.0347 == round(60 * (named.value * named.n).sum() / named.n.sum(), 4)


def test_g3_the_rest():
    """Short, long and very long services are those of the facts."""
    seconds = [round(row["handle_minutes"] * 60) for row in bank_facts()]

    assert (1819, 4264, 3) == (
        sum(s < 10 for s in seconds),
        max(seconds),
        sum(s > 3600 for s in seconds),
    )
    assert 188.7005 == round(fmean(s for s in seconds if s >= 10), 4)


def test_g3_services_of_calls():
    """Per contact as per ticket 176.353 s; the log knows neither hold nor wrap."""
    mean, n, note = (
        number("anonymous_bank", "handle_time_contact", "mean", column)
        for column in ("value", "n", "note")
    )

    assert (176.353, 27162) == (round(60 * mean, 4), n)
    assert note.endswith("without hold time and after-contact work")


def test_who_called_the_bank_again():
    """Repeat contact needs to know who reopened: refused, and counted from the facts.

    Of 11,706 answered calls of known customers 6,501 were followed by another of the
    same customer and type within a week.
    """
    note = number(
        *("anonymous_bank", "first_contact_resolution_no_repeat", "share", "note")
    )
    known = [
        (row["customer_id"], row["type"], *_stretch(row))
        for row in lines("anonymous_bank_1999_02.tsv.gz")
        # 6.02157E+11 has lost its digits in a spreadsheet and names nobody.
        if row["outcome"] == "AGENT" and row["customer_id"].strip("0").isdigit()
    ]
    told = [
        (
            row["customer_id"],
            row["issue_type"],
            row["created_at"].timestamp(),
            row["last_solved_at"].timestamp(),
        )
        for row in bank_facts()
        if row["customer_id"] is not None
    ]

    assert note.startswith("needs messages")
    assert 11706 == len(known) == len(told)
    assert 6501 == _repeats(known) == _repeats(told)


def _stretch(row):
    """Return when a call entered and when it was over, past midnight perhaps."""
    end = row["ser_exit"]
    if row["ser_start"] == end == "0:00:00":
        end = row["vru_exit"]
    pattern, zone = "%y%m%d %H:%M:%S", "Asia/Jerusalem"
    entered, left = (
        _instant(f"{row['date']} {clock}", pattern, zone)
        for clock in (row["vru_entry"], end)
    )
    return entered, left + (86_400 if left + 43_200 < entered else 0)


def _repeats(calls):
    """Count the calls after which the same customer asked the same within a week."""
    begun = defaultdict(list)
    for who, what, start, _ in calls:
        begun[who, what].append(start)
    return sum(
        any(0 < other - end <= WEEK for other in begun[who, what])
        for who, what, _, end in calls
    )


@cache
def passengers():
    """Return how often each code was given in 2017, by question."""
    rows = list(lines("sfo_survey_2017.csv.gz"))
    names = ("Q7ALL", "Q14FIND", "NETPRO")
    return {name: Counter(row[name] for row in rows) for name in names}


def test_satisfied_passengers():
    """82.07 % gave 4 or 5 of 5; no answer (0) and not applicable (6) are none."""
    codes = passengers()["Q7ALL"]
    scores = {int(code): n for code, n in codes.items() if code in set("12345")}
    n = sum(scores.values())
    found = (number("sfo_survey", "csat", "share", c) for c in ("value", "n"))

    assert (0.8207, 2688) == (round((scores[4] + scores[5]) / n, 4), n)
    assert ((scores[4] + scores[5]) / n, n) == tuple(found)
    assert sum(score * k for score, k in scores.items()) / n == pytest.approx(
        number("sfo_survey", "csat_score", "mean"), abs=1e-9
    )
    assert n / codes.total() == number("sfo_survey", "csat_response_rate", "share")


def test_passengers_who_recommend():
    """NPS 39.84: promoters less detractors; the code 11 is no answer, and no eleven."""
    codes = passengers()["NETPRO"]
    scores = {int(c): n for c, n in codes.items() if c.isdigit() and int(c) <= 10}
    n = sum(scores.values())
    balance = scores[9] + scores[10] - sum(scores.get(score, 0) for score in range(7))
    found = number("sfo_survey", "nps", "score")

    assert 39.84 == round(found, 2)
    assert 100 * balance / n == pytest.approx(found)
    assert 41.63 == round(100 * (balance + codes["11"]) / (n + codes["11"]), 2)


def test_how_easy_passengers_found_it():
    """Ease on the survey's own scale of 1 to 5: 4.41 of 2,683 answers."""
    codes = passengers()["Q14FIND"]
    scores = {int(code): n for code, n in codes.items() if code in set("12345")}
    n = sum(scores.values())

    assert 2683 == n == number("sfo_survey", "ces", "mean", "n")
    assert sum(score * k for score, k in scores.items()) / n == pytest.approx(
        number("sfo_survey", "ces", "mean"), abs=1e-6
    )


BANKS_DESK = {
    "Open": "open",
    "Reopen": "open",
    "Resolved": "solved",
    "Closed": "closed",
}
ITALIANS = {
    "Take in charge ticket": "open",
    "Wait": "open",
    "Require upgrade": "open",
    "Resolve ticket": "solved",
    "RESOLVED": "solved",
    "Closed": "closed",
}


def _instant(text, pattern, zone):
    return datetime.strptime(text, pattern).replace(tzinfo=ZoneInfo(zone)).timestamp()


@cache
def desk(name):
    """Return of each ticket of a desk its creation and its states, oldest first."""
    created, moves = {}, defaultdict(list)
    if name == "bpi14":
        pattern, zone = "%Y-%m-%d %H:%M:%S", "Europe/Amsterdam"
        for row in lines("bpi14_incidents_4000.csv.gz"):
            created[row["incident_id"]] = _instant(row["open_time"], pattern, zone)
        for row in lines("bpi14_activities_4000.csv.gz"):
            if row["incident_activity_type"] in BANKS_DESK:
                at = _instant(row["datestamp"], pattern, zone)
                state = BANKS_DESK[row["incident_activity_type"]]
                moves[row["incident_id"]].append(
                    (at, row["incident_activity_number"], state)
                )
    else:
        for place, row in enumerate(lines("helpdesk_italy.csv.gz")):
            at = _instant(
                row["Complete Timestamp"][:19], "%Y/%m/%d %H:%M:%S", "Europe/Rome"
            )
            created[row["Case ID"]] = min(created.get(row["Case ID"], at), at)
            if row["Activity"] in ITALIANS:
                moves[row["Case ID"]].append((at, place, ITALIANS[row["Activity"]]))
    return {
        ticket: (at, [(when, state) for when, _, state in sorted(moves[ticket])])
        for ticket, at in created.items()
    }


@cache
def lives(name):
    """Return of each solved ticket: minutes to the first solve and the last, reopened.

    Minutes to the last are None while it is open again.
    """
    found = []
    for created, states in desk(name).values():
        entered = [
            (at, new)
            for (_, old), (at, new) in pairwise([(None, "open"), *states])
            if new != old
        ]
        goal = "solved" if any(new == "solved" for _, new in entered) else "closed"
        solves = [at for at, new in entered if new == goal]
        if solves:
            again = [
                at
                for (_, old), (at, new) in pairwise(states)
                if old != "open" and new == "open"
            ]
            is_open = states[-1][1] == "open"
            first, last = (int(at - created) / 60 for at in (solves[0], solves[-1]))
            came_back = any(solves[0] <= at <= solves[0] + WEEK for at in again)
            found.append((first, None if is_open else last, came_back))
    return found


DESKS = {
    "bpi14": (4000, 3963, 981.8667, 1090.1667, 147, 38),
    "helpdesk_italy": (4580, 4569, 8612.0667, 9518.075, None, 12),
}


@pytest.mark.parametrize("name", DESKS)
def test_two_service_desks(name):
    """Volume, first and last resolution, backlog: as their logs say line by line."""
    tickets, solved, to_first, to_last, _, still_open = DESKS[name]
    firsts, lasts = zip(*[life[:2] for life in lives(name)], strict=True)
    lasts = [minutes for minutes in lasts if minutes is not None]

    assert (tickets, solved) == (len(desk(name)), len(firsts))
    assert tickets == number(name, "ticket_volume", "count")
    assert solved == number(name, "first_resolution_time", "median", "n")
    assert still_open == number(name, "backlog", "count")
    assert (
        (to_first, to_last)
        == (round(median(firsts), 4), round(median(lasts), 4))
        == tuple(
            round(number(name, metric, "median"), 4)
            for metric in ("first_resolution_time", "resolution_time")
        )
    )
    assert fmean(firsts) == pytest.approx(
        number(name, "first_resolution_time", "mean"), abs=1e-6
    )
    assert fmean(lasts) == pytest.approx(
        number(name, "resolution_time", "mean"), abs=1e-6
    )


def test_incidents_that_came_back():
    """147 of 3,963 were reopened within a week; 183 have a time of reopening at all."""
    back = sum(came_back for *_, came_back in lives("bpi14"))
    ever = sum(bool(r["reopen_time"]) for r in lines("bpi14_incidents_4000.csv.gz"))
    rate = number("bpi14", "reopen_rate", "share")

    assert (147, 183) == (back, ever)
    assert back / 3963 == rate


def test_nobody_but_agents_reopened_in_italy():
    """The log knows agents only: no customer reopened a ticket, and the rate is 0."""
    assert 0 == number("helpdesk_italy", "reopen_rate", "share")
    assert 0 < sum(came_back for *_, came_back in lives("helpdesk_italy"))


def test_answers_on_twitter():
    """The first answer by a brand in each conversation that a customer began."""
    rows = list(lines("twcs_sample_5k.csv.gz"))
    # One line holds an id and nothing else, that of a tweet.
    tweets = {row["tweet_id"]: row for row in rows if row["created_at"]}
    answers = {t: r["in_response_to_tweet_id"].split(".")[0] for t, r in tweets.items()}

    def root(tweet):
        while answers.get(tweet):
            tweet = answers[tweet]
        return tweet

    def at(tweet):
        return datetime.strptime(tweets[tweet]["created_at"], "%a %b %d %H:%M:%S %z %Y")

    begun = [t for t, r in tweets.items() if not answers[t] and r["inbound"] == "True"]
    heard = defaultdict(list)
    for tweet, row in tweets.items():
        if row["inbound"] == "False":
            heard[root(tweet)].append(at(tweet))
    waits = [
        (min(later) - at(tweet)).total_seconds() / 60
        for tweet in begun
        if (later := [reply for reply in heard[tweet] if reply >= at(tweet)])
    ]

    assert (1285, 1285) == (len(begun), len(waits))
    assert len(begun) == number("twcs", "ticket_volume", "count")
    assert 0 == number("twcs", "unanswered_tickets", "count")
    assert (
        13.55
        == round(median(waits), 4)
        == number("twcs", "first_response_time", "median")
    )
    assert fmean(waits) == pytest.approx(number("twcs", "first_response_time", "mean"))


@pytest.mark.parametrize("name", SPANS)
def test_what_no_export_tells(name):
    """Every KPI is answered, or refused with what it needs; no number is empty."""
    found = kpis(name)

    assert {*METRICS} == {*found.metric}
    refused = found[found.status == "not_computable"]
    assert refused.note.str.startswith("needs ").all()
    assert {0} == {*refused.n}
    empty = found[(found.status != "not_computable") & found.value.isna()]
    assert {0} >= {*empty.n}
