"""Intervals against scipy, which the kit itself does not load."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from kpi_kit.intervals import EXACT_UP_TO, QUANTILES, place_table


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
