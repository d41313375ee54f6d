"""The oracle's quantiles and intervals are the published ones."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from scipy.special import bdtr

from tests.oracle_statistics import quantile, ranks, wilson
from tests.test_oracle_time import published


def test_wilson_intervals_are_the_published_ones():
    """Newcombe 1998, table I, method 3."""
    for row in published("reference_values.csv"):
        if row["topic"] == "wilson95":
            given_counts = json.loads(row["input"])

            low, high = wilson(given_counts["k"], given_counts["n"])

            expected = json.loads(row["expected"])
            assert expected == pytest.approx([low, high], abs=float(row["abs_tol"]))


def test_ranks_are_the_published_ones():
    """The median's ranks at n = 10 and 20; from n = 6 on both exist."""
    rows = {row["id"]: row for row in published("reference_values.csv")}
    half = Fraction(1, 2)

    for name in ("ref11", "ref12"):
        n = json.loads(rows[name]["input"])["n"]
        assert json.loads(rows[name]["expected"]) == list(ranks(n, half))
    least = json.loads(rows["ref13"]["expected"])
    assert least == min(n for n in range(1, 50) if None not in ranks(n, half))


@pytest.mark.parametrize(("n", "p"), [(29, 0.9), (36, 0.9), (100, 0.5), (1000, 0.9)])
def test_ranks_agree_with_scipy(n, p):
    """The exact sums pick the ranks that scipy's binomial distribution picks."""
    fraction = Fraction(p).limit_denominator(10)
    low = next(k for k in range(n) if bdtr(k, n, p) >= 0.025)
    high = next(k for k in range(n + 1) if bdtr(k, n, p) >= 0.975) + 1

    assert (low, high if high <= n else None) == ranks(n, fraction)


def test_quantiles_interpolate():
    """Between 10, 20, 40 and 80: half way, and seven tenths of the way from 40."""
    assert 30 == quantile([80, 10, 40, 20], Fraction(1, 2))
    assert 68 == quantile([80, 10, 40, 20], Fraction(9, 10))
    assert None is quantile([], Fraction(1, 2))
