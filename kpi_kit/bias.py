"""Few answers: ratings that speak for those who answer, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_kit.catalog import named

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from kpi_kit.answers import Question

RATE = "csat_response_rate"
RATED = ("csat", "csat_score")
LEAST_PERCENT = 15  # of those asked; the articles call fewer answers unreliable


def beside(question: Question, given: Collection[str]) -> Question:
    """Return the question with the response rate, where ratings are asked for.

    Parameters
    ----------
    question
        Without what cannot be computed.
    given
        What source and contract bring.
    """
    names = {card.name for card in question.cards}
    rate = named(RATE)
    if RATE in names or not names & {*RATED} or rate.missing(frozenset(given)):
        return question
    return replace(question, cards=(*question.cards, rate))


def warned(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Say beside ratings that few answered; what may be amiss is bias, not size.

    Parameters
    ----------
    table
        Rows of numbers; those of one KPI in the order of ``found``.
    found
        The tallies, one row per period and slice.

    Returns
    -------
    pandas.DataFrame
        ``table`` with notes; states stay.  A survey that may still be answered counts
        as answered here: what is few then stays few.
    """
    if f"{RATE}:n" not in found:
        return table
    counts = (found[f"{RATE}:{what}"].fillna(0) for what in ("n", "true", "young"))
    notes = [_note(*map(int, row)) for row in zip(*counts, strict=True)]
    table = table.copy()
    for name in RATED:
        here = table["metric"] == name
        said = zip(table.loc[here, "note"], notes, strict=here.any())
        table.loc[here, "note"] = [
            "; ".join(filter(None, (one, more))) for one, more in said
        ]
    return table


def _note(asked: int, answered: int, young: int) -> str:
    if not answered or 100 * (answered + young) >= LEAST_PERCENT * asked:
        return ""
    who = "those who answer may differ from those who do not"
    return f"{answered} of {asked} asked answered (under {LEAST_PERCENT} %): {who}"
