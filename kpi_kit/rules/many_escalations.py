"""Too much is handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.arrivals import arrivals
from kpi_kit.outlier import Outlier, outlier
from kpi_kit.phrases import changed, earlier, measured, value
from kpi_kit.rules import ALL, Finding, rule, sound
from kpi_kit.units import count_text

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.standing import Scorecard, Standing

# The articles' limit is a range: up to 10 % is within, beyond 15 % is over.
LOW, HIGH = 0.10, 0.15
EITHER = ("escalation_to_client_rate", "escalation_rate")
SAID = {
    "escalation_to_client_rate": "handed to the client",
    "escalation_rate": "moved up a tier",
}


@rule(
    reads=(EITHER,),
    severity="warning",
    source="Escalation Rate: a well-trained first line stays below 10 to 15 %",
    every=ALL,
)
def many_escalations(card: Scorecard) -> Finding | None:
    """Knowledge or training may be lacking: the first line hands too much on.

    Fires when the share handed to the client, or where that is unknown the share moved
    up a tier, is surely over 10 %, or over 15 %.  Only the contract's target makes it
    a miss.
    """
    handed = next(found for name in EITHER if (found := sound(card, name)))
    if handed.now.low is None or handed.now.low <= LOW:
        return None
    rows = card.slices.get((handed.card.name, "issue_type"))
    worst = outlier(rows, "issue_type", highest=True)
    said, over = SAID[handed.card.name], handed.now.low > HIGH
    line = HIGH if over else LOW
    return Finding(
        title=f"{value(handed, handed.now)} are {said}, clearly over {line:.0%}",
        state="misses" if handed.state == "misses" else "close",
        facts=_facts(card, handed, said),
        speaks_for=_for(handed, rows, worst),
        speaks_against=_mix(card, worst),
        ask=_ask(worst, said),
        metric=handed.card.name,
    )


def _facts(card: Scorecard, handed: Standing, said: str) -> tuple[str, ...]:
    found = [f"{said.capitalize()}: {measured(handed, handed.now)}."]
    if handed.since_baseline is not None:
        before = measured(handed, handed.baseline)
        than = changed(handed.since_baseline)
        found.append(f"Before go-live: {before}; {than} since.")
    elif handed.change is not None:
        before = measured(handed, handed.previous)
        found.append(f"{earlier(card)}: {before}; {changed(handed.change)}.")
    return tuple(found)


def _for(
    handed: Standing, rows: pd.DataFrame | None, worst: Outlier | None
) -> str | None:
    if worst is not None:
        own, rest = measured(handed, worst.own), measured(handed, worst.rest)
        return f"{worst.label} reaches {own}, everything else {rest}."
    if rows is None:
        return None
    return "No issue type stands out: it looks like training and not like one topic."


def _mix(card: Scorecard, worst: Outlier | None) -> str | None:
    """Return the rival cause: the type that is handed on most came more often."""
    for kind in arrivals(card):
        if worst is not None and kind.label == worst.label and kind.is_spike:
            came, usual = count_text(kind.came), count_text(kind.usual)
            return f"{kind.label} came {came} times, usually {usual}: the mix changed."
    return None


def _ask(worst: Outlier | None, said: str) -> str:
    tickets = f"{worst.label} tickets" if worst is not None else "tickets"
    return (
        f"The vendor's trainer reads the ten newest {tickets} that were {said} and "
        "lists what the knowledge base lacked; the client has it written."
    )
