"""What can be wrong with a typed row: first what leaves it out, then what costs it."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from kpi_kit.sources.glance import EARLIEST, TOLERANCE
from kpi_kit.sources.impossible import doubts, in_doubt, possible
from kpi_kit.sources.quarantine import EARLY, FOUND, LATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded

    Problem = tuple[ir.BooleanValue, ir.Value, ir.Value, ir.Value]


def marked(loaded: Loaded, now: int) -> ir.Table:
    """Add to each row its first problem.

    Parameters
    ----------
    loaded
        One file's rows.
    now
        The clock, epoch seconds.

    Returns
    -------
    ibis.Table
        With ``_column``, ``_why`` and ``_what`` stood there, and ``_out``: whether the
        row is left out of its table.
    """
    leaving, staying = list(_leaving(loaded, now)), list(_staying(loaded, now))
    told = {
        name: ibis.cases(*((p[0], p[place].cast("string")) for p in leaving + staying))
        for place, name in enumerate(FOUND[1:], start=1)
    }
    return loaded.rows.mutate(**told, _out=reduce(or_, (p[0] for p in leaving)))


def kept(rows: ir.Table) -> ir.Table:
    """Return the rows of `marked` that are not left out of their table."""
    return rows.filter(~rows["_out"])


def mended(loaded: Loaded, sound: ir.Table, now: int) -> Iterator[ir.Value]:
    """Yield every column of ``sound``, a field that cannot be as NULL."""
    contradicted = doubts(loaded, sound, now)
    for name in (*loaded.present, *loaded.extra):
        value, bad = sound[name], in_doubt(contradicted, name)
        if name in loaded.instants:
            never = ~possible(value, now)
            bad = never if bad is None else never | bad
        if bad is not None:
            value = ibis.ifelse(bad, ibis.null(value.type()), value).name(name)
        yield value


def _leaving(loaded: Loaded, now: int) -> Iterator[Problem]:
    """Yield condition, column, rule and text of what leaves a row out."""
    rows = loaded.rows
    if "_fault" in rows.columns:
        hit = rows["_fault"].fill_null("").isin(loaded.must)
        yield hit, rows["_fault"], rows["_rule"], rows["_text"]
    for name in loaded.must:
        yield rows[name].isnull(), *_told(name, "empty", "")
    yield from _times(rows, [n for n in loaded.instants if n in loaded.must], now)
    yield from _doubtful(loaded, now, needed=True)


def _staying(loaded: Loaded, now: int) -> Iterator[Problem]:
    """Yield condition, column, rule and text of what costs a row only that field."""
    rows = loaded.rows
    if "_fault" in rows.columns:
        hit = rows["_fault"].notnull()
        yield hit, rows["_fault"], rows["_rule"], rows["_text"]
    optional = [name for name in loaded.instants if name not in loaded.must]
    yield from _times(rows, optional, now)
    yield from _doubtful(loaded, now, needed=False)


def _times(rows: ir.Table, names: Iterable[str], now: int) -> Iterator[Problem]:
    for name in names:
        at = rows[name]
        text = at.cast("string")
        yield at.fill_null(EARLIEST) > now + TOLERANCE, *_told(name, LATE, text)
        yield at.fill_null(EARLIEST) < EARLIEST, *_told(name, EARLY, text)


def _doubtful(loaded: Loaded, now: int, *, needed: bool) -> Iterator[Problem]:
    for doubt in doubts(loaded, loaded.rows, now):
        if (doubt.column in loaded.must) is needed:
            text = loaded.rows[doubt.column].cast("string")
            yield doubt.holds, *_told(doubt.column, doubt.rule, text)


def _told(
    column: str, rule: str, text: str | ir.Value
) -> tuple[ir.Value, ir.Value, ir.Value]:
    said = ibis.literal(text) if isinstance(text, str) else text
    return ibis.literal(column), ibis.literal(rule), said
