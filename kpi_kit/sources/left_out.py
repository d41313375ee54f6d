"""Rows that a mapping leaves out: each with its reason, counted and listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from kpi_kit.plurals import plural
from kpi_kit.sources.quarantine import LISTED, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.sources.columns import Columns
    from kpi_kit.sources.loaded import Loaded
    from kpi_kit.sources.rows import Sound
    from kpi_kit.tables import Table

COLUMN = "left_out"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """How many rows were left out for which reason, and the first of them."""

    reasons: Mapping[str, int]
    listed: pd.DataFrame


def key_of(table: Table, columns: Columns) -> list[str]:
    """Return what a SELECT calls the columns that name a row to its reader."""
    names = table.key or table.required
    return [columns.sources[name] for name in names if name in columns.sources]


def divided(
    found: ir.Table, key: list[str], line: ir.IntegerValue | None
) -> tuple[ir.Table, LeftOut]:
    """Divide what a mapping's SELECT finds into what is read and what is left out.

    Parameters
    ----------
    found
        With a column ``left_out``: NULL, or why the row is none of the table's.
    key
        The columns that name a row to its reader.
    line
        Its number; None on a warehouse, which has no order.

    Returns
    -------
    tuple of Table and LeftOut
        The rows to read, without the column.
    """
    reason = found[COLUMN].cast("string").nullif("")
    out = found.filter(reason.notnull())
    names = [found[name].cast("string").fill_null("") for name in key]
    text = ibis.literal(", ").join(names) if names else ibis.literal("")
    told = out.select(
        line=ibis.literal(0) if line is None else line, rule=reason, text=text
    )
    counts = told.group_by("rule").aggregate(rows=told.count()).order_by("rule")
    return found.filter(reason.isnull()).drop(COLUMN), LeftOut(
        reasons=dict(counts.execute().itertuples(index=False, name=None)),
        listed=told.order_by("line", "text").limit(LISTED).execute(),
    )


def counted_in(loaded: Loaded, sound: Sound) -> Sound:
    """Return the account of a file with the rows its mapping leaves out.

    They count as read and quarantined, by a rule of their own, and never as too many:
    somebody decided it and wrote down why.
    """
    left = loaded.left_out
    if left is None or not left.reasons:
        return sound
    name, table, read, accepted, bad, copies = sound.accounting
    rows = sum(left.reasons.values())
    listed = [
        (name, line, "", f"left out: {reason}", shown(text))
        for line, reason, text in left.listed.itertuples(index=False)
    ]
    rules = [
        (name, table, "", f"left out: {reason}", count)
        for reason, count in left.reasons.items()
    ]
    told = [
        f"{name}: leaves out {count:,} of {plural(read + rows, 'row')}: {reason}"
        for reason, count in left.reasons.items()
    ]
    return replace(
        sound,
        accounting=(name, table, read + rows, accepted, bad + rows, copies),
        quarantine=_with(sound.quarantine, listed),
        rules=_with(sound.rules, rules),
        warnings=(*sound.warnings, *told),
    )


def _with(frame: pd.DataFrame, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    more = pd.DataFrame(rows, columns=[*frame.columns])
    return pd.concat([frame, more], ignore_index=True) if len(frame) else more
