"""Tables as text: one header, whatever the batches."""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pyarrow as pa
import pytest

from kpi_kit.export import to_text
from kpi_kit.terminal import kpi_text

SCHEMA = pa.schema({"name": pa.string(), "n": pa.int64()})


def batch(*rows):
    """Return rows of name and n as one batch."""
    named = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    return pa.RecordBatch.from_pylist(named, schema=SCHEMA)


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([], "name,n\n"),
        ([batch()], "name,n\n"),
        ([batch(), batch(("a", 1)), batch(), batch(("b", None))], "name,n\na,1\nb,\n"),
    ],
)
def test_one_header(batches, expected):
    """An empty batch, or none, changes nothing about the header."""
    out = StringIO()
    to_text(iter(batches), SCHEMA, "csv", out)

    assert expected == out.getvalue()


def test_no_rows():
    """No rows are an empty array, and words for people."""
    out = StringIO()
    to_text(iter([]), SCHEMA, "json", out)

    assert "[]\n" == out.getvalue()
    nothing = pd.DataFrame(columns=["metric", "status", "note"])
    assert "No rows." == kpi_text(nothing, ())
