"""The backlog grows day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_kit.arrivals import Arrivals, arrivals
from kpi_kit.growth import DAYS, Growth, growth
from kpi_kit.rules import Finding, rule
from kpi_kit.units import count_text, day_text, share_text

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard

HALF = 0.5


@rule(
    reads=("backlog", "ticket_volume"),
    severity="alarm",
    source="Backlog Volume: growth of more than 10 to 15 % over three consecutive days",
)
def growing_backlog(card: Scorecard) -> Finding | None:
    """Hands may be missing, or something new brings tickets: the backlog grows.

    Fires when on each of the last three days more came than was done, and the backlog
    grew by over 10 % more than these weekdays usually bring; over 15 % it is an alarm.
    Says which of the two it is: arrivals above the usual, or solves below it.
    """
    grown = growth(card, card.as_of)
    if grown is None or not grown.level:
        return None
    kind = _kind(card, grown)
    return Finding(
        title=_title(card, grown, kind),
        state="alarm" if grown.level == "alarm" else "close",
        facts=_facts(grown),
        speaks_for=_for(card, kind),
        speaks_against=_against(grown),
        ask=_ask(grown, kind),
        metric="backlog",
    )


def _cause(grown: Growth) -> str:
    """Return what made more of it: ``arrivals`` or ``capacity``."""
    more = grown.came - grown.usually_came
    return "arrivals" if more >= grown.usually_done - grown.done else "capacity"


def _kind(card: Scorecard, grown: Growth) -> Arrivals | None:
    """Return the issue type that brings at least half of what is more than usual.

    None is named where the report's period is over before the three days are.
    """
    kinds = arrivals(card, DAYS) if grown.last < card.end else ()
    if _cause(grown) != "arrivals" or not kinds or not kinds[0].is_spike:
        return None
    more = sum(kind.more for kind in kinds if kind.more > 0)
    return kinds[0] if kinds[0].more >= HALF * more else None


def _title(card: Scorecard, grown: Growth, kind: Arrivals | None) -> str:
    grew = f"Open tickets grew by {share_text(grown.share)} in three days"
    if grown.last >= card.end:
        first = grown.last - timedelta(days=DAYS - 1)
        grew += f", {day_text(first)} to {day_text(grown.last)}"
    if kind is not None:
        return f"{grew}, and {kind.label} brings them"
    causes = {"arrivals": "more came in", "capacity": "fewer were solved"}
    return f"{grew}: {causes[_cause(grown)]} than usual"


def _facts(grown: Growth) -> tuple[str, ...]:
    first = grown.last - timedelta(days=DAYS)
    before, after = count_text(grown.before), count_text(grown.after)
    rise = (
        f"Open at the end of {day_text(first)}: {before}, of {day_text(grown.last)}: "
        f"{after}; more on each day."
    )
    usual = f"{'+' if grown.usual > 0 else ''}{share_text(grown.usual)}"
    return rise, f"The same weekdays usually bring {usual}.", _flow(grown)


def _flow(grown: Growth) -> str:
    came, done = count_text(grown.came), count_text(grown.done)
    usually = count_text(grown.usually_came), count_text(grown.usually_done)
    return (
        f"In three days {came} came in, usually {usually[0]}, and {done} were done, "
        f"usually {usually[1]}."
    )


def _for(card: Scorecard, kind: Arrivals | None) -> str | None:
    if kind is None:
        return None
    came, usual = count_text(kind.came), count_text(kind.usual)
    span = {"day": "in these days", "week": "in the week"}[card.every]
    return f"{kind.label} brought {came} tickets {span}, usually {usual}."


def _against(grown: Growth) -> str | None:
    """Return what the other cause has to say for itself."""
    if _cause(grown) == "arrivals" and grown.done < grown.usually_done:
        return "Fewer than usual were done as well, so hands may be missing too."
    if _cause(grown) == "capacity" and grown.came > grown.usually_came:
        return "More than usual came in as well, so it is not hands alone."
    return None


def _ask(grown: Growth, kind: Arrivals | None) -> str:
    if kind is not None:
        return (
            f"Product says what changed in {kind.label} and publishes the answer; the "
            "vendor answers with one template until then."
        )
    back = f"open tickets are back to {count_text(grown.before)}"
    if _cause(grown) == "arrivals":
        return (
            "The client says what brought the tickets; the vendor's planner says by "
            f"when {back}."
        )
    return (
        f"The vendor's planner says who was missing on these days, and by when {back}."
    )
