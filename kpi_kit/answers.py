"""How tallies become rows: value, 95 % interval, n, state and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kpi_kit.counted import Part, numbers, parts_of
from kpi_kit.units import tick_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.periods import Period

NONE = "(none)"
BEFORE = ("metric", "statistic", "clock", "unit", "period_start", "period_end")
FIGURES = ("value", "low", "high", "n")
AFTER = (*FIGURES, "status", "note")
STATUSES = ("ok", "too_few", "provisional", "not_computable")
SOLVED = ("first_resolution_time", "resolution_time")  # of what is solved alone
STATISTICS = ("median", "mean", "p90")
MATURES_AFTER = timedelta(days=7)
# Parts of a contact that are left out where the source has no such column.
PARTS = {"hold_seconds": "hold time", "wrap_seconds": "after-contact work"}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: which KPIs, over which local days, cut and sliced how."""

    cards: tuple[Card, ...]
    periods: tuple[Period, ...]
    every: str | None
    by: tuple[str, ...]
    as_of: date

    @property
    def start(self) -> date:
        """Return the first day."""
        return self.periods[0].start

    @property
    def end(self) -> date:
        """Return the day after the last."""
        return self.periods[-1].end


def targets_of(card: Card, contract: Contract) -> list[tuple[str, float]]:
    """Return clock and minutes of each target the contract sets for a duration."""
    if card.kind != "duration":
        return []
    default = "business" if contract.schedules else "calendar"
    return sorted(
        {
            (target.clock or default, float(target.at_most))
            for target in contract.targets
            if target.metric == card.name and target.at_most is not None
        }
    )


def within(card: Card, clock: str, minutes: float) -> str:
    """Return the prefix of a target's columns in the tallies."""
    return f"{card.name}:{clock}:within {minutes:g}"


def rows(
    found: pd.DataFrame,
    contract: Contract,
    question: Question,
    missing: Mapping[str, str],
) -> pd.DataFrame:
    """Lay the tallies out as one row per number.

    Parameters
    ----------
    found
        One row per period and slice, with the tallies' columns.
    contract
        Gives targets and schedules.
    question
        With all cards, the not computable ones too.
    missing
        By metric, why it cannot be computed.

    Returns
    -------
    pandas.DataFrame
        As :func:`kpi_kit.scorecard.scorecard`.
    """
    parts = [(card, each) for card in question.cards for each in _parts(card, contract)]
    names = [*BEFORE, *question.by, *AFTER]
    if not parts:
        return pd.DataFrame(columns=names)
    labels = found[["period_start", *question.by]]
    ends = {period.start: period.end for period in question.periods}
    labels = labels.assign(period_end=labels["period_start"].map(ends))
    late = (labels["period_end"] > question.as_of + timedelta(days=1)).to_numpy()
    made = []
    for card, part in parts:
        figures = numbers(found, card, part, missing.get(card.name, ""))
        figures["late"] = late
        said = _judged(figures, card, part, contract=contract, question=question)
        made.append(figures | said)
    told = pd.DataFrame(
        [(card.name, part.statistic, part.clock, part.unit) for card, part in parts],
        columns=["metric", "statistic", "clock", "unit"],
    )
    # Of a word said in many rows a copy is taken, which is cheaper than to say it.
    columns = [
        labels.take(np.tile(np.arange(len(found)), len(parts))),
        told.take(np.repeat(np.arange(len(parts)), len(found))),
    ]
    whole = [each.reset_index(drop=True) for each in columns]
    joined = {name: np.concatenate([each[name] for each in made]) for name in FIGURES}
    said = {name: _words([each[name] for each in made]) for name in ("status", "note")}
    return pd.concat([*whole, pd.DataFrame(joined | said)], axis=1)[names]


def _words(said: list[tuple[Sequence[str], np.ndarray]]) -> pd.Series:
    """Lay out words of which each part says which of its own stands in which row."""
    words = pd.Series([word for own, _ in said for word in own], dtype="str")
    before = np.cumsum([0, *(len(own) for own, _ in said)])
    which = [at + first for (_, at), first in zip(said, before[:-1], strict=True)]
    return words.take(np.concatenate(which)).reset_index(drop=True)


def _parts(card: Card, contract: Contract) -> list[Part]:
    kept = [
        Part(
            statistic="share",
            clock=clock,
            unit="share",
            prefix=within(card, clock, minutes),
            target=minutes,
        )
        for clock, minutes in targets_of(card, contract)
    ]
    return [*parts_of(card), *kept]


