"""Which texts of a Parquet file are as they should be and can be read as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi_kit.sources.places import place
from kpi_kit.sources.plain_ids import odd_ids
from kpi_kit.sources.readings import CHANGED, kind_of, may_hold_zero, reading_of
from kpi_kit.sources.session import literal, quoted
from kpi_kit.sources.typed import is_id
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import ibis

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

    Sources = Mapping[str, tuple[str, str]]

_BLANK = "!"  # no blank text sorts after it


def tidy_texts(
    connection: ibis.BaseBackend,
    table: Table,
    columns: Sources,
    options: Options,
    path: Path,
) -> tuple[frozenset[str], frozenset[str], int | None]:
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
    frozenset of str, frozenset of str, int or None
        The canonical or extra names of those that are as they should be, and of those
        that hold a zero byte; how many different keys there are, where that was seen.

    Notes
    -----
    Three looks, each at what the one before leaves in doubt: at the bytes of ids, at
    each word of a dictionary, at each row.
    """
    texts = {
        name: source
        for name, source in columns.items()
        if kind_of(source[1]) == "text" and _is_text(table, name)
    }
    lowest, worded = _known(connection, path)
    ids = {
        name: source
        for name, (source, declared) in texts.items()
        if declared == "VARCHAR" and is_id(table, name)
    }
    unworded = {
        name: (source, _is_key(table, name))
        for name, source in ids.items()
        if source not in worded
    }
    key = table.key[0] if len(table.key) == 1 else None
    odd, keys = odd_ids(connection.con, unworded, path, key)
    doubts = {
        name: _doubt(table, name, source, options, lowest.get(source[0], ""))
        for name, source in texts.items()
        if name not in unworded or name in odd
    }
    zeroes = {
        name: f"bool_or(contains({quoted(source)}::varchar, chr(0)))"
        for name, (source, declared) in columns.items()
        if _is_text(table, name) and may_hold_zero(declared)
        if not is_id(table, name)  # no id has one
    }
    # What is plain has no zero byte: only what may not be is looked at again.
    plain = {name for name, (_, tells_plain) in doubts.items() if tells_plain}
    first = {(n, "mend"): truth for n, (truth, _) in doubts.items()}
    first |= {(n, "cut"): holds for n, holds in zeroes.items() if n not in plain}
    field = columns.get("field", ("field", ""))[0]  # what an event changes
    seen = _which(connection, first, path, field)
    doubtful = {name for name, why in seen if why == "mend"}
    exact = {(n, "mend"): _untidy(table, n, texts[n], options) for n in doubtful}
    exact |= {(n, "cut"): zeroes[n] for n in doubtful & plain & {*zeroes}}
    found = _which(connection, exact, path, field)
    cut = frozenset(name for name, why in seen | found if why == "cut")
    return frozenset(texts) - {n for n, _ in found} - cut, cut, keys


def _is_text(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is None or column.type is Type.TEXT


def _is_key(table: Table, name: str) -> bool:
    return name in {*table.key, *table.required}


def _known(connection: ibis.BaseBackend, path: Path) -> tuple[dict[str, str], set[str]]:
    """Return lower bounds, where a file knows them, and which columns it has worded.

    Those are written as numbers of the words of a dictionary.
    """
    query = f"""
        select path_in_schema,
            if(count(stats_min_value) = count(*), min(stats_min_value), null),
            bool_and(contains(encodings, 'DICTIONARY'))
        from parquet_metadata({place(path)}) group by path_in_schema
    """  # noqa: S608  quoted
    found = connection.con.execute(query).fetchall()
    lowest = {name: least for name, least, _ in found if least is not None}
    return lowest, {name for name, _, is_worded in found if is_worded}


def _which(
    connection: ibis.BaseBackend, truths: Mapping[Any, str], path: Path, field: str
) -> set[Any]:
    """Return for which names a truth of all rows holds; it may speak of ``field``."""
    asked = {name: truth for name, truth in truths.items() if truth}
    if not asked:
        return set()
    rows = f"read_parquet({place(path)})"
    if field != "field":
        rows = f"(select *, {quoted(field)} as field from {rows})"  # noqa: S608  quoted
    query = f"select {', '.join(asked.values())} from {rows}"  # noqa: S608  quoted
    seen = connection.con.execute(query).fetchone()
    return {name for name, holds in zip(asked, seen, strict=True) if holds}


def _doubt(
    table: Table, name: str, source: tuple[str, str], options: Options, lowest: str
) -> tuple[str, bool]:
    """Write a truth that holds wherever a value has to be mended, and costs little.

    And say whether it holds, too, where a value has a zero byte.  DuckDB looks once at
    each word of a dictionary, as long as nothing else is asked.
    """
    # A column without any value may be of numbers.
    value, declared = f"{quoted(source[0])}::varchar", source[1]
    if declared == "VARCHAR" and table.name == "events" and name in CHANGED:
        # Of a plain text, asked in functions alone: no comparison is made once a word.
        capital = f"not regexp_full_match({value}, '[^A-Z]*')"
        status = "(list_contains(['status'], field) or not kit_plain_word(field))"
        odd = f"bool_or(not kit_plain_text({value}))"
        return f"{odd} or bool_or({capital} and {status})", True
    if declared == "VARCHAR" and is_id(table, name):
        macro = "kit_plain_key" if _is_key(table, name) else "kit_plain_id"
        return f"bool_or(not {macro}({value}))", True
    read = _read(table, name, source, options)
    if declared == "VARCHAR" and read.startswith("kit_word"):
        return f"bool_or(not kit_plain_word({value}))", True
    if not read.startswith("kit_text"):
        return _untidy(table, name, source, options), False
    if lowest >= _BLANK:
        return "", False
    # Cheaper than each value's.
    return f"coalesce(min({quoted(source[0])}) < {literal(_BLANK)}, false)", False


def _untidy(table: Table, name: str, source: tuple[str, str], options: Options) -> str:
    """Write the truth that a value has to be mended."""
    value = f"{quoted(source[0])}::varchar"
    return f"bool_or({value} is distinct from ({_read(table, name, source, options)}))"


def _read(table: Table, name: str, source: tuple[str, str], options: Options) -> str:
    return reading_of(table, name, source, options, "").value
