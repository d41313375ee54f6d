"""Pieces of the page: escaped, in whole units, short enough, and never a lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from html import unescape
from itertools import product

import pandas as pd
import pytest

from kpi_kit import page
from kpi_kit.business_hours import always
from kpi_kit.catalog import METRICS
from kpi_kit.contract import Contract, Target
from kpi_kit.page import names
from kpi_kit.page.tables import Cell
from kpi_kit.rules import Finding
from kpi_kit.standing import Attention, Escalated, Waiting
from tests.cards import MONDAY, WEEK, by_day, reading, rows, scorecard
from tests.cards import standing as bare

OPEN = (always("UTC"),)
HOSTILE = '</script><img src=x onerror="alert(1)">'


def standing(name, now, contract=None):
    """Return where a KPI stands, with no period before."""
    return replace(bare(name, now, contract), series=rows([]))


def promised(name, **bound):
    """Return the contract of one target."""
    return Contract(schedules=OPEN, targets=(Target(metric=name, **bound),))


def finding(title, metric="backlog", state="misses", **given):
    """Return a finding with one fact."""
    return Finding(
        title=title,
        state=state,
        facts=given.pop("facts", ("A fact.",)),
        speaks_for=None,
        speaks_against=None,
        ask="The vendor acts.",
        metric=metric,
        **given,
    )


def test_no_text_of_a_table_is_markup():
    """Caption, heading, row and value: whoever wrote them."""
    html = page.tables.table("<c>", ["<h>", "x"], [["<r>", "<v>"]], {"x"})

    for name in ("<c>", "<h>", "<r>", "<v>"):
        assert name not in html


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://desk.example/1?a=1&b=2", True),
        ("HTTP://desk.example/1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//desk.example/1", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(address, linked):
    """A helpdesk's URL is data: what is no web address stays text."""
    html = str(Cell("4711", address=address))

    assert linked == ("<a href=" in html)
    assert "javascript" not in html


@pytest.mark.parametrize(
    ("name", "given"),
    [('"</code><b>', '"\\"</code><b>"'), ("(none)", "None")],
)
def test_the_call_of_a_row_is_python(name, given):
    """Of the worst row that has enough tickets; a name of the data is quoted."""
    solved = standing("first_contact_resolution", reading(0.6))
    frame = pd.DataFrame(
        {
            "issue_type": ["few", name, "good"],
            "value": [0.1, 0.4, 0.9],
            "status": ["too_few", "ok", "ok"],
        }
    )
    html = page.behind.of_a_row(frame, solved, "issue_type")

    assert f"missed=True, issue_type={given})" in unescape(html)
    assert "<b>" not in html
    assert "" == page.behind.of_a_row(frame.iloc[:0], solved, "issue_type")


def test_hostile_tickets_stay_text():
    """Ids, types and teams of a helpdesk in both lists of tickets."""
    known = {"ticket_id": HOSTILE, "url": f"https://x/{HOSTILE}"}
    at = datetime(2026, 11, 13, 9, 5)  # noqa: DTZ001 - the wall clock of a report
    gone = Escalated(
        **known, created_at=at, issue_type=HOSTILE, priority=None, team=HOSTILE,
        is_open=True,
    )  # fmt: skip
    waits = Waiting(**known, created_at=at, kind="late", waited="3 h", why=HOSTILE)
    card = replace(
        scorecard(standing("backlog", reading(3))),
        waiting=Attention(tickets=(waits,), counts={"late": 1}),
    )
    html = page.tables.escalated_table([gone]) + page.day.waiting(card)

    assert "<img" not in html
    assert "Fri 13 Nov" in html


