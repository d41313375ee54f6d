"""A day at a glance: its numbers, what is usual, and who waits for a person."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from kpi_kit.expectation import usually
from kpi_kit.marks import mark
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.page.names import prose
from kpi_kit.page.sentences import Sentence
from kpi_kit.page.tables import Cell, table
from kpi_kit.page.tiles import big, change, doubt, past, state_and_bound
from kpi_kit.periods import DAY
from kpi_kit.pooled import STILL
from kpi_kit.settled import lacks_days
from kpi_kit.states import note_text
from kpi_kit.units import LONG_WEEKDAYS, count_text, day_text, span_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpi_kit.expectation import Expectation
    from kpi_kit.standing import Scorecard, Standing, Waiting

# What a director looks at each morning, and what came in, whose spikes alarm.
THREE = ("first_response_time", "backlog", "csat_response_rate")
SHOWN = (*THREE, "ticket_volume")
LINE = 52  # letters
SIDES = {
    "above": "Above the usual range",
    "below": "Below the usual range",
    "within": "In the usual range",
}
# The states that a sentence about the queue names.
HELD = ("meets", "misses", "alarm")
# Without either of them no ticket is known to wait.
KNOWN_BY = ("backlog", "first_response_time")
KINDS = {
    "unanswered": "unanswered",
    "reopened": "reopened and not answered since",
    "late": "not solved",
}


def figures(card: Scorecard) -> str:
    """Return the day's numbers as rows."""
    rows = [_figure(card[name], card) for name in SHOWN if name in card]
    return f'<div class="figures">\n{"".join(rows)}</div>'


def _figure(standing: Standing, card: Scorecard) -> str:
    state, told = judged(standing, card)
    lines = (doubt(text, standing, card) for text in _joined(told))
    said = [f'<span class="bound">{line}</span>' for line in lines]
    line = past(standing.series, standing, standing.state)
    defined = names.linked(kind(standing, card), standing.card.name)
    return (
        f'<div class="figure" id="{names.anchor(standing.card.name)}">'
        f'<p><span class="name">{escape(names.name(standing.card))}</span> '
        f'<span class="kind">{defined}</span></p>'
        f'<p><span class="value">{big(names.value(standing, standing.now))}</span> '
        f'<span class="change">{change(standing)}</span> '
        f'<span class="kind">{prose(before(standing))}</span></p>'
        f'<p class="past">{line}</p>'
        f'<p><span class="state {standing.state}">{mark(standing.state)}'
        f"<b>{prose(state)}</b></span> {' '.join(said)}</p></div>\n"
    )


def _joined(texts: Iterable[str]) -> list[str]:
    """Return texts in as few lines as they fit."""
    lines: list[str] = []
    for text in texts:
        both = f"{lines[-1]}; {text}" if lines else text
        lines[-1:] = [both] if len(both) <= LINE else [*lines[-1:], text]
    return lines


def judged(standing: Standing, card: Scorecard) -> tuple[str, list[str]]:
    """Return a day's state in words, and what tells it: bound, doubt, what is newer."""
    state, held = state_and_bound(standing)
    usual = usually(card, standing.card.name)
    if standing.state == "no_target" and usual is not None:
        state = SIDES[usual.side(standing.now.value)]
    counted = standing.card.unit == "count"
    sure = "" if counted else names.doubt(standing, standing.now)
    bound = "; ".join(text for text in (held, _usual(usual, standing)) if text)
    told = (bound, sure, _newer(standing))
    return state, [text for text in told if text]


def kind(standing: Standing, card: Scorecard) -> str:
    """Return what kind of number a row shows, and of when where that is earlier."""
    told = names.kind(standing, card.every)
    if standing.now.start == card.start:
        return told
    return f"{told}, {span_text(standing.now.start, standing.now.end)}"


def before(standing: Standing) -> str:
    """Return what the change is held against."""
    earlier = standing.previous
    if standing.change is None or earlier is None:
        return ""
    when = span_text(earlier.start, earlier.end)
    return f"{when}: {names.value(standing, earlier)}"


def _newer(standing: Standing) -> str:
    """Return what is known of the report's own day, where an earlier one is judged."""
    newer = standing.newer
    if newer is None:
        return ""
    when = span_text(newer.start, newer.end)
    if newer.note == STILL:
        return f"{when}: {names.value(standing, newer)} so far"
    return f"{when}: {note_text(newer.note)}"


def _usual(usual: Expectation | None, standing: Standing) -> str:
    """Return what the day usually brings: of a count with its range."""
    if usual is None:
        return ""
    told = f"usually {_number(usual.usual, standing)}"
    if standing.card.unit == "count":
        return told if usual.low == usual.high else f"{told}, {counts(usual)}"
    weekday = LONG_WEEKDAYS[usual.day.weekday()]
    is_a_day = standing.now.end - standing.now.start == DAY
    return f"{told} on a {weekday}" if usual.of_weekday and is_a_day else told


def _number(value: float, standing: Standing) -> str:
    return names.value(standing, replace(standing.now, value=value))


def _like(usual: Expectation) -> str:
    if not usual.of_weekday:
        return f"the {usual.n} days known before"
    return f"the last {usual.n} {LONG_WEEKDAYS[usual.day.weekday()]}s"


def of_the_day(card: Scorecard) -> list[Sentence]:
    """Return what a day comes to: the wait, the queue, what came in."""
    told = (_waited(card), _queue(card), _came(card))
    return [sentence for sentence in told if sentence is not None]


