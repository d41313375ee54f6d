"""Read the vendor contract: who, since when, which hours, which targets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import ParameterError, nearest
from kpi_kit.opening_hours import read_zone
from kpi_kit.schedules import Schedule, read_schedules
from kpi_kit.yaml_file import (
    as_choice,
    as_date,
    as_list,
    as_mapping,
    as_text,
    read_yaml,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

STATISTICS = ("median", "mean", "p90", "share", "count", "sum", "score")
CLOCKS = ("business", "calendar")
SCHEDULE_RULES = ("at_event", "last")
FIRST_CONTACT_RESOLUTIONS = ("one_reply", "one_touch", "no_follow_up", "no_repeat")

_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?) ?(s|min|h|d|%)?", re.ASCII)
_SLUG = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
# What the KPIs of a unit are counted as.
_COUNTED_AS = {
    "minutes": ("median", "mean", "p90"),
    "share": ("share",),
    "count": ("count",),
    "score": ("score", "mean"),
}
_FITS = {
    "minutes": "a length of time; write 4 h, 30 min, 45 s or 2 d",
    "share": "a share from 0 to 1; write 85 % or 0.85",
    "number": "a plain number; write 4.5",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the contract promises for one KPI; exactly one bound is given.

    ``at_most`` and ``at_least`` are in the metric's unit: minutes, shares of 0..1, or
    plain numbers.  ``weight`` is the share of the fee at risk that it carries.
    """

    metric: str
    statistic: str | None = None
    clock: str | None = None
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    weight: Decimal | None = None


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


