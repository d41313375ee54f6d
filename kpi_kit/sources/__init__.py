"""The door of the kit: any source becomes the canonical tables, typed and checked.

Nothing else in the kit knows which engine runs or where the data came from.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb
import pandas as pd

from kpi_kit.errors import ParameterError, TableError, UnknownNameError, nearest
from kpi_kit.sources.circles import with_circles
from kpi_kit.sources.columns import check_column_map
from kpi_kit.sources.files import load_files
from kpi_kit.sources.left_out import counted_in
from kpi_kit.sources.lock import lock
from kpi_kit.sources.options import read_options
from kpi_kit.sources.parts import by_table, in_words, joined, typed
from kpi_kit.sources.quarantine import QUARANTINE, RULES
from kpi_kit.sources.rows import ACCOUNTING, judge
from kpi_kit.sources.session import (
    connect,
    first_line,
    forget_order,
    hand_over,
    is_duckdb,
    scratch,
)
from kpi_kit.sources.sql import load_sql
from kpi_kit.sources.stages import few_words, named, stage
from kpi_kit.tables import TABLES, Helpdesk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import ibis
    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded
    from kpi_kit.sources.rows import Sound

__all__ = ["SOURCES", "few_words", "hand_over", "open_helpdesk", "stage"]

SOURCES = ("files", "sql", "demo")
# Columns whose words say what a table's rows are about; some KPIs need one of them.
TELLING = {
    "events": ("field",),
    "surveys": ("kind",),
    "qa_scores": ("kind", "reviewer_side"),
    "costs": ("kind",),
}
# What every report reads.
ALWAYS = ("tickets", "messages", "events", "agents", "annotations")


def open_helpdesk(  # noqa: PLR0913  what a source needs, one name each
    source: str,
    location: str,
    *,
    mapping: str | None = None,
    options: Mapping[str, Any] | None = None,
    engine: str = "duckdb",
    as_of: date | None = None,
    limited: bool = True,
    wanted: Collection[str] | None = None,
) -> Helpdesk:
    """Open a source as the canonical tables.

    Parameters
    ----------
    source
        ``files``: a folder of ``<table>.parquet|csv|tsv|ndjson|json`` or one flat file
        of tickets.  ``sql``: the SELECTs in ``mapping`` over anything else.  ``demo``:
        an invented helpdesk, made anew; see `sources.demo`.
    location
        Folder or file; what ``{location}`` stands for in a mapping; of the demo the
        number of tickets, ``20000`` or with a seed ``20000:7``.
    mapping
        Folder of ``<table>.sql``; for ``sql`` only.
    options
        Override ``source.yaml`` beside the data; see `sources.options.Options`.
    engine
        ``duckdb`` or an Ibis URL.  Files are typed by DuckDB whatever the engine, and
        reach another one as Parquet; SELECTs run where the engine is.
    as_of
        The report's last day; only checked, not to lie in the future.  Rows after it
        are no fault, facts do not know them yet.
    wanted
        Tables to read besides those of tickets and agents; None reads all.

    Returns
    -------
    Helpdesk
        Every table has every declared column, the absent ones NULL.  ``accounting`` has
        one row per file with ``rows_read = accepted + quarantined + duplicates``: a row
        kept with a bad field NULLed counts as quarantined, not as accepted.

    Raises
    ------
    UnknownNameError
        If nothing is called ``source``.
    ParameterError
        If a parameter or option cannot be right.
    TableError
        If the data cannot be read as the canonical tables, or too much of it cannot.
    """
    if source not in SOURCES:
        message = f"source: no source is called {source!r}"
        raise UnknownNameError(f"{message}. {nearest(source, SOURCES)}")
    if source != "sql" and mapping:
        message = f"mapping: source {source} reads no SQL, as in {mapping}"
        raise ParameterError(f"{message}. Give --source sql, or no mapping.")
    _check_as_of(as_of)
    place = _made_up(location) if source == "demo" else Path(location)
    read = read_options(place if place.is_dir() else place.parent, options)
    connection = connect(engine)
    # A name in a column map may be of any table.
    tables = TABLES if wanted is None or read.column_map else {*ALWAYS, *wanted}
    if source != "sql":
        reader = connection if is_duckdb(connection) else connect("duckdb")
        loaded = load_files(reader, place, read, tables)
    elif not mapping:
        raise ParameterError("source sql: mapping is missing. Give a folder of SQL.")
    else:
        where = str(place.absolute())
        loaded = load_sql(connection, where, Path(mapping), read, tables)
    check_column_map(read, [name for each in loaded for name in each.found])
    names, now = frozenset(each.table.name for each in loaded), int(time.time())
    told = frozenset(each.table.name for each in loaded if _tells_history(each))
    beside = {"beside": names, "histories": told, "options": read}
    judged = [
        (parts, _judged(parts, now))
        for parts in by_table(replace(each, **beside) for each in loaded)
    ]
    for sound in (sound for _, sounds in judged for sound in sounds):
        if limited and sound.excess:
            raise TableError(sound.excess)
    helpdesk = replace(
        _helpdesk(connection, judged),
        may_lack=read.allow_empty or read.allow_partial,
        csat_scale=read.scale,
    )
    lock(connection)
    return helpdesk


def _tells_history(loaded: Loaded) -> bool:
    """Return whether a table has a row that says what became of a ticket."""
    name, rows = loaded.table.name, loaded.rows
    if name not in {"messages", "events"}:
        return False
    if name == "events":
        rows = rows.filter(rows.field == "status")
    return bool(rows.limit(1).count().execute())


def _made_up(location: str) -> Path:
    from kpi_kit.sources.demo import folder_of  # noqa: PLC0415  only the demo pays

    return folder_of(location)


def _judged(parts: list[Loaded], now: int) -> list[Sound]:
    try:
        sounds = judge(with_circles(parts, now), now)
        return [counted_in(*each) for each in zip(parts, sounds, strict=True)]
    except duckdb.Error as error:
        message = f"{in_words(parts)}: {first_line(error)}"
        raise TableError(f"{message}. The file is damaged; export it again.") from None


def _check_as_of(as_of: date | None) -> None:
    # Fourteen hours ahead of UTC is the earliest place on earth.
    latest = (datetime.now(tz=UTC) + timedelta(hours=14)).date()
    if as_of is not None and as_of > latest:
        message = f"as_of: {as_of.isoformat()} is in the future"
        raise ParameterError(f"{message}. Give yesterday or an earlier day.")


def _helpdesk(
    connection: ibis.BaseBackend, judged: list[tuple[list[Loaded], list[Sound]]]
) -> Helpdesk:
    tables, given, extra, spans = {}, set(), (), {}
    for parts, sounds in judged:
        loaded, name = parts[0], parts[0].table.name
        rows = joined([_whole(*each) for each in zip(parts, sounds, strict=True)])
        tables[name] = _placed(connection, rows, name)
        given |= {name, *(f"{name}.{column}" for column in loaded.present)}
        given |= _named(tables[name], name)
        extra = extra or loaded.extra
        for column, (first, last) in (s for each in sounds for s in each.spans.items()):
            low, high = spans.get(f"{name}.{column}", (first, last))
            spans[f"{name}.{column}"] = min(low, first), max(high, last)
    forget_order(connection)
    every = [sound for _, sounds in judged for sound in sounds]
    found = [sound for sound in every if len(sound.rules)]
    return Helpdesk(
        connection=connection,
        tables=tables,
        given=frozenset(given),
        spans=spans,
        extra=extra,
        accounting=pd.DataFrame(
            [sound.accounting for sound in every], columns=list(ACCOUNTING)
        ),
        quarantine=_joined([sound.quarantine for sound in found], QUARANTINE),
        rules=_joined([sound.rules for sound in found], RULES),
        excess=tuple(sound.excess for sound in found if sound.excess),
        warnings=tuple(text for sound in every for text in sound.warnings),
    )


def _joined(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(frames, ignore_index=True)


def _whole(loaded: Loaded, sound: Sound) -> ir.Table:
    """Return every declared column in order, the absent ones NULL, then the extra."""
    declared = (column.name for column in loaded.table.columns)
    return typed(loaded.table, sound.rows, (*declared, *loaded.extra))


def _placed(connection: ibis.BaseBackend, rows: ir.Table, name: str) -> ir.Table:
    """Return ``rows`` on the report's engine, through Parquet when read elsewhere."""
    # A name of its own: another helpdesk of the same session keeps its tables.
    unique = f"{name}_{uuid4().hex}"
    if rows.get_backend() is connection:
        return named(connection, unique, rows)
    path = scratch() / f"{unique}.parquet"
    rows.to_parquet(path)
    return connection.read_parquet(str(path), table_name=unique)


def _named(rows: ir.Table, name: str) -> set[str]:
    """Return the words that tell a table's rows apart: ``events.field=status``."""
    found = set()
    for column in TELLING.get(name, ()):
        seen = rows.select(column).distinct().execute()[column].dropna()
        found |= {f"{name}.{column}={word}" for word in seen}
    return found
