"""The cells of a heat map: their rows, hours and names, and the table behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi_kit.charts.leads import led
from kpi_kit.charts.telling import in_words, numbers, told
from kpi_kit.look import CELL_AT_LEAST
from kpi_kit.units import MISSING, WEEKDAYS

if TYPE_CHECKING:
    from kpi_kit.catalog import Card
    from kpi_kit.charts import Table
    from kpi_kit.charts.leads import Leads

WEEKDAY = "created_weekday"


def cell_rows(
    frame: pd.DataFrame,
    *,
    metric: Card,
    target: float | None = None,
    per: str = WEEKDAY,
    leads: Leads = None,
) -> Table:
    """Return the table behind the cells: a row per weekday, a column per hour."""
    cells = placed(frame, metric, target, per)
    said = led(map(_cell_text, cells.itertuples()), keys(cells), leads)
    texts = dict(zip(zip(cells["day"], cells["hour"], strict=True), said, strict=True))
    hours = from_to(cells)
    rows = [
        (name, *(texts.get((day, hour), MISSING) for hour in hours))
        for day, name in names(cells).items()
    ]
    return (head(per), *(f"{hour:02d}" for hour in hours)), rows


def head(per: str) -> str:
    """Return what the rows are of."""
    return "Weekday" if per == WEEKDAY else in_words(per)


def names(cells: pd.DataFrame) -> dict[int, str]:
    """Return what the rows are called, from the first row down."""
    return dict(sorted(zip(cells["day"], cells["name"], strict=True)))


def keys(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """Return what each cell stands for, as texts."""
    return list(zip(cells["key"], cells["hour"].astype(str), strict=True))


def placed(
    frame: pd.DataFrame, metric: Card, target: float | None, per: str
) -> pd.DataFrame:
    """Return the cells that have a place and tickets, with their row and its name."""
    whole = frame.reset_index(drop=True)
    own, names = whole[per], _names_of(whole, per)
    own = pd.to_numeric(own, errors="coerce") if per == WEEKDAY else own
    cells = told(whole, metric, target).assign(
        key=whole[per].astype(str),
        day=own.map({value: place for place, value in enumerate(names, 1)}),
        name=own.map(names),
        hour=pd.to_numeric(whole["created_hour"], errors="coerce"),
        n=whole["n"],
        **numbers(whole, "value"),
    )
    cells = cells[cells["n"] > 0].dropna(subset=["day", "hour"])
    cells = cells.astype({"day": int, "hour": int})
    cells["few"] = (cells["n"] < CELL_AT_LEAST) | cells["value"].isna()
    return cells.sort_values(["day", "hour"], ignore_index=True)


def _names_of(frame: pd.DataFrame, per: str) -> dict[Any, str]:
    """Return what each value of the rows' column is called, in the rows' order."""
    if per == WEEKDAY:
        return dict(enumerate(WEEKDAYS, 1))
    counts = frame.groupby(per)["n"].sum()
    first = counts.sort_values(ascending=False, kind="stable").index
    return {value: in_words(value) for value in first}


def from_to(cells: pd.DataFrame) -> list[int]:
    """Return all hours from the first cell's to the last one's."""
    hours = cells["hour"]
    return list(range(min(hours), max(hours) + 1)) if len(hours) else []


def _cell_text(cell: Any) -> str:
    return f"{'few' if cell.few else cell.value_text} (n={cell.n_text})"
