"""What follows from when a row began: its hour, its shift, the time since go-live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.business_hours import SLOT

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.records.known import Known

WEEK = 7


def days_since(day: ir.DateValue, live: date) -> ir.IntegerValue:
    """Return days from go-live to a day; before it they are negative."""
    return day.delta(ibis.date(live), unit="day")


def weeks_since(day: ir.DateValue, live: date) -> ir.IntegerValue:
    """Return whole weeks from go-live to a day."""
    return (days_since(day, live) / WEEK).floor().cast("int64")


def months_since(day: ir.DateValue, live: date) -> ir.IntegerValue:
    """Return whole months from go-live to a day."""
    months = (day.year() - live.year) * 12 + day.month() - live.month
    return (months - (day.day() < live.day).cast("int64")).cast("int64")


def shift(hour: ir.IntegerValue, contract: Contract) -> ir.StringValue:
    """Return the contract's shift that holds an hour; NULL between two shifts."""
    return ibis.cases(*((hour.isin(s.hours), s.name) for s in contract.shifts))


SINCE = {
    "days_since_go_live": days_since,
    "weeks_since_go_live": weeks_since,
    "months_since_go_live": months_since,
}
CLOCKED = {"created_hour": "hour", "created_weekday": "weekday", "shift": "hour"}
BEGUN = frozenset({"shift", *SINCE})


def with_beginning(
    rows: ir.Table, known: Known, *, at: str, on: str
) -> tuple[ir.Table, dict[str, str]]:
    """Add what is asked of when each row began, on the reporting clock.

    Parameters
    ----------
    rows
        With the instant of the beginning and its local day.
    known
        Says what is asked; has the calendar.
    at, on
        The columns of the two.

    Returns
    -------
    ir.Table
        ``rows`` with columns ``own <dimension>``.
    dict
        The column of each dimension that the rows know themselves.
    """
    # A column of the tickets called ``shift`` wins; called as a fact it is none.
    theirs = BEGUN & {*known.helpdesk.extra}
    mine = [n for n in (*CLOCKED, *SINCE) if n in known.by and n not in theirs]
    parts = {CLOCKED[name] for name in mine if name in CLOCKED}
    if parts:
        days = known.days
        told = {f"its {part}": days[f"local_{part}"] for part in sorted(parts)}
        days = days.select(began_slot="slot", **told)
        rows = rows.left_join(days, rows[at] - rows[at] % SLOT == days.began_slot)
        rows = rows.drop("began_slot")
    made = {f"own {name}": _made(rows, known, name, on) for name in mine}
    return rows.mutate(**made), {name: f"own {name}" for name in mine}


def _made(rows: ir.Table, known: Known, name: str, on: str) -> ir.Value:
    if name in SINCE:
        return SINCE[name](rows[on], known.contract.go_live)
    clocked = rows[f"its {CLOCKED[name]}"]
    return shift(clocked, known.contract) if name == "shift" else clocked
