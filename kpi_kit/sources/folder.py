"""Which file of a folder is which canonical table, or a part of it: by name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi_kit.errors import TableError, nearest
from kpi_kit.sources.kinds import KINDS, stem_and_kind
from kpi_kit.sources.quarantine import shown
from kpi_kit.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
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
        Table and file, in the order of the canonical tables; of a table in parts one
        tuple for each, in the order of their names.

    Raises
    ------
    TableError
        If there are no tickets, a table is there twice, or a file is none that can be
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
    if not tables and _table_of(location) == "tickets":
        tables = {"tickets": [location]}
    found = {name: _files_of(name, paths, called) for name, paths in tables.items()}
    if not found.get("tickets"):
        message = f"{called}: has no tickets.parquet, tickets.csv or the like"
        raise TableError(f"{message}. {_hint(location)}")
    return [(TABLES[name], path) for name in TABLES for path in found.get(name, ())]


def _table_of(path: Path) -> str:
    """Return of which table a file or a folder is the whole or a part, if of any."""
    stem, kind = stem_and_kind(path)
    if stem in TABLES and (kind or _holds_data(path)):
        return stem
    part = _PART.fullmatch(stem) if kind else None
    return part[1] if part else ""


def _holds_data(path: Path) -> bool:
    return path.is_dir() and any(stem_and_kind(each)[1] for each in path.iterdir())


def _files_of(name: str, paths: list[Path], called: str) -> list[Path]:
    """Return the files of a table: one, or its parts; refuse what may be it twice."""
    wholes = [path for path in paths if stem_and_kind(path)[0] == name]
    if wholes and len(paths) > 1:
        other = next(path for path in paths if path != wholes[0])
        first, second = sorted((wholes[0].name, other.name))
        message = f"{called}: holds {first} and {second}"
        raise TableError(f"{message}. Keep one of them, or the parts alone.")
    files = [each for path in paths for each in _parts_of(path)]
    for file in files:
        _refuse_unreadable(file)
    return files


def _parts_of(path: Path) -> list[Path]:
    """Return a file, or the files of a folder that is called as a table."""
    if not path.is_dir():
        return [path]
    within = [each for each in sorted(path.iterdir()) if each.name[0] not in "._"]
    for each in within:
        if each.is_dir():
            message = f"{path.name}/{each.name}: is a folder among the parts of a table"
            raise TableError(f"{message}. Select from it with --source sql.")
    return [each for each in within if stem_and_kind(each)[1]]


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


def strangers(location: Path, found: Iterable[Path]) -> tuple[str, ...]:
    """Name the files that look like data and are no table, maybe misspelt."""
    read = {*found}
    paths = sorted(location.iterdir()) if location.is_dir() else []
    unread = [(path, *stem_and_kind(path)) for path in paths if path not in read]
    return tuple(
        f"{path.name}: is not read, no table is called {stem!r}"
        for path, stem, kind in unread
        if kind and not _table_of(path)
    )
