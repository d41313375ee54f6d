"""What a customer wrote, without what tells who anybody is."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 400  # characters of a comment that are shown
READ = 4_000  # of those that are looked at, at all
SHORTEST_PART = 3  # letters of a part of a name; shorter ones are too many words
_DATE = r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{4})\b"
# What is taken out, in this order; what stands for it says what it was.
PATTERNS = (
    ("[link]", r"(?i:https?://|www\.)\S+"),
    ("[e-mail]", r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"),
    ("[IBAN]", r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,4})?\b"),
    ("[IP address]", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    ("[IP address]", r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])"),
    ("[card number]", r"(?<![\w])\d(?:[ -]?\d){12,18}(?!\w)"),
    (
        "[phone number]",
        rf"(?<!\w)(?<!\d[./-])(?!{_DATE})[+(\d](?:[ ./()-]{{0,2}}\d){{6,14}}(?!\w)",
    ),
    ("[token]", r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}\b"),
)
_PATTERNS = [(word, re.compile(pattern)) for word, pattern in PATTERNS]
NAME = "[name]"


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """Return a text on one line without addresses, numbers and names.

    Parameters
    ----------
    text
        As the customer wrote it.
    names
        Of people; each part of a name goes too, where it is written like a name.

    Notes
    -----
    It takes out what looks like a secret, and names that are known. It cannot know a
    name that stands nowhere in the data.

    Examples
    --------
    >>> redacted("Ask Mei or jo@shop.example, +1 (212) 555-0147.", ["Mei Chandler"])
    'Ask [name] or [e-mail], [phone number].'
    >>> redacted("Waited 14 days, order 10023, 3 of 5 stars. May I complain?")
    'Waited 14 days, order 10023, 3 of 5 stars. May I complain?'
    """
    cut = unicodedata.normalize("NFKC", text[:READ])
    line = " ".join(_visible(cut).split())
    for word, pattern in _PATTERNS:
        line = pattern.sub(word, line)
    for pattern in _names(names):
        line = _without(pattern, line)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2].rstrip()} …"


def _visible(text: str) -> str:
    """Return a text without what has no shape, such as marks that turn it around."""
    return "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )


def _plain(text: str) -> str:
    """Return a text as long as it was, each Latin letter without its accent."""
    letters = (unicodedata.normalize("NFD", one)[0] for one in text)
    both = zip(letters, text, strict=True)
    plain = "".join(bare if bare.isascii() else one for bare, one in both)
    return plain.replace("\u2019", "'")


def _without(pattern: re.Pattern[str], line: str) -> str:
    """Return a line without what a pattern finds in it, however it is accented."""
    found, end = [], 0
    for match in pattern.finditer(_plain(line)):
        found += [line[end : match.start()], NAME]
        end = match.end()
    return "".join([*found, line[end:]])


def _names(names: Iterable[str]) -> Iterable[re.Pattern[str]]:
    """Return patterns of whole names in any case, then of parts as written or loud."""
    told = (_plain(unicodedata.normalize("NFKC", name)) for name in names)
    whole = sorted({" ".join(name.split()) for name in told if name.strip()})
    parts = {part for name in whole for part in name.split()}
    told = [p for p in parts if len(p) >= SHORTEST_PART and p[0].isupper()]
    told = sorted({*told, *(part.upper() for part in told)})
    for several, flags in ((whole, re.IGNORECASE), (told, 0)):
        if several:
            longest = sorted(several, key=len, reverse=True)
            any_of = "|".join(map(re.escape, longest))
            yield re.compile(rf"(?<!\w)(?:{any_of})(?!\w)", flags)
