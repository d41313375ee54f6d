"""Rows that contradict one another: each may be right, not all of them can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.plurals import plural
from kpi_kit.sources.columns import telling_age
from kpi_kit.sources.parts import in_words, joined, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded


def taken_together(
    parts: Sequence[Loaded], tables: Sequence[ir.Table]
) -> Iterator[str]:
    """Say of a table's sound rows where they contradict one another.

    Parameters
    ----------
    parts
        Its files; they say which table and which columns.
    tables
        The rows of each, without the quarantined ones and the copies.

    Yields
    ------
    str
        One sentence each; nothing is left out, since nobody knows which is right.
    """
    loaded, file = parts[0], in_words(parts)
    columns = [*loaded.present, *loaded.extra]
    rows = joined([typed(loaded.table, table, columns) for table in tables])
    for told in _JUDGED.get(loaded.table.name, _nothing)(rows):
        yield f"{file}: {told}"
    if loaded.table.name in _ALL_COUNT and not {*loaded.table.key} & {*loaded.present}:
        yield from (f"{file}: {told}" for told in _equal(loaded, rows))


def _equal(loaded: Loaded, rows: ir.Table) -> Iterator[str]:
    if count := _count(rows) - _count(rows.distinct()):
        equal = plural(count, "row equals", "rows equal")
        told = f"without {loaded.table.key[0]} nobody knows whether a copy is meant"
        yield f"{equal} an earlier one; {told}, and all count"


def first_is_kept(loaded: Loaded) -> Iterator[str]:
    """Say that a column of times did not help to choose among rows of an id."""
    if telling_age(loaded.extra) is not None:
        told = "updated_at does not tell which of an id's rows is the newest"
        yield f"{loaded.file}: {told}; of those that may be it the first is kept"


def _nothing(_: ir.Table) -> Iterator[str]:
    yield from ()


def _states(rows: ir.Table) -> Iterator[str]:
    yield from _overlapping(rows, rows.ended_at)


def _entries(rows: ir.Table) -> Iterator[str]:
    yield from _overlapping(rows, rows.started_at + rows.work_seconds)


def _overlapping(rows: ir.Table, until: ir.Value) -> Iterator[str]:
    ended = rows.mutate(_until=until)
    order = ["started_at", "_until"]
    last = ended["_until"].lag().over(ibis.window(group_by="agent_id", order_by=order))
    # If one begins before an earlier row ends, so does the next after that row.
    if not ended.select(overlaps=ended.started_at < last).overlaps.any().execute():
        return
    before = ibis.window(group_by="agent_id", order_by=order, preceding=(None, 1))
    marked = ended.mutate(_before=ended["_until"].max().over(before))
    if count := _count(marked.filter(marked.started_at < marked["_before"])):
        told = plural(count, "row begins", "rows begin")
        told += " before an earlier one of the agent ends"
        yield f"{told}; that time counts twice"


def _costs(rows: ir.Table) -> Iterator[str]:
    alike = [name for name in ("month", "kind", "currency") if name in rows.columns]
    if count := _repeated(rows, alike):
        told = plural(count, "row has", "rows have")
        yield f"{told} the month and kind of an earlier one; the amounts are added"
    if "currency" not in rows.columns:
        yield "names no currency; all amounts are taken to be in one"
        return
    used = rows.filter(rows.currency.notnull()).select("currency").distinct()
    codes = sorted(used.execute()["currency"])
    if len(codes) > 1:
        yield f"amounts in {', '.join(codes)}; nothing says what one is in another"


def _reports(rows: ir.Table) -> Iterator[str]:
    alike = ["period_start", "period_end", "metric"]
    alike += [name for name in ("unit", "definition") if name in rows.columns]
    if count := _repeated(rows, alike):
        told = plural(count, "row gives", "rows give")
        yield f"{told} a metric of a period once more"


def _repeated(rows: ir.Table, names: list[str]) -> int:
    return _count(rows) - _count(rows.select(*names).distinct())


def _count(rows: ir.Table) -> int:
    return int(rows.count().execute())


# Where two rows may be alike and both be true.
_ALL_COUNT = ("surveys", "contacts", "time_entries")
_JUDGED: dict[str, Callable[[ir.Table], Iterator[str]]] = {
    "agent_states": _states,
    "time_entries": _entries,
    "costs": _costs,
    "vendor_reports": _reports,
}
