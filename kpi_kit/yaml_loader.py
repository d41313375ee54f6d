"""Load YAML as people mean it; what they may not mean is refused, with its line."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import ConstructorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

# A password in an address; ${NAME} in its place comes from the environment.
_PASSWORD = re.compile(
    r"://[^/@\s]*:(?!\$\{\w+\}@)[^/@\s]+@"
    r"|[?&;](?:password|passwd|pwd|token|secret|api_?key)=(?!\$\{\w+\})[^&;\s]",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?|[-+]?\d+\.", re.ASCII)
_TAG = "tag:yaml.org,2002:"
_QUOTED = "in quotes where text is meant"


def holds_password(text: str) -> bool:
    """Return whether ``text`` is an address with a password in it.

    Examples
    --------
    >>> holds_password("postgres://kit:hunter2@host/desk")
    True
    >>> holds_password("postgres://kit:${DESK_PASSWORD}@host/desk")
    False
    """
    return _PASSWORD.search(text) is not None


class Loader(yaml.SafeLoader):
    """Plain values only, each as it is written, and every error has its line.

    Refused are aliases and anchors, tags, a key given twice, a password in an address,
    and words that YAML 1.1 takes for something else: ``NO`` is false, ``9:30`` is 570,
    ``010`` is 8, ``.nan`` is a number.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse anchors, aliases and tags, which no parameter needs."""
        event = self.peek_event()
        if getattr(event, "anchor", None):
            problem = "anchors and aliases (&name, *name) are not taken"
            _refuse(event.start_mark, f"{problem}. Write the value out")
        if getattr(event, "tag", None):
            problem = f"tags such as {event.tag.removeprefix(_TAG):.40} are not taken"
            _refuse(event.start_mark, f"{problem}. Write plain values")
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's own signature
    ) -> dict[Any, Any]:
        """Refuse a key given twice, of which YAML takes the last in silence."""
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag == f"{_TAG}merge":
                problem = "merge keys (<<) are not taken. Write the values out"
                _refuse(key.start_mark, problem)
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"{key.value!r:.42} is already given on line"
                _refuse(key.start_mark, f"{problem} {seen[key.value]}. Keep one")
            seen[str(key.value)] = line
        return super().construct_mapping(node, deep=deep)

    def construct_object(
        self,
        node: yaml.Node,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's own signature
    ) -> Any:
        """Refuse secrets, and words that YAML takes for something else."""
        try:
            value = super().construct_object(node, deep=deep)
        except ValueError as error:  # 2026-02-30 raises without a line
            problem = f"{node.value!r:.42} cannot be read: {error}"
            _refuse(node.start_mark, f"{problem}. Correct it")
        if isinstance(node, yaml.ScalarNode):
            _refuse_password(node)
            _refuse_trap(node, value)
        return value


def lines_of(node: yaml.Node, trail: str = "") -> Iterator[tuple[str, int]]:
    """Yield each value's path, such as ``targets[0].metric``, and its line."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            step = f"{trail}.{key.value}" if trail else str(key.value)
            yield step, key.start_mark.line + 1
            yield from lines_of(value, step)
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield f"{trail}[{number}]", value.start_mark.line + 1
            yield from lines_of(value, f"{trail}[{number}]")


def _refuse(mark: yaml.Mark, problem: str) -> None:
    raise ConstructorError(None, None, problem, mark)


def _refuse_password(node: yaml.ScalarNode) -> None:
    if holds_password(node.value):
        problem = "an address holds a password, which a report would keep"
        todo = "Write ${NAME} in its place and set NAME in the environment"
        _refuse(node.start_mark, f"{problem}. {todo}")


def _refuse_trap(node: yaml.ScalarNode, value: Any) -> None:
    """Raise where YAML 1.1 reads a bare word as no reader of the file would."""
    word = f"{node.value:.40}"
    kind = node.tag.removeprefix(_TAG)
    if kind == "bool" and node.value.lower() not in {"true", "false"}:
        told = f"YAML takes {word} for {str(value).lower()}"
        _refuse(node.start_mark, f"{told}. Write it {_QUOTED}, else true or false")
    if kind in {"int", "float"} and ":" in node.value:
        told = f"YAML takes {word} for the number {value:g}, in base 60"
        _refuse(node.start_mark, f"{told}. Write '{word}', in quotes")
    if kind == "int" and not _WHOLE.fullmatch(node.value):
        told = f"YAML takes {word} for {value:.40g}"
        _refuse(node.start_mark, f"{told}. Write plain digits, or it {_QUOTED}")
    if kind == "float" and not (_DECIMAL.fullmatch(node.value) and isfinite(value)):
        told = f"{word} is no number to count with"
        _refuse(node.start_mark, f"{told}. Write one like 4.5, or it {_QUOTED}")
    if kind == "timestamp" and len(node.value) > 10:
        told = f"{word} is a day with a time"
        _refuse(node.start_mark, f"{told}. Write the day alone: {_day(value)}")


def _day(value: date) -> str:
    return value.isoformat()[:10]
