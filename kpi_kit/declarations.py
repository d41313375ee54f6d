"""Validate a file that people write: contract, parameters, sources, delivery."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_kit import delivery
from kpi_kit.contract import KEYS, read_contract
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.files import found
from kpi_kit.inputs import known_names
from kpi_kit.parameters import declared, read_parameters
from kpi_kit.sources import SOURCES
from kpi_kit.sources.options import FILE, READERS, check_options, checked_options
from kpi_kit.strangers import backfiring
from kpi_kit.yaml_file import read_yaml, reading

if TYPE_CHECKING:
    from collections.abc import Mapping


def checked(path: Path) -> str:
    """Validate a file of contract, parameters, options or delivery; say what it is.

    Its keys tell which; where they do not, its name does.

    Raises
    ------
    ParameterError
        Says what is wrong in it, or in the contract that it names.
    """
    keys = set(read_yaml(path))
    if path.name == FILE or (keys and keys <= set(READERS) - {"time_zone"}):
        check_options(path)
        return f"{path}: how a source is to be read, nothing to mend."
    if path.name == delivery.FILE or len(keys & set(delivery.REQUIRED)) > 1:
        cadences = [notebook.stem for notebook in _notebooks()]
        delivery.read_delivery(path, known_cadences=cadences)
        return f"{path}: how reports are mailed, nothing to mend."
    notebooks, takes = _notebooks_of(path, keys)
    if notebooks:
        _check_further(read_parameters(path, takes), path)
        return f"{path}: parameters of {' or '.join(notebooks)}, nothing to mend."
    contract = read_contract(path, **known_names())
    told = f"{path}: contract with {contract.vendor}, nothing to mend."
    return "\n".join([told, *(f"Warning: {said}." for said in backfiring(contract))])


def _check_further(values: Mapping[str, Any], path: Path) -> None:
    """Raise where a report would: at its source, its options or its contract."""
    with reading(path):
        source = values.get("source", SOURCES[0])
        if source not in SOURCES:
            message = f"{path}: source: no source is called {source!r:.42}"
            raise ParameterError(f"{message}. {nearest(source, SOURCES)}")
        checked_options(values.get("options", {}), f"{path}: options")
    contract = values.get("contract")
    if contract:
        read_contract(found(contract) or Path(contract), **known_names())


def _notebooks_of(path: Path, keys: set[str]) -> tuple[list[str], dict[str, Any]]:
    """Return the notebooks that take these keys, and what they take.

    None where a contract has more of them; the one of the file's name, where it does.
    """
    best: tuple[int, bool] = (len(keys & set(KEYS)), False)
    names: list[str] = []
    chosen: dict[str, Any] = {}
    for notebook in _notebooks():
        with suppress(ParameterError):  # a notebook without parameters is no cadence
            takes = declared(notebook)
            fits = (len(keys & set(takes)), notebook.stem == path.stem)
            if fits > best:
                best, names, chosen = fits, [notebook.name], takes
            elif fits == best and takes.keys() == chosen.keys():
                names.append(notebook.name)
    return names, chosen


def _notebooks() -> list[Path]:
    from kpi_kit.run import cadences  # noqa: PLC0415 - for files of parameters only

    folder = found("notebooks") or Path()
    return [folder / f"{cadence}.ipynb" for cadence in cadences(folder)]
