"""A file is read by its own name, whatever that means to DuckDB."""

from __future__ import annotations

import duckdb
import pytest

from kpi_kit.sources import open_helpdesk

NINE = "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "parquet"])
@pytest.mark.parametrize("name", ["a[1]", "a*", "a?", "it's", "channel=chat/a"])
def test_a_name_is_no_pattern(tmp_path, name, kind):
    """The file that such a pattern finds has another ticket; a folder is no column."""
    path = tmp_path / f"{name}.{kind}"
    path.parent.mkdir(exist_ok=True)
    for file, number in ((path.with_name(f"a1.{kind}"), 2), (path, 1)):
        how = {"json": "format json, array true", "ndjson": "format json"}.get(kind)
        query = f"select '{number}' as ticket_id, timestamptz '{NINE}' as created_at"
        if kind != "parquet":
            query = query.replace("timestamptz ", "")
        plain = tmp_path / "plain"
        duckdb.sql(f"copy ({query}) to '{plain}' ({how or f'format {kind}'})")
        plain.rename(file)
    helpdesk = open_helpdesk("files", str(path))

    assert ["1"] == list(helpdesk.tables["tickets"].ticket_id.execute())
    assert () == helpdesk.extra
    assert "tickets.channel" not in helpdesk.given
    assert [path.name] == list(helpdesk.accounting["file"])
