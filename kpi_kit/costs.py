"""What support cost, month by month; one currency, exact to the cent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kpi_kit.units import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kpi_kit.answers import Question
    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.periods import Period
    from kpi_kit.tables import Helpdesk

KINDS = ("price", "output")
IN_HOUSE, INVOICE = "in_house", "vendor_invoice"
CALLED = {
    INVOICE: "the vendor's invoice",
    "client_overhead": "the client's overhead",
    IN_HOUSE: "the in-house team",
}


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What support cost, by first day of the month and kind; and what nobody knows yet.

    ``go_live`` is the vendor's first day, None where the contract does not say;
    ``known_until`` the day after the last one that is known.
    """

    amounts: Mapping[tuple[date, str], Decimal]
    go_live: date | None
    known_until: date

    def amount(
        self, paid: tuple[str, ...], period: Period
    ) -> tuple[Decimal | None, str]:
        """Return what a period cost, or None and why nobody knows.

        Parameters
        ----------
        paid
            The kinds of cost that are asked for.
        period
            Whole months, or nobody knows.
        """
        if period.start.day != 1 or period.end.day != 1:
            return None, "costs are known by whole months"
        if period.end > self.known_until:
            return None, "not all of its months are over"
        amount = Decimal(0)
        for month in _months(period):
            kinds = {kind for at, kind in self.amounts if at == month} & {*paid}
            lacking = self._needed(month, kinds, paid) - kinds
            if lacking:
                told = " and ".join(CALLED[kind] for kind in sorted(lacking))
                when = f"{MONTHS[month.month - 1]} {month.year}"
                return None, f"needs costs of {when}: {told}"
            amount += sum(self.amounts[month, kind] for kind in kinds)
        return amount, ""

    def _needed(self, month: date, kinds: set[str], paid: tuple[str, ...]) -> set[str]:
        """Return which kinds a month must have: support is in-house before go-live."""
        if IN_HOUSE not in paid:
            return {*paid}
        if self.go_live is None:
            is_own = IN_HOUSE in kinds and INVOICE not in kinds
        else:
            is_own = _next(month) <= self.go_live
        return {IN_HOUSE} if is_own else {*paid} - {IN_HOUSE}


def in_currency(card: Card, helpdesk: Helpdesk, contract: Contract) -> Card:
    """Return the card with the source's currency in its unit."""
    if refusal(card, helpdesk, contract) or not _has_costs(card, helpdesk):
        return card
    (known,) = _currencies(card, helpdesk, contract) or ("money",)
    return replace(card, unit=card.unit.replace("money", known))


def refusal(card: Card, helpdesk: Helpdesk, contract: Contract) -> str:
    """Return why amounts cannot be told; empty where they can, or card is not money."""
    if not _has_costs(card, helpdesk):
        return ""
    known, terms = _currencies(card, helpdesk, contract), contract.currency
    if None in known:
        return "needs costs.currency or contract.currency"
    if len(known) > 1:
        return f"costs in {' and '.join(sorted(known))} are never added up"
    if terms and known - {terms}:
        return f"costs in {known.pop()} are not in the contract's {terms}"
    return ""


def _has_costs(card: Card, helpdesk: Helpdesk) -> bool:
    return card.kind in KINDS and "costs" in helpdesk.tables


def _currencies(card: Card, helpdesk: Helpdesk, contract: Contract) -> set[str | None]:
    """Return the currencies of a card's costs; the contract's where a row has none."""
    costs = helpdesk.tables["costs"]
    found = costs.filter(costs.kind.isin(card.paid)).select("currency").distinct()
    return {code or contract.currency for code in found.to_pyarrow()[0].to_pylist()}


def priced(
    found: pd.DataFrame, helpdesk: Helpdesk, contract: Contract, question: Question
) -> pd.DataFrame:
    """Add what a ticket cost, or how many tickets money paid for.

    Parameters
    ----------
    found
        The tallies, with ``<metric>:true``, the tickets that count.
    helpdesk, contract
        With the costs; and from when on a vendor was paid.
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
    spent = Spent(
        amounts=_amounts(helpdesk),
        go_live=contract.go_live,
        known_until=question.as_of + timedelta(days=1),
    )
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
    return pd.concat([found, pd.DataFrame(made, index=found.index)], axis=1)


def _divided(
    card: Card, spent: Spent, period: Period, tickets: int
) -> tuple[float, str]:
    amount, lacks = spent.amount(card.paid, period)
    if amount is None:
        return np.nan, lacks
    if amount < 0 or (amount == 0 and card.kind == "output"):
        return np.nan, f"costs add up to {amount:.2f}"
    if card.kind == "output":
        return float(tickets / amount), ""
    return (float(amount / tickets) if tickets else np.nan), ""


def _months(period: Period) -> Iterator[date]:
    month = period.start
    while month < period.end:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _amounts(helpdesk: Helpdesk) -> Mapping[tuple[date, str], Decimal]:
    costs = helpdesk.tables["costs"]
    summed = costs.group_by(month=costs.month.truncate("M"), kind=costs.kind)
    rows = summed.agg(amount=costs.amount.sum()).to_pyarrow().to_pylist()
    return {(row["month"], row["kind"]): row["amount"] for row in rows}