def test_the_worst_line_comes_first():
    """A miss by a tenth that carries the fee goes before a larger one that does not."""
    targets = (
        Target(metric="resolution_time", at_most=Decimal(60), weight=Decimal("0.1")),
        Target(metric="reopen_rate", at_most=Decimal("0.08"), weight=Decimal("0.9")),
    )
    terms = Contract(schedules=OPEN, targets=targets)
    late = standing("resolution_time", reading(120, 110, 130), terms)
    again = standing("reopen_rate", reading(0.088, 0.085, 0.09), terms)
    first, *rest = page.sentences.of_the_week(
        scorecard(late, again, contract=terms), []
    )

    assert (
        "More problems came back than agreed: customers reopened 8.8%, against a limit "
        "of 8%."
    ) == first.text
    assert "Time to resolution misses the target." == rest[0].text


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("5 of 45 not answered yet", "5 of 45 not answered yet"),
        ("data incomplete, none after 9:00 on 2026-11-15", "days are missing"),
        ("7 solved since", "not mature until 22 Nov"),
    ],
)
def test_what_cannot_be_judged_says_why(note, why):
    """In the sentence about the other lines; which days, the banner says."""
    names = ("resolution_time", "reopen_rate")
    terms = Contract(targets=tuple(Target(metric=n, at_most=Decimal(1)) for n in names))
    now = replace(reading(0.5, 0.4, 0.6, status="provisional"), note=note)
    found = (
        standing(names[0], reading(9, 8, 10), terms),
        standing(names[1], now, terms),
    )
    *_, last = page.sentences.of_the_week(scorecard(*found, contract=terms), [])

    assert f"Reopened in 7 days cannot be judged yet ({why})." == last.text


def test_the_second_sentence_is_no_echo_of_the_first():
    """A finding about the worst line is passed over for the next one."""
    terms = promised("reopen_rate", at_most=Decimal("0.08"))
    again = standing("reopen_rate", reading(0.2, 0.18, 0.22), terms)
    card = scorecard(again, standing("backlog", reading(9)), contract=terms)
    found = [finding("Echo of 20%", "reopen_rate"), finding("Open tickets grew by 17%")]
    _, second = page.sentences.of_the_week(card, found)

    assert "Open tickets grew by 17%." == second.text
    assert ("finding-2",) == second.targets


def test_where_all_is_met_the_past_is_told():
    """Nothing missed, no finding: when the line was worst, and how it stands now."""
    terms = promised("resolution_time", at_most=Decimal(1440))
    solved = standing("resolution_time", reading(98, 71, 142), terms)
    hours = ((11, 9), (30, 27), (48, 46), (12, 10), (3, 2))
    values = [(60 * h, 60 * low, 60 * (2 * h - low), 900) for h, low in hours]
    series = rows([*values, (98, 71, 142, 900)], start=MONDAY - 5 * WEEK)
    card = scorecard(replace(solved, series=series), contract=terms)
    first, second = (s.text for s in page.sentences.of_the_week(card, []))

    assert first.startswith("Every contract line that can be judged is met; closest")
    assert (
        "Time to resolution was at its worst of 6 weeks from 19 to 25 October 2026, "
        "48 h; now 1 h 38 min."
    ) == second


def test_a_line_that_nobody_can_compute_is_told_in_one_line():
    """Once that it cannot be judged, and of what would do the first."""
    note = "needs events of field status or tickets.solved_at; messages"
    lacks = replace(reading(None, n=0, status="not_computable"), note=note)
    terms = promised("reopen_rate", at_most=Decimal("0.08"))
    card = scorecard(standing("reopen_rate", lacks, terms), contract=terms)

    assert (
        "Reopened in 7 days cannot be judged: needs status history; message history."
    ) == page.sentences.of_the_week(card, [])[0].text


