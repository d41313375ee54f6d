"""Zip archives: the tables in them, unpacked into this process's temporary folder."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import uuid4

from kpi_kit.errors import TableError
from kpi_kit.sources.kinds import KINDS, refuse_bomb, stem_and_kind
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_FILES = 1_000
_LONGEST = 200  # bytes of a name


def unpack(path: Path) -> Path:
    """Unpack the tables of a zip archive.

    Parameters
    ----------
    path
        The archive: one file of tickets, or ``<table>.csv`` and the like.

    Returns
    -------
    Path
        The file, where it is the only one; else a folder of them.

    Raises
    ------
    TableError
        If it is damaged or locked, a name in it leaves the folder, or it would unpack
        to more than a hundred times its size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = list(_members(archive, path.name))
            folder = scratch() / uuid4().hex
            folder.mkdir()
            for member in members:
                name = PurePosixPath(member.filename).name
                with archive.open(member) as packed, (folder / name).open("xb") as to:
                    shutil.copyfileobj(packed, to)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        message = f"{path.name}: is no whole zip archive: {error}"
        raise TableError(f"{message}. Export it again.") from None
    except FileExistsError as error:
        message = f"{path.name}: holds two files called {name!r}"
        raise TableError(f"{message}. Keep one of them.") from error
    return folder / name if len(members) == 1 else folder


def _members(archive: zipfile.ZipFile, where: str) -> Iterator[zipfile.ZipInfo]:
    """Yield what holds a table; refuse an archive that means harm."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        message = f"{where}: holds {len(entries):,} files, at most {MOST_FILES:,}"
        raise TableError(f"{message} are read. Pack the tables alone.")
    tables = 0
    for entry in entries:
        _refuse_harm(entry, where)
        hidden = PurePosixPath(entry.filename).name.startswith(".")
        if stem_and_kind(PurePosixPath(entry.filename))[1] and not hidden:
            tables += 1
            yield entry
    if not tables:
        message = f"{where}: holds no table"
        raise TableError(f"{message}. Known: {', '.join(KINDS)}.")


def _refuse_harm(entry: zipfile.ZipInfo, where: str) -> None:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    named = f"{where}: the name {entry.filename[:40]!r}"
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[:1]:
        raise TableError(f"{named} leaves the folder. Do not trust this archive.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise TableError(f"{named} is a link. Do not trust this archive.")
    if len(parts.name.encode()) > _LONGEST:
        raise TableError(f"{named} is too long for a file's. Shorten it.")
    if entry.flag_bits & 1:
        raise TableError(f"{where}: needs a password. Unpack it first.")
    refuse_bomb(f"{where}: {entry.filename[:40]}", entry.compress_size, entry.file_size)
