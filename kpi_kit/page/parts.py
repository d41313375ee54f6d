"""The tickets behind the parts of a picture, a row for each, where its marks lead."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from kpi_kit.answers import NONE
from kpi_kit.charts.leads import Lead
from kpi_kit.charts.telling import in_words
from kpi_kit.page import names
from kpi_kit.page.tables import Cell, folded, table
from kpi_kit.parts import AGENTS, AGES, CAUSES, HOURS, TYPES
from kpi_kit.phrases import solved_how
from kpi_kit.units import WEEKDAYS, count_text, value_text

if TYPE_CHECKING:
    from kpi_kit.behind import Ticket
    from kpi_kit.parts import Part, Parts
    from kpi_kit.standing import Scorecard

    Key = tuple[str, ...]

WEEK, CHANNELS = HOURS
HEADS = {
    WEEK: "Opened",
    CHANNELS: "Channel, opened",
    TYPES: "Issue type",
    CAUSES: "Root cause",
    AGENTS: "Agent",
}
TIED = "\u00a0"  # a space that no line breaks at
WHOLE = {"created_weekday", "created_hour"}  # dimensions that are numbers


class Named(NamedTuple):
    """A cell of tickets: each leads into the helpdesk and says how long it took."""

    tickets: tuple[Ticket, ...]
    days: bool

    def __str__(self) -> str:
        """Return the cell's content as HTML."""
        return f"{TIED}· ".join(_named(one, days=self.days) for one in self.tickets)


def _named(one: Ticket, *, days: bool) -> str:
    told = str(Cell(one.ticket_id, address=one.url))
    if one.value is None:
        return told
    return f"{told}{TIED}{names.prose(value_text(one.value, 'minutes', days=days))}"


def leads(key: Key, card: Scorecard) -> dict[tuple[str, ...] | str, Lead]:
    """Return where the marks of a picture lead, by what they stand for.

    Parameters
    ----------
    key
        The KPI, and what it is sliced by.
    card
        Names the tickets.
    """
    found = card.parts.get(key)
    if found is None:
        return {}
    return {
        part.of if len(part.of) > 1 else part.of[0]: Lead(
            _place(key, n), f"{_count(part)}{_what(key, card)}, {_order(part)}"
        )
        for n, part in enumerate(found.parts, 1)
    }


def listed(key: Key, card: Scorecard) -> str:
    """Return the tickets of each part, folded away; nothing where none is named."""
    found = card.parts.get(key)
    if found is None:
        return ""
    orders = [_order(part).removeprefix("the ").split()[0] for part in found.parts]
    heads = (HEADS[key], "Tickets", f"The {orders[0]}")
    days = card[key[0]].clock != "business" if key[0] in card else True
    rows = [
        (
            Cell(_called(key, part.of), place=_place(key, n)),
            count_text(part.total),
            Named(part.tickets, days),
        )
        for n, part in enumerate(found.parts, 1)
    ]
    title = _title(key, card)
    made = table(title, heads, rows, {"Tickets"})
    return folded(title, f"{made}\n{_all(key, found)}")


def oldest(card: Scorecard) -> dict[int, Named]:
    """Return by their place in the ages the tickets that have been open longest."""
    found = card.parts.get(AGES)
    parts = found.parts if found else ()
    return {int(part.of[0]): Named(part.tickets, days=True) for part in parts}


def _place(key: Key, number: int) -> str:
    by = key[1].replace("_", "-")
    return f"{names.place(key[0], 'tickets')}-by-{by}-{number}"


def _count(part: Part) -> str:
    return f"{count_text(part.total)} ticket{'' if part.total == 1 else 's'}"


def _what(key: Key, card: Scorecard) -> str:
    return f" not {solved_how(card)}" if key == TYPES else ""


def _order(part: Part) -> str:
    order = "longest" if part.tickets[0].value is not None else "newest"
    few = len(part.tickets)
    return f"the {order}{f' {few}' if few < part.total else ' first'}"


def _called(key: Key, of: tuple[str, ...]) -> str:
    """Return what a part is called: ``Mon 09 to 10``, ``Email 09 to 10``."""
    if key[-1] != "created_hour":
        return in_words(of[0]) if key == TYPES else of[0]
    hour = int(of[1])
    hours = f"{hour:02d}{TIED}to{TIED}{hour + 1:02d}"
    if key == WEEK:
        return f"{WEEKDAYS[int(of[0]) - 1]}{TIED}{hours}"
    return f"{in_words(of[0])} {hours}"


def _title(key: Key, card: Scorecard) -> str:
    if key == TYPES:
        return f"The tickets not {solved_how(card)}, by issue type"
    if key == CAUSES:
        return "The tickets of these causes"
    if key == AGENTS:
        return "The tickets of these agents"
    over = ""
    if card[key[0]].target is not None:
        over = f" over {names.bound(card[key[0]]).removeprefix('at most ')}"
    whose = "hours" if key == WEEK else "hours of channels"
    return f"The tickets of the {whose}{over}"


def _all(key: Key, found: Parts) -> str:
    """Return the call that gives all tickets of the first part, with every fact.

    Where the parts have codes that no call takes, of all of them.
    """
    metric, *by = key
    days = [f'start="{found.start}"', f'end="{found.end}"']
    of = found.having or dict(zip(by, found.parts[0].of, strict=True))
    own = [f"{name}={_value(name, value)}" for name, value in of.items()]
    missed = ["missed=True"] * found.missed
    call = f"review.tickets({', '.join([json.dumps(metric), *missed, *days, *own])})"
    which = "them" if found.having else "the first row"
    told = f"All of {which}, in the notebook of this report: "
    return f'<p class="note">{told}<code>{escape(call)}</code></p>'


def _value(name: str, value: str) -> str:
    if value == NONE:
        return "None"
    return value if name in WHOLE else json.dumps(value, ensure_ascii=False)
