"""The ratings of some days, on the engine, with more than KPIs are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.asked import question, refusals
from kpi_kit.errors import TableError
from kpi_kit.periods import midnight
from kpi_kit.records import surveys
from kpi_kit.records.known import Known, local_days
from kpi_kit.scorecard import keep

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Surveys as rows, answered or not; what is known, and the facts behind them.

    The engine keeps the tables for as long as this is.
    """

    rows: ir.Table
    known: Known
    kept: Facts


def heard(  # noqa: PLR0913 - which ratings, of which days, with what beside them
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    end: date,
    as_of: date,
    by: tuple[str, ...],
    also: tuple[str, ...],
    kept: Facts | None = None,
) -> Heard:
    """Return the ratings that CSAT counts on the days [start, end).

    Parameters
    ----------
    helpdesk, contract
        As :func:`kpi_kit.scorecard.scorecard`.
    start, end, as_of
        Local days; ``end`` is exclusive.
    by
        Dimensions to have beside each rating; ``agent_id`` is who solved.
    also
        Columns of the surveys to have beside it.
    kept
        The facts, with the dimensions, where they are kept already.

    Raises
    ------
    TableError
        If the source has no ratings, or nobody can say which are positive.
    """
    days = {"start": start, "end": end, "as_of": as_of}
    asked = question(helpdesk, contract, by=by, metrics=["csat"], **days)
    for why in refusals(helpdesk, contract, asked).values():
        raise TableError(f"ratings: {why}. Give them, or leave ratings out.")
    kept = kept or keep(helpdesk, contract, [asked])
    until = midnight(as_of + timedelta(days=1), contract.time_zone)
    known = Known(
        helpdesk=helpdesk,
        contract=contract,
        as_of=until,
        tickets=kept.tickets,
        days=local_days(helpdesk, contract, until),
        by=by,
    )
    rows = surveys(known, also=also)
    inside = (rows.rated_on >= start) & (rows.rated_on < end)
    rows = rows.filter(inside & (rows.kind == "csat"))
    return Heard(rows=rows, known=known, kept=kept)
