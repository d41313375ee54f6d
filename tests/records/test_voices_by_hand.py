"""What customers and reviewers say, and its price, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Csat
from kpi_kit.scorecard import scorecard
from tests.canonical import helpdesk
from tests.desks import DAY, HOUR, at, ticket

MONDAY = date(2026, 3, 2)
APRIL = date(2026, 4, 1)
LATE = date(2026, 4, 30)
USD = {"currency": "USD"}


def asked(number, kind="csat", *, offered=None, answered=None, score=None, **more):
    """Return a survey that is offered and answered so many days after Monday noon."""
    begin = at(MONDAY, 12)
    days = {"offered_at": offered, "answered_at": answered}
    told = {
        name: None if day is None else begin + int(day * 24 * HOUR)
        for name, day in days.items()
    }
    return {"ticket_id": number, "kind": kind, "score": score, **told, **more}


def solved(number, day, **more):
    """Return a ticket of Monday that was solved so many days later."""
    return ticket(number, at(MONDAY), solved=day * 24 * 60, **more)


def numbers(desk, *names, contract=None, as_of=LATE, start=MONDAY, end=APRIL, by=()):
    """Return value (to four decimals), n and status by KPI, and slices if any."""
    frame = scorecard(
        desk,
        contract or Contract(),
        start=start,
        end=end,
        as_of=as_of,
        metrics=names,
        by=by,
    )
    found = {}
    for row in frame.to_dict("records"):
        value = None if row["value"] != row["value"] else round(row["value"], 4)
        key = (row["metric"], *(row[name] for name in by))
        found[key if by else key[0]] = (value, row["n"], row["status"])
    return found


@pytest.fixture
def rated(engine):
    """Five solved tickets, of which one is deleted and one merged, and what was said.

    The ratings of the deleted (1 of 5) and of the merged one (1 of 5) would pull csat
    from 2 of 3 to 2 of 5; the survey not yet answered, taken as a bad rating, to 2 of
    4; the answer of the last hour, which is after the last day known, to 3 of 4.
    """
    tickets = [solved(n, 1) for n in range(1, 6)]
    tickets[3]["status"], tickets[4]["merged_into"] = "deleted", "t00001"
    ids = [one["ticket_id"] for one in tickets]
    said = [
        asked(ids[0], offered=1, answered=2, score=5.0),
        asked(ids[1], offered=1, answered=4, score=4.0),
        asked(ids[2], offered=2, answered=2.5, score=2.0),
        asked(ids[2], offered=2),
        asked(ids[0], offered=20, answered=31, score=5.0),
        asked(ids[3], offered=1, answered=2, score=1.0),
        asked(ids[4], offered=1, answered=2, score=1.0),
    ]
    return helpdesk(engine, {"tickets": tickets, "surveys": said})


def test_ratings_of_deleted_and_merged_tickets_are_none(rated):
    """Only what is known by the last day counts, and only of tickets that count."""
    found = numbers(rated, "csat", "csat_score", "csat_response_rate", as_of=APRIL)

    assert (0.6667, 3, "too_few") == found["csat"]
    assert (3.6667, 3, "too_few") == found["csat_score"]
    # The survey of the 22nd waits for ten days, which is no longer young.
    assert (0.6, 5, "too_few") == found["csat_response_rate"]


def test_a_late_answer_restates(rated):
    """A month later it is known, and counts for the day of the solve."""
    found = numbers(rated, "csat", "csat_response_rate", end=MONDAY + 2 * DAY)

    assert (0.75, 4, "too_few") == found["csat"]
    assert (0.8, 5, "too_few") == found["csat_response_rate"]


def test_a_young_survey_makes_the_rate_provisional(rated):
    """Asked on Wednesday noon: the next Tuesday it is young, on Wednesday no more."""
    young, old = (
        numbers(rated, "csat_response_rate", end=MONDAY + 2 * DAY, as_of=day)
        for day in (MONDAY + 8 * DAY, MONDAY + 9 * DAY)
    )

    assert {"csat_response_rate": (0.75, 4, "provisional")} == young
    assert {"csat_response_rate": (0.75, 4, "too_few")} == old


def test_a_rating_of_the_ticket_itself_counts_where_no_survey_is(engine):
    """A table of NPS alone does not hide the tickets' ratings; a survey beats one.

    The second ticket's own 5 is the same answer told once more; counted twice csat
    would be 3 of 4, without the tickets' own 1 of 2.
    """
    tickets = [solved(1, 1, csat=5.0), solved(2, 1, csat=5.0), solved(3, 1, csat=2.0)]
    said = [
        asked("t00002", offered=1, answered=2, score=4.0),
        asked(None, "nps", answered=2, score=9.0),
    ]
    both = helpdesk(engine, {"tickets": tickets, "surveys": said})
    without = helpdesk(engine, {"tickets": tickets, "surveys": said[1:]})

    assert (0.6667, 3, "too_few") == numbers(both, "csat")["csat"]
    assert (3.6667, 3, "too_few") == numbers(both, "csat_score")["csat_score"]
    assert (4.0, 3, "too_few") == numbers(without, "csat_score")["csat_score"]
    assert "not_computable" == numbers(without, "ces")["ces"][2]


@pytest.mark.parametrize(
    ("least", "value"),
    [
        pytest.param(None, 0.5, id="three-quarters-of-each-scale"),
        pytest.param(5, 0.25, id="the-best-of-1-to-5-and-of-the-others"),
        pytest.param(3, 0.875, id="the-middle-of-1-to-5-and-of-the-others"),
        pytest.param(6, 0.375, id="only-1-to-7-has-a-6"),
        pytest.param(9, None, id="no-scale-has-a-9"),
    ],
)
def test_the_contracts_rating_is_on_one_scale(engine, least, value):
    """4 and 3 of 1 to 5, 1 and 0 of thumbs, 7, 6, 5 and 4 of 1 to 7: eight ratings.

    Held raw against all scales, 5 makes 3 of 8, 3 makes 6 and 6 makes 2.
    """
    scored = {(1, 5): (4, 3), (0, 1): (1, 0), (1, 7): (7, 6, 5, 4)}
    said = [
        asked(None, answered=1, score=float(score))
        | {"scale_low": float(low), "scale_high": float(high)}
        for (low, high), scores in scored.items()
        for score in scores
    ]
    desk = helpdesk(engine, {"tickets": [solved(1, 1)], "surveys": said})
    terms = Contract(csat=Csat(positive_from=least and Decimal(least)))

    found = numbers(desk, "csat", contract=terms)["csat"]

    assert value == found[0]
    assert ("not_computable" if value is None else "too_few") == found[2]


def test_the_solver_is_credited(engine):
    """By agent a rating goes to who solved; volume and the rest go by the ticket's."""
    tickets = [solved(1, 1, agent_id="ben"), solved(2, 1, agent_id="ben")]
    change = {"field": "status", "old_value": "open", "new_value": "solved"}
    events = [
        change
        | {"event_id": f"e{n}", "ticket_id": f"t0000{n}", "occurred_at": at(MONDAY, 15)}
        | {"actor_role": role, "actor_id": actor}
        for n, role, actor in ((1, "agent", "ana"), (2, "agent", None))
    ]
    said = [
        asked("t00001", offered=1, answered=2, score=1.0),
        asked("t00002", offered=1, answered=2, score=5.0),
    ]
    desk = helpdesk(engine, {"tickets": tickets, "events": events, "surveys": said})

    found = numbers(desk, "csat", "ticket_volume", by=("agent_id",))

    assert (0.0, 1, "too_few") == found["csat", "ana"]
    assert (1.0, 1, "too_few") == found["csat", "ben"]
    assert (2.0, 2, "ok") == found["ticket_volume", "ben"]


