"""The slides of a review: one message each, that its numbers carry, on two lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi_kit import mime
from kpi_kit.contract import Contract, Target
from kpi_kit.gate import Against
from kpi_kit.page import compared, decided, messages, recommended, slides
from kpi_kit.rules import Finding
from tests.cards import reading, rows, scorecard
from tests.cards import standing as bare
from tests.test_review import CONTRACT, TERMS, a_card, a_review, standing

WORSE = reading(300, 280, 320, n=900)
FEW = reading(30, 20, 40, n=9, status="too_few")
YOUNG = reading(30, 20, 40, status="provisional")
THREE = ("days 61 to 90", "By month three")
STILL = "Of two contract lines one is not computable, one still to be judged"
SAID = "The median first reply of the week of 9 Nov took "
DECIDES = "The interval holds the agreed 4 h: more tickets, or the next period, decide."


def deck_of(review):
    """Return what a review's cell for its slides publishes."""
    (part,) = review.deck().parts
    return part[mime.DECK]


def titled(review):
    """Return the slides by their titles, units beside their values as on a slide."""
    return {
        slide["title"].replace("\u00a0", " "): slide
        for slide in deck_of(review)["slides"]
    }


def test_a_deck_tells_one_thing_on_each_slide():
    """Opening, the KPIs that have a number, what to decide, what it means."""
    made = titled(a_review())

    assert [
        "Of two contract lines one is missed, one too close to call",
        f"{SAID}4 h 18 min, over the agreed 4 h",
        "612 tickets were open at the end of the week of 9 Nov",
    ] == list(made)[:3]
    assert "Each number has one written definition" in list(made)[-1]
    looks = ("chart", "table", "lines", "ask")
    assert {1} == {sum(look in slide for look in looks) for slide in made.values()}


def test_every_slide_says_what_the_speaker_needs():
    """A source and notes; of a KPI n, interval, definition, what would change it."""
    made = titled(a_review())
    first = next(slide for text, slide in made.items() if "first reply" in text)

    assert all(slide["source"].startswith("Source: own") for slide in made.values())
    assert all(slide["notes"][0][0] == "Say" for slide in made.values())
    notes = {name: text.replace("\u00a0", " ") for name, text in first["notes"]}
    assert (
        "95% interval 4 h 06 min to 4 h 31 min, n = 1,411; misses target."
        == (notes["How sure"])
    )
    assert notes["Definition"].startswith("Time from a ticket's creation to the first")
    assert (
        "It meets the agreed 4 h when it falls by 18 min."
        == (notes["What would change it"])
    )


def test_any_report_has_a_deck():
    """A day's is named for its day, says against what it stands, and has no causes."""
    then = {"n": 900, "start": date(2026, 2, 1), "days": 30}
    before = {
        "first_response_time": reading(300, 290, 310, **then),
        "reopen_rate": reading(0.04, 0.03, 0.05, **then),
    }
    card = a_card("day")
    held = {n: standing(n, card[n].now, baseline=r) for n, r in before.items()}
    card = replace(card, standings={**card.standings, **held})
    deck = deck_of(a_review(card))
    titles = [slide["title"].replace("\u00a0", " ") for slide in deck["slides"]]

    assert "A & B \u00b7 daily digest, 15 November 2026" == deck["title"]
    against, first, left = titles[1:4]
    assert against.endswith("go-live, one of two KPIs is better and one worse")
    said = "first reply of Sun 15 Nov took 4 h 18 min, over the agreed 4 h but 42 min"
    assert f"The median {said} faster than before go-live" == first
    assert "612 tickets were open at the end of Sun 15 Nov" == left
    assert not any("cause" in title for title in titles)


def test_a_vendors_first_weeks_end_with_their_last_day():
    """Of 16 to 31 March, which have no name, is told what was open at the end."""
    left = reading(195, n=195, start=date(2026, 3, 16), days=16)
    card = scorecard(standing("backlog", left), every="quarter")

    assert "195 tickets were open at the end of Tue 31 Mar" == (
        messages.message(card["backlog"], card).replace("\u00a0", " ")
    )


def test_what_nobody_knows_of_before_leaves_no_gap_in_the_notes():
    """Without a baseline the speaker begins with how sure the number is."""
    for slide in titled(a_review()).values():
        assert [text.strip() for _, text in slide["notes"]] == [
            text for _, text in slide["notes"]
        ]


def test_what_cannot_be_computed_makes_no_slide():
    """The last slide names it once; of what nobody knows there is nothing to show."""
    lacks = standing("csat", reading(None, n=0, status="not_computable"))
    card = a_card()
    card = replace(card, standings={**card.standings, "csat": lacks})
    made = titled(a_review(card))
    last = list(made.values())[-1]

    assert not any("satisfied" in text for text in made)
    assert (
        "Not computable here: Passed between agents, Satisfied customers."
        == (last["context"])
    )


