"""How a source is to be read: ``source.yaml`` beside the data, then ``--option``."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import reading, unknown
from kpi_kit.zones import fixed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "source.yaml"
_COUNTS = ("epoch_s", "epoch_ms", "excel_days")
# Ways to write names of hosts, and programs, with other letters: no files'.
_NO_FILES = {"idna", "punycode", "undefined", "raw-unicode-escape", "unicode-escape"}
_DIRECTIVES = "aAwdbBhmyYHIpMSfgnzjUWcxXGuVT%"  # those that DuckDB knows, but %Z
# So few bad rows never stop a run whose limit is a share.
AT_LEAST = 50
UNANSWERED = "unanswered"  # what a rating word may stand for instead of a number
_TRUTHS = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user says about a source; the defaults are ISO 8601 and UTF-8.

    ``time_zone`` is the IANA zone of times without one, ``time_format`` a strptime
    pattern, ``epoch_s``, ``epoch_ms`` or ``excel_days``, days of a spreadsheet since
    30 December 1899; ``encoding_errors`` whether bytes that are no text cost the file
    or, with ``quarantine``, the row; ``csat_scale`` the lowest and the highest rating,
    ``csat_map`` the number of each rating word, None for one that says that nobody
    answered, ``column_map`` the canonical name of each column that the source calls
    something else; ``quarantine_limit`` the rows of a file that may be quarantined, as
    a share of them or as their number.
    """

    time_zone: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    encoding_errors: str = "refuse"
    delimiter: str | None = None
    decimal: str | None = None
    csat_scale: tuple[float, float] | None = None
    csat_map: Mapping[str, float | None] = field(default_factory=dict)
    column_map: Mapping[str, str] = field(default_factory=dict)
    allow_empty: bool = False
    allow_partial: bool = False
    quarantine_limit: float | int = 0.01

    @property
    def scale(self) -> tuple[float, float]:
        """Return the lowest and the highest rating: as declared, else 1 to 5.

        Declared are they by ``csat_scale``, or by a ``csat_map`` with two ratings.
        """
        if self.csat_scale:
            return self.csat_scale
        scores = {*self.csat_map.values()} - {None}
        return (min(scores), max(scores)) if len(scores) > 1 else (1.0, 5.0)

    def most_quarantined(self, read: int) -> int:
        """Return how many of a file's rows may be quarantined."""
        if isinstance(self.quarantine_limit, int):
            return self.quarantine_limit
        return max(AT_LEAST, int(read * self.quarantine_limit))


def read_options(folder: Path, given: Mapping[str, Any] | None = None) -> Options:
    """Read ``source.yaml`` in ``folder``, then let ``given`` override it.

    Parameters
    ----------
    folder
        Where the data lies; no ``source.yaml`` there is no fault.
    given
        Option names and values, as ``--option`` or a cadence's parameters give them.

    Returns
    -------
    Options
        Checked.

    Raises
    ------
    ParameterError
        Names the file or the option, the value and what would do.
    """
    path = folder / FILE
    told = checked_options(given or {}, "--option")
    if path.is_file():
        return Options(**check_options(path, told))
    _refuse_outside(told, "--option")
    return Options(**told)


