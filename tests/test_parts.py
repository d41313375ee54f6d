"""The tickets behind a part of a number are the part's own, and as many as it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest

from kpi_kit import page
from kpi_kit.agent_gap import code_of
from kpi_kit.behind import Behind, Ticket
from kpi_kit.business_hours import always
from kpi_kit.contract import Contract, Target
from kpi_kit.parts import AGENTS, AGES, CAUSES, FEW, HOURS, TYPES
from kpi_kit.periods import DAY
from kpi_kit.standings import standings
from tests.canonical import helpdesk
from tests.cards import MONDAY as CARD_MONDAY
from tests.cards import SUNDAY, reading, rows, scorecard, standing

HOUR = 3600
MONDAY = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
LIMIT = Target(metric="first_response_time", at_most=Decimal(60), weight=Decimal(1))
CONTRACT = Contract(
    schedules=(always("UTC"),),
    targets=(LIMIT,),
    first_contact_resolution="one_reply",
)
HOSTILE = '"><img src=x onerror=alert(1)>'
BAD = "javascript:alert(1)"
WEEK, CHANNELS = HOURS
# Opened on which weekday, each answered after so many minutes; all at nine.
WAITS = {
    "late": (0, [100 + n for n in range(12)]),
    "kept": (1, [10 + n for n in range(11)]),
    "few": (2, [900 + n for n in range(9)]),
    "silent": (0, [None]),
}


def row(name, day, minutes, **more):
    """Return a ticket of the week, opened at nine o'clock."""
    opened = MONDAY + (24 * day + 9) * HOUR
    return {
        "ticket_id": name,
        "created_at": opened,
        "first_reply_at": minutes and opened + 60 * minutes,
        "status": "open",
        "solved_at": None,
        "url": f"https://desk.example/{name}",
    } | more


def opened(engine, rows, contract=CONTRACT, names=(), **more):
    """Return the scorecard of a week with these tickets."""
    names = ("first_response_time", "first_contact_resolution", "backlog", *names)
    days = {"start": date(2026, 2, 2), "as_of": date(2026, 3, 15), "every": "week"}
    desk = helpdesk(engine, {"tickets": rows, **more})
    return standings(desk, contract, **days, metrics=(*names, "ticket_volume"), most=5)


@pytest.fixture
def waited(engine):
    """Return the card of a week with an hour that is late and others that are not."""
    rows = [
        row(
            f"{kind}-{n}", 7 + day, minutes, channel="chat" if kind == "late" else "web"
        )
        for kind, (day, found) in WAITS.items()
        for n, minutes in enumerate(found)
    ]
    return opened(engine, rows)


def told(card, key):
    """Return by what a part is of how many tickets it has, and which are named."""
    return {
        part.of: (part.total, [one.ticket_id for one in part.tickets])
        for part in card.parts[key].parts
    }


def test_an_hour_that_misses_names_its_longest(waited):
    """Twelve of Monday at nine; nine of Wednesday tell nothing, Tuesday kept its limit.

    Who has no answer has no time: it is no part of the median in the cell.
    """
    longest = [f"late-{n}" for n in (11, 10, 9, 8, 7)]

    assert {("1", "9"): (12, longest)} == told(waited, WEEK)
    assert {("chat", "9"): (12, longest)} == told(waited, CHANNELS)
    assert FEW == len(longest)


def test_without_a_target_every_hour_leads_on(engine):
    """The longest first."""
    rows = [
        row(f"{kind}-{n}", 7 + day, minutes)
        for kind, (day, found) in WAITS.items()
        for n, minutes in enumerate(found)
    ]
    card = opened(engine, rows, Contract(schedules=(always("UTC"),)))

    assert [("1", "9"), ("2", "9")] == list(told(card, WEEK))


def test_an_issue_type_names_what_was_not_solved_at_once(engine):
    """Of five refunds three took a second reply, of two parcels none did."""
    replies = {"r1": 1, "r2": 1, "r3": 2, "r4": 2, "r5": 2, "p1": 1, "p2": 1, "n1": 3}
    types = {"r": "refund", "p": "parcel", "n": None}
    end = {"status": "solved", "solved_at": MONDAY + 60 * HOUR, "reopened_at": None}
    rows = [row(n, 0, 9, issue_type=types[n[0]], **end) for n in replies]
    messages = [
        {
            "message_id": f"{name}-{n}",
            "ticket_id": name,
            "sent_at": MONDAY + (9 + n) * HOUR,
            "author_role": "agent" if n else "customer",
            "is_public": True,
        }
        for name, count in replies.items()
        for n in range(count + 1)
    ]
    card = opened(engine, rows, messages=messages)
    found = {of: (n, sorted(ids)) for of, (n, ids) in told(card, TYPES).items()}

    assert {("(none)",): (1, ["n1"]), ("refund",): (3, ["r3", "r4", "r5"])} == found


def test_causes_and_ages_have_as_many_as_they_count(engine):
    """Two of one cause and one without; open for hours, for days, for weeks."""
    rows = [
        row("a", 0, 9, root_cause="late parcel"),
        row("b", 8, 9, root_cause="late parcel"),
        row("c", 13, 9),
    ]
    card = opened(engine, rows)

    assert {("late parcel",): (2, ["b", "a"])} == told(card, CAUSES)
    assert {("0",): (1, ["c"]), ("2",): (1, ["b"]), ("3",): (1, ["a"])} == told(
        card, AGES
    )