def _waited(card: Scorecard) -> Sentence | None:
    name = "first_response_time"
    if name not in card or card[name].state == "not_computable":
        return None
    standing = card[name]
    now, value = standing.now, names.value(standing, standing.now)
    if now.value is None:
        lacks = lacks_days(now.note)
        none = "No ticket of the day has a first reply"
        return _unknown(standing, "First replies are not known" if lacks else none)
    before = names.replies(standing, day_text(now.start))
    limit = names.bound(standing).removeprefix("at most ")
    after = {
        "meets": f", inside the limit of {limit}.",
        "misses": f", over the limit of {limit}.",
        "close": f", too close to call against the limit of {limit}.",
        "too_few": f", of {count_text(now.n)}: too few to judge.",
        "not_mature": f" so far; {standing.state_text}.",
    }
    return Sentence(
        state=standing.state,
        texts=(before, value, after.get(standing.state, ".")),
        targets=(names.anchor(name),),
        said=standing.state_text,
    )


def _queue(card: Scorecard) -> Sentence | None:
    if "backlog" not in card.daily or card["backlog"].now.value is None:
        return None
    standing = card["backlog"]
    rows = card.daily["backlog"]["value"].dropna().tolist()
    steps = [later - before for before, later in pairwise(rows)]
    way = _way(steps[-1]) if steps else ""
    days = 0
    while days < len(steps) and way and _way(steps[-1 - days]) == way:
        days += 1
    since = f" for the {ordinal(days)} day" if days > 1 else ""
    same = "Tickets open, as the day before: " if steps else "Tickets open: "
    before = f"Open tickets {way}{since}, to " if way else same
    held = f" ({standing.state_text})" if standing.state in HELD else ""
    return Sentence(
        state=standing.state,
        texts=(before, count_text(rows[-1]), f"{held}."),
        targets=(names.anchor("backlog"),),
        said=standing.state_text,
    )


def _unknown(standing: Standing, what: str) -> Sentence:
    why = note_text(standing.now.note)
    text = f"{what}: {why}." if lacks_days(standing.now.note) else f"{what}."
    return Sentence(state=standing.state, texts=(text,), said=standing.state_text)


def _way(step: float) -> str:
    return "rose" if step > 0 else "fell" if step < 0 else ""


def ordinal(number: int) -> str:
    """Return the number of a day in a row.

    Examples
    --------
    >>> [ordinal(number) for number in (2, 8, 11, 12, 21, 22, 23, 112)]
    ['second', '8th', '11th', '12th', '21st', '22nd', '23rd', '112th']
    """
    words = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    if number < len(words):
        return words[number]
    teens = number % 100 in {11, 12, 13}
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _came(card: Scorecard) -> Sentence | None:
    if "ticket_volume" not in card:
        return None
    standing, usual = card["ticket_volume"], usually(card, "ticket_volume")
    value = standing.now.value
    if value is None:
        return _unknown(standing, "How many tickets came in is not known")
    came = " ticket came in" if value == 1 else " tickets came in"
    held = f"; {_like(usual)} brought {counts(usual)}" if usual is not None else ""
    return Sentence(
        state=standing.state,
        texts=("", count_text(value), f"{came}{held}."),
        targets=(names.anchor("ticket_volume"),),
        said=standing.state_text,
    )


def counts(usual: Expectation) -> str:
    """Return from how many to how many a day usually has."""
    low, high = count_text(usual.low), count_text(usual.high)
    return low if low == high else f"{low} to {high}"


def waits(card: Scorecard) -> tuple[list[str], tuple[Waiting, ...]]:
    """Say how many open tickets wait for a person; return those that wait longest."""
    unknown = [card[name] for name in KNOWN_BY if name in card]
    if unknown and all(s.state == "not_computable" for s in unknown):
        lacks = unknown[0].state_text.partition(": ")[2]
        return [f"Nobody can tell: that {lacks}."], ()
    if card.fresh.last is None:
        return ["Nobody can tell: there is no data."], ()
    counts, agreed = card.waiting.counts, card.waiting.agreed
    if not counts:
        beyond = " beyond what is agreed" if agreed else ""
        return [f"Nobody waits{beyond}."], ()
    told = [
        f"{count_text(counts[kind])} {words}"
        + (f" beyond the agreed {agreed[kind]}" if kind in agreed else "")
        for kind, words in KINDS.items()
        if counts.get(kind)
    ]
    whole = f"{', '.join(told)}; the longest of each kind."
    return [whole, _ended(card)], card.waiting.tickets


def waiting(card: Scorecard) -> str:
    """Return the open tickets that wait longest for a person."""
    told, tickets = waits(card)
    rows = [
        (
            Cell(one.ticket_id, address=one.url),
            f"{day_text(one.created_at)} {one.created_at:%H:%M}",
            f"{one.waited} · {one.why}",
        )
        for one in tickets
    ]
    heads = ("Ticket", "Opened", "Waits")
    made = table("Tickets that need a person", heads, rows, set()) if tickets else ""
    return answer(*told) + made


def _ended(card: Scorecard) -> str:
    """Return what the list cannot know, where the last days are missing."""
    if not card.fresh.lack(card.start, card.end):
        return ""
    return f"What was answered after {day_text(card.fresh.last)} is not known."


def alarm_line(count: int, card: Scorecard) -> str:
    """Return how many alarms there are, in words."""
    lacks = card.fresh.lack(card.start, card.end)
    none = f"Nobody can tell: {note_text(lacks)}." if lacks else "No alarms."
    return {0: none, 1: "One alarm."}.get(count, f"{count} alarms.")
