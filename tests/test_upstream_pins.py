"""One test per upstream quirk that we work around; it fails when the quirk is gone.

Then delete the workaround, or lift the bound in pyproject.toml, and the test with it.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import warnings
from importlib.metadata import requires
from inspect import getsource

import altair as alt
import duckdb
import ibis
import nbformat
import pandas as pd
import pytest
from ibis.backends.sql import SQLBackend
from jupyter_client.client import KernelClient
from packaging.requirements import Requirement
from packaging.version import Version

KERNEL = {"name": "python3", "language": "python"}


def warnings_of(call):
    """Return the text of each warning that ``call`` raises, ignored or not."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        call()
    return [str(warning.message) for warning in seen]


@pytest.fixture
def spark(engine):
    """Return the engine where it is Spark; these quirks are Spark's alone."""
    if engine.name != "pyspark":
        pytest.skip("a quirk of Spark: --engines pyspark shows it")
    return engine


def test_ibis_lists_tables_by_a_method_that_duckdb_2_drops():
    """DuckDB 1.5 warns of it.  Gone: lift duckdb<2 and the ignored warning."""
    start = "fetch_arrow_table() is deprecated"
    seen = warnings_of(ibis.duckdb.connect().list_tables)

    assert any(text.startswith(start) for text in seen)


def test_ibis_drops_tables_by_a_keyword_that_sqlglot_30_18_drops():
    """From 30.18 on the name is lost: ``DROP TABLE IF EXISTS``.

    sqlglot takes any keyword without complaint, so the call itself is read.
    Gone: lift sqlglot<30.18.
    """
    assert "this=" in getsource(SQLBackend.drop_table)


def test_ibis_stops_at_spark_4_0():
    """The extra ``ibis-framework[pyspark]`` would lock a Spark without Arrow.

    Gone: take that extra in pyproject.toml instead of pyspark alone.
    """
    wanted = [Requirement(line) for line in requires("ibis-framework")]
    (spark,) = [need for need in wanted if need.name == "pyspark"]

    assert not spark.specifier.contains(Version("4.3.0"))


def test_ibis_reads_an_option_that_pandas_4_drops():
    """Gone: delete the ignored warning, and lift pandas<4 after a run on it."""
    start = "The 'future.infer_string' option"
    seen = warnings_of(ibis.memtable({"a": ["x"]}).execute)

    assert any(text.startswith(start) for text in seen)


def test_ibis_epoch_seconds_has_fractions_and_a_cast_rounds_them_up():
    """Typed int32, but DuckDB's EPOCH is a double; floor it before any cast.

    .7 of a second, so that flooring and rounding differ.  Gone: drop the floor.
    """
    connection = duckdb.connect()
    connection.sql("create table t as select timestamp '2026-01-01 00:00:00.7' as at_")
    at = ibis.duckdb.from_connection(connection).table("t").at_.epoch_seconds()
    sql = ibis.to_sql(at.as_table().select(plain=at, whole=at.cast("int64")))

    assert (1767225600.7, 1767225601) == connection.sql(sql).fetchone()


def test_ibis_epoch_seconds_ends_in_2038():
    """Its declared int32 overflows on the way out.  Gone: drop the cast to int64."""
    connection = ibis.duckdb.connect()
    late = ibis.literal("2040-01-01").cast("timestamp('UTC', 6)").epoch_seconds()

    assert late.type().is_int32()
    assert 2208988800 == connection.execute(late.cast("int64"))


def test_ibis_delta_counts_boundaries():
    """Two seconds are a whole minute to it.  Gone: durations may use ``delta``."""
    connection = ibis.duckdb.connect()
    start, end = ibis.timestamp("2026-01-01 00:00:59"), "2026-01-01 00:01:01"
    minutes = ibis.timestamp(end).delta(start, unit="minute")

    assert 1 == connection.execute(minutes)


