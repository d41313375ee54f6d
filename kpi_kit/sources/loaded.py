"""What a reader hands over: one file's rows, typed but not yet judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpi_kit.sources.options import Options
from kpi_kit.tables import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ibis.expr.types as ir

    from kpi_kit.sources.left_out import LeftOut
    from kpi_kit.tables import Table

    Wanted = Mapping[int, tuple[str, ...]]
    Origins = Mapping[int, tuple[int, tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One file's rows, typed but not yet judged.

    ``rows`` holds the ``present`` and ``extra`` columns, ``_row`` (0 for the first)
    and, where a value may be unreadable, ``_fault``, ``_rule``, ``_text``.  ``refused``
    are records that fit no row, as (line, rule, text); ``origins`` finds, from rows and
    columns, the lines and what stood there; ``sources`` are the columns as the source
    calls them, ``found`` all of its columns.  ``fatal`` are the rules
    of which one broken row stops all, because it says how every other row is to be
    read; ``beside`` are the tables that the source has, ``histories`` those of them
    that tell what became of tickets, ``options`` how it is read;
    ``left_out`` tells of rows that a mapping leaves out on purpose, ``in_circles`` of
    tickets that are merged into one another; ``keys`` how many different ones the
    reader saw, where it looked.
    """

    file: str
    table: Table
    rows: ir.Table
    present: tuple[str, ...]
    extra: tuple[str, ...] = ()
    refused: tuple[tuple[int, str, str], ...] = ()
    origins: Callable[[Wanted], Origins] | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    fatal: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)
    left_out: LeftOut | None = None
    in_circles: tuple[str, ...] = ()
    histories: frozenset[str] = frozenset()
    keys: int | None = None

    @property
    def must(self) -> tuple[str, ...]:
        """Return the columns without which a row is left out, the key first."""
        needed = (*self.table.key, *self.table.filled)
        return tuple(dict.fromkeys(name for name in needed if name in self.present))

    @property
    def key(self) -> tuple[str, ...]:
        """Return the key, empty when the source does not bring all of it."""
        return self.table.key if {*self.table.key} <= {*self.present} else ()

    @property
    def telling(self) -> tuple[str, ...]:
        """Return the columns in which two rows are alike if they may be one.

        Nobody does the same to one ticket twice in a second; of other tables without a
        key equal rows may all be true.
        """
        by_time = self.table.name in {"messages", "events"}
        return self.key or (self.table.required if by_time else ())

    @property
    def instants(self) -> tuple[str, ...]:
        """Return the time stamps among the present columns."""
        columns = (self.table.column(name) for name in self.present)
        return tuple(c.name for c in columns if c.type is Type.INSTANT)

    def origins_of(
        self, columns: Mapping[int, str]
    ) -> Mapping[int, tuple[int, str | None]]:
        """Return where rows stood, and what in a column, or in several of a key.

        The line is the physical one of a text in lines, else the row's number from 1;
        the text is the file's own, None where it cannot be read again.
        """
        if self.origins is None:
            return {row: (row + 1, None) for row in columns}
        wanted = {row: self._called(column) for row, column in columns.items()}
        found = self.origins(wanted)
        return {row: (line, ", ".join(texts)) for row, (line, texts) in found.items()}

    def _called(self, column: str) -> tuple[str, ...]:
        names = [column] if column in self.sources else column.split(", ")
        return tuple(self.sources[name] for name in names)
