"""The balanced scorecard: up to three KPIs of each category, the goal's first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.goals import BELONGS, CATEGORIES
from kpi_kit.headline import goal_of

if TYPE_CHECKING:
    from kpi_kit.contract import Contract
    from kpi_kit.standing import Scorecard, Standing

MOST = 3


def balance(card: Scorecard) -> dict[str, tuple[Standing, ...]]:
    """Return the KPIs of the balanced scorecard by their category, three of each.

    A custom goal's are those that its contract names.  Of any other goal its own KPIs
    come first, also those that cannot be computed: a goal that nobody measures is told.
    The other places go to what is known.
    """
    return {
        category: tuple(card[name] for name in _names(card, category))
        for category in CATEGORIES
    }


def is_of_goal(contract: Contract, name: str) -> bool:
    """Return whether a KPI is one that the contract's goal puts first."""
    return contract.goal != "custom" and name in goal_of(contract)


def _names(card: Scorecard, category: str) -> list[str]:
    contract = card.contract
    if contract.scorecard:
        return [name for name in contract.scorecard[category] if name in card]
    there = [name for name in BELONGS[category] if name in card]
    own = [name for name in there if is_of_goal(contract, name)]
    known = [name for name in there if card[name].state != "not_computable"]
    return list(dict.fromkeys([*own, *known]))[:MOST]
