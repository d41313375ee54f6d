"""Tickets that are merged into one another in a circle: none of them is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi_kit.sources.loaded import Loaded


def with_circles(loaded: Loaded) -> Loaded:
    """Find out which tickets are merged in a circle of two or more.

    Parameters
    ----------
    loaded
        One file's rows; of other tables than tickets nothing is asked.

    Returns
    -------
    Loaded
        With ``in_circles`` filled.

    Notes
    -----
    Only tickets leave the engine that are merged and have another merged into them.
    Of several rows of a ticket the one counts that is kept: the newest, else the first.
    """
    named = {"ticket_id", "merged_into"} <= {*loaded.present}
    if loaded.table.name != "tickets" or not named:
        return loaded
    rows = loaded.rows
    merges = rows.filter(rows.merged_into.notnull(), rows.merged_into != rows.ticket_id)
    merges = merges.select("_row", "ticket_id", "merged_into")
    again = merges.select(after="ticket_id").distinct()
    before = merges.select(before="merged_into").distinct()
    chained = merges.semi_join(again, [("merged_into", "after")])
    chained = chained.semi_join(before, [("ticket_id", "before")])
    told = rows.semi_join(chained, "ticket_id")
    newest = (
        [told["_updated"].desc(nulls_first=False)] if "_updated" in told.columns else []
    )
    told = told.order_by([*newest, "_row"]).select("ticket_id", "merged_into")
    kept = told.execute().drop_duplicates("ticket_id").dropna()
    into = dict(zip(kept["ticket_id"], kept["merged_into"], strict=True))
    return replace(loaded, in_circles=circles(into))


def circles(into: Mapping[str, str]) -> tuple[str, ...]:
    """Return those that come back to themselves, sorted.

    Examples
    --------
    >>> circles({"1": "2", "2": "3", "3": "2", "4": "5"})
    ('2', '3')
    """
    found, seen = set(), set()
    for start in into:
        path, at = {}, start
        while at in into and at not in seen:
            seen.add(at)
            path[at] = len(path)
            at = into[at]
        if at in path:
            found |= {name for name, nth in path.items() if nth >= path[at]}
    return tuple(sorted(found))
