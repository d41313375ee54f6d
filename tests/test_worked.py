"""Limits of work by issue type: read, and held to the median."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit.errors import ParameterError
from kpi_kit.page.people import within_limits
from kpi_kit.worked import read_handle_time, worked
from tests.test_sections import text

WHERE = "contract.yaml: handle_time"


def rows(*of):
    """Return rows by issue type: median, bounds and n; a mean beside, that is long."""
    names = ["issue_type", "value", "low", "high", "n"]
    medians = pd.DataFrame(of, columns=names).assign(statistic="median", status="ok")
    few = medians["n"] < 30
    medians.loc[few, "status"] = "too_few"
    return pd.concat([medians, medians.assign(statistic="mean", value=999.0)])


def test_each_issue_type_has_its_own_limit():
    """Nine minutes are too long for Billing and short for Returns; limits count as in.

    Orders holds its limit within its interval; of Rare three tickets tell nothing, of
    None at all there are none, and Other has no limit.
    """
    found = worked(
        rows(
            ("Billing", 9.0, 8.2, 9.8, 50),
            ("Returns", 9.0, 8.2, 12.0, 50),
            ("Orders", 9.0, 7.0, 11.0, 40),
            ("Rare", 2.0, None, None, 3),
            ("Other", 9.0, 8.0, 10.0, 50),
        ),
        {"Returns": 12, "Billing": 8, "Orders": 8, "Rare": 8, "Nobody's": 8},
    )

    assert [
        ("Returns", "meets"),
        ("Billing", "misses"),
        ("Orders", "close"),
        ("Rare", "too_few"),
        ("Nobody's", "not_computable"),
    ] == [(one.issue_type, one.state) for one in found]
    told = text(within_limits(found))
    assert "Billing 8 min 9 min 8 min 12 s to 9 min 48 s 50 misses" in told
    assert "Rare 8 min 2 min – 3 too few Nobody's 8 min – – 0 no tickets" in told
    assert "No fee hangs on it" in told
    assert "" == within_limits(())


@pytest.mark.parametrize("limit", ["8", "-8 min", "0 min", "2 years", "8 %", None])
def test_what_is_no_limit(limit):
    """Nobody keeps no time, anybody a year."""
    with pytest.raises(ParameterError) as caught:
        read_handle_time({"Billing": limit}, WHERE)

    assert str(caught.value).startswith(f"{WHERE}.Billing: ")


def test_limits_are_minutes():
    """However they are written."""
    found = read_handle_time({"Billing": "90 s", "Returns": "1 h"}, WHERE)

    assert {"Billing": Decimal("1.5"), "Returns": Decimal(60)} == found
