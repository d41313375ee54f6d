"""Ranks of a sorted sample that bound its median and its p90 with 95 % confidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binom

SHARES = {"median": 0.5, "p90": 0.9}
EXACT_UP_TO = 1000
Z = 1.959963984540054


def exact_ranks() -> pd.DataFrame:
    """Return 1-based ranks for each sample size up to 1,000, 0 where there is none."""
    n = np.arange(EXACT_UP_TO + 1)
    ranks = {"n": n}
    for name, p in SHARES.items():
        low, high = (binom.ppf(q, n, p).clip(0).astype(int) for q in (0.025, 0.975))
        ranks[f"{name}_low"] = low
        ranks[f"{name}_high"] = np.where(high + 1 > n, 0, high + 1)
    return pd.DataFrame(ranks)


def near_rank(n: np.ndarray, p: float, z: float) -> np.ndarray:
    """Return the normal approximation of a binomial quantile of large samples."""
    return np.ceil(n * p + z * np.sqrt(n * p * (1 - p)) - 0.5).astype(int)
