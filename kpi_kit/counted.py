"""What each kind of KPI is counted as: its statistics, and how tallies give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.intervals import adjusted_wald, wilson
from kpi_kit.tallies import clocks_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from kpi_kit.catalog import Card

TIMES = ("median", "mean", "p90")
STATISTICS = {
    "share": "share",
    "count": "count",
    "stock": "count",
    "mean": "mean",
    "balance": "score",
    "ratio": "share",
    "price": "score",
    "output": "score",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of row of a KPI, and the tally's columns it is made of."""

    statistic: str
    clock: str
    unit: str
    prefix: str
    target: float | None = None


def parts_of(card: Card) -> list[Part]:
    """Return the rows that a KPI has, targets apart."""
    if card.kind in STATISTICS:
        statistic = STATISTICS[card.kind]
        return [Part(statistic=statistic, clock="", unit=card.unit, prefix=card.name)]
    return [
        Part(
            statistic=statistic,
            clock=clock,
            unit=card.unit,
            prefix=f"{card.name}:{clock}:{statistic}",
        )
        for clock in clocks_of(card)
        for statistic in TIMES
    ]


def numbers(
    found: pd.DataFrame, card: Card, part: Part, lacks: str
) -> dict[str, np.ndarray]:
    """Work out the numbers of one kind of row.

    Parameters
    ----------
    found
        One row per period and slice, with the tallies' columns.
    card, part
        What is worked out.
    lacks
        Why the KPI cannot be computed; empty where it can.

    Returns
    -------
    dict of numpy.ndarray
        ``value, low, high`` (NaN where missing), ``n``, ``young``: how many rows cannot
        be judged yet, and ``lacks``; one value per row of ``found``.
    """
    blank, none = np.full(len(found), np.nan), np.zeros(len(found), dtype="int64")
    made = {"value": blank, "low": blank, "high": blank, "n": none, "young": none}
    made["lacks"] = np.full(len(found), lacks, dtype=object)
    if not lacks:
        kind = card.kind if part.target is None else "share"
        made |= _NUMBERS[kind](found, card, part)
        if card.awaited is not None and part.target is None:
            made["young"] = _whole(found, f"{card.name}:young")
    return made


def _column(found: pd.DataFrame, name: str) -> np.ndarray:
    return found[name].to_numpy(dtype=float, na_value=np.nan)


def _whole(found: pd.DataFrame, name: str) -> np.ndarray:
    return np.nan_to_num(_column(found, name)).astype("int64")


def _divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _time(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:
    made = {"n": _whole(found, f"{card.name}:n"), "value": _column(found, part.prefix)}
    if part.statistic != "mean":
        made["low"] = _column(found, f"{part.prefix}_low")
        made["high"] = _column(found, f"{part.prefix}_high")
    return made


def _share(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:  # noqa: ARG001
    true, n = _whole(found, f"{part.prefix}:true"), _whole(found, f"{part.prefix}:n")
    value = _divided(true, n)
    low, high = wilson(value, n)
    return {"value": value, "low": low, "high": high, "n": n}


def _count(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:
    true = _whole(found, f"{part.prefix}:true")
    n = _whole(found, f"{part.prefix}:n") if card.kind == "count" else true
    return {"value": true.astype(float), "n": n}


def _mean(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:  # noqa: ARG001
    n = _whole(found, f"{part.prefix}:n")
    return {"value": _divided(_column(found, f"{part.prefix}:sum"), n), "n": n}


def _balance(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:  # noqa: ARG001
    up, down, n = (_whole(found, f"{part.prefix}:{k}") for k in ("up", "down", "n"))
    low, high = adjusted_wald(up, down, n)
    value = 100 * _divided(up - down, n)
    return {"value": value, "low": 100 * low, "high": 100 * high, "n": n}


def _ratio(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:  # noqa: ARG001
    sums = (_column(found, f"{part.prefix}:{kind}") for kind in ("part", "whole"))
    return {"value": _divided(*sums), "n": _whole(found, f"{part.prefix}:n")}


def _money(found: pd.DataFrame, card: Card, part: Part) -> dict[str, np.ndarray]:  # noqa: ARG001
    lacks = found[f"{part.prefix}:lacks"].to_numpy()
    tickets = np.where(lacks == "", _whole(found, f"{part.prefix}:true"), 0)
    value = _column(found, f"{part.prefix}:value")
    return {"value": value, "n": tickets, "lacks": lacks}


_NUMBERS: dict[str, Callable[[pd.DataFrame, Card, Part], dict[str, np.ndarray]]] = {
    "duration": _time,
    "work": _time,
    "share": _share,
    "count": _count,
    "stock": _count,
    "mean": _mean,
    "balance": _balance,
    "ratio": _ratio,
    "price": _money,
    "output": _money,
}
