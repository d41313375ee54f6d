"""Tables as files and pipes: Parquet, CSV, JSON; whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kpi_kit.errors import ParameterError, nearest
from kpi_kit.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A spreadsheet takes a text that begins so for a formula.
FORMULA = r"^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"  # the wide = + - @ too
SUFFIXES = {".parquet": "parquet", ".csv": "csv", ".json": "json"}


def format_of(path: Path) -> str:
    """Return the format that a file's name asks for.

    Raises
    ------
    ParameterError
        For another suffix.
    """
    if path.suffix not in SUFFIXES:
        message = f"-o {path}: the name ends in {path.suffix or 'no suffix'!r}"
        raise ParameterError(f"{message}. {nearest(path.suffix, SUFFIXES)}")
    return SUFFIXES[path.suffix]


def asked_for(path: Path) -> str:
    """Return the format of ``-o FILE``, before any work is done for it.

    Raises
    ------
    ParameterError
        For another suffix, and if there is no such folder: it may be misspelt.
    """
    kind = format_of(path)
    if not path.parent.is_dir():
        message = f"-o {path}: there is no folder {path.parent}"
        raise ParameterError(f"{message}. Make it, or give another.")
    return kind


def write(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> int:
    """Write batches to a file; return how many rows.

    The file appears under its name when it is whole.  Texts that a spreadsheet would
    take for a formula get a quote in front, in CSV.
    """
    kind = format_of(path)
    with whole_file(path) as temporary:
        if kind == "parquet":
            return _parquet(batches, schema, temporary)
        with temporary.open("w", encoding="utf-8", newline="") as out:
            return to_text(batches, schema, kind, out)


def _parquet(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> int:
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def to_text(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, kind: str, out: TextIO
) -> int:
    """Write batches as ``csv`` or ``json`` (one array); return how many rows.

    Without rows, CSV still has its header and JSON is an empty array.
    """
    count = 0
    put: Callable[[pd.DataFrame, TextIO, int], None] = _json if kind == "json" else _csv
    for batch in batches:
        if batch.num_rows:
            put(batch.to_pandas(types_mapper=nullable), out, count)
            count += batch.num_rows
    if kind == "json":
        out.write("\n]\n" if count else "[]\n")
    elif not count:
        _csv(schema.empty_table().to_pandas(), out, 0)
    return count


def nullable(kind: pa.DataType) -> Any:
    """Return pandas' type for whole numbers: one beside a missing one stays whole."""
    return pd.Int64Dtype() if pa.types.is_integer(kind) else None


def _csv(frame: pd.DataFrame, out: TextIO, before: int) -> None:
    quoted = frame.apply(_as_text)
    rows = _Rows(out)
    quoted.to_csv(rows, index=False, header=before == 0, lineterminator=_Rows.END)


class _Rows:
    """Ends rows with a line feed alone, and has lone carriage returns quoted too.

    Of those Python quotes only what a row ends with; it writes one row at a time.
    """

    END = "\r\n"

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, row: str) -> int:
        return self._out.write(row.removesuffix(self.END) + "\n")


def _as_text(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
        text = column.astype(object)
        quoted = text.astype(str).str.replace(FORMULA, r"'\g<0>", regex=True)
        return text.where(text.isna(), quoted)
    return column


def _json(frame: pd.DataFrame, out: TextIO, before: int) -> None:
    records = frame.apply(_plain).astype(object)
    records = records.where(frame.notna(), None).to_dict("records")
    lines = [json.dumps(record, ensure_ascii=False, default=str) for record in records]
    out.write(("[\n" if before == 0 else ",\n") if lines else "")
    out.write(",\n".join(lines))


def _plain(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return column
