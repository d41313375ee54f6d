"""Which round steps an axis may have, and its labels, all in one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.units import DAY, HOUR, tick_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SCORES = tuple(step * 10**power for power in range(-3, 4) for step in (1, 2, 5))
STEPS = {
    "minutes": (
        *(1 / 60, 1 / 12, 0.25, 0.5, 1, 2, 5, 10, 15, 30),
        *(hours * HOUR for hours in (1, 2, 3, 4, 6, 8, 12)),
        *(days * DAY for days in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
    ),
    "share": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25),
    "count": tuple(step * 10**power for power in range(9) for step in (1, 2, 5)),
    "score": SCORES,
}
# From this on an axis of minutes is labelled in this unit, and its size in minutes.
AXES = ((2 * DAY, "d", DAY), (2 * HOUR, "h", HOUR), (2, "min", 1))


def tick_texts(at: Sequence[float], unit: str, *, days: bool = True) -> tuple[str, ...]:
    """Return the labels of an axis, all in one unit.

    Parameters
    ----------
    at
        The positions, round ones.
    unit
        Of the values: ``minutes``, ``share``, ``count`` or ``score``.
    days
        As :func:`kpi_kit.units.duration_text`.

    Examples
    --------
    >>> tick_texts((0, 1440, 2880, 4320), "minutes")
    ('0', '1 d', '2 d', '3 d')
    >>> tick_texts((0, 1440, 2880, 4320), "minutes", days=False)
    ('0', '24 h', '48 h', '72 h')
    >>> tick_texts((210, 240, 270, 300), "minutes")
    ('3.5 h', '4 h', '4.5 h', '5 h')
    >>> tick_texts((0, 500, 1000), "count")
    ('0', '500', '1,000')
    """
    if unit != "minutes":
        return tuple(tick_text(tick, unit) for tick in at)
    name, size = "s", 1 / 60
    for least, larger, minutes in AXES if days else AXES[1:]:
        halves = [2 * tick / minutes for tick in at]
        if max(at) > least and all(abs(h - round(h)) < 1e-6 for h in halves):
            name, size = larger, minutes
            break
    return tuple("0" if tick == 0 else f"{tick / size:g} {name}" for tick in at)
