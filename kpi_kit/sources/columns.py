"""Which column of a source is which canonical column: by name, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi_kit.errors import ParameterError, TableError, nearest
from kpi_kit.tables import match_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table


MOST = 2_000  # columns; from there on each costs more than the one before


_KEPT = {
    *("_row", "_fault", "_rule", "_text", "_first", "_mended", "file_row_number"),
    *("_updated", "_column", "_why", "_what", "_out", "_nth", "_part", "_key", "_n"),
}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Canonical or extra name -> name in the source, and what a reader should know."""

    sources: Mapping[str, str]
    present: tuple[str, ...]
    extra: tuple[str, ...]
    notes: tuple[str, ...]
    found: tuple[str, ...]


def match(table: Table, found: Iterable[str], options: Options, where: str) -> Columns:
    """Match the columns of a source with those of ``table``.

    Parameters
    ----------
    table
        The canonical table.
    found
        Column names as they stand in the source.
    options
        ``column_map`` renames; after it, case, blanks and hyphens do not matter.
    where
        File, for messages.

    Returns
    -------
    Columns
        Undeclared columns are extra in ``tickets`` and left unread elsewhere.

    Raises
    ------
    TableError
        If a required column is missing or two columns have one name.
    """
    found = tuple(found)
    if len(found) > MOST:
        message = f"{where}: has {len(found):,} columns, at most {MOST:,} are read"
        raise TableError(f"{message}. Export those that the numbers need.")
    declared = {column.name for column in table.columns}
    sources: dict[str, str] = {}
    notes = []
    for source in found:
        name = canonical(source, declared, options)
        if not name:
            message = f"{where}: a column has no name"
            raise TableError(f"{message}. Is the first line the header? Name it there.")
        if name.lower() in {known.lower() for known in sources}:
            message = f"{where}: two columns are called {name!r}"
            raise TableError(f"{message}. Remove or rename one.")
        refuse_kept(name, where)
        sources[name] = source
        if name in declared and name != source:
            notes.append(f"{where}: column {source!r} is read as {name}")
    match_columns(table, _revealed(sources), where)
    present = tuple(c.name for c in table.columns if c.name in sources)
    extra = tuple(name for name in sources if name not in declared)
    notes += _doubts(table, present, extra, where)
    if table.name != "tickets":
        sources = {name: sources[name] for name in present}
        extra = ()
    return Columns(
        sources=sources,
        present=present,
        extra=extra,
        notes=tuple(notes),
        found=tuple(found),
    )


def refuse_kept(name: str, where: str) -> None:
    """Raise for a name that the kit gives a column of its own, or that none can be."""
    if "\0" in name:
        message = f"{where}: the name of column {name!r} holds a zero byte"
        raise TableError(f"{message}. Rename it.")
    plain = name.lower()
    if plain in _KEPT or plain.startswith(("_raw ", "_first ")):
        message = f"{where}: a column is called {name!r}, as the kit calls one of its"
        raise TableError(f"{message} own. Rename it.")


def check_column_map(options: Options, sources: Iterable[str]) -> None:
    """Raise if ``column_map`` names a column that no file of the source has."""
    names = list(sources)
    for name in options.column_map:
        if name not in names:
            message = f"column_map: no file has a column {name!r}"
            raise ParameterError(f"{message}. {nearest(name, names)}")


def canonical(source: str, declared: set[str], options: Options) -> str:
    """Return what a column of a source is called here: by map, else by its name."""
    if source in options.column_map:
        return options.column_map[source]
    plain = source.strip().lower().replace(" ", "_").replace("-", "_")
    return plain if plain in declared else source.strip()


def telling_age(extra: Iterable[str]) -> str | None:
    """Return which column that the kit does not know tells when a row was written.

    Examples
    --------
    >>> telling_age(["plan", "Updated At"])
    'Updated At'
    """
    plain = ((name, name.lower().replace(" ", "_")) for name in extra)
    return next((name for name, called in plain if called == "updated_at"), None)


def _revealed(names: Iterable[str]) -> list[str]:
    """Show look-alike letters by their code point: the eye cannot tell them."""
    return [
        "".join(c if c.isascii() else f"<U+{ord(c):04X}>" for c in name)
        for name in names
    ]


def _doubts(
    table: Table, present: tuple[str, ...], extra: tuple[str, ...], where: str
) -> list[str]:
    absent = [c.name for c in table.columns if c.name not in present]
    doubts = []
    for name in extra:
        close = get_close_matches(name.lower(), absent, n=1, cutoff=0.8)
        if close:
            doubts.append(f"{where}: column {name!r} is not {close[0]!r}; misspelt?")
        elif table.name != "tickets":
            doubts.append(f"{where}: column {name!r} is not read")
    return doubts
