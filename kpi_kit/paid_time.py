"""Paid time of a period: at work, waiting, away and why; and which bands fit it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING

from kpi_kit.catalog import named
from kpi_kit.comparable import band_text
from kpi_kit.units import share_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.catalog import Benchmark

ACTIVE, IDLE = "active", "idle"
AWAY = ("break", "meeting", "training", "absent")
STATES = (ACTIVE, IDLE, *AWAY)


@dataclass(frozen=True, kw_only=True)
class PaidTime:
    """The paid seconds of so many agents by state, and the numbers made of them."""

    seconds: Mapping[str, int]
    agents: int = 0

    @property
    def paid(self) -> int:
        """Return all paid seconds."""
        return sum(self.seconds.values())

    @property
    def utilization(self) -> float | None:
        """Return the part of paid time that is work; None where none was paid."""
        return _part(self._sum(ACTIVE), self.paid)

    @property
    def occupancy(self) -> float | None:
        """Return the part of available time that is work; None where there is none."""
        return _part(self._sum(ACTIVE), self._sum(ACTIVE, IDLE))

    @property
    def shrinkage(self) -> float | None:
        """Return the part of paid time that is away; None where none was paid."""
        return _part(self._sum(*AWAY), self.paid)

    @property
    def reasons(self) -> tuple[tuple[str, int, float], ...]:
        """Return each state's name, seconds and part of paid time; they are the whole.

        Work and waiting first, then the reasons of shrinkage, the largest first.
        """
        if not self.paid:
            return ()
        away = sorted(AWAY, key=lambda state: -self._sum(state))
        return tuple(
            (state, self._sum(state), self._sum(state) / self.paid)
            for state in (ACTIVE, IDLE, *away)
        )

    @property
    def identity(self) -> str:
        """Say how the three numbers hang together; empty where one is missing.

        Examples
        --------
        >>> hours = PaidTime(seconds={"active": 72, "idle": 12, "break": 16})
        >>> print(hours.identity)
        utilization 72.0% / (1 − shrinkage 16.0%) = occupancy 85.7%
        """
        if self.occupancy is None:
            return ""
        whole = self.utilization / (1 - self.shrinkage)
        sign = "=" if isclose(whole, self.occupancy) else "≠"
        used, away = share_text(self.utilization), share_text(self.shrinkage)
        busy = share_text(self.occupancy)
        return f"utilization {used} / (1 − shrinkage {away}) {sign} occupancy {busy}"

    def _sum(self, *states: str) -> int:
        return sum(self.seconds.get(state, 0) for state in states)


def paid_time(hours: ir.Table, *, start: date, end: date) -> PaidTime:
    """Add up the paid time of a period by state.

    Parameters
    ----------
    hours
        As :func:`kpi_kit.records.hours.hours` returns it.
    start, end
        Local days; ``end`` is exclusive.
    """
    inside = hours.filter((hours.started_on >= start) & (hours.started_on < end))
    found = inside.group_by("state").agg(seconds=inside.seconds.sum())
    told = {row["state"]: row["seconds"] or 0 for row in found.to_pyarrow().to_pylist()}
    seconds = {state: told.get(state, 0) for state in STATES}
    agents = inside.filter(inside.seconds > 0).agent_id.nunique().to_pyarrow().as_py()
    return PaidTime(seconds=seconds, agents=agents)


def verdict_text(used: float | None) -> str:
    """Say what the articles call so much utilization, where they have a word for it.

    Examples
    --------
    >>> from kpi_kit import metrics
    >>> [verdict_text(used) for used in (0.402, 0.67)]
    ['Utilization of 40.2% is called overstaffed (0% to 65%).', '']
    >>> verdict_text(0.871)
    'Utilization of 87.1% is called burn-out when consistently above (85% to 100%).'
    """
    if used is None:
        return ""
    for band in named("utilization").benchmarks:
        low, high = band.low or 0.0, band.high or 1.0
        if low <= used <= high:
            word = band.verdict.partition(";")[0]
            ends = tuple(f"{end:.0%}" for end in (low, high))
            told = f"Utilization of {share_text(used)} is called {word}"
            return f"{told} ({ends[0]} to {ends[1]})."
    return ""


def bands_text(shrinkage: float | None) -> str:
    """Say whether the cited bands of utilization and occupancy fit one another.

    Parameters
    ----------
    shrinkage
        0..1; None where nobody was paid.

    Notes
    -----
    Occupancy is utilization / (1 - shrinkage), so a band of one is a band of the other.

    Examples
    --------
    >>> from kpi_kit import metrics
    >>> print(bands_text(0.1))
    At 10.0% shrinkage the cited bands of utilization (70 to 80%) and occupancy (80 to \
85%) fit one another: utilization from 72.0 to 76.5% keeps both.
    >>> print(bands_text(0.2))
    At 20.0% shrinkage the cited bands of utilization (70 to 80%) and occupancy (80 to \
85%) cannot both be kept: utilization of 70% is an occupancy of 87.5%, occupancy of \
85% a utilization of 68.0%. They fit one another up to 17.6% shrinkage.
    >>> print(bands_text(0.35))
    At 35.0% shrinkage the cited band of utilization (70 to 80%) cannot be kept at \
all: agents are available for 65.0% of their paid time.
    """
    if shrinkage is None:
        return ""
    used, busy = cited("utilization"), cited("occupancy")
    there = 1 - shrinkage
    low, high = max(used.low, busy.low * there), min(used.high, busy.high * there)
    of_use = f"utilization ({band_text(used, 'share')})"
    if used.low > there:
        return (
            f"At {share_text(shrinkage)} shrinkage the cited band of {of_use} cannot "
            f"be kept at all: agents are available for {share_text(there)} of their "
            "paid time."
        )
    both = f"the cited bands of {of_use} and occupancy ({band_text(busy, 'share')})"
    if low <= high:
        kept = f"from {share_text(low).removesuffix('%')} to {share_text(high)}"
        said = f"fit one another: utilization {kept} keeps both."
    else:
        said = _impossible(used, busy, there)
    return f"At {share_text(shrinkage)} shrinkage {both} {said}"


def _impossible(used: Benchmark, busy: Benchmark, there: float) -> str:
    most = 1 - used.low / busy.high
    return (
        f"cannot both be kept: utilization of {used.low:.0%} is an occupancy of "
        f"{share_text(used.low / there)}, occupancy of {busy.high:.0%} a utilization "
        f"of {share_text(busy.high * there)}. They fit one another up to "
        f"{share_text(most)} shrinkage."
    )


def cited(name: str) -> Benchmark:
    """Return the band of a KPI's card that has both ends."""
    (band,) = (b for b in named(name).benchmarks if None not in {b.low, b.high})
    return band


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None
