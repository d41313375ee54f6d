"""The backlog grows for two weeks without an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.growth import DAY, QUIET_DAYS, Growth, growth
from kpi_kit.growth import quiet_growth as grown_quietly
from kpi_kit.rules import Finding, rule
from kpi_kit.units import count_text, day_text, share_text

if TYPE_CHECKING:
    from kpi_kit.standing import Scorecard


@rule(
    reads=("backlog", "ticket_volume"),
    severity="warning",
    source="Backlog: one that grows quietly for two weeks eventually explodes",
)
def quiet_growth(card: Scorecard) -> Finding | None:
    """Hands may be missing, and nobody was alarmed: the backlog creeps up.

    Fires when each of the last two weeks ended with more open than it began, together
    by ten tickets and by more than chance beyond what two such weeks usually bring,
    and no three days of them were an alarm.
    """
    now = growth(card, card.as_of)
    grown = grown_quietly(card, card.as_of)
    if grown is None or not grown.is_sure or (now is not None and now.level):
        return None
    return Finding(
        title=(
            f"Open tickets grew by {share_text(grown.share)} in two weeks, from "
            f"{count_text(grown.before)} to {count_text(grown.after)}, without an alarm"
        ),
        state="close",
        facts=(_rise(grown), _flow(grown)),
        speaks_for="Missed first responses and lower ratings follow, an article warns.",
        speaks_against=_against(grown),
        ask=(
            "The vendor's planner adds hands before replies are late, and says by when "
            f"open tickets are back to {count_text(grown.before)}."
        ),
        metric="backlog",
    )


def _rise(grown: Growth) -> str:
    usual = f"{'+' if grown.usual > 0 else ''}{share_text(grown.usual)}"
    first, last = day_text(grown.last - DAY * QUIET_DAYS), day_text(grown.last)
    return (
        f"More were open after each week, from the end of {first} to that of {last}; "
        f"two weeks usually bring {usual}."
    )


def _flow(grown: Growth) -> str:
    came, done = count_text(grown.came), count_text(grown.done)
    usually = count_text(grown.usually_came), count_text(grown.usually_done)
    return (
        f"In two weeks {came} came in, usually {usually[0]}, and {done} were done, "
        f"usually {usually[1]}."
    )


def _against(grown: Growth) -> str | None:
    """Return what is no lack of hands: as many were done, only more came in."""
    if grown.done < grown.usually_done:
        return None
    return "As many were done as usual: it is what came in, and may pass."
