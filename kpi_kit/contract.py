"""Read the vendor contract: who, since when, which hours, which targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kpi_kit.counting import (
    Csat,
    ServiceLevel,
    read_csat,
    read_currency,
    read_service_level,
)
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.goals import read_balance, read_goal, refuse_without_balance
from kpi_kit.mood import read_sentiment
from kpi_kit.periods import today
from kpi_kit.schedules import Schedule, read_schedules
from kpi_kit.shifts import Shift, read_shifts
from kpi_kit.slugs import read_slug, slug_of
from kpi_kit.targets import Target, read_targets
from kpi_kit.teams import read_organizations, read_tiers
from kpi_kit.worked import read_handle_time
from kpi_kit.yaml_file import (
    as_choice,
    as_date,
    as_list,
    as_mapping,
    as_text,
    reading,
)
from kpi_kit.zones import read_zone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from kpi_kit.catalog import Measure

# The kinds of client that the cited benchmarks tell apart.
SEGMENTS = (
    *("b2b", "b2b_saas", "b2c", "ecommerce", "technical", "fintech", "gaming"),
    *("automotive", "logistics", "healthcare", "finance", "legal"),
)
# A start that lies further ahead is a slip of the pen.
LONGEST_PLAN = timedelta(days=366)
SCHEDULE_RULES = ("at_event", "last")
FIRST_CONTACT_RESOLUTIONS = ("one_reply", "one_touch", "no_follow_up", "no_repeat")


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The vendor's deal, as plain values; without a file, its defaults."""

    vendor: str = "vendor"
    slug: str = "vendor"
    time_zone: str = "UTC"
    go_live: date | None = None
    segment: str | None = None
    schedule_rule: str = "at_event"
    schedules: tuple[Schedule, ...] = ()
    schedules_by: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    tiers: Mapping[str, int] = field(default_factory=dict)
    organizations: Mapping[str, str] = field(default_factory=dict)
    first_contact_resolution: str = "one_touch"
    goal: str | None = None
    scorecard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    csat: Csat = field(default_factory=Csat)
    currency: str | None = None
    shifts: tuple[Shift, ...] = ()
    avoidable_causes: tuple[str, ...] = ()
    sentiment: str | None = None
    handle_time: Mapping[str, Decimal] = field(default_factory=dict)


def read_contract(
    path: Path | None,
    *,
    known_metrics: Mapping[str, Measure | None] | Iterable[str],
) -> Contract:
    """Read ``contract.yaml``.

    Parameters
    ----------
    path
        The file; None gives the defaults.
    known_metrics
        Names that a target may have; where they come with what a promise must fit, one
        that does not is refused.

    Returns
    -------
    Contract
        Durations as minutes, shares as 0..1, exact.

    Raises
    ------
    ParameterError
        Names the file, the path within it, the value and what to write instead.
    """
    if path is None:
        return Contract()
    with reading(path) as given:
        known = dict.fromkeys(known_metrics)
        if isinstance(known_metrics, Mapping):
            known |= known_metrics
        return _contract(given, path, known)


def _contract(
    given: Mapping[str, Any], path: Path, known: Mapping[str, Measure | None]
) -> Contract:
    as_mapping(given, str(path), KEYS)
    found = {
        key: read(given[key], f"{path}: {key}")
        for key, read in _READERS.items()
        if key in given
    }
    found.setdefault("slug", slug_of(found.get("vendor", "vendor"), f"{path}: slug"))
    if "business_hours" in given:
        found["schedules"] = read_schedules(
            given["business_hours"],
            where=f"{path}: business_hours",
            time_zone=found.get("time_zone", "UTC"),
        )
    found["schedules_by"] = _schedules_by(
        given.get("schedules_by", {}),
        f"{path}: schedules_by",
        [schedule.name for schedule in found.get("schedules", ())],
    )
    found["targets"] = read_targets(
        given.get("targets", []),
        f"{path}: targets",
        known,
        "business" if "schedules" in found else "calendar",
    )
    refuse_without_balance(given, f"{path}: goal")
    if "scorecard" in given:
        where = f"{path}: scorecard"
        found["scorecard"] = read_balance(given["scorecard"], where, known)
    return Contract(**found)


def _schedule_rule(value: Any, where: str) -> str:
    return as_choice(value, where, SCHEDULE_RULES)


def _first_contact_resolution(value: Any, where: str) -> str:
    return as_choice(value, where, FIRST_CONTACT_RESOLUTIONS)


def _segment(value: Any, where: str) -> str:
    return as_choice(value, where, SEGMENTS)


def _go_live(value: Any, where: str) -> date:
    day, last = as_date(value, where), today("UTC") + LONGEST_PLAN
    if day > last:
        message = f"{where}: {day} is more than a year ahead"
        raise ParameterError(f"{message}. Write a day up to {last}.")
    return day


def _causes(value: Any, where: str) -> tuple[str, ...]:
    return tuple(as_text(cause, where) for cause in as_list(value, where))


_READERS = {
    "vendor": as_text,
    "slug": read_slug,
    "time_zone": read_zone,
    "go_live": _go_live,
    "segment": _segment,
    "schedule_rule": _schedule_rule,
    "tiers": read_tiers,
    "organizations": read_organizations,
    "first_contact_resolution": _first_contact_resolution,
    "goal": read_goal,
    "service_level": read_service_level,
    "csat": read_csat,
    "currency": read_currency,
    "shifts": read_shifts,
    "avoidable_causes": _causes,
    "sentiment": read_sentiment,
    "handle_time": read_handle_time,
}
KEYS = ("business_hours", *_READERS, "schedules_by", "scorecard", "targets")


def _schedules_by(
    value: Any, where: str, declared: Iterable[str]
) -> dict[str, dict[str, str]]:
    by = as_mapping(value, where, ("team", "channel"))
    return {
        kind: {
            as_text(name, f"{where}.{kind}"): _declared(
                schedule, f"{where}.{kind}.{name}", declared
            )
            for name, schedule in as_mapping(names, f"{where}.{kind}").items()
        }
        for kind, names in by.items()
    }


def _declared(value: Any, where: str, declared: Iterable[str]) -> str:
    schedule = as_text(value, where)
    if schedule not in declared:
        message = f"{where}: business_hours declares no schedule {schedule!r:.42}"
        raise ParameterError(f"{message}. {nearest(schedule, declared)}")
    return schedule
