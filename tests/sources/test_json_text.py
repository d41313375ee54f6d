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
        {"tickets": [ROW], "total_pages": 9, "page": 9, "meta": {"total_count": "1"}},
        {"tickets": [ROW], "pages": 1, "offset": 0, "users": [1, 2], "users_count": 2},
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
        ({"previous_page": "?page=1"}, 'previous_page is "?page=1"'),
        (
            {"@odata.nextLink": "https://x.test/2"},
            '@odata.nextLink is "https://x.test/2"',
        ),
        ({"isLast": False, "total": 1}, "isLast is false"),
        ({"next_page": None, "count": 600}, "count is 600, rows here are 1"),
        ({"total_count": "2"}, "total_count is 2, rows here are 1"),
        ({"meta": {"totalTickets": 2}}, "meta: totalTickets is 2, rows here are 1"),
        ({"total_pages": 9, "page": 1}, "total_pages is 9"),
        ({"meta": {"current_page": 2}}, "meta: current_page is 2"),
        ({"offset": 100}, "offset is 100"),
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
        (
            '{"tickets": [{"ticket_id": 1}, 5]}',
            "line 1, character 1: row 2 under 'tickets' is no object: ",
        ),
        ('{"tickets": [], "a": 1, "tickets": []}', "the object has one key twice. "),
        ('{"a":' * 1_000, "is nested 1,000 deep, at most 100 is read. "),
    ],
)
def test_an_object_that_is_no_page(tmp_path, text, expected):
    """Refused in one line."""
    with pytest.raises(TableError) as caught:
        opened(tmp_path, text)
    assert str(caught.value).startswith(f"t.json: {expected}")


GOOD = '{"ticket_id": "1", "created_at": "2026-03-02T09:00:00Z"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"[\n{GOOD},\n 5\n]", "line 3, character 2: no object: '5\\n]'"),
        (
            f"[{GOOD},\n]",
            "line 2, character 1: a comma before the end of the list: ']'",
        ),
        (f"[{GOOD}]\nOK", "line 2, character 1: something behind the end: 'OK'"),
        (f"[{GOOD}\n{GOOD}]", "line 2, character 1: no comma between two rows: "),
        ("[{'a': 1}]", "line 1, character 3: no JSON (expecting property name "),
        (
            f'[{GOOD},\n{{"comment": "\\ud83d"}}]',
            "line 2, character 1: half a character, as an escape that begins with \\ud",
        ),
        (f"[{GOOD},\n{{", "the file is not whole: it ends in line 2. Export it again."),
        (f"[{GOOD}", "the file is not whole: it ends in line 1. Export it again."),
        (f"[{GOOD},\n{GOOD[:-3]}", "the file is not whole: it ends in line 2. "),
    ],
)
def test_what_breaks_a_list(tmp_path, text, expected):
    """It is told with its line, and never in the words of a parser's inside."""
    with pytest.raises(TableError) as caught:
        opened(tmp_path, text)
    assert str(caught.value).startswith(f"t.json: {expected}")
    assert "\n" not in str(caught.value)


def test_a_list_that_is_no_utf_8(tmp_path):
    """The byte is named where it stands."""
    path = tmp_path / "t.json"
    path.write_bytes(f"[\n{GOOD},\n".encode() + b'{"comment": "\xe9"}]')

    expected = "t.json: line 3, byte 73: 0xe9 is not UTF-8. Export it as UTF-8."
    with pytest.raises(TableError) as caught:
        open_helpdesk("files", str(path))
    assert expected == str(caught.value)


def test_keys_that_differ_by_case(tmp_path):
    """DuckDB calls the second status_1 and finds nothing there; one of that name is."""
    row = {**ROW, "status": "open", "status_1": "x"}
    assert ("tags", "status_1") == opened(tmp_path, [row]).extra
    with pytest.raises(TableError) as caught:
        opened(tmp_path, [ROW, {**ROW, "ticket_id": 2, "Tags": ["c"]}])
    expected = "t.json: two keys are called 'Tags' but for their case. Remove or renam"
    assert str(caught.value).startswith(expected)


def test_brackets_in_texts_are_no_depth(tmp_path):
    """A thousand sad faces, escaped quotes among them, do not nest."""
    row = {**ROW, "subject": ':[ \\" ' * 1_000}

    assert 1 == opened(tmp_path, [row]).tables["tickets"].count().execute()