def test_a_deck_without_a_contract_judges_nothing():
    """No target, no baseline: the numbers alone, and the opening says so."""
    card = scorecard(standing("backlog", reading(612), Contract()), contract=Contract())
    made = titled(a_review(card))

    assert "The contract names no target that this data can judge" == next(iter(made))


BOUND = {"at_most": Decimal(240), "weight": Decimal(1)}
TARGET = Target(metric="first_response_time", **BOUND)


@pytest.mark.parametrize(
    ("now", "baseline", "told"),
    [
        pytest.param(
            reading(300, 280, 320, n=900),
            reading(200, 190, 210, n=900),
            "5 h, over the agreed 4 h and 1 h 40 min slower than before go-live",
            id="misses-and-slower",
        ),
        pytest.param(
            reading(200, 190, 210, n=900),
            reading(300, 280, 320, n=900),
            "3 h 20 min, within the agreed 4 h and 1 h 40 min faster than before "
            "go-live",
            id="meets-and-faster",
        ),
        pytest.param(
            reading(300, 280, 320, n=900),
            reading(400, 380, 420, n=900),
            "5 h, over the agreed 4 h but 1 h 40 min faster than before go-live",
            id="misses-but-faster",
        ),
        pytest.param(
            reading(239, 220, 260, n=900),
            reading(240, 230, 250, n=900),
            "3 h 59 min, too close to the agreed 4 h to call",
            id="close-and-within-noise",
        ),
        pytest.param(FEW, None, "30 min, too few to judge", id="few"),
        pytest.param(YOUNG, None, "30 min, not final yet", id="young"),
    ],
)
def test_a_message_joins_verdict_and_change(now, baseline, told):
    """Against and for are joined by but; what is noise is not told."""
    contract = replace(CONTRACT, targets=(TARGET,))
    made = bare("first_response_time", now, contract, baseline=baseline)
    card = scorecard(made, contract=contract)

    assert SAID + told == messages.message(made, card).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (
            reading(300, 280, 320, n=900),
            "It meets the agreed 4 h when it falls by 1 h.",
        ),
        (
            reading(200, 190, 210, n=900),
            "It no longer meets the agreed 4 h when it rises by 40 min.",
        ),
        (reading(239, 220, 260, n=900), DECIDES),
        (
            FEW,
            "At least 30 are needed to judge; there are 9.",
        ),
    ],
)
def test_what_would_change_it_is_computed(now, told):
    """The way to the bound from this side of it, or what lacks for a verdict."""
    made = bare("first_response_time", now, replace(CONTRACT, targets=(TARGET,)))

    assert told == messages.would_change(made).replace("\u00a0", " ")


def test_a_share_is_under_or_over_its_minimum():
    """At least is the other way round: under it misses, and rising mends it."""
    target = Target(metric="csat", at_least=Decimal("0.85"))
    contract = replace(CONTRACT, targets=(target,))
    made = bare("csat", reading(0.8, 0.78, 0.82, n=900), contract)
    told = messages.message(made, scorecard(made, contract=contract))

    assert (
        "80.0% of the customers who answered were satisfied, under the agreed 85%"
        == told
    )
    assert "It meets the agreed 85% when it rises by 5.0 points." == (
        messages.would_change(made).replace("\u00a0", " ")
    )


def against(name, then, now, state):
    """Return a KPI held against the baseline."""
    made = bare(name, now, CONTRACT, baseline=then)
    return Against(
        standing=made, before=then, now=now, change=made.since_baseline, state=state
    )


def test_the_gate_names_what_is_worse_first():
    """Three KPIs of literal numbers: one faster, one worse, one within noise."""
    before = date(2026, 9, 7)
    found = [
        against(
            "first_response_time",
            reading(300, 280, 320, n=900, start=before),
            reading(200, 190, 210, n=900),
            "meets",
        ),
        against(
            "reopen_rate",
            reading(0.05, 0.04, 0.06, n=900, start=before),
            reading(0.09, 0.08, 0.10, n=900),
            "misses",
        ),
        against(
            "csat",
            reading(0.8, 0.7, 0.9, n=90, start=before),
            reading(0.81, 0.7, 0.9, n=90),
            "close",
        ),
    ]
    made = compared.against(found, scorecard(contract=CONTRACT), *THREE)

    assert (
        "By month three one of three KPIs was better than before go-live and one "
        "worse" == made["title"]
    )
    context = made["context"].replace("\u00a0", " ")
    assert context.startswith("Worse: reopened in 7 days (4.0 points worse). Better: ")
    assert context.endswith("first response (1 h 40 min faster).")
    assert "7 to 13 September 2026" in made["source"]


