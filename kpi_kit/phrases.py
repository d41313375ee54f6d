"""Numbers as a sentence has them: the value, how sure it is, and of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import named
from kpi_kit.comparable import bound_of
from kpi_kit.units import (
    MISSING,
    count_text,
    interval_text,
    span_text,
    tick_text,
    value_text,
)

if TYPE_CHECKING:
    from typing import Any

    from kpi_kit.standing import Change, Reading, Scorecard, Standing


# Words that say which way a change is; any other says why none is told.
JUDGMENTS = (
    *("better", "worse", "faster", "slower"),
    *("more", "fewer", "cheaper", "dearer"),
)


def solved_how(card: Scorecard) -> str:
    """Return what first contact resolution counts, as the contract reads it."""
    name = f"first_contact_resolution_{card.contract.first_contact_resolution}"
    label = named(name).label
    return label[:1].lower() + label[1:]


def value(standing: Standing, reading: Reading | Any) -> str:
    """Return a reading's number, or that of a slice's row, in the KPI's unit."""
    days = standing.clock != "business"
    return value_text(reading.value, standing.card.unit, days=days)


def measured(standing: Standing, reading: Reading | Any) -> str:
    """Return a number with its interval, where it has one, and its n."""
    days = standing.clock != "business"
    bounds = (reading.low, reading.high, standing.card.unit)
    doubt = interval_text(*bounds, days=days)
    sure = "" if doubt == MISSING else f"{doubt}, "
    return f"{value(standing, reading)} ({sure}n={count_text(reading.n)})"


def dated(card: Scorecard, standing: Standing) -> str:
    """Return which period a number is of, where it is not the report's own."""
    now = standing.now
    own = now.start == card.start
    return "" if own else f", {span_text(now.start, now.end)}"


def earlier(card: Scorecard) -> str:
    """Return what a number is held against: the period before, or a day a week ago."""
    return {
        "quarter": "The quarter before",
        "week": "The week before",
        "day": "A week before",
    }[card.every]


def limit(standing: Standing) -> str:
    """Return the target's bound."""
    days = standing.clock != "business"
    return tick_text(bound_of(standing.target), standing.card.unit, days=days)


def changed(made: Change) -> str:
    """Return a change with its judgment: ``24 min slower``, ``9.3, within noise``."""
    comma = "" if made.word in JUDGMENTS else ","
    return f"{made.text.lstrip('+−')}{comma} {made.word}"


def name(standing: Standing) -> str:
    """Return the KPI in plain words, as it stands within a sentence."""
    plain = standing.card.plain or standing.card.label
    return plain[:1].lower() + plain[1:]
