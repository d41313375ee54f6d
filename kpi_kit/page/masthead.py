"""The head of a report: whose, which period, known until when; and its banner."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from kpi_kit.completeness import INCOMPLETE, SINCE
from kpi_kit.freshness import BEGINS, ENDS, NOTHING
from kpi_kit.marks import banner
from kpi_kit.periods import quarter_of
from kpi_kit.states import note_text
from kpi_kit.tables import NOT_WHOLE
from kpi_kit.units import (
    LONG_WEEKDAYS,
    MONTHS,
    count_text,
    day_text,
    month_text,
    period_text,
)
from kpi_kit.verdict import mature_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kpi_kit.standing import Scorecard

MOST_REASONS = 3
CADENCES = {
    "day": "daily digest",
    "week": "weekly review",
    "quarter": "quarterly deep dive",
}


def masthead(card: Scorecard, version: str, seal: str) -> str:
    """Return the head of a report.

    Parameters
    ----------
    card
        Gives the period, the contract and the last day that is known.
    version
        Of the definitions.
    seal
        Tells this report's numbers from any others.

    Notes
    -----
    When the report was made stays out of it: the same inputs give the same bytes.
    """
    until, made = known(card, version, seal)
    days = period_text(card.start, card.end)
    foot = f"{card.contract.vendor} · {CADENCES[card.every]}, {days} · seal {seal}"
    return (
        f'<div class="masthead" data-foot="{escape(foot)}"><div>'
        f'<p class="whose"><b>{escape(card.contract.vendor)}</b> · '
        f"{escape(_cadence(card))}</p>\n<h1>{escape(title(card))}</h1></div>\n"
        f'<p class="known">{escape(until)}<br>{escape(made)}</p>'
        "</div>"
    )


def known(card: Scorecard, version: str, seal: str) -> tuple[str, str]:
    """Return how far the data goes; and how whole it is, with version and seal."""
    last = card.fresh.last
    until = f"No data up to {day_text(card.as_of)}"
    if last is not None:
        until = f"Data up to {day_text(last)}, {last:%H:%M}, {place(card)}"
    whole = (_missing(card) or _whole(card)) + _earlier(card)
    return until, f"{whole} · definitions {version} · seal {seal}"


def title(card: Scorecard) -> str:
    """Return the period as a report is called.

    Examples
    --------
    >>> from datetime import date
    >>> from kpi_kit.contract import Contract
    >>> from kpi_kit.standing import Scorecard
    >>> day = date(2026, 11, 20)
    >>> title(
    ...     Scorecard(
    ...         contract=Contract(),
    ...         start=day,
    ...         end=date(2026, 11, 21),
    ...         as_of=day,
    ...         every="day",
    ...         standings={},
    ...         slices={},
    ...         daily={},
    ...     )
    ... )
    'Friday 20 November 2026'
    """
    days = period_text(card.start, card.end)
    if card.every == "day":
        return f"{LONG_WEEKDAYS[card.start.weekday()]} {days}"
    if card.every == "quarter":
        # The report may be about a part of it.
        quarter = quarter_of(card.start)
        return f"{month_text(quarter.start, quarter.end).capitalize()}, {days}"
    return f"Week of {days}"


def place(card: Scorecard) -> str:
    """Return the reporting zone as people say it: ``New York``."""
    return card.contract.time_zone.rpartition("/")[2].replace("_", " ")


def _cadence(card: Scorecard) -> str:
    go_live = card.contract.go_live
    if go_live is None or go_live > card.start:
        return CADENCES[card.every]
    if card.every == "quarter":
        days = (go_live, card.start)
        first, now = (day.year * 4 + (day.month - 1) // 3 for day in days)
        since = f"quarter {now - first + 1} since {_day(go_live)}"
        return f"{CADENCES[card.every]} · {since}"
    week = (card.end - timedelta(days=1) - go_live).days // 7 + 1
    return f"{CADENCES[card.every]} · week {week} since {_day(go_live)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _whole(card: Scorecard) -> str:
    days = (card.end - card.start).days
    return "the day is complete" if days == 1 else f"all {days} days complete"


def stale(card: Scorecard, warnings: Iterable[str] = ()) -> str:
    """Return the notice that days, or pages of a file, are missing; else nothing."""
    told = notice(card, warnings)
    return banner("close", *told) if told else ""


def notice(card: Scorecard, warnings: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what is missing and what that means; nothing where nothing is."""
    if not card.lacking:
        partial = next((text for text in warnings if NOT_WHOLE in text), "")
        rest = "What it lacks is in no number of this report."
        return (f"{partial}.", rest) if partial else ()
    rest = "No contract verdict is given for periods with missing days. "
    if _last(card).startswith(INCOMPLETE):
        rest += "Export them again; a day off belongs in the contract's holidays"
        closed = any(SINCE in why for why in card.lacking.values())
        rest += ", a channel that was closed in the annotations." if closed else "."
    else:
        rest += f"Expected: {day_text(card.as_of)} {card.as_of.year}."
    return lacks(card), rest


