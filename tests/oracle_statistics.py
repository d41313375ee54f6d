"""Values and 95 % intervals for the oracle, each straight from its definition."""

from __future__ import annotations

from fractions import Fraction
from math import comb, floor, sqrt
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Z = NormalDist().inv_cdf(0.975)
QUANTILES = {"median": Fraction(1, 2), "p90": Fraction(9, 10)}
Summary = tuple[float | None, float | None, float | None]


def wilson(met: int, n: int) -> tuple[float | None, float | None]:
    """Return the Wilson 95 % interval of a share."""
    if n == 0:
        return None, None
    share, shrink = met / n, 1 + Z * Z / n
    center = (share + Z * Z / (2 * n)) / shrink
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / shrink
    low = 0.0 if met == 0 else center - half
    high = 1.0 if met == n else center + half
    return low, high


def quantile(values: Sequence[float], p: Fraction) -> float | None:
    """Return the quantile with linear interpolation between neighbors."""
    if not values:
        return None
    ranked = sorted(values)
    place = p * (len(ranked) - 1)
    below = floor(place)
    if place == below:
        return ranked[below]
    return ranked[below] + float(place - below) * (ranked[below + 1] - ranked[below])


def ranks(n: int, p: Fraction) -> tuple[int | None, int | None]:
    """Return the 1-based ranks of the order statistics around a quantile.

    l = ppf(.025) and u = ppf(.975) + 1 of Binomial(n, p), summed in whole numbers;
    None where the rank does not exist among n values.
    """
    low, high = _ppf(n, p, Fraction(25, 1000)), _ppf(n, p, Fraction(975, 1000)) + 1
    return (low if low >= 1 else None), (high if high <= n else None)


def _ppf(n: int, p: Fraction, probability: Fraction) -> int:
    """Return the least k with P(X <= k) >= probability."""
    hit, miss = p.numerator, p.denominator - p.numerator
    wanted = probability * p.denominator**n
    k, reached = 0, miss**n
    while reached < wanted:
        k += 1
        reached += comb(n, k) * hit**k * miss ** (n - k)
    return k


def summary(values: Sequence[float], statistic: str) -> Summary:
    """Return value, low and high of durations; a mean has no interval."""
    if statistic == "mean":
        return (fmean(values) if values else None), None, None
    p = QUANTILES[statistic]
    if not values:
        return None, None, None
    ranked = sorted(values)
    low, high = (None if r is None else ranked[r - 1] for r in ranks(len(ranked), p))
    return quantile(ranked, p), low, high


def share(truths: Sequence[bool]) -> Summary:
    """Return the share of true ones with its Wilson interval."""
    if not truths:
        return None, None, None
    return sum(truths) / len(truths), *wilson(sum(truths), len(truths))
