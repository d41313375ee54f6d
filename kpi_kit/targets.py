"""Read what a contract promises: which KPI, which bound, which weight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi_kit.amounts import as_amount
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.yaml_file import as_choice, as_list, as_mapping, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from kpi_kit.catalog import Measure

STATISTICS = ("median", "mean", "p90", "share", "count", "sum", "score")
CLOCKS = ("business", "calendar")

KEYS = ("metric", "statistic", "clock", "at_most", "at_least", "weight")
# A promise of more minutes than a year has could never be missed in time.
LONGEST = 366 * 1440
# The bound that asks for more of what is better.
_BOUNDS = {"lower": "at_most", "higher": "at_least"}
_DAYS = re.compile(r"\d ?d(ays?)?\b", re.ASCII | re.IGNORECASE)

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
    value: Any, where: str, known: Mapping[str, Measure | None], clock: str
) -> tuple[Target, ...]:
    """Read the ``targets:`` of a contract.

    Parameters
    ----------
    value
        A list of mappings, one per promise.
    where
        File and path, for the message.
    known
        From each name that a target may have to what a promise must fit; where that is
        None, any does.
    clock
        Of durations whose target names none.

    Raises
    ------
    ParameterError
        If a promise could be neither kept nor broken, or the weights are no whole.
    """
    targets: list[Target] = []
    first: dict[tuple[str, ...], int] = {}
    for number, given in enumerate(as_list(value, where)):
        target = _target(given, f"{where}[{number}]", known, clock)
        what = _number_of(target, known[target.metric], clock)
        if what in first:
            message = f"{where}[{number}]: promises what targets[{first[what]}] does"
            raise ParameterError(f"{message}. Keep one of the two.")
        first[what] = number
        targets.append(target)
    _check_weights(targets, where)
    return tuple(targets)


def _number_of(target: Target, measure: Measure | None, clock: str) -> tuple[str, ...]:
    """Return which number a target is about, whether in words or by default."""
    if measure is not None and measure.unit != "minutes":
        return (target.metric,)
    return (target.metric, target.statistic or "median", target.clock or clock)


def _target(
    value: Any, where: str, known: Mapping[str, Measure | None], clock: str
) -> Target:
    given = as_mapping(value, where, KEYS)
    metric = as_text(given.get("metric"), f"{where}.metric")
    if metric not in known:
        message = f"{where}.metric: no metric is called {metric!r:.42}"
        raise ParameterError(f"{message}. {nearest(metric, known)}")
    measure = known[metric]
    if measure is not None and measure.no_target:
        message = f"{where}.metric: {metric} cannot be promised: {measure.no_target}"
        raise ParameterError(f"{message}. Take the line out.")
    chosen: dict[str, Any] = {"metric": metric}
    for key, choices in (("statistic", STATISTICS), ("clock", CLOCKS)):
        if key in given:
            chosen[key] = as_choice(given[key], f"{where}.{key}", choices)
    _check_statistic(chosen, measure.unit if measure else None, where)
    bound = _bound_of(given, where)
    place, written = f"{where}.{bound}", given[bound]
    chosen[bound] = as_amount(written, place, measure.unit if measure else None)
    if measure is not None:
        _check_direction(metric, bound, measure, place)
        _check_value(metric, chosen[bound], measure, f"{place}: {written!r:.42}")
        if measure.unit == "minutes" and chosen.get("clock", clock) == "business":
            _check_days(written, place)
    if "weight" in given:
        chosen["weight"] = as_amount(given["weight"], f"{where}.weight", "share")
    return Target(**chosen)


def _bound_of(given: Mapping[str, Any], where: str) -> str:
    bounds = [key for key in ("at_most", "at_least") if key in given]
    if len(bounds) != 1:
        found = bounds or "neither"
        message = f"{where}: give one of at_most or at_least, not {found}"
        raise ParameterError(f"{message}.")
    return bounds[0]


def _check_direction(metric: str, bound: str, measure: Measure, place: str) -> None:
    """Refuse a promise that the worse keeps and the better breaks."""
    right = _BOUNDS.get(measure.better, bound)
    if bound != right:
        message = f"{place}: of {metric} the {measure.better} is the better"
        raise ParameterError(f"{message}, so this promises the worse. Write {right}.")


def _check_value(metric: str, amount: Decimal, measure: Measure, said: str) -> None:
    """Refuse a bound that no value keeps, or that every value does."""
    least, most = measure.values
    if (least is not None and amount < least) or (most is not None and amount > most):
        message = f"{said} is no value of {metric}"
        ends = (
            f"It is {least} to {most}" if most is not None else f"It is {least} or more"
        )
        raise ParameterError(f"{message}. {ends}.")
    if measure.unit == "minutes" and not 0 < amount <= LONGEST:
        message = f"{said} is kept by {'nobody' if amount <= 0 else 'anybody'}"
        raise ParameterError(f"{message}. Write a time of up to a year, such as 4 h.")
    if amount == {"lower": most, "higher": least}.get(measure.better):
        message = f"{said} is kept by whatever {metric} there is"
        raise ParameterError(f"{message}. Write a bound that can be missed.")


def _check_days(written: Any, place: str) -> None:
    """Refuse 2 d of business hours, which are six working days of eight hours."""
    if _DAYS.search(str(written)):
        message = f"{place}: {written!r:.42} of business hours are days of 24 of them"
        raise ParameterError(f"{message}. Write the hours, such as 16 h for two days.")


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