def test_nps_needs_a_scale_to_ten(engine):
    """3 promoters, 1 passive, 2 detractors; 7 of 1 to 7 is no 7 of 0 to 10."""
    scores = [(10, 10), (9, 10), (9, 10), (8, 10), (6, 10), (0, 10), (7, 7)]
    said = [
        asked(None, "nps", answered=1, score=float(s))
        | {"scale_low": 0.0 if high == 10 else 1.0, "scale_high": float(high)}
        for s, high in scores
    ]
    said.append(asked(None, "nps", answered=45, score=0.0))
    desk = helpdesk(engine, {"tickets": [solved(1, 1)], "surveys": said})

    assert (16.6667, 6, "too_few") == numbers(desk, "nps")["nps"]


def test_surveys_are_sliced_by_their_customer(engine):
    """A survey of no ticket has the customer that it names; the ticket's else."""
    tickets = [solved(1, 1, customer_id="k1")]
    said = [
        asked(None, "nps", answered=1, score=10.0, customer_id="k2"),
        asked("t00001", "nps", answered=1, score=0.0, customer_id=None),
    ]
    desk = helpdesk(engine, {"tickets": tickets, "surveys": said})

    found = numbers(desk, "nps", by=("customer_id",))

    assert (100.0, 1, "too_few") == found["nps", "k2"]
    assert (-100.0, 1, "too_few") == found["nps", "k1"]


