"""Which rows of a typed table are sound; the others are counted and quarantined."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi_kit.plurals import plural
from kpi_kit.sources.faults import marked
from kpi_kit.sources.glance import counted_at_a_glance, row_of
from kpi_kit.sources.impossible import doubts, possible
from kpi_kit.sources.instants import UNREADABLE
from kpi_kit.sources.odd import remarks
from kpi_kit.sources.quarantine import (
    CONFLICT,
    broken_rules,
    cut,
    excess,
    listing,
    refuse,
)
from kpi_kit.sources.sifted import most_listed, sifted
from kpi_kit.sources.together import first_is_kept, taken_together
from kpi_kit.sources.twice import read_as_first
from kpi_kit.sources.words import sentence, strange_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded
    from kpi_kit.sources.sifted import Sifted
    from kpi_kit.sources.words import Strange

ACCOUNTING = ("file", "table", "rows_read", "accepted", "quarantined", "duplicates")


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One table's sound rows and what became of the rest.

    ``spans`` has first and last possible instant of each time stamp column; ``rules``
    how many rows broke each rule, ``quarantine`` which; ``excess`` says so when they
    are too many.
    """

    rows: ir.Table
    accounting: tuple[str, str, int, int, int, int]
    spans: dict[str, tuple[int, int]]
    quarantine: pd.DataFrame = field(repr=False)
    rules: pd.DataFrame = field(repr=False)
    warnings: tuple[str, ...] = ()
    excess: str = ""


def judge(parts: Sequence[Loaded], now: int) -> list[Sound]:
    """Keep the sound rows of a table, count and quarantine the others.

    Parameters
    ----------
    parts
        The rows of one file each, of most tables only one.
    now
        The clock, epoch seconds.

    Returns
    -------
    list of Sound
        One per file.  ``rows_read = accepted + quarantined + duplicates``.  A row
        without a sound key or required column is quarantined and left out.  A row with
        another bad field counts as quarantined too, once, but stays in the table with
        that field NULL: the table holds the accepted rows and those.

    Raises
    ------
    TableError
        If nothing of a time stamp column can be read, or a value says that the whole
        file is written otherwise than it is read.

    Notes
    -----
    A glance decides; rows are looked at only when it sees something.
    """
    counts = [_looked_at(loaded, now) for loaded in parts]
    found = sifted(parts, counts, now)
    together = [*taken_together(parts, [each.rows for each in found])]
    some = any(seen["read"] or p.refused for p, seen in zip(parts, counts, strict=True))
    each = zip(parts, counts, found, strict=True)
    sounds = [_sound(*of_one, some=some) for of_one in each]
    said = (*sounds[0].warnings, *together)
    return [replace(sounds[0], warnings=said), *sounds[1:]]


def _looked_at(loaded: Loaded, now: int) -> dict[str, Any]:
    asked = [holds for *_, holds in _odd(loaded, loaded.rows)]
    never = [doubt.holds for doubt in doubts(loaded, loaded.rows, now)]
    counts = counted_at_a_glance(loaded, asked, never, now) or _counted(loaded, now)
    if counts["fatal"]:
        refuse(loaded, loaded.fatal)
    for name in counts["hopeless"]:
        refuse(loaded, UNREADABLE, name)
    return counts


def _odd(
    loaded: Loaded, rows: ir.Table
) -> list[tuple[str, Strange | None, ir.BooleanValue]]:
    """Return what is said of odd rows, the strange word if it is one, and of which."""
    strange = strange_words(loaded.table, rows, loaded.present)
    told = [(each[0], each, each[1]) for each in strange]
    return [*told, *((text, None, holds) for text, holds in remarks(loaded, rows))]


def _said(loaded: Loaded, seen: dict[str, Any], found: Sifted) -> Iterator[str]:
    """Yield what should be known of the rows, of oddities those that are kept."""
    if "_mended" in loaded.rows.columns:
        (cut,) = row_of(loaded.rows, {"cut": loaded.rows["_mended"].sum()}).values()
        if cut:
            told = "blanks and unseen characters of an id are cut"
            yield _counted_out(loaded, seen, cut, told)
    rows = loaded.rows if found.is_whole else found.rows
    odd, held = _odd(loaded, rows), seen.get("asked")
    if held is None or not found.is_whole:
        counts = {str(n): holds.sum() for n, (*_, holds) in enumerate(odd)}
        held = [*row_of(rows, counts).values()]
    for (text, strange, _), count in zip(odd, held, strict=True):
        if count and strange is not None:
            yield sentence(loaded.file, rows, strange, count)
        elif count:
            yield _counted_out(loaded, seen, count, text)
    yield from read_as_first(loaded, seen["spans"])
    yield from _taken_for_copies(loaded, found.copies)
    if CONFLICT in {why for _, why in found.broken}:
        yield from first_is_kept(loaded)


