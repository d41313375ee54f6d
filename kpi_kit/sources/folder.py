"""Which file of a folder is which canonical table: by name, one file each."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi_kit.errors import TableError, nearest
from kpi_kit.sources.kinds import KINDS, stem_and_kind
from kpi_kit.sources.quarantine import shown
from kpi_kit.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from kpi_kit.tables import Table

# As programs number what they export in pieces, and browsers what they fetch twice.
_PART = re.compile(rf"({'|'.join(TABLES)})[-_. (]*(part|page)?[-_. ]*\d[-_\d]*\)?")


def tables_at(location: Path, called: str) -> list[tuple[Table, Path]]:
    """Find the tables at a place: a folder of them, or one file of tickets.

    Parameters
    ----------
    location
        The folder or file.
    called
        What messages call it: of an unpacked archive, the archive.

    Returns
    -------
    list of tuple
        Table and file, in the order of the canonical tables.

    Raises
    ------
    TableError
        If there are no tickets, or a table is more than one file or none that can be
        read.
    """
    if location.is_file():
        if stem_and_kind(location)[1] is None:
            message = f"{called}: no table is read from such a file"
            raise TableError(f"{message}. Known: {', '.join((*KINDS, '.zip'))}.")
        _refuse_unreadable(location)
        return [(TABLES["tickets"], location)]
    if not location.is_dir():
        message = f"{called}: no such file or folder"
        raise TableError(f"{message}. Give where the tickets are.")
    tables: dict[str, list[Path]] = {}
    for path in sorted(location.iterdir()):
        if name := _table_of(path):
            tables.setdefault(name, []).append(path)
    for name, paths in tables.items():
        _refuse_several(name, paths, called)
        _refuse_unreadable(paths[0])
    if "tickets" not in tables:
        if name := _table_of(location):
            _refuse_several(name, [location], called)
        message = f"{called}: has no tickets.parquet, tickets.csv or the like"
        raise TableError(f"{message}. {_hint(location)}")
    return [(TABLES[name], tables[name][0]) for name in TABLES if name in tables]


def _table_of(path: Path) -> str:
    """Return of which table a file or a folder is the whole or a part, if of any."""
    stem, kind = stem_and_kind(path)
    if stem in TABLES and (kind or _holds_data(path)):
        return stem
    part = _PART.fullmatch(stem) if kind else None
    return part[1] if part else ""


def _holds_data(path: Path) -> bool:
    return path.is_dir() and any(stem_and_kind(each)[1] for each in path.iterdir())


def _refuse_several(name: str, paths: list[Path], called: str) -> None:
    """Raise if a table is more than a file, or looks like a part of one."""
    parts = [p for p in paths if p.is_dir() or stem_and_kind(p)[0] not in TABLES]
    if parts:
        message = f"{called}: {parts[0].name} looks like a part of {name}"
        todo = "Join the parts into one file, or select from them with --source sql"
        raise TableError(f"{message}, which is one file. {todo}.")
    if len(paths) > 1:
        message = f"{called}: holds {paths[0].name} and {paths[1].name}"
        raise TableError(f"{message}. Keep one of them.")


def _refuse_unreadable(path: Path) -> None:
    if not path.name.isprintable():
        message = f"'{shown(path.name)}': the name holds a line break or the like"
        raise TableError(f"{message}. Rename the file.")
    if not path.is_file():
        message = f"{path.name}: is no file that can be read, maybe a broken link"
        raise TableError(f"{message}. Put the file there.")


def _hint(location: Path) -> str:
    found = sorted(path for path in location.iterdir() if stem_and_kind(path)[1])
    names = [path.name for path in found]
    alike = [n for n in names if get_close_matches("tickets", [n.partition(".")[0]])]
    if alike:
        return nearest("tickets.csv", alike)
    return f"It holds {', '.join(names[:5]) or 'no file of that kind'}."


def strangers(location: Path) -> tuple[str, ...]:
    """Name the files that look like data and are no table, maybe misspelt."""
    paths = sorted(location.iterdir()) if location.is_dir() else []
    unread = [(path, *stem_and_kind(path)) for path in paths]
    return tuple(
        f"{path.name}: is not read, no table is called {stem!r}"
        for path, stem, kind in unread
        if kind and stem not in TABLES
    )