def read_contract(
    path: Path | None,
    *,
    known_metrics: Iterable[str],
    units: Mapping[str, str] | None = None,
) -> Contract:
    """Read ``contract.yaml``.

    Parameters
    ----------
    path
        The file; None gives the defaults.
    known_metrics
        Names that a target may have.
    units
        From metric to its unit; with it, an amount of the wrong kind is refused.

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
    given = as_mapping(read_yaml(path), str(path), KEYS)
    found = {
        key: read(given[key], f"{path}: {key}")
        for key, read in _READERS.items()
        if key in given
    }
    found.setdefault("slug", _slug_of(found.get("vendor", "vendor"), f"{path}: slug"))
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
    found["targets"] = _targets(
        given.get("targets", []), f"{path}: targets", frozenset(known_metrics), units
    )
    return Contract(**found)


def _slug(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        message = f"{where}: {value!r:.60} cannot name files"
        raise ParameterError(f"{message}. Write 1 to 40 of a-z, 0-9 and -.")
    return value


def _slug_of(vendor: str, where: str) -> str:
    plain = unicodedata.normalize("NFKD", vendor).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")
    if not made:
        message = f"{where}: none can be made from the vendor {vendor!r:.60}"
        raise ParameterError(f"{message}. Add slug: with 1 to 40 of a-z, 0-9 and -.")
    return made


def _schedule_rule(value: Any, where: str) -> str:
    return as_choice(value, where, SCHEDULE_RULES)


def _first_contact_resolution(value: Any, where: str) -> str:
    return as_choice(value, where, FIRST_CONTACT_RESOLUTIONS)


def _tiers(value: Any, where: str) -> dict[str, int]:
    tiers = {as_text(k, where): tier for k, tier in as_mapping(value, where).items()}
    for team, tier in tiers.items():
        if type(tier) is not int or tier < 1:
            message = f"{where}.{team}: {tier!r:.60} is not a tier"
            raise ParameterError(f"{message}. Write 1, 2, 3; 1 is the first line.")
    return tiers


def _organizations(value: Any, where: str) -> dict[str, str]:
    return {
        as_text(team, where): as_text(organization, f"{where}.{team}")
        for team, organization in as_mapping(value, where).items()
    }


_READERS = {
    "vendor": as_text,
    "slug": _slug,
    "time_zone": read_zone,
    "go_live": as_date,
    "segment": as_text,
    "schedule_rule": _schedule_rule,
    "tiers": _tiers,
    "organizations": _organizations,
    "first_contact_resolution": _first_contact_resolution,
}
KEYS = ("business_hours", *_READERS, "schedules_by", "targets")


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
        message = f"{where}: business_hours declares no schedule {schedule!r:.60}"
        raise ParameterError(f"{message}. {nearest(schedule, declared)}")
    return schedule


def _targets(
    value: Any,
    where: str,
    known_metrics: frozenset[str],
    units: Mapping[str, str] | None,
) -> tuple[Target, ...]:
    targets: list[Target] = []
    first: dict[tuple[str | None, ...], int] = {}
    for number, given in enumerate(as_list(value, where)):
        target = _target(given, f"{where}[{number}]", known_metrics, units or {})
        what = (target.metric, target.statistic, target.clock)
        if what in first:
            message = f"{where}[{number}]: promises what targets[{first[what]}] does"
            raise ParameterError(f"{message}. Keep one of the two.")
        first[what] = number
        targets.append(target)
    _check_weights(targets, where)
    return tuple(targets)


def _target(
    value: Any, where: str, known_metrics: frozenset[str], units: Mapping[str, str]
) -> Target:
    keys = ("metric", "statistic", "clock", "at_most", "at_least", "weight")
    given = as_mapping(value, where, keys)
    metric = as_text(given.get("metric"), f"{where}.metric")
    if metric not in known_metrics:
        message = f"{where}.metric: no metric is called {metric!r:.60}"
        raise ParameterError(f"{message}. {nearest(metric, known_metrics)}")
    bounds = [key for key in ("at_most", "at_least") if key in given]
    if len(bounds) != 1:
        found = bounds or "neither"
        message = f"{where}: give one of at_most or at_least, not {found}"
        raise ParameterError(f"{message}.")
    chosen: dict[str, Any] = {"metric": metric}
    for key, choices in (("statistic", STATISTICS), ("clock", CLOCKS)):
        if key in given:
            chosen[key] = as_choice(given[key], f"{where}.{key}", choices)
    unit = units.get(metric)
    _check_statistic(chosen, unit, where)
    chosen[bounds[0]] = _bound(given[bounds[0]], f"{where}.{bounds[0]}", unit)
    if "weight" in given:
        chosen["weight"] = _bound(given["weight"], f"{where}.weight", "share")
    return Target(**chosen)


def _check_statistic(chosen: Mapping[str, Any], unit: str | None, where: str) -> None:
    """Refuse a number that no KPI of this unit has."""
    statistic, metric = chosen.get("statistic"), chosen["metric"]
    known = _COUNTED_AS.get(unit or "", STATISTICS)
    if statistic is not None and statistic not in known:
        message = f"{where}.statistic: {metric} has no {statistic!r}"
        hint = "Leave the line's statistic out."
        if unit == "minutes":
            hint = "Write statistic: median and at_most: 4 h; a row then gives the "
            hint += "share kept within it."
        raise ParameterError(f"{message}. {hint}")
    if "clock" in chosen and unit not in {None, "minutes"}:
        message = f"{where}.clock: {metric} is no length of time and has no clock"
        raise ParameterError(f"{message}. Leave the line's clock out.")


def _bound(value: Any, where: str, unit: str | None) -> Decimal:
    """Return an amount in ``unit``; None takes any kind."""
    amount, kind = _amount(value, where)
    wanted = unit if unit in (None, "minutes", "share") else "number"
    if wanted == "share" and kind == "number":
        kind = "share"
    if wanted not in (None, kind) or (kind == "share" and not 0 <= amount <= 1):
        expected = _FITS[wanted or kind]
        raise ParameterError(f"{where}: {value!r:.60} is not {expected}.")
    return amount


def _amount(value: Any, where: str) -> tuple[Decimal, str]:
    """Return an amount and its kind: minutes, share or number."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    found = _AMOUNT.fullmatch(f"{value:f}" if number else str(value).strip())
    if found is None or isinstance(value, bool):
        message = f"{where}: {value!r:.60} is not an amount"
        raise ParameterError(f"{message}. Write 4 h, 30 min, 45 s, 2 d, 85 % or 4.5.")
    size = Decimal(str(value)) if number else Decimal(found[1])
    if found[2] is None:
        return size, "number"
    if found[2] == "%":
        return size / 100, "share"
    if size < 0:
        raise ParameterError(f"{where}: {value!r:.60} is not {_FITS['minutes']}.")
    return size * _SECONDS[found[2]] / 60, "minutes"


def _check_weights(targets: Iterable[Target], where: str) -> None:
    weights = [target.weight for target in targets if target.weight is not None]
    if weights and sum(weights) != 1:
        percent = f"{sum(weights) * 100:.6f}".rstrip("0").rstrip(".")
        message = f"{where}: the weights add up to {percent}%, not 100%"
        hint = "Each weight is that KPI's part of the fee at risk"
        raise ParameterError(f"{message}. {hint}.")
