"""What a file holds that needs no other: its texts in safety, and the chart library."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import zlib
from contextlib import suppress
from hashlib import sha256
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_kit.files import write_whole
from kpi_kit.look import LIGHT

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"
# What a customer may have typed, and what a terminal obeys when it shows the file.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def scripts(nb: NotebookNode, *, charts: bool) -> dict[str, str]:
    """Return what a template needs for its scripts.

    Returns
    -------
    dict of str
        ``nonce``, which scripts need to run; ``tokens``, the colors of a chart as
        variables of the page; ``bundle``, the library, empty without ``charts``.
    """
    return {
        "nonce": nonce(nb),
        "tokens": json.dumps({LIGHT[name]: f"var(--{name})" for name in LIGHT}),
        "bundle": base64.b64encode(vega_bundle()).decode() if charts else "",
    }


def drawing(spec: dict[str, Any]) -> str:
    """Return the place of a chart, with its words for who cannot see it, and its spec.

    The title is left out: it is text of the page.
    """
    label = escape(str(spec.get("description", "Chart")))
    drawn = {name: part for name, part in spec.items() if name != "title"}
    return (
        f'<div class="drawing" role="img" aria-label="{label}"></div>'
        f'<script type="application/json">{script_json(drawn)}</script>'
    )


def css_text(text: str) -> str:
    r"""Return a text as a CSS string that can end neither itself nor its element.

    Examples
    --------
    >>> print(css_text('A "b" </style>'))
    "A \22 b\22  \3c /style\3e "
    """
    told = re.sub(r'["\\<>&\x00-\x1f]', lambda found: f"\\{ord(found[0]):x} ", text)
    return f'"{told}"'


def script_json(value: Any) -> str:
    r"""Return JSON that cannot end the script element it stands in.

    Examples
    --------
    >>> print(script_json({"comment": "</script><b>&"}))
    {"comment":"\u003c/script\u003e\u003cb\u003e\u0026"}
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def nonce(nb: NotebookNode) -> str:
    """Return the word that tells a file's own scripts from all others."""
    # From the content, so that two runs give the same bytes.  Data that would name the
    # nonce of a page it stands in would have to hold a hash of itself.
    content = json.dumps([cell.get("outputs", []) for cell in nb.cells], sort_keys=True)
    return base64.b64encode(sha256(content.encode()).digest()[:18]).decode()


def vega_bundle() -> bytes:
    """Return the chart library, compressed; built once per version and machine."""
    path = _cache() / f"vega-{version('vl-convert-python')}.js.gz"
    # Not there yet, or torn: both are mended by building it.
    with suppress(OSError, EOFError, zlib.error):
        return _checked(path.read_bytes())
    import vl_convert  # noqa: PLC0415 - 0.1 s and threads that only a first run needs

    packed = gzip.compress(vl_convert.javascript_bundle().encode(), mtime=0)
    with suppress(OSError):  # a read-only home costs a second per report, no more
        write_whole({path: packed})
    return packed


def _checked(packed: bytes) -> bytes:
    gzip.decompress(packed)  # raises unless it is whole
    return packed


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kpi-kit"
