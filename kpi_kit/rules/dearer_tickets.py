"""A solved ticket costs more than it did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import log, sqrt
from typing import TYPE_CHECKING

from kpi_kit.held import readings
from kpi_kit.intervals import Z
from kpi_kit.phrases import value
from kpi_kit.rules import ALL, Finding, rule, sound
from kpi_kit.standing import is_vendors
from kpi_kit.units import MONTHS, count_text, share_text, value_text

if TYPE_CHECKING:
    from kpi_kit.standing import Reading, Scorecard, Standing


@rule(
    reads=("cost_per_resolution",),
    severity="warning",
    source="Cost per resolution: it may rise even though the invoice stays the same",
    every=ALL,
)
def dearer_tickets(card: Scorecard) -> Finding | None:
    """More is paid for a solved ticket: for fewer of them, or by a higher invoice.

    Fires when a solved ticket costs more than in the month before, or than in the
    vendor's first whole month, by more than chance: invoices are exact, tickets vary
    as counts do.  A month's missing days are allowed for.  Names which of the two
    moved more, the invoice or the tickets.
    """
    cost = _of_month(card["cost_per_resolution"])
    for before in _earlier(card, cost):
        if _is_dearer(before, cost.now):
            return _finding(card, cost, before)
    return None


def _of_month(cost: Standing) -> Standing:
    """Return the price with its newest month as what is judged, also of a quarter."""
    known = [month for month in readings(cost.series) if month.status == "ok"]
    until = [month for month in known if month.end <= cost.now.end]
    return replace(cost, now=until[-1]) if until else cost


def _earlier(card: Scorecard, cost: Standing) -> list[Reading]:
    """Return the month before and month one, where both are all the vendor's."""
    months = [
        month
        for month in readings(cost.series)
        if month.status == "ok"
        and month.end <= cost.now.start
        and is_vendors(card.contract, month)
    ]
    before = [month for month in months if month.end == cost.now.start]
    first = [month for month in months if month.start == _month_one(card)]
    return before + first


def _month_one(card: Scorecard) -> date | None:
    live = card.contract.go_live
    if live is None or live.day == 1:
        return live
    return (live.replace(day=1) + timedelta(days=31)).replace(day=1)


def _paid(month: Reading) -> float:
    return month.value * month.n


def _per_day(month: Reading) -> float:
    return month.n / (month.end - month.start).days


def _is_dearer(before: Reading, now: Reading) -> bool:
    """Say whether the price rose surely, also if the month had had as many days."""
    rise = log(now.value / before.value) if min(now.value, before.value) > 0 else 0
    days = (now.end - now.start) / (before.end - before.start)
    return rise + min(log(days), 0) > Z * sqrt(1 / before.n + 1 / now.n)


def _is_invoice(before: Reading, now: Reading) -> bool:
    """Say whether the invoice moved more than the tickets a day did."""
    return log(_paid(now) / _paid(before)) > log(_per_day(before) / _per_day(now))


def _finding(card: Scorecard, cost: Standing, before: Reading) -> Finding:
    now, is_invoice = cost.now, _is_invoice(before, cost.now)
    then, month = _named(before), _named(now)
    new, old = value(cost, now), value(cost, before)
    paid = f"{_money(cost, now)} in {month}, {_money(cost, before)} in {then}"
    solved = f"{count_text(now.n)} and {count_text(before.n)} tickets"
    a_day = _moved(_per_day(now), _per_day(before))
    cause = "the invoice rose" if is_invoice else "fewer tickets were solved"
    return Finding(
        title=f"A solved ticket cost {new} in {month}, {old} in {then}: {cause}",
        state="misses" if cost.state == "misses" else "close",
        facts=(
            f"Invoices: {paid} ({_moved(_paid(now), _paid(before))}).",
            f"Solved for good: {solved}, {a_day} a day.",
        ),
        speaks_for=None,
        speaks_against=None if is_invoice else _less_came(card, before, now),
        ask=_ask(is_invoice=is_invoice, month=month),
        metric="cost_per_resolution",
    )


def _named(month: Reading) -> str:
    return MONTHS[month.start.month - 1]


def _money(cost: Standing, month: Reading) -> str:
    return value_text(_paid(month), cost.card.unit)


def _moved(now: float, before: float) -> str:
    share = now / before - 1
    return f"{'+' if share > 0 else ''}{share_text(share)}"


def _less_came(card: Scorecard, before: Reading, now: Reading) -> str | None:
    """Return the rival cause: surely fewer came in, so there was less to solve."""
    volume = sound(card, "ticket_volume")
    if volume is None:
        return None
    weeks = [week for week in readings(volume.series) if week.status == "ok"]
    then, lately = (
        [w for w in weeks if month.start <= w.start and w.end <= month.end]
        for month in (before, now)
    )
    if not then or not lately or not sum(week.value for week in lately):
        return None
    few, many = _a_week(lately), _a_week(then)
    doubt = Z * sqrt(few / _weeks(lately) + many / _weeks(then))
    if many - few <= doubt:
        return None
    return (
        f"Fewer came in as well, {count_text(few)} a week after {count_text(many)}: "
        "there was less to solve."
    )


def _a_week(some: list[Reading]) -> float:
    return sum(each.value for each in some) / _weeks(some)


def _weeks(some: list[Reading]) -> float:
    return sum((each.end - each.start).days for each in some) / 7


def _ask(*, is_invoice: bool, month: str) -> str:
    if is_invoice:
        return (
            f"The vendor's account manager names each line of the invoice of {month} "
            "that was not there before; the client's buyer holds it to the contract."
        )
    return (
        "Before the price is renegotiated, the vendor's account manager says which it "
        "is: harder tickets, a queue that waits, or agents who left and new ones in "
        "training."
    )
