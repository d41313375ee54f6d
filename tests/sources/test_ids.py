"""What names a row: blanks around it are cut, and what is no id is none."""

from __future__ import annotations

import json
from decimal import Decimal

import pandas as pd
import pytest

from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk
from kpi_kit.sources.json_lines import ended

AT = "2026-03-02T09:00:00Z"


def opened(folder, ids, column="ticket_id", known="7"):
    """Read tickets of which one column holds the texts; the key is sound elsewhere."""
    rows = [{"ticket_id": f"t{n}", "created_at": AT} for n in range(len(ids))]
    rows = [{**row, column: text} for row, text in zip(rows, ids, strict=True)]
    frame = pd.DataFrame([*rows, {"ticket_id": known, "created_at": AT}])
    frame.to_csv(folder / "tickets.csv", index=False)
    return open_helpdesk("files", str(folder))


def column_of(helpdesk, name):
    """Return the values of a column of tickets, sorted, the missing ones left out."""
    return sorted(helpdesk.tables["tickets"][name].execute().dropna())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        *((text, "empty") for text in ("NULL", "n/a", " ", "\u00a0")),
        *((text, "no id") for text in ("nan", "NA", "None", "\\N", "-", "--", "?")),
        *((text, "no id") for text in ("1\n2", "a\tb")),
        *(
            (text, "an error of a spreadsheet")
            for text in ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "####")
        ),
        *((text, "a total, no row") for text in ("Total", "Grand total", "SUM:")),
        ("1.23457E+12", "id lost digits in a spreadsheet"),
    ],
)
def test_what_names_no_ticket(tmp_path, text, rule):
    """It is quarantined with its raw text, and no ticket is called so."""
    helpdesk = opened(tmp_path, [text])

    told = helpdesk.quarantine[["column", "rule", "text"]].to_numpy().tolist()
    assert [["ticket_id", rule, text]] == told
    assert ["7"] == column_of(helpdesk, "ticket_id")


@pytest.mark.parametrize(
    "text", ["#1234", "007", "null-5", "Totalis", "É", "a b", "1180591620717411303424"]
)
def test_what_names_a_ticket_though_it_looks_odd(tmp_path, text):
    """Only what cannot be an id is none."""
    helpdesk = opened(tmp_path, [text])

    assert helpdesk.quarantine.empty
    assert text in column_of(helpdesk, "ticket_id")


def test_elsewhere_a_dash_is_a_name(tmp_path):
    """A customer may be called NA, -, nan or Total; NULL is nobody, #REF! an error."""
    names = ["NA", "-", "nan", "Total", "NULL", "n/a", "#REF!", " Ann\u200b"]
    helpdesk = opened(tmp_path, names, column="customer_id")

    told = helpdesk.quarantine[["line", "rule", "text"]].to_numpy().tolist()
    assert [[8, "an error of a spreadsheet", "#REF!"]] == told
    assert ["-", "Ann", "NA", "Total", "nan"] == column_of(helpdesk, "customer_id")


def test_ids_that_differ_by_what_nobody_sees(tmp_path):
    """Seven times one ticket: six are copies, and it is said that something was cut."""
    ids = ["7", " 7", "7 ", "7\u00a0", "\u200b7", "7\n", "\ufeff7"]
    helpdesk = opened(tmp_path, ids, known="8")

    assert [8, 2, 0, 6] == helpdesk.accounting.iloc[0, 2:].to_list()
    assert ["7", "8"] == column_of(helpdesk, "ticket_id")
    told = "tickets.csv: 6 of 8 rows: blanks and unseen characters of an id are cut"
    assert (told,) == helpdesk.warnings


def test_a_parquet_file_is_read_alike(tmp_path):
    """Also where only one of its texts is odd."""
    rows = {"ticket_id": ["7", "7 ", "NULL", "8"], "created_at": [pd.Timestamp(AT)] * 4}
    pd.DataFrame(rows).to_parquet(tmp_path / "tickets.parquet")
    helpdesk = open_helpdesk("files", str(tmp_path))

    assert [4, 2, 1, 1] == helpdesk.accounting.iloc[0, 2:].to_list()
    told = helpdesk.quarantine[["line", "rule", "text"]].to_numpy().tolist()
    assert [[3, "empty", "NULL"]] == told
    assert ["7", "8"] == column_of(helpdesk, "ticket_id")


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_an_error_that_an_event_changes_to(tmp_path, form):
    """As an agent it is told; what another field holds may be any text."""
    (tmp_path / "tickets.csv").write_text(f"ticket_id,created_at\n7,{AT}\n", "utf-8")
    at = pd.Timestamp(AT) if form == "parquet" else AT
    rows = pd.DataFrame({"ticket_id": ["7"] * 2, "occurred_at": [at] * 2})
    rows = rows.assign(field=["agent", "team"], new_value="#REF!")
    path = tmp_path / f"events.{form}"
    if form == "parquet":
        rows.to_parquet(path)
    elif form == "csv":
        rows.to_csv(path, index=False)
    else:
        rows.to_json(path, orient="records", lines=True)
    helpdesk = open_helpdesk("files", str(tmp_path))

    told = helpdesk.quarantine[["column", "rule", "text"]].to_numpy().tolist()
    assert [["new_value", "an error of a spreadsheet", "#REF!"]] == told
    assert ["#REF!"] == list(helpdesk.tables["events"].new_value.execute().dropna())


