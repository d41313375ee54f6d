"""From one reading to a later one: how much, which way, and whether that is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.intervals import difference
from kpi_kit.standing import Change
from kpi_kit.units import change_text
from kpi_kit.verdict import span

if TYPE_CHECKING:
    from kpi_kit.catalog import Card
    from kpi_kit.standing import Reading

# What more and what less of a KPI's unit is called.
DIRECTIONS = {
    "minutes": ("slower", "faster"),
    "count": ("more", "fewer"),
}
MONEY = {"price": ("dearer", "cheaper"), "output": ("more", "fewer")}


def change(
    card: Card, before: Reading | None, after: Reading, *, days: bool = True
) -> Change | None:
    """Hold a reading against an earlier one.

    Parameters
    ----------
    card
        Gives unit and direction.
    before, after
        Readings of the same statistic and clock, over different tickets.
    days
        As :func:`kpi_kit.units.duration_text`.

    Returns
    -------
    Change or None
        None where one of the two has no value, or one that is not final.

    Notes
    -----
    Two numbers with intervals differ where the interval of their difference leaves out
    zero; else the change is within noise.  Counts are exact and differ where they
    differ.  A mean has no interval: its change is said and not judged.
    """
    if before is None or before.value is None or after.value is None:
        return None
    if "provisional" in {before.status, after.status}:
        return None
    delta = after.value - before.value
    text = change_text(delta, card.unit, days=days)
    moved = text.startswith(("+", "−"))
    word, is_sure = _judgment(card, before, after, moved=moved)
    up = delta > 0
    better = {"higher": up, "lower": not up}.get(card.better) if is_sure else None
    return Change(
        delta=delta,
        text=text,
        arrow="level" if not moved else "up" if up else "down",
        word=word,
        is_better=better,
        is_worse=None if better is None else not better,
    )


def _judgment(
    card: Card, before: Reading, after: Reading, *, moved: bool
) -> tuple[str, bool]:
    """Return the word, and whether better or worse can be told."""
    both = (before, after)
    if "too_few" in {reading.status for reading in both}:
        return "too few to tell", False
    if not moved:
        return "no change", False
    word = _direction(card, up=after.value > before.value)
    if card.unit == "count":
        return word, True
    if any(reading.low is None and reading.high is None for reading in both):
        return word, False
    low, high = difference(*((reading.value, *span(reading)) for reading in both))
    return (word, True) if low > 0 or high < 0 else ("within noise", False)


def _direction(card: Card, *, up: bool) -> str:
    words = MONEY.get(card.kind, DIRECTIONS.get(card.unit))
    if card.better == "neither":
        words = words or ("higher", "lower")
    if words:
        return words[0 if up else 1]
    return "better" if up == (card.better == "higher") else "worse"
