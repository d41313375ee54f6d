"""What a KPI comes to as one sentence, how sure it is, and what would change it."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import TYPE_CHECKING

from kpi_kit.comparable import bound_of
from kpi_kit.page import names
from kpi_kit.periods import DAY
from kpi_kit.prices import since_month_one
from kpi_kit.units import (
    MINUS,
    MONTHS,
    change_text,
    count_text,
    day_text,
    share_text,
    span_text,
    value_text,
)

if TYPE_CHECKING:
    from kpi_kit.standing import Change, Scorecard, Standing

LONGEST = 124  # characters of a slide's title: two lines
WIDEST = 132  # of the line under it
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SAID = {
    "backlog": "{value} tickets were open at the end of {last}",
    "ces": "Customers rated how easy it was with {value}",
    "cost_per_resolution": "A solved ticket cost {value} in {when}",
    "csat": "{value} of the customers who answered were satisfied",
    "escalation_rate": "{value} of the tickets moved up a tier",
    "escalation_to_client_rate": "{value} of the tickets were handed to the client",
    "first_contact_resolution": "{value} of the problems were {called}",
    "nps": "Promoters led detractors by {value} points",
    "qa_score": "Reviewed answers reached {value} of the points",
    "reopen_rate": "{value} of the solved tickets were reopened in 7 days",
    "resolution_time": "The {statistic} problem was solved after {value}",
}
DATE = re.compile(rf"(?<=\d) (?={'|'.join(month[:3] for month in MONTHS)})")
OVER, UNDER = "over the agreed {edge}", "under the agreed {edge}"
WITHIN, CLOSE = "within the agreed {edge}", "too close to the agreed {edge} to call"
VERDICTS = {
    "misses": {"at most": OVER, "at least": UNDER},
    "meets": {"at most": WITHIN, "at least": OVER},
    "close": {"at most": CLOSE, "at least": CLOSE},
}
DOUBTED = {"not_mature": "not final yet", "too_few": "too few to judge"}


def message(standing: Standing, card: Scorecard) -> str:
    """Return what a KPI comes to, as a sentence that fits on a slide.

    It names the value, the contract's verdict where there is one, and the change since
    go-live where it is more than noise.
    """
    said = _said(standing, card)
    ways = [f"{said}{end}" for end in _ends(standing, card)]
    return title(next((text for text in ways if len(text) <= LONGEST), said))


def _ends(standing: Standing, card: Scorecard) -> list[str]:
    """Return how the sentence may end, what says most first."""
    verdict, since = _verdict(standing), _since(standing)
    fall = _since_month_one(standing, card)
    both = _joined(standing, verdict, since) if verdict and since else ""
    ends = (f", {text}" for text in (both, verdict, since) if text)
    return [fall, *ends] if fall else [*ends]


def whole(text: str) -> str:
    """Return a text in which no number parts from its unit, and no day from its month.

    Examples
    --------
    >>> whole("4 h 18 min on 9 Nov").replace("\u00a0", "_")
    '4_h_18_min on 9_Nov'
    """
    return DATE.sub("\u00a0", names.unbroken(text))


def short(text: str, most: int) -> str:
    """Return a text of so many characters at most, cut between words if it can be.

    Examples
    --------
    >>> short("two words", 5), short("unparted", 5)
    ('two\u2026', 'unpa\u2026')
    """
    told = shorten(text, most, placeholder="\u2026")
    return told if told != "\u2026" else f"{text.strip()[: most - 1]}\u2026"


def title(text: str) -> str:
    """Return a text as a slide's title: of two lines at most.

    Examples
    --------
    >>> title("word " * 40)[-10:]
    'word word\u2026'
    """
    return whole(short(text, LONGEST))


def line(*texts: str) -> str:
    """Return the line under a title: the texts that still fit on it."""
    told = ""
    for text in filter(None, texts):
        if len(f"{told} {text}") <= WIDEST:
            told = f"{told} {text}".strip()
    first = texts[0] if texts else ""
    return whole(told or short(first, WIDEST))


def _said(standing: Standing, card: Scorecard) -> str:
    value = names.value(standing, standing.now)
    called = names.within(names.called(standing, card))
    if standing.card.name == "first_response_time":
        return f"{names.replies(standing, when(standing))}{value}"
    said = SAID.get(standing.card.name, f"{called[:1].upper()}{called[1:]}: {{value}}")
    told = {"value": value, "called": called, "when": when(standing)}
    # Some days of a quarter have no name of their own, and end with the last of them.
    last = day_text(standing.now.end - DAY) if " to " in told["when"] else told["when"]
    return said.format(**told, last=last, statistic=standing.statistic)


def when(standing: Standing) -> str:
    """Return the judged period's name inside a sentence: ``the week of 9 Nov``."""
    span = span_text(standing.now.start, standing.now.end)
    return f"the {span}" if span.startswith("week") or "quarter" in span else span


