"""A review shows what the scorecard holds, in order, escaped, with every doubt."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit import mime, open_review
from kpi_kit.behind import Behind, Ticket
from kpi_kit.business_hours import always
from kpi_kit.contract import Contract, Target
from kpi_kit.errors import ParameterError, UnknownNameError
from kpi_kit.freshness import Freshness
from kpi_kit.review import Review
from kpi_kit.rules import Finding, findings
from kpi_kit.tables import Helpdesk
from tests.cards import DAY, MONDAY, SUNDAY, WEEK, by_day, reading, rows, scorecard
from tests.cards import standing as bare

TARGETS = (
    Target(metric="first_response_time", at_most=Decimal(240), weight=Decimal("0.4")),
    Target(metric="reopen_rate", at_most=Decimal("0.08"), weight=Decimal("0.6")),
)
CONTRACT = Contract(vendor="A & B", slug="a-b", schedules=(always("UTC"),))
TERMS = replace(CONTRACT, targets=TARGETS)
NONE = {"value": None, "n": 0, "status": "not_computable"}


def standing(name, now, contract=TERMS, past=(), **more):
    """Return where a KPI stands, with a series that ends in its number."""
    made = bare(name, now, contract, **more)
    days = (now.end - now.start).days
    values = [*past, (now.value, now.low, now.high, now.n)]
    start = now.start - (len(values) - 1) * days * DAY
    series = rows(values, start=start, days=days).assign(
        metric=name, statistic=made.statistic, clock=made.clock, unit=made.card.unit
    )
    if now.status != "ok":
        series.loc[len(series) - 1, "status"] = now.status
    return replace(made, series=series.assign(note=""))


def a_card(every="week", contract=TERMS, **more):
    """Return a card with a miss, a close call, a count and what cannot be computed."""
    days = {"start": MONDAY, "days": 7} if every == "week" else {"start": SUNDAY}
    days |= {"days": 1} if every == "day" else {}
    opened = reading(612, **days)
    lacks = reading(**NONE, **days)
    lacks = replace(lacks, note="needs messages <x>")
    first = reading(258, 246, 271, n=1411, **days)
    again = reading(0.078, 0.061, 0.097, n=840, **days)
    found = [
        standing("first_response_time", first, contract, past=[300, 280, 240]),
        standing("reopen_rate", again, contract),
        standing("backlog", opened, contract),
        standing("transfer_rate", lacks, contract),
        standing("ticket_volume", reading(120, **days), contract),
    ]
    daily = {"backlog": by_day([500, 520, 612]), "ticket_volume": by_day([100] * 59)}
    daily = {
        name: frame.assign(metric=name, statistic="count", clock="", note="")
        for name, frame in daily.items()
    }
    return scorecard(*found, contract=contract, daily=daily, every=every, **more)


def a_review(card=None, **given):
    """Return a review over literal numbers, no engine behind it."""
    accounting = [
        ("tickets.csv", "tickets", 1500, 1490, 8, 2),
        ("export.csv", "events", 9, 9, 0, 0),
    ]
    counts = ["rows_read", "accepted", "quarantined", "duplicates"]
    quarantine = [("tickets.csv", n, "created_at", "no date", "PII") for n in (7, 9)]
    columns = ["file", "line", "column", "rule", "text"]
    rules = [("tickets.csv", "created_at", "no date", 8)]
    helpdesk = Helpdesk(
        connection=None,
        tables={},
        given=frozenset(),
        extra=(),
        spans={},
        accounting=pd.DataFrame(accounting, columns=["file", "table", *counts]),
        quarantine=pd.DataFrame(quarantine, columns=columns),
        rules=pd.DataFrame(rules, columns=["file", "column", "rule", "rows"]),
        warnings=("<b>bold</b>",),
    )
    card = a_card() if card is None else card
    return Review(
        card=card,
        found=tuple(findings(card)),
        helpdesk=helpdesk,
        marks=given.get("marks", ()),
        covered=("First replies: 9 of 10.",),
    )


def tickets_behind(name, **more):
    """Return two tickets of 350: one not answered, with an address; one hostile."""
    opened = datetime(2026, 11, 9, 11, 4, tzinfo=UTC)
    one = Ticket(
        ticket_id="88087",
        url="https://desk.test/88087",
        created_at=opened,
        value=3896,
        issue_type=None,
        agent="",
    )
    bad = {"ticket_id": "<b>", "url": "javascript:alert(1)", "issue_type": "<i>"}
    two = replace(one, **bad, value=245, agent="v1")
    days = {"start": MONDAY, "end": MONDAY + WEEK}
    found = {"metric": name, "missed": True, "total": 350, "tickets": (one, two)}
    return Behind(**days, **found | more)


def test_the_tickets_behind_a_number_are_folded_below_it():
    """The longest first, each a link into the helpdesk; and what gives all of them."""
    behind = {
        "first_response_time": tickets_behind("first_response_time"),
        "backlog": tickets_behind("backlog", missed=False, total=2),
    }
    html = a_review(replace(a_card(), behind=behind)).trends().html
    first, _, second = html.partition("<summary>Open tickets: 2 tickets open<")

    assert "<summary>First response: 350 tickets over 4 h, the longest 2<" in first
    ours = 'href="https://desk.test/88087" rel="noopener noreferrer">88087</a>'
    assert ours in first
    assert "64\u00a0h\u00a056\u00a0min" in first
    assert "Mon 9 Nov 11:04" in first
    assert "&lt;b&gt;" in first
    assert "&lt;i&gt;" in first
    assert "javascript" not in html
    days = "--from 2026-11-09 --to 2026-11-16 --as-of 2026-11-15"
    assert f"facts --metric first_response_time --missed {days}<" in first
    assert "facts --metric backlog --as-of 2026-11-15<" in second
    assert 2 == html.count("<details><summary>") - html.count("these ")
    assert "tickets behind" not in a_review().trends().html


def charts(shown):
    """Return the specifications of what is drawn."""
    return [part.to_dict() for part in shown.parts if not isinstance(part, str | dict)]


def test_the_masthead_names_vendor_period_and_seal():
    """Whose report, which days, known up to when; the vendor's name is escaped."""
    html = a_review().masthead().html

    assert "<b>A &amp; B</b> · weekly review" in html
    assert "<h1>Week of 9 to 15 November 2026</h1>" in html
    assert "No data up to Sun 15 Nov" in html
    last = Freshness(first=MONDAY, last=datetime(2026, 11, 15, 18, 5, tzinfo=UTC))
    html = a_review(replace(a_card(), fresh=last)).masthead().html
    assert "Data up to Sun 15 Nov, 18:05, UTC" in html
    assert "all 7 days complete" in html
    assert "<h1>Sunday 15 November 2026</h1>" in a_review(a_card("day")).masthead().html


