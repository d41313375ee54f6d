"""A table's rows, sifted: of each id one, of the bad ones which and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from kpi_kit.sources.faults import kept, marked, mended
from kpi_kit.sources.glance import distinct
from kpi_kit.sources.parts import joined, typed
from kpi_kit.sources.quarantine import CONFLICT, FOUND, LISTED, OLDER
from kpi_kit.sources.stages import keep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """The sound rows, how many broke which rule or are copies, the bad ones listed.

    ``is_whole`` says that every row is among them.
    """

    rows: ir.Table
    broken: dict[tuple[str, str], int] = field(default_factory=dict)
    copies: int = 0
    found: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*FOUND]))
    is_whole: bool = False


def sifted(
    parts: Sequence[Loaded], counts: Sequence[Mapping[str, Any]], now: int
) -> list[Sifted]:
    """Sift the files of one table, of each id one row in all of them.

    Parameters
    ----------
    parts
        The files, in the order in which the first of two rows is told.
    counts
        Of each, as `rows._counted` returns.
    now
        The clock, epoch seconds.

    Returns
    -------
    list of Sifted
        One per file.
    """
    spares = _spares(parts, counts, now)
    return [
        _sift(loaded, now, spare, most_listed(loaded, seen))
        if spare is not None or seen["out"] or seen["kept"]
        else Sifted(rows=loaded.rows, is_whole=True)
        for loaded, seen, spare in zip(parts, counts, spares, strict=True)
    ]


def most_listed(loaded: Loaded, counts: Mapping[str, Any]) -> int:
    """Return how many bad rows are listed: at least all that a run may have."""
    read = counts["read"] + len(loaded.refused)
    return max(loaded.options.most_quarantined(read), LISTED)


def _spares(
    parts: Sequence[Loaded], counts: Sequence[Mapping[str, Any]], now: int
) -> list[ir.Table | None]:
    """Return of each file the rows that another of their id makes superfluous."""
    nothing = [None] * len(parts)
    keys = [*parts[0].telling]
    if not keys:
        return nothing
    left = sum(seen["read"] - seen["out"] for seen in counts)
    if _different(parts, counts, now) == left:
        return nothing
    spare = _spare(parts, now)
    having = {*spare.select("_part").distinct().execute()["_part"]}
    by_part = (spare.filter(spare["_part"] == n) for n in range(len(parts)))
    return [rows if n in having else None for n, rows in enumerate(by_part)]


def _different(
    parts: Sequence[Loaded], counts: Sequence[Mapping[str, Any]], now: int
) -> int:
    """Count the keys of all rows that are not left out."""
    if len(parts) == 1 and parts[0].keys is not None and not counts[0]["out"]:
        return parts[0].keys
    keys = parts[0].telling
    # Without the filter, where it would hold back nothing, only the key is read.
    keyed = (
        kept(marked(loaded, now)) if seen["out"] else loaded.rows
        for loaded, seen in zip(parts, counts, strict=True)
    )
    return distinct(keys, joined([rows.select(*keys) for rows in keyed]))


def _spare(parts: Sequence[Loaded], now: int) -> ir.Table:
    """Return all rows of a key but the newest, or else the first.

    With ``_part``, ``_row``, ``_key`` and, where it is no copy, ``_why`` it is left
    out.
    """
    first = parts[0]
    told = [
        name
        for name in ("_fault", "_text")
        if any(name in loaded.rows.columns for loaded in parts)
    ]
    keys, content = [*first.telling], [*first.present, *first.extra, *told]
    sound = joined([_comparable(p, n, content, now) for n, p in enumerate(parts)])
    often = sound.group_by(keys).aggregate(_n=sound.count())
    often = often.filter(often["_n"] > 1)
    double = sound.semi_join(often, keys)
    newest = double["_updated"].desc(nulls_first=False)
    alike = keys if first.key else content
    by_key = ibis.window(group_by=alike, order_by=[newest, "_part", "_row"])
    firsts = {
        f"_first {c}": double[c].first(include_null=True).over(by_key)
        for c in (*content, "_updated")
    }
    nth = ibis.row_number().over(by_key)
    compared = double.mutate(_nth=nth, **firsts)
    same = (compared[c].identical_to(compared[f"_first {c}"]) for c in content)
    key = reduce(
        lambda one, other: one + ", " + other,
        (compared[k].cast("string") for k in keys),
    )
    older = (compared["_updated"] < compared["_first _updated"]).fill_null(False)
    why = ibis.cases((reduce(and_, same), None), (older, OLDER), else_=CONFLICT)
    spare = compared.mutate(_why=why, _key=key)
    return keep(spare.filter(spare["_nth"] > 0).select("_part", "_row", "_why", "_key"))


def _comparable(loaded: Loaded, nth: int, content: Sequence[str], now: int) -> ir.Table:
    """Return the rows of a file that are not left out, the same columns of every."""
    rows = kept(marked(loaded, now))
    columns = [*content, "_updated", "_row"]
    return typed(loaded.table, rows, columns).mutate(_part=ibis.literal(nth, "int64"))


def _sift(loaded: Loaded, now: int, spare: ir.Table | None, most: int) -> Sifted:
    rows = marked(loaded, now)
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
    whole = keep(sound.select(*mended(loaded, sound, now)))
    return Sifted(rows=whole, broken=broken, copies=copies, found=found)


def _conflicts(loaded: Loaded, clash: ir.Table, most: int) -> pd.DataFrame:
    told = {
        "_column": ibis.literal(", ".join(loaded.key)),
        "_what": clash["_key"],
    }
    return clash.select("_row", "_why", **told).order_by("_row").limit(most).execute()
