"""What a number says that no contract line holds: that it is out of its own usual."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_kit.expectation import usually
from kpi_kit.growth import growth
from kpi_kit.periods import DAY
from kpi_kit.units import share_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi_kit.standing import Scorecard, Standing


def alarmed(card: Scorecard) -> Mapping[str, Standing]:
    """Return the standings; one without a target that is an alarm says so.

    That is a backlog which grew in the last three days of the period, and in a daily
    report a volume far above its like.  A failed compliance check is one always.
    """
    made = dict(card.standings)
    texts = {"backlog": _grown(card), "ticket_volume": _spike(card)}
    for name, text in texts.items():
        if text and card[name].state == "no_target":
            made[name] = replace(made[name], state="alarm", state_text=text)
    if text := _breached(card):
        gate = made["compliance_rate"]
        made["compliance_rate"] = replace(gate, state="alarm", state_text=text)
    return made


def _breached(card: Scorecard) -> str:
    """Return how many required checks failed: a gate, whatever the target says."""
    kept = card["compliance_rate"].now if "compliance_rate" in card else None
    if kept is None or kept.value is None or kept.value == 1:
        return ""
    return f"alarm: {kept.n - round(kept.value * kept.n)} of {kept.n:,} failed"


def _grown(card: Scorecard) -> str:
    found = growth(card, card.end - DAY) if "backlog" in card else None
    return found.text if found is not None and found.level == "alarm" else ""


def _spike(card: Scorecard) -> str:
    if card.every != "day" or "ticket_volume" not in card:
        return ""
    usual, came = usually(card, "ticket_volume"), card["ticket_volume"].now.value
    if usual is None or came is None or not usual.is_spike(came):
        return ""
    if not usual.usual:
        return "alarm: usually none"
    return f"alarm: +{share_text((came - usual.usual) / usual.usual)} on the usual"
