"""The tickets behind the numbers, folded away, with what gives all of them."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.charts.leads import Lead
from kpi_kit.headline import leading
from kpi_kit.page import names
from kpi_kit.page.tables import Cell, folded, table
from kpi_kit.periods import DAY
from kpi_kit.units import MISSING, count_text, day_text, value_text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kpi_kit.behind import Behind, Ticket
    from kpi_kit.standing import Scorecard, Standing

TOOK = "Took, or has waited"


def behind(card: Scorecard) -> str:
    """Return by KPI the tickets behind its number; nothing where none is named."""
    first = [standing.card.name for standing in leading(card)]
    order = dict.fromkeys([*first, *card.behind])
    found = [card.behind[name] for name in order if name in card.behind]
    lists = [_list(each, card[each.metric], card) for each in found]
    return folded("The tickets behind these numbers", "\n".join(lists)) if lists else ""


def leads(
    name: str, rows: pd.DataFrame, card: Scorecard
) -> dict[tuple[date, date], Lead]:
    """Return which period of a KPI leads to its tickets: the one that they are of.

    Parameters
    ----------
    name
        The KPI, or the share within its target.
    rows
        Its scorecard rows over time.
    card
        Names the tickets.
    """
    each = card.behind.get(name.removesuffix("_within"))
    if each is None:
        return {}
    standing = card[each.metric]
    lead = Lead(names.place(name, "tickets"), _which(each, standing, card))
    days = zip(rows["period_start"], rows["period_end"], strict=True)
    if standing.card.kind == "stock":
        return {(start, end): lead for start, end in days if end - DAY == card.as_of}
    return {span: lead for span in days if span == (each.start, each.end)}


def _list(each: Behind, standing: Standing, card: Scorecard) -> str:
    told = f"{names.called(standing, card)}: {_which(each, standing, card)}"
    timed = any(one.value is not None for one in each.tickets)
    heads = ["Ticket", "Opened", *([TOOK] if timed else []), "Issue type", "Agent"]
    rows = [_row(one, standing, timed=timed) for one in each.tickets]
    made = table(told, heads, rows, {TOOK})
    place = names.place(each.metric, "tickets")
    return folded(told, f'<div id="{place}">{made}\n{_all(each, card)}</div>')


def _which(each: Behind, standing: Standing, card: Scorecard) -> str:
    """Say which tickets are listed, and of how many."""
    count = f"{count_text(each.total)} ticket{'s' if each.total > 1 else ''}"
    if standing.card.kind == "duration" and each.missed:
        limit = names.bound(standing).removeprefix("at most ")
        count += f" over {limit}"
    elif standing.card.kind == "stock":
        count += f" open{on_day(card, standing.now.end)}"
    elif each.missed and standing.card.better == "higher":
        count += " that were not"
    if each.total <= len(each.tickets):
        return count
    timed = each.tickets[0].value is not None
    oldest = standing.card.kind == "stock"
    order = "oldest" if oldest else "longest" if timed else "newest"
    return f"{count}, the {order} {len(each.tickets)}"


def on_day(card: Scorecard, end: date) -> str:
    """Name the day of what is open, where a number is of one before it."""
    return "" if end == card.as_of + DAY else f" on {day_text(card.as_of)}"


def _row(one: Ticket, standing: Standing, *, timed: bool) -> list[str | Cell]:
    days = standing.clock != "business"
    took = [value_text(one.value, "minutes", days=days)] if timed else []
    return [
        Cell(one.ticket_id, address=one.url),
        f"{day_text(one.created_at)} {one.created_at:%H:%M}",
        *took,
        one.issue_type or MISSING,
        one.agent or MISSING,
    ]


def _all(each: Behind, card: Scorecard) -> str:
    """Return the command that gives every ticket, with all its facts."""
    parts = [f"kpi-kit facts --metric {each.metric}"]
    parts += ["--missed"] if each.missed else []
    if card[each.metric].card.kind != "stock":
        parts += [f"--from {each.start} --to {each.end}"]
    parts += [f"--as-of {card.as_of}"]
    told = "All of them, with every fact (and the source of this report): "
    return f'<p class="note">{told}<code>{escape(" ".join(parts))}</code></p>'


def of_a_row(frame: pd.DataFrame, standing: Standing, by: str) -> str:
    """Return the call that gives a slice's tickets that missed: of the worst slice.

    Parameters
    ----------
    frame
        Scorecard rows of one period; nothing is returned where there are none.
    standing
        The KPI, which has a worse side.
    by
        The column of the slices.
    """
    if frame.empty:
        return ""
    known = frame[frame["status"] == "ok"]
    rows = known if len(known) else frame
    first = standing.card.better == "higher"
    ordered = rows.sort_values("value", ascending=first, kind="stable")
    name = ordered[by].iloc[0]
    value = "None" if name == NONE else json.dumps(name, ensure_ascii=False)
    call = f'review.tickets("{standing.card.name}", missed=True, {by}={value})'
    told = "The tickets of one row that missed it, in the notebook of this report: "
    return f'<p class="note">{told}<code>{escape(call)}</code></p>'
