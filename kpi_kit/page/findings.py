"""What needs a decision: at most three findings with their evidence and the ask."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kpi_kit.page import names
from kpi_kit.marks import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard

MOST = 3
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def findings(found: Sequence[Finding], card: Scorecard) -> str:
    """Return the first findings as cards, the smaller ones folded below them.

    Parameters
    ----------
    found
        The most pressing one first.
    card
        Names the KPIs that they are about.
    """
    if not found:
        return ""
    first, rest = found[:MOST], found[MOST:]
    cards = "\n".join(_card(f, place, card) for place, f in enumerate(first, 1))
    made = f'<div class="findings">\n{cards}\n</div>'
    if not rest:
        return made
    others = "\n".join(_card(f, place, card) for place, f in enumerate(rest, MOST + 1))
    folded = f'<div class="findings">\n{others}\n</div>'
    count = f"{len(rest)} smaller finding{'s' if len(rest) > 1 else ''}"
    return f"{made}\n<details><summary>{count}</summary>\n{folded}\n</details>"


def summary(found: Sequence[Finding], checked: int) -> str:
    """Return the sentence over the findings: how many, of how many rules.

    Examples
    --------
    >>> summary([], 5)
    'No finding: none of the 5 rules saw a pattern that its numbers can carry.'
    """
    if not found:
        told = f"none of the {checked} rules saw a pattern that its numbers can carry"
        return f"No finding: {told}."
    count = len(found)
    first = f"{count} finding{'s' if count > 1 else ''} of {checked} rules"
    rest = count - MOST
    return f"{first}; {rest} smaller below the three." if rest > 0 else f"{first}."


def _card(finding: Finding, place: int, card: Scorecard) -> str:
    title = f"{place}. {finding.title}"
    evidence = [escape(fact) for fact in finding.facts]
    for label, text in (
        ("For", finding.speaks_for),
        ("Against", finding.speaks_against),
    ):
        if text:
            evidence.append(f"<b>{label}:</b> {escape(text)}")
    items = "".join(f"<li>{item}</li>" for item in evidence)
    return (
        f'<article class="finding {finding.state}" id="finding-{place}">'
        f"<h3>{mark(finding.state)}<span>{escape(title)}</span></h3>"
        f"<ul>{items}</ul>"
        f'<p class="ask"><b>Ask</b> {escape(finding.ask)}</p>'
        f"{_foot(finding, card)}</article>"
    )


def _foot(finding: Finding, card: Scorecard) -> str:
    if finding.metric not in card:
        return ""
    standing = card[finding.metric]
    shown = names.name(names.as_read(standing.card, card.contract))
    link = f'<a href="#{names.anchor(finding.metric)}">{escape(shown)}</a>'
    return f'<p class="foot"><b>{escape(_state(standing))}</b>{link}</p>'


def _state(standing: object) -> str:
    text = standing.state_text
    return text[:1].upper() + text[1:]
