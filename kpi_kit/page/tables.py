"""Tables: the other KPIs, files, rejected rows, tickets, and the numbers of a chart."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from kpi_kit.card_text import needs_text
from kpi_kit.marks import mark
from kpi_kit.page import names
from kpi_kit.page.names import prose
from kpi_kit.periods import DAY
from kpi_kit.units import MISSING, count_text, day_text, span_text
from kpi_kit.whence import ORIGINS, counted_in, origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from kpi_kit.standing import Escalated, Scorecard, Standing

FEW_LACKS = 4  # reasons; more of them are folded away
ADDRESSES = ("http://", "https://")
ASIDE = 'rel="noopener noreferrer"'  # the helpdesk learns nothing of the report


class Cell(NamedTuple):
    """A table's cell: its text, with a state's mark or a ticket's address.

    ``place`` is the cell's own name for links, ``to`` the place that it leads to.
    """

    text: str
    state: str = ""
    address: str | None = None
    place: str = ""
    to: str = ""

    def __str__(self) -> str:
        """Return the cell's content as HTML; only a web address becomes a link."""
        told = prose(self.text)
        if self.state:
            return f'<span class="state {self.state}">{mark(self.state)}{told}</span>'
        if self.address and self.address.lower().startswith(ADDRESSES):
            return f'<a href="{escape(self.address)}" {ASIDE}>{told}</a>'
        place = f' id="{self.place}"' if self.place else ""
        if self.to:
            return f'<a{place} href="#{self.to}">{told}</a>'
        return f"<span{place}>{told}</span>" if place else told


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    numbers: set[str],
) -> str:
    """Return a table; the first cell of each row is its heading.

    Parameters
    ----------
    caption
        What the table holds, for who cannot see it.
    heads
        The column headings.
    rows
        The cells, one for each heading.
    numbers
        The headings of columns that are aligned to the right.

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
        f'<th scope="col"{kind}>{escape(text)}</th>' if text else "<td></td>"
        for text, kind in zip(heads, kinds, strict=True)
    )
    body = "\n".join(_row(row, kinds) for row in rows)
    name = escape(caption)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">\n'
        f"<table><caption>{name}</caption>\n<thead><tr>{head}</tr>\n</thead>\n"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(cells: Sequence[str | Cell], kinds: Sequence[str]) -> str:
    first, *rest = (
        str(Cell(cell) if isinstance(cell, str) else cell) for cell in cells
    )
    told = "".join(
        f"<td{kind}>{text}</td>" for text, kind in zip(rest, kinds[1:], strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{told}</tr>'


def kpi_table(card: Scorecard, standings: Iterable[Standing]) -> str:
    """Return KPIs as rows: this period, the one before, change, doubt and state.

    Parameters
    ----------
    card
        Gives the period.
    standings
        The KPIs, in the order of the rows; links to them lead here.  Those that cannot
        be computed follow the table, by what they need.
    """
    known, lacking = [], {}
    for standing in standings:
        if standing.state == "not_computable":
            lacking.setdefault(standing.state_text, []).append(standing)
        else:
            known.append(standing)
    items = [_lacks(text, those, card) for text, those in lacking.items()]
    told = f'<ul class="note">{"".join(items)}</ul>' if items else ""
    if len(items) > FEW_LACKS:
        count = sum(len(those) for those in lacking.values())
        told = folded(
            f"{count} KPIs that this source cannot give: what they need", told
        )
    return (_kpi_rows(card, known) if known else "") + told


def _placed(standing: Standing, card: Scorecard) -> Cell:
    name = standing.card.name
    to = names.place(name, "card")
    return Cell(_named(standing, card), place=names.anchor(name), to=to)


def _lacks(text: str, standings: Sequence[Standing], card: Scorecard) -> str:
    """Say what some KPIs need, and where the first way to it usually comes from."""
    told = prose(f"{text[:1].upper()}{text[1:]}")
    cells = ", ".join(str(_placed(standing, card)) for standing in standings)
    first = standings[0]
    open_ones = [
        need[:1] for need in first.card.needs if needs_text([need]) in first.now.note
    ]
    places = dict.fromkeys(ORIGINS[name] for name in origins(open_ones))
    source = prose(f" Usually from {'; and '.join(places)}.") if places else ""
    return f"<li>{told} ({cells}).{source}</li>"


def _kpi_rows(card: Scorecard, standings: Iterable[Standing]) -> str:
    period = {
        "quarter": ("This quarter", "Quarter before"),
        "week": ("This week", "Week before"),
        "day": ("Day", "Week before"),
    }
    heads = ("KPI", *period[card.every], "Change", "95% interval", "n", "State")
    rows = [
        (
            _placed(standing, card),
            names.value(standing, standing.now),
            names.value(standing, standing.previous),
            _change(standing),
            names.interval(standing, standing.now),
            _counted(standing, card),
            Cell(names.state(standing), state=standing.state),
        )
        for standing in standings
    ]
    return table("KPIs", heads, rows, set(heads[1:-1]))


def _counted(standing: Standing, card: Scorecard) -> Cell:
    name, n = standing.card.name, standing.now.n
    # What is open is listed as of the report's day, whatever day the number is of.
    is_other = standing.card.kind == "stock" and standing.now.end - DAY != card.as_of
    to = names.place(name, "tickets") if name in card.behind and not is_other else ""
    return Cell(count_text(n) if n else MISSING, to=to)


def _named(standing: Standing, card: Scorecard) -> str:
    called = names.called(standing, card)
    if standing.card.kind == "duration":
        called += f", {standing.statistic}"
    if standing.now.start == card.start:
        return called
    return f"{called}, {span_text(standing.now.start, standing.now.end)}"


def _change(standing: Standing) -> str:
    moved = standing.change
    return MISSING if moved is None else moved.text.replace(" points", " pts")


def escalated_table(tickets: Sequence[Escalated]) -> str:
    """Return tickets that went up, each with what it is about and where it is now."""
    if not tickets:
        return ""
    rows = [
        (
            Cell(one.ticket_id, address=one.url),
            day_text(one.created_at),
            one.issue_type or MISSING,
            one.priority or MISSING,
            one.team or MISSING,
            {True: "open", False: "solved"}.get(one.is_open, MISSING),
        )
        for one in tickets
    ]
    heads = ("Ticket", "Opened", "Issue type", "Priority", "Team now", "Now")
    return table("Escalated tickets", heads, rows, set())


def folded(title: str, content: str) -> str:
    """Return content that stays closed until a reader asks for it."""
    return f"<details><summary>{escape(title)}</summary>\n{content}\n</details>"


def accounting_table(accounting: pd.DataFrame) -> str:
    """Return what became of every row that was read, one line per file."""
    counts = {
        "rows_read": "Rows read",
        "accepted": "Accepted",
        "quarantined": "Quarantined",
        "duplicates": "Duplicates",
    }
    rows = [
        (_file(row), *(count_text(row[name]) for name in counts))
        for row in accounting.to_dict("records")
    ]
    heads = ("File", *counts.values())
    return table("Rows by file", heads, rows, set(counts.values()))


def _file(row: Mapping[str, Any]) -> str:
    """Return a file's name; with its table where the name does not tell."""
    own = row["file"].partition(".")[0] == row["table"]
    return row["file"] if own else f"{row['file']} ({row['table']})"


def quarantine_table(rules: pd.DataFrame | None, quarantine: pd.DataFrame) -> str:
    """Return how many rows each file lost to which rule; nothing when none did."""
    if rules is None or rules.empty:
        return ""
    by = ["file", "column", "rule"]
    first = quarantine.groupby(by)["line"].first()
    rows = [
        (
            row.file,
            row.column or MISSING,
            row.rule,
            count_text(row.rows),
            str(first.get((row.file, row.column, row.rule), MISSING)),
        )
        for row in rules.itertuples()
    ]
    at = f"First at {counted_in(rules['file'])}"
    heads = ("File", "Column", "Rule", "Rows", at)
    return table("Rejected rows", heads, rows, {"Rows", at})


def notes(texts: Iterable[str]) -> str:
    """Return remarks as a list; nothing when there are none."""
    items = "".join(f"<li>{prose(text)}</li>" for text in texts)
    return f'<ul class="note">{items}</ul>' if items else ""
