"""Read the YAML files people write by hand, and say what is wrong with them."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

from kpi_kit.errors import KitError, ParameterError, UnknownKeyError, nearest
from kpi_kit.yaml_loader import Loader, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LARGEST_FILE = 262_144
# No calendar of the kit reaches further.
FIRST_YEAR, LAST_YEAR = 1970, 2099
_SECRET = re.compile(
    r"passw|passphrase|pwd|secret|token|credential|(api|private|access)[_-]?key",
    re.IGNORECASE,
)


@contextmanager
def reading(path: Path) -> Iterator[dict[str, Any]]:
    """Give the mapping a YAML file holds; an error about a value gets its line.

    Parameters
    ----------
    path
        As for `read_yaml`.  Messages about its values begin with it.
    """
    given, lines = _loaded(path)
    try:
        yield given
    except KitError as error:
        place = getattr(error, "place", str(error))
        line = _line(place.removeprefix(f"{path}: "), lines)
        if line is None or not str(error).startswith(f"{path}: "):
            raise
        said = str(error).removeprefix(f"{path}: ")
        kind = ParameterError if isinstance(error, UnknownKeyError) else type(error)
        raise kind(f"{path}: line {line}: {said}") from None


def _line(place: str, lines: Mapping[str, int]) -> int | None:
    """Return the line of the innermost value that a message begins with."""
    around = [
        at for at in lines if f"{place}:".startswith((f"{at}:", f"{at}.", f"{at}["))
    ]
    return lines[max(around, key=len)] if around else None


def read_yaml(path: Path) -> dict[str, Any]:
    """Read the mapping a YAML file holds.

    Parameters
    ----------
    path
        The file; UTF-8, at most 256 KiB.

    Returns
    -------
    dict
        Plain Python values: text, numbers, dates, lists, mappings.

    Raises
    ------
    ParameterError
        If the file is missing, too large, empty, not YAML or not a mapping, or if it
        holds a key twice, an alias or a tag; names the line where there is one.
    """
    return _loaded(path)[0]


def _loaded(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Return what a file holds, and the line of each value by its path."""
    loader = None
    try:
        loader = Loader(_text(path))
        node = loader.get_single_node()
        if node is None:
            raise ParameterError(
                f"{path}: the file is empty. Write 'key: value' lines."
            )
        return (
            as_mapping(loader.construct_document(node), str(path)),
            dict(lines_of(node)),
        )
    except yaml.YAMLError as error:
        raise ParameterError(f"{path}: {_problem(error)}.") from None
    except RecursionError:
        raise ParameterError(f"{path}: nested too deeply. Mend the YAML.") from None
    finally:
        if loader is not None:
            loader.dispose()


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:  # a device has no size, and no end
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            message = f"{path}: more than {LARGEST_FILE:,} bytes are no parameters"
            raise ParameterError(f"{message}. Give a file that people write.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParameterError(f"{path}: not UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ParameterError(f"{path}: {reason}. Check the path.") from None


def _problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f"{' '.join(str(error).split())}. Mend the YAML"
    problem = " ".join(str(error.problem).split())
    if "'\\t'" in problem:
        problem = "a tab stands where YAML takes blanks only. Indent with blanks"
    elif "another document" in problem:
        problem = "a second document begins here. Keep one, without --- between"
    elif not isinstance(error, ConstructorError):
        problem = f"{problem}. Mend the YAML"
    return f"line {mark.line + 1}: {problem}"


def as_mapping(
    value: Any, where: str, known: Iterable[str] | None = None
) -> dict[Any, Any]:
    """Return ``value`` if it is a mapping that has no other keys than ``known``.

    Parameters
    ----------
    value
        What the file holds there.
    where
        File and path, for the message.
    known
        The keys it may have; None takes any.

    Raises
    ------
    ParameterError
        If it is no mapping, or names the unknown key and the nearest known one.

    Examples
    --------
    >>> as_mapping({"vendr": "Acme"}, "contract.yaml", ["vendor"])
    Traceback (most recent call last):
    ...
    kpi_kit.errors.UnknownKeyError: contract.yaml: no key is called 'vendr'. \
Did you mean 'vendor'? Known: vendor.
    """
    if not isinstance(value, dict):
        message = f"{where}: {value!r:.42} is not a mapping"
        raise ParameterError(f"{message}. Write 'key: value' lines.")
    for key in value if known is not None else ():
        if key not in known:
            raise unknown(key, known, where, "no key is", value[key])
    return value


def unknown(
    key: Any, known: Iterable[str], where: str, none: str, beside: Any
) -> UnknownKeyError:
    """Return the error about a name that nothing takes; where secrets belong, if one.

    Parameters
    ----------
    key
        The name.
    known
        The names that would do.
    where
        File and path of what it stands in.
    none
        What the message says before "called".
    beside
        The value beside it, which is never told.
    """
    message = f"{where}: {none} called {key!r:.42}"
    todo = nearest(str(key), known)
    if _is_secret(key, beside):
        todo = "Secrets come from the environment, never from a file: take it out, and "
        todo += "set it as an environment variable."
    place = f"{where}.{key}" if ": " in where else f"{where}: {key}"
    return UnknownKeyError(f"{message}. {todo}", place)


def _is_secret(key: Any, beside: Any) -> bool:
    """Return whether a name is that of a secret, or of something that holds one."""
    held = beside.items() if isinstance(beside, dict) else ()
    if isinstance(beside, list):
        held = enumerate(beside)
    return _SECRET.search(str(key)) is not None or any(_is_secret(*h) for h in held)


def as_list(value: Any, where: str) -> list[Any]:
    """Return ``value`` if it is a list.

    Raises
    ------
    ParameterError
        If it is anything else.
    """
    if not isinstance(value, list):
        message = f"{where}: {value!r:.42} is not a list"
        raise ParameterError(f"{message}. Write [first, second] or '- ' lines.")
    return value


def as_text(value: Any, where: str) -> str:
    """Return ``value`` if it is text of one line.

    Raises
    ------
    ParameterError
        If it is empty, holds a control character, or is something that YAML read out
        of an unquoted word: ``NO`` is false, ``9:30`` is 570.
    """
    if not isinstance(value, str):
        message = f"{where}: YAML reads this as {value!r:.42}, not as text"
        raise ParameterError(f"{message}. Write it in quotes.")
    if not value.strip() or not value.isprintable():
        message = f"{where}: {value!r:.42} is not a line of text"
        raise ParameterError(f"{message}. Write a name in printable characters.")
    return value.strip()


def as_choice(value: Any, where: str, choices: Iterable[str]) -> str:
    """Return ``value`` if it is one of ``choices``.

    Raises
    ------
    ParameterError
        Names the nearest choice.
    """
    text = as_text(value, where)
    if text not in choices:
        message = f"{where}: {text!r:.42} is not a choice"
        raise ParameterError(f"{message}. {nearest(text, choices)}")
    return text


def as_date(value: Any, where: str) -> date:
    """Return the day that ``value`` names, with or without quotes.

    Raises
    ------
    ParameterError
        If there is no such day, a time stands with it, or its year is of no use.

    Examples
    --------
    >>> as_date("2026-02-01", "contract.yaml: go_live")
    datetime.date(2026, 2, 1)
    """
    day = value if type(value) is date else None
    with suppress(TypeError, ValueError):
        day = day or date.fromisoformat(value)
    if day is None or day.isoformat() != str(
        value
    ):  # 20260201, 2026-W05-7 are days too
        message = f"{where}: {value!r:.42} is not a day"
        raise ParameterError(f"{message}. Write it as 2026-02-01.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"{where}: {day} lies outside {FIRST_YEAR} to {LAST_YEAR}"
        raise ParameterError(f"{message}. Correct the year.")
    return day
