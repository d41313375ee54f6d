"""Tickets that are merged into one another in a circle: none of them is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from kpi_kit.sources.faults import kept, marked
from kpi_kit.sources.parts import joined, typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpi_kit.sources.loaded import Loaded


def with_circles(parts: Sequence[Loaded], now: int) -> list[Loaded]:
    """Find out which tickets are merged in a circle of two or more.

    Parameters
    ----------
    parts
        A table's files; of other tables than tickets nothing is asked.
    now
        The clock, epoch seconds: a row of a later time is left out.

    Returns
    -------
    list of Loaded
        With ``in_circles`` filled.

    Notes
    -----
    Only tickets leave the engine that are merged and have another merged into them.
    Of several rows of a ticket the one counts that is kept: the newest, else the first,
    of those that are not left out.
    """
    table, names = parts[0].table, ("ticket_id", "merged_into")
    if table.name != "tickets" or not {*names} <= {*parts[0].present}:
        return [*parts]
    columns = (*names, "_updated", "_row")
    rows = joined(
        [
            typed(table, kept(marked(loaded, now)), columns).mutate(
                _part=ibis.literal(n, "int64")
            )
            for n, loaded in enumerate(parts)
        ]
    )
    merges = rows.filter(rows.merged_into.notnull(), rows.merged_into != rows.ticket_id)
    merges = merges.select(*names)
    again = merges.select(after="ticket_id").distinct()
    before = merges.select(before="merged_into").distinct()
    chained = merges.semi_join(again, [("merged_into", "after")])
    chained = chained.semi_join(before, [("ticket_id", "before")])
    told = rows.semi_join(chained, "ticket_id")
    newest = told["_updated"].desc(nulls_first=False)
    told = told.order_by([newest, "_part", "_row"]).select(*names)
    found = told.execute().drop_duplicates("ticket_id").dropna()
    into = dict(zip(found["ticket_id"], found["merged_into"], strict=True))
    named = circles(into)
    return [replace(loaded, in_circles=named) for loaded in parts]


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
