"""What support cost, month by month; one currency, exact to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from kpi_kit.answers import Question
    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.periods import Period
    from kpi_kit.tables import Helpdesk

    Spent = Mapping[tuple[date, str], Decimal]

KINDS = ("price", "output")


def in_currency(card: Card, helpdesk: Helpdesk, contract: Contract) -> Card:
    """Return the card with the source's currency in its unit."""
    if card.kind not in KINDS or "costs" not in helpdesk.tables:
        return card
    known = currencies(helpdesk, contract)
    if len(known) != 1:
        return card
    return replace(card, unit=card.unit.replace("money", known[0]))


def refusal(card: Card, helpdesk: Helpdesk, contract: Contract) -> str:
    """Return why amounts cannot be told; empty where they can, or card is not money."""
    if card.kind not in KINDS or "costs" not in helpdesk.tables:
        return ""
    known = currencies(helpdesk, contract)
    if not known:
        return "needs costs.currency or contract.currency"
    if len(known) > 1:
        return f"costs in {' and '.join(known)} are never added up"
    return ""


def currencies(helpdesk: Helpdesk, contract: Contract) -> tuple[str, ...]:
    """Return the currencies of the costs; the contract's where a row names none."""
    found = helpdesk.tables["costs"].select("currency").distinct().to_pyarrow()
    named = {code or contract.currency for code in found["currency"].to_pylist()}
    return tuple(sorted(named - {None}))


def priced(found: pd.DataFrame, helpdesk: Helpdesk, question: Question) -> pd.DataFrame:
    """Add what a ticket cost, or how many tickets money paid for.

    Parameters
    ----------
    found
        The tallies, with ``<metric>:true``, the tickets that count.
    helpdesk
        With the costs.
    question
        Its periods must be whole months for an amount to be known.

    Returns
    -------
    pandas.DataFrame
        Also ``<metric>:value`` (NaN where nobody knows) and ``<metric>:lacks``.
    """
    cards = [card for card in question.cards if card.kind in KINDS]
    if not cards:
        return found
    spent = _spent(helpdesk)
    periods = {period.start: period for period in question.periods}
    made: dict[str, list] = {}
    for card in cards:
        tickets = found[f"{card.name}:true"].fillna(0)
        rows = [
            _divided(card, spent, periods[start], int(count))
            for start, count in zip(found["period_start"], tickets, strict=True)
        ]
        made[f"{card.name}:value"] = [value for value, _ in rows]
        made[f"{card.name}:lacks"] = [lacks for _, lacks in rows]
    return found.assign(**made)


def _divided(
    card: Card, spent: Spent, period: Period, tickets: int
) -> tuple[float, str]:
    amount, lacks = amount_of(card.paid, spent, period)
    if amount is None or (tickets if card.kind == "price" else amount) == 0:
        return np.nan, lacks
    value = amount / tickets if card.kind == "price" else tickets / amount
    return float(value), ""


def amount_of(
    paid: tuple[str, ...], spent: Spent, period: Period
) -> tuple[Decimal | None, str]:
    """Return what a period cost, or None and why nobody knows.

    A month is known when it has a row of each kind in ``paid``; support that was all
    done in-house has one of ``in_house`` alone, where that kind is asked for.
    """
    if period.start.day != 1 or period.end.day != 1:
        return None, "costs are known by whole months"
    amount = Decimal(0)
    for month in _months(period):
        kinds = {kind for at, kind in spent if at == month} & {*paid}
        outsourced = {*paid} - {"in_house"}
        if not kinds or (kinds != {"in_house"} and not outsourced <= kinds):
            lacking = " and ".join(sorted(outsourced - kinds))
            return None, f"needs costs of {month:%Y-%m}: {lacking}"
        amount += sum(spent[month, kind] for kind in kinds)
    return amount, ""


def _months(period: Period) -> Iterator[date]:
    month = period.start
    while month < period.end:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _spent(helpdesk: Helpdesk) -> Spent:
    costs = helpdesk.tables["costs"]
    summed = costs.group_by(month=costs.month.truncate("M"), kind=costs.kind)
    rows = summed.agg(amount=costs.amount.sum()).to_pyarrow().to_pylist()
    return {(row["month"], row["kind"]): row["amount"] for row in rows}