def provisional(card: Scorecard) -> str:
    """Return the notice that a quarter runs, or can still change; else nothing."""
    quarter = quarter_of(card.start)
    final = mature_on(quarter.end)
    if card.every != "quarter" or card.as_of >= final:
        return ""
    last = quarter.end - timedelta(days=1)
    first = "Provisional: what was solved last can still be reopened."
    if card.end <= last:
        whole = (quarter.end - quarter.start).days
        days = (card.end - card.start).days
        first = f"Provisional: {days} of the quarter's {whole} days are known."
    rest = f"The quarter ends on {_day(last)}; a report of {_day(final)} is final."
    return banner("not_mature", first, rest)


def lacks(card: Scorecard) -> str:
    """Return how far the data goes and how many days are missing; empty if none."""
    if not card.lacking:
        return ""
    if _last(card) == NOTHING:
        return f"There is no data up to this day. {lacking_days(card)}."
    return f"{_reasons(card)}. {lacking_days(card)}."


def lacking_days(card: Scorecard) -> str:
    """Return how many days are missing, or in doubt, where any is."""
    count = len(card.lacking)
    days = "One day is missing" if count == 1 else f"{count} days are missing"
    is_doubt = _last(card).startswith(INCOMPLETE)
    return days.replace("missing", "in doubt") if is_doubt else days


def _reasons(card: Scorecard) -> str:
    """Return why days are missing, the newest reason first."""
    newest = dict.fromkeys(why for _, why in sorted(card.lacking.items(), reverse=True))
    first, *others = newest
    ended = f", {card.fresh.last:%H:%M}" if first.startswith(ENDS) else ""
    told = [note_text(first) + ended]
    told += [note_text(why).removeprefix(f"{INCOMPLETE}, ") for why in others]
    more = len(told) - MOST_REASONS
    told[MOST_REASONS:] = [f"{more} more"] if more > 0 else []
    text = "; ".join(told)
    return text[:1].upper() + text[1:]


def _last(card: Scorecard) -> str:
    return card.lacking[max(card.lacking)]


def _missing(card: Scorecard) -> str:
    """Return how many days of the period lack; nothing where it is whole."""
    days = [day for day in card.fresh.missing if card.start <= day < card.end]
    if not days:
        return ""
    if card.every == "day":
        return "the day is missing"
    return f"{len(days)} of {(card.end - card.start).days} days missing"


def _earlier(card: Scorecard) -> str:
    """Return how many days before those spoken of are missing; nothing if none is."""
    days = [
        day
        for day, why in card.fresh.missing.items()
        if day < card.start and day not in card.lacking and not why.startswith(BEGINS)
    ]
    count = "1 earlier day" if len(days) == 1 else f"{len(days)} earlier days"
    return f", {count} missing" if days else ""


def footer(card: Scorecard, rejected: int) -> str:
    """Return the last lines of a report."""
    kept = "No row was rejected."
    if rejected:
        kept = f"{count_text(rejected)} rejected rows are counted by file and reason."
    told = "Every number has a card: definition, formula, decisions behind it."
    told = f"{told} Changes are worked out before rounding."
    said = f"{told} {kept} {following(card)}"
    return f'<footer class="end">{escape(said)}</footer>'


def following(card: Scorecard) -> str:
    """Return when the next report is due."""
    after = card.end + (card.end - card.start) - timedelta(days=1)
    if card.every == "quarter":
        after = quarter_of(card.end).end - timedelta(days=1)
    return f"Next {CADENCES[card.every]}: to {day_text(after)} {after.year}."
