"""Numbers with their words, as a sentence has them."""

from __future__ import annotations

import re


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count and what is said of so many.

    Parameters
    ----------
    count
        How many.
    one
        What is said of one.
    many
        What is said of any other number; by default ``one`` with an s.

    Examples
    --------
    >>> plural(1, "row"), plural(1200, "row"), plural(0, "row is", "rows are")
    ('1 row', '1,200 rows', '0 rows are')
    """
    return f"1 {one}" if count == 1 else f"{count:,} {many or f'{one}s'}"


def unbroken(text: str) -> str:
    """Return a text in which no number parts from its unit."""
    kept = re.sub(r"(?<=\d) (?=(?:h|min|s|d|points|pts)\b)", "\u00a0", text)
    return re.sub(r"(?<=\d\u00a0h) (?=\d)", "\u00a0", kept)
