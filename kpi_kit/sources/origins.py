"""What stood in a file where a row is bad: read again, as it is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.sources.session import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis

    from kpi_kit.sources.loaded import Origins, Wanted


def read_again(
    connection: ibis.BaseBackend,
    relation: str,
    types: Mapping[str, str],
    wanted: Wanted,
) -> Origins:
    """Return the number of each row from 1, and the texts of its columns.

    Parameters
    ----------
    connection
        A DuckDB session.
    relation
        What follows FROM, its rows numbered as ``_row``.
    types
        The DuckDB type of each of its columns.
    wanted
        Of each row, the columns.
    """
    names = sorted({name for columns in wanted.values() for name in columns})
    texts = ", ".join(_text(name, types[name]) for name in names)
    found = connection.con.execute(
        f"select _row, {texts} from {relation} where _row in (select unnest(?))",  # noqa: S608  quoted
        [[*wanted]],
    ).fetchall()
    return {
        row: (row + 1, _chosen(dict(zip(names, values, strict=True)), wanted[row]))
        for row, *values in found
    }


def _text(name: str, kind: str) -> str:
    read = "kit_json({})" if kind == "JSON" else "{}::varchar"
    return f"coalesce({read.format(quoted(name))}, '')"


def _chosen(values: dict[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(values[name] for name in names)
