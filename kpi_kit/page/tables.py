"""Pieces of a report's page: plain HTML with every text escaped."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from kpi_kit.states import cut_text, is_cut, state_text
from kpi_kit.units import (
    count_text,
    day_text,
    interval_text,
    period_text,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import pandas as pd

    from kpi_kit.catalog import Card

CLOCKS = {"business": "business hours", "calendar": "calendar time"}
DATED = {
    "created_at": "by the week of creation",
    "first_solved_at": "by the week of the first solve",
    "last_solved_at": "by the week of the last solve",
}
RANKS = "two of the measured times, at the ranks the binomial distribution names"
UNITS = {"share": "share of tickets", "count": "tickets"}
BOUNDS = {"share": "Wilson's interval", "median": RANKS, "p90": RANKS}


def heading(vendor: str, start: date, end: date, as_of: date, time_zone: str) -> str:
    """Return the head of a report: whose, which days, known up to when."""
    title = escape(f"{vendor}, {period_text(start, end)}")
    known = escape(f"Everything known by the end of {day_text(as_of)}, {time_zone}")
    return f'<h1>{title}</h1>\n<p class="note">{known}</p>'


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: set[str],
    *,
    folds: bool = False,
) -> str:
    """Return a table; the first cell of each row is its heading.

    Parameters
    ----------
    caption
        What the table holds, for who cannot see it.
    heads
        The column headings.
    rows
        The texts, one for each heading.
    numbers
        The headings of columns that are aligned to the right.
    folds
        Whether on a phone each row becomes a block, its first and last cell a line.

    Examples
    --------
    >>> print(table("Files", ["File", "Rows"], [["<a>", "12"]], {"Rows"}))
    <div class="scroll" role="region" tabindex="0" aria-label="Files">
    <table><caption>Files</caption>
    <thead><tr><th scope="col">File</th><th scope="col" class="number">Rows</th></tr>
    </thead>
    <tbody>
    <tr><th scope="row">&lt;a&gt;</th><td class="number">12</td></tr>
    </tbody></table></div>
    """
    kinds = [' class="number"' if head in numbers else "" for head in heads]
    head = "".join(
        f'<th scope="col"{kind}>{escape(text)}</th>'
        for text, kind in zip(heads, kinds, strict=True)
    )
    body = "\n".join(_row(row, kinds) for row in rows)
    name = escape(caption)
    kind = ' class="folds"' if folds else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">\n'
        f"<table{kind}><caption>{name}</caption>\n<thead><tr>{head}</tr>\n</thead>\n"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(texts: Sequence[str], kinds: Sequence[str]) -> str:
    first, *rest = (escape(text) for text in texts)
    cells = "".join(
        f"<td{kind}>{text}</td>" for text, kind in zip(rest, kinds[1:], strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def kpi_table(frame: pd.DataFrame, cards: Sequence[Card]) -> str:
    """Return the KPIs with value, interval, n and state.

    Parameters
    ----------
    frame
        Scorecard rows, at most one per metric.
    cards
        The cards of the KPIs, in the order of the table.
    """
    found = {row.metric: row for row in frame.itertuples()}
    rows = [
        (
            row_label(card, row.statistic, row.clock),
            value_text(row.value, row.unit, days=row.clock != "business"),
            interval_text(row.low, row.high, row.unit, days=row.clock != "business"),
            count_text(row.n),
            state_text(row.status, row.n, row.note),
        )
        for card in cards
        if (row := found.get(card.name)) is not None
    ]
    heads = ("KPI", "Value", "95% interval", "n", "State")
    return table("KPIs", heads, rows, {"Value", "95% interval", "n"}, folds=True)


def row_label(card: Card, statistic: str, clock: str) -> str:
    """Return a KPI's label, with the statistic and clock where there are several."""
    if card.kind != "duration":
        return card.label
    parts = (card.label, statistic, CLOCKS.get(clock, clock))
    return ", ".join(part for part in parts if part)


def accounting_table(accounting: pd.DataFrame) -> str:
    """Return what became of every row that was read, one line per file."""
    counts = {
        "rows_read": "Rows read",
        "accepted": "Accepted",
        "quarantined": "Quarantined",
        "duplicates": "Duplicates",
    }
    rows = [
        (row["file"], row["table"], *(count_text(row[name]) for name in counts))
        for row in accounting.to_dict("records")
    ]
    heads = ("File", "Table", *counts.values())
    return table("Rows by file", heads, rows, set(counts.values()))


def nothing(frame: pd.DataFrame, card: Card) -> str:
    """Return the sentence that stands where a chart has nothing to draw."""
    last = frame.iloc[-1]
    state = state_text(last.status, last.n, last.note)
    joint = " is " if last.status == "not_computable" else ": "
    return f'<p class="note">{escape(f"{card.label}{joint}{state}.")}</p>'


def chart_title(frame: pd.DataFrame, card: Card) -> tuple[str, list[str]]:
    """Return what a chart over weeks shows, and what of it needs a word.

    Parameters
    ----------
    frame
        One row per week of one metric, statistic and clock.
    card
        The metric's.
    """
    rows = frame.sort_values("period_start")
    last = rows.iloc[-1]
    parts = [row_label(card, last["statistic"], last["clock"])]
    parts += [UNITS[card.unit]] if card.unit in UNITS else []
    at_end = card.kind == "stock"
    parts.append("at the end of each week" if at_end else DATED[card.dated_by])
    lines = []
    if (rows["low"].notna() & (rows["status"] != "too_few")).any():
        parts.append("with its 95% interval")
        lines.append(f"Gray band: {BOUNDS[last['statistic']]}.")
    return ", ".join(parts), lines + _open_circles(rows, card)


def _open_circles(rows: pd.DataFrame, card: Card) -> list[str]:
    weeks = zip(rows["period_start"], rows["period_end"], strict=True)
    lines = [
        f"Open circle: the week from {day_text(start)}, {cut_text(start, end)}."
        for start, end in weeks
        if card.kind == "count" and is_cut(start, end)
    ]
    few, last = rows["status"] == "too_few", rows.iloc[-1]
    if (few & rows["value"].notna()).any():
        lines.append(f"Open circles: weeks with fewer than {card.at_least_n} tickets.")
    if last["status"] == "provisional":
        state = state_text(last["status"], last["n"], last["note"])
        lines.append(f"Week from {day_text(last['period_start'])}: {state}.")
    return lines


def notes(texts: Iterable[str]) -> str:
    """Return remarks as a list; nothing when there are none."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<ul class="note">{items}</ul>' if items else ""


def definition_list(cards: Iterable[Card]) -> str:
    """Return what each KPI means, how it is counted and what was decided about it."""
    entries = "\n".join(
        f"<dt>{escape(card.label)}</dt><dd>{_prose(card.definition)} "
        f"<code>{escape(card.formula)}</code>{_decisions(card)}</dd>"
        for card in cards
    )
    return f"<dl>\n{entries}\n</dl>"


def _decisions(card: Card) -> str:
    if not card.decisions:
        return ""
    names = "; ".join(card.decisions)
    return f'<p class="note">See DECISIONS.md: {escape(names)}.</p>'


def _prose(text: str) -> str:
    """Return a docstring's sentence; its ``names`` are set as code."""
    return re.sub(r"``(.+?)``", r"<code>\1</code>", escape(text))
