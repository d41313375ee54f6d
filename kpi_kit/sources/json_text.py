"""JSON: lines, an array, or what an API answers; every value as text, then typed."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kpi_kit.errors import TableError
from kpi_kit.sources.columns import canonical, refuse_kept
from kpi_kit.sources.depth import refuse_deep
from kpi_kit.sources.pages import lacking
from kpi_kit.sources.places import place
from kpi_kit.sources.readings import kind_of
from kpi_kit.sources.session import literal, quoted, scratch
from kpi_kit.sources.text import head, holds, refuse_html
from kpi_kit.tables import NOT_WHOLE

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from kpi_kit.sources.options import Options
    from kpi_kit.tables import Table

# One answer of an API; more is no page but an export, which has a form of its own.
_LARGEST = 64_000_000
_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def relation(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    table: Table,
    kind: str,
    options: Options,
) -> tuple[str, tuple[str, ...]]:
    """Write the reading of a file of JSON, all columns as text.

    Parameters
    ----------
    connection
        A DuckDB session.
    path
        The file.
    table
        The canonical table; of an object with several lists, its own is taken.
    kind
        ``ndjson``, or ``json`` for an array or one object with the rows in a list.
    options
        ``allow_partial`` reads one page of several.

    Returns
    -------
    tuple
        What follows FROM, and what a reader should be told.

    Raises
    ------
    TableError
        If it is no JSON of such a form, or one page of several.
    """
    first = _first_byte(path)
    refuse_deep(path)
    if kind == "ndjson" or first == "[":
        return _reading(connection, path, table, kind, options), ()
    page = _page(connection, path)
    name = _list_of(connection, page, table.name, path.name)
    notes = (f"{path.name}: the rows are those under {name!r}",)
    rest, count = _rest(connection, page, name)
    if sign := lacking(rest, count, table.name):
        message = f"{path.name}: {NOT_WHOLE}: {sign}"
        if not options.allow_partial:
            todo = "Export all pages, or set --option allow_partial=true"
            raise TableError(f"{message}. {todo}.")
        notes = (*notes, f"{message}; the rest is missing in every number")
    rows = scratch() / f"{uuid4().hex}.ndjson"
    # One row to a line, written as it stands.
    listed = f"json_extract(json_extract(json, {literal(_pointer(name))}), '$[*]')"
    connection.execute(
        f"copy (select unnest({listed})::varchar from {page}) to {literal(rows)} "  # noqa: S608  quoted
        "(format csv, header false, quote '', escape '', delimiter '\x01')"
    )
    return _reading(connection, rows, table, "ndjson", options), notes


def _reading(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    table: Table,
    kind: str,
    options: Options,
) -> str:
    form = "newline_delimited" if kind == "ndjson" else "array"
    how = f"format = '{form}', compression = 'uncompressed'"
    described = connection.execute(
        f"describe select * from read_json({place(path)}, {how}, "  # noqa: S608  quoted
        "maximum_depth = 1, map_inference_threshold = -1, sample_size = -1)"
    ).fetchall()
    found = {name: declared for name, declared, *_ in described}
    _refuse_alike(path, list(found))
    if [*found] == ["json"]:  # what DuckDB finds where there is no object
        found = dict.fromkeys(table.required, "VARCHAR")
    declared = {column.name for column in table.columns if column.is_id}
    ids = {name for name in found if canonical(name, declared, options) in declared}
    unlike = {name for name in ids if _is_unlike(found[name])}
    kinds = {name: "JSON" if name in unlike else "VARCHAR" for name in found}
    types = ", ".join(f"{quoted(name)}: {literal(kinds[name])}" for name in found)
    return f"read_json({place(path)}, {how}, columns = {{{types}}})"


def _refuse_alike(path: Path, names: list[str]) -> None:
    """Raise for a key that none can be, and for one that differs by case only.

    DuckDB numbers that one, and loses it.
    """
    known = {name.lower() for name in names}
    for name in names:
        refuse_kept(name, path.name)
        base, _, number = name.rpartition("_")
        numbered = number.isdigit() and base.lower() in known and name.isascii()
        if numbered and not holds(path, json.dumps(name).encode()):
            message = f"{path.name}: two keys are called {base!r} but for their case"
            raise TableError(f"{message}. Remove or rename one.")


def _is_unlike(declared: str) -> bool:
    """Return whether 1, 1.0, true and "1" must be told apart: two can be an id."""
    return declared == "JSON" or kind_of(declared) in {"float", "boolean", "other"}


def _first_byte(path: Path) -> str:
    """Return the first character that is no blank; refuse what is no JSON."""
    with path.open("rb") as file:
        start = file.read(2)
    if start in _MARKS:
        message = f"{path.name}: is {_MARKS[start]}; JSON is UTF-8"
        raise TableError(f"{message}. Export it as UTF-8.")
    text = "\n".join(head(path, path.name)).lstrip()
    refuse_html(text, path.name)
    return text[:1]


def _page(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Read a file that is one object into a temporary table of one row."""
    name = f"kit_{uuid4().hex}"
    connection.execute(
        f"create temp table {name} as select json from read_json_objects("  # noqa: S608  quoted
        f"{place(path)}, format = 'unstructured', compression = 'uncompressed', "
        f"maximum_object_size = {_LARGEST})"
    )
    (count,) = connection.execute(f"select count(*) from {name}").fetchone()  # noqa: S608  our own name
    if count != 1:
        message = f"{path.name}: holds {count:,} objects, one after the other"
        raise TableError(f"{message}. Name it .ndjson.")
    return name


def _list_of(
    connection: duckdb.DuckDBPyConnection, page: str, table: str, where: str
) -> str:
    """Return under which name the rows stand: the table's, else the only list."""
    found = connection.execute(
        f"select unnest(json_keys(json)) from {page}"  # noqa: S608  our own name
    ).fetchall()
    kinds = {
        key: connection.execute(
            f"select json_type(json, {literal(_pointer(key))}) from {page}"  # noqa: S608  quoted
        ).fetchone()
        for (key,) in found
    }
    if len(kinds) < len(found):
        message = f"{where}: the object has one key twice"
        raise TableError(f"{message}. Export each list under its own name.")
    names = [key for key, (kind,) in kinds.items() if kind == "ARRAY"]
    if table in names or len(names) == 1:
        return table if table in names else names[0]
    message = f"{where}: holds one object, not a list of rows"
    raise TableError(f"{message}. Export the list, or name it .ndjson.")


def _rest(
    connection: duckdb.DuckDBPyConnection, page: str, name: str
) -> tuple[Any, int]:
    """Return all of the object but its rows, and how many those are."""
    without, rows = literal(json.dumps({name: None})), literal(_pointer(name))
    text, count = connection.execute(
        f"select json_merge_patch(json, {without})::varchar, "  # noqa: S608  quoted
        f"json_array_length(json, {rows}) from {page}"
    ).fetchone()
    return json.loads(text), count


def _pointer(name: str) -> str:
    return f"/{name.replace('~', '~0').replace('/', '~1')}"
