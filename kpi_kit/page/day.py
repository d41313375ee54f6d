"""A day at a glance: three numbers, what is usual, and who waits for a person."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from kpi_kit.expectation import holidays, usual_day
from kpi_kit.marks import mark
from kpi_kit.page import names
from kpi_kit.page.headlines import answer
from kpi_kit.page.names import prose
from kpi_kit.page.sentences import Sentence
from kpi_kit.page.tables import Cell, table
from kpi_kit.page.tiles import big, change, past, state_and_bound
from kpi_kit.units import LONG_WEEKDAYS, count_text, day_text

if TYPE_CHECKING:
    from kpi_kit.expectation import Expectation
    from kpi_kit.standing import Scorecard, Standing

# What a director looks at each morning.
SHOWN = ("first_response_time", "backlog", "ticket_volume")
# Without either of them no ticket is known to wait.
KNOWN_BY = ("backlog", "first_response_time")
KINDS = {
    "unanswered": "unanswered",
    "reopened": "reopened and unanswered",
    "late": "late",
}


def figures(card: Scorecard) -> str:
    """Return the day's three numbers as rows."""
    rows = [_figure(card[name], card) for name in SHOWN if name in card]
    return f'<div class="figures">\n{"".join(rows)}</div>'


def _figure(standing: Standing, card: Scorecard) -> str:
    state, held = state_and_bound(standing)
    kind = standing.state
    usual = usually(card, standing.card.name)
    if usual is not None and standing.card.name == "ticket_volume":
        kind, state, held = _against(usual, standing)
    elif usual is not None:
        day = f"on a {_weekday(usual)}" if usual.of_weekday else "a day"
        held = held or f"usually {count_text(usual.usual)} {day}"
    line = past(standing.series, standing, kind)
    return (
        f'<div class="figure" id="{names.anchor(standing.card.name)}">'
        f'<p><span class="name">{escape(names.name(standing.card))}</span>'
        f'<span class="kind">{escape(names.kind(standing, card.every))}</span></p>'
        f'<p><span class="value">{big(names.value(standing, standing.now))}</span>'
        f'<span class="change">{change(standing)}</span></p>'
        f'<p class="past">{line}</p>'
        f'<p><span class="state {kind}">{mark(kind)}<b>{prose(state)}</b></span>'
        f'<span class="bound">{prose(held)}</span></p></div>\n'
    )


def usually(card: Scorecard, name: str = "ticket_volume") -> Expectation | None:
    """Return a count's usual value of the weekday; None where too few are known."""
    if name not in card.daily or card[name].card.unit != "count":
        return None
    return usual_day(card.daily[name], card.start, holidays=holidays(card.contract))


def _against(usual: Expectation, standing: Standing) -> tuple[str, str, str]:
    held = f"{_range(usual)} on the {_like(usual)}"
    value = standing.now.value or 0
    if usual.is_spike(value):
        return "alarm", f"Spike: usually {count_text(usual.usual)}", held
    side = usual.side(value)
    if side == "within":
        return "no_target", f"Usual: {count_text(usual.usual)}", held
    return "no_target", f"{side.capitalize()} the usual range", held


def _range(usual: Expectation) -> str:
    return f"{count_text(usual.low)} to {count_text(usual.high)}"


def _like(usual: Expectation) -> str:
    if not usual.of_weekday:
        return f"{usual.n} days known before"
    return f"last {usual.n} {_weekday(usual)}s"


def _weekday(usual: Expectation) -> str:
    return LONG_WEEKDAYS[usual.day.weekday()]


def of_the_day(card: Scorecard) -> list[Sentence]:
    """Return what a day comes to: the wait, the queue, what came in."""
    told = (_waited(card), _queue(card), _came(card))
    return [sentence for sentence in told if sentence is not None]


def _waited(card: Scorecard) -> Sentence | None:
    name = "first_response_time"
    if name not in card or card[name].state == "not_computable":
        return None
    standing = card[name]
    value = names.value(standing, standing.now)
    place = (names.anchor(name),)
    if standing.now.value is None:
        text = "No ticket of the day has an answer yet."
        return Sentence(state=standing.state, texts=(text,))
    before = "First replies took " if standing.statistic == "median" else "First "
    if standing.statistic != "median":
        before += f"replies took ({standing.statistic}) "
    side = {"meets": "inside", "misses": "over", "close": "too close to call against"}
    after = "."
    if standing.target is not None and standing.state in side:
        limit = names.bound(standing).removeprefix("at most ")
        after = f", {side[standing.state]} the limit of {limit}."
    elif standing.state == "too_few":
        after = f"; {standing.state_text}."
    return Sentence(
        state=standing.state,
        texts=(before, value, after),
        targets=place,
        said=standing.state_text,
    )


def _queue(card: Scorecard) -> Sentence | None:
    if "backlog" not in card.daily or card["backlog"].now.value is None:
        return None
    rows = card.daily["backlog"]["value"].dropna().tolist()
    steps = [later - before for before, later in pairwise(rows)]
    way = _way(steps[-1]) if steps else ""
    days = 0
    while days < len(steps) and way and _way(steps[-1 - days]) == way:
        days += 1
    since = f" for the {_ordinal(days)} day" if days > 1 else ""
    before = f"Open tickets {way}{since}, to " if way else "Tickets open, as before: "
    return Sentence(
        state="no_target",
        texts=(before, count_text(rows[-1]), "."),
        targets=(names.anchor("backlog"),),
    )


def _way(step: float) -> str:
    return "rose" if step > 0 else "fell" if step < 0 else ""


def _ordinal(number: int) -> str:
    words = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    return words[number] if number < len(words) else f"{number}th"


def _came(card: Scorecard) -> Sentence | None:
    if "ticket_volume" not in card:
        return None
    standing, usual = card["ticket_volume"], usually(card)
    value, state = standing.now.value or 0, "no_target"
    came = " ticket came in" if value == 1 else " tickets came in"
    after = f"{came}."
    if usual is not None:
        state, *_ = _against(usual, standing)
        after = f"{came}; the {_like(usual)} brought {_range(usual)}."
    return Sentence(
        state=state,
        texts=("", count_text(value), after),
        targets=(names.anchor("ticket_volume"),),
    )


def waiting(card: Scorecard) -> str:
    """Return the open tickets that wait longest for a person."""
    unknown = [card[name] for name in KNOWN_BY if name in card]
    if unknown and all(s.state == "not_computable" for s in unknown):
        lacks = unknown[0].state_text.partition(": ")[2]
        return answer(f"Nobody can tell: that {lacks}.")
    if not card.waiting.tickets:
        return answer("Nobody waits longer than agreed.")
    counts = card.waiting.counts
    told = [
        f"{count_text(counts[kind])} {words}"
        for kind, words in KINDS.items()
        if counts.get(kind)
    ]
    rows = [
        (
            Cell(one.ticket_id, address=one.url),
            f"{day_text(one.created_at)} {one.created_at:%H:%M}",
            f"{one.waited} · {one.why}",
        )
        for one in card.waiting.tickets
    ]
    heads = ("Ticket", "Opened", "Waits")
    made = table("Tickets that need a person", heads, rows, set())
    return answer(f"{', '.join(told)}; the longest of each kind.") + made


def alarm_line(count: int) -> str:
    """Return how many alarms there are, in words."""
    if not count:
        return answer("No alarms.")
    return answer("One alarm." if count == 1 else f"{count} alarms.")
