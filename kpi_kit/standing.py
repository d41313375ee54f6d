"""Where each KPI stands: its number, its doubt, and what it was held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.catalog import named
from kpi_kit.errors import ParameterError
from kpi_kit.freshness import BEGINS, ENDS, NOTHING, Freshness
from kpi_kit.verdict import is_met

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    import ibis.expr.types as ir
    import pandas as pd

    from kpi_kit.behind import Behind
    from kpi_kit.beside import Beside
    from kpi_kit.catalog import Benchmark, Card
    from kpi_kit.contract import Contract, Target
    from kpi_kit.engagement import Engagement
    from kpi_kit.parts import Parts


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One number of one period, with its doubt.

    ``end`` is exclusive.  ``value``, ``low`` and ``high`` are minutes, shares of 0..1
    or counts, None where missing.  ``status`` is ``ok``, ``too_few``, ``provisional``
    or ``not_computable``; ``note`` says why.
    """

    start: date
    end: date
    value: float | None
    low: float | None
    high: float | None
    n: int
    status: str
    note: str = ""


def is_vendors(contract: Contract, reading: Reading) -> bool:
    """Return whether a period is all the vendor's, as far as the contract says."""
    return contract.go_live is None or reading.start >= contract.go_live


@dataclass(frozen=True, kw_only=True)
class Change:
    """From one reading to a later one.

    ``delta`` is in the metric's unit, ``text`` says it as a reader sees it, ``arrow``
    is ``up``, ``down`` or ``level``, and ``word`` the judgment: ``faster``, ``slower``,
    ``better``, ``worse``, ``more``, ``fewer``, ``no change``, ``within noise``.  What
    cannot be judged is neither better nor worse: both are None.
    """

    delta: float
    text: str
    arrow: str
    word: str
    is_better: bool | None
    is_worse: bool | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One KPI on the scorecard.

    ``now`` is the judged period; of a KPI whose tickets take days to mature or to be
    answered it is the last period that is final, and ``newer`` the report's own, which
    is not.  ``baseline`` are the 30 days before the vendor went live.  ``target`` and
    ``band`` are given only where they can be compared with the number shown, and no
    target where ``now`` is not all the vendor's; ``refused`` says what could not.
    ``state`` is ``meets``, ``misses``, ``close``, ``too_few``, ``not_mature``,
    ``not_computable``, ``no_target`` or, where there is no target, ``alarm``.
    ``series`` holds the rows of every period of the same statistic and clock, oldest
    first; of a quarterly report those of the months, or weeks, of the engagement and
    before them of the baseline.
    """

    card: Card
    statistic: str
    clock: str
    now: Reading
    previous: Reading | None
    baseline: Reading | None
    target: Target | None
    band: Benchmark | None
    state: str
    state_text: str
    change: Change | None
    since_baseline: Change | None
    refused: tuple[str, ...]
    series: pd.DataFrame
    newer: Reading | None

    @property
    def is_met(self) -> bool | None:
        """Return the contract's verdict, by the value alone; None where there is none.

        The state may still be ``close``: then the interval holds both answers.
        """
        sure = self.state in {"meets", "misses", "close"}
        return is_met(self.now.value, self.target) if sure else None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open ticket that waits for a person.

    ``created_at`` is on the contract's wall clock, ``url`` as the source gives it;
    ``kind`` is ``unanswered``, ``reopened`` or ``late``, ``waited`` and ``why`` are
    texts.
    """

    ticket_id: str
    url: str | None
    created_at: datetime
    kind: str
    waited: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Attention:
    """The tickets that wait longest, and how many of each kind there are in all.

    ``agreed`` is what the contract bounds, by kind: a median, a mean or a percentile of
    many tickets, which no ticket keeps or breaks alone.
    """

    tickets: tuple[Waiting, ...]
    counts: Mapping[str, int]
    agreed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """A ticket that went up, as it is now; ``created_at`` as in :class:`Waiting`."""

    ticket_id: str
    url: str | None
    created_at: datetime
    issue_type: str | None
    priority: str | None
    team: str | None
    is_open: bool | None


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """Every KPI of one vendor in one period, and the slices that explain them.

    ``start`` to ``end`` (exclusive) is the judged period, ``every`` its length:
    ``day``, ``week`` or ``quarter``.  ``slices`` are found by a metric's name and the
    dimensions, ``daily`` by the name alone; both hold scorecard rows of one statistic
    and clock, and only what the source gives.  Slices by hour are over four weeks,
    of the volume week by week; those of a share over the period its standing is judged
    by, all others over every period.
    ``daily`` goes back eight weeks and four days at least.
    ``fresh`` says how far the data goes.
    ``waiting`` is None where nobody asked for it.  ``within`` holds, by the
    duration's name, the share of the tickets due that kept its target, by the period
    they were created in.  ``beside`` is what a weekly or quarterly report shows
    besides, ``engagement`` what only a quarterly one does.  ``behind`` names tickets
    of a number by its KPI, ``parts`` those of its parts by KPI and dimensions.
    ``gone`` are the tickets that no number counts: ``ticket_id, excluded_because``.
    """

    contract: Contract
    start: date
    end: date
    as_of: date
    every: str
    standings: Mapping[str, Standing]
    slices: Mapping[tuple[str, ...], pd.DataFrame]
    daily: Mapping[str, pd.DataFrame]
    fresh: Freshness = field(default_factory=Freshness)
    waiting: Attention | None = None
    escalated: tuple[Escalated, ...] = ()
    within: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    beside: Beside | None = None
    engagement: Engagement | None = None
    behind: Mapping[str, Behind] = field(default_factory=dict)
    parts: Mapping[tuple[str, ...], Parts] = field(default_factory=dict)
    gone: ir.Table | None = field(default=None, repr=False, compare=False)

    @property
    def lacking(self) -> dict[date, str]:
        """Return the days that the report has to speak of as missing, and why.

        Those of its period and of the week before, unless the source had not begun
        then, and all of a silence that has not ended.
        """
        week = self.start - timedelta(weeks=1)
        found = self.fresh.missing
        # All days of a silence have one reason, also those that lie further back.
        told = {
            why
            for day, why in found.items()
            if day >= week and not why.startswith((BEGINS, NOTHING))
        }
        return {
            day: why
            for day, why in found.items()
            if day >= self.start or why in told or why.startswith(ENDS)
        }

    def until_its_end(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows without later periods: they would be read as how it ended."""
        return rows[rows["period_start"] < self.end].reset_index(drop=True)

    def __getitem__(self, name: str) -> Standing:
        if name not in self.standings:
            message = f"kpis: this review was opened without {named(name).name!r}"
            raise ParameterError(f"{message}. Add it to the notebook's kpis.")
        return self.standings[name]

    def __contains__(self, name: object) -> bool:
        return name in self.standings
