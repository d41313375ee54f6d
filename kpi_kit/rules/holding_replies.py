"""Fast first replies, slow solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.arrivals import risen
from kpi_kit.phrases import changed, dated, limit, measured
from kpi_kit.rules import ALL, Finding, rule, sound
from kpi_kit.units import share_text

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard, Standing

RIVALS = {
    "backlog": "{} more are open than a week before: cases may wait their turn.",
    "ticket_volume": (
        "{} more tickets came in than the week before: there may be too few hands."
    ),
}


@rule(
    reads=("first_response_time", "resolution_time"),
    severity="warning",
    source="Average Resolution Time: fast first responses paired with slow resolutions",
    every=ALL,
)
def holding_replies(card: Scorecard) -> Finding | None:
    """Agents may be answering that they are looking into it, without working the case.

    Fires when first responses are fast while resolutions are slow: surely within their
    target or surely faster than before the vendor, and the reverse.  Either alone is
    ordinary.
    """
    first, solved = card["first_response_time"], card["resolution_time"]
    if not (_is_fast(first) and _is_slow(solved)):
        return None
    return Finding(
        title="First replies are fast and solutions slow: some replies may only hold",
        state="misses" if solved.state == "misses" else "close",
        facts=(
            _fact(card, "first response", first),
            _fact(card, "resolution", solved),
        ),
        speaks_for=_came_back(card),
        speaks_against=_more_work(card),
        ask=(
            "The vendor's team lead reads ten tickets that were answered in time and "
            "solved late, and counts first replies that moved nothing."
        ),
        metric="resolution_time",
    )


def _is_fast(first: Standing) -> bool:
    than_before = first.since_baseline
    faster = than_before is not None and than_before.is_better
    return first.state == "meets" or (first.state != "misses" and bool(faster))


def _is_slow(solved: Standing) -> bool:
    than_before = solved.since_baseline
    slower = than_before is not None and than_before.is_worse
    return solved.state == "misses" or (solved.state != "meets" and bool(slower))


def _fact(card: Scorecard, what: str, standing: Standing) -> str:
    whose = f"The {standing.statistic} {what}{dated(card, standing)}"
    text = f"{whose} took {measured(standing, standing.now)}"
    if standing.target is not None:
        text += f", against a limit of {limit(standing)}"
    if standing.since_baseline is not None:
        text += f"; before go-live: {measured(standing, standing.baseline)}"
    return f"{text}."


def _came_back(card: Scorecard) -> str | None:
    """Return what only holding replies explain: customers had to write again."""
    reopened = sound(card, "reopen_rate")
    if reopened is None or reopened.since_baseline is None:
        return None
    if not reopened.since_baseline.is_worse:
        return None
    than = changed(reopened.since_baseline)
    return f"{measured(reopened, reopened.now)} were reopened, {than} than before."


def _more_work(card: Scorecard) -> str | None:
    """Return the rival cause: more lies open, or more came in, than the week before."""
    for name, text in RIVALS.items():
        standing = sound(card, name)
        more = standing and risen(standing, card["resolution_time"].now)
        if more:
            return text.format(share_text(more))
    return None
