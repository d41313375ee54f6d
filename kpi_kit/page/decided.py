"""The slides that end a deck: what is to be decided, and what the numbers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.page import names
from kpi_kit.page.messages import line, title, whole
from kpi_kit.page.slides import MOST_ROWS, definition, slide, source
from kpi_kit.units import share_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.page.slides import Slide
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

MOST_DECISIONS = 3


def decision(finding: Finding, card: Scorecard, place: int) -> Slide:
    """Return one finding as what is to be decided: the ask, the evidence, the money."""
    of = f"on {_held(card[finding.metric], card)}." if finding.metric in card else ""
    facts = [
        ("What we see", " ".join(finding.facts[:2])),
        ("For", finding.speaks_for or ""),
        ("Against", finding.speaks_against or ""),
        ("At stake", _stake(finding, card)),
    ]
    notes = {
        "Say": f"{finding.title.removesuffix('.')}. {finding.ask}",
        "How sure": " ".join(finding.facts),
        "What would change it": finding.speaks_against
        or "No rival cause was found in this data.",
    }
    shown = [(name, whole(text)) for name, text in facts if text]
    context = line(f"Decision {place}", of)
    return slide(
        title(finding.title),
        context,
        source(card),
        notes,
        ask=whole(finding.ask),
        facts=shown,
    )


def _held(standing: Standing, card: Scorecard) -> str:
    """Return a KPI with its state and its bound, as a sentence ends."""
    called = names.within(names.name(names.as_read(standing.card, card.contract)))
    told = (standing.state_text, names.bound(standing) if standing.target else "")
    return f"{called}: {', '.join(text for text in told if text)}"


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
        [
            names.name(names.as_read(standing.card, card.contract)),
            _first(definition(standing, card)),
        ]
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
