"""What the bytes of a delimited file say before anything is loaded."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from kpi_kit.errors import TableError
from kpi_kit.sources.quarantine import shown
from kpi_kit.sources.text import (
    HEAD,
    as_utf8,
    head,
    holds,
    open_text,
    readable,
    refuse_html,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kpi_kit.sources.options import Options

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_FIELD = 100_000_000


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How one delimited file is to be read.

    ``path`` is the file itself or, when it was not UTF-8, a copy that is; ``skip`` the
    lines above the header, ``encoding`` what the file was written in, ``notes`` what a
    reader should be told.
    """

    path: Path
    header: tuple[str, ...]
    delimiter: str
    skip: int = 0
    encoding: str = "utf-8"
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
    plain, encoding = as_utf8(path, options.encoding, options.encoding_errors)
    lines = head(plain, path.name)
    declared, skip = options.delimiter, _blank(lines, 0)
    if lines[skip].lower().startswith("sep="):  # Excel's own hint
        declared = declared or lines[skip][4:5].strip('"')
        skip = _blank(lines, skip + 1)
    where = f"{path.name}: line {skip + 1}"
    line = lines[skip] if skip < len(lines) else ""
    refuse_html(line, path.name)
    if line.lstrip()[:1] in {"{", "["}:
        message = f"{path.name}: looks like JSON, not CSV"
        raise TableError(f"{message}. Name it .json or .ndjson.")
    delimiter = declared or _delimiter(line, set(known))
    _refuse_no_text(line, delimiter, where)
    old = len(lines) > 1 and not holds(plain, b"\n")
    ends = (f"{path.name}: its lines end in a carriage return alone",) if old else ()
    return Layout(
        path=plain,
        header=_header(lines[skip:], delimiter, where),
        delimiter=delimiter,
        skip=skip,
        encoding=encoding,
        notes=(*_notes(path.name, delimiter, encoding, lines[:skip]), *ends),
    )


def _blank(lines: list[str], start: int) -> int:
    """Return the first line from ``start`` on that is not blank."""
    rest = (n for n, line in enumerate(lines[start:], start) if line.strip())
    return next(rest, len(lines))


def _header(lines: list[str], delimiter: str, where: str) -> tuple[str, ...]:
    """Return the names of the first record, which a quoted line break continues."""
    text = (f"{line}\n" for line in lines)
    try:
        names = next(csv.reader(text, delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        _refuse_quote(error, lines[0], where)
    return tuple(re.sub(r"\s*\n\s*", " ", name.strip()) for name in names)


def _refuse_no_text(line: str, delimiter: str, where: str) -> None:
    """Raise if a header holds what no text does: it was packed, or is no table."""
    if len(line) >= HEAD:
        message = f"{where}: is longer than {HEAD:,} bytes, and no header is"
        raise TableError(f"{message}. Export it again.")
    for place, letter in enumerate(line, start=1):
        if letter in {delimiter, "\t"}:
            continue
        if unicodedata.category(letter) in {"Cc", "Cs"}:
            undecoded = "\udc80" <= letter <= "\udcff"
            byte = f"0x{ord(letter) - (0xDC00 if undecoded else 0):02x}"
            message = f"{where}, character {place}: {byte} is no text"
            todo = "Set --option encoding= or delimiter=, or export it again"
            raise TableError(f"{message}: '{shown(readable(line))}'. {todo}.")


def _delimiter(line: str, known: set[str]) -> str:
    def hits(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([line], delimiter=delimiter))
        plain = {name.strip().lower().replace(" ", "_") for name in names}
        return len(plain & known), len(names)

    return max(DELIMITERS, key=hits)


def _notes(name: str, delimiter: str, encoding: str, above: list[str]) -> Iterator[str]:
    if not all(line.strip() for line in above):
        yield f"{name}: the header is line {len(above) + 1}, below blank ones"
    if delimiter != ("\t" if ".tsv" in name.lower() else ","):
        called = DELIMITERS.get(delimiter, repr(delimiter))
        yield f"{name}: fields are separated by {called}"
    if encoding != "utf-8":
        yield f"{name}: is read as {encoding}"


def records(found: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield every record with the physical line it begins on; slow, for faults only.

    Blank lines are none.
    """
    csv.field_size_limit(_FIELD)
    with open_text(found.path) as file:
        reader = csv.reader(
            _unblanked(file, found.delimiter), delimiter=found.delimiter
        )
        for _ in range(found.skip + 1):
            next(reader)
        begins = reader.line_num + 1
        for fields in reader:
            if fields:
                yield begins, fields
            begins = reader.line_num + 1


def _unblanked(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield lines without the blanks around quotes, which DuckDB does not mind.

    In the midst of a text none is lost that parts fields.
    """
    part = re.escape(delimiter)
    around = re.compile(f'(?:^|(?<={part})) +(?=")|(?<=") +(?={part}|[\r\n]|$)')
    return (around.sub("", line) for line in lines)


def has_surplus(fields: list[str], width: int) -> bool:
    """Return whether a record goes on after its last field with empty ones only."""
    return len(fields) > width and not any(fields[width:])


def fault_of(fields: list[str], found: Layout) -> str:
    """Return why a record is no row; nothing if it is one."""
    width = len(found.header)
    if len(fields) != width and not has_surplus(fields, width):
        return f"{len(fields)} fields, header has {width}"
    # What is no UTF-8 was read as halves of characters, which no text holds alone.
    undecoded = any("\udc80" <= c <= "\udcff" for field in fields for c in field)
    return f"not {found.encoding.upper()}" if undecoded else ""


def refuse_broken(text: str, delimiter: str, where: str) -> None:
    """Raise if a quote of a record stands where none can.

    An open quote swallows the lines after it, up to a quote that opens another text.
    """
    csv.field_size_limit(_FIELD)
    lines = _unblanked(io.StringIO(text.strip("\r\n"), newline=""), delimiter)
    try:
        read = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        _refuse_quote(error, text, where)
    if len(read) > 1:
        _refuse_quote(csv.Error(), text, where)


def _refuse_quote(error: csv.Error, text: str, where: str) -> NoReturn:
    """Raise for a quote that stands where none can."""
    if "expected after" in str(error) and "\n" not in text.rstrip():
        message = f"{where}: a quote ends before its field does: '{shown(text)}'"
        raise TableError(f"{message}. Write a quote in a text twice.") from None
    message = f"{where}: a quote is opened and never closed: '{shown(text)}'"
    raise TableError(f"{message}. Correct the file.") from None
