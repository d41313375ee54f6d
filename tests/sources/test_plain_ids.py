"""What is taken for a plain id without a look at its row is read as it is."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi_kit.sources.macros import install
from kpi_kit.sources.plain_ids import _ROWS, odd_ids

# What reading changes or refuses, and neighbors of it.
LETTERS = "09AaNnUuLlTtOo/#+-.:! \t\n\x7f\u00a0\u200bÉ"
WORDS = ["null", "NA", "n/a", "nan", "Total:1", "#N/A", "1E+5", "sum", "7 ", "", "A7"]
TEXTS = st.none() | st.sampled_from(WORDS) | st.text(LETTERS, max_size=6)


@pytest.fixture(scope="module")
def connection():
    """Open a session that knows how the kit reads values."""
    with duckdb.connect() as found:
        install(found)
        yield found


def asked(connection, macro, texts):
    """Return what DuckDB makes of each text."""
    values = [[text] for text in texts]
    return [connection.execute(f"select {macro}", v).fetchone()[0] for v in values]


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
@example(["7\u200b"])
@example(["7\u00a0"])
@example(["7+"])
def test_a_plain_id_is_read_as_it_is(connection, tmp_path_factory, texts):
    """Also among others, behind missing ones; any odd one makes its column odd."""
    path = tmp_path_factory.mktemp("ids") / "t.parquet"
    frame = pd.DataFrame({"id": pd.array(texts, "str")})
    frame.to_parquet(path, use_dictionary=False)
    columns = {"key": ("id", True), "other": ("id", False)}
    odd, _ = odd_ids(connection, columns, path)

    if "key" not in odd:
        assert texts == asked(connection, "kit_key($1)", texts)
    if "other" not in odd:
        assert texts == asked(connection, "kit_id($1)", texts)


@given(text=st.text(LETTERS, max_size=6) | st.sampled_from(WORDS))
def test_a_plain_text_is_read_as_it_is(connection, text):
    """As an id, and as a text of an event."""
    if asked(connection, "kit_plain_text($1)", [text])[0]:
        assert [text] * 2 == asked(connection, "kit_id($1)", [text]) + asked(
            connection, "kit_text($1)", [text]
        )


@given(text=st.text(LETTERS + "\0", max_size=6) | st.sampled_from(WORDS))
@example("a b")
@example("a\0b")
def test_a_plain_word_is_read_as_it_is(connection, text):
    """No plain text of any kind has a zero byte, which would be looked for alone."""
    if asked(connection, "kit_plain_word($1)", [text])[0]:
        assert [text] == asked(connection, "kit_word($1)", [text])
    kinds = ("word", "text", "id", "key")
    plain = " or ".join(f"kit_plain_{kind}($1)" for kind in kinds)
    assert "\0" not in text or not asked(connection, plain, [text])[0]


@given(text=st.text(LETTERS, max_size=7) | st.sampled_from(WORDS))
@example("null")
@example("nul ")
@example("n/a  ")
def test_what_is_taken_for_a_plain_id_is_one(connection, text):
    """The long way, which looks for what is missing, broken or unseen, keeps it too."""
    if asked(connection, "kit_plain_id($1)", [text])[0]:
        long = ("kit_missing($1)", "kit_no_id(kit_bare($1))", "kit_bare($1)")
        found = [asked(connection, macro, [text])[0] for macro in long]
        assert [False, None, text] == found


def test_an_id_with_a_blank_within_is_plain(connection):
    """As a bot's name is; one with a blank around it is not, nor is a missing one."""
    texts = ["spam filter", "night desk", "spam filter ", " 7", "null", "n/a"]
    plain = asked(connection, "kit_plain_id($1)", texts)
    assert [True, True, False, False, False, False] == plain


def test_ordinary_ids_are_plain(connection, tmp_path):
    """Numbers, letters with numbers, and those whose digits stand at the front.

    Where asked for, each is counted once, and what is missing as one.
    """
    ids = ["7", "T-1001", "9f8c2d41-aaaa-bbbb-cccc-ffffffffffff", None, "8abc", "7"]
    frame = pd.DataFrame({"id": ids})
    frame.to_parquet(tmp_path / "t.parquet", use_dictionary=False)
    columns = {"key": ("id", True), "other": ("id", False)}

    path = tmp_path / "t.parquet"
    assert (set(), None) == odd_ids(connection, columns, path)
    assert (set(), 5) == odd_ids(connection, columns, path, "key")


@pytest.mark.parametrize("odd", range(-1, 11))
def test_an_id_is_seen_in_whichever_piece_it_stands(connection, tmp_path, odd):
    """Eleven groups of rows are shared among four pieces, of which none is left out."""
    ids = [f"{number} " if number == odd * 3 else str(number) for number in range(31)]
    frame, path = pd.DataFrame({"id": ids, "other": "A7"}), tmp_path / "t.parquet"
    frame.to_parquet(path, use_dictionary=False, row_group_size=3)
    columns = {"other": ("other", False), "key": ("id", True)}
    found = odd_ids(connection, columns, path, "key")

    assert ((set(), 31) if odd < 0 else ({"key"}, None)) == found


@pytest.mark.parametrize("groups", [0, 1, 3, 4, 5, 8])
def test_ids_are_counted_in_however_many_groups_of_rows(connection, tmp_path, groups):
    """None, as DuckDB writes a file without rows, up to two in a piece."""
    path, schema = tmp_path / "t.parquet", pa.schema({"id": pa.string()})
    with pq.ParquetWriter(path, schema, use_dictionary=False) as writer:
        for group in range(groups):
            ids = [str(group * 2), str(group * 2 + 1)]
            writer.write_table(pa.table({"id": ids}, schema))
    found = odd_ids(connection, {"key": ("id", True)}, path, "key")

    assert (set(), 2 * groups or None) == found


def test_ids_of_several_batches_are_counted(connection, tmp_path):
    """Of one group of rows, each once."""
    ids = [str(number) for number in range(2 * _ROWS + 1)]
    path = tmp_path / "t.parquet"
    pd.DataFrame({"id": ids}).to_parquet(path, use_dictionary=False)

    found = odd_ids(connection, {"key": ("id", True)}, path, "key")
    assert (set(), 2 * _ROWS + 1) == found


@pytest.mark.parametrize("last", ["8", "8 "])
def test_an_id_is_seen_wherever_it_stands(connection, tmp_path, last):
    """The first rows are looked at together, the one after them by itself."""
    ids = [str(number) for number in range(_ROWS)]
    path = tmp_path / "t.parquet"
    pd.DataFrame({"id": [*ids, last]}).to_parquet(path, use_dictionary=False)
    found = odd_ids(connection, {"key": ("id", True)}, path, "key")

    assert ((set(), _ROWS) if last in ids else ({"key"}, None)) == found
