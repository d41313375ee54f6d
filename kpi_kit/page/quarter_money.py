"""What a solved ticket cost in the quarter, and since the vendor's first month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.charts.prices import prices as draw
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.page.pictures import Picture
from kpi_kit.page.spending import PAID, THOUSAND, fallen, in_house, money_table, priced
from kpi_kit.prices import FALLS, vendors_months
from kpi_kit.units import MONTHS, count_text, share_text, value_text

if TYPE_CHECKING:
    from kpi_kit.causes import Causes
    from kpi_kit.standing import Reading, Scorecard, Standing

OUTPUT = "tickets_per_cost"
# So little a change of the invoices is none: the contract costs what it did.
FLAT = 0.02


def money(card: Scorecard) -> str:
    """Say what a solved ticket cost, why that changed, and what money bought."""
    known = {standing.card.name: standing for standing in priced(card)}
    if not known:
        return ""
    contract, loaded = (known.get(name) for name in PAID)
    told = []
    if contract is not None:
        told += [_cost(contract), _moved(contract), fallen(contract, card)]
    if loaded is not None:
        told.append(in_house(loaded))
    if OUTPUT in known:
        told.append(_bought(known[OUTPUT]))
    return answer(*told)


def _cost(standing: Standing) -> str:
    now = names.value(standing, standing.now)
    before = names.value(standing, standing.previous)
    told = f"{names.name(standing.card)} was {now} (n={count_text(standing.now.n)})"
    if standing.previous is None or standing.previous.value is None:
        return f"{told}."
    return f"{told}, the quarter before {before}."


def _moved(standing: Standing) -> str:
    """Say which moved a price: the invoices or the tickets; a flat contract is told."""
    now, before = standing.now, standing.previous
    if before is None or not before.value or not before.n or not now.n:
        return ""
    paid = now.value * now.n / (before.value * before.n) - 1
    solved = now.n / before.n - 1
    told = f"Invoices {_percent(paid)}, solved tickets {_percent(solved)}."
    if now.value > before.value and abs(paid) <= FLAT:
        told += " The contract cost what it did; a ticket cost more all the same."
    return told


def _percent(share: float) -> str:
    sign = "+" if share > 0 else ""
    return f"{sign}{share_text(share)}"


def _bought(standing: Standing) -> str:
    """Say how many tickets so much money solved, quarter on quarter."""
    currency = standing.card.unit.rpartition(" ")[2]
    now = f"{THOUSAND:,} {currency} solved {_thousand(standing.now)} tickets"
    before = standing.previous
    if before is None or not before.value:
        return f"{now}."
    more = standing.now.value / before.value - 1
    word = "more" if more >= 0 else "fewer"
    share = share_text(abs(more))
    return f"{now}, the quarter before {_thousand(before)}: {share} {word}."


def _thousand(reading: Reading) -> str:
    return count_text(reading.value * THOUSAND)


def avoidable(found: Causes, card: Scorecard) -> str:
    """Say what the tickets that need not be cost, all costs counted, and before."""
    if not found.avoidable or not found.tagged:
        return ""
    before = ""
    if found.tagged_before:
        share = share_text(found.avoidable_before / found.tagged_before)
        before = f"The quarter before it was {share}."
    price = next((s for s in reversed(priced(card)) if s.card.name in PAID), None)
    if price is None:
        return answer(before)
    each, currency = names.value(price, price.now), price.card.unit
    whole = f"{count_text(price.now.value * found.avoidable)} {currency}"
    tickets = f"the {count_text(found.avoidable)} that need not be"
    cost = f"At {each} for a solved ticket, {tickets} cost about {whole}."
    return answer(before, cost)


def currency(card: Scorecard) -> str:
    """Return the currency of what a solved ticket cost."""
    return next(card[name].card.unit for name in PAID if name in card)


def course(card: Scorecard) -> Picture | None:
    """Draw the price by the vendor's months; None where none is known."""
    lines = [card[name] for name in PAID if name in card]
    rows = [_line(standing, card) for standing in lines]
    rows = [each for each in rows if each["value"].notna().any()]
    if not rows:
        return None
    data = pd.concat(rows, ignore_index=True)
    unit = currency(card)
    made = draw(data, unit=unit, falls=FALLS, what=_words(data, unit))
    known = priced(card)
    return Picture(made, money_table(known) if known else "")


def _line(standing: Standing, card: Scorecard) -> pd.DataFrame:
    """Return one price by month as :func:`kpi_kit.charts.prices.prices` takes it."""
    rows = vendors_months(standing, card.contract.go_live)
    unit = standing.card.unit
    return pd.DataFrame(
        {
            "line": PAID[standing.card.name],
            "number": rows["number"],
            "start": rows["period_start"],
            "value": rows["value"].astype(float),
            "month": [f"{MONTHS[d.month - 1]} {d.year}" for d in rows["period_start"]],
            "text": [value_text(value, unit) for value in rows["value"]],
            "n_text": [count_text(n) for n in rows["n"]],
        }
    )


def _words(data: pd.DataFrame, unit: str) -> str:
    first = data[data["line"] == data["line"].iloc[0]].dropna(subset=["value"])
    start, end = first.iloc[0], first.iloc[-1]
    top = first.loc[first["value"].idxmax()]
    return (
        f"Cost per solved ticket by month, {start['month']} to {end['month']}: from "
        f"{value_text(start['value'], unit)} to {value_text(end['value'], unit)}; "
        f"dearest {top['month']} with {value_text(top['value'], unit)}; cited are "
        f"{FALLS[0]:.0%} to {FALLS[1]:.0%} less by month six."
    )
