"""early_closing: solved faster while more customers return."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK, reading, rows, standing
from tests.rules.patterns import closing, share, shares

QUICK, EVEN = (1100, 1000, 1200), (1740, 1650, 1830)


def work(*weeks):
    """Return the average work per ticket of some weeks, the judged one last."""
    now = reading(weeks[-1], n=480)
    series = rows(
        [(minutes, None, None, 480) for minutes in weeks],
        start=MONDAY - (len(weeks) - 1) * WEEK,
    )
    found = standing("handle_time_ticket", now)
    return type(found)(**{**vars(found), "series": series})


def first_contacts(true, before):
    """Return first contacts of 500, and of 900 before the vendor."""
    return standing(
        "first_contact_resolution", share(true, 500), baseline=share(before, 900)
    )


def test_positive():
    """18 h 20 min after 29 h 20 min, 14.4 % reopened after 5 %: numbers and the ask."""
    (finding,) = findings(closing())

    assert (
        (
            "Tickets are solved 11 h faster and 14.4% are reopened: some may be closed "
            "too early"
        ),
        "close",
        "reopen_rate",
    ) == (finding.title, finding.state, finding.metric)
    assert (
        (
            "The median resolution took 18 h 20 min (16 h 40 min to 20 h, n=500), 11 h "
            "faster than before go-live."
        ),
        (
            "Reopened: 14.4% (11.6 to 17.7%, n=500), before go-live 5.0% (3.8 to "
            "6.6%, n=900); 9.4 points worse."
        ),
    ) == finding.facts
    assert "puts a limit on reopenings into the contract" in finding.ask
    assert (None, None) == (finding.speaks_for, finding.speaks_against)


@pytest.mark.parametrize(
    ("solved", "reopened"),
    [
        pytest.param(QUICK, 25, id="faster-alone"),
        pytest.param(EVEN, 72, id="reopened-alone"),
        pytest.param((2400, 2300, 2500), 72, id="slower-and-reopened"),
        pytest.param(QUICK, 36, id="borderline-reopened-within-noise"),
        pytest.param((1680, 1590, 1770), 72, id="borderline-faster-within-noise"),
    ],
)
def test_negative_and_borderline(solved, reopened):
    """Both must be sure: either alone is ordinary, and noise is nothing."""
    assert [] == findings(closing(solved, reopened))


def test_borderline_that_is_sure():
    """38 of 500 after 45 of 900 are surely more; 36, above, are not."""
    assert ["early_closing"] == [f.rule for f in findings(closing(QUICK, 38))]


def test_fewer_first_contacts_tell_as_well():
    """66 % after 74 %, with reopenings as before."""
    (finding,) = findings(closing(QUICK, 25, 500, first_contacts(330, 666)))

    assert "first_contact_resolution" == finding.metric
    assert "and only 66.0% are solved by one agent" in finding.title


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        pytest.param(13, True, id="far-below"),
        pytest.param(21, False, id="lower-within-the-weeks"),
        pytest.param(25, False, id="higher"),
    ],
)
def test_work_that_has_not_fallen_denies_it(now, fires):
    """Eight weeks of 21 to 23 minutes, 22 in the middle; 21 is one of them."""
    past = (22, 23, 21, 22, 23, 21, 22.5, 21.5)
    found = findings(closing(QUICK, 72, 500, work(*past, now)))

    assert fires == bool(found)
    if fires:
        told = "Agents worked 13 min (n=480) on a ticket, usually 22 min."
        assert told == found[0].speaks_for


def test_of_three_weeks_nobody_knows_what_is_usual():
    """Work that cannot be judged neither makes the finding nor denies it."""
    (finding,) = findings(closing(QUICK, 72, 500, work(22, 23, 21, 25)))

    assert finding.speaks_for is None


def test_one_topic_speaks_against():
    """Sign-in is solved at once in 20 % of the cases, all else in 70 %."""
    by = shares([(20, 100), (140, 200), (140, 200)], issue_type=["Sign-in", "A", "B"])
    card = closing(
        QUICK,
        72,
        500,
        first_contacts(330, 600),
        slices={("first_contact_resolution", "issue_type"): by},
    )
    (finding,) = [found for found in findings(card) if found.rule == "early_closing"]

    assert (
        "Of Sign-in 20.0% are solved by one agent, of everything else 70.0%: "
        "it may be one topic and not haste."
    ) == finding.speaks_against


def test_a_contract_makes_it_a_miss():
    """At most 8 % was agreed, so the limit need not be asked for."""
    limit = Target(metric="reopen_rate", at_most=Decimal("0.08"))
    (finding,) = findings(closing(contract=Contract(targets=(limit,))))

    assert "misses" == finding.state
    assert "contract" not in finding.ask
