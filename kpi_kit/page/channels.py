"""Which channels are drawn by the hour, and which waits longest when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.charts.telling import in_words
from kpi_kit.comparable import bound_of
from kpi_kit.look import CELL_AT_LEAST
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.units import value_text

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.standing import Scorecard

METRIC = "first_response_time"
# With more of them a row tells little, and on a phone its name has no room.
MOST = 6


def drawn(card: Scorecard) -> pd.DataFrame | None:
    """Return the first response by channel, over the hours in which two can be told.

    In any other hour the number of all channels together hides nothing.  None where
    there is no such hour; of many channels those with most tickets in an hour.
    """
    rows = card.slices.get((METRIC, "channel", "created_hour"))
    if rows is None:
        return None
    named = _sure(rows)[lambda sure: sure["channel"] != NONE]
    hours = named.loc[named.duplicated("created_hour"), "created_hour"]
    if hours.empty:
        return None
    rows = rows[rows["created_hour"].between(hours.min(), hours.max())]
    counts = _sure(rows).groupby("channel")["n"].max()
    first = counts.sort_values(ascending=False, kind="stable").index[:MOST]
    return rows[rows["channel"].isin(first)].reset_index(drop=True)


def told(card: Scorecard, rows: pd.DataFrame) -> str:
    """Say which channel waits longest at which hour; of a target, if it is missed.

    It is missed where the whole interval lies over it; a mean has none, and is held
    by itself.
    """
    standing, sure, over = card[METRIC], _sure(rows), ""
    if standing.target is not None:
        limit = names.bound(standing).removeprefix("at most ")
        beyond = "over" if sure["low"].isna().all() else "clearly over"
        sure = sure[sure["low"].fillna(sure["value"]) > bound_of(standing.target)]
        over = f", {beyond} {limit}"
        if sure.empty:
            first = f"No channel lies {beyond} {limit} at any hour."
            return answer(first, _others(card, rows))
    row = sure.loc[sure["value"].idxmax()]
    hour, days = int(row["created_hour"]), standing.clock != "business"
    text = value_text(row["value"], "minutes", days=days)
    where = f"{in_words(row['channel'])} from {hour:02d} to {hour + 1:02d}"
    first = f"Longest by channel: {where} with {text}{over}."
    return answer(first, _others(card, rows))


def _sure(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["n"] >= CELL_AT_LEAST) & rows["value"].notna()]


def _others(card: Scorecard, rows: pd.DataFrame) -> str:
    every = card.slices[METRIC, "channel", "created_hour"]["channel"].nunique()
    shown = rows["channel"].nunique()
    few = f"Shown are the {shown} of {every} channels with most tickets in an hour."
    return "" if shown == every else few
