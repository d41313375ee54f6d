"""Tables as text: one header, whatever the batches."""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pyarrow as pa
import pytest

from kpi_kit.__main__ import cli
from kpi_kit.errors import ParameterError
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


@pytest.mark.parametrize("command", ["facts", "kpis --from 2026-03-01 --to 2026-04-01"])
def test_a_folder_that_is_not_there_is_told_before_any_work(tmp_path, command):
    """It may be misspelt; nothing is made, and no source is opened."""
    out = tmp_path / "none" / "x.csv"
    asked = [*command.split(), "--location", "nowhere", "-o", str(out)]
    with pytest.raises(ParameterError) as caught:
        cli.main(asked, standalone_mode=False)

    told = f"-o {out}: there is no folder {out.parent}. Make it, or give another."
    assert told == str(caught.value)
    assert not out.parent.exists()


def test_a_text_with_a_line_break_of_any_kind_is_one_text(tmp_path):
    """A lone carriage return is quoted like a line feed; rows end with a line feed."""
    texts = ["a\rb", "a\nb", "a\r\nb", "b"]
    batch = pa.record_batch({"n": [1, 2, 3, 4], "text": texts})
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        to_text(iter([batch]), batch.schema, "csv", out)

    expected = b'n,text\n1,"a\rb"\n2,"a\nb"\n3,"a\r\nb"\n4,b\n'
    assert expected == path.read_bytes()
