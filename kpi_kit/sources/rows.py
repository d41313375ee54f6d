"""Which rows of a typed table are sound; the others are counted and quarantined."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from kpi_kit.sources.faults import kept, marked, mended
from kpi_kit.sources.glance import counted_at_a_glance, distinct
from kpi_kit.sources.impossible import doubts, possible
from kpi_kit.sources.instants import UNREADABLE
from kpi_kit.sources.odd import remarks
from kpi_kit.sources.quarantine import (
    CONFLICT,
    FOUND,
    LISTED,
    OLDER,
    broken_rules,
    cut,
    excess,
    listing,
    refuse,
)
from kpi_kit.sources.session import keep
from kpi_kit.sources.together import first_is_kept, taken_together
from kpi_kit.sources.twice import read_as_first
from kpi_kit.sources.words import sentence, strange_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded

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


@dataclass(frozen=True, kw_only=True)
class _Sifted:
    """The sound rows, how many broke which rule or are copies, the bad ones listed."""

    rows: ir.Table
    broken: dict[tuple[str, str], int] = field(default_factory=dict)
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
        If nothing of a time stamp column can be read, or a value says that the whole
        file is written otherwise than it is read.

    Notes
    -----
    A glance decides; rows are looked at only when it sees something.
    """
    strange = strange_words(loaded.table, loaded.rows, loaded.present)
    remarked = remarks(loaded)
    asked = [*(holds for _, holds, _ in strange), *(holds for _, holds in remarked)]
    never = [doubt.holds for doubt in doubts(loaded, loaded.rows, now)]
    counts = counted_at_a_glance(loaded, asked, never, now)
    counts = counts or _counted(loaded, asked, now)
    if counts["fatal"]:
        refuse(loaded, loaded.fatal)
    for name in counts["hopeless"]:
        refuse(loaded, UNREADABLE, name)
    sifted = _sifted(loaded, counts, now)
    told = [(text, None) for text, _ in remarked]
    told = [(s[0], s) for s in strange] + told
    said = [
        _said(loaded, counts["read"], *each, count)
        for each, count in zip(told, counts["asked"], strict=True)
        if count
    ]
    said += read_as_first(loaded, counts["spans"])
    said += _taken_for_copies(loaded, sifted.copies)
    if CONFLICT in {why for _, why in sifted.broken}:
        said += first_is_kept(loaded)
    said += taken_together(loaded, sifted.rows)
    return _sound(loaded, counts, sifted, said)


def _said(loaded: Loaded, read: int, text: str, strange: Any, count: int) -> str:
    if strange is not None:
        return sentence(loaded.file, loaded.rows, strange, count)
    return f"{loaded.file}: {count:,} of {read:,} rows: {text}"


def _sound(
    loaded: Loaded, counts: dict[str, Any], sifted: _Sifted, said: list[str]
) -> Sound:
    read = counts["read"] + len(loaded.refused)
    rules = broken_rules(loaded, sifted.broken)
    bad = int(rules["rows"].sum())
    most = _most(loaded, counts)
    where = (loaded.file, loaded.table.name)
    return Sound(
        rows=sifted.rows,
        accounting=(*where, read, read - bad - sifted.copies, bad, sifted.copies),
        spans=counts["spans"],
        quarantine=listing(loaded, sifted.found, most),
        rules=rules,
        warnings=(*loaded.notes, *_empty(loaded, read), *said, *cut(loaded, bad, most)),
        excess=excess(loaded, read, counts["out"] + len(loaded.refused), rules),
    )


def _empty(loaded: Loaded, read: int) -> tuple[str, ...]:
    if read or loaded.options.allow_empty:
        return ()
    if loaded.table.name != "tickets":
        return (f"{loaded.file}: holds no rows",)
    others = " and ".join(sorted(loaded.beside - {"tickets"}))
    told = f"numbers come from {others} only"
    told = told if others else "no number can be computed from it"
    return (f"{loaded.file}: holds no rows; {told}",)


def _most(loaded: Loaded, counts: dict[str, Any]) -> int:
    """Return how many bad rows are listed: at least all that a run may have."""
    read = counts["read"] + len(loaded.refused)
    return max(loaded.options.most_quarantined(read), LISTED)


