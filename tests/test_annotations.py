"""What may explain a number: the helpdesk's annotations and the contract's holidays."""

from __future__ import annotations

from datetime import date

from kpi_kit.annotations import annotations
from kpi_kit.contract import Contract
from kpi_kit.schedules import read_schedules
from tests.canonical import helpdesk

HOURS = {
    "office": {
        "week": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"dates": [date(2026, 3, 5), date(2026, 3, 9), date(2026, 4, 3)]},
    }
}
OFFICE = read_schedules(HOURS, where="business_hours", time_zone="UTC")
TERMS = Contract(schedules=OFFICE)
START, END = date(2026, 3, 2), date(2026, 3, 16)


def test_both_are_told_once(engine):
    """A holiday that the helpdesk names goes by its name; days outside stay out."""
    told = [
        (date(2026, 3, 9), "Founders' Day", "holiday"),
        (date(2026, 3, 4), "release 4.2", "release"),
        (date(2026, 3, 4), "moved office", None),
        (date(2026, 3, 16), "too late", "release"),
    ]
    rows = [dict(zip(("date", "label", "kind"), one, strict=True)) for one in told]
    tickets = [{"ticket_id": "1", "created_at": 0}]
    desk = helpdesk(engine, {"tickets": tickets, "annotations": rows})

    assert (
        (date(2026, 3, 4), "moved office", "other"),
        (date(2026, 3, 4), "release 4.2", "release"),
        (date(2026, 3, 5), "closed", "holiday"),
        (date(2026, 3, 9), "Founders' Day", "holiday"),
    ) == annotations(desk, TERMS, START, END)


def test_without_a_table_the_contract_tells(engine):
    """A source without annotations still has its holidays."""
    desk = helpdesk(engine, {"tickets": [{"ticket_id": "1", "created_at": 0}]})
    found = annotations(desk, TERMS, START, END)

    assert [date(2026, 3, 5), date(2026, 3, 9)] == [day for day, *_ in found]
