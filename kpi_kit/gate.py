"""Whether the vendor is as good as the client was: against the days before go-live.

By month three, days 61 to 90, it must be; and later it must stay so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, sqrt
from typing import TYPE_CHECKING

from kpi_kit.catalog import METRICS
from kpi_kit.change import change
from kpi_kit.comparable import still_changes
from kpi_kit.costs import KINDS
from kpi_kit.intervals import Z
from kpi_kit.states import state_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi_kit.standing import Change, Reading, Scorecard, Standing

# What grows with what comes in, whoever does it.
AMOUNTS = ("count", "stock")
# What is judged first: what a baseline is taken of, then what the contract adds.
FIRST = (
    *("first_response_time", "first_contact_resolution", "csat"),
    *("escalation_to_client_rate", "escalation_rate", "resolution_time"),
    *("reopen_rate", "qa_score", "nps", "ces", "handle_time_ticket"),
)
NOT_FINAL = "the quarter's number is not final yet"
NO_NUMBER = "there is no number of these days"
BY_MONTH = "costs are known by whole months"
NO_INTERVAL = "a mean has no interval"
AN_AMOUNT = "an amount goes with what comes in"
AGING = "earlier tickets have had longer for it to happen"
NO_SIDE = "neither more nor less of it is better"


@dataclass(frozen=True, kw_only=True)
class Against:
    """One KPI held against the baseline.

    ``state`` is ``meets`` where it is surely better, ``misses`` where surely worse,
    ``close`` where chance may be all, ``too_few``, or ``no_target`` where it is told
    and not judged.  ``why`` says why nothing is told or judged; empty where it is.
    """

    standing: Standing
    before: Reading | None
    now: Reading | None
    change: Change | None
    state: str
    why: str = ""


def month_three(card: Scorecard) -> list[Against]:
    """Return each KPI's days 61 to 90 against the baseline; none before they are over.

    Parameters
    ----------
    card
        Of a quarter.
    """
    if card.engagement is None or not card.engagement.then:
        return []
    return _all(card, card.engagement.then)


def this_quarter(card: Scorecard) -> list[Against]:
    """Return each KPI's judged period against the baseline; no earlier one's number."""
    stand = card.standings.items()
    now = {name: s.now for name, s in stand if s.now.start == card.start}
    return _all(card, now, NOT_FINAL)


# The same thing counted otherwise: it would be better, or worse, twice.
TWICE = (
    *(f"first_contact_resolution_{how}" for how in ("one_reply", "one_touch")),
    *(f"first_contact_resolution_{how}" for how in ("no_follow_up", "no_repeat")),
    *("csat_score", "abandonment_rate_of_queued"),
)


def _all(
    card: Scorecard, now: Mapping[str, Reading], missing: str = ""
) -> list[Against]:
    """Return the KPIs in the order in which they are told."""
    promised = [s.card.name for s in card.standings.values() if s.target is not None]
    order = dict.fromkeys((*FIRST[:5], *promised, *FIRST[5:], *METRICS))
    names = [name for name in order if name in card and name not in TWICE]
    return [_against(card[name], now.get(name), missing) for name in names]


def _against(standing: Standing, now: Reading | None, missing: str) -> Against:
    days, before = standing.clock != "business", standing.baseline
    why = _unlike(standing, now, missing)
    moved = None if why else change(standing.card, before, now, days=days)
    if moved is None:
        why = why or "a number of the two is not final"
        return Against(
            standing=standing,
            before=before,
            now=now,
            change=None,
            state="not_computable",
            why=why,
        )
    if standing.card.kind in KINDS:
        moved = _priced(standing, moved, before, now)
    unsure = moved.is_better is None and moved.word not in UNSURE
    return Against(
        standing=standing,
        before=before,
        now=now,
        change=moved,
        state=_state(moved),
        why=NO_INTERVAL if unsure else "",
    )


def _priced(standing: Standing, moved: Change, before: Reading, now: Reading) -> Change:
    """Return a change of money with its judgment: invoices are exact, tickets vary."""
    if moved.word in UNSURE or min(before.value, now.value) <= 0:
        return moved
    apart = abs(log(now.value / before.value))
    if apart <= Z * sqrt(1 / before.n + 1 / now.n):
        return replace(moved, word="within noise")
    better = (moved.delta > 0) == (standing.card.better == "higher")
    return replace(moved, is_better=better, is_worse=not better)


# Where nothing can be told apart, and the state that this is.
UNSURE = {"within noise": "close", "no change": "close", "too few to tell": "too_few"}


def _state(moved: Change) -> str:
    if moved.is_better:
        return "meets"
    if moved.is_worse:
        return "misses"
    return UNSURE.get(moved.word, "no_target")


def _unlike(standing: Standing, now: Reading | None, missing: str) -> str:
    """Return why two numbers of a KPI cannot be held against one another."""
    card, before = standing.card, standing.baseline
    if standing.now.status == "not_computable" and standing.now.value is None:
        return state_text("not_computable", 0, standing.now.note)
    if card.better == "neither":
        return NO_SIDE
    if card.kind in AMOUNTS:
        return AN_AMOUNT
    if now is None:
        return missing or (BY_MONTH if card.kind in KINDS else NO_NUMBER)
    if before is None:
        return "there is none from before go-live"
    return AGING if still_changes(card, (now.end - now.start).days) else ""
