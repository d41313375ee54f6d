"""The cards: everything that is declared about a metric, beside its function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import getdoc
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Column = Any  # an Ibis column; this floor does not import Ibis
Function = Any  # from rows to what the kind counts


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A published number or band, as the article that cites it gives it.

    ``low`` and ``high`` are in the metric's unit and None where the source names no
    bound; ``verdict`` is the source's own word for it, ``currency`` that of money.
    """

    segment: str
    source: str
    verdict: str
    low: float | None = None
    high: float | None = None
    statistic: str = ""
    clock: str = ""
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a promise about a KPI must fit: its unit, its better side, its values.

    ``better`` is lower, higher or neither; ``values`` the lowest and the highest that
    the KPI can have, in its unit, None where there is no such end.  ``no_target``
    says why no promise can be made.
    """

    unit: str
    better: str
    values: tuple[float | None, float | None]
    no_target: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One KPI: what it means, how it is counted, what it is held against.

    ``of`` names the rows that are counted: tickets, or one of
    :data:`kpi_kit.records.RECORDS`.  ``needs`` lists what the source must bring: every
    entry must be met, by any one of its alternatives; ``a+b`` needs both.  ``plain`` is
    the KPI in a report, where the label is the trade's word.  ``measure`` is the name
    of the duration's fact columns, or a function from those rows to what the kind
    counts: NULL where a row does not count.  ``paid`` are the kinds of cost that money
    is made of, ``values`` the lowest and the highest that a score can have.
    ``shown`` is the statistic of a time that a reader sees where no contract names one,
    ``beside`` returns further counts of the rows, for notes, and ``no_target`` says why
    a contract can promise nothing here.
    """

    name: str
    label: str
    kind: str
    unit: str
    better: str
    dated_by: str
    definition: str
    formula: str
    needs: tuple[tuple[str, ...], ...]
    source: str
    measure: str | Callable[[Any], Any]
    of: str = "tickets"
    paid: tuple[str, ...] = ()
    plain: str = ""
    shown: str = "median"
    at_least_n: int = 30
    awaited: Callable[[Any], Column] | None = None
    beside: Callable[[Any], dict[str, Column]] | None = None
    benchmarks: tuple[Benchmark, ...] = ()
    unbanded: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    values: tuple[float | None, float | None] = (0, None)
    no_target: str = ""

    def lacking(self, given: frozenset[str]) -> tuple[tuple[str, ...], ...]:
        """Return the needs that ``given`` leaves open."""
        return tuple(
            alternatives
            for alternatives in self.needs
            if not any(set(name.split("+")) <= given for name in alternatives)
        )

    def missing(self, given: frozenset[str]) -> tuple[str, ...]:
        """Return the needs that ``given`` leaves open, each as a phrase."""
        return tuple(" or ".join(map(phrase, any_of)) for any_of in self.lacking(given))


METRICS: dict[str, Card] = {}

# What KPI tables, and the steps to them, call their own columns: a column of the user's
# that is called so gets another name.  (`status` never is: it is a declared column.)
RESERVED = (
    *("metric", "statistic", "clock", "unit", "period_start", "period_end"),
    *("value", "low", "high", "n", "note", "young"),
    *("from", "to", "95 % interval"),
    *("on", "change", "turned_on", "capped"),
)

# What the KPIs of other units than a score can be.
_VALUES = {"share": (0, 1), "minutes": (0, None), "count": (0, None)}


def _measure(card: Card) -> Measure:
    values = _VALUES.get(card.unit, card.values)
    return Measure(
        unit=card.unit, better=card.better, values=values, no_target=card.no_target
    )


def phrase(need: str) -> str:
    """Return a need in words.

    Examples
    --------
    >>> phrase("events.field=team+contract.tiers")
    'events of field team with contract.tiers'
    """
    return re.sub(r"\.(\w+)=", r" of \1 ", need).replace("+", " with ")


def _add(card: Card) -> None:
    if card.name in METRICS:
        raise ValueError(f"metric {card.name} is declared twice")
    METRICS[card.name] = card


def named(name: str) -> Card:
    """Return the card of a metric.

    Raises
    ------
    UnknownNameError
        Names the nearest metric.
    """
    if name not in METRICS:
        message = f"metric: no metric is called {name!r}"
        raise UnknownNameError(f"{message}. {nearest(name, METRICS)}")
    return METRICS[name]


def tables_of(names: Iterable[str]) -> set[str]:
    """Return the canonical tables that KPIs may need, in whichever way.

    Examples
    --------
    >>> from kpi_kit import metrics
    >>> sorted(tables_of(["csat", "cost_per_resolution"]))
    ['costs', 'events', 'surveys', 'tickets']
    """
    needs = (one for name in names for some in METRICS[name].needs for one in some)
    return {part.partition(".")[0] for need in needs for part in need.split("+")} - {
        "contract"
    }


def measures() -> dict[str, Measure]:
    """Return every name that a contract may use, and what a promise must fit."""
    return {name: _measure(card) for name, card in METRICS.items()}


def duration(name: str, *, fact: str, definition: str, **card: Any) -> Card:
    """Declare a duration; median, mean, p90, clocks, n and intervals are derived.

    Parameters
    ----------
    name
        The metric's name.
    fact
        Stem of its fact columns: ``first_response`` for
        ``first_response_business_minutes`` and ``first_response_calendar_minutes``.
    definition
        The sentence a director would sign.
    **card
        The other fields of the card.
    """
    made = Card(
        name=name,
        kind="duration",
        unit="minutes",
        definition=definition,
        measure=fact,
        **card,
    )
    _add(made)
    return made


def share(**card: Any) -> Callable[[Function], Function]:
    """Declare a share: the function says for each row true, false or not counted."""
    return _function("share", "share", card)


def count(**card: Any) -> Callable[[Function], Function]:
    """Declare a count of rows: exact, so it has no least n and no interval."""
    return _function("count", "count", {"at_least_n": 0} | card)


def stock(**card: Any) -> Callable[[Function], Function]:
    """Declare a count taken at the end of each period, from what came and went."""
    return _function("stock", "count", {"at_least_n": 0} | card)


def work(**card: Any) -> Callable[[Function], Function]:
    """Declare a time that no clock runs for: the function returns seconds per row."""
    return _function("work", "minutes", card)


def mean(**card: Any) -> Callable[[Function], Function]:
    """Declare an average: the function returns a number per row."""
    return _function("mean", "score", card)


def balance(**card: Any) -> Callable[[Function], Function]:
    """Declare the share of +1 less the share of -1, times 100."""
    return _function("balance", "score", card)


def ratio(**card: Any) -> Callable[[Function], Function]:
    """Declare a sum over a sum: the function returns part and whole of each row."""
    return _function("ratio", "share", card)


def price(**card: Any) -> Callable[[Function], Function]:
    """Declare money per ticket; the function says which tickets share it."""
    return _function("price", "money", {"at_least_n": 1} | card)


def output(**card: Any) -> Callable[[Function], Function]:
    """Declare tickets per money; the function says which tickets it paid for."""
    return _function("output", "tickets per money", {"at_least_n": 1} | card)


def _function(kind: str, unit: str, card: dict[str, Any]) -> Callable:
    def declare(function: Function) -> Function:
        definition = " ".join((getdoc(function) or "").split())
        _add(
            Card(
                name=function.__name__,
                kind=kind,
                unit=unit,
                definition=definition,
                measure=function,
                **card,
            )
        )
        return function

    return declare