def test_least_and_greatest_leave_null_out_on_duckdb():
    """BigQuery and Snowflake answer NULL, so neither is given a nullable value."""
    assert (1, 1) == duckdb.sql("select least(1, null), greatest(1, null)").fetchone()


def test_a_frame_brings_null_to_spark_as_nan(spark):
    """Without Arrow, as Spark 4.0 is by default, a missing value counts.

    Two values of three are there: 2 is right, 3 counts the NaN, which is also the
    mean.  Gone, and Spark 4.0 no longer in use: frames need no detour by Parquet.
    """
    arrow = "spark.sql.execution.arrow.pyspark.enabled"
    session = spark.connection._session  # noqa: SLF001  Ibis has no other way to it
    before = session.conf.get(arrow)
    session.conf.set(arrow, "false")
    try:
        value = ibis.memtable({"value": [1.0, None, 3.0]}).value
        count = spark.connection.execute(value.count())
        mean = spark.connection.execute(value.mean())
    finally:
        session.conf.set(arrow, before)

    assert 3 == count
    assert pd.isna(mean)


def test_spark_refuses_a_zero_divisor(spark):
    """DuckDB answers inf.  Either way a ratio needs ``nullif(0)``."""
    table = spark.table("divisor", pd.DataFrame({"zero": [0.0]}))

    with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
        (1 / table.zero).execute()


def test_spark_takes_an_array_index_of_32_bits_only(spark):
    """Gone: drop the cast to int32 in the quantiles."""
    table = spark.table("index", pd.DataFrame({"value": [1, 2, 3]}))
    middle = (table.value.count() // 2).cast("int64")

    with pytest.raises(Exception, match="DATATYPE_MISMATCH"):
        table.value.collect().sort()[middle].execute()


def test_ibis_writes_a_literal_of_64_bits_to_spark_as_one_of_32(spark):
    """What Ibis types int64 comes back int32 once kept, and a union then refuses it.

    Gone: drop the casts behind literals in tables that are kept.
    """
    table = spark.table("literal", pd.DataFrame({"value": [1]}))
    query = ibis.to_sql(table.select(one=ibis.literal(1, "int64")), dialect="pyspark")

    assert spark.connection.sql(query).one.type().is_int32()


@pytest.mark.parametrize(
    "start",
    ["PySpark does not yet fully support pandas", "The copy keyword is deprecated"],
)
def test_spark_warns_of_pandas_3(spark, start):
    """Gone: delete the ignored warning in pyproject.toml."""
    table = spark.table("warned", pd.DataFrame({"at": [pd.Timestamp(0)]}))

    assert any(text.startswith(start) for text in warnings_of(table.execute))


def test_papermill_writes_a_parameter_name_as_code():
    """Gone: names need no check before a run."""
    from papermill.parameterize import parameterize_notebook  # noqa: PLC0415  slow

    book = nbformat.v4.new_notebook()
    book.metadata |= {"kernelspec": KERNEL, "papermill": {}}
    book.cells = [nbformat.v4.new_code_cell(metadata={"tags": ["parameters"]})]
    cells = parameterize_notebook(book, {"a=1;print()": 2}).cells

    assert "a=1;print() = 2" in cells[1].source


def test_altair_leaves_the_end_of_a_script_in_data():
    """A customer's comment would end it.  Gone: data need no escape of ``<``."""
    chart = alt.Chart(alt.Data(values=[{"x": "</script>"}])).mark_point()

    assert '"x": "</script>"' in chart.to_html()


def test_papermill_loads_pyarrow_for_notebooks_in_hdfs():
    """Also where there are none.  Gone: import it plainly in execution.py."""
    code = "import sys, papermill; print('pyarrow.fs' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "True\n" == done.stdout


def test_duckdb_crashes_on_deep_json(tmp_path):
    """Process and all.  Gone: no need to look how deep a file is nested."""
    path = tmp_path / "deep.json"
    path.write_text("[" * 300_000 + "]" * 300_000)
    code = f"import duckdb; duckdb.sql(\"from read_json('{path}')\").fetchall()"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )

    assert ended.returncode < 0


