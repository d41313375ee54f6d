"""Contract lines that are surely missed, and that no rule has a pattern for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.phrases import changed, dated, earlier, limit, measured, value
from kpi_kit.rules import Finding, in_order, ranked, sound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpi_kit.standing import Scorecard, Standing

# What such a finding goes by in place of a rule.
MISSED_LINE = "missed_line"


def unexplained(card: Scorecard, found: Iterable[Finding]) -> list[Finding]:
    """Return a finding for each line that surely misses its target and has none yet.

    Parameters
    ----------
    card
        Where each KPI stands.
    found
        What the rules saw.
    """
    told = {finding.metric for finding in found}
    missed = [
        standing
        for name, standing in card.standings.items()
        if standing.state == "misses" and sound(card, name) and name not in told
    ]
    if card.every == "day":
        return []
    made = (_finding(card, standing) for standing in missed)
    return in_order(ranked(card, finding, MISSED_LINE, "warning") for finding in made)


def _finding(card: Scorecard, missed: Standing) -> Finding:
    called = missed.card.plain or missed.card.label
    word = "at most" if missed.target.at_least is None else "at least"
    bound = f"{word} {limit(missed)}"
    now = value(missed, missed.now)
    return Finding(
        title=f"{called}{dated(card, missed)}: {now}; the contract asks for {bound}",
        state="misses",
        facts=_facts(card, missed, called),
        speaks_for=None,
        speaks_against=None,
        ask=(
            "No rule sees a pattern behind it. The vendor's manager reads ten of the "
            "tickets, names the cause and says by when the line is kept."
        ),
        metric=missed.card.name,
    )


def _facts(card: Scorecard, missed: Standing, called: str) -> tuple[str, ...]:
    found = [f"{called}{dated(card, missed)}: {measured(missed, missed.now)}."]
    if missed.change is not None:
        before = measured(missed, missed.previous)
        found.append(f"{earlier(card)}: {before}; {changed(missed.change)}.")
    if missed.since_baseline is not None:
        before = measured(missed, missed.baseline)
        found.append(f"Before go-live: {before}.")
    return tuple(found)
