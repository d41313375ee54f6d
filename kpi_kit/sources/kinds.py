"""What a file is: its name says it, and its first bytes must not say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.errors import TableError

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
GZIP = b"\x1f\x8b"
# How often its packed size a file may unpack to; texts that repeat much reach thirty.
MOST_TIMES = 100
# What is smaller than this harms nobody, however small it was packed.
HARMLESS = 10_000_000
_SIGNS = {
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


def check_kind(path: Path) -> None:
    """Raise if the first bytes of ``path`` are those of another kind of file.

    Parameters
    ----------
    path
        A text file, gzipped when its name ends so, or Parquet.

    Raises
    ------
    TableError
        Says what it is; also for what would unpack to more than a hundred times its
        size, as no export does.
    """
    if stem_and_kind(path)[1] == "parquet":
        return
    with path.open("rb") as file:
        start = file.read(8)
    for sign, what in _SIGNS.items():
        if start.startswith(sign):
            raise TableError(f"{path.name}: {what}.")
    if not start.startswith(GZIP):
        return
    if not path.name.lower().endswith(".gz"):
        message = f"{path.name}: is gzipped, and its name does not say so"
        raise TableError(f"{message}. Name it {path.name}.gz.")
    refuse_bomb(path.name, path.stat().st_size, _unpacked_size(path))


def refuse_bomb(name: str, packed: int, unpacked: int) -> None:
    """Raise if a file was packed smaller than any export can be."""
    if unpacked > max(HARMLESS, packed * MOST_TIMES):
        message = f"{name}: {packed:,} bytes would unpack to {unpacked:,}"
        raise TableError(f"{message}; no export does. Export it again.")


def _unpacked_size(path: Path) -> int:
    """Return the size that gzip noted at the end; of 4 GB and more only the rest."""
    with path.open("rb") as file:
        file.seek(-4, 2)
        return int.from_bytes(file.read(4), "little")