def test_agents_far_apart_name_what_took_them_longest(engine):
    """Twenty tickets each of one kind; another kind and another team are not compared.

    An agent is a code, and the call that gives all of them names none.
    """
    solved = {"solved_at": MONDAY + 200 * HOUR, "status": "solved"}
    kinds = [("anna", 60, "refund"), ("bert", 10, "refund"), ("anna", 300, "parcel")]
    rows = [
        row(
            f"{agent}-{kind}-{n:02}",
            7,
            9,
            agent_id=agent,
            team="desk",
            issue_type=kind,
            handle_seconds=60 * (minutes + n),
            **solved,
        )
        for agent, minutes, kind in kinds
        for n in range(20)
    ]
    card = opened(engine, rows, names=("handle_time_ticket",))
    anna, bert = code_of("anna"), code_of("bert")
    found = told(card, AGENTS)

    assert [(anna,), (bert,)] == list(found)
    assert (20, [f"anna-refund-{n}" for n in (19, 18, 17, 16, 15)]) == found[anna,]
    html = page.parts.listed(AGENTS, card)
    assert ">anna-refund-19</a>\u00a01\u00a0h\u00a019\u00a0min" in html
    assert f'id="{page.parts.leads(AGENTS, card)[anna].place}">{anna}<' in html
    assert "issue_type=&quot;refund&quot;, team=&quot;desk&quot;)" in html


def test_a_day_asks_for_none(engine):
    """Its page is one screen, and fast."""
    desk = helpdesk(engine, {"tickets": [row("a", 0, 9, root_cause="parcel")]})
    days = {"start": date(2026, 2, 2), "as_of": date(2026, 3, 2), "every": "day"}
    names = ["first_response_time", "backlog"]

    assert {} == standings(desk, CONTRACT, **days, metrics=names, most=5).parts


def test_a_mark_and_its_row_are_one_place(waited):
    """Said beside it: how many there are, and how many of them are named."""
    (lead,) = page.parts.leads(WEEK, waited).values()
    html = page.parts.listed(WEEK, waited).replace("\u00a0", " ")

    assert "12 tickets, the longest 5" == lead.told
    assert f'<span id="{lead.place}">Mon 09 to 10</span>' in html
    assert ">late-11</a> 1 h 51 min · <a" in html
    assert 'href="https://desk.example/late-11" rel="noopener noreferrer"' in html
    assert "created_weekday=1, created_hour=9" in html
    assert "The tickets of the hours over 1 h" in html


def test_ids_and_addresses_are_no_markup(engine):
    """Whoever wrote them; what is no web address is no link."""
    rows = [
        row(f"{n}{HOSTILE}", 7, 100 + n, url=BAD, channel=HOSTILE, root_cause=HOSTILE)
        for n in range(10)
    ]
    card = opened(engine, rows)
    html = "".join(page.parts.listed(key, card) for key in (WEEK, CHANNELS, CAUSES))
    places = [
        p for key in (WEEK, CHANNELS) for p in page.parts.leads(key, card).values()
    ]

    assert "<img" not in html
    assert BAD not in html
    assert f"9{HOSTILE}" in unescape(html)
    assert all(lead.place.replace("-", "").isalnum() for lead in places)


def test_where_nothing_is_named_there_is_no_list(engine):
    """One ticket tells nothing of its hour."""
    card = opened(engine, [row("a", 7, 90)])

    assert ("", {}) == (page.parts.listed(WEEK, card), page.parts.leads(WEEK, card))


DAYS = [(343, None, None, 343), (351, None, None, 351)]


def open_then(end):
    """Return the card of a week whose open tickets are of the day before ``end``."""
    kept = standing("backlog", replace(reading(343), end=end))
    one = Ticket(
        ticket_id="a",
        url=None,
        created_at=datetime(2026, 11, 2, tzinfo=UTC),
        value=90.0,
        issue_type=None,
        agent="",
    )
    named = Behind(
        metric="backlog",
        missed=False,
        start=CARD_MONDAY,
        end=end,
        total=351,
        tickets=(one,),
    )
    return replace(scorecard(kept), behind={"backlog": named})


def test_the_last_day_alone_leads_to_what_is_open():
    """The day before had other tickets, and nobody knows which."""
    card = open_then(SUNDAY + DAY)
    found = page.behind.leads("backlog", rows(DAYS, start=SUNDAY - DAY, days=1), card)

    assert [(SUNDAY, SUNDAY + DAY)] == list(found)
    assert "351 tickets open, the oldest 1" == found[SUNDAY, SUNDAY + DAY].told


def test_a_number_of_an_earlier_day_has_a_list_of_the_last_one():
    """And the list says of which; the number's own day leads nowhere."""
    card = open_then(SUNDAY)
    before = rows(DAYS[:1], start=SUNDAY - DAY, days=1)

    assert {} == page.behind.leads("backlog", before, card)
    assert "351 tickets open on Sun 15 Nov, the oldest 1" in page.behind.behind(card)


def test_the_judged_period_alone_leads_to_its_tickets():
    """Also as the share within the target, which has no tickets of its own."""
    late = standing("first_response_time", reading(258), CONTRACT)
    named = replace(
        open_then(SUNDAY).behind["backlog"],
        metric=late.card.name,
        end=SUNDAY + DAY,
        missed=True,
    )
    card = scorecard(late, contract=CONTRACT)
    card = replace(card, behind={late.card.name: named})
    weeks = rows(DAYS, start=CARD_MONDAY - 7 * DAY)
    found = page.behind.leads("first_response_time_within", weeks, card)

    assert {(CARD_MONDAY, SUNDAY + DAY): "tickets-first-response-time"} == {
        span: lead.place for span, lead in found.items()
    }
    assert {} == page.behind.leads("csat", weeks, card)
