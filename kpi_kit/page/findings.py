"""What needs a decision: at most three findings with their evidence and the ask."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from kpi_kit.marks import mark
from kpi_kit.page import names
from kpi_kit.page.names import prose
from kpi_kit.rules import WEEKS_PER_FALSE_FINDING
from kpi_kit.units import day_text, share_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

MOST = 3
# So long after the last day known a quarter's findings are decided, at the latest.
TO_DECIDE = timedelta(weeks=2)


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


def alarms(found: Sequence[Finding], card: Scorecard) -> str:
    """Return the findings of a day: alarms in short, all others folded below them.

    Parameters
    ----------
    found, card
        As :func:`findings`.
    """
    now = [finding for finding in found if finding.state == "alarm"]
    rest = [finding for finding in found if finding.state != "alarm"]
    made = "".join(_brief(finding, card) for finding in now)
    if not rest:
        return made
    many = len(rest) > 1
    count = f"{len(rest)} finding{'s sound' if many else ' sounds'} no alarm"
    inside = "".join(_brief(finding, card) for finding in rest)
    return f"{made}<details><summary>{count}</summary>\n{inside}</details>"


def _brief(finding: Finding, card: Scorecard) -> str:
    told = " ".join([prose(" ".join(finding.facts)), *_argued(finding)])
    link = _link(finding, card)
    return (
        f'<article class="finding brief {finding.state}">'
        f"<h3>{mark(finding.state)}<span>{prose(finding.title)}</span></h3>"
        f"<p>{told}</p>"
        f'<p class="ask"><b>Ask</b> {prose(finding.ask)} {link}</p></article>\n'
    )


def summary(found: Sequence[Finding], checked: int, every: str = "week") -> str:
    """Return the sentence over the findings: how many, of how many rules asked.

    What chance brings is known of weeks alone.

    Examples
    --------
    >>> summary([], 5)
    'No finding: no rule of the 5 asked saw a pattern that its numbers can carry.'
    >>> summary([], 0)
    'No rule can be asked: none has final numbers of the vendor to read.'
    """
    if not checked:
        return "No rule can be asked: none has final numbers of the vendor to read."
    if not found:
        told = f"no rule of the {checked} asked saw a pattern"
        return f"No finding: {told} that its numbers can carry."
    count, rest = len(found), len(found) - MOST
    first = f"{count} finding{'s' if count > 1 else ''}"
    first += f", {rest} smaller below the three" if rest > 0 else ""
    asked = f"{checked} rule{'s were' if checked > 1 else ' was'} asked"
    if every == "quarter":
        return f"{first}; {asked}."
    weeks = WEEKS_PER_FALSE_FINDING
    return f"{first}; {asked}. Chance alone brings about one in {weeks} weeks."


def _card(finding: Finding, place: int, card: Scorecard) -> str:
    title = f"{place}. {finding.title}"
    evidence = [*map(prose, finding.facts), *_argued(finding)]
    items = "".join(f"<li>{item}</li>" for item in evidence)
    return (
        f'<article class="finding {finding.state}" id="finding-{place}">'
        f"<h3>{mark(finding.state)}<span>{prose(title)}</span></h3>"
        f"<ul>{items}</ul>"
        f'<p class="ask"><b>Ask</b> {prose(finding.ask)}</p>'
        f"{_foot(finding, card)}</article>"
    )


def _argued(finding: Finding) -> list[str]:
    """Return what speaks for a finding and what against it, each named as that."""
    told = (("For", finding.speaks_for), ("Against", finding.speaks_against))
    return [f"<b>{label}:</b> {prose(text)}" for label, text in told if text]


def _foot(finding: Finding, card: Scorecard) -> str:
    if finding.metric not in card:
        return ""
    standing, link = card[finding.metric], _link(finding, card)
    if card.every == "quarter":
        return _quarters_foot(standing, card, link)
    held = standing.state != "no_target"
    state = _state(standing) if held else ""
    told = ", ".join(text for text in (state, names.bound(standing)) if text)
    return f'<p class="foot"><span>{prose(told)}</span><span>{link}</span></p>'


def _quarters_foot(standing: Standing, card: Scorecard, link: str) -> str:
    """Return until when a quarter's finding is decided, and what money stands on it."""
    weight = standing.target.weight if standing.target is not None else None
    money = f"{share_text(float(weight))} of the fee at risk" if weight else ""
    until = day_text(card.as_of + TO_DECIDE)
    told = " \u00b7 ".join(text for text in (f"Decide by {until}", money) if text)
    return f'<p class="foot"><span>{prose(told)}</span><span>{link}</span></p>'


def _link(finding: Finding, card: Scorecard) -> str:
    if finding.metric not in card:
        return ""
    shown = names.called(card[finding.metric], card)
    chart = f'<a href="#{names.anchor(finding.metric)}">{escape(shown)}</a>'
    if finding.metric not in card.behind:
        return chart
    return f"{chart} · {names.linked('tickets', finding.metric, 'tickets')}"


def _state(standing: Standing) -> str:
    text = standing.state_text
    return text[:1].upper() + text[1:]
