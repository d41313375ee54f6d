"""What charts say in words: tooltips, the text for who cannot see, the table behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from kpi_kit.charts.leads import Leads, led
from kpi_kit.states import IN_HOUSE, WORDS, state_of, state_text
from kpi_kit.units import (
    count_text,
    interval_text,
    period_text,
    tick_text,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kpi_kit.catalog import Card

TITLES = {
    "period": "Period",
    "value_text": "Value",
    "interval_text": "95% interval",
    "n_text": "n",
    "target_text": "Target",
    "state_words": "State",
}
CLOCKS = {"business": "business hours", "calendar": "calendar time"}


def has_days(frame: pd.DataFrame) -> bool:
    """Return whether a day has 24 of these hours: business hours have no such day."""
    return "business" not in set(frame.get("clock", ()))


def keeps(target: float | None, metric: Card) -> Callable[[float], bool] | None:
    """Return whether a value keeps the target; None without one."""
    if target is None:
        return None
    return partial(_at_least if metric.better == "higher" else _at_most, target)


def _at_least(target: float, value: float) -> bool:
    return value >= target


def _at_most(target: float, value: float) -> bool:
    return value <= target


def target_words(target: float, metric: Card, *, days: bool = True) -> str:
    """Return a target as a sentence has it: ``at most 4 h``."""
    words = "at least" if metric.better == "higher" else "at most"
    return f"{words} {tick_text(target, metric.unit, days=days)}"


def rule_text(target: float, metric: Card, *, days: bool = True) -> str:
    """Return a target as its rule has it: ``limit 4 h``, ``min. 65%``, ``max. 8%``."""
    word = "min." if metric.better == "higher" else "max."
    if metric.unit == "minutes" and metric.better != "higher":
        word = "limit"
    return f"{word} {tick_text(target, metric.unit, days=days)}"


def short(value: float, metric: Card, *, days: bool = True) -> str:
    """Return a value as a chart has it: minutes after hours need no unit there."""
    text = value_text(value, metric.unit, days=days)
    return text.removesuffix(" min") if " h " in text else text


def in_words(name: Any) -> str:
    """Return a column's or a slice's name as a reader has it.

    Examples
    --------
    >>> in_words("login_and_account"), in_words("API"), in_words("(none)")
    ('Login and account', 'API', '(none)')
    """
    text = str(name).replace("_", " ")
    return text[:1].upper() + text[1:]


def words_of(state: str, row: Any, *, is_vendors: bool = True) -> str:
    """Return a row's state in words."""
    if state == "no_target" and not is_vendors:
        return IN_HOUSE
    return WORDS.get(state) or state_text(row.status, row.n, row.note)


def numbers(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return columns as plain floats: an engine's missing values become one kind."""
    return pd.DataFrame(
        {
            name: pd.to_numeric(frame[name], errors="coerce").astype("float64")
            for name in names
        }
    ).round(5)


def told(frame: pd.DataFrame, metric: Card, target: float | None) -> pd.DataFrame:
    """Return of each row its state and all that its tooltip says.

    Parameters
    ----------
    frame
        Scorecard rows of one statistic and clock; where ``is_vendors`` is false, no
        target holds.
    metric, target
        What they are about and held against.

    Returns
    -------
    pandas.DataFrame, one row per row
        ``state``, ``period``, ``value_text``, ``interval_text``, ``n_text``,
        ``state_words``, and ``target_text`` where there is a target.
    """
    days, met = has_days(frame), keeps(target, metric)
    rows = frame.assign(note=frame.get("note", ""), **numbers(frame, *BOUNDS))
    ours = frame.get("is_vendors", pd.Series(data=True, index=frame.index))
    found = [
        (row, state_of(row, met if held else None), held)
        for row, held in zip(rows.itertuples(), ours, strict=True)
    ]
    texts = [
        {
            "state": state,
            "period": period_text(row.period_start, row.period_end),
            "value_text": value_text(row.value, metric.unit, days=days),
            "interval_text": interval_text(row.low, row.high, metric.unit, days=days),
            "n_text": count_text(row.n),
            "state_words": words_of(state, row, is_vendors=held),
        }
        for row, state, held in found
    ]
    made = pd.DataFrame(texts, columns=COLUMNS, index=frame.index)
    if target is not None:
        made["target_text"] = target_words(target, metric, days=days)
    return made


BOUNDS = ("value", "low", "high")
COLUMNS = ("state", *(name for name in TITLES if name != "target_text"))


def tooltip(fields: Iterable[str], **first: str) -> list[alt.Tooltip]:
    """Return the tooltip of fields that :func:`told` made.

    Parameters
    ----------
    fields
        Those of ``TITLES`` that the data has.
    **first
        Further fields that stand before them, and their titles.
    """
    titles = first | {name: TITLES[name] for name in TITLES if name in fields}
    return [alt.Tooltip(f"{name}:N", title=title) for name, title in titles.items()]


def measure_of(frame: pd.DataFrame, metric: Card) -> str:
    """Return what is measured: ``First response, median, business hours``."""
    parts = [metric.label]
    if metric.kind == "duration":
        for name in ("statistic", "clock"):
            found = set(frame.get(name, ()))
            parts += [CLOCKS.get(text, text) for text in found if len(found) == 1]
    return ", ".join(part for part in parts if part)


def subject(frame: pd.DataFrame, metric: Card, by: str) -> str:
    """Return what a chart shows, by what, of which days."""
    days = period_text(min(frame["period_start"]), max(frame["period_end"]))
    return f"{measure_of(frame, metric)} by {by}, {days}"


def described(
    what: str, ends: Sequence[str], extreme: str, held: tuple[str, str] | None
) -> str:
    """Return the sentence for who cannot see a chart.

    Parameters
    ----------
    what
        As :func:`subject`.
    ends
        The first and the last value, or the best and the worst.
    extreme
        The worst value and where it is.
    held
        The target in words, and where the whole stands; None without a target.

    Examples
    --------
    >>> held = ("at most 4 h", "misses target")
    >>> described("Wait by week, 9 to 15 November", ("4 h", "5 h"), "", held)[30:]
    ': from 4 h to 5 h; target at most 4 h: misses target.'
    """
    target = f"target {held[0]}: {held[1]}" if held else ""
    words = (f"{what}: from {ends[0]} to {ends[1]}", extreme, target)
    return "; ".join(word for word in words if word) + "."


def period_rows(
    frame: pd.DataFrame,
    *,
    metric: Card,
    target: float | None = None,
    leads: Leads = None,
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the table behind a chart over time: its heads, and a row per period."""
    rows = frame.sort_values("period_start")
    said = told(rows, metric, target)
    days = zip(rows["period_start"], rows["period_end"], strict=True)
    said["value_text"] = led(said["value_text"], days, leads)
    heads = ("Period", "Value", "95% interval", "n", "State")
    names = ("period", "value_text", "interval_text", "n_text", "state_words")
    return heads, list(said[list(names)].itertuples(index=False, name=None))
