"""From what a column holds to its declared type: the one SELECT, in DuckDB's SQL.

A value that cannot be read is NULL, and its row says which column, which rule and what
stood there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_kit.sources.columns import telling_age
from kpi_kit.sources.instants import instant
from kpi_kit.sources.readings import (
    RAW,
    Reading,
    kind_of,
    may_hold_zero,
    reading_of,
    without_zero_bytes,
)
from kpi_kit.sources.session import literal, quoted
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table


def typed_select(  # noqa: PLR0913  all of it goes into one SELECT
    table: Table,
    columns: Mapping[str, tuple[str, str]],
    options: Options,
    *,
    relation: str,
    where: str,
    also: str = "",
    tidy: frozenset[str] | None = None,
    zeroes: Collection[str] | None = None,
) -> str:
    """Write the SELECT that types one relation.

    Parameters
    ----------
    table
        The canonical table.
    columns
        Canonical or extra name -> name in the relation and DuckDB type there.
    options
        How the source is to be read.
    relation
        What follows FROM.
    where
        File, for messages.
    also
        A column to pass on as it is.
    tidy
        Text columns known to be as they should be, which are not touched; None where
        none is known, as when everything came as text.
    zeroes
        Texts that may hold a zero byte; None where any may.

    Returns
    -------
    str
        A SELECT of ``columns``, typed, and, where a value may be unreadable,
        ``_fault``, ``_rule`` and ``_text``: the first column that is, why and what
        stood there; first come those without which a row is left out.  Where an id
        may be read otherwise than it is written, ``_mended``, whether one is; where
        rows say when they were written, ``_updated``.

    Raises
    ------
    TableError
        If a column's type can never hold what is declared.
    """
    readings = {
        name: _read(table, name, source, options, where, tidy, zeroes=zeroes)
        for name, source in columns.items()
    }
    doubtful = [name for name, reading in readings.items() if reading.rule]
    typed = [f"{r.value} as {quoted(name)}" for name, r in readings.items()]
    names = [quoted(name) for name in columns]
    beside = {also: also} if also else {}
    if updated := _updated(table, columns, options):
        beside["_updated"] = updated
    typed += [f"{value} as {name}" for name, value in beside.items()]
    names += beside
    if not doubtful:
        return f"select {', '.join(typed)} from {relation}"  # noqa: S608  quoted above
    doubtful.sort(key=lambda name: _rank(table, name))
    typed += [f"{readings[n].raw} as {quoted(f'_raw {n}')}" for n in doubtful]
    failed = " ".join(
        f"when {quoted(n)} is null and not kit_missing({quoted(f'_raw {n}')}) then {i}"
        for i, n in enumerate(doubtful)
    )
    # Sound rows, almost all, are told by one sum, which costs a third of the cases.
    lost = " + ".join(
        f"(({quoted(n)} is null) <> ({quoted(f'_raw {n}')} is null))::tinyint"
        for n in doubtful
    )
    first = f"case when {lost} = 0 then null else case {failed} end end"
    told = {
        "_fault": [literal(n) for n in doubtful],
        "_rule": [readings[n].rule.replace(RAW, quoted(f"_raw {n}")) for n in doubtful],
        "_text": [quoted(f"_raw {n}") for n in doubtful],
    }
    faults = [f"{_chosen(texts)} as {name}" for name, texts in told.items()]
    if ids := [n for n in doubtful if is_id(table, n)]:
        mended = " or ".join(f"{quoted(n)} <> {quoted(f'_raw {n}')}" for n in ids)
        faults.append(f"coalesce({mended}, false) as _mended")
    return (
        f"select {', '.join((*names, *faults))} from (select *, {first} as _first "  # noqa: S608  ditto
        f"from (select {', '.join(typed)} from {relation}))"
    )


def _read(  # noqa: PLR0913, PLR0917  what typed_select is given
    table: Table,
    name: str,
    source: tuple[str, str],
    options: Options,
    where: str,
    tidy: frozenset[str] | None,
    *,
    zeroes: Collection[str] | None,
) -> Reading:
    if tidy is not None and name in tidy:
        return Reading(value=quoted(source[0]))
    reading = reading_of(table, name, source, options, where)
    column = table.column(name)
    is_text = column is None or column.type is Type.TEXT
    if not is_text or kind_of(source[1]) not in {"text", "other"}:
        return reading
    value = quoted(source[0])
    if tidy is None and column is not None and column.values:
        # A word that is known is not mended: in text files each costs anew.
        known = ", ".join(literal(word) for word in column.values)
        mended = f"if(list_contains([{known}], {value}), {value}, {reading.value})"
        reading = replace(reading, value=mended)
    can_be = may_hold_zero(source[1]) and (zeroes is None or name in zeroes)
    return without_zero_bytes(reading, f"{value}::varchar") if can_be else reading


def _updated(
    table: Table, columns: Mapping[str, tuple[str, str]], options: Options
) -> str:
    """Write when a row was last written, as far as it says so; else nothing."""
    known = {column.name for column in table.columns}
    name = telling_age(name for name in columns if name not in known)
    if name is None:
        return ""
    source, declared = columns[name]
    read = instant(quoted(source), RAW, kind_of(declared), options)
    return read[0] if read else ""


def is_id(table: Table, name: str) -> bool:
    """Return whether a column names something, here or in another table."""
    column = table.column(name)
    return column is not None and (column.is_id or name in table.key)


def _rank(table: Table, name: str) -> int:
    """Return which fault of a row is told: what leaves it out, else a time, first."""
    column = table.column(name)
    if name in {*table.key, *table.filled}:
        return 0
    return 1 if column is not None and column.type is Type.INSTANT else 2


def _chosen(texts: Iterable[str]) -> str:
    cases = " ".join(f"when {i} then {text}" for i, text in enumerate(texts))
    return f"case when _first is null then null else case _first {cases} end end"
