"""Six steps of shade with the target between the third and the fourth."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from kpi_kit.charts.scales import FLAT
from kpi_kit.charts.ticks import SCORES, STEPS
from kpi_kit.units import HOUR, MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.catalog import Card

FINEST = 16  # parts of a value: finer steps tell nothing apart
TINY = 1e-6
WIDEST = 10_000  # minutes that a cell has no room for


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The one unit in which all cells of a picture are printed."""

    name: str
    size: float

    def text(self, value: float) -> str:
        """Return a cell's figure: one decimal below ten of hours, none otherwise.

        What lies beyond is cut and not rounded: 3 h 58 min is under a limit of four
        hours and must not read as on it.  What is there never reads as nothing.
        """
        number = value / self.size
        places = 1 if self.size == HOUR and abs(number) < 10 else 0
        cut = floor(number * 10**places + TINY) / 10**places
        if number > 0 and not cut:
            return f"<{10**-places:g}"
        return f"{cut:,.{places}f}".replace("-", MINUS)

    def bound(self, value: float) -> str:
        """Return a round bound without decimals that say nothing."""
        return f"{round(value / self.size, 6):,g}".replace("-", MINUS)


def measure_of(values: Sequence[float], unit: str) -> Measure:
    """Return the unit that a picture's values are printed in.

    Hours, unless one of them would be less than a tenth: then minutes, as far as they
    have room.

    Examples
    --------
    >>> measure_of([156.0, 456.0], "minutes").text(258.0)
    '4.3'
    >>> measure_of([3.5, 456.0], "minutes").text(3.5)
    '3'
    >>> measure_of([0.62, 0.7], "share").text(0.6449)
    '64'
    """
    least, most = min(values, default=0), max(values, default=0)
    small = least * 10 < HOUR and most < WIDEST
    if unit == "minutes" and most >= 2 * HOUR and not small:
        return Measure(name="hours", size=HOUR)
    names = {
        "minutes": "minutes",
        "share": "percent",
        "count": "tickets",
        "score": "score",
    }
    return Measure(name=names[unit], size=0.01 if unit == "share" else 1)


@dataclass(frozen=True, kw_only=True)
class Steps:
    """From the best step to the worst; ``bounds`` part them, in the same direction."""

    bounds: tuple[float, ...]
    measure: Measure
    is_higher_better: bool

    def of(self, value: float) -> int:
        """Return a value's step; on a bound it is still the better one."""
        sign = -1 if self.is_higher_better else 1
        return bisect_left([sign * bound for bound in self.bounds], sign * value)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the steps' names, the best first."""
        texts = [self.measure.bound(bound) for bound in self.bounds]
        pairs = list(pairwise(texts))
        if self.is_higher_better:
            between = [f"{low} to {high}" for high, low in pairs]
            return (f"over {texts[0]}", *between, f"under {texts[-1]}")
        between = [f"{low} to {high}" for low, high in pairs]
        return (f"under {texts[0]}", *between, f"over {texts[-1]}")


def steps(values: Sequence[float], metric: Card, target: float | None) -> Steps:
    """Return the steps that part values best, at round bounds.

    Parameters
    ----------
    values
        The cells' values, in the metric's unit.
    metric
        Gives the unit and what is better.
    target
        Between the third step and the fourth; without one there are three steps.
    """
    held = [*values, *([] if target is None else [target])]
    unit, is_higher_better = metric.unit, metric.better == "higher"
    low, high = min(held, default=0.0), max(held, default=0.0)
    if target is None:
        step = _step(max((high - low) / 3, high / FINEST), unit)
        first = ceil(round(low / step, 9)) * step
        first += step if first <= low else 0
        bounds = [round(bound, 9) for bound in (first, first + step)]
    else:
        finest = target / FINEST
        below = _step(max((target - low) / 4, finest), unit, most=target / 2)
        above = _step(max((high - target) / 4, finest), unit)
        around = (-2 * below, -below, 0, above, 2 * above)
        bounds = [round(target + far, 9) if far else target for far in around]
    return Steps(
        bounds=tuple(reversed(bounds) if is_higher_better else bounds),
        measure=measure_of(held, unit),
        is_higher_better=is_higher_better,
    )


def _step(least: float, unit: str, most: float | None = None) -> float:
    """Return the smallest round step from ``least`` on, below ``most`` if it can."""
    every = STEPS.get(unit, SCORES)
    sizes = [step for step in every if most is None or step < most]
    least = max(least, FLAT[unit] / 10)
    return next((step for step in sizes if step >= least), (sizes or every)[-1])
