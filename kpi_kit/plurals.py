"""A count with its words, as a sentence has them."""

from __future__ import annotations


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
