"""What a number may be held against: the same statistic, clock and segment, or nothing.

What cannot be compared is refused in words, so that its absence is no accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.counted import STATISTICS as STATISTIC_OF
from kpi_kit.units import tick_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.catalog import Benchmark, Card
    from kpi_kit.contract import Contract, Target

CLOCKS = {"business": "business hours", "calendar": "calendar time"}
# What a target of a duration may be about; one on a share within it is no line in it.
STATISTICS = (None, "median", "mean", "p90")
# A cited band of this segment is about everybody.
EVERYBODY = "all"
# What goes on happening to a period's tickets, and after how many days little of it
# does; None: whatever the length, an older period's tickets have had longer.
STILL_CHANGING = {
    "unanswered_tickets": None,
    "escalation_rate": 7,
    "escalation_to_client_rate": 7,
    "transfer_rate": 7,
}


def shown(card: Card, contract: Contract) -> tuple[str, str]:
    """Return the statistic and clock of a KPI that a reader is shown.

    That is what the contract promises; else, of a duration, the median, in business
    hours where the contract declares any.
    """
    if card.kind in STATISTIC_OF:
        return STATISTIC_OF[card.kind], ""
    target = promised(card, contract)
    if card.kind == "work":
        return (target and target.statistic) or card.shown, ""
    return _kind_of(target, contract) if target else (card.shown, _clock(contract))


def still_changes(card: Card, days: int) -> bool:
    """Return whether a period of so many days, just over, cannot be held to others.

    Its tickets have had less time to be answered, to be handed on or to go up.

    Examples
    --------
    >>> from kpi_kit import metrics
    >>> from kpi_kit.catalog import named
    >>> names = ("unanswered_tickets", "transfer_rate", "first_response_time")
    >>> [[still_changes(named(name), days) for days in (1, 7)] for name in names]
    [[True, True], [True, False], [False, False]]
    """
    settled = STILL_CHANGING.get(card.name, 0)
    return settled is None or days < settled


def promised(card: Card, contract: Contract) -> Target | None:
    """Return the contract's first target for the KPI, the one that is shown."""
    return next(iter(_targets(card, contract)), None)


def bound_of(target: Target) -> float:
    """Return a target's one bound, in the metric's unit."""
    return float(target.at_least if target.at_most is None else target.at_most)


def other_targets(card: Card, contract: Contract) -> tuple[str, ...]:
    """Say of each further target of a duration why ours is not held to it."""
    first, *others = [_kind_of(t, contract) for t in _targets(card, contract)] or [None]
    if card.kind != "duration":
        return ()
    return tuple(t for o in others if (t := refusal("another target", o, first)))


def _targets(card: Card, contract: Contract) -> list[Target]:
    return [
        target
        for target in contract.targets
        if target.metric == card.name
        and (target.statistic in STATISTICS or card.kind != "duration")
    ]


def _kind_of(target: Target, contract: Contract) -> tuple[str, str]:
    return target.statistic or "median", target.clock or _clock(contract)


def _clock(contract: Contract) -> str:
    return "business" if contract.schedules else "calendar"


def band_for(
    card: Card, contract: Contract
) -> tuple[Benchmark | None, tuple[str, ...]]:
    """Return the cited band that the number shown can be held against.

    Returns
    -------
    tuple
        The band of the contract's segment, else the one band that is about everybody;
        None where there is none, or where several contradict each other.  And one text
        for each band, or kind of band, that was refused.

    Notes
    -----
    Only a number of the same segment, statistic and clock is a band for ours.  A share
    has no clock, and a cited median of shares is one among helpdesks.  Numbers with one
    bound only are verdicts of their source and no band.
    """
    bands = [b for b in card.benchmarks if None not in {b.low, b.high}]
    texts = list(_other_segments(card, contract))
    for segment in (contract.segment, EVERYBODY):
        refused = {
            b: _refused(b, card, contract) for b in bands if b.segment == segment
        }
        texts += [text for text in refused.values() if text]
        fitting = [band for band, text in refused.items() if not text]
        if len({(band.low, band.high) for band in fitting}) > 1:
            texts.append("not compared: the cited bands contradict each other")
            break
        if fitting:
            return fitting[0], tuple(texts)
    return None, tuple(texts)


def _other_segments(card: Card, contract: Contract) -> tuple[str, ...]:
    others = {b.segment for b in card.benchmarks} - {contract.segment, EVERYBODY}
    if not others:
        return ()
    names = ", ".join(sorted(others))
    if contract.segment is None:
        return (f"not compared: the contract names no segment ({names})",)
    return (f"not compared: bands of another segment ({names})",)


def _refused(band: Benchmark, card: Card, contract: Contract) -> str | None:
    if band.currency and band.currency != card.unit:
        return f"not compared: the band is in {band.currency}, ours in {card.unit}"
    if card.kind in STATISTIC_OF:
        return None
    ours = shown(card, contract)
    # Work is told on no clock, so a band has none either.
    theirs = (band.statistic, band.clock if ours[1] else "none")
    text = refusal("the band", theirs, (ours[0], ours[1] or "none"))
    return text and f"{text} ({band_text(band, card.unit)}, {band.source})"


def band_text(band: Benchmark, unit: str) -> str:
    """Return a band's two bounds, or its one value."""
    if band.low == band.high:
        return tick_text(band.low, unit)
    low, high = tick_text(band.low, unit), tick_text(band.high, unit)
    return f"{low.removesuffix('%')} to {high}"


def refusal(what: str, theirs: Sequence[str], ours: Sequence[str]) -> str | None:
    """Say why a duration may not be held against another number; None where it may.

    Parameters
    ----------
    what
        The other number, in words: ``the band``, ``the vendor's number``.
    theirs, ours
        Statistic and clock of each; empty where unknown.

    Examples
    --------
    >>> refusal("the band", ("mean", "business"), ("median", "business"))
    'not compared: the band is a mean, ours a median'
    >>> refusal("the band", ("median", ""), ("median", "business"))
    'not compared: clock unknown'
    >>> refusal("the target", ("p90", "calendar"), ("p90", "calendar"))
    """
    names = ("clock", theirs[1]), ("statistic", theirs[0])
    unknown = [name for name, value in names if not value]
    if unknown:
        return f"not compared: {' and '.join(unknown)} unknown"
    if theirs[0] != ours[0]:
        return f"not compared: {what} is a {theirs[0]}, ours a {ours[0]}"
    if theirs[1] != ours[1]:
        clocks = [CLOCKS[clock] for clock in (theirs[1], ours[1])]
        return f"not compared: {what} is in {clocks[0]}, ours in {clocks[1]}"
    return None
