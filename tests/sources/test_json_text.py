"""JSON as APIs give it: one object with the rows in a list, and maybe more pages."""

from __future__ import annotations

import json

import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

ROW = {"ticket_id": 2**70, "created_at": "2026-03-02T09:00:00Z", "tags": ["a", "b"]}


def opened(folder, page, **kwargs):
    """Write a page as tickets and open it."""
    path = folder / "t.json"
    text = page if isinstance(page, str) else json.dumps(page)
    path.write_text(text, encoding="utf-8")
    return open_helpdesk("files", str(path), **kwargs)


@pytest.mark.parametrize(
    "page",
    [
        {"tickets": [ROW], "count": 1, "next_page": None},
        {"results": [ROW], "links": {"next": ""}, "meta": {"has_more": False}},
        {"tickets": [ROW], "users": [], "end_of_stream": True},
        {'odd" $name': [ROW]},
    ],
)
def test_the_rows_of_an_object(tmp_path, page):
    """Under the table's name or in the only list; numbers keep all their digits."""
    helpdesk = opened(tmp_path, page)

    assert [str(2**70)] == list(helpdesk.tables["tickets"].ticket_id.execute())
    told, name = helpdesk.warnings[0], next(iter(page))
    assert f"t.json: the rows are those under {name!r}" == told


@pytest.mark.parametrize(
    ("more", "sign"),
    [
        ({"next_page": "https://x.test/2"}, 'next_page is "https://x.test/2"'),
        ({"links": {"next": 2}}, "links: next is 2"),
        ({"meta": {"has_more": True}}, "meta: has_more is true"),
        ({"end_of_stream": False}, "end_of_stream is false"),
    ],
)
def test_one_page_of_several(tmp_path, more, sign):
    """It is refused, and with leave read with a warning."""
    page = {"tickets": [ROW], **more}
    with pytest.raises(TableError) as caught:
        opened(tmp_path, page)
    told = f"t.json: is not whole: {sign}"
    todo = "Export all pages, or set --option allow_partial=true."
    assert f"{told}. {todo}" == str(caught.value)
    helpdesk = opened(tmp_path, page, options={"allow_partial": "true"})

    assert [1] == list(helpdesk.accounting["accepted"])
    assert f"{told}; the rest is missing in every number" == helpdesk.warnings[1]


@pytest.mark.parametrize("text", ["[]", '{"tickets": []}'])
def test_no_rows(tmp_path, text):
    """An empty list is an empty helpdesk, and said to be one."""
    helpdesk = opened(tmp_path, text)

    assert [0] == list(helpdesk.accounting["rows_read"])
    told = "t.json: holds no rows; no number can be computed from it"
    assert told in helpdesk.warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [], "b": []}', "holds one object, not a list of rows. "),
        ('{"a": 1}\n{"a": 2}', "holds 2 objects, one after the other. "),
        ('{"a": [1, 2', "the file is not whole: "),
        ('{"a":' * 1_000, "is nested 1,000 deep, at most 100 is read. "),
    ],
)
def test_an_object_that_is_no_page(tmp_path, text, expected):
    """Refused in one line."""
    with pytest.raises(TableError) as caught:
        opened(tmp_path, text)
    assert str(caught.value).startswith(f"t.json: {expected}")


def test_brackets_in_texts_are_no_depth(tmp_path):
    """A thousand sad faces, escaped quotes among them, do not nest."""
    row = {**ROW, "subject": ':[ \\" ' * 1_000}

    assert 1 == opened(tmp_path, [row]).tables["tickets"].count().execute()
