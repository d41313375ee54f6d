"""How tallies become rows: value, 95 % interval, n, state and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kpi_kit.counted import Part, numbers, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.periods import Period

NONE = "(none)"
BEFORE = ("metric", "statistic", "clock", "unit", "period_start", "period_end")
AFTER = ("value", "low", "high", "n", "status", "note")
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
    labels = found[["period_start", *question.by]]
    ends = {period.start: period.end for period in question.periods}
    labels = labels.assign(period_end=labels["period_start"].map(ends))
    parts = []
    for card in question.cards:
        for part in _parts(card, contract):
            made = labels.assign(
                metric=card.name,
                statistic=part.statistic,
                clock=part.clock,
                unit=part.unit,
            )
            lacks = missing.get(card.name, "")
            judged = _judged(
                made.join(numbers(found, card, part, lacks)),
                card,
                part,
                contract=contract,
                question=question,
            )
            parts.append(judged)
    names = [*BEFORE, *question.by, *AFTER]
    if not parts:
        return pd.DataFrame(columns=names)
    return pd.concat(parts, ignore_index=True)[names]


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
    made: pd.DataFrame,
    card: Card,
    part: Part,
    *,
    contract: Contract,
    question: Question,
) -> pd.DataFrame:
    """Add ``status`` and ``note``; not computable before provisional before too few."""
    known_until = question.as_of + timedelta(days=1)
    unfinished = (made["period_end"] > known_until).to_numpy()
    young = made["young"].to_numpy()
    few = (made["n"] < card.at_least_n).to_numpy()
    which_lack, reasons = pd.factorize(made.pop("lacks"))
    made["status"] = np.select(
        [reasons[which_lack] != "", unfinished | (young > 0), few],
        ["not_computable", "provisional", "too_few"],
        "ok",
    )
    since = known_until - MATURES_AFTER
    waits = f"solved on or after {since} not judged yet"
    if card.of == "surveys":
        waits = f"asked on or after {since} may still answer"
    always = [
        (_without_hours(part, contract), "no business hours"),
        (part.target is not None, _kept(part)),
    ]

    def note(lacks: str, young: int, *, unfinished: bool, few: bool) -> str:
        said = [
            (lacks, lacks),
            (unfinished and not lacks, f"known up to {question.as_of}"),
            (young and not lacks, f"{young} {waits}"),
            (few and not lacks, f"fewer than {card.at_least_n}"),
        ]
        return "; ".join(reason for holds, reason in said + always if holds)

    # Few of the many rows differ in what is to be said: each note is put together once.
    cases = np.stack([which_lack, young, unfinished, few], axis=1)
    cases, which = np.unique(cases, axis=0, return_inverse=True)
    notes = [
        note(reasons[lacks], young, unfinished=bool(late), few=bool(few))
        for lacks, young, late, few in cases
    ]
    made["note"] = np.array(notes, dtype=object)[which]
    return made


def _without_hours(part: Part, contract: Contract) -> bool:
    return part.clock == "business" and not contract.schedules


def _kept(part: Part) -> str:
    return f"within {part.target or 0:g} min, of those due, by day created"


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


def remarked(table: pd.DataFrame, remarks: dict[str, str]) -> pd.DataFrame:
    """Add to the notes of some metrics what holds for all their rows."""
    said = table["metric"].map(lambda name: remarks.get(name, "")).astype(object)
    said = said.where(table["status"] != "not_computable", "")
    both = (said != "") & (table["note"] != "")
    separator = both.map({True: "; ", False: ""}).astype(object)
    return table.assign(note=table["note"] + separator + said)
