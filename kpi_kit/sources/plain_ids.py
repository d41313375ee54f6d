"""Which ids of a Parquet file are plain: told from the bytes of many at once."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING

import numpy as np

from kpi_kit.sources.glance import different
from kpi_kit.sources.places import place
from kpi_kit.sources.session import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb
    import pyarrow as pa

_ROWS = 20_480  # at once: an id of 100,000 letters is none that breaks anything
_PIECES = 4  # of a column, for the threads to share evenly


def odd_ids(
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, tuple[str, bool]],
    path: Path,
    key: str | None = None,
) -> tuple[set[str], int | None]:
    """Find the columns of ids that may hold another than a plain one.

    Parameters
    ----------
    connection
        A DuckDB session.
    columns
        Canonical name -> name in the file, and whether it names a row.
    path
        A Parquet file, in which they are texts, or without any value.
    key
        The canonical name of the column that alone tells a row, if one does.

    Returns
    -------
    pair of set of str and int
        The canonical names.  Of all others each value is one that ``kit_key``, or
        ``kit_id``, returns as it is.  And how many keys there are, one that is missing
        for one, as `glance.distinct` counts; None where they are odd or not asked for.

    Notes
    -----
    A regular expression on each row takes twice as long.  The engine hands rows out on
    one thread, and a key costs most: the threads share pieces of columns.
    """
    if not columns:
        return set(), None
    file = place(path)
    count, spans = _pieces(connection, file)
    hashes = np.empty(count if key in columns else 0, np.uint64)
    odd: set[str] = set()

    def look(piece: tuple[str, int, int]) -> None:
        name, first, end = piece
        source, is_key = columns[name]
        text = f"{quoted(source)}::varchar"
        asked = f"{text}, hash({text})" if name == key else text
        among = f"file_row_number >= {first} and file_row_number < {end}"
        query = f"select {asked} from read_parquet({file}) where {among}"  # noqa: S608  quoted
        with connection.cursor() as con:  # one to a thread
            for batch in con.execute(query).to_arrow_reader(_ROWS):
                if name in odd or _is_odd(batch.columns[0], is_key=is_key):
                    odd.add(name)
                    return  # whoever reads on looks at each row
                if name == key:
                    hashes[first : first + len(batch)] = batch.columns[1]
                    first += len(batch)

    pieces = [(name, *span) for name, span in product(columns, spans)]
    (threads,) = connection.execute("select current_setting('threads')").fetchone()
    with ThreadPoolExecutor(threads) as pool:
        [*pool.map(look, pieces)]
    known = key in columns and key not in odd and count
    return odd, different(hashes) if known else None


def _pieces(
    connection: duckdb.DuckDBPyConnection, file: str
) -> tuple[int, list[tuple[int, int]]]:
    """Count the rows, and say where pieces begin and end: between groups of rows."""
    sizes = f"""select any_value(row_group_num_rows) from parquet_metadata({file})
        group by row_group_id order by row_group_id"""  # noqa: S608  quoted
    starts = [0, *accumulate(n for (n,) in connection.execute(sizes).fetchall())]
    count = starts.pop()
    firsts = starts[:: math.ceil(len(starts) / _PIECES) or 1]
    return count, [*pairwise([*firsts, count])]


def _is_odd(texts: pa.StringArray, *, is_key: bool) -> bool:
    """Return whether a text has another letter, begins otherwise or lacks a digit."""
    _, ends, letters = texts.buffers()
    ends = np.frombuffer(ends, np.int32)[texts.offset :][: len(texts) + 1]
    begins, lasts = ends[:-1], ends[1:] - 1
    filled = lasts >= begins
    count = np.count_nonzero(filled)
    if not count or count < len(texts) - texts.null_count:
        return texts.null_count < len(texts)
    if count < len(texts):
        begins, lasts = begins[filled], lasts[filled]
    letters = np.frombuffer(letters, np.uint8)
    within = letters[ends[0] : ends[-1]]
    if within.min() < ord("!") or within.max() > ord("~") or b"+" in within.tobytes():
        return True
    firsts = letters[begins].tobytes()
    if not firsts.isalnum():
        return True
    return _lacks(begins, lasts, letters) if is_key else b"n" in firsts.lower()


def _lacks(begins: np.ndarray, at: np.ndarray, letters: np.ndarray) -> bool:
    """Return whether a text has no digit, looking for one from its last letter on."""
    while (others := letters[at] - ord("0") > 9).any():  # a letter below 0 is above it
        at, begins = at[others] - 1, begins[others]
        if (at < begins).any():
            return True
    return False
