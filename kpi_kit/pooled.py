"""A share of surveys over seven days: of one day they are few, and answers still come.

A digest looks at it each morning; one day alone would tell chance, and late answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kpi_kit.catalog import named
from kpi_kit.intervals import wilson
from kpi_kit.settled import lacks_days

if TYPE_CHECKING:
    from kpi_kit.catalog import Card

DAYS = 7
# What is still to come is not counted again for each of the windows a day lies in.
STILL = "some may still be answered"


def pooled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a digest's answers with shares of surveys over the last seven days each.

    Parameters
    ----------
    frame
        Scorecard rows, one per number and day.

    Returns
    -------
    pandas.DataFrame
        The same, but of each share of surveys that takes a week to be answered the
        rows are of seven days on end: the day and the six before it.  Where fewer days
        are known in all, there is one row, of these.

    Notes
    -----
    A share of seven days is all answers by all surveys, never a mean of shares.
    """
    kept = [_of_a_week(rows, named(name)) for name, rows in _surveys(frame)]
    if not kept:
        return frame
    others = frame[~frame["metric"].map(_is_pooled)]
    return pd.concat([others, *kept], ignore_index=True)


def _surveys(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    found = frame[frame["metric"].map(_is_pooled)]
    return [(str(name), rows) for name, rows in found.groupby("metric", sort=False)]


def _is_pooled(metric: str) -> bool:
    card = named(metric)
    return card.of == "surveys" and card.kind == "share" and card.awaited is not None


def _of_a_week(rows: pd.DataFrame, card: Card) -> pd.DataFrame:
    rows = rows.sort_values("period_start", ignore_index=True)
    if (rows["status"] == "not_computable").any():
        return rows
    n = rows["n"].rolling(DAYS, min_periods=1).sum()
    answered = (rows["value"] * rows["n"]).fillna(0).round()
    value = answered.rolling(DAYS, min_periods=1).sum() / n.where(n > 0)
    low, high = wilson(value.to_numpy(), n.to_numpy())
    made = rows.assign(value=value, low=low, high=high, n=n.astype("int64"))
    firsts = np.maximum(np.arange(len(rows)) - DAYS + 1, 0)
    made["period_start"] = rows["period_start"].iloc[firsts].to_numpy()
    told = [_told(rows[first : n + 1], card) for n, first in enumerate(firsts)]
    made["status"], made["note"] = zip(*told, strict=True)
    whole = made.iloc[DAYS - 1 :]
    return whole if len(whole) else made.iloc[-1:]


def _told(days: pd.DataFrame, card: Card) -> tuple[str, str]:
    """Return the state of some days as one, and why: the newest reason."""
    open_ones = days.loc[days["status"] == "provisional", "note"].tolist()
    if open_ones:
        lacks = [note for note in open_ones if lacks_days(note)]
        return "provisional", lacks[-1] if lacks else STILL
    few = days["n"].sum() < card.at_least_n
    return ("too_few", f"fewer than {card.at_least_n}") if few else ("ok", "")