def test_says_of_how_many_lines_it_is_that_all_are_met():
    """Of three one is met, one too young and one not computable."""
    limits = (
        Target(metric="resolution_time", at_most=Decimal(1440)),
        Target(metric="reopen_rate", at_most=Decimal("0.08")),
        Target(metric="csat", at_least=Decimal("0.85")),
    )
    terms = Contract(targets=limits)
    card = scorecard(
        standing("resolution_time", reading(98, 71, 142), terms),
        standing("reopen_rate", reading(0.02, status="provisional"), terms),
        standing("csat", reading(None, n=0, status="not_computable"), terms),
        contract=terms,
    )

    assert (
        "Every contract line that can be judged (1 of 3) is met; closest is time to "
        "resolution with 1 h 38 min, at most 24 h."
    ) == page.sentences.of_the_week(card, [])[0].text


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        pytest.param(
            (0.9, 0.31, 0.30, 0.8, 0.85),
            "Solved with one reply was at its worst of 5 weeks from 19 October to 1 "
            "November 2026, 30.0 to 31.0%; now 85.0%.",
            id="two-weeks-in-a-row",
        ),
        pytest.param((0.31, 0.9, 0.30, 0.8, 0.85), "", id="two-weeks-apart"),
        pytest.param(
            (0.9, 0.9, 0.8, 0.31, 0.30),
            "Solved with one reply is at its worst of 5 weeks, since Mon 2 Nov: "
            "30.0 to 31.0%.",
            id="still",
        ),
        pytest.param((0.52, 0.51, 0.50, 0.52, 0.53), "", id="all-alike"),
    ],
)
def test_the_worst_period_stands_out(shares, told):
    """Weeks whose intervals reach the worst number are as bad as it."""
    terms = Contract(first_contact_resolution="one_reply")
    values = [(s, s - 0.03, s + 0.03, 900) for s in shares]
    name, (now, low, high, _) = "first_contact_resolution", values[-1]
    made = standing(name, reading(now, low, high), terms)
    made = replace(made, series=rows(values, start=MONDAY - 4 * WEEK))

    assert told == page.headlines.worst_period(made, scorecard(contract=terms))


NUMBERS = (
    reading(100_000.4, 99_000, 120_000, n=1_234_567),
    reading(0.5, 0.4, 0.6),
    reading(None, n=0, status="too_few"),
    reading(None, n=0, status="not_computable"),
    reading(0.5, 0.4, 0.6, status="provisional"),
)


def test_a_bound_of_money_names_its_currency():
    """At most 12 of what?  Of a share and of a score nobody asks."""
    price = bare("cost_per_resolution", reading(11.0))
    price = replace(price, card=replace(price.card, unit="USD"))
    promise = Target(metric="cost_per_resolution", at_most=Decimal(12))
    (band,) = (b for b in price.card.benchmarks if b.high == 15)

    assert "at most 12 USD" == names.bound(replace(price, target=promise))
    assert "cited: 8 to 15 USD" == names.bound(replace(price, band=band))
    score = bare("csat_score", reading(4.0))
    promise = Target(metric="csat_score", at_least=Decimal(4))
    assert "at least 4" == names.bound(replace(score, target=promise))


@pytest.mark.parametrize("number", NUMBERS, ids=lambda r: f"{r.status}-{r.value}")
@pytest.mark.parametrize("bound", ["at_most", "at_least"])
def test_no_sentence_is_longer_than_a_line(number, bound):
    """120 characters at most, whatever the KPIs, their numbers and states."""
    for name, every in product(METRICS, ("week", "day")):
        targets = [Target(metric=n, **{bound: Decimal("0.7")}) for n in METRICS]
        terms = Contract(schedules=OPEN, targets=tuple(targets))
        found = [standing(n, number, terms) for n in (name, *METRICS)]
        daily = {n: by_day([1, 2]) for n in ("backlog", "ticket_volume")}
        card = scorecard(*found, contract=terms, every=every, daily=daily)
        told = (
            page.day.of_the_day(card)
            if every == "day"
            else page.sentences.of_the_week(card, [finding("x" * 200)])
        )

        assert 1 <= len(told) <= 3
        assert all(len(s.text) <= page.sentences.LONGEST for s in told)


