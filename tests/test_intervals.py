"""Intervals against scipy, which the kit itself does not load."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, multinomial

from kpi_kit.intervals import EXACT_UP_TO, QUANTILES, adjusted_wald, place_table


@pytest.mark.parametrize(("number", "p"), list(enumerate(QUANTILES.values())))
def test_places_are_the_binomial_ranks(number, p):
    """Every n: the ranks ppf(.025) and ppf(.975) + 1, none where no value has them."""
    n = np.arange(EXACT_UP_TO + 1)
    low, high = binom.ppf(0.025, n, p) - 1, binom.ppf(0.975, n, p)
    expected = [
        [int(place) if 0 <= place < count else None for place in places]
        for *places, count in zip(low, high, n, strict=True)
    ]
    places = [row[4 * number + 2 : 4 * number + 4] for row in place_table().places]

    assert expected == places


def test_the_score_of_a_hundred_is_good_to_fifteen_points():
    """Rocks' interval of 50 promoters and 20 detractors of 100: 15 points each way."""
    low, high = (bound.item() for bound in adjusted_wald(50, 20, np.array([100])))

    assert 0.15 == pytest.approx((high - low) / 2, abs=0.005)
    # 30 of 103 added up: (50.75 - 20.75) / 103.
    assert 30 / 103 == pytest.approx((high + low) / 2)


@pytest.mark.parametrize("n", [10, 30])
@pytest.mark.parametrize(("up", "down"), [(0.95, 0.05), (0.6, 0.15), (0.2, 0.2)])
def test_the_adjusted_interval_holds_the_truth(n, up, down):
    """In 94 of 100 samples or more, also where plain Wald does in half of them."""
    ups, downs = (each.ravel() for each in np.mgrid[0 : n + 1, 0 : n + 1])
    passive = n - ups - downs
    ups, downs, passive = (each[passive >= 0] for each in (ups, downs, passive))
    shares = [up, down, max(0.0, 1 - up - down)]
    chance = multinomial.pmf(np.stack([ups, downs, passive], axis=1), n, shares)
    low, high = adjusted_wald(ups, downs, np.full(len(ups), n))
    holds = (low <= up - down) & (up - down <= high)

    assert 0.935 < chance[holds].sum()
