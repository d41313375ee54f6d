"""Which texts of a Parquet file are as they should be and can be read as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.sources.places import place
from kpi_kit.sources.readings import kind_of, may_hold_zero, reading_of
from kpi_kit.sources.session import literal, quoted
from kpi_kit.sources.typed import is_id
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import ibis

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

_BLANK = "!"  # no blank text sorts after it


def tidy_texts(
    connection: ibis.BaseBackend,
    table: Table,
    columns: Mapping[str, tuple[str, str]],
    options: Options,
    path: Path,
) -> tuple[frozenset[str], frozenset[str]]:
    """Find the text columns of which no value has to be mended, or holds a zero byte.

    To read the first as they are saves looking at each value in every query.

    Parameters
    ----------
    connection
        A DuckDB session.
    table
        The canonical table.
    columns
        Canonical or extra name -> name in the file and DuckDB type there.
    options
        How the file is to be read.
    path
        A Parquet file.

    Returns
    -------
    pair of frozenset of str
        The canonical or extra names of those that are as they should be, and of those
        that hold a zero byte.
    """
    texts = {
        name: source
        for name, source in columns.items()
        if kind_of(source[1]) == "text" and _is_text(table, name)
    }
    lowest = _lowest(connection, path)
    untidy = {
        name: _untidy(table, name, source, options, lowest.get(source[0], ""))
        for name, source in texts.items()
    }
    doubtful = {name: truth for name, truth in untidy.items() if truth}
    zeroes = {
        name: f"bool_or(contains({quoted(source)}::varchar, chr(0)))"
        for name, (source, declared) in columns.items()
        if _is_text(table, name) and may_hold_zero(declared)
        if not is_id(table, name)  # no id has one
    }
    truths = [*doubtful.values(), *zeroes.values()]
    if not truths:
        return frozenset(texts), frozenset()
    query = f"select {', '.join(truths)} from read_parquet({place(path)})"  # noqa: S608  quoted
    seen = connection.con.execute(query).fetchone()
    mended = {n for n, hit in zip(doubtful, seen, strict=False) if hit}
    cut = {n for n, hit in zip(zeroes, seen[len(doubtful) :], strict=True) if hit}
    return frozenset(texts) - mended - cut, frozenset(cut)


def _is_text(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is None or column.type is Type.TEXT


def _lowest(connection: ibis.BaseBackend, path: Path) -> dict[str, str]:
    """Return a lower bound of each column, where the file knows one for all rows."""
    query = f"""
        select path_in_schema, min(stats_min_value)
        from parquet_metadata({place(path)})
        group by path_in_schema having count(stats_min_value) = count(*)
    """  # noqa: S608  quoted
    return dict(connection.con.execute(query).fetchall())


def _untidy(
    table: Table, name: str, source: tuple[str, str], options: Options, lowest: str
) -> str:
    """Write the truth that a value may have to be mended; nothing when none can."""
    value, read = quoted(source[0]), reading_of(table, name, source, options, "").value
    if not read.startswith("kit_text"):
        return f"bool_or({value}::varchar is distinct from ({read}))"
    if lowest >= _BLANK:
        return ""
    # Cheaper than each value's.
    return f"coalesce(min({value}) < {literal(_BLANK)}, false)"
