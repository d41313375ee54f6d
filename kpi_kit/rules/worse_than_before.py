"""KPIs that are worse than before the vendor came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import named
from kpi_kit.gate import FIRST, Against, month_three, this_quarter
from kpi_kit.outlier import outlier
from kpi_kit.phrases import changed, measured, value
from kpi_kit.rules import Finding, rule

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard

MOST = 3
FIRST_CONTACT = "first_contact_resolution"
ESCALATED = {"escalation_rate", "escalation_to_client_rate"}


@rule(
    reads=(FIRST,),
    severity="warning",
    source="Baseline: the vendor must meet or exceed it by month three",
    every=("quarter",),
)
def worse_than_before(card: Scorecard) -> Finding | None:
    """In-house it may have been better: KPIs lie surely under the baseline.

    Fires when a KPI of the judged quarter is surely worse than in the 30 days before
    go-live.  Speaks of the first one that the contract promises, else of the first of
    those that a baseline is taken of.  Whether it was so by month three already says
    whether it passes or stays.
    """
    worse = [each for each in this_quarter(card) if each.state == "misses"]
    if not worse:
        return None
    # What money stands on comes first; the others keep their order.
    worse.sort(key=_lightness)
    first = worse[0]
    return Finding(
        title=_title(card, first, len(worse)),
        state="misses" if first.standing.state == "misses" else "close",
        facts=tuple(_fact(card, each) for each in worse[:MOST]),
        speaks_for=_by_month_three(card, worse),
        speaks_against=_one_topic(card, first),
        ask=_ask(first),
        metric=first.standing.card.name,
    )


def _lightness(each: Against) -> float:
    target = each.standing.target
    return 1.0 if target is None else -float(target.weight or 0)


def _title(card: Scorecard, first: Against, count: int) -> str:
    more = f", and {count - 1} more KPIs are worse" if count > 2 else ""
    more = ", and another KPI is worse" if count == 2 else more
    was = value(first.standing, first.before)
    is_now = value(first.standing, first.now)
    return f"{_named(card, first)}: {is_now}, before go-live {was}{more}"


def _fact(card: Scorecard, each: Against) -> str:
    now, before = (measured(each.standing, r) for r in (each.now, each.before))
    return f"{_named(card, each)}: {now}, before {before}; {changed(each.change)}."


def _named(card: Scorecard, each: Against) -> str:
    """Return a KPI's name; first contact resolution goes by the contract's reading."""
    shown = each.standing.card
    if shown.name == FIRST_CONTACT:
        shown = named(f"{FIRST_CONTACT}_{card.contract.first_contact_resolution}")
    return shown.plain or shown.label


def _by_month_three(card: Scorecard, worse: list[Against]) -> str | None:
    """Return how many of them were worse by month three already: it does not pass."""
    three = card.engagement and card.engagement.month_three
    if three is not None and three.end > card.end:
        return None
    then = {e.standing.card.name for e in month_three(card) if e.state == "misses"}
    same = [each for each in worse if each.standing.card.name in then]
    if not same:
        return None
    which = ", ".join(_named(card, each) for each in same[:MOST])
    return f"By month three {len(same)} of {len(worse)} were so already: {which}."


def _one_topic(card: Scorecard, first: Against) -> str | None:
    """Return the rival cause: one issue type alone is far from all others."""
    name = first.standing.card.name
    rows = card.slices.get((name, "issue_type"))
    worst = outlier(rows, "issue_type", highest=name in ESCALATED)
    if worst is None:
        return None
    own, rest = (value(first.standing, part) for part in (worst.own, worst.rest))
    return f"{worst.label} reaches {own}, everything else {rest}: it may be one topic."


def _ask(first: Against) -> str:
    terms = "and by which day it is again what it was"
    if first.standing.target is None:
        terms += "; the client's buyer puts a bound on it into the contract"
    return f"The vendor's account manager says what makes each of them worse {terms}."
