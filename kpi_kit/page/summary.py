"""A review at a glance, as a notebook's cell or a terminal shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kpi_kit.headline import leading
from kpi_kit.page import day, masthead, names, quarter, sentences, style, tiles
from kpi_kit.page.names import prose
from kpi_kit.page.tables import Cell, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.page.sentences import Sentence
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard, Standing

HEADS = ("KPI", "Value", "Change", "Target", "State")
CALLS = {
    'review.kpis("{metric}", every="week")': "KPIs as a frame; without a name all",
    'review.by("{by}")': "the same, sliced",
    'review.tickets("{metric}"{missed})': "the tickets behind one",
    'review.draw("trend", "{metric}")': "a chart of one",
}


def told(card: Scorecard, found: Sequence[Finding]) -> list[Sentence]:
    """Return what the period comes to, in at most three sentences."""
    if card.every == "day":
        return day.of_the_day(card)
    if card.every == "quarter":
        return quarter.of_the_quarter(card, found)
    return sentences.of_the_week(card, found)


def mark(card: Scorecard, found: Sequence[Finding]) -> dict[str, str]:
    """Return what a list of reports says of this one: whose, of when, how it begins."""
    first = told(card, found)[0]
    return {
        "slug": card.contract.slug,
        "vendor": card.contract.vendor,
        "time_zone": card.contract.time_zone,
        "as_of": card.as_of.isoformat(),
        "title": masthead.title(card),
        "says": first.text,
        "state": first.state,
    }


def summary(card: Scorecard, found: Sequence[Finding], by: Sequence[str]) -> str:
    """Return a review as HTML: sentences, main KPIs, and what can be called.

    Parameters
    ----------
    card, found
        The scorecard and the findings.
    by
        What can be sliced by.
    """
    alone = [
        sentences.Sentence(state=s.state, texts=(s.text,), said=s.said)
        for s in told(card, found)
    ]
    rows = [row for standing in _main(card) for row in _rows(standing, card)]
    calls = [(call, what) for call, what in _calls(card, by).items()]
    head = f'<p class="whose">{escape(_head(card))}</p>'
    return (
        f'{style.style()}<div class="summary">{head}'
        f"{sentences.sentences(alone)}"
        f"{table('Main KPIs', HEADS, rows, {*HEADS[1:4]})}"
        f"{table('What can be called', ('Call', 'Returns'), calls, set())}"
        f'<p class="note">{prose(_names(card, by))}</p></div>'
    )


def plain(card: Scorecard, found: Sequence[Finding], by: Sequence[str]) -> str:
    """Return the same as text; the parameters are those of :func:`summary`."""
    lines = [_head(card), *(f"  {s.text}" for s in told(card, found)), ""]
    rows = [[c.text for c in row] for s in _main(card) for row in _rows(s, card)]
    calls = [[*pair] for pair in _calls(card, by).items()]
    return "\n".join([*lines, *_aligned(rows), "", *_aligned(calls), _names(card, by)])


def _head(card: Scorecard) -> str:
    return f"{card.contract.vendor} · {masthead.CADENCES[card.every]} · " + (
        masthead.title(card)
    )


def _main(card: Scorecard) -> list[Standing]:
    if card.every == "day":
        return [card[name] for name in day.SHOWN if name in card]
    return leading(card)


def _rows(standing: Standing, card: Scorecard) -> list[list[Cell]]:
    """Return a KPI's row; a median of the solved has one below that counts open in."""
    waits = [told.split(": ") for told in tiles.with_open(standing, card)]
    return [
        _cells(standing, card),
        *([Cell(t) for t in (*told, "", "", "")] for told in waits),
    ]


def _cells(standing: Standing, card: Scorecard) -> list[Cell]:
    moved = standing.change
    texts = (
        names.called(standing, card),
        names.value(standing, standing.now),
        "–" if moved is None else f"{moved.text}, {moved.word}",
        names.bound(standing) or "–",
    )
    state = Cell(standing.state_text, state=standing.state)
    return [*(Cell(text) for text in texts), state]


def _calls(card: Scorecard, by: Sequence[str]) -> dict[str, str]:
    shown = [s for s in _main(card) if s.state != "not_computable"]
    metric = shown[0].card.name if shown else "ticket_volume"
    aimed = bool(shown) and shown[0].target is not None
    filled = {
        "metric": metric,
        "by": by[0] if by else "channel",
        "missed": ", missed=True" if aimed else "",
    }
    return {call.format(**filled): what for call, what in CALLS.items()}


def _names(card: Scorecard, by: Sequence[str]) -> str:
    known = [n for n, s in card.standings.items() if s.state != "not_computable"]
    lacks = len(card.standings) - len(known)
    rest = f" ({lacks} more need what the source does not give)" if lacks else ""
    return f"KPIs: {', '.join(known) or 'none'}{rest}. Slices: {', '.join(by)}."


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(text) for text in column) for column in zip(*rows, strict=True)]
    padded = (
        "  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)) for row in rows
    )
    return [f"  {line}".rstrip() for line in padded]