def test_the_seal_is_that_of_the_numbers():
    """Two reports of the same numbers bear one seal, another number another."""
    one, same = a_review().masthead().html, a_review().masthead().html
    other = a_card()
    moved = replace(other["backlog"].now, value=613.0)
    series = other["backlog"].series.assign(value=613.0)
    changed = replace(other["backlog"], now=moved, series=series)
    other = replace(other, standings={**other.standings, "backlog": changed})

    assert one == same
    assert one != a_review(other).masthead().html


def test_data_that_ends_early_is_told_above_the_title():
    """Two days lack: the banner comes first and says what that means."""
    last = datetime(2026, 11, 13, 18, 5, tzinfo=UTC)
    lost = dict.fromkeys((date(2026, 11, 14), SUNDAY), "data ends 2026-11-13")
    fresh = Freshness(first=date(2026, 1, 5), last=last, missing=lost)
    html = a_review(replace(a_card(), fresh=fresh)).masthead().html

    assert html.index('class="banner close"') < html.index("<h1>")
    assert "Data ends Fri 13 Nov, 18:05. 2 days are missing." in html
    assert "2 of 7 days missing" in html


def test_data_that_begins_late_is_told_too():
    """Two days of the week lie before the first ticket."""
    first, last = date(2026, 11, 11), datetime(2026, 11, 15, 18, 5, tzinfo=UTC)
    lost = dict.fromkeys((MONDAY, MONDAY + DAY), "data begins 2026-11-11")
    fresh = Freshness(first=first, last=last, missing=lost)
    html = a_review(replace(a_card(), fresh=fresh)).masthead().html

    assert "Data begins Wed 11 Nov. 2 days are missing." in html
    html = a_review(replace(a_card(), fresh=Freshness(missing={SUNDAY: "no data"})))
    assert (
        "There is no data up to this day. One day is missing." in html.masthead().html
    )


