"""What is paid for: agents' hours, and solved tickets by the month."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.page.tables import table
from kpi_kit.paid_time import bands_text, verdict_text
from kpi_kit.prices import FALLS, since_month_one
from kpi_kit.settled import lacks_days
from kpi_kit.units import MISSING, MONTHS, count_text, share_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kpi_kit.paid_time import PaidTime
    from kpi_kit.standing import Scorecard, Standing

HOUR = 3600
THOUSAND = 1000
PRICES = ("cost_per_resolution", "cost_per_resolution_loaded", "tickets_per_cost")
PAID = {"cost_per_resolution": "Contract", "cost_per_resolution_loaded": "All costs"}


def paid(found: PaidTime) -> str:
    """Say how paid time was spent, with the identity of the three numbers."""
    if not found.paid:
        return answer("No paid time is on record.")
    used, away = share_text(found.utilization), share_text(found.shrinkage)
    told = (
        f"Of {count_text(found.paid / HOUR)} paid hours {used} were work, {away} away."
    )
    rows = [
        (state, count_text(seconds / HOUR), share_text(part))
        for state, seconds, part in found.reasons
    ]
    heads = ("State", "Hours", "Share")
    made = table("Paid time", heads, rows, {*heads[1:]})
    identity = f"{found.identity[:1].upper()}{found.identity[1:]}."
    cited = verdict_text(found.utilization), bands_text(found.shrinkage)
    return answer(told) + made + answer(identity, *cited)


def money(card: Scorecard) -> str:
    """Say what a solved ticket costs, month by month, and against in-house."""
    known = priced(card)
    return answer(*_told(card, known)) + money_table(known) if known else ""


def priced(card: Scorecard) -> list[Standing]:
    """Return the KPIs of money that have a number."""
    known = [card[name] for name in PRICES if name in card]
    return [standing for standing in known if standing.now.value is not None]


def money_table(known: Sequence[Standing]) -> str:
    """Return what a solved ticket costs as a table of months."""
    heads = ["Month"]
    for standing in known:
        heads += [_head(standing), *(["n"] if standing.card.name in PAID else [])]
    months = sorted({s for standing in known for s in standing.series["period_start"]})
    rows = [_month(month, known) for month in months]
    rows = [row for row in rows if {*row[1:]} != {MISSING}]
    return table("What a solved ticket costs", heads, rows, {*heads[1:]})


def _head(standing: Standing) -> str:
    """Return a price's name with its currency, of tickets for so much money."""
    currency = standing.card.unit.rpartition(" ")[2]
    if standing.card.kind == "output":
        return f"Solved for {THOUSAND:,} {currency}"
    return f"{PAID[standing.card.name]}, {currency}"


def _month(month: date, known: Sequence[Standing]) -> tuple[str, ...]:
    found, told = [], ""
    for standing in known:
        series = standing.series
        row = next(series[series["period_start"] == month].itertuples(), NOTHING)
        if row.status == "provisional":
            told = ", in part" if lacks_days(row.note) else told or ", so far"
        times = THOUSAND if standing.card.kind == "output" else 1
        found.append(_number(row.value * times))
        if standing.card.name in PAID:  # of the third n is that of the first
            found.append(count_text(row.n) if row.n else MISSING)
    named = f"{MONTHS[month.month - 1][:3]}\u00a0{month.year}"
    return (f"{named}{told}", *found)


class _Nothing(NamedTuple):
    """The row of a month of which nothing is known."""

    value: float = nan
    n: int = 0
    status: str = ""
    note: str = ""


NOTHING = _Nothing()


def _number(value: float) -> str:
    return MISSING if isnan(value) else f"{value:,.2f}"


def _told(card: Scorecard, known: Sequence[Standing]) -> list[str]:
    first = known[0]
    called, now = names.name(first.card), names.value(first, first.now)
    told = [f"{called} was {now} in {MONTHS[first.now.start.month - 1]}."]
    if "cost_per_resolution" in card:
        told.append(fallen(card["cost_per_resolution"], card))
    if "cost_per_resolution_loaded" in card:
        told.append(in_house(card["cost_per_resolution_loaded"]))
    return told


def fallen(standing: Standing, card: Scorecard) -> str:
    """Say how far the cost fell from the vendor's first month to its sixth, or now."""
    fall = since_month_one(standing, card.contract.go_live)
    if fall is None:
        return ""
    low, high = (f"{part:.0%}" for part in FALLS)
    start, last = (MONTHS[month.month - 1] for month in (fall.first, fall.last))
    word = "fell" if fall.share >= 0 else "rose"
    return (
        f"From {start}, the first whole month, to {last} it {word} by "
        f"{share_text(abs(fall.share))}; cited are {low} to {high} from month one to "
        "six."
    )


def in_house(standing: Standing) -> str:
    """Say what a solved ticket costs in all, and what it cost in-house."""
    if standing.baseline is None or standing.now.value is None:
        return ""
    now, before = (names.value(standing, r) for r in (standing.now, standing.baseline))
    return f"All costs counted, a solved ticket costs {now}, in-house {before}."