def scored(review, criterion, score, most, weight=None, side="client", **more):
    """Return one row of a review of ticket 1 on Tuesday."""
    names = ("review_id", "criterion", "score", "max_score", "weight", "reviewer_side")
    made = dict(zip(names, (review, criterion, score, most, weight, side), strict=True))
    day = at(MONDAY + DAY)
    return made | {"ticket_id": "t00001", "reviewed_at": day, "kind": None, **more}


def test_each_review_counts_once(engine):
    """0.68, 0.75 and 1: of weights, of weights of which one is missing, without points.

    With 1 for the missing weight the second were 0.67; summed over all rows the first
    would weigh 1 beside 1.5. The vendor's 0 of 1, or what is reviewed after the last
    day known, would make it less than 0.7.
    """
    rows = [
        scored("r1", "a", 10.0, 10.0, 0.5),
        scored("r1", "b", 3.0, 5.0, 0.3),
        scored("r1", "c", 0.0, 1.0, 0.2),
        scored("r2", "a", 5.0, 5.0, 0.5),
        scored("r2", "b", 1.0, 2.0),
        scored("r3", "a", 1.0, 1.0, 1.0),
        scored("r3", "b", 0.0, 0.0, 9.0),
        scored("r4", "a", 0.0, 0.0, 1.0),
        scored("r5", "a", 0.0, 1.0, 1.0, "vendor"),
        scored("r6", "a", 0.0, 1.0, 1.0, reviewed_at=at(LATE + DAY)),
        scored("r7", "a", 0.0, 1.0, 1.0, kind="compliance"),
    ]
    desk = helpdesk(engine, {"tickets": [solved(1, 1)], "qa_scores": rows})

    found = numbers(desk, "qa_score", "compliance_rate")

    assert (0.81, 3, "too_few") == found["qa_score"]
    assert (0.0, 1, "ok") == found["compliance_rate"]


def test_a_vendors_reviews_alone_are_no_quality(engine):
    """Nothing of the vendor's enters a verdict, and the row says what is needed."""
    rows = [scored("r1", "a", 1.0, 1.0, 1.0, "vendor")]
    desk = helpdesk(engine, {"tickets": [solved(1, 1)], "qa_scores": rows})

    frame = scorecard(
        desk, Contract(), start=MONDAY, end=APRIL, as_of=LATE, metrics=["qa_score"]
    )

    assert ["needs qa_scores of reviewer_side client"] == frame["note"].to_list()


def test_half_a_check_is_a_breach(engine):
    """Two of three passed, whoever checked; what had no points to give is no check."""
    rows = [
        scored("r1", "a", 1.0, 1.0, kind="compliance"),
        scored("r1", "b", 1.0, 2.0, kind="compliance"),
        scored("r2", "a", 3.0, 3.0, side="vendor", kind="compliance"),
        scored("r2", "b", 0.0, 0.0, side="vendor", kind="compliance"),
        scored("r3", "a", 0.0, 1.0, kind="quality"),
    ]
    desk = helpdesk(engine, {"tickets": [solved(1, 1)], "qa_scores": rows})

    assert (0.6667, 3, "ok") == numbers(desk, "compliance_rate")["compliance_rate"]


def cost(kind, amount, month=3, currency="USD"):
    """Return a cost of a month of 2026."""
    day = date(2026, month, 1)
    return {"month": day, "kind": kind, "amount": Decimal(amount), "currency": currency}


