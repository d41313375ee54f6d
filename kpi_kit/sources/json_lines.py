"""JSON in lines, read one by one: for faults only, since it is slow."""

from __future__ import annotations

import codecs
import json
import shutil
from array import array
from typing import TYPE_CHECKING
from uuid import uuid4

from kpi_kit.errors import TableError
from kpi_kit.sources.json_faults import fault_of, in_words, once
from kpi_kit.sources.quarantine import shown
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kpi_kit.sources.loaded import Origins, Wanted


def sift(path: Path) -> tuple[Path, Sequence[int], tuple[tuple[int, str, str], ...]]:
    """Copy the lines that are objects; tell the others.

    Parameters
    ----------
    path
        A file of JSON in lines, some of them broken.

    Returns
    -------
    tuple
        A file of the same name, the line each of its rows stood on, and of each broken
        line its number, what is wrong and what stood there.

    Raises
    ------
    TableError
        If no line is an object.
    """
    folder = scratch() / uuid4().hex
    folder.mkdir()
    numbers, broken = array("q"), []
    with (folder / path.name).open("wb") as to:
        for number, line in _lines(path):
            fault = _fault(line)
            if fault:
                text = line.decode(errors="backslashreplace")
                broken.append((number, fault, text))
            else:
                numbers.append(number)
                to.write(line + b"\n")
    if not numbers:
        number, fault, text = broken[0]
        message = f"{path.name}: line {number}: {fault}: '{shown(text)}'"
        todo = "Write one object to a line, or name a list .json"
        raise TableError(f"{message}. {todo}.")
    return folder / path.name, numbers, tuple(broken)


def ended(path: Path) -> Path:
    """Return a file whose last line ends: the file itself, or a copy of its name.

    A last line without an end DuckDB reads apart, and now and then before the others.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        if file.read() in {b"", b"\n"}:
            return path
    folder = scratch() / uuid4().hex
    folder.mkdir()
    copy = shutil.copyfile(path, folder / path.name)
    with copy.open("ab") as file:
        file.write(b"\n")
    return copy


def origins(path: Path, wanted: Wanted) -> Origins:
    """Return the line of each row, blank lines being none, and what stood there."""
    return {
        row: (number, _texts(line, wanted[row]))
        for row, (number, line) in enumerate(_lines(path))
        if row in wanted
    }


def _texts(line: bytes, names: Iterable[str]) -> tuple[str, ...]:
    found = json.loads(line)
    values = ("" if found.get(name) is None else found[name] for name in names)
    return tuple(v if isinstance(v, str) else json.dumps(v) for v in values)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            # Joined files have a byte order mark in their midst too.
            plain = line.removeprefix(codecs.BOM_UTF8).strip()
            if plain:
                yield number, plain


def _fault(line: bytes) -> str:
    """Return why a line is no row; nothing when it is one."""
    try:
        found = json.loads(line, object_pairs_hook=once)
    except UnicodeDecodeError:
        return "not UTF-8"
    except json.JSONDecodeError as error:
        return in_words(error)
    except ValueError as error:
        return str(error)
    return fault_of(found, len(line))
