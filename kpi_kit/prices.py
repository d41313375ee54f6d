"""What a solved ticket cost in each of the vendor's months, and how far that fell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.periods import DAY, months_after

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.standing import Standing

# What outsourcing is said to save from month one to month six.
FALLS = (0.15, 0.25)
SIX = 6


@dataclass(frozen=True, kw_only=True)
class Fall:
    """How far a price fell from the vendor's first whole month on.

    ``number`` is that of the later month, six where it is known; ``share`` is the part
    of the first price by which it fell, negative where it rose.
    """

    first: date
    last: date
    number: int
    share: float


def vendors_months(standing: Standing, live: date | None) -> pd.DataFrame:
    """Return the months that are all the vendor's, oldest first.

    Returns
    -------
    pandas.DataFrame
        The rows of the standing's series, and ``number``: 1 for the first month that is
        all the vendor's.
    """
    series = standing.series
    if live is None:
        return series.iloc[:0].assign(number=0)
    one = months_after(live - DAY, 1)
    rows = series[series["period_start"] >= one].reset_index(drop=True)
    months = [
        (start.year - one.year) * 12 + start.month - one.month + 1
        for start in rows["period_start"]
    ]
    return rows.assign(number=pd.Series(months, dtype="int64"))


def since_month_one(standing: Standing, live: date | None) -> Fall | None:
    """Return how far a price fell from month one to month six, or to the last before.

    None where one of the two is not known, or the first month was free: it is what is
    promised to fall.  A month that is not final is not known: it looks too cheap.
    """
    rows = vendors_months(standing, live)
    is_final = rows["value"].notna() & (rows["status"] != "provisional")
    known = rows[is_final & (rows["number"] <= SIX)]
    if len(known) < 2 or known["number"].iloc[0] != 1 or not known["value"].iloc[0]:
        return None
    first, last = known.iloc[0], known.iloc[-1]
    return Fall(
        first=first["period_start"],
        last=last["period_start"],
        number=int(last["number"]),
        share=1 - last["value"] / first["value"],
    )
