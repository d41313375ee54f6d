"""Long-standing customers would recommend less than new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.intervals import difference
from kpi_kit.phrases import measured, value
from kpi_kit.rules import Finding, rule

if TYPE_CHECKING:
    from typing import Any

    from kpi_kit.standing import Scorecard

BY = "customer_tenure"
LONG, NEW = "long-term", "new"


@rule(
    reads=("nps",),
    severity="alarm",
    source="Net Promoter Score: long-term detractors are a retention emergency",
    every=("quarter",),
)
def lost_customers(card: Scorecard) -> Finding | None:
    """Long-standing customers may leave: they would recommend surely less.

    Fires when in the judged quarter the score of long-standing customers is surely
    lower than that of new ones, or surely below zero, where detractors are the more.
    """
    nps = card["nps"]
    long, new = (tenured(card, who) for who in (LONG, NEW))
    if long is None or long.status != "ok":
        return None
    below = long.high < 0
    if not below and (new is None or new.status != "ok" or not _is_less(long, new)):
        return None
    then = tenured(card, LONG, before=True)
    facts = [f"Customers of a year and more: {measured(nps, long)}."]
    if new is not None and new.n:
        facts.append(f"Newer ones: {measured(nps, new)}.")
    if then is not None and then.n:
        facts.append(f"The quarter before: {measured(nps, then)}.")
    return Finding(
        title=_title(value(nps, long), None if new is None else value(nps, new)),
        state="alarm" if below else "close",
        facts=tuple(facts),
        speaks_for=None,
        speaks_against=(
            "A recommendation is about all they have met, support being one part of it."
        ),
        ask=(
            "The client's head of customer success calls ten of the long-standing "
            "customers who answered 0 to 6, and says which of their reasons the vendor "
            "can mend."
        ),
        metric="nps",
    )


def tenured(card: Scorecard, who: str, *, before: bool = False) -> Any | None:
    """Return the row of new or long-term customers; of the quarter before, if asked.

    None where the source does not tell how long somebody has been a customer.
    """
    rows = card.slices.get(("nps", BY))
    if rows is None:
        return None
    when = "period_end" if before else "period_start"
    now = card["nps"].now.start
    found = rows[(rows[when] == now) & (rows[BY] == who)]
    return next(found.itertuples(), None)


def _is_less(long: Any, new: Any) -> bool:
    """Return whether the interval of the difference lies below zero."""
    _, high = difference(
        (new.value, new.low, new.high), (long.value, long.low, long.high)
    )
    return high < 0


def _title(long: str, new: str | None) -> str:
    than = "" if new is None else f", new ones {new}"
    return f"Long-standing customers would recommend with {long}{than}: some may leave"
