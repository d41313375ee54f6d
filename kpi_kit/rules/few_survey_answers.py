"""Too few customers answer the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.bias import LEAST_PERCENT
from kpi_kit.phrases import changed, dated, earlier, measured, value
from kpi_kit.rules import ALL, Finding, rule
from kpi_kit.units import count_text, duration_text

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard, Standing

# Who is asked within so many minutes of the solution is asked at once.
AT_ONCE = 60


@rule(
    reads=("csat_response_rate",),
    severity="warning",
    source="CSAT response rate: below 15 %, adjust survey timing or reduce fatigue",
    every=ALL,
)
def few_survey_answers(card: Scorecard) -> Finding | None:
    """Ratings may speak for nobody but who answers: too few surveys come back.

    Fires when the share answered is surely under 15 %: the whole interval is.
    """
    asked = card["csat_response_rate"]
    if asked.now.high is None or 100 * asked.now.high >= LEAST_PERCENT:
        return None
    share, lag = value(asked, asked.now), _lag(card)
    return Finding(
        title=(
            f"Only {share} of the surveys were answered, clearly under "
            f"{LEAST_PERCENT}%: the ratings may be biased"
        ),
        state="misses" if asked.state == "misses" else "close",
        facts=_facts(card, asked),
        speaks_for=_late(lag),
        speaks_against=_at_once(lag),
        ask=(
            "The client's survey owner changes when the vendor's customers are asked, "
            "and how often in all, and reads the ratings with care until the share is "
            f"over {LEAST_PERCENT}%."
        ),
        metric="csat_response_rate",
    )


def _facts(card: Scorecard, asked: Standing) -> tuple[str, ...]:
    now, found = asked.now, []
    found.append(f"Answered{dated(card, asked)}: {measured(asked, now)}.")
    if asked.since_baseline is not None:
        then, before = asked.since_baseline, measured(asked, asked.baseline)
        found.append(f"Before go-live: {before}; {changed(then)} since.")
    elif asked.change is not None:
        before = measured(asked, asked.previous)
        found.append(f"{earlier(card)}: {before}; {changed(asked.change)}.")
    silent = now.n - round(now.value * now.n)
    found.append(
        f"More surveys would not help: {count_text(silent)} of {count_text(now.n)} "
        "asked stayed silent, and may think otherwise."
    )
    return tuple(found)


def _lag(card: Scorecard) -> float | None:
    """Return after how many minutes half of the customers are asked, if known."""
    told = card.beside and card.beside.ratings
    return told.lag.median_minutes if told else None


def _late(lag: float | None) -> str | None:
    """Return when customers are asked, which is what can be changed."""
    if lag is None or lag <= AT_ONCE:
        return None
    after = duration_text(lag)
    return f"Half of those asked are asked later than {after} after the solution."


def _at_once(lag: float | None) -> str | None:
    if lag is None or lag > AT_ONCE:
        return None
    return "Half of those asked are asked within an hour of the solution, so not late."
