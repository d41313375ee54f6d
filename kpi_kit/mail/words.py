"""What a mail says, as text and as HTML: the same words of the report's digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_kit.look import FONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from kpi_kit.mail.picture import Picture

VERSION = 1
OUTSIDE = "#F0F1EC"  # around the sheet
# Signs of any font that no phone turns into a colored picture; a word stands beside.
GLYPHS = {
    "meets": "✓",
    "misses": "✕",
    "alarm": "✕",
    "close": "◆",
    "too_few": "○",
    "not_mature": "○",
    "not_computable": "–",
    "no_target": "•",
}
TONES = {"meets": "blue", "misses": "red", "alarm": "red", "close": "amber"}
# What no line of a mail holds: controls, and signs that turn the order of letters.
UNSEEN = re.compile(
    "[ \x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]+"
)
FINDING = dict.fromkeys(
    ("state", "mark", "title", "text", "for", "against", "ask"), str
)
TICKET = dict.fromkeys(("name", "address", "text"), str)
SHAPE: dict[str, Any] = {
    "version": int,
    **dict.fromkeys(("slug", "vendor", "cadence", "as_of"), str),
    **dict.fromkeys(("title", "subject", "revised"), str),
    "notice": [str],
    "sentences": [{**dict.fromkeys(("state", "mark"), str), "texts": [str]}],
    "rows": [
        {
            **dict.fromkeys(("state", "name", "kind", "value", "said"), str),
            "changes": [str],
            "lines": [str],
        }
    ],
    "findings": {"line": str, "items": [FINDING]},
    "waiting": {"told": [str], "tickets": [TICKET]},
    "charts": [{**dict.fromkeys(("title", "subtitle", "alt"), str), "spec": dict}],
    "known": [str],
}


def fault(digest: Any) -> str:
    """Return what is wrong with a digest's form; nothing where nothing is."""
    if isinstance(digest, dict) and digest.get("version") != VERSION:
        return f"version {digest.get('version')!r:.20}, where {VERSION} is known"
    return _fault(digest, SHAPE, "digest")


def _fault(value: Any, shape: Any, place: str) -> str:
    kind = shape if isinstance(shape, type) else type(shape)
    if not isinstance(value, kind):
        return f"{place} is no {kind.__name__}"
    if isinstance(shape, list):
        parts = [(part, shape[0], f"{place}[{n}]") for n, part in enumerate(value)]
    elif isinstance(shape, dict):
        if set(value) != set(shape):
            return f"{place} has other keys"
        parts = [(value[name], shape[name], f"{place}.{name}") for name in shape]
    else:
        parts = []
    return next((found for part in parts if (found := _fault(*part))), "")


def plain(text: str) -> str:
    r"""Return a text as one line that shows all it holds.

    Examples
    --------
    >>> plain("Acme\r\nBcc: a@b.example"), plain("a\u202eb")
    ('Acme Bcc: a@b.example', 'a b')
    """
    return _seen(text).strip(" ")


def _seen(text: str) -> str:
    return UNSEEN.sub(" ", text)


@dataclass(frozen=True, kw_only=True)
class Words:
    """All words of one mail: the digest's, its subject, its page's and its last line.

    ``page`` holds ``first``, ``rest`` and ``address``.
    """

    mail: Mapping[str, Any]
    subject: str
    page: Mapping[str, str]
    why: str

    def text(self) -> str:
        """Return the mail as plain text."""
        return _environment().get_template("mail.txt.j2").render(**self._given())

    def html(self, pictures: Mapping[str, Picture]) -> str:
        """Return the mail as HTML in which every element carries its own style.

        Parameters
        ----------
        pictures
            Those of the digest's charts, by their content IDs.
        """
        import css_inline  # noqa: PLC0415 - for a mail only

        shown = [
            {"cid": cid, "width": each.width, "height": each.height}
            for cid, each in pictures.items()
        ]
        template = _environment().get_template("mail.html.j2")
        made = template.render(**self._given(), pictures=shown)
        inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
        return inliner.inline(made)

    def _given(self) -> dict[str, Any]:
        return {
            "mail": _plain(self.mail),
            "subject": self.subject,
            "page": self.page,
            "why": plain(self.why),
            "color": {**LIGHT, "outside": OUTSIDE},
            "font": FONT.replace('"', "'"),
        }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return _seen(value) if isinstance(value, str) else value


@cache
def _environment() -> Environment:
    import jinja2  # noqa: PLC0415 - for a mail only

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=jinja2.select_autoescape(("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "glyph": lambda state: GLYPHS.get(state, GLYPHS["no_target"]),
        "tone": lambda state: TONES.get(state, "gray"),
        # The word of what is too close to call is ink: its color is the mark's alone.
        "word": lambda state: {"close": ""}.get(state, TONES.get(state, "gray")),
        "is_web": lambda text: text.lower().startswith(("https://", "http://")),
        "marked": lambda mark, text: f"{mark}: {text}" if mark else text,
    }
    return made
