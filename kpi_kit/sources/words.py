"""Words that no closed list has: kept as they are, counted, told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.tables import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from kpi_kit.tables import Table

_NAMED = 3


def unknown_words(
    file: str, table: Table, rows: ir.Table, present: tuple[str, ...]
) -> tuple[str, ...]:
    """Count the words of ``rows`` that their closed list does not have.

    Parameters
    ----------
    file
        Where the rows came from, for the sentence.
    table
        The canonical table.
    rows
        Typed, words in lower case.
    present
        The declared columns the source has.

    Returns
    -------
    tuple of str
        One sentence per column with such words, the commonest named.
    """
    closed = list(_closed(table, rows, present))
    if not closed:
        return ()
    counts = {f"n{i}": strange.sum() for i, (_, strange, _) in enumerate(closed)}
    seen = rows.aggregate(**counts).execute().iloc[0]
    return tuple(
        _sentence(file, rows.filter(strange), name, int(seen[f"n{i}"]), known)
        for i, (name, strange, known) in enumerate(closed)
        if seen[f"n{i}"] and seen[f"n{i}"] > 0
    )


def _closed(
    table: Table, rows: ir.Table, present: tuple[str, ...]
) -> Iterator[tuple[str, ir.BooleanValue, tuple[str, ...]]]:
    for name in present:
        known = table.column(name).values
        if known:
            yield name, ~rows[name].isin(known), known
    if table.name == "events" and {"field", "new_value"} <= {*present}:
        strange = (rows["field"] == "status") & ~rows["new_value"].isin(STATUSES)
        yield "new_value", strange, STATUSES
    if table.name == "events":
        for name in sorted({"old_value", "new_value"} & {*present}):
            unread = rows[name].notnull() & rows[name].try_cast("float64").isnull()
            yield name, (rows["field"] == "tier") & unread, ("whole numbers",)


def _sentence(
    file: str, rows: ir.Table, name: str, count: int, known: tuple[str, ...]
) -> str:
    words = rows.group_by(name).aggregate(n=rows.count())
    common = words.order_by(words["n"].desc(), name).limit(_NAMED).execute()
    named = ", ".join(f"{word!r}" for word in common[name])
    plural = "rows have" if count > 1 else "row has"
    told = f"{file}: {count:,} {plural} an unknown word in {name}: {named[:120]}"
    return f"{told}. Known: {', '.join(known)}."