@pytest.mark.parametrize("form", ["ndjson", "json"])
@pytest.mark.parametrize("value", [1.0, 1e3, True, {"a": 1}, [1]])
def test_values_of_json_that_are_no_ids(tmp_path, form, value):
    """1 and "2" are; 1.0 may have been 1, or a longer number that lost its end."""
    rows = [{"ticket_id": each, "created_at": AT} for each in (1, "2", value)]
    lines = "\n".join(json.dumps(row) for row in rows)
    text = lines if form == "ndjson" else json.dumps(rows)
    (tmp_path / f"tickets.{form}").write_text(text, encoding="utf-8")
    helpdesk = open_helpdesk("files", str(tmp_path))

    told = helpdesk.quarantine[["line", "rule"]].to_numpy().tolist()
    assert [[3, "no id"]] == told
    assert ["1", "2"] == column_of(helpdesk, "ticket_id")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(b"1", "BLOB", id="bytes"),
        pytest.param([1], r"BIGINT\[\]", id="a-list"),
        pytest.param({"a": 1}, "STRUCT.*", id="a-struct"),
        pytest.param(True, "BOOLEAN", id="a-truth"),
        pytest.param(1.0, "DOUBLE", id="a-float"),
        pytest.param(Decimal("1.5"), r"DECIMAL\(2,1\)", id="a-fraction"),
    ],
)
def test_columns_of_parquet_that_are_no_ids(tmp_path, value, kind):
    """The column is refused whole, since no value of it can be right."""
    rows = {"ticket_id": [value], "created_at": [pd.Timestamp(AT)]}
    pd.DataFrame(rows).to_parquet(tmp_path / "tickets.parquet")

    with pytest.raises(TableError, match=f"column ticket_id is {kind}; "):
        open_helpdesk("files", str(tmp_path))


def test_a_decimal_without_a_fraction_is_a_whole_number(tmp_path):
    """Some warehouses have no other kind of them."""
    rows = {
        "ticket_id": [Decimal(12), Decimal(13)],
        "created_at": [pd.Timestamp(AT)] * 2,
    }
    pd.DataFrame(rows).to_parquet(tmp_path / "tickets.parquet")

    helpdesk = open_helpdesk("files", str(tmp_path))
    assert ["12", "13"] == column_of(helpdesk, "ticket_id")


def test_a_column_without_any_value_may_be_of_numbers(tmp_path):
    """So pandas writes one that is empty: ids and truths that nobody gave."""
    nothing = [float("nan")] * 2
    rows = {"ticket_id": ["7", "8"], "created_at": [pd.Timestamp(AT)] * 2}
    rows |= dict.fromkeys(("agent_id", "merged_into", "escalated"), nothing)
    pd.DataFrame(rows).to_parquet(tmp_path / "tickets.parquet")
    helpdesk = open_helpdesk("files", str(tmp_path))

    assert helpdesk.quarantine.empty
    assert [] == column_of(helpdesk, "agent_id")
    assert [] == column_of(helpdesk, "escalated")


def test_what_an_event_changes_to_is_an_id_too(tmp_path):
    """An agent that is NULL is nobody; of another field the word stays as it is."""
    (tmp_path / "tickets.csv").write_text(f"ticket_id,created_at\n7,{AT}\n", "utf-8")
    events = (
        "ticket_id,occurred_at,field,old_value,new_value\n"
        f"7,{AT},agent, a ,NULL\n7,{AT},merge,,8\u200b\n7,{AT},team,NULL,b \n"
    )
    (tmp_path / "events.csv").write_text(events, "utf-8")
    rows = open_helpdesk("files", str(tmp_path)).tables["events"]
    found = rows.select("field", "old_value", "new_value").execute()

    assert [["agent", "a"], ["merge", "8"], ["team", "NULL", "b "]] == sorted(
        [value for value in row if value is not None and value == value]  # noqa: PLR0124  NaN
        for row in found.to_numpy().tolist()
    )


def test_a_last_line_without_its_end_stays_the_last(tmp_path):
    """DuckDB read it before the others in four of a hundred readings.

    The file itself is never changed.
    """
    path = tmp_path / "tickets.ndjson"
    rows = [{"ticket_id": n or "a", "created_at": AT} for n in range(4)]
    rows.append({"ticket_id": 4.5, "created_at": AT})
    text = "\n".join(json.dumps(row) for row in rows)
    path.write_text(text, encoding="utf-8")

    for _ in range(3):
        told = open_helpdesk("files", str(tmp_path)).quarantine
        assert [[5, "no id", "4.5"]] == told[
            ["line", "rule", "text"]
        ].to_numpy().tolist()
    assert text == path.read_text(encoding="utf-8")
    assert text.encode() + b"\n" == ended(path).read_bytes()
