"""Where the facts come from: histories, or the tickets' own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit import metrics as _metrics  # noqa: F401  fills the catalog
from kpi_kit.catalog import METRICS
from kpi_kit.facts import left_out
from kpi_kit.freshness import INSTANTS
from kpi_kit.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from kpi_kit.tables import Helpdesk

# Which instant of a row of a ticket cannot be earlier than it; a call often is.
_OF_TICKETS = {
    "messages": "sent_at",
    "events": "occurred_at",
    "surveys": "offered_at",
    "contacts": None,
    "time_entries": "started_at",
    "qa_scores": "reviewed_at",
}
_NAMED = 3
_ONE = {"time_entries": "time entry"}


def coverage(
    helpdesk: Helpdesk, as_of: int, gone: ir.Table | None = None
) -> tuple[str, ...]:
    """Say how many tickets' replies and solves have a history behind them.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    as_of
        Epoch seconds; later tickets are not counted.
    gone
        ``ticket_id, excluded_because`` of the tickets that no number counts, where the
        facts are known already.

    Returns
    -------
    tuple of str
        One sentence each; also how often a ticket's own column says something else
        than the history, which wins, how many tickets no number counts, how many rows
        belong to no ticket or are earlier than theirs, and how many are later than what
        the report may know.
    """
    tickets = helpdesk.tables["tickets"]
    known = tickets.filter(tickets.created_at < as_of)
    told = (
        *_told(helpdesk, known, "messages", "first_reply_at", "First replies"),
        *_told(helpdesk, known, "events", "solved_at", "Solves"),
        *_left_out(helpdesk, known, as_of, gone),
        *_misplaced(helpdesk),
        *_unlisted(helpdesk),
        *_uncomputed(helpdesk),
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
    differing = plural(found["differs"], "ticket")
    differing = f"{column} differs from the {table} in {differing}"
    return f"{first}.", f"{differing}; the {table} count."


def _left_out(
    helpdesk: Helpdesk, known: ir.Table, as_of: int, gone: ir.Table | None
) -> Iterator[str]:
    """Say how many tickets are merged or deleted, and how many merges lead nowhere."""
    if not {"tickets.merged_into", "tickets.status", "events"} & helpdesk.given:
        return
    gone = left_out(helpdesk, as_of) if gone is None else gone
    out = known.join(gone, "ticket_id")
    every = helpdesk.tables["tickets"].select(target="ticket_id")
    out = out.left_join(every, [("merged_into", "target")])
    merged = out.excluded_because == "merged"
    counted = out.aggregate(
        merged=merged.sum().fill_null(0),
        deleted=(~merged).sum().fill_null(0),
        lost=(merged & out.target.isnull()).sum().fill_null(0),
    )
    (found,) = counted.to_pyarrow().to_pylist()
    if count := found["merged"] + found["deleted"]:
        parts = f"{found['merged']:,} merged into another, {found['deleted']:,} deleted"
        yield f"{plural(count, 'ticket is', 'tickets are')} in no number: {parts}."
    if found["lost"]:
        lost = plural(found["lost"], "ticket is", "tickets are")
        yield f"{lost} merged into one that the source lacks."


def _misplaced(helpdesk: Helpdesk) -> Iterator[str]:
    """Say how many rows name a ticket that is none, or are earlier than theirs.

    All tables are held against the tickets at once, which reads those once.
    """
    tickets = helpdesk.tables["tickets"].select("ticket_id", "created_at")
    held = [
        _held(helpdesk.tables[name], name, at)
        for name, at in _OF_TICKETS.items()
        if f"{name}.ticket_id" in helpdesk.given
    ]
    if not held:
        return
    joined = ibis.union(*held).left_join(tickets, "ticket_id")
    counted = joined.group_by("name").aggregate(
        orphans=joined.created_at.isnull().sum(),
        early=(joined.at < joined.created_at).fill_null(False).sum(),
    )
    found = {row.pop("name"): row for row in counted.to_pyarrow().to_pylist()}
    for name in _OF_TICKETS:
        count = found.get(name, {"orphans": 0, "early": 0})
        if count["orphans"]:
            told = _rows(name, count["orphans"], "belongs", "belong")
            told += " to no ticket of the source"
            them = "it" if count["orphans"] == 1 else "them"
            counts = f"; no number counts {them}" if name in INSTANTS else ""
            yield f"{told}{counts}."
        if count["early"]:
            told = _rows(name, count["early"], "is", "are")
            their = "its" if count["early"] == 1 else "their"
            told += f" earlier than {their} ticket"
            yield f"{told}; no reply is." if name == "messages" else f"{told}."


def _rows(name: str, count: int, does: str, do: str) -> str:
    """Return how many rows of a table do something, by what one row is called."""
    one = _ONE.get(name, name.removesuffix("s").replace("_", " "))
    many = name.replace("_", " ")
    return plural(count, f"{one} {does}", f"{many} {do}")


def _unlisted(helpdesk: Helpdesk) -> Iterator[str]:
    """Say how many agents of other tables the table of agents does not have."""
    names = [n for n in helpdesk.tables if f"{n}.agent_id" in helpdesk.given]
    if "agents" not in names or len(names) == 1:
        return
    named = [
        helpdesk.tables[name].select("agent_id").distinct()
        for name in names
        if name != "agents"
    ]
    known = ibis.union(*named, distinct=True)
    known = known.filter(known.agent_id.notnull())
    lost = known.anti_join(helpdesk.tables["agents"], "agent_id")
    if count := lost.count().to_pyarrow().as_py():
        stand = plural(count, "agent stands", "agents stand")
        yield f"{stand} in other tables and not in agents."


def _uncomputed(helpdesk: Helpdesk) -> Iterator[str]:
    """Name the metrics a vendor reports that are none of the kit's."""
    if "vendor_reports" not in helpdesk.given:
        return
    reported = helpdesk.tables["vendor_reports"].select("metric").distinct()
    known = {*METRICS, *(_plain(card.label) for card in METRICS.values())}
    names = sorted(reported.execute()["metric"])
    if lost := [name for name in names if _plain(name) not in known]:
        named = ", ".join(repr(name) for name in lost[:_NAMED])
        many = len(lost) > 1
        told = plural(len(lost), "metric")
        told += f" of vendor_reports {'are none' if many else 'is none'} of the kit's"
        against = "them" if many else "it"
        yield f"{told}: {named:.120}; nothing is held against {against}."


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _held(rows: ir.Table, name: str, at: str | None) -> ir.Table:
    rows = rows.filter(rows.ticket_id.notnull())
    when = ibis.null("int64") if at is None else rows[at]
    return rows.select(name=ibis.literal(name), ticket_id=rows.ticket_id, at=when)


def _later(helpdesk: Helpdesk, as_of: int) -> Iterator[str]:
    for name, column in INSTANTS.items():
        _, last = helpdesk.spans.get(f"{name}.{column}", (0, 0))
        if last >= as_of:
            rows = helpdesk.tables[name]
            count = (rows[column] >= as_of).sum().to_pyarrow().as_py()
            told = _rows(name, count, "is", "are")
            yield f"{told} later than what is known; not counted yet."


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