def test_a_file_that_is_not_whole_is_told_above_the_title():
    """Declared as partial it is read, and the reader knows what no number holds."""
    review = a_review()
    told = '<x>.json: is not whole: next_page is "2"; the rest is missing'
    desk = replace(review.helpdesk, warnings=("another", told))
    html = replace(review, helpdesk=desk).masthead().html

    assert html.index('class="banner close"') < html.index("<h1>")
    assert "&lt;x&gt;.json: is not whole: next_page is" in html
    assert "banner" not in review.masthead().html


def test_a_part_that_is_missing_is_told_and_escaped():
    """The channel's name comes from the data."""
    first, last = date(2026, 1, 5), datetime(2026, 11, 15, 18, 5, tzinfo=UTC)
    why = {SUNDAY: "data incomplete, no <chat> on 2026-11-15, usually 31"}
    fresh = Freshness(first=first, last=last, missing=why)
    html = a_review(replace(a_card(), fresh=fresh)).masthead().html

    assert "Data incomplete, no &lt;chat&gt; on Sun 15 Nov, usually 31." in html
    assert "One day is in doubt." in html
    assert "a day off belongs in the contract&#x27;s holidays.</p>" in html


def test_every_reason_is_told_the_newest_first():
    """A channel has been gone for two days; three days before lacked a part."""
    since = "data incomplete, no chat since 2026-11-14, usually 31 a week"
    why = dict.fromkeys((SUNDAY - DAY, SUNDAY), since)
    hours = ((MONDAY + n * DAY, 9 + n) for n in range(3))
    why |= {d: f"data incomplete, none after {h}:00 on {d}" for d, h in hours}
    last = datetime(2026, 11, 15, 18, 5, tzinfo=UTC)
    fresh = Freshness(first=date(2026, 1, 5), last=last, missing=why)
    html = a_review(replace(a_card(), fresh=fresh)).masthead().html

    assert (
        "Data incomplete, no chat since Sat 14 Nov, usually 31 a week; none after "
        "11:00 on Wed 11 Nov; none after 10:00 on Tue 10 Nov; 1 more. 5 days are in "
        "doubt."
    ) in html
    assert "a channel that was closed in the annotations.</p>" in html


def test_the_style_is_for_jupyterlab_only():
    """It is marked, so that the page leaves it out, and it is for its own outputs.

    A frame of numbers and the text of a cell look as JupyterLab has them.
    """
    (style,) = (p for p in a_review().masthead().parts if isinstance(p, dict))

    assert mime.STYLE in style
    assert ":not(:has(.dataframe)) { background" in style["text/html"]


def test_tiles_are_grouped_and_link_to_their_charts():
    """Value, state, bound and doubt of each; what lacks says what it needs."""
    review = a_review()
    html = review.tiles().html
    ids = [spec["usermeta"]["id"] for spec in charts(review.trends())]

    assert ["Speed", "Quality"] == [
        part.partition("<")[0] for part in html.split('group-name">')[1:]
    ]
    assert '<p class="value">4 h 18<small> min</small></p>' in html
    assert "<b>Misses target</b>" in html
    assert '<span class="bound">at most 4\u00a0h</span>' in html
    assert "4\u00a0h\u00a006 to 4\u00a0h\u00a031 · n 1,411" in html
    assert "<b>Too close to call</b>" in html
    assert 'href="#kpi-first-response-time"' in html
    assert "kpi-first-response-time" in ids
    assert "needs message history &lt;x&gt;" in html


def test_every_link_leads_somewhere():
    """Sentences, tiles, charts and findings point at places of the page.

    From each number its meaning, and the tickets behind it, are one step away.
    """
    names = ("first_response_time", "ticket_volume")
    behind = {name: tickets_behind(name) for name in names}
    spike = Finding(
        title="Many came in",
        state="alarm",
        facts=("All at once.",),
        speaks_for=None,
        speaks_against=None,
        ask="The client says what happened.",
        metric="ticket_volume",
    )
    for every in ("week", "day"):
        card = replace(a_card(every), behind=behind)
        review = replace(a_review(card), found=(spike,))
        week = (review.tiles, review.decisions, review.trends, review.others)
        day = (review.figures, review.alarms, review.others)
        shown = [review.sentences(), *(p() for p in (week, day)[card.every == "day"])]
        shown.append(review.made())
        shown = [part for part in shown if part is not None]
        html = "\n".join(part.html for part in shown)
        places = {s["usermeta"]["id"] for part in shown for s in charts(part)}
        places |= {part.partition('"')[0] for part in html.split(' id="')[1:]}
        links = {part.partition('"')[0] for part in html.split('href="#')[1:]}
        given = (s["usermeta"]["links"] for part in shown for s in charts(part))
        links |= {place for some in given for _, place in some}

        assert links
        assert links <= {*places, "made"}
        assert "tickets-first-response-time" in links
        assert "tickets-ticket-volume" in links
        assert "card-reopen-rate" in links