def _verdict(standing: Standing) -> str:
    if standing.state in DOUBTED:
        return DOUBTED[standing.state]
    if standing.target is None or standing.state not in VERDICTS:
        return ""
    word, edge = _bound(standing)
    return VERDICTS[standing.state][word].format(edge=edge)


def _bound(standing: Standing) -> tuple[str, str]:
    """Return a target's word and its number: ``at most`` and ``4 h``."""
    first, second, edge = names.bound(standing).split(" ", 2)
    return f"{first} {second}", edge


def _since(standing: Standing) -> str:
    """Return how much better or worse it is than before go-live; empty within noise."""
    moved = standing.since_baseline
    if moved is None or not (moved.is_better or moved.is_worse):
        return ""
    return f"{_size(moved)} {moved.word} than before go-live"


def _since_month_one(standing: Standing, card: Scorecard) -> str:
    """Return how far a price fell from the vendor's first whole month."""
    if standing.card.kind != "price":
        return ""
    fall = since_month_one(standing, card.contract.go_live)
    if fall is None:
        return ""
    moved = "fell" if fall.share >= 0 else "rose"
    by = share_text(abs(fall.share))
    return f" and {moved} by {by} from month one to {number(fall.number)}"


def _size(moved: Change) -> str:
    return moved.text.lstrip(f"+{MINUS}")


def _joined(standing: Standing, verdict: str, since: str) -> str:
    good = {"meets": True, "misses": False}.get(standing.state)
    alike = good is None or good == bool(standing.since_baseline.is_better)
    return f"{verdict} {'and' if alike else 'but'} {since}"


def number(count: int, none: str = "no") -> str:
    """Return a small number as a word."""
    words = (none, *NUMBERS)
    return words[count] if count < len(words) else count_text(count)


def before(standing: Standing) -> str:
    """Return what it was before go-live, and that the difference may be noise."""
    reading, moved = standing.baseline, standing.since_baseline
    if reading is None or reading.value is None:
        return ""
    noise = moved is not None and not (moved.is_better or moved.is_worse)
    told = f"Before go-live: {names.value(standing, reading)}"
    return f"{told}, {moved.word}." if noise else f"{told}."


def how_sure(standing: Standing) -> str:
    """Return interval and n in words, and the state."""
    reading = standing.now
    if standing.card.unit == "count":
        return "Counted, not estimated."
    told = names.interval(standing, reading)
    n = f"n = {count_text(reading.n)}"
    known = told != value_text(None, "count")
    held = f"95% interval {told}, {n}" if known else f"{n}, no interval"
    return whole(f"{held}; {standing.state_text}.")


def would_change(standing: Standing) -> str:
    """Return what would change the verdict."""
    now, target = standing.now, standing.target
    if standing.state == "too_few":
        least = count_text(standing.card.at_least_n)
        return f"At least {least} are needed to judge; there are {count_text(now.n)}."
    if standing.state == "not_mature":
        return f"It is not final: {standing.state_text}."
    if target is None or now.value is None:
        return "No target is agreed; one in the contract would make it a verdict."
    word, edge = _bound(standing)
    if standing.state == "close":
        text = f"The interval holds the agreed {edge}: more tickets, or the next period"
        return whole(f"{text}, decide.")
    gap = _gap(standing)
    falls = (word == "at most") == (standing.state == "misses")
    moves = "falls" if falls else "rises"
    what = "meets" if standing.state == "misses" else "no longer meets"
    return whole(f"It {what} the agreed {edge} when it {moves} by {gap}.")


def _gap(standing: Standing) -> str:
    """Return how far a value lies from its bound."""
    delta = abs(standing.now.value - bound_of(standing.target))
    days = standing.clock != "business"
    return change_text(delta, standing.card.unit, days=days).lstrip("+")
