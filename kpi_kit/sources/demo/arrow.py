"""Numbers of the demo as the Arrow columns that stand in its files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from kpi_kit.sources.demo import story
from kpi_kit.sources.demo.people import AGENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

_FIRST_DAY = (story.FIRST_DAY - date(1970, 1, 1)).days


def ids(numbers: np.ndarray) -> pa.Array:
    """Return numbers as a helpdesk writes its ids."""
    return pa.array(numbers).cast(pa.string())


def instants(at: np.ndarray, *, missing: np.ndarray | None = None) -> pa.Array:
    """Return epoch seconds as instants, none where one is missing."""
    return pa.array(at, mask=missing).cast(pa.timestamp("s", tz="UTC"))


def days(numbers: np.ndarray) -> pa.Array:
    """Return days since the story's first as dates."""
    return pa.array((_FIRST_DAY + numbers).astype("int32")).cast(pa.date32())


def chosen(
    values: Sequence[str] | pa.Array | pa.ChunkedArray, places: np.ndarray
) -> pa.Array | pa.ChunkedArray:
    """Return the value at each place; missing where the place is below 0."""
    is_column = isinstance(values, pa.Array | pa.ChunkedArray)
    values = values if is_column else pa.array(values)
    return values.take(pa.array(places, mask=places < 0))


def agents(places: np.ndarray) -> pa.Array:
    """Return the id of each of `people.AGENTS`, none of a place below 0."""
    return chosen([agent.agent_id for agent in AGENTS], places)
