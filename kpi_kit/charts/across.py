"""What a KPI is held against, across its chart: target, baseline, cited band."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from kpi_kit.charts.lettering import NARROWEST, Label, Plot, Spot, width_of
from kpi_kit.charts.scales import Span, sideways
from kpi_kit.charts.telling import rule_text, short
from kpi_kit.look import LIGHT
from kpi_kit.units import tick_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.catalog import Benchmark, Card

Ends = tuple[float, float]  # of the axis of periods

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
        """Return the band as a layer behind all else; one cited value is a line."""
        if self.band is None or beyond(self.band, axis):
            return []
        low, high = held_by(axis, self.band)
        base = alt.Chart(pd.DataFrame({"low": [low], "high": [high]}))
        if low == high:
            line = base.mark_rule(color=LIGHT["band-label"], strokeWidth=1)
            return [line.encode(y=alt.Y("low:Q"), **sideways())]
        box = base.mark_rect(color=LIGHT["band"])
        return [box.encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), **sideways())]

    def ruled(self, end: str = "width") -> list[alt.Chart]:
        """Return the rules: the target solid, the baseline dotted.

        ``end`` is where they end, as an expression.
        """
        styles = (
            (self.target, {"color": LIGHT["ink"]}),
            (self.baseline, {"color": LIGHT["ink3"], "strokeDash": [1, 3]}),
        )
        return [
            alt.Chart(pd.DataFrame({"y": [y]}))
            .mark_rule(strokeWidth=1, **style)
            .encode(y=alt.Y("y:Q"), **sideways(end))
            for y, style in styles
            if y is not None
        ]

    def labels(self, plot: Plot) -> list[Label]:
        """Return the words on rules and band, each with the places it may stand in."""
        axis, ends, found = plot.y, (plot.x.low, plot.x.high), []
        if self.target is not None:
            text = rule_text(self.target, self.metric, days=self.days)
            spots = beside(self.target, ends)
            found.append(Label(text=text, kind="strong", spots=spots))
        if self.baseline is not None:
            text = f"baseline {short(self.baseline, self.metric, days=self.days)}"
            spots = beside(self.baseline, ends)
            found.append(Label(text=text, kind="quiet", spots=spots))
        if self.band is not None:
            found.append(self._band_label(self.band, axis, ends))
        return found

    def _band_label(self, band: Benchmark, axis: Span, ends: Ends) -> Label:
        low, high = held_by(axis, band)
        text, where = band_text(band, self.metric, days=self.days), beyond(band, axis)
        if width_of(text + where) > NARROWEST - 8:
            text = f"{text.partition(':')[0]} band"
        # Under its upper edge or over its lower one, as far as they are on the axis.
        edges = [(high, 9)] if high > axis.low else []
        edges += [(low, -9)] if low < axis.high else []
        edges += [(high, -20), (low, 20)] if low == high else []
        spots = tuple(
            Spot(x=x, y=y, align=align, dx=dx, dy=dy)
            for y, dy in edges
            for x, align, dx in _along(ends)
        )
        return Label(text=text + where, kind="band", spots=spots)


def held_by(axis: Span, band: Benchmark) -> tuple[float, float]:
    """Return from where to where a band goes on an axis."""
    low = axis.low if band.low is None else band.low
    high = axis.high if band.high is None else band.high
    return axis.hold(low), axis.hold(high)


def beyond(band: Benchmark, axis: Span) -> str:
    """Return where a band lies that is not on the axis; empty where it is."""
    if band.low is not None and band.low > axis.high:
        return ", above"
    return ", below" if band.high is not None and band.high < axis.low else ""


def beside(y: float, ends: Ends) -> tuple[Spot, ...]:
    """Return the places of a rule's words: along it, over or under it; else farther."""
    return tuple(
        Spot(x=x, y=y, align=align, dx=dx, dy=dy)
        for rows in ((-8, 8), (-22, 22), (-28, 28))
        for x, align, dx in _along(ends)
        for dy in rows
    )


def _along(ends: Ends) -> list[tuple[float, str, float]]:
    first, last = ends
    parts = (0.5, 0.35, 0.65, 0.25, 0.75)
    between = [(first + (last - first) * part, "center", 0) for part in parts]
    return [(first, "left", 4), (last, "right", -2), *between, (last, "right", -40)]


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
