"""Tables in several files, as months or machines write them: read as one."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import ibis

from kpi_kit.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded
    from kpi_kit.tables import Table


def by_table(loaded: Iterable[Loaded]) -> list[list[Loaded]]:
    """Group files by their table, the parts of each with the same columns.

    Parameters
    ----------
    loaded
        Files, those of one table beside one another.

    Returns
    -------
    list of list of Loaded
        A column of the user's own that a part lacks is NULL there, and it is said.

    Raises
    ------
    TableError
        If a part lacks a column of the kit's: its numbers would lack those rows.
    """
    groups = groupby(loaded, key=lambda each: each.table.name)
    return [_alike([*parts]) for _, parts in groups]


def _alike(parts: list[Loaded]) -> list[Loaded]:
    _refuse_lacking(parts)
    called: dict[str, str] = {}
    for name in (name for part in parts for name in part.extra):
        called.setdefault(name.lower(), name)
    return [_with(_called(part, called), tuple(called.values())) for part in parts]


def _refuse_lacking(parts: Iterable[Loaded]) -> None:
    """Raise if a part lacks a column of the kit's that another has."""
    has: dict[str, Loaded] = {}
    for part in parts:
        for name in part.present:
            has.setdefault(name, part)
    for part in parts:
        for name, other in has.items():
            if name not in part.present:
                message = f"{part.file}: has no column {name}, which {other.file} has"
                raise TableError(f"{message}. Export all parts with the same columns.")


def _called(part: Loaded, called: Mapping[str, str]) -> Loaded:
    """Return a part whose own columns are called as in the first part that has them.

    To an engine Brand and brand are one column.
    """
    names = {called[n.lower()]: n for n in part.extra if called[n.lower()] != n}
    if not names:
        return part
    told = (f"{part.file}: column {n!r} is read as {new}" for new, n in names.items())
    return replace(
        part,
        rows=part.rows.rename(names),
        extra=tuple(called[name.lower()] for name in part.extra),
        notes=(*part.notes, *told),
    )


def _with(part: Loaded, extra: tuple[str, ...]) -> Loaded:
    """Return a part with columns that others have, in their order."""
    lacks = [name for name in extra if name not in part.extra]
    if not lacks:
        return replace(part, extra=extra)
    rows = part.rows.mutate(**{name: ibis.null("string") for name in lacks})
    told = f"{part.file}: has no column {', '.join(lacks)}, which another part has"
    notes = (*part.notes, f"{told}; its rows count under (none)")
    return replace(part, rows=rows, extra=extra, notes=notes)


def joined(tables: Sequence[ir.Table]) -> ir.Table:
    """Return the rows of tables that have the same columns."""
    return tables[0] if len(tables) == 1 else ibis.union(*tables)


def typed(table: Table, rows: ir.Table, names: Iterable[str]) -> ir.Table:
    """Return some columns in their canonical types; one that is not there is NULL."""
    kinds = {column.name: column.type.stored for column in table.columns}
    kinds |= {"_updated": "int64", "_row": "int64"}
    columns = {
        name: rows[name].cast(kinds.get(name, "string"))
        if name in rows.columns
        else ibis.null(kinds.get(name, "string"))
        for name in names
    }
    return rows.select(**columns)


def in_words(parts: Sequence[Loaded]) -> str:
    """Return what the files of a table are called together.

    Examples
    --------
    >>> from kpi_kit.sources.loaded import Loaded
    >>> from kpi_kit.tables import TABLES
    >>> costs = [
    ...     Loaded(file=f"costs-{n}.csv", table=TABLES["costs"], rows=None, present=())
    ...     for n in range(1, 4)
    ... ]
    >>> in_words(costs[:1]), in_words(costs)
    ('costs-1.csv', 'costs-1.csv and 2 more')
    """
    more = len(parts) - 1
    return f"{parts[0].file} and {more} more" if more else parts[0].file
