"""Read the YAML files people write by hand, and say what is wrong with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

from kpi_kit.errors import ParameterError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LARGEST_FILE = 262_144


class _Loader(yaml.SafeLoader):
    """Plain values only; no aliases, no key twice, and every error has its line."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            problem = "aliases such as *name are not taken; write the value out"
            raise ConstructorError(None, None, problem, mark)
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's own signature
    ) -> dict[Any, Any]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag == "tag:yaml.org,2002:merge":
                problem = "merge keys (<<) are not taken; write the values out"
                raise ConstructorError(None, None, problem, key.start_mark)
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"{key.value!r} is already given on line {seen[key.value]}"
                raise ConstructorError(None, None, problem, key.start_mark)
            seen[str(key.value)] = line
        return super().construct_mapping(node, deep=deep)

    def construct_object(
        self,
        node: yaml.Node,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's own signature
    ) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:  # 2026-02-30 raises without a line
            problem = f"{node.value!r:.60} cannot be read: {error}"
            raise ConstructorError(None, None, problem, node.start_mark) from None


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
    try:
        loaded = yaml.load(_text(path), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ParameterError(f"{path}: {_problem(error)}. Mend the YAML.") from None
    except RecursionError:
        raise ParameterError(f"{path}: nested too deeply. Mend the YAML.") from None
    if loaded is None:
        raise ParameterError(f"{path}: the file is empty. Write 'key: value' lines.")
    return as_mapping(loaded, str(path))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            message = f"{path}: {path.stat().st_size} bytes are too many"
            raise ParameterError(f"{message}. Keep it under {LARGEST_FILE}.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ParameterError(f"{path}: not UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ParameterError(f"{path}: {reason}. Check the path.") from None


def _problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return " ".join(str(error).split())
    return f"line {mark.line + 1}: {' '.join(str(error.problem).split())}"


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
    kpi_kit.errors.ParameterError: contract.yaml: no key is called 'vendr'. \
Did you mean 'vendor'? Known: vendor.
    """
    if not isinstance(value, dict):
        message = f"{where}: {value!r:.60} is not a mapping"
        raise ParameterError(f"{message}. Write 'key: value' lines.")
    for key in value if known is not None else ():
        if key not in known:
            message = f"{where}: no key is called {key!r:.60}"
            raise ParameterError(f"{message}. {nearest(str(key), known)}")
    return value


def as_list(value: Any, where: str) -> list[Any]:
    """Return ``value`` if it is a list.

    Raises
    ------
    ParameterError
        If it is anything else.
    """
    if not isinstance(value, list):
        message = f"{where}: {value!r:.60} is not a list"
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
        message = f"{where}: YAML reads this as {value!r:.60}, not as text"
        raise ParameterError(f"{message}. Write it in quotes.")
    if not value.strip() or not value.isprintable():
        message = f"{where}: {value!r:.60} is not a line of text"
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
        message = f"{where}: {text!r:.60} is not a choice"
        raise ParameterError(f"{message}. {nearest(text, choices)}")
    return text


def as_date(value: Any, where: str) -> date:
    """Return the day that ``value`` names, with or without quotes.

    Raises
    ------
    ParameterError
        If there is no such day, or a time stands with it.

    Examples
    --------
    >>> as_date("2026-02-01", "contract.yaml: go_live")
    datetime.date(2026, 2, 1)
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        message = f"{where}: {value!r:.60} is not a day"
        raise ParameterError(f"{message}. Write it as 2026-02-01.") from None
