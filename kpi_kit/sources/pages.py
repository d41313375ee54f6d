"""Whether an answer of an API is all there is: by the pages and totals it names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOTAL = (
    "count|total|numfound|(total|record|result|item|row|{0})s?count|"
    "total(results|records|items|size|hits|elements|rows|entries|objects|{0})"
)
_LAST = {"islast", "last", "lastpage", "done", "endofstream"}
_PAGES = {"totalpages", "pages", "numpages", "lastpage", "pagestotal", "pagecount"}
_PLACES = {"page": 1, "currentpage": 1, "pagenumber": 1, "offset": 0, "startat": 0}


def lacking(rest: Any, rows: int, table: str) -> str:
    """Return what says that rows stand elsewhere; nothing when nothing does.

    Parameters
    ----------
    rest
        The answer without its rows.
    rows
        How many they are.
    table
        What they are.

    Returns
    -------
    str
        Another page that is named, a total above ``rows``, or a number of pages or a
        place among them; those say nothing where a total is there and met.
    """
    named = list(_named(rest))
    for name, plain, value in named:
        follows = plain.startswith(("next", "prev")) or plain == "hasmore"
        if (follows and value not in (None, False, "", {})) or (
            plain in _LAST and value is False
        ):
            return f"{name} is {json.dumps(value)[:40]}"
    total = re.compile(_TOTAL.format(re.escape(table)))
    whole = [(name, plain, int(n)) for name, plain, n in named if _is_whole(n)]
    totals = [(name, n) for name, plain, n in whole if total.fullmatch(plain)]
    for name, n in totals:
        if n > rows:
            return f"{name} is {n:,}, rows here are {rows:,}"
    for name, plain, n in () if totals else whole:
        if n > (1 if plain in _PAGES else _PLACES.get(plain, n)):
            return f"{name} is {n:,}"
    return ""


def _named(rest: Any, above: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield each value with its name and that name's bare letters, also from within."""
    for name, value in rest.items() if isinstance(rest, dict) else ():
        plain = re.sub(r"[^a-z]", "", name.lower().removeprefix("@odata."))
        yield f"{above}{name}", plain, value
        yield from _named(value, f"{above}{name}: ")


def _is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit()
    return isinstance(value, int) and not isinstance(value, bool)
