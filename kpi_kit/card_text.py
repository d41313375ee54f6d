"""A KPI's card in words, for a terminal and for the documentation."""

from __future__ import annotations

from textwrap import fill, indent
from typing import TYPE_CHECKING

from kpi_kit.catalog import phrase
from kpi_kit.units import value_text
from kpi_kit.whence import origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kpi_kit.catalog import Benchmark, Card

WIDTH = 80
NAMES = 14  # columns that a line's name takes


def card_text(card: Card) -> str:
    """Return all that is declared about a KPI, in lines of 80 columns."""
    lines = (_block(name, plain(text)) for name, text in told(card))
    return "\n".join([f"{card.name}: {card.label}", *lines])


def told(card: Card) -> Iterator[tuple[str, str]]:
    """Yield each line of a card: what it is about, and the text."""
    yield "definition", card.definition
    yield "formula", card.formula
    yield "unit", f"{card.unit}; {direction(card)}"
    yield "dated by", date_text(card)
    yield "needs", needs_text(card.needs)
    for what, place in origins(card.needs).items():
        yield "from", f"{what}: {place}"
    yield "least n", str(card.at_least_n) if card.at_least_n else "none: a count"
    yield "source", card.source
    for benchmark in card.benchmarks:
        yield "benchmark", benchmark_text(card, benchmark)
    for gap in card.unbanded:
        yield "unbanded", gap
    if card.no_target:
        yield "no target", card.no_target
    for name in card.decisions:
        yield "decision", f"{name} (DECISIONS.md)"


def plain(text: str) -> str:
    """Return a text without the marks of code."""
    return text.replace("`", "")


def _block(name: str, text: str) -> str:
    filled = fill(text, WIDTH - NAMES, break_long_words=False, break_on_hyphens=False)
    return f"  {name:<{NAMES - 3}} {indent(filled, ' ' * NAMES).lstrip()}"


def needs_text(needs: Iterable[Iterable[str]]) -> str:
    """Return needs in words.

    Examples
    --------
    >>> needs_text([("surveys.kind=csat", "tickets.csat"), ("surveys.offered_at",)])
    'surveys of kind csat or tickets.csat; surveys.offered_at'
    """
    return "; ".join(" or ".join(map(phrase, any_of)) for any_of in needs)


def date_text(card: Card) -> str:
    """Return what decides which period a row falls in."""
    # What is in stock has no day of its own.
    return "the end of each period" if card.kind == "stock" else card.dated_by


def direction(card: Card) -> str:
    """Return which of two numbers is the better one."""
    if card.better == "neither":
        return "neither high nor low is better"
    return f"{card.better} is better"


def benchmark_text(card: Card, benchmark: Benchmark) -> str:
    """Return a cited number: about whom, the band, its verdict, the source."""
    band = band_text(card, benchmark)
    said = benchmark.verdict.split(",")[0].split()
    words = (benchmark.statistic, benchmark.clock)
    kind = " ".join(word for word in words if word and word not in said)
    said = f"{benchmark.segment}: {band}" + (f" ({kind})" if kind else "")
    return f"{said}, {benchmark.verdict}. {benchmark.source}"


def band_text(card: Card, benchmark: Benchmark) -> str:
    """Return the two bounds, or the one there is."""
    bounds = (benchmark.low, benchmark.high)
    # Both bounds in one unit: 48 h to 72 h, not 48 h to 3.0 d.
    days = benchmark.clock != "business" and all(b is None or b > 2880 for b in bounds)
    low, high = (
        None
        if bound is None
        else value_text(bound, benchmark.currency or card.unit, days=days)
        for bound in bounds
    )
    if low and high:
        return low if low == high else f"{low} to {high}"
    if low or high:
        return f"from {low}" if low else f"up to {high}"
    return "no band"
