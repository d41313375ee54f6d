"""The interval of a difference: published cases, and what any two samples must give."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_kit.intervals import difference, wilson

shares = st.tuples(st.integers(1, 400), st.integers(0, 400)).filter(
    lambda pair: pair[1] <= pair[0]
)


def share(true, n):
    """Return a share with its Wilson interval."""
    value = true / n
    low, high = wilson(np.array([value]), np.array([n]))
    return value, float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        pytest.param((56, 70), (48, 80), 0.0524, 0.3339, id="a"),
        pytest.param((9, 10), (3, 10), 0.1705, 0.8090, id="b"),
        pytest.param((6, 7), (2, 7), 0.0582, 0.8062, id="c"),
        pytest.param((5, 56), (0, 29), -0.0381, 0.1926, id="d"),
        pytest.param((0, 10), (0, 20), -0.1611, 0.2775, id="e"),
        pytest.param((10, 10), (0, 20), 0.6791, 1.0, id="g"),
    ],
)
def test_newcombe_1998(one, other, low, high):
    """The six contrasts of Newcombe 1998 II, table II, method 10, to four digits."""
    found = difference(share(*other), share(*one))

    assert (low, high) == tuple(round(bound, 4) for bound in found)


@given(before=shares, after=shares)
def test_a_difference_holds_its_value_and_turns_with_the_order(before, after):
    """The value lies inside, and the way back is the mirror image."""
    old, new = share(before[1], before[0]), share(after[1], after[0])
    low, high = difference(old, new)
    back = difference(new, old)

    assert low <= new[0] - old[0] <= high
    assert (-high, -low) == pytest.approx(back)


def test_a_bound_nobody_knows_leaves_its_side_open():
    """Without an upper bound no rise is too large, yet a fall can be ruled out.

    Below: 25 less the longer side of a triangle of 3 and 4.
    """
    assert (20.0, inf) == difference((100, 97, 104), (125, 122, inf))
