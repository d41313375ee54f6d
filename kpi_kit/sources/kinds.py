"""What a file is: its name says it, and its first bytes must not say otherwise."""

from __future__ import annotations

import gzip
import shutil
import zlib
from typing import TYPE_CHECKING
from uuid import uuid4

from kpi_kit.errors import EnvironmentFault, TableError
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".ndjson": "ndjson",
    ".ndjson.gz": "ndjson",
    ".json": "json",
    ".json.gz": "json",
}
_GZIP = b"\x1f\x8b"
_BLOCK = 512  # what tar needs to be known
_PIECE = 1 << 20
# How often its packed size a file may unpack to; texts that repeat much reach thirty.
MOST_TIMES = 100
# What is smaller than this harms nobody, however small it was packed.
HARMLESS = 10_000_000
_SIGNS = {
    b"BZh9": "is packed by bzip2. Unpack it, or pack it as .gz or .zip",
    b"\xfd7zXZ": "is packed by xz. Unpack it, or pack it as .gz or .zip",
    b"\x28\xb5\x2f\xfd": "is packed by zstd. Unpack it, or pack it as .gz or .zip",
    b"7z\xbc\xaf": "is packed by 7-Zip. Unpack it, or pack it as .gz or .zip",
    b"Rar!": "is packed by RAR. Unpack it, or pack it as .gz or .zip",
    b"PK\x03\x04": "is a zip archive or a workbook. Name it .zip, or save it as CSV",
    b"PAR1": "is Parquet. Name it .parquet",
    b"\xd0\xcf\x11\xe0": "is an Excel workbook. Save it as CSV",
    b"%PDF": "is a PDF. Export a table",
    b"SQLite": "is a database. Export its tables",
}


def stem_and_kind(path: Path) -> tuple[str, str | None]:
    """Return a file's name without its ending, and what the ending says it is."""
    name = path.name.lower()
    for ending in sorted(KINDS, key=len, reverse=True):
        if name.endswith(ending):
            return name.removesuffix(ending), KINDS[ending]
    return name, None


def checked(path: Path) -> Path:
    """Return a file that holds what its name says: Parquet copied, gzip unpacked.

    Parameters
    ----------
    path
        A text file, gzipped when its name ends so, or Parquet.

    Returns
    -------
    Path
        The file itself, or a copy of its name in this process's temporary folder.

    Raises
    ------
    TableError
        Says what it is, if its first bytes are those of another kind; also if it is
        damaged, or unpacks to more than a hundred times its size, as no export does.
    EnvironmentFault
        If the disk does not take the copy.

    Notes
    -----
    Parquet is read as long as the report runs, and what DuckDB may read, it may write:
    it gets a copy, so that the user's file is out of reach, and stays as it was checked
    when an export replaces it meanwhile.
    """
    start = _start(path)
    gzipped = start.startswith(_GZIP)
    if stem_and_kind(path)[1] == "parquet":
        _refuse_no_parquet(path, start)
        return _copied(path)
    _refuse_other(path.name, start)
    if not gzipped:
        return path
    if not path.name.lower().endswith(".gz"):
        message = f"{path.name}: is gzipped, and its name does not say so"
        raise TableError(f"{message}. Name it {path.name}.gz.")
    unpacked = _unpacked(path)
    start = _start(unpacked)
    _refuse_other(f"{path.name}, unpacked", start)
    if start.startswith(_GZIP):
        raise TableError(f"{path.name}: is gzipped twice. Unpack it once.")
    return unpacked


def is_plain(path: Path) -> bool:
    """Return whether a file is not gzipped."""
    return not _start(path).startswith(_GZIP)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BLOCK)


def _refuse_other(name: str, start: bytes) -> None:
    """Raise if a file begins as another kind than text does."""
    for sign, what in _SIGNS.items():
        if start.startswith(sign):
            raise TableError(f"{name}: {what}.")
    if start[257:262] == b"ustar":
        raise TableError(f"{name}: is a tar archive. Pack its files as .zip.")


def _refuse_no_parquet(path: Path, start: bytes) -> None:
    """Raise if neither end of a file is Parquet's; one may be damaged."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        if start and b"PAR1" not in {start[:4], file.read()}:
            message = f"{path.name}: is no Parquet file"
            raise TableError(f"{message}. Name it by what it is, or export it again.")


def _copied(path: Path) -> Path:
    """Return a copy that may come to harm; what was made for this report is one."""
    if scratch() in path.parents:
        return path
    folder = scratch() / uuid4().hex
    try:
        folder.mkdir()
        return shutil.copyfile(path, folder / path.name)
    except OSError as error:
        message = f"{path.name}: cannot be copied to {folder} ({error.strerror})"
        todo = "Free the disk or set TMPDIR to another"
        raise EnvironmentFault(f"{message}. {todo}.") from None


def _unpacked(path: Path) -> Path:
    """Unpack a file whole: only at its end does gzip know whether it was right."""
    folder = scratch() / uuid4().hex
    folder.mkdir()
    size, copied = path.stat().st_size, 0
    try:
        with gzip.open(path) as packed, (folder / path.name).open("wb") as to:
            for piece in iter(lambda: packed.read(_PIECE), b""):
                copied += len(piece)
                refuse_bomb(path.name, size, copied)
                to.write(piece)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        message = f"{path.name}: cannot be unpacked: {str(error).rstrip('.')}"
        raise TableError(f"{message}. Export it again.") from None
    return folder / path.name


def refuse_bomb(name: str, packed: int, unpacked: int) -> None:
    """Raise if a file was packed smaller than any export can be."""
    if unpacked > max(HARMLESS, packed * MOST_TIMES):
        message = f"{name}: {packed:,} bytes unpack to {unpacked:,} or more"
        raise TableError(f"{message}; no export does. Export it again.")
