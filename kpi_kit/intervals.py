"""How sure a number is: Wilson intervals and the ranks around a quantile."""

from __future__ import annotations

from functools import cache
from math import hypot

import numpy as np
import pandas as pd

Z = 1.959963984540054  # the normal quantile of 97.5 %
QUANTILES = {"median": 0.5, "p90": 0.9}
EXACT_UP_TO = 1_000
PICKS = 4 * len(QUANTILES)  # around each quantile two values, and its two bounds


def wilson(value: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % Wilson interval of shares.

    Parameters
    ----------
    value
        Shares 0..1; NaN where ``n`` is 0.
    n
        Rows behind each.

    Returns
    -------
    tuple of numpy arrays
        Lower and upper bound; NaN where the share is.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17:857, method 3.

    Examples
    --------
    >>> low, high = wilson(np.array([15 / 148]), np.array([148]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0624, 0.1605)
    """
    value, n = np.asarray(value, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = value + Z**2 / (2 * n)
        half = Z * np.sqrt(value * (1 - value) / n + Z**2 / (4 * n**2))
        scale = 1 + Z**2 / n
        low, high = (centre - half) / scale, (centre + half) / scale
    low = np.where(value == 0, 0.0, low)
    return low, np.where(value == 1, 1.0, high)


def adjusted_wald(
    up: np.ndarray, down: np.ndarray, n: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of the share of +1 less the share of -1.

    Parameters
    ----------
    up, down
        How many promoters and how many detractors.
    n
        Answers in all.

    Returns
    -------
    tuple of numpy arrays
        Lower and upper bound, within -1..1; NaN where ``n`` is 0.

    References
    ----------
    Rocks 2016, The American Statistician 70:365: three answers are added, 3/4 of them
    promoters and 3/4 detractors.

    Examples
    --------
    >>> low, high = adjusted_wald(np.array([45]), np.array([15]), np.array([100]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.153, 0.4295)
    """
    n = np.asarray(n, dtype=float)
    more = np.where(n > 0, n + 3, np.nan)
    promoters, detractors = (up + 0.75) / more, (down + 0.75) / more
    centre = promoters - detractors
    half = Z * np.sqrt((promoters + detractors - centre**2) / more)
    return np.maximum(centre - half, -1), np.minimum(centre + half, 1)


def difference(
    before: tuple[float, float, float], after: tuple[float, float, float]
) -> tuple[float, float]:
    """Return the 95 % interval of ``after`` less ``before``, of separate samples.

    Parameters
    ----------
    before, after
        Value, lower and upper bound of each; a bound that nobody knows is infinite.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17:873, method 10, where the intervals are
    Wilson's; Zou and Donner 2008, Statistics in Medicine 27:1693, for any others.

    Examples
    --------
    Newcombe's first case, 56 of 70 less 48 of 80:

    >>> shares, n = np.array([48 / 80, 56 / 70]), np.array([80, 70])
    >>> low, high = wilson(shares, n)
    >>> before, after = zip(shares, low, high)
    >>> [round(float(bound), 4) for bound in difference(before, after)]
    [0.0524, 0.3339]
    """
    (old, old_low, old_high), (new, new_low, new_high) = before, after
    delta = new - old
    below, above = (
        hypot(new - new_low, old_high - old),
        hypot(new_high - new, old - old_low),
    )
    return delta - below, delta + above


@cache
def place_table() -> pd.DataFrame:
    """Return where quantiles and their exact 95 % bounds stand in a sorted sample.

    Returns
    -------
    pandas.DataFrame, one row per n from 0 to 1,000
        ``n`` and ``places``: for each quantile the places, counted from 0, of the two
        values around it, of the lower and of the upper bound; None where there is none.

    Notes
    -----
    The bounds have the 1-based ranks ``ppf(.025)`` and ``ppf(.975) + 1`` of
    Binomial(n, p).

    Examples
    --------
    >>> place_table().places[10]
    [4, 5, 1, 8, 8, 9, 6, None]
    """
    n = np.arange(EXACT_UP_TO + 1)
    columns = []
    for p in QUANTILES.values():
        below = np.floor((n - 1) * p)
        above = np.minimum(below + 1, n - 1)
        low, high = _binomial_quantiles(p, (0.025, 0.975))
        columns += [below, above, low - 1, high]
    places = np.stack(columns, axis=1).astype(int)
    exists = (places >= 0) & (places < n[:, None])
    found = [
        [int(place) if has else None for place, has in zip(*row, strict=True)]
        for row in zip(places, exists, strict=True)
    ]
    return pd.DataFrame({"n": n, "places": found})


def _binomial_quantiles(p: float, at: tuple[float, float]) -> np.ndarray:
    """Return for n from 0 to 1,000 the quantiles of Binomial(n, p), a row for each.

    Row by row of Pascal's triangle; scipy knows them too, but to load it takes as long
    as a tenth of a small report.
    """
    chances = np.zeros(EXACT_UP_TO + 2)
    chances[0] = 1
    found = np.empty((EXACT_UP_TO + 1, len(at)))
    for n in range(EXACT_UP_TO + 1):
        found[n] = chances.cumsum().searchsorted(at)
        chances[1:] = chances[1:] * (1 - p) + chances[:-1] * p
        chances[0] *= 1 - p
    return found.T
