"""Whether two sides came to the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = ["metric", "statistic", "clock", "week", "channel", "issue_type"]
PARTS = ["value", "low", "high", "n"]
TOLERANCE = 1e-9
COUNTED = ["rows_read", "keys", "lacking", "odd", "strange"]
SPAN = ["first_at", "last_at"]


def long(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return one row per number from frames with ``metric:statistic:clock`` columns.

    Returns
    -------
    pd.DataFrame
        Indexed by ``KEYS``; ``value``, ``low``, ``high`` and ``n`` (NaN where a count
        has none).  Numbers of no ticket are left out.
    """
    found = pd.concat(_long(frame) for frame in frames)
    return settled(found.set_index(KEYS))


def settled(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of at least one ticket in a fixed order."""
    is_count = numbers.index.get_level_values("statistic") == "count"
    some = numbers["value"].where(is_count, numbers["n"]) > 0
    return numbers.loc[some, PARTS].astype(float).sort_index()


def _long(frame: pd.DataFrame) -> pd.DataFrame:
    keys = frame[["week", "channel", "issue_type"]].astype(
        {"week": "datetime64[s]", "channel": "str", "issue_type": "str"}
    )
    parts = []
    for column in frame.columns[3:]:
        if column.count(":") != 2:
            continue
        metric, statistic, clock = column.split(":")
        rest = {part: frame.get(f"{column}:{part}", np.nan) for part in PARTS[1:]}
        named = {"metric": metric, "statistic": statistic, "clock": clock}
        parts.append(keys.assign(**named, value=frame[column], **rest))
    return pd.concat(parts)


def differences(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in which the two differ, both numbers beside each other.

    Parameters
    ----------
    ours, theirs
        What ``long`` returns; compared wherever both know a part.
    """
    both = ours.join(theirs, how="outer", lsuffix="", rsuffix="_theirs")
    wrong = both["value"].isna() != both["value_theirs"].isna()
    for part in PARTS:
        mine, other = both[part], both[f"{part}_theirs"]
        close = np.isclose(mine, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        uncounted = (part == "n") & (mine.isna() | other.isna())
        wrong |= ~close & ~uncounted
    return both[wrong]


def counts(checked: pd.DataFrame) -> pd.DataFrame:
    """Return what was counted in each file, in a fixed order."""
    times = {name: checked[name].astype("datetime64[s, UTC]") for name in SPAN}
    found = checked.assign(**times).set_index("table").sort_index()
    return found[[*COUNTED, *SPAN]].astype(dict.fromkeys(COUNTED, "int64"))