def test_which_days_are_missing_is_said_once():
    """The banner has it; tiles and rows say that it is why there is no verdict."""
    card = a_card()
    lost = "data incomplete, no tickets from 2026-11-12 to 2026-11-13"
    found = {
        name: replace(
            card[name],
            now=replace(card[name].now, status="provisional", note=lost),
            state="not_mature",
            state_text=f"no verdict: {lost}",
        )
        for name in ("first_response_time", "unanswered_tickets", "reopen_rate")
        if name in card
    }
    review = a_review(replace(card, standings={**card.standings, **found}))
    html = review.tiles().html

    assert 2 == html.count("<b>No verdict</b>")
    assert 2 == html.count("days are missing")
    assert lost not in html


def test_small_charts_hold_target_and_name():
    """Each says what it shows, and draws the contract's bound."""
    first, *_ = charts(a_review().trends())

    assert "First response" == first["title"]["text"]
    assert ["median, business time"] == first["title"]["subtitle"]
    assert "target at most 4 h" in first["description"]


def test_the_share_within_a_target_has_a_chart():
    """Of a duration with a target: how many kept it, by the day they were opened."""
    shares = (0.9, 0.42, 0.8, 0.31)
    values = [(share, share - 0.1, share + 0.05, 100) for share in shares]
    within = rows(values, start=MONDAY - 3 * WEEK)
    within = within.assign(statistic="share", clock="business", note="")
    review = a_review(replace(a_card(), within={"first_response_time": within}))
    titles = [spec["title"]["text"] for spec in charts(review.trends())]

    assert "Answered within 4 h" in titles
    assert "Answered within 4\u00a0h is at its worst" in review.trends().html


def test_the_other_kpis_are_those_that_are_not_drawn():
    """No KPI of the review is left out, and none stands in both."""
    card = a_card()
    drawn = ("escalation_rate", "escalation_to_client_rate", "resolution_time")
    names = (*drawn, "first_resolution_time", "unanswered_tickets", "reopen_rate")
    found = {n: standing(n, reading(0.1, 0.05, 0.2), TERMS) for n in names}
    review = a_review(replace(card, standings=found | {**card.standings}))
    html = review.others().html
    titles = [spec["title"]["text"] for spec in charts(review.trends())]

    row, lacks = html.split("</table>")
    told = re.findall(r'scope="row"><a[^>]*>([^<]*)<', row)
    assert ["Without a reply"] == told
    assert "needs message history &lt;x&gt; (" in lacks
    link = 'id="kpi-transfer-rate" href="#card-transfer-rate"'
    assert f"<a {link}>Passed between agents</a>" in lacks
    assert "Time to first solve" in titles
    assert "Reopened in 7 days" in titles


def test_reading_chosen_by_the_contract_stands_once():
    """First contact resolution goes by its reading's name, which is not repeated."""
    contract = replace(TERMS, first_contact_resolution="one_reply")
    names = ["first_contact_resolution", "first_contact_resolution_one_reply"]
    names += ["first_contact_resolution_one_touch"]
    found = [standing(n, reading(0.6, 0.5, 0.7), contract) for n in names]
    review = a_review(scorecard(*found, contract=contract))

    assert 1 == review.made().html.count("<dt>Solved with one reply</dt>")
    assert ">Solved with one reply</a>" in review.tiles().html
    assert "Solved with one reply" not in review.others().html
    assert "Solved by one agent" in review.others().html


def test_made_shows_every_row_and_warning():
    """Read = accepted + quarantined + duplicates; why rows were rejected, no text."""
    html = a_review().made().html

    for text in ("tickets.csv", "1,500", "1,490", "export.csv (events)", "no date"):
        assert text in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "First replies: 9 of 10." in html
    assert "PII" not in html
    assert "<dt>First response</dt>" in html
    assert "Which reply stops the clock" in html


