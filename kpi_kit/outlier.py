"""The one slice that clearly differs from all others together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.intervals import wilson
from kpi_kit.standing import Reading

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """A slice of a share, and all other slices taken together."""

    label: str
    own: Reading
    rest: Reading


def outlier(rows: pd.DataFrame | None, by: str, *, highest: bool) -> Outlier | None:
    """Return the slice with the highest or lowest share, if it stands apart.

    Parameters
    ----------
    rows
        Scorecard rows of a share in one period, one per slice; None where the source
        has no such dimension.
    by
        The dimension.
    highest
        Whether a high share is what is looked for.

    Returns
    -------
    Outlier or None
        None unless the 95 % intervals of the slice and of all others leave a gap.

    Notes
    -----
    Two intervals of like size that leave a gap lie further apart than chance puts them
    in one of 150 cases, so the worst of eight slices is named wrongly in about one of
    twenty.
    """
    if rows is None:
        return None
    judged = rows[(rows["status"] == "ok") & (rows[by] != NONE)]
    if len(judged) == 0 or len(rows) < 2:
        return None
    place = judged["value"].idxmax() if highest else judged["value"].idxmin()
    own = judged.loc[place]
    rest = _together(rows.drop(index=place), own)
    apart = own["low"] > rest.high if highest else own["high"] < rest.low
    if rest.n < 1 or not apart:
        return None
    return Outlier(label=str(own[by]), own=_together(rows.loc[[place]], own), rest=rest)


def _together(rows: pd.DataFrame, dated: pd.Series) -> Reading:
    n = int(rows["n"].sum())
    true = float((rows["value"] * rows["n"]).sum())
    share = true / n if n else float("nan")
    low, high = wilson(share, n)
    start, end = (dated[name] for name in ("period_start", "period_end"))
    bounds = {"value": share, "low": float(low), "high": float(high)}
    return Reading(start=start, end=end, **bounds, n=n, status="ok")
