"""Hold the word list against people: ``python -m bench.moods FILE``.

FILE is "Twitter US Airline Sentiment" (14,640 tweets, Crowdflower 2015, CC BY-NC-SA
4.0), as Kaggle offers it: columns ``airline_sentiment`` and ``text``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.mood import VADER, scorer, scores

if TYPE_CHECKING:
    from collections.abc import Sequence

MOODS = ("negative", "neutral", "positive")
NO_SCORE = "no score"
EDGE = 0.05  # what VADER's authors call neutral lies between -0.05 and 0.05


def called(score: float | None) -> str:
    """Return what a score says, as its authors read it."""
    if score is None:
        return NO_SCORE
    if abs(score) < EDGE:
        return "neutral"
    return "positive" if score > 0 else "negative"


def confusion(path: Path) -> pd.DataFrame:
    """Return how many texts people call so (rows) and the list calls so (columns).

    Parameters
    ----------
    path
        A CSV with ``airline_sentiment`` and ``text``.
    """
    frame = pd.read_csv(path, usecols=["airline_sentiment", "text"])
    found = scores(VADER, scorer(VADER), frame["text"].tolist())
    told = pd.Series([called(score) for score in found])
    counts = pd.crosstab(frame["airline_sentiment"], told)
    return counts.reindex(index=MOODS, columns=[*MOODS, NO_SCORE], fill_value=0)


def table(counts: pd.DataFrame) -> str:
    """Return the counts as a Markdown table, with the share that is found of each."""
    heads = ("people say", *counts.columns, "all", "found")
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for mood, row in counts.iterrows():
        cells = [f"{count:,}" for count in (*row, row.sum())]
        share = f"{row[mood] / row.sum():.0%}"
        lines.append(f"| {mood} | {' | '.join(cells)} | {share} |")
    return "\n".join(lines)


def figures(counts: pd.DataFrame) -> dict[str, str]:
    """Return what a reader asks of the table, each as a text."""
    everything = counts.to_numpy().sum()
    scored = everything - counts[NO_SCORE].sum()
    right = sum(counts.loc[mood, mood] for mood in MOODS)
    told = counts["negative"]
    return {
        "texts": f"{everything:,}",
        "have a score": f"{scored / everything:.0%}",
        "right of all": f"{right / everything:.0%}",
        "right of those with a score": f"{right / scored:.0%}",
        "negative to people": f"{counts.loc['negative'].sum() / everything:.0%}",
        "negative to the list": f"{told.sum() / everything:.0%}",
        "complaints called positive": (
            f"{counts.loc['negative', 'positive'] / counts.loc['negative'].sum():.0%}"
        ),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print table and figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    counts = confusion(parser.parse_args(arguments).file)
    print(table(counts))
    for name, said in figures(counts).items():
        print(f"{name}: {said}")


if __name__ == "__main__":
    main()
