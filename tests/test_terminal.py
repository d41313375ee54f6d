"""What people read in a terminal."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.card_text import WIDTH, card_text
from kpi_kit.catalog import METRICS
from kpi_kit.terminal import computable_text, kpi_text


@pytest.mark.parametrize(
    ("clock", "value", "interval"),
    [("business", "76 h 48 min", "40 h to 80 h"), ("calendar", "3.2 d", "40 h to 3.3")],
)
def test_business_hours_are_no_days(clock, value, interval):
    """An office day has no 24 hours: on the business clock, hours stay hours."""
    row = {
        "metric": "resolution_time",
        "statistic": "median",
        "clock": clock,
        "period_start": date(2026, 3, 1),
        "period_end": date(2026, 4, 1),
        "value": 4608.0,
        "low": 2400.0,
        "high": 4800.0,
        "unit": "minutes",
        "n": 40,
        "status": "ok",
        "note": "",
    }
    text = kpi_text(pd.DataFrame([row]), ())

    assert value in text
    assert interval in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("backlog", "dated by the end of each period"),
        ("reopen_rate", "dated by first_solved_at"),
        ("resolution_time", "escalated: 48 h to 72 h, escalated technical issues."),
        ("resolution_time", "b2b_saas: 28 h, median, email, all categories."),
        ("first_contact_resolution", "contract minimum: above 65 %. unattributed, as"),
        ("first_contact_resolution", "choice (first_contact_resolution,"),
        ("first_response_time", "a queue time, not a first response"),
    ],
)
def test_cards(name, said):
    """Each card says its date, bands in one unit, and every word once."""
    assert said in " ".join(card_text(METRICS[name]).split())


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_cards_are_plain_text(card):
    """No markup reaches a terminal."""
    assert "`" not in card_text(card)


@pytest.mark.parametrize("card", METRICS.values(), ids=METRICS)
def test_cards_fit_a_terminal(card):
    """80 columns take every line, and the lines hold every word."""
    assert [] == [line for line in card_text(card).splitlines() if len(line) > WIDTH]


def test_what_lacks_has_a_place_to_come_from():
    """Each KPI's needs stand by themselves, each place once for all KPIs."""
    lacking = {
        "backlog": (),
        "utilization": (("agent_states",),),
        "occupancy": (("agent_states",),),
        "escalation_rate": (("events.field=team+contract.tiers", "tickets.escalated"),),
    }

    assert (
        "1 of 4 KPIs can be computed.\n"
        "Not computable:\n"
        "  utilization: needs agent_states\n"
        "  occupancy: needs agent_states\n"
        "  escalation_rate: needs events of field team with contract.tiers or "
        "tickets.escalated\n"
        "Usually from:\n"
        "  agent_states: workforce management or telephony; `kpi-kit templates` writes "
        "a sheet\n"
        "  events: the helpdesk's API (audits or history of a ticket); a CSV export "
        "lacks them\n"
        "  contract.tiers: one line in contract.yaml: which team is which tier\n"
        "  tickets.escalated: a tag or a field that agents set"
    ) == computable_text(lacking)
