"""Which rows of a typed table are sound; the others are counted and quarantined."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from kpi_kit.sources.glance import EARLIEST, TOLERANCE, counted_at_a_glance, distinct
from kpi_kit.sources.quarantine import EARLY, FOUND, LATE, LISTED, cut, listing, refuse
from kpi_kit.sources.session import keep
from kpi_kit.sources.typed import UNREADABLE
from kpi_kit.sources.words import sentence, strange_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded

ACCOUNTING = ("file", "table", "rows_read", "accepted", "quarantined", "duplicates")


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One table's sound rows and what became of the rest.

    ``spans`` has first and last possible instant of each time stamp column.
    """

    rows: ir.Table
    accounting: tuple[str, str, int, int, int, int]
    spans: dict[str, tuple[int, int]]
    quarantine: pd.DataFrame = field(repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Sifted:
    """The sound rows, how many are bad or copies, and the bad ones that are listed."""

    rows: ir.Table
    bad: int = 0
    copies: int = 0
    found: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*FOUND]))


def judge(loaded: Loaded, now: int) -> Sound:
    """Keep the sound rows of ``loaded``, count and quarantine the others.

    Parameters
    ----------
    loaded
        One file's rows.
    now
        The clock, epoch seconds.

    Returns
    -------
    Sound
        ``rows_read = accepted + quarantined + duplicates``.  A row without a sound key
        or required column is quarantined and left out.  A row with another bad field
        counts as quarantined too, once, but stays in the table with that field NULL:
        the table holds the accepted rows and those.

    Raises
    ------
    TableError
        If a time stamp cannot be read.

    Notes
    -----
    A glance decides; rows are looked at only when it sees something.
    """
    strange = strange_words(loaded.table, loaded.rows, loaded.present)
    counts = counted_at_a_glance(loaded, strange, now) or _counted(loaded, now)
    if counts["unreadable"]:
        refuse(loaded)
    # Without the filter, where it would hold back nothing, only the key is read.
    keyed = _in(_marked(loaded, now)) if counts["out"] else loaded.rows
    left = counts["read"] - counts["out"]
    repeated = bool(loaded.key) and distinct(loaded.key, keyed) < left
    sifted = _Sifted(rows=loaded.rows.select(*loaded.present, *loaded.extra))
    if repeated or counts["out"] or counts["kept"]:
        sifted = _sift(loaded, now, repeated=repeated)
    read = counts["read"] + len(loaded.refused)
    bad = sifted.bad + len(loaded.refused)
    words = [
        sentence(loaded.file, loaded.rows, each, count)
        for each, count in zip(strange, counts["strange"], strict=True)
        if count
    ]
    where = (loaded.file, loaded.table.name)
    return Sound(
        rows=sifted.rows,
        accounting=(*where, read, read - bad - sifted.copies, bad, sifted.copies),
        spans=counts["spans"],
        quarantine=listing(loaded, sifted.found),
        warnings=(*loaded.notes, *words, *cut(loaded, bad)),
    )


def _leaving(loaded: Loaded, now: int) -> Iterator[tuple[ir.Value, ...]]:
    """Yield condition, column, rule and text of what leaves a row out."""
    rows = loaded.rows
    if "_fault" in rows.columns:
        hit = rows["_fault"].fill_null("").isin(loaded.must)
        yield hit, rows["_fault"], rows["_rule"], rows["_text"]
    for name in loaded.must:
        yield rows[name].isnull(), *_told(name, "empty", "")
    yield from _times(rows, [n for n in loaded.instants if n in loaded.must], now)


def _staying(loaded: Loaded, now: int) -> Iterator[tuple[ir.Value, ...]]:
    """Yield condition, column, rule and text of what costs a row only that field."""
    rows = loaded.rows
    if "_fault" in rows.columns:
        hit = rows["_fault"].notnull()
        yield hit, rows["_fault"], rows["_rule"], rows["_text"]
    optional = [name for name in loaded.instants if name not in loaded.must]
    yield from _times(rows, optional, now)


def _times(
    rows: ir.Table, names: Iterable[str], now: int
) -> Iterator[tuple[ir.Value, ...]]:
    for name in names:
        at = rows[name]
        text = at.cast("string")
        yield at.fill_null(EARLIEST) > now + TOLERANCE, *_told(name, LATE, text)
        yield at.fill_null(EARLIEST) < EARLIEST, *_told(name, EARLY, text)


def _told(
    column: str, rule: str, text: str | ir.Value
) -> tuple[ir.Value, ir.Value, ir.Value]:
    said = ibis.literal(text) if isinstance(text, str) else text
    return ibis.literal(column), ibis.literal(rule), said


