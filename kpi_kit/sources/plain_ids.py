"""Which ids of a Parquet file are plain: told from the bytes of many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
) -> set[str]:
    """Find the columns of ids that may hold another than a plain one.

    Parameters
    ----------
    connection
        A DuckDB session.
    columns
        Canonical name -> name in the file, and whether it names a row.
    path
        A Parquet file, in which they are texts, or without any value.

    Returns
    -------
    set of str
        The canonical names.  Of all others each value is one that ``kit_key``, or
        ``kit_id``, returns as it is.

    Notes
    -----
    A regular expression on each row takes twice as long.
    """
    if not columns:
        return set()
    names = ", ".join(f"{quoted(source)}::varchar" for source, _ in columns.values())
    found = connection.execute(f"select {names} from read_parquet({place(path)})")  # noqa: S608  quoted
    odd: set[str] = set()
    for batch in found.to_arrow_reader(_ROWS):
        for (name, (_, is_key)), texts in zip(
            columns.items(), batch.columns, strict=True
        ):
            if name not in odd and _is_odd(texts, is_key=is_key):
                odd.add(name)
    return odd


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
