"""The balanced scorecard as a table: what the client's goal asks for, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.balance import balance, is_of_goal
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.page.tables import Cell, table
from kpi_kit.phrases import changed, dated
from kpi_kit.units import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpi_kit.standing import Scorecard, Standing

GOALS = {
    "growth": "brand growth",
    "cost": "cost optimization",
    "technical": "technical excellence",
}
HEADS = ("KPI", "Category", "This quarter", "Before go-live", "Change", "State")


def scorecard(card: Scorecard) -> str:
    """Return the scorecard by its goal, and the sentence of what it comes to."""
    rows = list(_rows(card))
    if not rows:
        return ""
    return _told(card) + table("Balanced scorecard", HEADS, rows, {*HEADS[2:5]})


def _told(card: Scorecard) -> str:
    kept = [standing for standings in balance(card).values() for standing in standings]
    states = [standing.state for standing in kept]
    met, missed, close = (states.count(s) for s in ("meets", "misses", "close"))
    agreed = sum(standing.target is not None for standing in kept)
    first = f"Of its {len(kept)} KPIs {agreed} have a contract target: "
    first += f"{met} {'meets' if met == 1 else 'meet'} it, "
    first += f"{missed} {'misses' if missed == 1 else 'miss'} it, "
    first += f"{close} {'is' if close == 1 else 'are'} too close to call"
    rest = agreed - met - missed - close
    first += f", {rest} cannot be judged." if rest else "."
    if not agreed:
        first = f"None of its KPIs has a contract target (n={len(kept)})."
        first = "Its one KPI has no contract target." if len(kept) == 1 else first
    return answer(_goal(card), first)


def _goal(card: Scorecard) -> str:
    goal = card.contract.goal
    if goal == "custom" or (goal is None and card.contract.scorecard):
        return "The contract's own scorecard."
    if goal is None:
        return "The contract names no goal: two or three KPIs of each category."
    return f"The goal is {GOALS[goal]}: its KPIs lead their categories and are marked."


def _rows(card: Scorecard) -> Iterator[tuple[str | Cell, ...]]:
    for category, standings in balance(card).items():
        for standing in standings:
            mark = ", goal" if is_of_goal(card.contract, standing.card.name) else ""
            yield (
                names.called(standing, card) + mark + dated(card, standing),
                category.capitalize(),
                names.value(standing, standing.now),
                names.value(standing, standing.baseline),
                _change(standing),
                Cell(standing.state_text, state=standing.state),
            )


def _change(standing: Standing) -> str:
    moved = standing.since_baseline
    return MISSING if moved is None else changed(moved).replace(" points", " pts")
