"""Tickets are closed before they are solved."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from kpi_kit.change import change
from kpi_kit.expectation import AT_LEAST, WEEKS
from kpi_kit.held import readings
from kpi_kit.intervals import Z
from kpi_kit.outlier import outlier
from kpi_kit.phrases import changed, dated, measured, solved_how, value
from kpi_kit.rules import Finding, rule, sound
from kpi_kit.units import value_text

if TYPE_CHECKING:
    from kpi_kit.standing import Change, Reading, Scorecard, Standing

CAME_BACK = ("reopen_rate", "first_contact_resolution")
WEEK = timedelta(weeks=1)
LEVEL = ""
# The median distance from the median, as a standard deviation of normal values.
SCALED = 1.4826


@rule(
    reads=("resolution_time", CAME_BACK),
    severity="warning",
    source="Average Handle Time: below the usual, agents rush or close tickets early",
)
def early_closing(card: Scorecard) -> Finding | None:
    """Agents may close tickets that are not solved: less work, more customers return.

    Fires when tickets are solved surely faster while surely more are reopened, or
    surely fewer take one contact: all of the same week, and against the same past,
    before the vendor or the week before.  Where work per ticket is known, it must lie
    below what eight weeks bring, by more than these weeks differ among themselves: an
    average has no interval of its own.
    """
    for name in CAME_BACK:
        back = sound(card, name)
        pair = None if back is None else _pair(card["resolution_time"], back)
        if pair is not None and _work(card, back) is not LEVEL:
            return _finding(card, back, *pair)
    return None


def _pair(solved: Standing, back: Standing) -> tuple[str, Reading, Change] | None:
    """Return against what, and how fast, tickets were solved that came back more."""
    now, before = _of(solved, back.now), _of(solved, back.now, earlier=WEEK)
    pasts = {
        "baseline": (solved.baseline, back.since_baseline),
        "previous": (before, back.change),
    }
    for past, (reading, worse) in pasts.items():
        if now is None or worse is None or not worse.is_worse:
            continue
        days = solved.clock != "business"
        quicker = change(solved.card, reading, now, days=days)
        if quicker is not None and quicker.is_better:
            return past, now, quicker
    return None


def _of(
    standing: Standing, like: Reading, *, earlier: timedelta = timedelta()
) -> Reading | None:
    """Return a KPI's number of the week that another one is judged by."""
    rows, start = standing.series, like.start - earlier
    return next(iter(readings(rows[rows["period_start"] == start])), None)


def _work(card: Scorecard, back: Standing) -> str | None:
    """Say how far work per ticket fell; empty where it did not, None if unknown."""
    work = sound(card, "handle_time_ticket")
    now = work and _of(work, back.now)
    if not now or now.status != "ok":
        return None
    since = now.start - WEEKS * WEEK
    past = [
        week.value
        for week in readings(work.series)
        if since <= week.start < now.start and week.status == "ok"
    ]
    if len(past) < AT_LEAST:
        return None
    usual = median(past)
    spread = SCALED * median(abs(value - usual) for value in past)
    if now.value >= usual - Z * spread:
        return LEVEL
    was = value_text(usual, work.card.unit)
    return f"Agents worked {measured(work, now)} on a ticket, usually {was}."


def _finding(
    card: Scorecard, back: Standing, past: str, now: Reading, quicker: Change
) -> Finding:
    solved, name = card["resolution_time"], back.card.name
    before, worse = {
        "baseline": (back.baseline, back.since_baseline),
        "previous": (back.previous, back.change),
    }[past]
    then = {"baseline": "before go-live", "previous": "the week before"}[past]
    share = value(back, back.now)
    said = "reopened" if name == "reopen_rate" else solved_how(card)
    only = "only " if name == "first_contact_resolution" else ""
    came_back = f"{measured(back, back.now)}, {then} {measured(back, before)}"
    took = f"The {solved.statistic} resolution{dated(card, back)}"
    return Finding(
        title=(
            f"Tickets are solved {changed(quicker)} and {only}{share} are {said}: some "
            "may be closed too early"
        ),
        state="misses" if back.state == "misses" else "close",
        facts=(
            f"{took} took {measured(solved, now)}, {changed(quicker)} than {then}.",
            f"{said.capitalize()}: {came_back}; {changed(worse)}.",
        ),
        speaks_for=_work(card, back),
        speaks_against=_one_topic(card),
        ask=_ask(card),
        metric=name,
    )


def _one_topic(card: Scorecard) -> str | None:
    """Return the rival cause: one issue type alone comes back."""
    rows = card.slices.get(("first_contact_resolution", "issue_type"))
    worst = outlier(rows, "issue_type", highest=False)
    if worst is None:
        return None
    first = card["first_contact_resolution"]
    own, rest = value(first, worst.own), value(first, worst.rest)
    return (
        f"Of {worst.label} {own} are {solved_how(card)}, of everything else "
        f"{rest}: it may be one topic and not haste."
    )


def _ask(card: Scorecard) -> str:
    ask = (
        "The vendor's team lead reads ten tickets that were solved fast and reopened, "
        "and says for each whether the answer solved anything"
    )
    if "reopen_rate" in card and card["reopen_rate"].target is None:
        return f"{ask}; the client puts a limit on reopenings into the contract."
    return f"{ask}; until then nobody is praised for speed."
