"""Every rule is found, asked only about sound numbers, and ranked by what it costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_kit.catalog import METRICS
from kpi_kit.contract import Contract, Target
from kpi_kit.errors import ParameterError
from kpi_kit.parameters import declared
from kpi_kit.rules import RULES, Finding, findings, rule
from tests.cards import reading, scorecard, standing
from tests.rules.patterns import FIRING, contacts, escalated, growing

FOLDER = Path(__file__).parent
STATES = ("too_few", "not_computable", "provisional")


def names(card):
    """Return the names of the rules that fire."""
    return [finding.rule for finding in findings(card)]


def unsound(card, metric, status):
    """Return the card with one KPI's number not to be judged."""
    found = card[metric]
    now = replace(found.now, status=status)
    return replace(card, standings={**card.standings, metric: replace(found, now=now)})


def test_every_rule_has_a_pattern_and_a_test():
    """One file per rule, named like it, and a test of it beside this one."""
    tests = {path.stem.removeprefix("test_") for path in FOLDER.glob("test_*.py")}

    assert RULES.keys() == FIRING.keys()
    assert RULES.keys() <= tests


@pytest.mark.parametrize("name", FIRING)
def test_fires_on_its_pattern(name):
    """Title, evidence with numbers and n, and an ask that names who does what."""
    (finding,) = findings(FIRING[name]())

    assert name == finding.rule
    assert finding.metric in METRICS
    assert finding.state in {"misses", "close", "alarm"}
    assert 1 <= len(finding.facts) <= 3
    texts = [*finding.facts, finding.ask, finding.speaks_for, finding.speaks_against]
    assert all(text.endswith(".") for text in texts if text)
    assert not finding.title.endswith(".")
    assert all(who in finding.ask for who in ("vendor",))


@pytest.mark.parametrize(
    ("name", "metric", "status"),
    [
        pytest.param(name, metric, status, id=f"{name}-{metric}-{status}")
        for name, asked in RULES.items()
        for metrics in asked.reads
        for metric in ([metrics] if isinstance(metrics, str) else metrics[:1])
        for status in STATES
        if not (asked.certain and status == "provisional")
    ],
)
def test_silent_on_what_cannot_be_judged(name, metric, status):
    """However clear the number: too few, not computable, not mature say nothing."""
    card = FIRING[name]()

    assert [name] == names(card)
    assert [] == names(unsound(card, metric, status))


@pytest.mark.parametrize("name", FIRING)
def test_silent_without_its_kpis(name):
    """A review that leaves a KPI out asks no rule about it."""
    card = FIRING[name]()
    metric = next(iter(card.standings))
    kept = {m: s for m, s in card.standings.items() if m != metric}

    assert [] == names(replace(card, standings=kept))


def test_the_digest_hears_of_what_is_certain():
    """A digest that does not ask cannot say that there is no alarm."""
    path = Path(__file__).parents[2] / "notebooks" / "daily_digest.ipynb"
    asked = {*declared(path)["kpis"].default}
    certain = [rule.reads for rule in RULES.values() if rule.certain]

    assert [("compliance_rate",)] == certain
    assert asked >= {"compliance_rate"}


def test_an_empty_card_has_no_findings():
    """No KPI, no slice, no day."""
    assert [] == findings(scorecard())


def test_money_comes_before_severity():
    """A backlog's alarm is graver; escalations carry 5 % of the fee and come first."""
    grown, handed = growing(), escalated()
    weight = Target(
        metric="escalation_to_client_rate",
        at_most=Decimal("0.1"),
        weight=Decimal("0.05"),
    )
    paid = standing(
        "escalation_to_client_rate",
        handed["escalation_to_client_rate"].now,
        Contract(targets=(weight,)),
    )
    unpaid = {**grown.standings, **handed.standings}

    assert ["growing_backlog", "many_escalations"] == names(
        replace(grown, standings=unpaid)
    )
    unpaid |= {paid.card.name: paid}
    assert ["many_escalations", "growing_backlog"] == names(
        replace(grown, standings=unpaid)
    )


def test_a_miss_comes_before_a_close_call():
    """Two warnings without money: 20 % handed on is a miss, 62 % solved is close.

    By name alone few_first_contacts would come first.
    """
    limit = Target(metric="escalation_to_client_rate", at_most=Decimal("0.1"))
    handed = escalated(contract=Contract(targets=(limit,)))
    both = {**contacts(1240, 2000).standings, **handed.standings}
    found = findings(scorecard(*both.values()))

    assert ["many_escalations", "few_first_contacts"] == [f.rule for f in found]
    assert found[0].rank > found[1].rank


def test_a_rule_is_declared_once():
    """A second rule of the name would silently replace the first."""

    def holding_replies(_card):
        return None

    with pytest.raises(ValueError, match="rule holding_replies is declared twice"):
        rule(reads=(), severity="note", source="")(holding_replies)


def test_a_finding_without_a_kpi_of_its_own_is_a_fault():
    """What a finding is about stands on the card: its money is that KPI's."""
    finding = Finding(
        title="t",
        state="close",
        facts=("f.",),
        speaks_for=None,
        speaks_against=None,
        ask="a.",
        metric="csat",
    )

    def stray(_card):
        return finding

    like = RULES["holding_replies"]
    RULES["stray"] = replace(like, name="stray", reads=(), ask=stray)
    try:
        with pytest.raises(ParameterError, match="opened without 'csat'"):
            findings(scorecard(standing("backlog", reading(1))))
    finally:
        del RULES["stray"]
