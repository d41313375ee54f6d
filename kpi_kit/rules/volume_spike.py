"""A day brings far more tickets than its like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.expectation import holidays, usual_day, usually
from kpi_kit.rules import Finding, rule
from kpi_kit.units import LONG_WEEKDAYS, count_text, share_text

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.expectation import Expectation
    from kpi_kit.standing import Scorecard

HALF = 0.5


@rule(
    reads=("ticket_volume",),
    severity="alarm",
    source="Ticket Volume: a spike of 30 % or more above the own baseline",
)
def volume_spike(card: Scorecard) -> Finding | None:
    """Something happened: the day brought far more tickets than its like.

    Fires in a daily report when a day is 30 % above the usual and above every like day
    known, by more than chance; names the issue type that brings half of what is more.
    """
    if card.every != "day" or "ticket_volume" not in card.daily:
        return None
    came = card["ticket_volume"].now.value
    usual = usually(card, "ticket_volume")
    if usual is None or not usual.is_spike(came):
        return None
    kinds = _kinds(card)
    kind = _kind(card, kinds, came - usual.usual)
    none = "No single issue type brings half of what is more." if kinds else ""
    return Finding(
        title=f"{count_text(came)} tickets came in, usually {count_text(usual.usual)}",
        state="alarm",
        facts=tuple(text for text in (_like(usual), kind or none) if text),
        speaks_for=None,
        speaks_against=None,
        ask=_ask(kind),
        metric="ticket_volume",
    )


def _like(usual: Expectation) -> str:
    day = LONG_WEEKDAYS[usual.day.weekday()] if usual.of_weekday else "day"
    low, high = count_text(usual.low), count_text(usual.high)
    brought = low if low == high else f"{low} to {high}"
    return f"The {usual.n} {day}s known before brought {brought}."


def _kinds(card: Scorecard) -> list[tuple[str, pd.DataFrame]]:
    rows = card.slices.get(("ticket_volume", "issue_type"))
    if rows is None:
        return []
    return [*rows[rows["issue_type"] != NONE].groupby("issue_type", sort=True)]


def _kind(
    card: Scorecard, kinds: list[tuple[str, pd.DataFrame]], more: float
) -> str | None:
    """Say which issue type brings at least half of what is more; None where none."""
    closed = holidays(card.contract)
    found = []
    for label, own in kinds:
        now = own.loc[own["period_start"] == card.start, "value"].sum()
        usual = usual_day(own, card.start, holidays=closed)
        if usual is not None:
            found.append((now - usual.usual, str(label)))
    top = max(found, default=(0.0, ""))
    if top[0] < HALF * more:
        return None
    part = "all" if top[0] >= more else share_text(top[0] / more)
    return f"{top[1]} brings {part} of what is more."


def _ask(kind: str | None) -> str:
    if kind is None:
        return (
            "The client says what happened on that day; the vendor's planner says when "
            "the queue is back."
        )
    return (
        "Product says what changed there and publishes the answer; the vendor answers "
        "with one template until then."
    )
