"""Words that no closed list has: kept as they are, counted, told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.plurals import plural
from kpi_kit.sources.session import is_duckdb
from kpi_kit.tables import STATUSES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.tables import Table

    Strange = tuple[str, ir.BooleanValue, tuple[str, ...]]

_NAMED = 3


def strange_words(
    table: Table, rows: ir.Table, present: tuple[str, ...]
) -> list[Strange]:
    """Say of each column with a closed list which rows hold another word.

    Parameters
    ----------
    table
        The canonical table.
    rows
        Typed, words in lower case.
    present
        The declared columns the source has.

    Returns
    -------
    list of tuple
        The column, the truth per row, the words that are known.
    """
    closed = [
        (name, ~_is_one_of(rows[name], known), known)
        for name in present
        if (known := table.column(name).values)
    ]
    if table.name != "events" or "field" not in present:
        return closed
    if "new_value" in present:
        known = _is_one_of(rows["new_value"], STATUSES)
        strange = _is_one_of(rows["field"], ("status",)) & ~known
        closed.append(("new_value", strange, STATUSES))
    is_tier = _is_one_of(rows["field"], ("tier",))
    for name in sorted({"old_value", "new_value"} & {*present}):
        word = rows[name]
        unread = word.notnull() & word.try_cast("float64").isnull()
        # A cast of each word, not only of a tier's, would take ten times as long.
        closed.append((name, is_tier.ifelse(unread, False), ("whole numbers",)))
    return closed


def _is_one_of(word: ir.StringColumn, known: tuple[str, ...]) -> ir.BooleanColumn:
    """Look words up in a list: DuckDB does so once per word of a Parquet file."""
    if is_duckdb(word.get_backend()):
        return ibis.literal([*known]).contains(word)
    return word.isin(known)


def sentence(file: str, rows: ir.Table, strange: Strange, count: int) -> str:
    """Return how many rows hold a strange word, the commonest named."""
    name, holds, known = strange
    rows = rows.filter(holds)
    words = rows.group_by(name).aggregate(n=rows.count())
    common = words.order_by(words["n"].desc(), name).limit(_NAMED).execute()
    named = ", ".join(f"{word!r}" for word in common[name])
    if name == "field":  # any may change; only of these a number is made
        change = plural(count, "row changes", "rows change")
        told = f"{file}: {change} what no number reads: {named[:120]}"
    else:
        have = plural(count, "row has", "rows have")
        told = f"{file}: {have} an unknown word in {name}: {named[:120]}"
    return f"{told}. Known: {', '.join(known)}."
