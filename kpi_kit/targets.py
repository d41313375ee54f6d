"""Read what a contract promises: which KPI, which bound, which weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi_kit.amounts import as_amount
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.yaml_file import as_choice, as_list, as_mapping, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

STATISTICS = ("median", "mean", "p90", "share", "count", "sum", "score")
CLOCKS = ("business", "calendar")

# What the KPIs of a unit are counted as.
_COUNTED_AS = {
    "minutes": ("median", "mean", "p90"),
    "share": ("share",),
    "count": ("count",),
    "score": ("score", "mean"),
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


def read_targets(
    value: Any,
    where: str,
    known_metrics: frozenset[str],
    units: Mapping[str, str] | None,
) -> tuple[Target, ...]:
    """Read the ``targets:`` of a contract.

    Parameters
    ----------
    value
        A list of mappings, one per promise.
    where
        File and path, for the message.
    known_metrics
        Names that a target may have.
    units
        From metric to its unit; with it, an amount of the wrong kind is refused.

    Raises
    ------
    ParameterError
        If a promise could be neither kept nor broken, or the weights are no whole.
    """
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
        message = f"{where}.metric: no metric is called {metric!r:.42}"
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
    chosen[bounds[0]] = as_amount(given[bounds[0]], f"{where}.{bounds[0]}", unit)
    if "weight" in given:
        chosen["weight"] = as_amount(given["weight"], f"{where}.weight", "share")
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


def _check_weights(targets: Iterable[Target], where: str) -> None:
    weights = [target.weight for target in targets if target.weight is not None]
    if weights and sum(weights) != 1:
        percent = f"{sum(weights) * 100:.6f}".rstrip("0").rstrip(".")
        message = f"{where}: the weights add up to {percent}%, not 100%"
        hint = "Each weight is that KPI's part of the fee at risk"
        raise ParameterError(f"{message}. {hint}.")
