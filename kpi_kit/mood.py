"""The mood of texts: which model scores them, what it may answer, what is noted."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import ParameterError
from kpi_kit.plurals import plural
from kpi_kit.yaml_file import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    Scorer = Callable[[list[str]], Sequence[float | None]]

VADER = "vader"
KPI = "sentiment"
CAVEATS = {VADER: "indicative, English only"}  # of any other model, less is known
_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


def read_sentiment(value: Any, where: str) -> str:
    """Read ``sentiment: vader``, or the name of a function of the user's own.

    Parameters
    ----------
    value
        ``vader``, or ``package.module:function``.
    where
        File and key, for the message.

    Raises
    ------
    ParameterError
        If it is neither, or its package is not installed.  A function of Python's own
        is refused: none scores texts, and some would run them.

    Examples
    --------
    >>> read_sentiment("subprocess:run", "contract.yaml: sentiment")
    Traceback (most recent call last):
    ...
    kpi_kit.errors.ParameterError: contract.yaml: sentiment: 'subprocess:run' is \
Python's own and scores no texts. Write vader or package.module:function.
    """
    name, todo = as_text(value, where), "Write vader or package.module:function"
    if name != VADER and not _FUNCTION.fullmatch(name):
        raise ParameterError(f"{where}: {name!r:.42} names no function. {todo}.")
    package = "vaderSentiment" if name == VADER else re.split(r"[.:]", name)[0]
    if package in {*sys.stdlib_module_names, "__main__"}:
        message = f"{where}: {name!r:.42} is Python's own and scores no texts"
        raise ParameterError(f"{message}. {todo}.")
    if find_spec(package) is None:
        todo = f"Install it where the kit is: pip install {package}"
        raise ParameterError(f"{where}: {name} needs the package {package}. {todo}.")
    return name


def scorer(name: str) -> Scorer:
    """Return the function that a contract names: from texts to numbers of -1 to 1.

    Raises
    ------
    ParameterError
        If there is no such function.
    """
    if name == VADER:
        return _vader()
    module, _, function = name.partition(":")
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise _unusable(name, f"cannot be loaded ({error})") from None
    if not callable(found):
        raise _unusable(name, "is no function")
    return found


def _unusable(name: str, why: str) -> ParameterError:
    todo = "Mend the name, or the module"
    return ParameterError(f"contract: sentiment: {name} {why}. {todo}.")


def _vader() -> Scorer:
    from vaderSentiment.vaderSentiment import (  # noqa: PLC0415 - an extra
        SentimentIntensityAnalyzer,
    )

    judge = SentimentIntensityAnalyzer().polarity_scores

    def score(texts: list[str]) -> list[float | None]:
        # A text with no word of the list is not balanced: nothing is known of it.
        found = map(judge, texts)
        return [one["compound"] if one["pos"] or one["neg"] else None for one in found]

    return score


def scores(name: str, score: Scorer, texts: list[str]) -> list[float | None]:
    """Return what a model says of each text; None where it says nothing.

    Raises
    ------
    ParameterError
        If it fails, or does not give one number of -1 to 1, or None, for each.
    """
    try:
        answer = score(texts)
    except Exception as error:
        raise _unusable(name, f"failed with {error!r:.160}") from error
    where = f"contract: sentiment: {name} returned"
    todo = "It must return a number from -1 to 1, or None, for each text"
    try:
        found = [None if one is None else float(one) for one in answer]
    except (TypeError, ValueError):
        raise ParameterError(f"{where} {answer!r:.42}. {todo}.") from None
    if len(found) != len(texts):
        told = f"{where} {len(found):,} numbers for {len(texts):,} texts"
        raise ParameterError(f"{told}. {todo}.")
    for one in found:
        if one is not None and not -1 <= one <= 1:
            raise ParameterError(f"{where} {one}. {todo}.")
    return found


def covered(table: pd.DataFrame, found: pd.DataFrame, model: str | None) -> Any:
    """Say beside the mood how many of the messages it speaks for.

    Parameters
    ----------
    table
        Rows of numbers; those of one KPI in the order of ``found``.
    found
        The tallies, one row per period and slice.
    model
        What the contract names.

    Returns
    -------
    pandas.DataFrame
        ``table`` with notes; states stay.
    """
    if f"{KPI}:messages" not in found:
        return table
    caveat = CAVEATS.get(model or "", "indicative")
    names = ("n", "texts", "messages")
    counts = zip(*(found[f"{KPI}:{n}"].fillna(0) for n in names), strict=True)
    table, here = table.copy(), table["metric"] == KPI
    table.loc[here, "note"] = [
        "; ".join(filter(None, (said, _share(*map(int, row)), caveat)))
        for said, row in zip(table.loc[here, "note"], counts, strict=True)
    ]
    return table


def _share(scored: int, texts: int, messages: int) -> str:
    have = plural(messages, "message has", "messages have")
    return f"{scored:,} of {have} a score, {texts:,} a text"
