"""What a number says about its target: met, missed, or nothing that is sure.

The contract's verdict goes by the value alone.  The state asks more: whether every
value of the 95 % interval would say the same.
"""

from __future__ import annotations

from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING

from kpi_kit import states
from kpi_kit.answers import MATURES_AFTER
from kpi_kit.settled import is_outstanding, lacks_days
from kpi_kit.units import MONTHS, count_text

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.contract import Target
    from kpi_kit.standing import Reading


def is_met(value: float, target: Target) -> bool:
    """Return the contract's verdict: whether the value itself keeps the target.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from kpi_kit.contract import Target
    >>> maximum = Target(metric="reopen_rate", at_most=Decimal("0.08"))
    >>> is_met(0.08, maximum), is_met(0.081, maximum)
    (True, False)
    """
    if target.at_most is not None:
        return value <= float(target.at_most)
    return value >= float(target.at_least)


def state_of(reading: Reading, target: Target | None) -> str:
    """Return where a reading stands, as :func:`kpi_kit.states.state_of` says it."""
    met = None if target is None else lambda value: is_met(value, target)
    return states.state_of(reading, met)


def span(reading: Reading) -> tuple[float, float]:
    """Return the interval of a reading that has a value; without one, the value."""
    if reading.low is None and reading.high is None:
        return reading.value, reading.value
    return (
        -inf if reading.low is None else reading.low,
        inf if reading.high is None else reading.high,
    )


def verdict_text(state: str, reading: Reading, as_of: date | None = None) -> str:
    """Return a state in words; by ``as_of`` a day that is still to come is named.

    Examples
    --------
    >>> from datetime import date
    >>> from kpi_kit.standing import Reading
    >>> days = {"start": date(2026, 11, 9), "end": date(2026, 11, 16)}
    >>> none = {"value": None, "low": None, "high": None}
    >>> few = Reading(**days, **none, n=12, status="too_few")
    >>> verdict_text("too_few", few), verdict_text("not_mature", few)
    ('too few answers (n=12)', 'not mature until 22 Nov')
    >>> late = Reading(**days, **none, n=12, status="provisional", note="9 may answer")
    >>> verdict_text("not_mature", late, date(2026, 11, 22))
    'provisional: 9 may answer'
    """
    if state == "not_computable":
        return states.state_text(reading.status, reading.n, reading.note)
    if state == "too_few":
        return f"too few answers (n={count_text(reading.n)})"
    if state == "not_mature":
        return _until(reading, as_of)
    return states.WORDS[state]


def _until(reading: Reading, as_of: date | None) -> str:
    """Return what a reading waits for, and until when that can be."""
    if lacks_days(reading.note):
        return f"no verdict: {states.note_text(reading.note)}"
    day = mature_on(reading.end)
    if is_outstanding(reading.note) or (as_of is not None and day <= as_of):
        return f"provisional: {states.note_text(reading.note)}"
    return f"not mature until {day.day} {MONTHS[day.month - 1][:3]}"


def mature_on(end: date) -> date:
    """Return the last day known of the first report that can judge a period."""
    return end + MATURES_AFTER - timedelta(days=1)
