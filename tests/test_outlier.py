"""The one slice that stands apart from all others together."""

from __future__ import annotations

import numpy as np
import pytest

from kpi_kit.answers import NONE
from kpi_kit.intervals import wilson
from kpi_kit.outlier import outlier
from tests.cards import rows

TWO = {"login": (80, 200), "pay": (140, 200)}


def by_type(**counts):
    """Return the slices of a share: how many were true, of how many."""
    true, n = (np.array([pair[place] for pair in counts.values()]) for place in (0, 1))
    low, high = wilson(true / n, n)
    names = [name.replace("none", NONE) for name in counts]
    return rows(
        list(zip(true / n, low, high, n, strict=True)),
        issue_type=names,
    )


def test_hand_worked():
    """80 of 200, and 140 of 200 with 60 of 100 elsewhere: 40 % against 66.7 %.

    The mean of the other two shares would be 65 %.
    """
    found = outlier(
        by_type(login=(80, 200), pay=(140, 200), ship=(60, 100)),
        "issue_type",
        highest=False,
    )

    assert ("login", 0.4, 200) == (found.label, found.own.value, found.own.n)
    assert (pytest.approx(2 / 3), 300) == (found.rest.value, found.rest.n)
    assert found.own.high < found.rest.low


def test_the_other_end():
    """Of escalations the high share is the bad one."""
    slices = by_type(**TWO, ship=(60, 100))

    assert outlier(slices, "issue_type", highest=True).label == "pay"


@pytest.mark.parametrize(
    "slices",
    [
        pytest.param(by_type(login=(110, 200), pay=(130, 200)), id="intervals-overlap"),
        pytest.param(by_type(login=(2, 20), pay=(140, 200)), id="too-few"),
        pytest.param(by_type(none=(20, 200), pay=(140, 200)), id="no-type"),
        pytest.param(by_type(login=(80, 200)), id="the-only-one"),
        pytest.param(None, id="no-such-dimension"),
    ],
)
def test_nothing_stands_apart(slices):
    """No gap, too few, no name, nothing to compare with: none is singled out."""
    assert outlier(slices, "issue_type", highest=False) is None


def test_the_small_ones_are_part_of_the_rest():
    """A type of 20 tickets is not judged, and still counts among the others."""
    found = outlier(
        by_type(login=(80, 200), pay=(140, 200), gift=(0, 20)),
        "issue_type",
        highest=False,
    )

    assert ("login", 220) == (found.label, found.rest.n)
    assert pytest.approx(140 / 220) == found.rest.value


def test_two_are_enough_and_none_is_not():
    """One of two may stand apart; where all are small none is looked at."""
    assert "login" == outlier(by_type(**TWO), "issue_type", highest=False).label
    few = by_type(login=(1, 20), pay=(19, 20))
    assert outlier(few, "issue_type", highest=False) is None
