"""Where the facts come from: histories, or the tickets' own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.freshness import INSTANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from kpi_kit.tables import Helpdesk


def coverage(helpdesk: Helpdesk, as_of: int) -> tuple[str, ...]:
    """Say how many tickets' replies and solves have a history behind them.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    as_of
        Epoch seconds; later tickets are not counted.

    Returns
    -------
    tuple of str
        One sentence each; also how often a ticket's own column says something else
        than the history, which wins, how many rows belong to no ticket, and how many
        are later than what the report may know.
    """
    tickets = helpdesk.tables["tickets"]
    known = tickets.filter(tickets.created_at < as_of)
    told = (
        *_told(helpdesk, known, "messages", "first_reply_at", "First replies"),
        *_told(helpdesk, known, "events", "solved_at", "Solves"),
        *_orphans(helpdesk),
        *_later(helpdesk, as_of),
    )
    return tuple(sentence for sentence in told if sentence)


def _told(
    helpdesk: Helpdesk, known: ir.Table, table: str, column: str, what: str
) -> tuple[str, ...]:
    history = _history(helpdesk, table)
    own = f"tickets.{column}" in helpdesk.given
    if history is None:
        if not own:
            return (f"{what}: unknown; the source has neither {table} nor {column}.",)
        counted = known.aggregate(all=known.count(), own=known[column].count())
        (found,) = counted.to_pyarrow().to_pylist()
        whole = f"{found['own']:,} of {found['all']:,} tickets have one"
        return (f"{what}: from the tickets' own {column}; {whole}.",)
    joined = known.left_join(history, "ticket_id")
    silent = joined.told.isnull()
    counted = joined.aggregate(
        all=joined.count(),
        told=joined.told.notnull().sum().fill_null(0),
        own=(silent & joined[column].notnull()).sum().fill_null(0),
        differs=(joined.at != joined[column]).fill_null(False).sum().fill_null(0),
    )
    (found,) = counted.to_pyarrow().to_pylist()
    first = f"{what}: {found['told']:,} of {found['all']:,} tickets have {table}"
    if table == "events" and found["own"]:
        first += f", {found['own']:,} only their own {column}"
    if not found["differs"]:
        return (f"{first}.",)
    differing = f"{column} differs from the {table} in {found['differs']:,} tickets"
    return f"{first}.", f"{differing}; the {table} count."


def _orphans(helpdesk: Helpdesk) -> Iterator[str]:
    tickets = helpdesk.tables["tickets"]
    for name in ("messages", "events"):
        if name in helpdesk.given:
            rows = helpdesk.tables[name].anti_join(tickets, "ticket_id")
            if count := rows.count().to_pyarrow().as_py():
                told = f"{count:,} {name} belong to no ticket of the source"
                yield f"{told}; no number counts them."


def _later(helpdesk: Helpdesk, as_of: int) -> Iterator[str]:
    for name, column in INSTANTS.items():
        _, last = helpdesk.spans.get(f"{name}.{column}", (0, 0))
        if last >= as_of:
            rows = helpdesk.tables[name]
            count = (rows[column] >= as_of).sum().to_pyarrow().as_py()
            yield f"{count:,} {name} are later than what is known; not counted yet."


def _history(helpdesk: Helpdesk, table: str) -> ir.Table | None:
    """Return ``ticket_id, told, at``: that there is a history, and its last solve."""
    given = helpdesk.given
    if table == "messages" and table in given:
        written = helpdesk.tables[table].select("ticket_id").distinct()
        return written.mutate(told=ibis.literal(True), at=ibis.null("int64"))
    if table == "events" and "events.field=status" in given:
        changes = helpdesk.tables[table]
        changes = changes.filter(changes.field == "status")
        at = changes.occurred_at.max(where=changes.new_value == "solved")
        return changes.group_by("ticket_id").agg(told=changes.count() > 0, at=at)
    return None