def _judged(
    figures: Mapping[str, np.ndarray],
    card: Card,
    part: Part,
    *,
    contract: Contract,
    question: Question,
) -> dict[str, tuple[Sequence[str], np.ndarray]]:
    """Return ``status`` and ``note``: the words, and which of them stands in each row.

    Not computable comes before provisional before too few.
    """
    late, young = figures["late"], figures["young"]
    few = figures["n"] < card.at_least_n
    which_lack, reasons = pd.factorize(figures["lacks"])
    states = [reasons[which_lack] != "", late | (young > 0), few]
    status = np.select(states, [3, 2, 1])
    since = question.as_of + timedelta(days=1) - MATURES_AFTER
    waits = f"solved on or after {since} not judged yet"
    if card.of == "surveys":
        waits = f"asked on or after {since} may still answer"
    always = [
        (_without_hours(part, contract), "no business hours"),
        (part.target is not None, _kept(part)),
    ]

    def note(row: int) -> str:
        lacks = reasons[which_lack[row]]
        said = [
            (lacks, lacks),
            (late[row] and not lacks, f"known up to {question.as_of}"),
            (young[row] and not lacks, f"{young[row]} {waits}"),
            (few[row] and not lacks, f"fewer than {card.at_least_n}"),
        ]
        return "; ".join(reason for holds, reason in said + always if holds)

    # Few of the many rows differ in what is to be said: each note is put together once.
    case = ((which_lack * (1 + young.max(initial=0)) + young) * 2 + late) * 2 + few
    _, first, which = np.unique(case, return_index=True, return_inverse=True)
    return {"status": (STATUSES, status), "note": ([*map(note, first)], which)}


def _without_hours(part: Part, contract: Contract) -> bool:
    return part.clock == "business" and not contract.schedules


def _kept(part: Part) -> str:
    return f"{within_text(part.target or 0, part.clock)} of those due, by day created"


def within_text(minutes: float, clock: str) -> str:
    """Return how the note of a share within a limit begins.

    Examples
    --------
    >>> within_text(2880, "calendar"), within_text(7200, "business")
    ('within 48 h,', 'within 120 h,')
    """
    return f"within {tick_text(minutes, 'minutes', days=clock == 'calendar')},"


def remarks(known: frozenset[str], contract: Contract) -> dict[str, str]:
    """Return by metric what a reader must know about how it is counted here.

    Examples
    --------
    >>> from kpi_kit.contract import Contract
    >>> for name, said in remarks(frozenset(), Contract()).items():
    ...     print(f"{name}: {said}")
    service_level: within 20 s; who gave up was missed
    handle_time_contact: without hold time and after-contact work
    """
    agreed = contract.service_level
    gave_up = {"count_as_missed": "was missed", "left_out": "is left out"}
    fate = f"who gave up {gave_up[agreed.abandoned]}"
    said = {"service_level": f"within {agreed.seconds} s; {fate}"}
    absent = [name for part, name in PARTS.items() if f"contacts.{part}" not in known]
    if absent:
        said["handle_time_contact"] = f"without {' and '.join(absent)}"
    if "events.field=status" in known and "messages" not in known:
        by_whom = "a reopening by nobody named counts as the customer's (no messages)"
        said["reopen_rate"] = by_whom
    return said


def of_solved(contract: Contract) -> dict[str, str]:
    """Return by metric that its times leave out what is open.

    Where a target is set, the share that kept it stands beside, and counts it in.

    Examples
    --------
    >>> from kpi_kit.contract import Contract
    >>> of_solved(Contract())["resolution_time"]
    'of solved tickets only, open ones wait longer'
    """
    promised = {t.metric for t in contract.targets if t.at_most is not None}
    names = [name for name in SOLVED if name not in promised]
    return dict.fromkeys(names, "of solved tickets only, open ones wait longer")


def remarked(table: pd.DataFrame, remarks: dict[str, str]) -> pd.DataFrame:
    """Add to the notes of some metrics what holds for all their rows."""
    said = table["metric"].map(lambda name: remarks.get(name, "")).astype(object)
    said = said.where(table["status"] != "not_computable", "")
    both = (said != "") & (table["note"] != "")
    separator = both.map({True: "; ", False: ""}).astype(object)
    return table.assign(note=table["note"] + separator + said)
