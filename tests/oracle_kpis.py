"""An independent calculation of the metrics over the oracle's facts, row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.oracle_history import gather, is_open
from tests.oracle_metrics import metrics
from tests.oracle_statistics import share, summary
from tests.oracle_time import local, midnight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tests.oracle_history import Row, Source, Tables
    from tests.oracle_metrics import Metric
    from tests.oracle_time import OracleContract

MISSING = "(none)"


def kpis(
    facts_rows: Sequence[Row],
    tables: Tables,
    *,
    as_of: int,
    contract: OracleContract,
    start: date,
    end: date,
    every: str | None = None,
    by: tuple[str, ...] = (),
    at_least_n: int = 30,
) -> list[Row]:
    """Return the metrics of the local days [start, end), one dict per number.

    Parameters
    ----------
    facts_rows
        What ``facts`` returned for the same tables, as_of and contract.
    every
        None (one period), "day", "week" (Mondays), "month" or "quarter"; edge periods
        are clipped.
    by
        Facts to group by; ``dims`` holds their values as text, "(none)" when missing.

    Returns
    -------
    list of dict
        metric, statistic, clock, period_start, period_end, dims, value, low, high, n,
        status.  Without ``by`` every period has its row, with it a period has a row
        for each combination that the tickets dated in it show.
    """
    source = gather(tables, as_of, contract)
    # Decision: excluded tickets are in nothing.
    counted = [row for row in facts_rows if row["excluded_because"] is None]
    return [
        {**line, "period_start": first, "period_end": last, "dims": dims}
        for first, last in periods(start, end, every)
        for metric in metrics(source)
        for dims, rows in _slices(_held(metric, counted, first, last, source), by)
        for line in _lines(metric, rows, at_least_n)
    ]


def periods(start: date, end: date, every: str | None) -> list[tuple[date, date]]:
    """Cut [start, end) at every midnight, at Mondays or at firsts of the month."""
    days = [start + timedelta(days=i) for i in range((end - start).days)]
    cuts = {
        None: [],
        "day": days,
        "week": [day for day in days if day.isoweekday() == 1],
        "month": [day for day in days if day.day == 1],
        "quarter": [d for d in days if d.day == 1 and d.month in {1, 4, 7, 10}],
    }
    starts = sorted({*days[:1], *cuts[every]})
    return list(zip(starts, [*starts[1:], end], strict=True)) if days else []


def _held(
    metric: Metric, counted: Sequence[Row], first: date, last: date, source: Source
) -> list[Row]:
    """Return the tickets that a period holds for a metric."""
    if metric.dated_by == "open":
        return _open_at_the_end(counted, last, source)
    zone = source.contract.time_zone
    dated = [row for row in counted if row[metric.dated_by] is not None]
    return [
        row for row in dated if first <= local(row[metric.dated_by], zone).date() < last
    ]


def _open_at_the_end(counted: Sequence[Row], last: date, source: Source) -> list[Row]:
    """Return the tickets open at the end of a period, or at as_of if earlier."""
    at = min(midnight(last, source.contract.time_zone), source.as_of)
    there = {
        ticket["ticket_id"]
        for ticket in source.tickets
        if ticket["created_at"] < at and is_open(source, ticket, at)
    }
    return [row for row in counted if row["ticket_id"] in there]


def _slices(rows: list[Row], by: tuple[str, ...]) -> list[tuple[tuple, list[Row]]]:
    groups: dict[tuple, list[Row]] = {} if by else {(): []}
    for row in rows:
        dims = tuple(dimension(row, name) for name in by)
        groups.setdefault(dims, []).append(row)
    return sorted(groups.items())


def dimension(row: Row, name: str) -> str:
    """Return what a ticket counts under: a fact, or how long its first reply took."""
    value = row.get(name)
    if name == "first_response_within":
        minutes = row["first_response_business_minutes"]
        longer = {60: "0 to 1 h", 240: "1 to 4 h", 480: "4 to 8 h", 1e9: "8 h or more"}
        short = [] if minutes is None else [m for m in longer if minutes < m]
        value = longer[short[0]] if short else None
    return MISSING if value is None else str(value)


def _lines(metric: Metric, rows: list[Row], at_least_n: int) -> list[Row]:
    """Return the rows of one metric over one group of tickets."""
    statistics, clocks = [metric.kind], [""]
    if metric.kind == "duration":
        statistics, clocks = ["median", "mean", "p90"], ["business", "calendar"]
    return [
        {
            "metric": metric.name,
            "statistic": statistic,
            "clock": clock,
            **_number(metric, statistic, clock, rows, at_least_n),
        }
        for statistic in statistics
        for clock in clocks
    ]


def _number(
    metric: Metric, statistic: str, clock: str, rows: list[Row], at_least_n: int
) -> Row:
    if not metric.computable:
        line = dict.fromkeys(("value", "low", "high"))
        return line | {"n": 0, "status": "not_computable"}
    read = [value for row in rows if (value := _read(metric, clock, row)) is not None]
    value, low, high = _value(statistic, read)
    # Decision: counts have no minimum n, they are never too_few; n of ticket_volume
    # and backlog = value, n of unanswered_tickets = tickets looked at.
    few = statistic != "count" and len(read) < at_least_n
    young = metric.waits is not None and any(metric.waits(row) for row in rows)
    status = "provisional" if young else "too_few" if few else "ok"
    return {"value": value, "low": low, "high": high, "n": len(read), "status": status}


def _read(metric: Metric, clock: str, row: Row) -> Any:
    if metric.kind == "duration":
        return row[f"{metric.fact}_{clock}_minutes"]
    return metric.read(row)


def _value(statistic: str, read: list) -> tuple:
    if statistic == "count":
        return sum(read), None, None
    return share(read) if statistic == "share" else summary(read, statistic)
