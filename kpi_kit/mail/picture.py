"""A chart as a picture that every mail program shows: PNG, opaque and small."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from kpi_kit.errors import ComputationError, EnvironmentFault

WIDE = 440  # pixels on a desktop, where its words are then as large as the mail's
SCALE = 2.5  # sharp on the screens of phones
LONGEST = 60  # seconds for a drawing; one takes two
MEND = "Free memory or the processor, and send the report again"
DRAW = """
import sys
from vl_convert import vegalite_to_png
spec, scale = sys.stdin.buffer.read().decode(), float(sys.argv[1])
try:
    png = vegalite_to_png(spec, scale=scale, allowed_base_urls=[])
except ValueError as error:
    sys.exit(" ".join(str(error).split()))
sys.stdout.buffer.write(png)
"""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Eight bits each of red, green, blue and opacity, row by row.
TRUE_COLOR = (8, 6, 0, 0, 0)
SUB = 1  # each byte of a row is told by how much it differs from the pixel before
PALETTE = 3
MOST = 256  # colors of a palette


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG, and how large it is shown, in pixels."""

    content: bytes
    width: int
    height: int


def picture(spec: dict[str, Any]) -> Picture:
    """Draw a chart.

    Parameters
    ----------
    spec
        The drawing as Vega-Lite, with its data; nothing is fetched for it.
    """
    drawn = _drawn(json.dumps(_printable(spec)), SCALE * WIDE / spec["width"])
    width, height = struct.unpack(">II", drawn[16:24])
    # However wide it came out, it is shown so.
    tall = round(height * WIDE / width)
    return Picture(content=shrunk(drawn), width=WIDE, height=tall)


def _printable(part: Any) -> Any:
    """Return a part of a drawing without the characters that what draws it dies of."""
    if isinstance(part, str):
        return _CONTROLS.sub("", part)
    if isinstance(part, dict):
        return {name: _printable(each) for name, each in part.items()}
    return [_printable(each) for each in part] if isinstance(part, list) else part


def _drawn(spec: str, scale: float) -> bytes:
    """Return a PNG, drawn in a process of its own: where V8 fails it ends its process.

    A machine may be short of something for a moment: it is tried twice.  One that is
    still at it after its time hangs.
    """
    command = [sys.executable, "-c", DRAW, str(scale)]
    for _ in range(2):
        done = _ended(command, spec.encode())
        if done.returncode == 0:
            return done.stdout
        if done.returncode == 1:
            why = done.stderr.decode(errors="replace").strip()
            raise ComputationError(f"mail: its chart cannot be drawn: {why:.200}.")
    message = f"mail: what draws its chart ended with {done.returncode}"
    raise EnvironmentFault(f"{message}. {MEND}.")


def _ended(command: list[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        # Our own command; the chart comes in as data.
        return subprocess.run(  # noqa: S603
            command, input=given, capture_output=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        message = f"mail: its chart is not drawn within {LONGEST} s"
        raise EnvironmentFault(f"{message}. {MEND}.") from None


def shrunk(png: bytes) -> bytes:
    """Return a PNG with a palette, a third as large; another kind stays as it is.

    Notes
    -----
    A chart has few colors; of more than 256 the rarest, shades between two others at
    the edge of a letter, become the one that is nearest.
    """
    width, height, *kind = struct.unpack(">IIBBBBB", png[16:29])
    if tuple(kind) != TRUE_COLOR:
        return png
    packed = b"".join(content for name, content in _chunks(png) if name == b"IDAT")
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)
    if (rows[:, 0] != SUB).any():
        return png
    steps = rows[:, 1:].reshape(height, width, 4)
    pixels = steps.cumsum(axis=1, dtype=np.uint8)
    if (pixels[..., 3] != 255).any():
        return png
    colors, places = _palette(pixels[..., :3].reshape(-1, 3))
    lines = np.zeros((height, width + 1), np.uint8)  # each as it is, after a 0
    lines[:, 1:] = places.reshape(height, width)
    head = struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", colors.tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return at most 256 colors, the most frequent first, and which each pixel has."""
    wide = pixels.astype(np.int64)
    codes = (wide[:, 0] << 16) | (wide[:, 1] << 8) | wide[:, 2]
    found, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    colors = np.stack([found >> 16 & 255, found >> 8 & 255, found & 255], axis=1)
    kept = colors[order[:MOST]]
    far = np.abs(colors[:, np.newaxis] - kept[np.newaxis]).sum(axis=2)
    nearest = far.argmin(axis=1).astype(np.uint8)
    return kept.astype(np.uint8), nearest[which.reshape(-1)]


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(SIGNATURE)
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        found.append((name, png[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