def spent(engine, *costs, tickets=3, **more):
    """Return a desk of so many tickets solved on a day of March, and its costs."""
    solves = [solved(n, 1, reopened_at=None, **more) for n in range(1, tickets + 1)]
    return helpdesk(engine, {"tickets": solves, "costs": list(costs)})


MARCH = {"start": date(2026, 3, 1), "end": APRIL}
PAID = ("cost_per_resolution", "cost_per_resolution_loaded", "tickets_per_cost")
ALL = (cost("vendor_invoice", "100.10"), cost("client_overhead", "20.00"))


@pytest.mark.parametrize(
    ("costs", "wanted"),
    [
        pytest.param(ALL, (33.3667, 40.0333, 0.03), id="three-tickets"),
        pytest.param(
            (*ALL, cost("vendor_invoice", "-10.10"), cost("in_house", "30.00")),
            (30.0, 46.6667, 0.0333),
            id="less-the-credit-note-and-still-some-in-house",
        ),
        pytest.param(ALL[:1], (33.3667, None, 0.03), id="no-overhead"),
        pytest.param(ALL[1:], (None, None, None), id="no-invoice"),
        pytest.param((cost("in_house", "60"),), (None, 20.0, None), id="in-house"),
        pytest.param(
            (*ALL, cost("vendor_invoice", "1", currency="EUR")),
            (None, None, None),
            id="two-currencies",
        ),
        pytest.param(
            (*ALL[:1], cost("client_overhead", "20.00", currency="EUR")),
            (33.3667, None, 0.03),
            id="two-currencies-of-two-kinds",
        ),
        pytest.param(
            (cost("vendor_invoice", "-5"), *ALL[1:]), (None, 5.0, None), id="a-refund"
        ),
        pytest.param(
            (cost("vendor_invoice", "0"), *ALL[1:]), (0.0, 6.6667, None), id="free"
        ),
    ],
)
def test_what_three_tickets_cost(engine, costs, wanted):
    """Amounts that are not wholly known, or in two currencies, are no amounts."""
    found = numbers(spent(engine, *costs), *PAID, **MARCH)

    assert wanted == tuple(found[name][0] for name in PAID)
    for name, value in zip(PAID, wanted, strict=True):
        assert (0 if value is None else 3) == found[name][1]
        assert ("not_computable" if value is None else "ok") == found[name][2]


@pytest.mark.parametrize(
    ("terms", "start", "as_of", "why"),
    [
        pytest.param({}, MONDAY, LATE, "whole months", id="from-the-2nd"),
        pytest.param(
            {}, date(2026, 3, 1), APRIL - 2 * DAY, "months are over", id="not-over"
        ),
        pytest.param(
            {}, date(2026, 2, 1), LATE, "February 2026: the vendor's invoice", id="gap"
        ),
        pytest.param({"currency": "EUR"}, date(2026, 3, 1), LATE, "EUR", id="euros"),
    ],
)
def test_what_nobody_knows_has_no_price(engine, terms, start, as_of, why):
    """The row says why, rather than divide a part by a whole."""
    frame = scorecard(
        spent(engine, *ALL),
        replace(Contract(), **terms),
        start=start,
        end=APRIL,
        as_of=as_of,
        metrics=["cost_per_resolution"],
    )

    assert why in frame["note"].item()
    assert ("not_computable", 0) == (frame["status"].item(), frame["n"].item())


def test_a_cost_without_a_currency_is_the_contracts(engine):
    """Beside others, and where nobody says which, it is none at all."""
    bare = [cost("vendor_invoice", "100.10", currency=None)]
    named = [*bare, cost("vendor_invoice", "50.05")]

    def price(costs, **terms):
        desk = spent(engine, *costs)
        return numbers(desk, PAID[0], contract=Contract(**terms), **MARCH)[PAID[0]][0]

    assert price(bare) is None
    assert 33.3667 == price(bare, **USD)
    assert price(named) is None
    assert 50.05 == price(named, **USD)


def test_nobody_pays_for_a_month_before_the_vendor(engine):
    """With a day of go-live its month needs an invoice, and months before need none."""
    desk = spent(engine, cost("in_house", "60"), cost("client_overhead", "3"))
    before, after = (
        numbers(desk, PAID[1], contract=Contract(go_live=day), **MARCH)[PAID[1]]
        for day in (APRIL, date(2026, 3, 20))
    )

    assert (21.0, 3, "ok") == before
    assert (None, 0, "not_computable") == after


