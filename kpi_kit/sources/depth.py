"""How deep JSON is nested, told from its bytes: parsers of it crash in the deepest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from kpi_kit.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 100
_PIECE = 1 << 24
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_OTHERS_QUOTED = bytes(set(_OTHERS) - set(b'"'))
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")


def refuse_deep(path: Path) -> None:
    """Raise if a file of JSON is nested more than a hundred deep, as no export is.

    Notes
    -----
    Brackets in texts are counted too at first, which takes no time; only when there
    are many that way are the texts left out.
    """
    for pieces in (_with_texts, _without_texts):
        with path.open("rb") as file:
            deepest = _climb(pieces(file))
        if deepest <= MOST:
            return
    message = f"{path.name}: is nested {deepest:,} deep, at most {MOST} is read"
    raise TableError(f"{message}. Export it again.")


def _climb(pieces: Iterator[bytes]) -> int:
    """Return how far brackets climb from any low to a later height."""
    height = lowest = highest = 0
    for piece in pieces:
        steps = np.frombuffer(piece.translate(_STEPS), dtype=np.int8)
        if not steps.size:
            continue
        course = height + np.cumsum(steps, dtype=np.int64)
        lows = np.minimum(np.minimum.accumulate(course), lowest)
        highest = max(highest, int((course - lows).max()))
        height, lowest = int(course[-1]), int(lows[-1])
    return highest


def _with_texts(file: BinaryIO) -> Iterator[bytes]:
    for piece in iter(partial(file.read, _PIECE), b""):
        yield piece.translate(None, _OTHERS)


def _without_texts(file: BinaryIO) -> Iterator[bytes]:
    rest, within = b"", b""
    for piece in iter(partial(file.read, _PIECE), b""):
        whole = rest + piece
        # An escape is not cut in two.
        slashes = len(whole) - len(whole.rstrip(b"\\"))
        rest = whole[len(whole) - slashes % 2 :]
        plain = whole.removesuffix(rest).replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = (within + plain.translate(None, _OTHERS_QUOTED)).split(b'"')
        within = b"" if len(parts) % 2 else b'"'
        yield b"".join(parts[::2])