def _marked(loaded: Loaded, now: int) -> ir.Table:
    """Add to each row its first problem: ``_column``, ``_why``, ``_what``, ``_out``."""
    leaving, staying = list(_leaving(loaded, now)), list(_staying(loaded, now))
    told = {
        name: ibis.cases(*((p[0], p[place].cast("string")) for p in leaving + staying))
        for place, name in enumerate(FOUND[1:], start=1)
    }
    return loaded.rows.mutate(**told, _out=reduce(or_, (p[0] for p in leaving)))


def _in(marked: ir.Table) -> ir.Table:
    return marked.filter(~marked["_out"])


def _counted(loaded: Loaded, now: int) -> dict[str, Any]:
    """Count in one look what is sound, what is not, and how far the times reach."""
    marked = _marked(loaded, now)
    strange = strange_words(loaded.table, marked, loaded.present)
    bad = marked["_column"].notnull()
    counts = {
        "read": marked.count(),
        "out": marked["_out"].sum(),
        "kept": (bad & ~marked["_out"]).sum(),
        **{f"strange {n}": holds.sum() for n, (_, holds, _) in enumerate(strange)},
    }
    for name in loaded.instants:
        at, possible = marked[name], marked[name].between(EARLIEST, now + TOLERANCE)
        counts[f"first {name}"] = at.min(where=possible)
        counts[f"last {name}"] = at.max(where=possible)
    if "_rule" in marked.columns:
        counts["unreadable"] = marked["_rule"].isin(UNREADABLE).sum()
    seen = marked.aggregate(**counts).execute().iloc[0]
    found = {name: 0 if pd.isna(seen[name]) else int(seen[name]) for name in counts}
    return {
        "unreadable": 0,
        **found,
        "strange": [found[f"strange {n}"] for n in range(len(strange))],
        "spans": {
            name: (found[f"first {name}"], found[f"last {name}"])
            for name in loaded.instants
            if found[f"first {name}"]
        },
    }


def _spare(loaded: Loaded, marked: ir.Table) -> ir.Table:
    """Return the rows after the first of each key: ``_row``, ``_same``, ``_key``."""
    sound = _in(marked)
    keys = list(loaded.key)
    often = sound.group_by(keys).aggregate(_n=sound.count())
    often = often.filter(often["_n"] > 1)
    double = sound.semi_join(often, keys)
    content = [*loaded.present, *loaded.extra]
    content += [name for name in ("_fault", "_text") if name in marked.columns]
    by_key = ibis.window(group_by=keys, order_by="_row")
    first = {
        f"first {c}": double[c].first(include_null=True).over(by_key) for c in content
    }
    nth = ibis.row_number().over(by_key)
    compared = double.mutate(_nth=nth, **first)
    same = (compared[c].identical_to(compared[f"first {c}"]) for c in content)
    key = reduce(lambda one, other: one + ", " + other, (compared[k] for k in keys))
    spare = compared.mutate(_same=reduce(and_, same), _key=key)
    return keep(spare.filter(spare["_nth"] > 0).select("_row", "_same", "_key"))


def _sift(loaded: Loaded, now: int, *, repeated: bool) -> _Sifted:
    marked = _marked(loaded, now)
    spare = _spare(loaded, marked) if repeated else None
    single = marked if spare is None else marked.anti_join(spare, "_row")
    bad = single.filter(single["_column"].notnull())
    found = bad.order_by("_row").limit(LISTED).select(*FOUND).execute()
    count, copies = int(bad.count().execute()), 0
    if spare is not None:
        clash = spare.filter(~spare["_same"])
        clashes = int(clash.count().execute())
        copies = int(spare.count().execute()) - clashes
        count += clashes
        found = pd.concat([found, _conflicts(loaded, clash)])
    sound = _in(single)
    rows = keep(sound.select(*_bounded(loaded, sound, now)))
    return _Sifted(rows=rows, bad=count, copies=copies, found=found)


def _conflicts(loaded: Loaded, clash: ir.Table) -> pd.DataFrame:
    told = {
        "_column": ibis.literal(", ".join(loaded.key)),
        "_why": ibis.literal("duplicate key, other content"),
        "_what": clash["_key"],
    }
    return clash.select("_row", **told).order_by("_row").limit(LISTED).execute()


def _bounded(loaded: Loaded, sound: ir.Table, now: int) -> Iterator[ir.Value]:
    """Yield every column, a time that cannot be as NULL."""
    for name in (*loaded.present, *loaded.extra):
        value = sound[name]
        if name in loaded.instants:
            possible = value.between(EARLIEST, now + TOLERANCE)
            value = ibis.ifelse(possible, value, ibis.null("int64")).name(name)
        yield value