def test_duckdb_takes_one_kind_of_line_end(tmp_path):
    """Two in one file are an error.  Gone: no copy with even ends is needed."""
    path = tmp_path / "mixed.csv"
    path.write_bytes(b"a,b\n1,2\r\n3,4\n")
    strict = "auto_detect = false, header = true, strict_mode = true"
    types = "columns = {'a': 'VARCHAR', 'b': 'VARCHAR'}"

    with pytest.raises(duckdb.InvalidInputException):
        duckdb.sql(f"from read_csv('{path}', {strict}, {types})").fetchall()


def test_duckdb_believes_a_gzipped_text_that_was_changed(tmp_path):
    """It looks at no sum.  Gone: gzip need not be unpacked before it is read."""
    packed = bytearray(gzip.compress(b"a\n1\n"))
    packed[-6] ^= 255
    path = tmp_path / "t.csv.gz"
    path.write_bytes(packed)

    assert [(1,)] == duckdb.sql(f"from read_csv('{path}')").fetchall()


def test_duckdb_reads_more_into_a_path_than_a_file(tmp_path):
    """A pattern, and a column of its folder.  Gone: no file needs a link."""
    folder = tmp_path / "channel=chat"
    folder.mkdir()
    for name, value in (("a[1].csv", 1), ("a1.csv", 2)):
        (folder / name).write_text(f"a\n{value}\n")

    assert [(2, "chat")] == duckdb.sql(f"from '{folder}/a[1].csv'").fetchall()


STRICT = "auto_detect = false, header = true, strict_mode = true"
TWO = "columns = {'a': 'VARCHAR', 'b': 'VARCHAR'}"


def test_duckdb_cuts_empty_fields_after_the_last_column(tmp_path):
    """Without a word.  Gone: broken rows are found by DuckDB alone."""
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2,,\n")

    rows = duckdb.sql(f"from read_csv('{path}', {STRICT}, {TWO})").fetchall()
    assert [("1", "2")] == rows


def test_duckdb_loses_a_row_below_lines_that_it_skips(tmp_path):
    """Where they end otherwise.  Gone: such a file too may be read at once."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"\n\r\na,b\n1,2\n")

    assert not duckdb.sql(f"from read_csv('{path}', {STRICT}, {TWO}, skip = 2)")


def test_duckdb_numbers_keys_that_differ_by_case(tmp_path):
    """And finds nothing under the number.  Gone: they need not be refused."""
    path = tmp_path / "t.ndjson"
    path.write_text('{"a": 1, "A": 2}\n')
    names = duckdb.sql(f"from read_json('{path}')").columns
    columns = "{'a': 'VARCHAR', 'A_1': 'VARCHAR'}"

    assert ["a", "A_1"] == names
    found = duckdb.sql(f"from read_json('{path}', columns = {columns})").fetchall()
    assert [("1", None)] == found


def test_vl_convert_ends_its_process_at_a_control_character():
    """Wherever a text holds one.  Gone: it may draw what it is given, and in ours."""
    mark = {"type": "text", "text": "release \x1b 4.0"}
    chart = alt.Chart.from_dict({"data": {"values": [{}]}, "mark": mark}).to_json()
    draw = "import sys, vl_convert; vl_convert.vegalite_to_png(sys.stdin.read())"
    command, given = [sys.executable, "-c", draw], {"input": chart, "text": True}

    done = subprocess.run(command, capture_output=True, check=False, **given)
    assert done.returncode < 0


def test_jupyter_waits_for_silence_before_the_first_cell():
    """A client reads on until nothing came for 0.2 s, though its kernel is heard.

    Gone: delete the client of kpi_kit/kernel.py.
    """
    source = getsource(KernelClient._async_wait_for_ready)  # noqa: SLF001 - no other way

    assert "timeout=0.2" in source.partition("# Flush IOPub channel")[2]