def _counted(loaded: Loaded, asked: list[ir.BooleanValue], now: int) -> dict[str, Any]:
    """Count in one look what is sound, what is not, and how far the times reach.

    Returns
    -------
    dict
        ``read``; ``out`` and ``kept``, the bad rows that are left out or stay;
        ``fatal``, rows of which one stops all; ``hopeless``, the time stamps of which
        nothing reads; ``asked``, of how many rows each thing holds; ``spans``, the
        first and the last possible instant of each time stamp.
    """
    rows = marked(loaded, now)
    bad = rows["_column"].notnull()
    counts = {
        "read": rows.count(),
        "out": rows["_out"].sum(),
        "kept": (bad & ~rows["_out"]).sum(),
        **{f"asked {n}": holds.sum() for n, holds in enumerate(asked)},
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
    return _summed(loaded, found, len(asked))


def _summed(loaded: Loaded, found: dict[str, int], asked: int) -> dict[str, Any]:
    unread = [name for name in loaded.instants if found.get(f"unread {name}")]
    return {
        "fatal": 0,
        **found,
        "hopeless": [name for name in unread if not found[f"read {name}"]],
        "asked": [found[f"asked {n}"] for n in range(asked)],
        "spans": {
            name: (found[f"first {name}"], found[f"last {name}"])
            for name in loaded.instants
            if found[f"first {name}"]
        },
    }


def _taken_for_copies(loaded: Loaded, copies: int) -> Iterator[str]:
    if copies and not loaded.key:
        row = "1 row equals" if copies == 1 else f"{copies:,} rows equal"
        told = f"{row} an earlier one; without {', '.join(loaded.table.key)}"
        yield f"{loaded.file}: {told} a copy is meant"


def _spare(loaded: Loaded, rows: ir.Table) -> ir.Table:
    """Return all rows of a key but the newest, or else the first.

    With ``_row``, ``_key`` and, where it is no copy, ``_why`` it is left out.
    """
    sound = kept(rows)
    keys = list(loaded.telling)
    often = sound.group_by(keys).aggregate(_n=sound.count())
    often = often.filter(often["_n"] > 1)
    double = sound.semi_join(often, keys)
    content = [*loaded.present, *loaded.extra]
    content += [name for name in ("_fault", "_text") if name in rows.columns]
    if "_updated" not in double.columns:
        double = double.mutate(_updated=ibis.null("int64"))
    newest = double["_updated"].desc(nulls_first=False)
    alike = keys if loaded.key else content
    by_key = ibis.window(group_by=alike, order_by=[newest, "_row"])
    first = {
        f"_first {c}": double[c].first(include_null=True).over(by_key)
        for c in (*content, "_updated")
    }
    nth = ibis.row_number().over(by_key)
    compared = double.mutate(_nth=nth, **first)
    same = (compared[c].identical_to(compared[f"_first {c}"]) for c in content)
    key = reduce(
        lambda one, other: one + ", " + other,
        (compared[k].cast("string") for k in keys),
    )
    older = (compared["_updated"] < compared["_first _updated"]).fill_null(False)
    why = ibis.cases((reduce(and_, same), None), (older, OLDER), else_=CONFLICT)
    spare = compared.mutate(_why=why, _key=key)
    return keep(spare.filter(spare["_nth"] > 0).select("_row", "_why", "_key"))


def _sifted(loaded: Loaded, counts: dict[str, Any], now: int) -> _Sifted:
    # Without the filter, where it would hold back nothing, only the key is read.
    keyed = kept(marked(loaded, now)) if counts["out"] else loaded.rows
    left = counts["read"] - counts["out"]
    repeated = bool(loaded.telling) and distinct(loaded.telling, keyed) < left
    if repeated or counts["out"] or counts["kept"]:
        most = _most(loaded, counts)
        return _sift(loaded, now, repeated=repeated, most=most)
    return _Sifted(rows=loaded.rows.select(*loaded.present, *loaded.extra))


def _sift(loaded: Loaded, now: int, *, repeated: bool, most: int) -> _Sifted:
    rows = marked(loaded, now)
    spare = _spare(loaded, rows) if repeated else None
    single = rows if spare is None else rows.anti_join(spare, "_row")
    bad = single.filter(single["_column"].notnull())
    found = bad.order_by("_row").limit(most).select(*FOUND).execute()
    by_rule = bad.group_by("_column", "_why").aggregate(n=bad.count()).execute()
    broken = {(column, why): int(n) for column, why, n in by_rule.to_numpy()}
    copies = 0
    if spare is not None:
        clash = spare.filter(spare["_why"].notnull())
        clashes = clash.group_by("_why").aggregate(n=clash.count()).execute()
        copies = int(spare.count().execute()) - int(clashes["n"].sum())
        key = ", ".join(loaded.key)
        broken |= {(key, why): int(n) for why, n in clashes.to_numpy()}
        found = pd.concat([found, _conflicts(loaded, clash, most)])
    sound = kept(single)
    mended_rows = keep(sound.select(*mended(loaded, sound, now)))
    return _Sifted(rows=mended_rows, broken=broken, copies=copies, found=found)


def _conflicts(loaded: Loaded, clash: ir.Table, most: int) -> pd.DataFrame:
    told = {
        "_column": ibis.literal(", ".join(loaded.key)),
        "_what": clash["_key"],
    }
    return clash.select("_row", "_why", **told).order_by("_row").limit(most).execute()
