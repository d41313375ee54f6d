"""How far agents are apart on tickets of one kind, and whether to coach the slower.

Two agents who take different time for the same kind of ticket, and not for different
kinds, know the product or the process differently well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.answers import NONE
from kpi_kit.intervals import difference
from kpi_kit.units import duration_text, interval_text

if TYPE_CHECKING:
    from collections.abc import Iterator

METRIC, STATISTIC = "handle_time_ticket", "median"
# A ticket's work is that of all who had it; who has it last, and in which team, says
# how far it had to go: only within a team are tickets of one issue type alike.
BY = ("issue_type", "team", "agent_id")
AT_LEAST_N = 20  # tickets of each agent
COACH_FROM = 15  # minutes between two agents, as the article has it
SMALL = 5  # minutes that nobody is coached for: the interval must leave them out
KEPT = ("period_start", "period_end", "metric", "statistic", "unit")
GAP = ("gap", "gap_low", "gap_high")


@dataclass(frozen=True, kw_only=True)
class AgentGap:
    """A team's agents on tickets of one issue type, and the two furthest apart.

    ``frame`` has one row per agent, as a chart of dots takes it: ``agent`` (a code),
    ``value``, ``low``, ``high`` (minutes), ``n``, ``status``, and ``gap``, ``gap_low``,
    ``gap_high``: how much longer than the median of the others.  ``minutes``, ``low``
    and ``high`` are the difference between ``slow`` and ``fast``.
    """

    issue_type: str
    team: str
    frame: pd.DataFrame
    slow: str
    fast: str
    minutes: float
    low: float
    high: float

    @property
    def is_flagged(self) -> bool:
        """Return whether the slower is to be coached."""
        return self.minutes >= COACH_FROM and self.low >= SMALL

    @property
    def text(self) -> str:
        """Say who takes how long, how far apart that is, and how sure."""
        ends = self.frame.set_index("agent").loc[[self.slow, self.fast]]
        took = (
            f"agent {row.Index} {duration_text(row.value)} ({row.n:,} tickets)"
            for row in ends.itertuples()
        )
        apart = interval_text(self.low, self.high, "minutes")
        alike = self.issue_type + (f", {self.team}" if self.team != NONE else "")
        said = f"{alike}: {', '.join(took)}; {self.minutes:.1f} min apart"
        return f"{said} (95 % interval {apart}); {self._judgment}."

    @property
    def _judgment(self) -> str:
        if self.is_flagged:
            return "coach the slower"
        if self.minutes < COACH_FROM:
            return f"less than {COACH_FROM} min"
        return "too few tickets to tell"


def agent_gaps(rows: pd.DataFrame) -> tuple[AgentGap, ...]:
    """Compare agents of a team on tickets of an issue type, the widest gap first.

    Parameters
    ----------
    rows
        The scorecard's medians of :data:`METRIC` in one period, by :data:`BY`.

    Returns
    -------
    tuple of AgentGap
        One per team and issue type of which two agents have :data:`AT_LEAST_N` tickets;
        those to be coached first.  Tickets without agent or issue type are left out.

    Notes
    -----
    The interval of a difference comes from the two order-statistic intervals.  The
    median of the others' medians has the medians of their bounds: whichever way each
    of them errs, it lies between those.
    """
    rows = rows[(rows["metric"] == METRIC) & (rows["statistic"] == STATISTIC)]
    named = (rows[["issue_type", "agent_id"]] != NONE).all(axis=1)
    alike = rows[named & rows["value"].notna()].groupby(["issue_type", "team"])
    found = [made for names, group in alike for made in _compared(*names, group)]
    return tuple(sorted(found, key=lambda gap: (not gap.is_flagged, -gap.minutes)))


def _compared(issue_type: str, team: str, rows: pd.DataFrame) -> Iterator[AgentGap]:
    told = rows[[*KEPT, "value", "low", "high", "n"]].assign(
        agent=rows["agent_id"].map(code_of),
        status=rows["n"].ge(AT_LEAST_N).map({True: "ok", False: "too_few"}),
    )
    told = told.sort_values(["value", "agent"], ignore_index=True)
    enough = told[told["status"] == "ok"]
    if len(enough) < 2:
        return
    gaps = pd.DataFrame(
        [_to_the_others(enough, place) for place in enough.index],
        index=enough.index,
        columns=list(GAP),
    )
    fast, slow = enough.iloc[0], enough.iloc[-1]
    low, high = difference(_bounds(fast), _bounds(slow))
    yield AgentGap(
        issue_type=issue_type,
        team=team,
        frame=told.join(gaps),
        slow=slow["agent"],
        fast=fast["agent"],
        minutes=slow["value"] - fast["value"],
        low=low,
        high=high,
    )


def _to_the_others(enough: pd.DataFrame, place: int) -> tuple[float, float, float]:
    others = enough.drop(index=place)[["value", "low", "high"]].median()
    mine = enough.loc[place]
    return mine["value"] - others["value"], *difference(_bounds(others), _bounds(mine))


def _bounds(row: pd.Series) -> tuple[float, float, float]:
    return row["value"], row["low"], row["high"]


def code_of(agent_id: str) -> str:
    """Return what an agent is called: the helpdesk's number, and never a name.

    Examples
    --------
    >>> code_of("4180424"), code_of("v1"), code_of("anna@example.com")
    ('4180424', 'v1', 'f7d54')
    """
    if re.search(r"[^\W\d_]{3}", agent_id) is None:
        return agent_id
    return sha256(agent_id.encode()).hexdigest()[:5]