def _counted_out(loaded: Loaded, seen: dict[str, Any], count: int, told: str) -> str:
    return f"{loaded.file}: {count:,} of {plural(seen['read'], 'row')}: {told}"


def _sound(
    loaded: Loaded, counts: dict[str, Any], found: Sifted, *, some: bool
) -> Sound:
    read = counts["read"] + len(loaded.refused)
    rules = broken_rules(loaded, found.broken)
    bad = int(rules["rows"].sum())
    most = most_listed(loaded, counts)
    said = (*_empty(loaded, read, some=some), *_said(loaded, counts, found))
    where = (loaded.file, loaded.table.name)
    return Sound(
        rows=found.rows,
        accounting=(*where, read, read - bad - found.copies, bad, found.copies),
        spans=counts["spans"],
        quarantine=listing(loaded, found.found, most),
        rules=rules,
        warnings=(*loaded.notes, *said, *cut(loaded, bad, most)),
        excess=excess(loaded, read, counts["out"] + len(loaded.refused), rules),
    )


def _empty(loaded: Loaded, read: int, *, some: bool) -> tuple[str, ...]:
    """Say that a file is empty, and what follows unless another part has some rows."""
    if read or loaded.options.allow_empty:
        return ()
    if some or loaded.table.name != "tickets":
        return (f"{loaded.file}: holds no rows",)
    others = " and ".join(sorted(loaded.beside - {"tickets"}))
    told = f"numbers come from {others} only"
    told = told if others else "no number can be computed from it"
    return (f"{loaded.file}: holds no rows; {told}",)


def _counted(loaded: Loaded, now: int) -> dict[str, Any]:
    """Count in one look what is sound, what is not, and how far the times reach.

    Returns
    -------
    dict
        ``read``; ``out`` and ``kept``, the bad rows that are left out or stay;
        ``fatal``, rows of which one stops all; ``hopeless``, the time stamps of which
        nothing reads; ``spans``, the first and the last possible instant of each time
        stamp.
    """
    rows = marked(loaded, now)
    bad = rows["_column"].notnull()
    counts = {
        "read": rows.count(),
        "out": rows["_out"].sum(),
        "kept": (bad & ~rows["_out"]).sum(),
    }
    for name in loaded.instants:
        at, can_be = rows[name], possible(rows[name], now)
        counts[f"first {name}"] = at.min(where=can_be)
        counts[f"last {name}"] = at.max(where=can_be)
        counts[f"read {name}"] = at.count()
    if "_rule" in rows.columns:
        counts["fatal"] = rows["_rule"].isin([*loaded.fatal, ""]).sum()
        for name in loaded.instants:
            unread = rows["_rule"].isin(UNREADABLE) & (rows["_fault"] == name)
            counts[f"unread {name}"] = unread.sum()
    seen = rows.aggregate(**counts).execute().iloc[0]
    found = {name: 0 if pd.isna(seen[name]) else int(seen[name]) for name in counts}
    return _summed(loaded, found)


def _summed(loaded: Loaded, found: dict[str, int]) -> dict[str, Any]:
    unread = [name for name in loaded.instants if found.get(f"unread {name}")]
    return {
        "fatal": 0,
        **found,
        "hopeless": [name for name in unread if not found[f"read {name}"]],
        "spans": {
            name: (found[f"first {name}"], found[f"last {name}"])
            for name in loaded.instants
            if found[f"first {name}"]
        },
    }


def _taken_for_copies(loaded: Loaded, copies: int) -> Iterator[str]:
    if copies and not loaded.key:
        told = plural(copies, "row equals", "rows equal")
        told = f"{told} an earlier one; without {', '.join(loaded.table.key)}"
        yield f"{loaded.file}: {told} a copy is meant"
