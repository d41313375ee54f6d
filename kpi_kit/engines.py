"""Which engines an address may name, told without loading any of them."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from kpi_kit.errors import ParameterError, nearest

# The variable that tells an engine how many runs share the machine.
SHARED_BY = "KPI_KIT_SHARED_BY"


def as_engine(value: Any, where: str) -> str:
    """Return an engine's address: ``duckdb``, or a URL of an engine that Ibis knows.

    Raises
    ------
    ParameterError
        Names the nearest engine; the address, which may hold a password, is not told.

    Examples
    --------
    >>> as_engine("postgres://kit:${DESK_PASSWORD}@host/desk", "--engine")
    'postgres://kit:${DESK_PASSWORD}@host/desk'
    >>> as_engine("sqlit://desk.db", "--engine")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    kpi_kit.errors.ParameterError: --engine: no engine is called 'sqlit'. \
Did you mean 'sqlite'? Known: athena, bigquery, ...
    """
    name, colon, _ = str(value).partition("://")
    if not colon and value != "duckdb":
        message = f"{where}: {value!r:.42} is neither duckdb nor a URL"
        raise ParameterError(f"{message}. Write one like duckdb://FILE or pyspark://.")
    known = {each.name for each in entry_points(group="ibis.backends")}
    if name not in known | {"postgresql"}:
        message = f"{where}: no engine is called {name!r:.42}"
        raise ParameterError(f"{message}. {nearest(name, known)}")
    return value
