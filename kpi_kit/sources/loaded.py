"""What a reader hands over: one file's rows, typed but not yet judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpi_kit.sources.options import Options
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import ibis.expr.types as ir

    from kpi_kit.sources.left_out import LeftOut
    from kpi_kit.tables import Table


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One file's rows, typed but not yet judged.

    ``rows`` holds the ``present`` and ``extra`` columns, ``_row`` (0 for the first)
    and, where a value may be unreadable, ``_fault``, ``_rule``, ``_text``.  ``refused``
    are records that fit no row, as (line, rule, text); ``lines`` finds the lines of
    rows; ``found`` are the columns as the source calls them.  ``fatal`` are the rules
    of which one broken row stops all, because it says how every other row is to be
    read; ``beside`` are the tables that the source has, ``options`` how it is read;
    ``left_out`` tells of rows that a mapping leaves out on purpose.
    """

    file: str
    table: Table
    rows: ir.Table
    present: tuple[str, ...]
    extra: tuple[str, ...] = ()
    refused: tuple[tuple[int, str, str], ...] = ()
    lines: Callable[[Iterable[int]], Mapping[int, int]] | None = None
    notes: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    fatal: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)
    left_out: LeftOut | None = None

    @property
    def must(self) -> tuple[str, ...]:
        """Return the columns without which a row is left out, the key first."""
        needed = (*self.table.key, *self.table.required)
        return tuple(dict.fromkeys(name for name in needed if name in self.present))

    @property
    def key(self) -> tuple[str, ...]:
        """Return the key, empty when the source does not bring all of it."""
        return self.table.key if {*self.table.key} <= {*self.present} else ()

    @property
    def instants(self) -> tuple[str, ...]:
        """Return the time stamps among the present columns."""
        columns = (self.table.column(name) for name in self.present)
        return tuple(c.name for c in columns if c.type is Type.INSTANT)

    def lines_of(self, rows: Iterable[int]) -> Mapping[int, int]:
        """Return the line of each row: physical in a CSV, else its number from 1."""
        return self.lines(rows) if self.lines else {row: row + 1 for row in rows}
