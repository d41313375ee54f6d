"""What the bytes of a delimited file say before anything is loaded."""

from __future__ import annotations

import codecs
import csv
import io
import mmap
import re
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO
from uuid import uuid4

from kpi_kit.errors import TableError
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kpi_kit.sources.options import Options

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before the half of it that means UTF-16
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_FIELD = 100_000_000
_HEAD = 1_000_000
_SHOWN = 40
_ENDS = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How one delimited file is to be read.

    ``path`` is the file itself or, when it was not UTF-8, a copy that is; ``skip`` the
    lines above the header, ``notes`` what a reader should be told.
    """

    path: Path
    header: tuple[str, ...]
    delimiter: str
    skip: int = 0
    notes: tuple[str, ...] = ()


def layout(path: Path, options: Options, known: Iterable[str]) -> Layout:
    """Decide from the header line how ``path`` is to be read.

    Parameters
    ----------
    path
        A delimited file.
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
    readable, encoding = _as_utf8(path, options.encoding)
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
    return Layout(
        path=readable,
        header=header,
        delimiter=delimiter,
        skip=skip,
        notes=tuple(_notes(path.name, delimiter, encoding)),
    )


def _notes(name: str, delimiter: str, encoding: str) -> Iterator[str]:
    if delimiter not in {",", "\t"}:
        called = DELIMITERS.get(delimiter, repr(delimiter))
        yield f"{name}: fields are separated by {called}"
    if encoding != "utf-8":
        yield f"{name}: is read as {encoding}"


def records(found: Layout, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield every record with the physical line it begins on; slow, for faults only.

    Parameters
    ----------
    found
        How the file is to be read.
    strict
        Whether a quote that stands where none can is an error of `csv`.

    Yields
    ------
    tuple of int and list of str
        Line number, 1 being the file's first, and the fields; blank lines are none.
    """
    csv.field_size_limit(_FIELD)
    with open_text(found.path) as file:
        reader = csv.reader(file, delimiter=found.delimiter, strict=strict)
        for _ in range(found.skip + 1):
            next(reader)
        begins = reader.line_num + 1
        for fields in reader:
            if fields:
                yield begins, fields
            begins = reader.line_num + 1


def fault_of(fields: list[str], width: int) -> str:
    """Return why a record is no row of ``width`` fields; nothing if it is one."""
    if len(fields) != width:
        return f"{len(fields)} fields, header has {width}"
    # What is no UTF-8 was read as halves of characters, which no text holds alone.
    undecoded = any("\udc80" <= c <= "\udcff" for field in fields for c in field)
    return "not UTF-8" if undecoded else ""


def is_record(text: str, delimiter: str) -> bool:
    """Return whether every quote of a record stands where one can.

    An open quote swallows the lines after it, up to a quote that opens another text.
    """
    csv.field_size_limit(_FIELD)
    try:
        lines = text.strip("\r\n").splitlines(keepends=True)
        return len(list(csv.reader(lines, delimiter=delimiter, strict=True))) <= 1
    except csv.Error:
        return False


def holds_zero_byte(path: Path) -> bool:
    """Return whether a file that is not empty holds a zero byte anywhere."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return content.find(b"\0") >= 0


def undecodable(path: Path) -> int:
    """Return the offset of the first byte that is not UTF-8."""
    offset = 0
    with path.open("rb") as file:
        for line in file:
            try:
                line.decode()
            except UnicodeDecodeError as error:
                return offset + error.start
            offset += len(line)
    return offset


def readable(text: str) -> str:
    """Return a text with each byte that is none of UTF-8 written as its number."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


def with_even_ends(found: Layout) -> Layout:
    """Return the layout of a copy in which all lines end alike; itself where they do.

    A file in which a quote is open stays as it is: the copy would close it.
    """
    if not _has_mixed_ends(found.path):
        return found
    copy = scratch() / f"{found.path.name}.{uuid4().hex}"
    with copy.open("w", encoding="utf-8", errors="surrogateescape", newline="") as to:
        writer = csv.writer(to, delimiter=found.delimiter, lineterminator="\n")
        writer.writerow(found.header)
        try:
            writer.writerows(fields for _, fields in records(found, strict=True))
        except csv.Error:
            return found
    told = f"{found.path.name}: its lines end in several ways; all are read"
    notes = (*found.notes, told)
    return replace(found, path=copy, skip=0, notes=notes)


def _has_mixed_ends(path: Path) -> bool:
    """Return whether the lines of a text end in more than one way."""
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(_HEAD), b"")
        ends = {end for piece in pieces for end in _ENDS.findall(piece)}
    return len(ends) > 1


def line_at(path: Path, offset: int) -> int:
    """Return the physical line that holds byte ``offset``."""
    with path.open("rb") as file:
        before = file.read(offset)
    return 1 + (before.count(b"\n") or before.count(b"\r"))


def open_text(path: Path, encoding: str = "utf-8-sig") -> TextIO:
    """Open ``path`` as text, line ends and unreadable bytes as they are."""
    # Not a codec's reader: that would end lines at form feeds too.
    return io.TextIOWrapper(
        path.open("rb"), encoding=encoding, errors="surrogateescape", newline=""
    )


def _as_utf8(path: Path, encoding: str | None) -> tuple[Path, str]:
    """Return a file that is UTF-8, the file itself or a copy, and what it was."""
    with path.open("rb") as file:
        start = file.read(4)
    by_mark = next((e for bom, e in _BOMS.items() if start.startswith(bom)), None)
    chosen = encoding or by_mark or "utf-8"
    if chosen == "utf-8":
        return path, chosen
    copy = scratch() / f"{path.name}.{uuid4().hex}"
    try:
        with (
            path.open("rb") as file,
            copy.open("w", encoding="utf-8", newline="") as to,
        ):
            shutil.copyfileobj(codecs.getreader(chosen)(file), to)
    except UnicodeError as error:
        message = f"{path.name}: not {chosen}: {error}"
        raise TableError(f"{message}. Set --option encoding=NAME.") from None
    return copy, chosen


def head(path: Path, name: str) -> list[str]:
    """Return the first lines of a text file; raise if it has none."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
    text = start.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise TableError(f"{name}: the file is empty. Export it again.")
    if "\0" in text[:_SHOWN]:
        message = f"{name}: begins with zero bytes between the letters"
        raise TableError(f"{message}. Set --option encoding=utf-16-le, or -be.")
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
