"""The bytes of a text file: how they are read, where one stands, what they are not."""

from __future__ import annotations

import codecs
import io
import mmap
import re
import shutil
from functools import partial
from typing import TYPE_CHECKING, TextIO
from uuid import uuid4

import numpy as np

from kpi_kit.errors import TableError
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = 1_000_000
_OTHERWISE = "Set --option encoding=NAME, or export it again as UTF-8"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before the half of it that means UTF-16
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def head(path: Path, name: str) -> list[str]:
    """Return the first lines of a text file; raise if it has none."""
    with path.open("rb") as file:
        start = file.read(HEAD)
    text = start.decode("utf-8-sig", errors="surrogateescape")
    if not text.strip():
        raise TableError(f"{name}: the file is empty. Export it again.")
    if not (text[0:20:2].strip("\0") and text[1:20:2].strip("\0")):
        message = f"{name}: begins with zero bytes between the letters"
        raise TableError(f"{message}. Set --option encoding=utf-16-le, or -be.")
    return re.split(r"\r\n|\r|\n", text)


def refuse_html(line: str, name: str) -> None:
    """Raise if a file begins as a web page does: a login instead of an export."""
    if line.lstrip()[:1] == "<":
        message = f"{name}: looks like HTML, not a table; an expired export link"
        raise TableError(f"{message}? Export it again.")


def open_text(path: Path) -> TextIO:
    """Open a text that is UTF-8, line ends and unreadable bytes as they are."""
    # Not a codec's reader: that would end lines at form feeds too.
    return io.TextIOWrapper(
        path.open("rb"), encoding="utf-8-sig", errors="surrogateescape", newline=""
    )


def as_utf8(path: Path, encoding: str | None, errors: str) -> tuple[Path, str]:
    """Return a file that is UTF-8, the file itself or a copy, and what it was.

    Parameters
    ----------
    path
        The file.
    encoding
        As declared; None for what the byte order mark says, else UTF-8.
    errors
        ``quarantine`` keeps the bytes that are no text, so that they cost their row.

    Raises
    ------
    TableError
        Names the line and the byte that is no text; or the encoding that the file
        shows by its first bytes to be another.
    """
    with path.open("rb") as file:
        start = file.read(4)
    by_mark = next((e for bom, e in _BOMS.items() if start.startswith(bom)), "")
    if encoding and not encoding.startswith(by_mark):
        message = f"{path.name}: begins as {by_mark} does, and encoding={encoding}"
        raise TableError(f"{message} is declared. Leave the encoding out.")
    chosen = encoding or by_mark or "utf-8"
    if chosen == "utf-8":
        return path, chosen
    copy = scratch() / f"{uuid4().hex}.csv"
    handler = "surrogateescape" if errors == "quarantine" else "strict"
    with copy.open("w", encoding="utf-8", errors=handler, newline="") as to:
        for text in _decoded(path, chosen, handler):
            to.write(text)
    return copy, chosen


def _decoded(path: Path, encoding: str, handler: str) -> Iterator[str]:
    decoder, ends = codecs.getincrementaldecoder(encoding)(handler), 0
    with path.open("rb") as file:
        try:
            for piece in iter(partial(file.read, HEAD), b""):
                text = decoder.decode(piece)
                ends += text.count("\n")
                yield text
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, errors="ignore")
            line = 1 + ends + before.count("\n")
            byte = file.tell() - len(error.object) + error.start
            wrong = error.object[error.start : error.end].hex()
            where = f"{path.name}: line {line}, byte {byte:,}"
            message = f"{where}: 0x{wrong} is not {encoding} ({error.reason})"
            raise TableError(f"{message}. {_OTHERWISE}.") from None
        except UnicodeError as error:
            message = f"{path.name}: is not {encoding} ({error})"
            raise TableError(f"{message}. {_OTHERWISE}.") from None


def refuse_bytes(path: Path, name: str) -> None:
    """Raise for the first byte of a file that is not UTF-8."""
    offset = undecodable(path)
    with path.open("rb") as text:
        text.seek(offset)
        byte = text.read(1).hex()
    where = f"{name}: line {line_at(path, offset)}, byte {offset:,}"
    todo = "Set --option encoding=cp1252, or the like"
    raise TableError(f"{where}: 0x{byte} is not UTF-8. {todo}.")


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


def line_at(path: Path, offset: int) -> int:
    """Return the physical line that holds byte ``offset``."""
    with path.open("rb") as file:
        before = file.read(offset)
    return 1 + (before.count(b"\n") or before.count(b"\r"))


def holds(path: Path, sought: bytes) -> bool:
    """Return whether a file that is not empty holds these bytes anywhere."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return content.find(sought) >= 0


def count_of(path: Path, byte: int) -> int:
    """Count a byte in a file that is not empty; numpy does so as fast as it reads."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    pieces = (content[at : at + HEAD] for at in range(0, content.size, HEAD))
    return sum(int(np.count_nonzero(piece == byte)) for piece in pieces)


def readable(text: str) -> str:
    """Return a text with each byte that is none of UTF-8 written as its number."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


def with_even_ends(path: Path) -> Path | None:
    """Return a copy in which all lines end alike, each where it stood; None if so."""
    copy = scratch() / f"{uuid4().hex}.csv"
    how = {"encoding": "utf-8", "errors": "surrogateescape"}
    with path.open(newline=None, **how) as file, copy.open("w", newline="", **how) as t:
        shutil.copyfileobj(file, t)
        return copy if isinstance(file.newlines, tuple) else None
