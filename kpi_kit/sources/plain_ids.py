"""Which ids of a Parquet file are plain: told from the bytes of many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
_LETTERS = np.frombuffer(bytes(range(256)), np.uint8)
_DIGITS = (_LETTERS >= ord("0")) & (_LETTERS <= ord("9"))
_FIRST = _DIGITS | np.isin(_LETTERS, [*b"abcdefghijklmnopqrstuvwxyz"])
_FIRST |= np.isin(_LETTERS, [*b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"])
_FIRST_BUT_N = _FIRST & ~np.isin(_LETTERS, [*b"nN"])


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
    A regular expression on each row takes twice as long.  A thread for each column: the
    engine hands rows out on one.
    """
    if not columns:
        return set(), None
    file = place(path)
    rows = f"select num_rows from parquet_file_metadata({file})"  # noqa: S608  quoted
    (count,) = connection.execute(rows).fetchone()
    hashes = np.empty(count if key in columns else 0, np.uint64)
    odd: set[str] = set()

    def look(name: str) -> None:
        source, is_key = columns[name]
        text = f"{quoted(source)}::varchar"
        asked = f"{text}, hash({text})" if name == key else text
        query = f"select {asked} from read_parquet({file})"  # noqa: S608  quoted
        seen = 0
        with connection.cursor() as con:  # one to a thread
            for batch in con.execute(query).to_arrow_reader(_ROWS):
                if name not in odd and _is_odd(batch.columns[0], is_key=is_key):
                    odd.add(name)
                if name == key:
                    hashes[seen : seen + len(batch)] = batch.columns[1]
                    seen += len(batch)

    (threads,) = connection.execute("select current_setting('threads')").fetchone()
    with ThreadPoolExecutor(threads) as pool:
        [*pool.map(look, columns)]
    known = key in columns and key not in odd and count
    return odd, different(hashes) if known else None


def _is_odd(texts: pa.StringArray, *, is_key: bool) -> bool:
    """Return whether a text has another letter, begins otherwise or lacks a digit."""
    _, ends, letters = texts.buffers()
    ends = np.frombuffer(ends, np.int32)[texts.offset :][: len(texts) + 1]
    letters = np.frombuffer(letters, np.uint8) if letters else _LETTERS
    filled = ends[1:] > ends[:-1]
    if np.count_nonzero(filled) < len(texts) - texts.null_count:
        return True
    begins, lasts = ends[:-1][filled], ends[1:][filled] - 1
    within = letters[ends[0] : ends[-1]]
    odd = (within < ord("!")) | (within > ord("~")) | (within == ord("+"))
    first = (_FIRST if is_key else _FIRST_BUT_N)[letters[begins]]
    return bool(
        odd.any() or not first.all() or (is_key and _lacks(begins, lasts, letters))
    )


def _lacks(begins: np.ndarray, at: np.ndarray, letters: np.ndarray) -> bool:
    """Return whether a text has no digit, looking for one from its last letter on."""
    while at.size:
        others = ~_DIGITS[letters[at]]
        at, begins = at[others] - 1, begins[others]
        if (at < begins).any():
            return True
    return False
