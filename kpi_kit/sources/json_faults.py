"""What is wrong with JSON, and where: for faults only, since it is slow."""

from __future__ import annotations

import json
from json.decoder import WHITESPACE
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import TableError
from kpi_kit.sources.quarantine import shown

if TYPE_CHECKING:
    from pathlib import Path

# What is larger is told in DuckDB's words, without the line.
_LARGEST = 64_000_000
_LONGEST = 16_000_000  # DuckDB reads an object of 16 MB
_CUT = "the file is not whole"


def refuse_broken(path: Path) -> None:
    """Raise for the first thing in a file of JSON that is no row, and say where."""
    if path.stat().st_size > _LARGEST:
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        where = f"{path.name}: line {line}, byte {error.start:,}"
        wrong = error.object[error.start : error.start + 1].hex()
        message = f"{where}: 0x{wrong} is not UTF-8"
        raise TableError(f"{message}. Export it as UTF-8.") from None
    at, fault = _first_fault(text)
    line = text.count("\n", 0, at) + 1
    if fault == _CUT:
        message = f"{path.name}: {fault}: it ends in line {line}"
        raise TableError(f"{message}. Export it again.")
    if fault:
        character = at - text.rfind("\n", 0, at)
        where = f"{path.name}: line {line}, character {character}"
        message = f"{where}: {fault}: '{shown(text[at:])}'"
        raise TableError(f"{message}. Correct the file.")


def _first_fault(text: str) -> tuple[int, str]:
    """Return where in a list of rows or in one object the first fault is, and it."""
    at = _on(text, 0)
    in_list = text[at : at + 1] == "["
    at = _on(text, at + in_list)
    while not (in_list and text[at : at + 1] == "]"):
        end, fault, place = _value(text, at, in_list=in_list)
        if fault:
            return place, fault
        at = _on(text, end)
        if not in_list:
            break
        if text[at : at + 1] == ",":
            at = _on(text, at + 1)
            if text[at : at + 1] == "]":
                return at, "a comma before the end of the list"
        elif text[at : at + 1] != "]":
            return at, "no comma between two rows" if text[at:] else _CUT
    at = _on(text, at + in_list)
    return (at, "something behind the end") if text[at:] else (at, "")


def _value(text: str, at: int, *, in_list: bool) -> tuple[int, str, int]:
    """Return where a value ends, what is wrong with it, and where that is."""
    try:
        found, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        return at, _CUT if cut else in_words(error), error.pos
    except ValueError as error:
        return at, str(error), at
    if not in_list:
        return end, fault_of(found, 0) or _fault_below(found), at
    return end, fault_of(found, end - at), at


def _fault_below(page: dict[str, Any]) -> str:
    """Return which row of an object's lists is no object."""
    for name, rows in page.items():
        for number, row in enumerate(rows if isinstance(rows, list) else (), start=1):
            if not isinstance(row, dict):
                return f"row {number} under {name!r:.40} is no object"
    return ""


def _on(text: str, at: int) -> int:
    return WHITESPACE.match(text, at).end()


def fault_of(found: Any, length: int) -> str:
    """Return why a value is no row; nothing when it is one."""
    if not isinstance(found, dict):
        return "no object"
    if length > _LONGEST:
        return "longer than 16 MB"
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "half a character, as an escape that begins with \\ud"
    return ""


def in_words(error: json.JSONDecodeError) -> str:
    """Return what Python says of a text that is no JSON."""
    said = error.msg.removesuffix(" starting at")
    return f"no JSON ({said[:1].lower()}{said[1:]})"


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raise if it has a key twice, of which Python takes the last."""
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the key {twice!r:.40} twice")
    return dict(pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=once)
