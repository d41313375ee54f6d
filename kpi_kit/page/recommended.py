"""Who would recommend: quarter on quarter, and by how long a customer has been one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.intervals import difference
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.phrases import measured
from kpi_kit.units import count_text

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from kpi_kit.standing import Scorecard, Standing

BY = "customer_tenure"
CALLED = {
    "long-term": "customers of a year and more",
    "new": "newer customers",
    NONE: "nobody knows since when",
}
NO_TENURE = answer(
    "Nobody can tell by how long they have been customers: needs since when each one "
    "is (customer_since of tickets)."
)
LOOKS_BACK = "It looks back, and is asked of few: read it by the quarter."


def quarters(standing: Standing) -> str:
    """Say how many would recommend, and whether that surely changed."""
    now, before = standing.now, standing.previous
    if now.value is None:
        return answer(f"{names.name(standing.card)}: {standing.state_text}.")
    told = f"Promoters less detractors: {measured(standing, now)}"
    if before is None or before.value is None:
        return answer(f"{told}.", LOOKS_BACK)
    told += f", the quarter before {names.value(standing, before)}"
    word = f": {standing.change.word}" if standing.change is not None else ""
    return answer(f"{told}{word}.", LOOKS_BACK)


def by_tenure(rows: pd.DataFrame, standing: Standing) -> str:
    """Say whether long-standing customers would recommend less than newer ones."""
    known = {row.customer_tenure: row for row in rows.itertuples() if row.n}
    told = [
        f"{CALLED[who].capitalize()}: {measured(standing, known[who])}"
        for who in ("long-term", "new")
        if who in known
    ]
    if not told:
        return answer("No answer of the quarter is by a customer whose time is known.")
    return answer(f"{'; '.join(told)}.", apart(known))


def apart(known: dict[str, Any]) -> str:
    """Say whether two rows can be told apart: those of ``new`` and ``long-term``."""
    both = [known.get(who) for who in ("new", "long-term")]
    if any(row is None or row.status != "ok" for row in both):
        return "Of fewer than 30 answers nothing can be told."
    low, high = difference(*((row.value, row.low, row.high) for row in both))
    if high < 0:
        return "Long-standing customers would surely recommend less."
    if low > 0:
        return "Long-standing customers would surely recommend more."
    return "The two cannot be told apart."


def judged(card: Scorecard) -> pd.DataFrame | None:
    """Return the judged quarter's scores by tenure, named as a reader knows them."""
    rows = card.slices.get(("nps", BY))
    if rows is None or "nps" not in card:
        return None
    rows = rows[rows["period_start"] == card["nps"].now.start]
    return rows[rows["n"] > 0].reset_index(drop=True)


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return scores by tenure under the names that a reader knows."""
    return rows.assign(**{BY: rows[BY].map(CALLED)})


def alone(standing: Standing) -> Standing:
    """Return the score held against nothing: a tenure has no target of its own."""
    return replace(standing, target=None, baseline=None, band=None)


def earlier(card: Scorecard) -> str:
    """Return the scores by tenure of the quarter before, as a sentence."""
    rows, standing = card.slices[("nps", BY)], card["nps"]
    before = rows[(rows["period_end"] == standing.now.start) & (rows["n"] > 0)]
    told = [
        f"{CALLED[row.customer_tenure]} {names.value(standing, row)} "
        f"(n={count_text(row.n)})"
        for row in before.itertuples()
    ]
    return answer(f"The quarter before: {', '.join(told)}.") if told else ""