def test_before_go_live_there_is_no_gate():
    """Nothing has both numbers: no slide rather than an empty one."""
    assert compared.against([], scorecard(contract=CONTRACT), *THREE) is None
    assert compared.scorecard([], scorecard(contract=CONTRACT)) is None


def a_finding(title, metric):
    """Return a finding with three facts and a rival cause."""
    return Finding(
        title=title,
        state="misses",
        facts=("A fact.", "Another.", "A third."),
        speaks_for=None,
        speaks_against="A rival.",
        ask="The vendor's planner acts.",
        metric=metric,
    )


def test_one_kpi_is_decided_on_once():
    """A second finding on solved tickets leaves its slide to the next KPI's."""
    about = ("reopen_rate", "reopen_rate", "csat", "reopen_rate", "nps", "backlog")
    found = [a_finding(f"Finding {n}", name) for n, name in enumerate(about)]

    chosen = [finding.title for finding in decided.to_decide(found)]
    assert ["Finding 0", "Finding 2", "Finding 4"] == chosen


def test_a_decision_is_an_ask_with_its_money():
    """The weight that the contract puts on the KPI is what stands on it."""
    card = scorecard(standing("first_response_time", WORSE), contract=TERMS)
    finding = a_finding("Replies are late", "first_response_time")
    made = decided.decision(finding, card, 1)

    assert ("Replies are late", "The vendor's planner acts.") == (
        made["title"],
        made["ask"],
    )
    assert [
        [("What we see", "A fact. Another.")],
        [("Against", "A rival.")],
        [
            ("At stake", "40% of the fee at risk"),
            ("By when", "Before the next weekly review, up to Sun 22\u00a0Nov 2026"),
        ],
    ] == made["facts"]
    assert made["context"].startswith("Decision 1 · First response · misses target")
    assert "misses" == made["state"]
    # A second fact for which there is no room is not cut: its end may be the number.
    long = replace(finding, facts=("A fact.", "x" * decided.LONGEST))
    assert ("What we see", "A fact.") == decided.decision(long, card, 1)["facts"][0][0]


@pytest.mark.parametrize(
    ("long", "new", "told"),
    [
        (
            (10.0, 0.0, 20.0, 200),
            (40.0, 30.0, 50.0, 200),
            "would surely recommend less",
        ),
        (
            (40.0, 30.0, 50.0, 200),
            (10.0, 0.0, 20.0, 200),
            "would surely recommend more",
        ),
        ((20.0, 0.0, 40.0, 200), (25.0, 5.0, 45.0, 200), "cannot be told apart"),
    ],
)
def test_recommendation_is_told_by_tenure(long, new, told):
    """What is sure stands first, then both scores."""
    tenured = rows([long, new], customer_tenure=["long-term", "new"])
    score = bare("nps", reading(22.0, 12.0, 32.0, n=400), CONTRACT)
    card = scorecard(score, contract=CONTRACT)
    chart = a_review().draw("trend", "backlog").parts[0]
    made = slides.tenures(tenured, score, card, chart)

    assert told in made["title"]
    scores = f"a score of {long[0]} against {new[0]} of newer customers"
    assert made["title"].endswith(scores)
    assert recommended.LOOKS_BACK == dict(made["notes"])["What would change it"]


def test_one_long_word_is_cut_and_not_dropped():
    """A cause of 200 letters without a blank leaves its first ones in the title."""
    assert f"{'x' * (messages.LONGEST - 1)}\u2026" == messages.title("x" * 200)
    assert f"{'y' * (messages.WIDEST - 1)}\u2026" == messages.line("y" * 200)


def test_a_long_title_keeps_to_two_lines():
    """Names are as long as a customer likes; what does not fit ends in dots."""
    told = messages.title("A finding about " + "x" * 30 + " and more " * 30)

    assert len(told) <= messages.LONGEST
    assert told.endswith("\u2026")


def test_a_short_chart_is_enlarged_more():
    """Two rows would be lost on a slide; a tall picture is 1.4 times the page's."""
    chart = a_review().draw("trend", "backlog").parts[0]

    assert 1.4 == slides.enlarged(chart.properties(height=280))["scale"]
    assert 1.9 == slides.enlarged(chart.properties(height=56))["scale"]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["meets"], "The contract line is met"),
        (["not_mature", "not_computable"], STILL),
        (["misses"] * 2, "Both contract lines are missed"),
        (["misses"] * 3, "The three contract lines are all missed"),
        (
            ["meets", "misses", "close", "meets"],
            "Of four contract lines one is missed, two met, one too close to call",
        ),
    ],
)
def test_the_opening_counts_the_contract_lines(states, told):
    """What is missed stands first; what nobody can judge yet is no success."""
    assert told == slides._tally(states)  # noqa: SLF001 - of states alone
