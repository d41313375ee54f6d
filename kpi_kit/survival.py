"""How long all tickets take, those still open counted in: Kaplan-Meier.

A median of solved tickets alone looks best when the slow ones are still open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from kpi_kit.tallies import WAITS, period_of

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.facts import Facts

HALF = 0.5 + 1e-9  # a product of exact halves may end a little above one
COLUMNS = ("excluded_because", "opened_by", "is_open", "created_on")
INSTANTS = {"first_response": "first_reply_at", "first_resolution": "first_solved_at"}


def read_by(stem: str, clock: str) -> tuple[str, ...]:
    """Return the fact columns that :func:`survival` reads."""
    taken = (f"{stem}_{clock}_minutes", f"elapsed_{clock}_minutes")
    return (*COLUMNS, *taken, *([INSTANTS[stem]] if stem in INSTANTS else []))


def survival(  # noqa: PLR0913 - what is asked of which tickets
    kept: Facts, stem: str, clock: str, *, start: date, end: date, every: str | None
) -> pd.DataFrame:
    """Return after how long half of the tickets of each period were answered or solved.

    Parameters
    ----------
    kept
        The facts, with the columns that :func:`read_by` names.
    stem, clock
        Of the duration's fact column: ``resolution``, ``business``.
    start, end, every
        The days of creation, ``end`` exclusive, and how they are cut.

    Returns
    -------
    pandas.DataFrame, one row per period with tickets, in order
        ``period_start``, ``n`` tickets, ``waiting`` of them still without it, and
        ``median`` in minutes; NaN while fewer than half have it.

    Notes
    -----
    A ticket that waits counts as one that took longer than it has waited so far. The
    estimate is the product limit of Kaplan and Meier 1958, the median the first time at
    which no more than half remain.
    """
    rows = kept.tickets
    inside = (rows.created_on >= start) & (rows.created_on < end)
    rows = rows.filter(inside & rows.excluded_because.isnull())
    period = period_of(rows.created_on, start, every)
    risks = _at_risk(_times(rows.mutate(period_start=period), stem, clock))
    after = ibis.window(group_by="period_start", order_by="seconds", following=0)
    left = 1 - risks.ended / risks.at_risk
    log = (left > 0).ifelse(left.nullif(0).ln(), ibis.null("float64"))
    remain = (left > 0).ifelse(log.sum().over(after).exp(), 0.0)
    curve = risks.mutate(remain=remain.fill_null(1.0))
    found = curve.group_by("period_start").agg(
        n=curve.tickets.sum(),
        waiting=(curve.tickets - curve.ended).sum(),
        median=curve.seconds.min(where=curve.remain <= HALF) / 60,
    )
    frame = found.to_pyarrow().to_pandas().astype({"median": float})
    frame["period_start"] = pd.to_datetime(frame["period_start"]).dt.date
    return frame.sort_values("period_start", ignore_index=True)


def _times(rows: ir.Table, stem: str, clock: str) -> ir.Table:
    """Return period, seconds taken or waited so far, and whether it has ended."""
    taken, so_far = rows[f"{stem}_{clock}_minutes"], rows[f"elapsed_{clock}_minutes"]
    waits = taken.isnull() & WAITS[stem](rows)
    rows = rows.filter(taken.notnull() | waits)
    seconds = ibis.coalesce(taken, so_far) * 60
    return rows.select(
        "period_start",
        seconds=seconds.round().cast("int64"),
        has_ended=taken.notnull(),
    )


def _at_risk(times: ir.Table) -> ir.Table:
    """Return for each time how many ended then, of how many that had not before."""
    counted = times.group_by("period_start", "seconds").agg(
        tickets=times.count().cast("int64"),
        ended=times.has_ended.sum().cast("int64"),
    )
    later = ibis.window(
        group_by="period_start", order_by=ibis.desc("seconds"), following=0
    )
    return counted.mutate(at_risk=counted.tickets.sum().over(later))
