"""What the bytes of a delimited file say before anything is loaded."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TextIO

from kpi_kit.errors import TableError
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kpi_kit.sources.options import Options

GZIP = b"\x1f\x8b"
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_FIELD = 100_000_000
_HEAD = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How one delimited file is to be read.

    ``path`` is the file itself or, when it was not UTF-8, a copy that is; ``skip`` the
    lines above the header, ``notes`` what a reader should be told.
    """

    path: Path
    header: tuple[str, ...]
    delimiter: str
    packed: bool = False
    skip: int = 0
    notes: tuple[str, ...] = ()


def layout(path: Path, options: Options, known: Iterable[str]) -> Layout:
    """Decide from the header line how ``path`` is to be read.

    Parameters
    ----------
    path
        A delimited file, gzipped or not.
    options
        ``encoding`` and ``delimiter`` override what the bytes say.
    known
        Column names that may be expected; the delimiter that splits the header into
        most of them wins.

    Returns
    -------
    Layout
        With the header's names, trimmed.

    Raises
    ------
    TableError
        If the file is empty or is no delimited text.
    """
    readable = _as_utf8(path, options.encoding)
    lines = head(readable, path.name)
    skip = 0
    declared = options.delimiter
    if lines[0].lower().startswith("sep=") and len(lines) > 1:  # Excel's own hint
        declared, skip = declared or lines[0][4:5], 1
    line = lines[skip]
    refuse_html(line, path.name)
    if line.lstrip()[:1] in {"{", "["}:
        message = f"{path.name}: looks like JSON, not CSV"
        raise TableError(f"{message}. Name it .json or .ndjson.")
    delimiter = declared or _delimiter(line, set(known))
    header = tuple(
        name.strip() for name in next(csv.reader([line], delimiter=delimiter))
    )
    packed = is_packed(readable)
    return Layout(
        path=readable,
        header=header,
        delimiter=delimiter,
        packed=packed,
        skip=skip,
        notes=tuple(_notes(path.name, delimiter, packed=packed)),
    )


def _notes(name: str, delimiter: str, *, packed: bool) -> Iterator[str]:
    if delimiter not in {",", "\t"}:
        called = DELIMITERS.get(delimiter, repr(delimiter))
        yield f"{name}: fields are separated by {called}"
    if packed and not name.endswith(".gz"):
        yield f"{name}: is gzipped and was unpacked"


def records(found: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield every record with the physical line it begins on; slow, for faults only.

    Parameters
    ----------
    found
        How the file is to be read.

    Yields
    ------
    tuple of int and list of str
        Line number, 1 being the file's first, and the fields; blank lines are none.
    """
    csv.field_size_limit(_FIELD)
    with open_text(found.path) as file:
        reader = csv.reader(file, delimiter=found.delimiter)
        for _ in range(found.skip + 1):
            next(reader)
        begins = reader.line_num + 1
        for fields in reader:
            if fields:
                yield begins, fields
            begins = reader.line_num + 1


def line_at(path: Path, offset: int) -> int:
    """Return the physical line that holds byte ``offset`` of the unpacked text."""
    with open_bytes(path) as file:
        before = file.read(offset)
    return 1 + (before.count(b"\n") or before.count(b"\r"))


def open_bytes(path: Path) -> BinaryIO:
    """Open ``path``, unpacking it when its first bytes are gzip's."""
    return gzip.open(path) if is_packed(path) else path.open("rb")


def is_packed(path: Path) -> bool:
    """Return whether the first bytes of ``path`` are gzip's."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


def open_text(path: Path, encoding: str = "utf-8-sig") -> TextIO:
    """Open ``path`` as text, line ends untouched, unreadable bytes marked."""
    # Not a codec's reader: that would end lines at form feeds too.
    return io.TextIOWrapper(
        open_bytes(path), encoding=encoding, errors="replace", newline=""
    )


def _as_utf8(path: Path, encoding: str | None) -> Path:
    with open_bytes(path) as file:
        start = file.read(4)
    by_mark = next((e for bom, e in _BOMS.items() if start.startswith(bom)), None)
    chosen = encoding or by_mark or "utf-8"
    if chosen == "utf-8":
        return path
    copy = scratch() / f"{path.name}.utf-8"
    try:
        with (
            open_bytes(path) as file,
            copy.open("w", encoding="utf-8", newline="") as to,
        ):
            shutil.copyfileobj(codecs.getreader(chosen)(file), to)
    except UnicodeError as error:
        message = f"{path.name}: not {chosen}: {error}"
        raise TableError(f"{message}. Set --option encoding=NAME.") from None
    return copy


def head(path: Path, name: str) -> list[str]:
    """Return the first lines of a text file; raise if it has none."""
    try:
        with open_bytes(path) as file:
            start = file.read(_HEAD)
    except (OSError, EOFError) as error:
        message = f"{name}: cannot be unpacked: {error}"
        raise TableError(f"{message}. Export it again.") from None
    text = start.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise TableError(f"{name}: the file is empty. Export it again.")
    if start.startswith(b"PK\x03\x04"):
        raise TableError(f"{name}: is a zip archive. Unpack it first.")
    return re.split(r"\r\n|\r|\n", text)


def refuse_html(line: str, name: str) -> None:
    """Raise if a file begins as a web page does: a login instead of an export."""
    if line.lstrip()[:1] == "<":
        message = f"{name}: looks like HTML, not a table; an expired export link"
        raise TableError(f"{message}? Export it again.")


def _delimiter(line: str, known: set[str]) -> str:
    def hits(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([line], delimiter=delimiter))
        plain = {name.strip().lower().replace(" ", "_") for name in names}
        return len(plain & known), len(names)

    return max(DELIMITERS, key=hits)
