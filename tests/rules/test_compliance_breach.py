"""compliance_breach: a single failed check is red, and the share no defense."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpi_kit.alarms import alarmed
from kpi_kit.contract import Contract, Target
from kpi_kit.rules import findings
from tests.cards import MONDAY, WEEK
from tests.rules.patterns import breached, share


def test_positive():
    """One of 7, none of 8 before: numbers, the gate, who does what."""
    (finding,) = findings(breached(previous=share(8, 8, start=MONDAY - WEEK)))

    assert ("1 required check of 7 failed", "alarm") == (finding.title, finding.state)
    assert (
        "7 required checks were made, 1 failed.",
        "The week before: 0 of 8 failed.",
    ) == finding.facts
    assert "A share of 85.7% is no defense: it is a gate." == finding.speaks_for


@pytest.mark.parametrize(("failed", "n"), [(0, 7), (0, 1)])
def test_negative(failed, n):
    """Every check passed, however few they are."""
    assert [] == findings(breached(failed, n))


def test_borderline():
    """One of a thousand is one too many, and two are two."""
    (one,) = findings(breached(1, 1000))
    (two,) = findings(breached(2, 1000))

    assert "1 required check of 1,000 failed" == one.title
    assert "2 required checks of 1,000 failed" == two.title
    assert "names its cause within two days and what" in one.ask
    assert "names the cause of each within two days and what" in two.ask


def test_missing_days_undo_no_breach():
    """The week is not final; what failed has failed, and before go-live is nobody's."""
    card = breached(1, 7)
    kept = card["compliance_rate"]
    unsure = replace(kept, now=replace(kept.now, status="provisional"))
    card = replace(card, standings={"compliance_rate": unsure})

    assert ["1 required check of 7 failed"] == [found.title for found in findings(card)]
    later = Contract(go_live=card.end)
    assert [] == findings(replace(card, contract=later))


def test_a_target_that_is_met_is_no_excuse():
    """99.9 % against 99 %: red all the same."""
    promise = Target(metric="compliance_rate", at_least=Decimal("0.99"))
    card = breached(1, 1000, contract=Contract(targets=(promise,)))

    standing = alarmed(card)["compliance_rate"]

    assert "meets" == card["compliance_rate"].state
    assert ("alarm", "alarm: 1 of 1,000 failed") == (
        standing.state,
        standing.state_text,
    )
    assert "alarm" == findings(card)[0].state