def test_an_old_hole_is_told_with_the_data():
    """A silence of two days a month ago: once, on top how many, and no banner."""
    why = "data incomplete, no tickets from 2026-10-12 to 2026-10-13"
    lost = dict.fromkeys((date(2026, 10, 12), date(2026, 10, 13)), why)
    last = datetime(2026, 11, 15, 18, 5, tzinfo=UTC)
    fresh = Freshness(first=date(2026, 1, 5), last=last, missing=lost)
    review = a_review(replace(a_card(), fresh=fresh))

    told = "Data incomplete, no tickets from Mon 12 Oct to Tue 13 Oct."
    assert 1 == review.made().html.count(told)
    assert "banner" not in review.masthead().html
    assert "all 7 days complete, 2 earlier days missing" in review.masthead().html


def test_without_data_a_section_stays_out():
    """What a source cannot give has no section; an empty one keeps its sentence."""
    review = a_review()

    assert review.waits() is None
    assert review.unsolved() is None
    assert review.escalated() is None


def test_the_digest_shows_three_numbers():
    """First response, open tickets, and what came against the weekday's usual."""
    html = a_review(a_card("day")).figures().html

    assert 3 == html.count('class="figure"')
    assert "Above the usual range" in html
    assert '<span class="bound">usually 100</span>' in html


def test_hours_of_channels_stand_below_those_of_weekdays():
    """Two pictures with a table each; of one channel there is no second one."""
    week = rows([(300.0, 280.0, 320.0, 25)], created_weekday=[1], created_hour=[9])
    both = [(300.0, 280.0, 320.0, 25), (20.0, 10.0, 30.0, 40)]
    names = {"channel": ["mail", "<b>chat"], "created_hour": [9, 9]}
    hours = {("first_response_time", "created_weekday", "created_hour"): week}
    by = ("first_response_time", "channel", "created_hour")
    one = a_review(
        a_card(slices=hours | {by: rows(both[:1], channel=["mail"], created_hour=[9])})
    )
    two = a_review(a_card(slices=hours | {by: rows(both, **names)})).waits()
    by_day, by_channel = (each["description"] for each in charts(two))

    assert "by weekday and hour" in by_day
    assert "by channel and hour" in by_channel
    assert 2 == two.html.count("<table")
    assert "&lt;b&gt;chat" in two.html
    assert "<b>chat" not in two.html
    assert 1 == len(charts(one.waits()))


def test_no_alarm_is_said():
    """A day without alarms says so in words."""
    assert "No alarms." in a_review(a_card("day")).alarms().html


def test_draw_takes_any_chart_of_a_kpi():
    """One sentence where there is nothing to draw, None where there is no frame."""
    review = a_review()

    assert (
        "target at most 4 h"
        in (charts(review.draw("trend", "first_response_time"))[0]["description"])
    )
    assert "Passed between agents: not computable" in (
        review.draw("trend", "transfer_rate").html
    )
    assert review.draw("heat", "backlog") is None
    with pytest.raises(UnknownNameError, match="no chart is called 'trends'"):
        review.draw("trends", "backlog")
    with pytest.raises(UnknownNameError, match="no metric is called 'backlogs'"):
        review.draw("trend", "backlogs")


def test_numbers_are_a_frame():
    """What an analyst goes on with: every KPI over time, in report order."""
    numbers = a_review().numbers

    assert 4 == (numbers["metric"] == "first_response_time").sum()
    assert "first_response_time" == numbers["metric"].iloc[0]


def test_done_marks_the_report(monkeypatch):
    """The mark says whose report and which day it is, and what numbers it holds."""
    marks = []
    monkeypatch.setattr("kpi_kit.review.publish_display_data", marks.append)
    a_review().done()
    a_review(a_card("day")).done()

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
        ({"every": "month"}, UnknownNameError, "every: no period 'month'"),
        ({"kpis": ["backlogs"]}, UnknownNameError, "Did you mean 'backlog'"),
        ({"contract": "none.yaml"}, ParameterError, "none.yaml"),
    ],
)
def test_wrong_parameters_of_a_review(given, error, why):
    """Opened by hand, a notebook says the same as the runner, before reading data."""
    given = {"as_of": "2026-11-15"} | given

    with pytest.raises(error, match=why):
        open_review("files", "nowhere", **given)
