"""The slides that end a deck: what is to be decided, and what the numbers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.page import masthead, names
from kpi_kit.page.findings import TO_DECIDE
from kpi_kit.page.messages import line, short, title, whole
from kpi_kit.page.slides import MOST_ROWS, definition, slide, source
from kpi_kit.units import day_text, share_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kpi_kit.page.slides import Slide
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

MOST_DECISIONS = 3
LONGEST = 240  # characters of a fact: seven lines of a third of a slide


def to_decide(found: Iterable[Finding]) -> list[Finding]:
    """Return the first findings, of each KPI the most pressing one alone.

    What is decided of a KPI is decided once, and the money that stands on it told once.
    """
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.metric, finding)
    return [*first.values()][:MOST_DECISIONS]


def decision(finding: Finding, card: Scorecard, place: int) -> Slide:
    """Return one finding as what is to be decided: the ask, the evidence, the money."""
    facts = [
        [("What we see", _seen(finding.facts))],
        [("For", finding.speaks_for), ("Against", finding.speaks_against)],
        [("At stake", _stake(finding, card)), ("By when", _next(card))],
    ]
    notes = {
        "Say": f"{finding.title.removesuffix('.')}. {finding.ask}",
        "How sure": " ".join(finding.facts),
        "What would change it": finding.speaks_against
        or "No rival cause was found in this data.",
    }
    shown = [
        [(name, whole(short(text, LONGEST))) for name, text in column if text]
        for column in facts
    ]
    of = _held(card[finding.metric], card) if finding.metric in card else ()
    return slide(
        title(finding.title),
        line(" · ".join((f"Decision {place}", *of))),
        source(card),
        notes,
        ask=whole(finding.ask),
        state=finding.state,
        facts=[column for column in shown if column],
    )


def _seen(facts: Sequence[str]) -> str:
    """Return the first two facts, or the first where there is no room for both."""
    both = " ".join(facts[:2])
    return both if len(both) <= LONGEST else facts[0]


def _held(standing: Standing, card: Scorecard) -> tuple[str, str]:
    """Return a KPI, and its state with its bound."""
    called = names.called(standing, card)
    told = (standing.state_text, names.bound(standing) if standing.target else "")
    return called, ", ".join(text for text in told if text)


def _next(card: Scorecard) -> str:
    """Return until when an answer is due: some days, or before the next report."""
    if card.every == "quarter":
        until = card.as_of + TO_DECIDE
        return f"{day_text(until)} {until.year}"
    told = masthead.following(card).removesuffix(".")
    return told.replace("Next", "Before the next").replace(": to", ", up to")


def _stake(finding: Finding, card: Scorecard) -> str:
    """Return the part of the fee at risk that stands on a finding's KPI."""
    target = card[finding.metric].target if finding.metric in card else None
    if target is None or not target.weight:
        return ""
    return f"{share_text(float(target.weight)).replace('.0%', '%')} of the fee at risk"


def closing(standings: Sequence[Standing], card: Scorecard) -> Slide:
    """Return what the KPIs of the deck mean, and which cannot be computed."""
    shown = [s for s in standings if s.state != "not_computable"][: MOST_ROWS - 1]
    rows = [
        [names.called(standing, card), _first(definition(standing, card))]
        for standing in shown
    ]
    lacking = [s for s in card.standings.values() if s.state == "not_computable"]
    named = ", ".join(names.name(s.card) for s in lacking)
    lacks = f"Not computable here: {named}." if lacking else ""
    said = "Each number has one written definition, and the report holds its formula"
    notes = {
        "Say": "Questions about a number begin with its definition.",
        "How sure": "A state compares the whole 95% interval with the target; the "
        "contract's verdict goes by the value alone.",
        "Not computable": " ".join(
            f"{names.name(s.card)}: {s.state_text}." for s in lacking
        ),
    }
    table = {"heads": ["KPI", "What it is"], "rows": rows, "numbers": []}
    context = (
        line(lacks) if lacks else line("A state is that of the whole 95% interval.")
    )
    return slide(title(said), context, source(card), notes, table=table)


def _first(text: str) -> str:
    """Return a definition's first sentence."""
    return f"{text.partition('. ')[0].removesuffix('.')}."
