"""The parameters of a notebook: what its tagged cell declares, and what it is given."""

from __future__ import annotations

import ast
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from kpi_kit.engines import as_engine
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.periods import DAY, today
from kpi_kit.yaml_file import as_date, reading, unknown
from kpi_kit.yaml_loader import holds_password

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST = 3660
_NUMBERS = {
    "int": (int, re.compile(r"[-+]?\d+", re.ASCII)),
    "float": (float, re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)),
}
TYPES = {
    "str": ((str,), "text"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
    "list": ((list,), "a list"),
    "dict": ((dict,), "a mapping"),
}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One name of a notebook's parameters cell, with its type and own value."""

    name: str
    type: str
    default: Any


def declared(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters a notebook takes.

    Parameters
    ----------
    notebook
        A notebook with one cell tagged ``parameters`` that assigns literals.

    Raises
    ------
    ParameterError
        If there is no such notebook or cell, or the cell holds anything else.
    """
    for cell in _cells(notebook):
        if "parameters" in cell.get("metadata", {}).get("tags", ()):
            return _assigned("".join(cell["source"]), notebook)
    raise ParameterError(
        f"{notebook}: no cell is tagged 'parameters'. Tag the cell that assigns them."
    )


def _cells(notebook: Path) -> list[dict[str, Any]]:
    try:
        return json.loads(notebook.read_text("utf-8"))["cells"]
    except OSError as error:
        message = f"{notebook}: cannot be read ({error.strerror})"
        raise ParameterError(f"{message}. Give the path of a notebook.") from None
    except (ValueError, KeyError, TypeError):
        message = f"{notebook}: is not a notebook of format 4"
        raise ParameterError(f"{message}. Open it in Jupyter and save it.") from None


def _assigned(source: str, notebook: Path) -> dict[str, Parameter]:
    found = {}
    where = f"{notebook}: parameters cell"
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        message = f"{where}, line {error.lineno}: {error.msg}"
        raise ParameterError(f"{message}. Write it as: days: int = 90.") from None
    for statement in statements:
        parameter = _parameter(statement)
        if parameter is None:
            what = f"{where}, line {statement.lineno}: {ast.unparse(statement)!r:.42}"
            raise ParameterError(
                f"{what} is no typed literal. Write it as: days: int = 90."
            )
        found[parameter.name] = parameter
    return found


def _parameter(statement: ast.stmt) -> Parameter | None:
    match statement:
        case ast.AnnAssign(
            target=ast.Name(id=name), annotation=ast.Name(id=kind), value=ast.expr()
        ) if kind in TYPES:
            with suppress(ValueError):  # a call or a name: not known before a run
                default = ast.literal_eval(statement.value)
                return Parameter(name=name, type=kind, default=default)
    return None


def read_parameters(path: Path, takes: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the values of a parameters file, each of the type its notebook declares.

    Parameters
    ----------
    path
        A YAML mapping from parameter to value.
    takes
        What the notebook declares.

    Raises
    ------
    ParameterError
        Names the file, the parameter and the value.
    """
    with reading(path) as given:
        return {
            name: checked(name, value, takes, str(path))
            for name, value in given.items()
        }


def checked(name: str, value: Any, takes: Mapping[str, Parameter], where: str) -> Any:
    """Return a value as its notebook takes it; dates become ISO text.

    Parameters
    ----------
    name, value
        What is given.  Text for another type is read as that type: it comes from a
        command line, which knows only text.
    takes
        What the notebook declares.
    where
        File or option, for the message.

    Examples
    --------
    >>> takes = {"days": Parameter(name="days", type="int", default=90)}
    >>> checked("days", "007", takes, "-p")
    7
    >>> checked("dais", 7, takes, "-p")
    Traceback (most recent call last):
    ...
    kpi_kit.errors.UnknownKeyError: -p: the notebook takes no parameter called 'dais'. \
Did you mean 'days'? Known: days.
    """
    if name not in takes:
        raise unknown(name, takes, where, "the notebook takes no parameter", value)
    if isinstance(value, str) and holds_password(value):
        message = f"{where}: {name}: an address holds a password, which a report keeps"
        todo = "Write ${NAME} in its place and set NAME in the environment"
        raise ParameterError(f"{message}. {todo}.")
    kind = takes[name].type
    types, called = TYPES[kind]
    found = value.isoformat() if kind == "str" and isinstance(value, date) else value
    if kind != "str" and isinstance(found, str):
        found = _read(found, kind)
    fits = isinstance(found, types) and (kind == "bool") == isinstance(found, bool)
    if not fits or (kind == "float" and not isfinite(found)):
        message = f"{where}: {name}: {value!r:.42} is not {called}"
        raise ParameterError(
            f"{message}. The notebook has {takes[name].default!r:.42}."
        )
    if name in _MEANT:
        _MEANT[name](found, f"{where}: {name}")
    return found


def _known(value: str, where: str) -> None:
    day = as_date(value, where)
    if day > today("UTC") + DAY:  # it is tomorrow already in Auckland
        message = f"{where}: nobody knows {day}"
        raise ParameterError(f"{message}. Give today, or an earlier day.")


def _length(value: int, where: str) -> None:
    if value < 1:
        message = f"{where}: {value} days are no period"
        raise ParameterError(f"{message}. Give at least 1.")
    if value > LONGEST:
        message = f"{where}: {value} days are more than ten years"
        raise ParameterError(f"{message}. Give at most {LONGEST}.")


def _metrics(value: list[Any], where: str) -> None:
    from kpi_kit import catalog  # noqa: PLC0415 - most files leave out the KPIs
    from kpi_kit import metrics as _  # noqa: F401, PLC0415 - fills the catalog

    for number, name in enumerate(value):
        if name not in catalog.measures():
            message = f"{where}[{number}]: no metric is called {name!r:.42}"
            raise ParameterError(f"{message}. {nearest(str(name), catalog.METRICS)}")
        if name in value[:number]:
            message = f"{where}[{number}]: {name} already stands in the list"
            raise ParameterError(f"{message}. Keep one of the two.")


# What parameters of these names mean in every notebook.
_MEANT = {"as_of": _known, "days": _length, "kpis": _metrics, "engine": as_engine}


def _read(text: str, kind: str) -> Any:
    try:
        if kind in _NUMBERS:  # Python takes 9_0 for 90, and digits of any script
            read, plain = _NUMBERS[kind]
            return read(text) if plain.fullmatch(text.strip()) else text
        return json.loads(text)
    except ValueError:
        return text
