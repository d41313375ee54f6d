"""One legend for the page: the lines and marks that recur in its charts."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from kpi_kit.marks import mark
from kpi_kit.units import MONTHS

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.standing import Reading, Scorecard

STATES = {
    "meets": "meets",
    "misses": "misses",
    "close": "too close to call",
    "not_mature": "not mature yet",
    "too_few": "too few",
    "no_target": "no target",
}
LINES = {
    "series": '<path d="M0 6h26" stroke="var(--series)" stroke-width="1.75"/>',
    "interval": '<path d="M0 0h26v12H0z" fill="var(--interval)"/>',
    "target": '<path d="M0 6h26" stroke="var(--ink)"/>',
    "baseline": '<path d="M0 6h26" stroke="var(--ink2)" stroke-dasharray="1.5 2.5"/>',
    "band": '<path d="M0 0h26v12H0z" fill="var(--band)"/>',
}


def legend(card: Scorecard) -> str:
    """Return the legend of the charts over time: only what they can show."""
    known = card.standings.values()
    standings = [s for s in known if s.state != "not_computable"]
    baseline = next((s.baseline for s in standings if s.baseline is not None), None)
    drawn = card.engagement.every if card.engagement else card.every
    every = {"month": "monthly", "week": "weekly", "day": "daily"}[drawn]
    lines = {"series": f"our data, {every}", "interval": "95% interval"}
    if any(s.target is not None for s in standings):
        lines["target"] = "contract target"
    if baseline is not None:
        lines["baseline"] = f"before go-live, {_days(baseline)}"
    if any(s.band is not None for s in standings):
        lines["band"] = "benchmark, as cited"
    items = [f"<li>{_line(name)}{escape(text)}</li>" for name, text in lines.items()]
    items += [f"<li>{mark(name)}{text}</li>" for name, text in STATES.items()]
    return f'<ul class="legend" aria-label="Legend">{"".join(items)}</ul>'


def _line(name: str) -> str:
    return (
        '<svg width="26" height="12" viewBox="0 0 26 12" aria-hidden="true">'
        f"{LINES[name]}</svg>"
    )


def _days(reading: Reading) -> str:
    return f"{_day(reading.start)} to {_day(reading.end - timedelta(days=1))}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
