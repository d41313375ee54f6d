"""Tallies side by side: a row for every period, and every slice that was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.answers import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.answers import Question

FAR = 10**18  # added to a number, so that one below zero sorts before zero as text


def on_one_grid(frames: Sequence[pd.DataFrame], question: Question) -> pd.DataFrame:
    """Join tallies side by side; a period or slice that one lacks is missing there."""
    keys = ["period_start", *question.by]
    grid = pd.DataFrame({"period_start": [p.start for p in question.periods]})
    if question.by:
        by = list(question.by)
        # Of nothing that can be computed it is still said, once, why not.
        none = pd.DataFrame({name: [NONE] for name in by})
        seen = pd.concat([each[by] for each in frames] or [none]).drop_duplicates()
        grid = grid.merge(seen.sort_values(by, key=_ranked), how="cross")
    for frame in frames:
        grid = grid.merge(frame, on=keys, how="left")
    return grid


def _ranked(labels: pd.Series) -> pd.Series:
    """Return sort keys: numbers as numbers, then texts, ``(none)`` last."""
    return labels.map(
        lambda label: (
            f"2{label}"
            if label == NONE
            else f"1{label}"
            if isinstance(label, str)
            else f"0{label + FAR:020}"
        )
    )