def check_options(path: Path, told: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the options that a ``source.yaml`` declares, checked.

    Parameters
    ----------
    path
        The file.
    told
        Checked options that override it.

    Raises
    ------
    ParameterError
        Names the file, the line, the option, the value and what would do.
    """
    told = told or {}
    with reading(path) as declared:
        values = checked_options(declared, str(path)) | told
        _refuse_outside(values, "--option" if "csat_map" in told else str(path))
    return values


def checked_options(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return options, checked; ``where`` is what messages begin with.

    Raises
    ------
    ParameterError
        Names the option, the value and what would do.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in READERS:
            raise unknown(name, READERS, where, "no option is", value)
        try:
            values[name] = READERS[name](value)
        except ValueError as error:
            message = f"{where}: {name}: {str(value)[:40]!r} {error}"
            raise ParameterError(message) from None
    return values


def _refuse_outside(values: Mapping[str, Any], where: str) -> None:
    """Raise if a word stands for a rating that the scale does not have."""
    low, high = Options(**values).scale
    for word, score in values.get("csat_map", {}).items():
        if score is not None and not low <= score <= high:
            message = f"{where}: csat_map: {word!r:.42} is {score:g}, outside {low:g}"
            todo = "Correct it, or declare csat_scale"
            raise ParameterError(f"{message} to {high:g}. {todo}.")


def _time_zone(value: Any) -> str:
    name = str(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        name = ""
    if "/" not in name and name != "UTC":
        raise ValueError("is no IANA time zone. Write one like Europe/Paris, or UTC.")
    if why := fixed(name):
        raise ValueError(why)
    return name


def _time_format(value: Any) -> str:
    """Read a known count, or a pattern in which year, month and day are named."""
    text = str(value)
    named = set(re.sub("%-?(.)|.", r"\1", text))
    if "Z" in named:
        raise ValueError(
            "reads names of zones, and one name is that of several. Write %z for "
            "offsets, or leave the names out and declare time_zone."
        )
    known = re.fullmatch(rf"([^%]|%-?[{_DIRECTIVES}])*", text)
    day = named & {*"xcj"} or ("d" in named and named & {*"mbBh"})
    noon = "I" not in named or "p" in named
    if text in _COUNTS or (known and day and noon and named & {*"YyGxc"}):
        return text
    raise ValueError(
        f"names no day as strptime does. Write {', '.join(_COUNTS)}, or a pattern "
        "like %d/%m/%Y %H:%M, with %p beside %I."
    )


def _encoding(value: Any) -> str:
    try:
        name = codecs.lookup(str(value)).name
        "".encode(name)  # there are codecs of other things than text
    except (LookupError, UnicodeError):
        name = "undefined"
    if name in _NO_FILES:
        raise ValueError("is no encoding. Write one like utf-8 or cp1252.")
    return name


def _encoding_errors(value: Any) -> str:
    if value not in {"refuse", "quarantine"}:
        raise ValueError("is no way to treat them. Write refuse or quarantine.")
    return str(value)


def _delimiter(value: Any) -> str:
    text = {"tab": "\t", "\\t": "\t"}.get(str(value), str(value))
    if len(text) != 1 or text in '"\r\n':
        raise ValueError("is no delimiter. Write one character, or tab.")
    return text


def _decimal(value: Any) -> str:
    if value not in {".", ","}:
        raise ValueError("is no decimal mark. Write . or ,")
    return str(value)


def _scale(value: Any) -> tuple[float, float]:
    low, dash, high = str(value).partition("-")
    bounds = (_number(low), _number(high)) if dash else (0, 0)
    if bounds[0] >= bounds[1]:
        raise ValueError("is no scale. Write the lowest and the highest, like 1-5.")
    return bounds


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = nan
    if not isfinite(number):
        raise ValueError("is no number. Write a number.")
    return number


def _pairs(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {str(name): known for name, known in value.items()}
    pairs = [pair.partition("=") for pair in str(value).split(",")]
    if not all(name.strip() and known.strip() for name, _, known in pairs):
        raise ValueError("is no list of pairs. Write one like a=b,c=d.")
    return {name.strip(): known.strip() for name, _, known in pairs}


def _csat_map(value: Any) -> dict[str, float | None]:
    words = {
        word.lower(): None if score == UNANSWERED else _number(score)
        for word, score in _pairs(value).items()
    }
    if len(words) < len(_pairs(value)):
        raise ValueError("names a word twice. Large and small letters are the same.")
    return words


def _column_map(value: Any) -> dict[str, str]:
    names = {name: str(known) for name, known in _pairs(value).items()}
    if len(set(names.values())) < len(names):
        raise ValueError("reads two columns as one. Give each a name of its own.")
    return names


def _truth(value: Any) -> bool:
    if str(value).lower() not in _TRUTHS:
        raise ValueError("is neither true nor false. Write true or false.")
    return _TRUTHS[str(value).lower()]


def _limit(value: Any) -> float | int:
    """Read ``2 %`` or ``0.02`` as a share, a whole number as rows."""
    text = str(value).strip()
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = nan
    if not 0 <= share <= 1:
        raise ValueError("is no limit. Write a share like 2%, or a number of rows.")
    return share


READERS = {
    "time_zone": _time_zone,
    "time_format": _time_format,
    "encoding": _encoding,
    "encoding_errors": _encoding_errors,
    "delimiter": _delimiter,
    "decimal": _decimal,
    "csat_scale": _scale,
    "csat_map": _csat_map,
    "column_map": _column_map,
    "allow_empty": _truth,
    "allow_partial": _truth,
    "quarantine_limit": _limit,
}
