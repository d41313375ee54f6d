"""How tallies become rows: value, 95 % interval, n, state and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kpi_kit.intervals import wilson
from kpi_kit.tallies import CLOCKS

if TYPE_CHECKING:
    from kpi_kit.catalog import Card
    from kpi_kit.contract import Contract
    from kpi_kit.periods import Period

NONE = "(none)"
BEFORE = ("metric", "statistic", "clock", "unit", "period_start", "period_end")
AFTER = ("value", "low", "high", "n", "status", "note")
STATISTICS = ("median", "mean", "p90")
MATURES_AFTER = timedelta(days=7)


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


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of row of a KPI, and the tally's columns it is made of."""

    statistic: str
    clock: str
    unit: str
    prefix: str
    target: float | None = None


def targets_of(card: Card, contract: Contract) -> list[tuple[str, float]]:
    """Return clock and minutes of each target the contract sets for a duration."""
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
    missing: dict[str, tuple[str, ...]],
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
        By metric, what source and contract lack for it.

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
            lacks = missing.get(card.name, ())
            numbers = _nothing(len(made)) if lacks else _numbers(found, card, part)
            judged = _judged(
                made.join(numbers),
                card,
                part,
                lacks=lacks,
                contract=contract,
                question=question,
            )
            parts.append(judged)
    table = pd.concat(parts, ignore_index=True)
    return table[[*BEFORE, *question.by, *AFTER]]


def _parts(card: Card, contract: Contract) -> list[Part]:
    if card.kind != "duration":
        statistic = "share" if card.kind == "share" else "count"
        return [Part(statistic=statistic, clock="", unit=card.unit, prefix=card.name)]
    taken = [
        Part(
            statistic=statistic,
            clock=clock,
            unit=card.unit,
            prefix=f"{card.name}:{clock}:{statistic}",
        )
        for clock in CLOCKS
        for statistic in STATISTICS
    ]
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
    return taken + kept


def _nothing(length: int) -> pd.DataFrame:
    blank = np.full(length, np.nan)
    none = np.zeros(length, dtype="int64")
    return pd.DataFrame(
        {"value": blank, "low": blank, "high": blank, "n": none, "young": none}
    )


def _numbers(found: pd.DataFrame, card: Card, part: Part) -> pd.DataFrame:
    made = _nothing(len(found))

    def column(name: str) -> np.ndarray:
        return found[name].to_numpy(dtype=float, na_value=np.nan)

    def whole(name: str) -> np.ndarray:
        return np.nan_to_num(column(name)).astype("int64")

    if part.statistic == "share":
        made["n"] = whole(f"{part.prefix}:n")
        true, n = whole(f"{part.prefix}:true"), made["n"].to_numpy()
        made["value"] = np.divide(true, n, out=np.full(len(n), np.nan), where=n > 0)
        made["low"], made["high"] = wilson(made["value"], n)
        if card.awaited is not None:
            made["young"] = whole(f"{card.name}:young")
    elif part.statistic == "count":
        made["value"] = whole(f"{part.prefix}:true").astype(float)
        counted = f"{part.prefix}:n" if card.kind == "count" else f"{part.prefix}:true"
        made["n"] = whole(counted)
    else:
        made["n"] = whole(f"{card.name}:n")
        made["value"] = column(part.prefix)
        if part.statistic != "mean":
            made["low"] = column(f"{part.prefix}_low")
            made["high"] = column(f"{part.prefix}_high")
    return made


def _judged(  # noqa: PLR0913 - all that a state depends on
    made: pd.DataFrame,
    card: Card,
    part: Part,
    *,
    lacks: tuple[str, ...],
    contract: Contract,
    question: Question,
) -> pd.DataFrame:
    """Add ``status`` and ``note``; not computable before provisional before too few."""
    known_until = question.as_of + timedelta(days=1)
    unfinished = (made["period_end"] > known_until).to_numpy()
    young = made["young"].to_numpy()
    few = (made["n"] < card.at_least_n).to_numpy()
    made["status"] = np.select(
        [np.full(len(made), bool(lacks)), unfinished | (young > 0), few],
        ["not_computable", "provisional", "too_few"],
        "ok",
    )
    always = [
        (_without_hours(part, contract), "no business hours"),
        (part.target is not None, _kept(part)),
    ]

    def note(young: int, *, unfinished: bool, few: bool) -> str:
        since = known_until - MATURES_AFTER
        reasons = [
            (lacks, f"needs {'; '.join(lacks)}"),
            (unfinished and not lacks, f"known up to {question.as_of}"),
            (young, f"{young} solved on or after {since} not judged yet"),
            (few and not lacks, f"fewer than {card.at_least_n}"),
        ]
        return "; ".join(reason for holds, reason in reasons + always if holds)

    # Few of the many rows differ in what is to be said: each note is put together once.
    cases, which = np.unique(young * 4 + unfinished * 2 + few, return_inverse=True)
    notes = [note(c // 4, unfinished=bool(c & 2), few=bool(c & 1)) for c in cases]
    made["note"] = np.array(notes, dtype=object)[which]
    return made


def _without_hours(part: Part, contract: Contract) -> bool:
    return part.clock == "business" and not contract.schedules


def _kept(part: Part) -> str:
    return f"within {part.target or 0:g} min, of those due, by day created"


def remarks(known: frozenset[str]) -> dict[str, str]:
    """Return by metric what a reader must know about how it is counted here."""
    if "events.field=status" in known and "messages" not in known:
        by_whom = "a reopening by nobody named counts as the customer's (no messages)"
        return {"reopen_rate": by_whom}
    return {}


def remarked(table: pd.DataFrame, remarks: dict[str, str]) -> pd.DataFrame:
    """Add to the notes of some metrics what holds for all their rows."""
    said = table["metric"].map(lambda name: remarks.get(name, "")).astype(object)
    said = said.where(table["status"] != "not_computable", "")
    both = (said != "") & (table["note"] != "")
    separator = both.map({True: "; ", False: ""}).astype(object)
    return table.assign(note=table["note"] + separator + said)
