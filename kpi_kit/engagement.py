"""What a quarterly report knows of the whole engagement: its months, quarters, gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.catalog import named
from kpi_kit.held import readings, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kpi_kit.periods import Period
    from kpi_kit.plan import Key, Plan
    from kpi_kit.standing import Reading, Standing

    Frames = Mapping[Key, pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """The engagement so far.

    ``since`` is the first day of the baseline, or where none is known the first that is
    shown; ``every`` says how the series are cut: ``month``, or ``week`` while it is
    short.
    ``month_three`` are days 61 to 90 since go-live, None where no vendor has begun;
    ``then`` has each KPI's number of these days by its name, and nothing before they
    are over.  ``quarters`` has by the KPI's name its rows of every quarter, oldest
    first, after that of the baseline.
    """

    since: date
    every: str
    month_three: Period | None
    then: Mapping[str, Reading] = field(default_factory=dict)
    quarters: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def in_months(found: Frames) -> Frames:
    """Return the answers with ``trend`` and ``quarters`` made whole.

    Both begin with the baseline.  A count has none: of 30 days it is no month's.
    """
    before = found.get("baseline", found["series"].iloc[:0])
    level = [named(name).unit != "count" for name in before["metric"]]
    level = pd.Series(level, index=before.index, dtype=bool)
    before = before[level & before["value"].notna()]
    drawn = [found[key] for key in ("trend", "months") if key in found]
    return {
        **found,
        "trend": pd.concat([before, *drawn], ignore_index=True),
        "quarters": pd.concat([before, found["series"]], ignore_index=True),
    }


def engagement(
    found: Frames, stand: Mapping[str, Standing], plan: Plan
) -> Engagement | None:
    """Return what a quarterly report knows besides; None for any other report.

    Parameters
    ----------
    found
        The answers, as :func:`in_months` returns them.
    stand
        Where each KPI stands: its statistic and clock.
    plan
        The days of the report.
    """
    if plan.every != "quarter":
        return None
    kinds = {name: (name, s.statistic, s.clock) for name, s in stand.items()}
    three = found.get("month three", found["series"].iloc[:0])
    then = {name: readings(rows_of(three, *kind)) for name, kind in kinds.items()}
    return Engagement(
        since=plan.back if plan.live else plan.first,
        every=plan.drawn_every,
        month_three=plan.month_three,
        then={name: each[0] for name, each in then.items() if each},
        quarters={n: rows_of(found["quarters"], *kind) for n, kind in kinds.items()},
    )
