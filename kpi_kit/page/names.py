"""What a reader calls a KPI, its number, its doubt and its bound."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from kpi_kit import catalog
from kpi_kit.comparable import band_text, bound_of
from kpi_kit.plurals import unbroken
from kpi_kit.settled import lacks_days
from kpi_kit.units import TEXTS, interval_text, tick_text, value_text

if TYPE_CHECKING:
    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract, Target
    from kpi_kit.standing import Reading, Scorecard, Standing

FIRST_CONTACT = "first_contact_resolution"
CLOCKS = {"business": "business time", "calendar": "calendar time"}
SHARES = {
    "created_at": "share of new tickets",
    "first_solved_at": "share of solved tickets",
    "last_solved_at": "share of solved tickets",
    "due": "share of tickets due, by day opened",
    "rated_at": "share of surveys",
    "queued_at": "share of calls and chats",
    "started_at": "share of time",
    "reviewed_at": "share of what was reviewed",
}
COUNTS = {
    "day": "in the day",
    "week": "in the week",
    "month": "in the month",
    "quarter": "in the quarter",
}
MONTHLY = ("price", "output")
KINDS = {
    "work": "{statistic}",
    "mean": "average",
    "balance": "promoters less detractors",
    "stock": "at the end of the {every}",
    "price": "of the {every}",
    "output": "of the {every}",
}


def prose(text: str) -> str:
    """Return an escaped text in which no number parts from its unit.

    Examples
    --------
    >>> prose("<4 h 18 min").replace("\u00a0", "_")
    '&lt;4_h_18_min'
    """
    return escape(unbroken(text))


def name(card: Card) -> str:
    """Return a KPI's name in plain words.

    Examples
    --------
    >>> from kpi_kit import metrics
    >>> name(catalog.named("reopen_rate"))
    'Reopened in 7 days'
    >>> name(catalog.named("first_contact_resolution_one_reply"))
    'Solved with one reply'
    """
    return card.plain or card.label


def as_read(card: Card, contract: Contract) -> Card:
    """Return the card under the name of the reading that the contract chose."""
    if card.name != FIRST_CONTACT:
        return card
    variant = catalog.named(f"{card.name}_{contract.first_contact_resolution}")
    return replace(card, plain=name(variant), definition=variant.definition)


def called(standing: Standing, card: Scorecard) -> str:
    """Return a KPI's name under the reading that the contract chose."""
    return name(as_read(standing.card, card.contract))


def read_once(card: Scorecard) -> list[Card]:
    """Return the cards of a report, in its order and each KPI once.

    First contact resolution stands for one of its readings, which then has no card of
    its own, but gives it its name and its meaning.
    """
    chosen = f"{FIRST_CONTACT}_{card.contract.first_contact_resolution}"
    twice = FIRST_CONTACT in card
    return [
        as_read(standing.card, card.contract)
        for name, standing in card.standings.items()
        if not (twice and name == chosen)
    ]


def within(name: str) -> str:
    """Return a name as it stands inside a sentence.

    Examples
    --------
    >>> within("Time to resolution")
    'time to resolution'
    """
    return name[:1].lower() + name[1:]


def kind(standing: Standing, every: str) -> str:
    """Return what kind of number it is: statistic and clock, or share of what."""
    card = standing.card
    if card.kind == "duration":
        return f"{standing.statistic}, {CLOCKS[standing.clock]}"
    if card.kind in MONTHLY and every != "quarter":
        every = "month"  # costs are known by whole ones
    if card.kind in KINDS:
        return KINDS[card.kind].format(statistic=standing.statistic, every=every)
    return SHARES[card.dated_by] if card.unit == "share" else COUNTS[every]


def replies(standing: Standing, day: str) -> str:
    """Return the beginning of a sentence about how long a day's replies took."""
    return {
        "median": f"The median first reply of {day} took ",
        "mean": f"The mean first reply of {day} took ",
        "p90": f"Nine of ten first replies of {day} took at most ",
    }[standing.statistic]


def anchor(metric: str) -> str:
    """Return the name of the place where a report shows a KPI over time.

    Examples
    --------
    >>> anchor("first_response_time")
    'kpi-first-response-time'
    """
    return f"kpi-{metric.replace('_', '-')}"


def linked(text: str, metric: str, what: str = "card") -> str:
    """Return a text that leads to a KPI's ``card``, or to the ``tickets`` behind it.

    Examples
    --------
    >>> print(linked("<median>", "reopen_rate"))
    <a href="#card-reopen-rate">&lt;median&gt;</a>
    """
    return f'<a href="#{place(metric, what)}">{prose(text)}</a>'


def place(metric: str, what: str) -> str:
    """Return the name of the place of a KPI's card, or of the tickets behind it."""
    # The share within a target is explained, and has its tickets, with the target's.
    return f"{what}-{metric.removesuffix('_within').replace('_', '-')}"


def state(standing: Standing) -> str:
    """Return a state in words; which days are missing, the banner says once."""
    text, told = standing.state_text, "no verdict"
    lacks = text.startswith(told) and lacks_days(standing.now.note)
    return f"{told}: days are missing" if lacks else text


def value(standing: Standing, reading: Reading | None) -> str:
    """Return a reading's number in its unit, a dash where there is none."""
    number = None if reading is None else reading.value
    return value_text(number, standing.card.unit, days=_has_days(standing))


def interval(standing: Standing, reading: Reading) -> str:
    """Return a reading's 95 % interval; a count is exact and says so."""
    if standing.card.unit == "count" and reading.value is not None:
        return "counted"
    bounds = (reading.low, reading.high)
    return interval_text(*bounds, standing.card.unit, days=_has_days(standing))


def doubt(standing: Standing, reading: Reading) -> str:
    """Return interval and n on one short line.

    Minutes after hours need no unit in it: ``4 h 06 to 4 h 31``.
    """
    if reading.value is None:
        return ""
    if standing.card.unit == "count":
        return "counted, no estimate"
    told = interval(standing, reading)
    told = re.sub(r"( h \d\d) min", r"\1", told)
    n = f"n {value_text(float(reading.n), 'count')}"
    return n if told == value_text(None, "count") else f"{told} · {n}"


def bound(standing: Standing) -> str:
    """Return what the number is held against: the contract's bound, or what is cited.

    Empty where there is neither.
    """
    if standing.target is not None:
        return target_text(standing.target, standing)
    if standing.band is None:
        return ""
    unit = standing.card.unit
    return f"cited: {_with_currency(band_text(standing.band, unit), unit)}"


def target_text(target: Target, standing: Standing) -> str:
    """Return the contract's bound in words: ``at most 4 h``."""
    word = "at least" if target.at_most is None else "at most"
    unit, days = standing.card.unit, _has_days(standing)
    told = tick_text(bound_of(target), unit, days=days)
    return f"{word} {_with_currency(told, unit)}"


def _with_currency(text: str, unit: str) -> str:
    """Return a round amount with its currency; other units name themselves."""
    return text if unit in TEXTS else f"{text} {unit}"


def _has_days(standing: Standing) -> bool:
    return standing.clock != "business"
