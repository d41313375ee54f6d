"""What the client wants of its support: a goal, and a scorecard that balances it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.errors import ParameterError, nearest
from kpi_kit.yaml_file import as_choice, as_list, as_mapping, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# The KPIs that come first for each goal; with `custom`, those of the scorecard.
GOALS: dict[str, tuple[str, ...]] = {
    "growth": ("nps", "first_contact_resolution", "referral_rate"),
    "cost": ("handle_time_ticket", "occupancy", "shrinkage"),
    "technical": ("qa_score", "compliance_rate"),
    "custom": (),
}
# Which category a KPI belongs to, in the order in which it takes a place there.
BELONGS = {
    "efficiency": (
        *("first_response_time", "resolution_time", "cost_per_resolution"),
        *("handle_time_ticket", "occupancy", "shrinkage", "utilization"),
        *("handle_time_contact", "cost_per_resolution_loaded", "tickets_per_cost"),
        *("first_resolution_time", "service_level", "average_speed_of_answer"),
        *("abandonment_rate", "abandonment_rate_of_queued", "backlog"),
        *("unanswered_tickets", "ticket_volume"),
    ),
    "quality": (
        *("first_contact_resolution", "reopen_rate", "qa_score", "compliance_rate"),
        *("escalation_to_client_rate", "escalation_rate", "transfer_rate"),
        *("first_contact_resolution_one_reply", "first_contact_resolution_one_touch"),
        "first_contact_resolution_no_follow_up",
        "first_contact_resolution_no_repeat",
    ),
    "experience": (
        *("csat", "nps", "ces", "csat_response_rate", "referral_rate"),
        *("csat_score", "sentiment"),
    ),
}
CATEGORIES = tuple(BELONGS)


def read_goal(value: Any, where: str) -> str:
    """Return the name of a goal.

    Raises
    ------
    ParameterError
        Names the nearest goal.
    """
    return as_choice(value, where, GOALS)


def read_balance(
    value: Any, where: str, known: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Read a balanced scorecard: two or three KPIs of each category.

    Parameters
    ----------
    value
        From category to a list of KPIs.
    where
        File and path, for the message.
    known
        The names that a KPI may have.

    Raises
    ------
    ParameterError
        If a category is missing, has too few or too many, or a KPI is unknown, stands
        there twice, or belongs to another category.

    Examples
    --------
    >>> read_balance({"quality": ["csat"]}, "contract.yaml: scorecard", {"csat"})
    Traceback (most recent call last):
    ...
    kpi_kit.errors.ParameterError: contract.yaml: scorecard: efficiency is missing. \
Give two or three KPIs of each of efficiency, quality, experience.
    """
    given = as_mapping(value, where, CATEGORIES)
    for category in CATEGORIES:
        if category not in given:
            message = f"{where}: {category} is missing"
            todo = f"Give two or three KPIs of each of {', '.join(CATEGORIES)}"
            raise ParameterError(f"{message}. {todo}.")
    seen: dict[str, str] = {}
    return {
        category: _kpis(given[category], f"{where}.{category}", known, seen)
        for category in CATEGORIES
    }


def _kpis(
    value: Any, where: str, known: Collection[str], seen: dict[str, str]
) -> tuple[str, ...]:
    names = as_list(value, where)
    if not 2 <= len(names) <= 3:
        message = f"{where}: a category of {len(names)} is out of balance"
        raise ParameterError(f"{message}. Give two or three KPIs.")
    for number, name in enumerate(names):
        place = f"{where}[{number}]"
        as_text(name, place)
        if name not in known:
            message = f"{place}: no metric is called {name!r:.42}"
            raise ParameterError(f"{message}. {nearest(name, known)}")
        category = where.rpartition(".")[2]
        own = next((each for each in BELONGS if name in BELONGS[each]), category)
        if own != category:
            message = f"{place}: {name} is no measure of {category}"
            raise ParameterError(f"{message}. Put it under {own}.")
        if name in seen:
            message = f"{place}: {name} already stands under {seen[name]}"
            raise ParameterError(f"{message}. Keep one of the two.")
        seen[name] = category
    return tuple(names)


def refuse_without_balance(given: Mapping[str, Any], where: str) -> None:
    """Raise if a custom goal does not say which KPIs it means."""
    if given.get("goal") == "custom" and "scorecard" not in given:
        message = f"{where}: a custom goal names no KPIs of its own"
        raise ParameterError(f"{message}. Add scorecard: with two or three of each.")
