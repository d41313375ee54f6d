"""What a KPI is held against, across its chart: target, baseline, cited band."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts.lettering import Label, Spot
from kpi_kit.charts.scales import Span, sideways
from kpi_kit.charts.telling import rule_text, short
from kpi_kit.look import LIGHT
from kpi_kit.units import tick_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.catalog import Benchmark, Card

# A cited band that would make an axis longer than this is named, not drawn.
MOST = 1.8


@dataclass(frozen=True, kw_only=True)
class Across:
    """Target, baseline and band of one KPI, in its unit; None where there is none."""

    metric: Card
    target: float | None = None
    baseline: float | None = None
    band: Benchmark | None = None
    days: bool = True

    @property
    def rules(self) -> list[float]:
        """Return where rules run across."""
        return [y for y in (self.target, self.baseline) if y is not None]

    def numbers(self, shown: Sequence[float]) -> list[float]:
        """Return what an axis has to hold: ``shown``, the rules, and a band near by."""
        held = [*shown, *self.rules]
        edges = self._edges()
        if not held:
            return edges
        length = max(held) - min(held)
        if edges and max(*held, *edges) - min(*held, *edges) <= MOST * length:
            held += edges
        return held

    def _edges(self) -> list[float]:
        band = self.band
        if band is None:
            return []
        return [edge for edge in (band.low, band.high) if edge is not None]

    def behind(self, axis: Span) -> list[alt.Chart]:
        """Return the band as a layer behind all else."""
        low, high = self._held(axis)
        if low == high:
            return []
        base = alt.Chart(pd.DataFrame({"low": [low], "high": [high]}))
        box = base.mark_rect(color=LIGHT["band"])
        return [box.encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), **sideways())]

    def _held(self, axis: Span) -> tuple[float, float]:
        """Return the part of the band that is on the axis; both alike when none is."""
        if self.band is None:
            return axis.low, axis.low
        low, high = self.band.low, self.band.high
        return (
            axis.hold(axis.low if low is None else low),
            axis.hold(axis.high if high is None else high),
        )

    def ruled(self) -> list[alt.Chart]:
        """Return the rules: the target solid, the baseline dotted."""
        styles = (
            (self.target, {"color": LIGHT["ink"]}),
            (self.baseline, {"color": LIGHT["ink3"], "strokeDash": [1, 3]}),
        )
        return [
            alt.Chart(pd.DataFrame({"y": [y]}))
            .mark_rule(strokeWidth=1, **style)
            .encode(y=alt.Y("y:Q"), **sideways())
            for y, style in styles
            if y is not None
        ]

    def labels(self, axis: Span, ends: tuple[float, float]) -> list[Label]:
        """Return the words on rules and band, each with the places it may stand in."""
        found = []
        if self.target is not None:
            text = rule_text(self.target, self.metric, days=self.days)
            spots = beside(self.target, ends)
            found.append(Label(text=text, kind="strong", spots=spots))
        if self.baseline is not None:
            text = f"baseline {short(self.baseline, self.metric, days=self.days)}"
            spots = beside(self.baseline, ends)
            found.append(Label(text=text, kind="quiet", spots=spots))
        if self.band is not None:
            found.append(self._band_label(axis, ends))
        return found

    def _band_label(self, axis: Span, ends: tuple[float, float]) -> Label:
        low, high = self._held(axis)
        text = band_text(self.band, self.metric, days=self.days)
        if low == high:
            text += ", above" if high == axis.high else ", below"
        inward = (
            [(high, 9), (low, -9)] if low < high or high == axis.high else [(low, -9)]
        )
        spots = tuple(
            Spot(x=x, y=y, align=align, dx=dx, dy=dy)
            for y, dy in inward
            for x, align, dx in _along(ends)
        )
        return Label(text=text, kind="band", spots=spots)


def beside(y: float, ends: tuple[float, float]) -> tuple[Spot, ...]:
    """Return the places of a rule's words: over or under it, left, right, between."""
    return tuple(
        Spot(x=x, y=y, align=align, dx=dx, dy=dy)
        for x, align, dx in _along(ends)
        for dy in (-8, 8)
    )


def _along(ends: tuple[float, float]) -> list[tuple[float, str, float]]:
    first, last = ends
    middle = (first + last) / 2
    quarter = first + (last - first) / 4
    return [
        (first, "left", 4),
        (last, "right", -2),
        (middle, "center", 0),
        (quarter, "left", 0),
        (last, "right", -40),
    ]


def band_text(band: Benchmark, metric: Card, *, days: bool = True) -> str:
    """Return a cited band with its source and year: ``HDI 2024: 65 to 75%``."""
    whole = re.match(r"\w+.*?\b\d{4}\b", band.source)
    named = re.sub(r"(\w+) .*(\d{4})", r"\1 \2", whole[0]) if whole else "cited"
    low, high = (
        None if edge is None else tick_text(edge, metric.unit, days=days)
        for edge in (band.low, band.high)
    )
    if low is None or high is None:
        return f"{named}: up to {high}" if low is None else f"{named}: from {low}"
    bounds = low if low == high else f"{low.removesuffix('%')} to {high}"
    return f"{named}: {bounds}"
