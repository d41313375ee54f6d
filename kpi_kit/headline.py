"""Which six KPIs lead a report: by the client's goal, and by days since go-live.

More than six at once are noise; the others follow in a table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.goals import GOALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpi_kit.contract import Contract
    from kpi_kit.standing import Scorecard, Standing

MOST = 6
# While agents are new, whether they are right comes first; speed comes by itself.
START = timedelta(days=60)
FIRST = (
    *("qa_score", "first_contact_resolution", "csat", "first_response_time"),
    *("escalation_to_client_rate", "escalation_rate"),
)
# Four at first, then whether solves last and what they cost.
CORE = (
    *("first_response_time", "first_contact_resolution", "csat"),
    *("cost_per_resolution", "reopen_rate", "escalation_to_client_rate"),
)
# What takes the places of KPIs that the source cannot give.
INSTEAD = (
    *("resolution_time", "backlog", "first_resolution_time", "reopen_rate"),
    *("escalation_rate", "transfer_rate", "unanswered_tickets", "ticket_volume"),
    *("first_contact_resolution_no_follow_up", "service_level", "nps", "ces"),
)
GROUPS = {
    "Speed": (
        *("first_response_time", "resolution_time", "first_resolution_time"),
        *("unanswered_tickets", "backlog", "ticket_volume", "service_level"),
        *("average_speed_of_answer", "abandonment_rate", "abandonment_rate_of_queued"),
    ),
    "Quality": (),
    "Cost": (
        *("cost_per_resolution", "cost_per_resolution_loaded", "tickets_per_cost"),
        *("handle_time_ticket", "handle_time_contact"),
        *("utilization", "occupancy", "shrinkage"),
    ),
}


def headline(card: Scorecard) -> dict[str, tuple[Standing, ...]]:
    """Return the KPIs that lead, at most six, by their group.

    The goal's KPIs come first, then those of the stage and what the contract promises;
    at first, whatever the goal, quality reviews and first contact resolution.  What
    cannot be computed leads only where there is nothing else.
    """
    known = [n for n in dict.fromkeys(_in_order(card)) if n in card]
    named = sorted(known, key=lambda n: card[n].state == "not_computable")[:MOST]
    led = sorted(named, key=known.index)
    grouped = {
        group: tuple(card[name] for name in led if _group(name) == group)
        for group in _groups(card)
    }
    return {group: standings for group, standings in grouped.items() if standings}


def leading(card: Scorecard) -> list[Standing]:
    """Return the KPIs that lead, group after group."""
    return [standing for group in headline(card).values() for standing in group]


def is_start(card: Scorecard) -> bool:
    """Return whether the vendor's agents are still new: its first sixty days."""
    live = card.contract.go_live
    return live is not None and live < card.end <= live + START


def goal_of(contract: Contract) -> tuple[str, ...]:
    """Return the KPIs of the contract's goal; of a custom one its scorecard's."""
    if contract.goal == "custom":
        return tuple(name for names in contract.scorecard.values() for name in names)
    return GOALS.get(contract.goal or "", ())


def _in_order(card: Scorecard) -> Iterator[str]:
    if is_start(card):
        yield from FIRST[:2]
    yield from goal_of(card.contract)
    promised = [name for name in card.standings if card[name].target is not None]
    if is_start(card):
        yield from FIRST
        yield from promised
    else:
        yield from CORE[:3]
        yield from promised
        yield from CORE
    yield from INSTEAD


def _groups(card: Scorecard) -> tuple[str, ...]:
    return ("Quality", "Speed", "Cost") if is_start(card) else tuple(GROUPS)


def _group(name: str) -> str:
    return next((group for group, names in GROUPS.items() if name in names), "Quality")
