"""What stands beside the KPIs of a week, as a reader sees it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pandas as pd
import pytest

from kpi_kit.agent_gap import BY, METRIC, agent_gaps
from kpi_kit.ages import AGES, Ages
from kpi_kit.beside import Beside, Breach
from kpi_kit.causes import Cause, Causes
from kpi_kit.contract import Contract
from kpi_kit.page import people, reasons, slides, spending, tiles, voices
from kpi_kit.paid_time import PaidTime
from kpi_kit.periods import Period
from kpi_kit.ratings import Lag, Ratings
from kpi_kit.sections import Sections
from kpi_kit.verbatims import Verbatims
from tests.cards import MONDAY, reading, scorecard, standing

HOSTILE = "<img src=x onerror=alert(1)>"


def text(html):
    """Return what a reader sees, with plain spaces."""
    bare = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", bare).strip()


def causes(avoidable=None, *named):
    """Return the causes of 100 tickets, 80 of them tagged."""
    made = [Cause(name=n, n=c, before=b, is_avoidable=a) for n, c, b, a in named]
    days = {"start": date(2026, 10, 19), "end": date(2026, 11, 16)}
    tagged = sum(cause.n for cause in made)
    return Causes(**days, n=100, tagged=tagged, avoidable=avoidable, causes=(*made,))


@pytest.mark.parametrize("avoidable", [None, 40])
def test_a_slide_of_causes_has_no_column_of_what_is_not(avoidable):
    """Nothing before a first quarter; a contract may name no avoidable cause."""
    is_avoidable = None if avoidable is None else True
    found = causes(avoidable, ("parcel", 40, 0, is_avoidable))
    first = Period(start=found.start, end=found.start)
    table = slides.root_causes(replace(found, before=first), "Quarter before")["table"]

    last = [] if avoidable is None else [""]
    assert ["Root cause", "Tickets", "Share", *last] == table["heads"]
    assert {len(table["heads"])} == {len(row) for row in table["rows"]}
    assert [1, 2] == table["numbers"]


def test_the_top_three_causes_and_what_need_not_be():
    """Shares are of the tagged; the change is in tickets."""
    found = causes(
        40,
        (HOSTILE, 40, 10, True),
        ("parcel", 20, 20, False),
        ("size", 15, 30, False),
        ("bug", 5, 0, False),
    )

    said, rows = text(reasons.causes(found)), text(reasons.causes_table(found))

    assert f"The first three causes: {HOSTILE} 40, parcel 20, size 15." in said
    assert "80.0% of 100 tickets of 19 October to 15 November 2026 have one." in said
    assert "50.0% of these need not be" in said
    assert f"{HOSTILE} 40 50.0% 10 (+30) avoidable parcel 20 25.0% 20 (0) –" in rows
    assert "size 15 18.8% 30 (−15) –" in rows
    assert HOSTILE not in reasons.causes_table(found)


def test_who_calls_nothing_avoidable_is_told():
    """No share is made up; and without tags there is no table."""
    found = causes(None, ("bug", 80, 0, None))

    assert "calls none of them avoidable" in text(reasons.causes(found))
    assert "avoidable" not in reasons.causes_table(found)
    assert "" == reasons.causes_table(causes())
    assert "has a root cause" in reasons.causes(causes())


def test_ages_of_open_tickets():
    """A week old or older are the last three ages."""
    names = [name for _, name in AGES]
    found = Ages(
        counts=tuple(zip(names, (5, 4, 3, 2, 1, 1), strict=True)), oldest=57_600
    )

    told = text(reasons.ages(found))

    assert "4 of the 16 open tickets are a week old or older" in told
    assert "the oldest has been open for 40.0 d." in told
    assert "3 to 7 days 3 18.8%" in told
    assert "the 16 open tickets on Thu 15 Oct are a week old" in text(
        reasons.ages(found, when=" on Thu 15 Oct")
    )


def gaps(*agents):
    """Return the gaps of agents: code, minutes, low, high, tickets."""
    rows = pd.DataFrame(agents, columns=["agent_id", "value", "low", "high", "n"])
    same = {"metric": METRIC, "statistic": "median", "unit": "minutes"}
    same |= {"period_start": MONDAY, "period_end": MONDAY, "status": "ok"}
    rows = rows.assign(**same, issue_type="Login", team="Desk")
    assert {*BY} <= {*rows.columns}
    return agent_gaps(rows)


def test_whom_to_coach():
    """Forty and twenty minutes on tickets of one kind, surely apart."""
    found = gaps(("11", 20.0, 19.0, 21.0, 50), ("12", 40.0, 38.0, 42.0, 60))

    told = text(people.coaching(found))

    assert "Agent 12 takes 20 min longer than agent 11 for Login" in told
    assert "Login, Desk 11: 20 min (n 50) 12: 40 min (n 60) 20 min coach" in told


def test_nobody_to_coach():
    """Ten minutes are no gap; and where nobody has enough tickets, that is said."""
    found = gaps(("11", 20.0, 19.0, 21.0, 50), ("12", 30.0, 28.0, 32.0, 60))

    assert "No two agents are surely 15 min apart" in text(people.coaching(found))
    assert "coach" not in people.coaching(found).partition("<tbody>")[2]
    assert "have 20 tickets of one issue type" in text(people.coaching(()))


def test_vendor_and_client_side_by_side():
    """The same weeks; few are called few, nobody has no column, NaN is a dash."""
    both = ("csat", "reopen_rate")
    card = scorecard(*(standing(name, reading(0.9)) for name in both))
    frame = pd.DataFrame(
        {
            "organization": ["V <b>", "client", "(none)"],
            "value": [0.9, 0.75, float("nan")],
            "n": [300, 12, 0],
            "status": ["ok", "too_few", "too_few"],
        }
    )
    half = frame[frame["organization"] != "client"]

    told = text(people.sides({"csat": frame, "reopen_rate": half}, card))

    assert "12 October to 8 November 2026" in told
    assert "KPI V <b> The client Satisfied customers 90.0% (n 300) 75.0% (n 12" in told
    assert "too few) Reopened in 7 days 90.0% (n 300) –" in told
    assert "" == people.sides({"csat": half}, card)


def test_checks_that_failed():
    """Each with its ticket; none failed and none made are two things."""
    one = Breach(
        ticket_id="7", url="https://x.example/7", criterion="ID", agent="", day=MONDAY
    )
    told = text(people.breaches([one], standing("compliance_rate", reading(0.75, n=4))))
    kept = people.breaches([], standing("compliance_rate", reading(1.0, n=4)))
    none = people.breaches([], standing("compliance_rate", reading(None, n=0)))

    assert "1 of 4 required checks failed." in told
    assert "7 ID Mon 9 Nov –" in told
    assert "Every check was passed from 9 to 15 November 2026 (n 4)." in text(kept)
    assert "No required check was made" in text(none)


def test_paid_time_by_state():
    """Hours, shares, the identity and which bands fit."""
    seconds = {"active": 72 * 3600, "idle": 12 * 3600, "break": 16 * 3600}

    told = text(spending.paid(PaidTime(seconds=seconds)))

    assert "Of 100 paid hours 72.0% were work, 16.0% away." in told
    assert "active 72 72.0% idle 12 12.0% break 16 16.0%" in told
    assert "(1 − shrinkage 16.0%) = occupancy 85.7%." in told
    assert "No paid time" in text(spending.paid(PaidTime(seconds={})))


def priced(name, values, unit, first=date(2026, 4, 1)):
    """Return a price by months, the last of them judged."""
    months = pd.date_range(first, periods=len(values) + 1, freq="MS").date
    found = standing(name, reading(values[-1], start=months[-2], n=100))
    found = replace(found, card=replace(found.card, unit=unit))
    series = pd.DataFrame(
        {
            "period_start": months[:-1],
            "period_end": months[1:],
            "value": values,
            "n": 100,
            "status": "ok",
            "note": "",
        }
    )
    return replace(found, series=series)


def test_what_a_ticket_costs_by_month():
    """From the first whole month to the sixth, and against in-house.

    Each price has its own n: what the client's own agents solved is in one alone.
    """
    fell = [20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 10.0]
    loaded = priced("cost_per_resolution_loaded", [30.0, *fell[1:]], "USD")
    loaded = replace(loaded, baseline=reading(40.0), series=loaded.series.assign(n=120))
    card = scorecard(
        priced("cost_per_resolution", fell, "USD"),
        loaded,
        priced("tickets_per_cost", [0.05] * 7, "tickets per USD"),
        contract=Contract(go_live=date(2026, 3, 16)),
    )

    told = text(spending.money(card))

    assert "Cost per solved ticket was 10.00 USD in October." in told
    assert "From April, the first whole month, to September it fell by 25.0%" in told
    assert "a solved ticket costs 10.00 USD, in-house 40.00 USD." in told
    assert "Apr 2026 20.00 100 30.00 120 50.00" in told


def test_a_month_that_is_not_final_says_so():
    """Its solves may not hold: it is cheaper so far, and no end of a fall.

    A month of which the source lacks days is over all the same: it is a part.
    """
    found = priced("cost_per_resolution", [20.0, 18.0, 9.0], "USD")
    found.series.loc[2, ["status", "note"]] = "provisional", "9 not judged yet"

    contract = Contract(go_live=date(2026, 4, 1))
    told = text(spending.money(scorecard(found, contract=contract)))

    assert "May 2026 18.00 100 Jun 2026, so far 9.00 100" in told
    assert "to May it fell by 10.0%" in told
    found.series.loc[2, "note"] = "data begins 2026-06-03"
    told = text(spending.money(scorecard(found, contract=contract)))
    assert "Jun 2026, in part 9.00 100" in told


def test_a_report_without_costs_has_no_such_section():
    """Nothing is asked of what nobody knows."""
    assert "" == spending.money(scorecard(standing("csat", reading(0.9))))


def test_customers_words_are_quoted_and_escaped():
    """A thumb is a thumb; a link only leads to the web; markup stays text."""
    shown = pd.DataFrame(
        {
            "day": [MONDAY, MONDAY],
            "score": [0.0, 2.0],
            "scale": ["0 to 1", "1 to 5"],
            "issue_type": ["Login", None],
            "ticket_id": ["7", "8"],
            "url": ["javascript:alert(1)", "https://x.example/8"],
            "text": [HOSTILE, "slow"],
        }
    )
    words = pd.DataFrame(
        {
            "word": ["waited", "confusing"],
            "low_count": [6, 1],
            "count": [7, 3],
            "lift": [15 / 7, 5 / 6],
            "stands_out": [True, False],
        }
    )

    html = voices.words(Verbatims(shown=shown, words=words, n=20, low=8))

    assert "8 of 20 comments come with a low rating." in text(html)
    assert "waited (6 of 7, 2.1 times as often as in all), confusing" in text(html)
    assert "Names that the data holds are taken out" in text(html)
    assert "More frequent there than by chance: waited." in text(html)
    assert f"{HOSTILE} thumb down · Login · 7 slow 2 of 5 · 8" in text(html)
    assert HOSTILE not in html
    assert "javascript" not in html
    assert 'href="https://x.example/8"' in html


def test_how_soon_customers_are_asked():
    """The median, the share within an hour, and whose ticket it is by then."""
    lag = Lag(
        n=50, median_minutes=26.0, within_an_hour=0.8, low=0.7, high=0.9, before=0
    )
    found = Ratings(by_agent=pd.DataFrame(), n=40, held_elsewhere=3, went_on=2, lag=lag)

    told = text(voices.asked(found))

    assert (
        "Surveys go out 26 min after the solve (median), 80.0% within an hour." in told
    )
    assert "3 of 40 tickets were with somebody else when it came, 2 went on" in told


def test_a_tile_counts_open_tickets_in():
    """Beside the median of the solved stands that of all, where some are open."""
    target = standing("resolution_time", reading(600.0, 500.0, 700.0))
    rows = pd.DataFrame(
        {"period_start": [MONDAY], "n": [9], "waiting": [4], "median": [1234.0]}
    )

    def tile(**changed):
        found = {"resolution_time": rows.assign(**changed)}
        card = replace(scorecard(target), beside=Beside(survival=found))
        return text(tiles.tile(target, card))

    assert tile().endswith("with open tickets: 20 h 34 min")
    assert tile(median=float("nan")).endswith("tickets: not half of the week's yet")
    assert "with open" not in tile(waiting=0)
    before = replace(target, now=replace(target.now, start=MONDAY - timedelta(7)))
    card = replace(scorecard(before), beside=Beside(survival={"resolution_time": rows}))
    assert [] == tiles.with_open(before, card)  # the number is of another week
    assert "with open" not in tile(period_start=MONDAY - timedelta(days=7))
    slowest = replace(target, statistic="p90")  # it is the median of all, no 90th
    card = replace(
        scorecard(slowest), beside=Beside(survival={"resolution_time": rows})
    )
    assert [] == tiles.with_open(slowest, card)


def test_a_tile_names_what_is_missing_in_a_line_or_two():
    """Of several things that would do the first, and none of them twice."""
    solved = "events of field status or tickets.solved_at"
    reopened = "events of field status or tickets.reopened_at"

    def bound(needs):
        lacks = reading(None, n=0, status="not_computable")
        made = standing("reopen_rate", replace(lacks, note=needs))
        return tiles.state_and_bound(made)

    assert ("Not computable", "needs status history") == bound(
        f"needs {solved}; {reopened}"
    )
    assert ("Not computable", "needs status history; message history") == bound(
        f"needs {solved}; messages"
    )


def test_a_section_that_nobody_knows_is_none():
    """Without what stands beside the KPIs no section has anything to show."""

    class Bare(Sections):
        card = scorecard(standing("compliance_rate", reading(1.0, n=4)))

    bare = Bare()
    known = Bare()
    known.card = replace(bare.card, beside=Beside())

    names = ("causes", "ages", "sides", "coaching", "voices", "paid_time", "money")
    assert {None} == {getattr(bare, name)() for name in names}
    assert {None} == {getattr(known, name)() for name in names}
    assert bare.breaches() is None
    assert known.breaches() is not None


def test_ratings_beside_the_wait():
    """Each with its interval and n, the unanswered left out; one group says nothing."""
    waits = ["8 h or more", "(none)", "0 to 1 h"]
    found = pd.DataFrame({"first_response_within": waits, "n": [50, 9, 20]})
    found = found.assign(value=[0.62, 0.5, 0.9], low=[0.48, 0.2, 0.7])
    found = found.assign(high=[0.74, 0.8, 0.97], status=["ok", "too_few", "too_few"])

    told = text(voices.waited(found))

    row = "0 to 1 h 90.0% (too few) 70.0 to 97.0% 20 8 h or more 62.0% 48.0 to 74.0% 50"
    assert row in told
    assert "(none)" not in told
    assert "" == voices.waited(found[:2])


def test_on_how_many_reviews_the_score_rests():
    """Thirty of 400 solved tickets; of two different weeks no share is made."""
    solved = standing("resolution_time", reading(60.0, n=400))
    score = standing("qa_score", reading(0.9, n=30))
    older = standing("qa_score", reading(0.9, n=30, start=MONDAY - timedelta(7)))

    told = text(people.sampled(scorecard(score, solved)))

    assert "rests on 30 reviews, 7.5% of the 400 tickets solved" in told
    assert "" == people.sampled(scorecard(older, solved))
    assert "" == people.sampled(scorecard(solved))


def test_no_ages_where_nobody_knows_what_is_open():
    """Data ends before the period does: 3 tickets seem open, and may be solved."""
    old = Ages(counts=((AGES[-1][1], 3),), oldest=57_600)
    known = scorecard(standing("backlog", reading(3)))
    unknown = scorecard(standing("backlog", reading(None, n=0)))

    class Made(Sections):
        def __init__(self, card):
            self.card = replace(card, beside=Beside(ages=old))

    assert Made(known).ages() is not None
    assert Made(unknown).ages() is None