def test_findings_beyond_three_are_folded():
    """Five findings: three cards, two behind a click; the sentence says so."""
    card = scorecard(standing("backlog", reading(9)))
    found = [finding(f"Number {n}") for n in range(5)]
    html = page.findings.findings(found, card)
    shown, folded = html.split("<details>")

    assert (3, 2) == (shown.count("<article"), folded.count("<article"))
    assert "2 smaller findings" in folded
    assert page.findings.summary(found, 6).startswith(
        "5 findings, 2 smaller below the three; 6 rules were asked."
    )


def test_a_days_alarms_are_told_apart():
    """What sounds no alarm is folded away, whatever its rank."""
    card = scorecard(standing("backlog", reading(9)))
    found = [finding("Slow", state="close"), finding("Loud", state="alarm")]
    shown, folded = page.findings.alarms(found, card).split("<details>")

    assert "Loud" in shown
    assert "Slow" in folded
    assert "1 finding sounds no alarm" in folded


def test_what_speaks_against_a_days_alarm_is_named_as_that():
    """A rival cause alone would read as one more fact."""
    loud = replace(
        finding("Loud", state="alarm"), speaks_for="Login.", speaks_against="<Holiday>."
    )
    html = page.findings.alarms([loud], scorecard(standing("backlog", reading(9))))

    assert "A fact. <b>For:</b> Login. <b>Against:</b> &lt;Holiday&gt;.</p>" in html


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 ticket came in on"), (2, "2 tickets came in on")],
)
def test_what_came_in_stands_for_what_is_open(count, said):
    """Where no history tells what is open; one is no more than one."""
    came = standing("ticket_volume", reading(count))
    html = page.headlines.queue(rows([(count, None, None, count)]), came, None)

    assert f"Open tickets are not known here. {said}" in html.replace("\u00a0", " ")


def test_the_worst_hour_is_named():
    """Monday at 9 with 25 tickets; three that waited longer are too few to name."""
    hours = [
        (300.0, 280.0, 320.0, 25),
        (999.0, None, None, 3),
        (200.0, 190.0, 220.0, 90),
    ]
    frame = rows(hours, created_weekday=[1, 2, 3], created_hour=[9, 10, 11])
    terms = promised("first_response_time", at_most=Decimal(240))
    first = standing("first_response_time", reading(258, 246, 271), terms)
    html = page.headlines.waits(frame, first)

    assert (
        "Mon 09 to 10: 5\u00a0h; 1 of 2 hours with ten tickets lies over 4\u00a0h."
        in html
    )


def test_the_types_that_clearly_miss_are_named():
    """Of three, one misses with its whole interval: 262 of 868 tickets."""
    shares = [
        (0.72, 0.67, 0.77, 318),
        (0.401, 0.34, 0.46, 262),
        (0.62, 0.56, 0.68, 288),
    ]
    frame = rows(shares, issue_type=["Order", "Login", "Returns"])
    terms = promised("first_contact_resolution", at_least=Decimal("0.65"))
    solved = standing("first_contact_resolution", reading(0.602, 0.57, 0.63), terms)
    html = page.headlines.unsolved(frame, solved, "issue type")

    missed = "Login clearly misses the minimum of 65% with 40.1%"
    assert f"{missed}; it is 30.2% of the tickets." in html


def test_no_escalation_says_what_to_check():
    """The section stays and asks whether the source delivers what it needs."""
    none = standing("escalation_to_client_rate", reading(0.0, 0.0, 0.004, n=900))
    html = page.headlines.escalated(none, 0, scorecard(none))

    assert "No ticket was escalated from 9 to 15 November 2026." in html
    assert "check that the source delivers team changes" in html


def test_a_day_without_status_history_names_nobody():
    """Where neither solves nor replies are known, it is not said that all is well."""
    lacks = reading(None, n=0, status="not_computable")
    lacks = replace(lacks, note="needs messages")
    found = [standing(n, lacks) for n in ("backlog", "first_response_time")]
    html = page.day.waiting(scorecard(*found, every="day"))

    assert "Nobody can tell: that needs message history." in html
