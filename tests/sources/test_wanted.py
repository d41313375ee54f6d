"""A report reads the tables its numbers need, and says which it left alone."""

from __future__ import annotations

import pytest

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import tables_of
from kpi_kit.errors import TableError
from kpi_kit.sources import open_helpdesk

TICKETS = "ticket_id,created_at\n1,2026-11-02 10:00:00Z\n"
BROKEN = "month,kind\n2026-10-01,vendor_invoice\n"  # a required column lacks


@pytest.fixture
def folder(tmp_path):
    """Tickets that are sound, and costs that are not."""
    (tmp_path / "tickets.csv").write_text(TICKETS)
    (tmp_path / "costs.csv").write_text(BROKEN)
    return str(tmp_path)


def test_what_no_number_needs_stays_unread(folder):
    """A report of volumes does not stumble over the costs; it says so."""
    desk = open_helpdesk("files", folder, wanted=tables_of(["ticket_volume"]))

    assert ["tickets.csv"] == list(desk.accounting["file"])
    assert ["costs are not read: no number here needs them"] == [*desk.warnings]
    assert "costs" not in desk.given


@pytest.mark.parametrize("wanted", [None, tables_of(["tickets_per_cost"])])
def test_what_a_number_needs_is_read(folder, wanted):
    """Whoever asks for all, or for what costs are needed for, meets the fault."""
    with pytest.raises(TableError, match="costs has no column 'amount'"):
        open_helpdesk("files", folder, wanted=wanted)


def test_a_mapping_runs_only_what_is_needed(tmp_path):
    """The SELECT of an unneeded table may even be wrong."""
    (tmp_path / "tickets.sql").write_text(
        "select '1' as ticket_id, timestamptz '2026-11-02 10:00:00+00' as created_at"
    )
    (tmp_path / "costs.sql").write_text("select nothing from nowhere")

    desk = open_helpdesk("sql", str(tmp_path), mapping=str(tmp_path), wanted=())

    assert 1 == desk.tables["tickets"].count().execute()
