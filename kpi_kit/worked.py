"""Work per ticket against what a contract allows for each issue type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi_kit.amounts import as_amount
from kpi_kit.errors import ParameterError
from kpi_kit.states import state_of
from kpi_kit.targets import LONGEST
from kpi_kit.yaml_file import as_mapping, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Worked:
    """The median work on tickets of one issue type, its limit, and its state.

    ``median`` is None where no ticket of the type was solved; ``state`` is a word of
    `kpi_kit.states.state_of`.
    """

    issue_type: str
    limit: float
    median: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    state: str = "not_computable"


def read_handle_time(value: Any, where: str) -> dict[str, Decimal]:
    """Read ``handle_time: {Billing: 8 min}``, the longest median work by issue type.

    Raises
    ------
    ParameterError
        If a limit is no time that can be kept and missed.

    Examples
    --------
    >>> read_handle_time({"Billing": "8 min"}, "contract.yaml: handle_time")
    {'Billing': Decimal('8')}
    """
    limits = {}
    for name, written in as_mapping(value, where).items():
        place = f"{where}.{name}"
        minutes = as_amount(written, place, "minutes")
        if not 0 < minutes <= LONGEST:
            message = f"{place}: {written!r:.42} is no limit for work on a ticket"
            raise ParameterError(f"{message}. Write a time such as 8 min.")
        limits[as_text(name, where)] = minutes
    return limits


def worked(rows: pd.DataFrame, limits: Mapping[str, Decimal]) -> tuple[Worked, ...]:
    """Hold the work on each issue type against its limit.

    Parameters
    ----------
    rows
        Scorecard rows of the handle time per ticket by ``issue_type``.
    limits
        Minutes, as `read_handle_time` returns them.

    Returns
    -------
    tuple of Worked
        In the order of the contract; an issue type without a limit is in none.
    """
    medians = rows[rows["statistic"] == "median"]
    known = {row.issue_type: row for row in medians.itertuples() if row.n}
    return tuple(_worked(name, float(most), known) for name, most in limits.items())


def _worked(name: str, most: float, known: Mapping[str, Any]) -> Worked:
    row = known.get(name)
    if row is None:
        return Worked(issue_type=name, limit=most)
    return Worked(
        issue_type=name,
        limit=most,
        median=row.value,
        low=row.low,
        high=row.high,
        n=int(row.n),
        state=state_of(row, lambda minutes: minutes <= most),
    )