def test_no_tickets_have_no_price(engine):
    """Money by nothing is nothing; nothing by money is 0."""
    later = [solved(1, 40, reopened_at=None)]
    desk = helpdesk(engine, {"tickets": later, "costs": list(ALL)})

    found = numbers(desk, *PAID, **MARCH)

    assert (None, 0, "too_few") == found["cost_per_resolution"]
    assert (0.0, 0, "too_few") == found["tickets_per_cost"]


def test_money_is_told_of_all_tickets_only(engine):
    """No invoice says what an e-mail costs."""
    desk = spent(engine, *ALL, channel="email")
    found = numbers(desk, *PAID, by=("channel",), **MARCH)

    assert {"not_computable"} == {status for _, _, status in found.values()}


def said_of(number, asked_on, answers, young=0):
    """Return a hundred surveys of a ticket, some answered, some asked a week later."""
    offered = [asked_on] * (100 - young) + [asked_on + 7] * young
    return [
        asked(f"t0000{number}", offered=day, answered=day + 1, score=5.0)
        if place < answers
        else asked(f"t0000{number}", offered=day)
        for place, day in enumerate(offered)
    ]


def test_few_answers_are_told_beside_the_ratings(engine):
    """14 of 100 is under 15 %, 15 is not; 14 and one that may still come is not.

    The state stays: what is amiss is who answered, and not how many.
    """
    tickets = [solved(1, 1), solved(2, 2), solved(3, 3)]
    said = [*said_of(1, 1.5, 14), *said_of(2, 2.5, 15), *said_of(3, 3.5, 14, young=1)]
    desk = helpdesk(engine, {"tickets": tickets, "surveys": said})

    frame = scorecard(
        desk,
        Contract(),
        start=MONDAY + DAY,
        end=MONDAY + 4 * DAY,
        as_of=MONDAY + 13 * DAY,
        every="day",
        metrics=["ticket_volume", "csat", "csat_score"],
    )

    few = "14 of 100 asked answered (under 15 %): those who answer may differ from "
    told = f"fewer than 30; {few}those who do not"
    assert [""] * 3 == frame[frame["metric"] == "ticket_volume"]["note"].to_list()
    for name, few_rows in (("csat", ""), ("csat_score", "; scale of 1 to 5")):
        rows = frame[frame["metric"] == name]
        others = [f"fewer than 30{few_rows}"] * 2
        assert [told.replace("30", f"30{few_rows}", 1), *others] == rows[
            "note"
        ].to_list()
        assert {"too_few"} == set(rows["status"])


@pytest.mark.parametrize(
    ("scales", "note"),
    [
        pytest.param([(1, 7)], "scale of 1 to 7", id="its-own"),
        pytest.param(
            [(1, 7), (1, 5)],
            "scale of 1 to 5, other scales brought onto it",
            id="of-two",
        ),
    ],
)
def test_an_average_says_its_scale(engine, scales, note):
    """4.2 is good of 5 and middling of 7: the note says of which."""
    said = [
        asked(None, answered=1, score=4.0, scale_low=float(a), scale_high=float(b))
        for a, b in scales
    ]
    desk = helpdesk(engine, {"tickets": [solved(1, 1)], "surveys": said})

    frame = scorecard(
        desk, Contract(), start=MONDAY, end=APRIL, as_of=LATE, metrics=["csat_score"]
    )

    assert [f"fewer than 30; {note}"] == frame["note"].to_list()


def test_a_column_called_like_one_of_the_surveys_is_no_slice(engine):
    """A ticket's own "kind" is not the survey's; volume is sliced by it as ever."""
    tickets = [solved(1, 1, kind="gold")]
    said = [asked("t00001", offered=1, answered=2, score=5.0)]
    desk = helpdesk(engine, {"tickets": tickets, "surveys": said})

    found = numbers(desk, "csat", "ticket_volume", by=("kind",))

    assert (None, 0, "not_computable") == found["csat", "gold"]
    assert (1.0, 1, "ok") == found["ticket_volume", "gold"]
