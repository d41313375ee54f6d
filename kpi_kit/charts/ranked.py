"""The rows of a chart of dots, the best first, and the table behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.charts.leads import led
from kpi_kit.charts.telling import has_days, in_words, numbers, short, told
from kpi_kit.units import count_text

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.catalog import Card
    from kpi_kit.charts import Table
    from kpi_kit.charts.leads import Leads


def dimension_rows(
    frame: pd.DataFrame,
    *,
    metric: Card,
    by: str,
    target: float | None = None,
    leads: Leads = None,
) -> Table:
    """Return the table behind the dots: its heads, and a row per value of ``by``."""
    data = ordered(frame, metric, target, by)
    data["value_text"] = led(data["value_text"], data["key"], leads)
    names = ["name", "value_text", "interval_text", "n_text", "state_words"]
    heads = (in_words(by), "Value", "95% interval", "n", "State")
    return heads, list(data[names].itertuples(index=False, name=None))


def ordered(
    frame: pd.DataFrame, metric: Card, target: float | None, by: str
) -> pd.DataFrame:
    """Return the rows in the order they are drawn in: the best first, too few last."""
    data = told(frame, metric, target).assign(**numbers(frame, "value", "low", "high"))
    data["name"], data["key"] = [in_words(name) for name in frame[by]], frame[by]
    data["n"] = frame["n"].astype("int64")
    unsure = frame["status"].isin(["too_few", "not_computable"])
    data["few"] = unsure | data["value"].isna()
    order = data["value"] if metric.better == "lower" else -data["value"]
    data = data.assign(order=order).sort_values(
        ["few", "order", "n", "name"], ascending=[True, True, False, True]
    )
    days = has_days(frame)
    data["right"] = [_right(row, metric, days=days) for row in data.itertuples()]
    return data.drop(columns="order").assign(row=range(len(data)))


def _right(row: Any, metric: Card, *, days: bool) -> str:
    if row.few:
        return row.state_words
    value = short(row.value, metric, days=days)
    return value if metric.unit == "count" else f"{value} · {count_text(row.n)}"
