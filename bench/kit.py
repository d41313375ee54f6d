"""The kit's side: helpdesk, facts and KPIs through its own functions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from bench.agree import KEYS, settled
from bench.generate import AS_OF, FIRST_DAY, HERE
from kpi_kit import scorecard
from kpi_kit.answers import rows
from kpi_kit.catalog import METRICS
from kpi_kit.contract import Contract, read_contract
from kpi_kit.sources import open_helpdesk

if TYPE_CHECKING:
    from pathlib import Path

    from kpi_kit.answers import Question
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk

TICKET_KPIS = (
    "first_response_time",
    "unanswered_tickets",
    "resolution_time",
    "first_resolution_time",
    "first_contact_resolution_no_follow_up",
    "first_contact_resolution_one_touch",
    "first_contact_resolution_one_reply",
    "first_contact_resolution_no_repeat",
    "reopen_rate",
    "ticket_volume",
    "backlog",
    "escalation_rate",
    "escalation_to_client_rate",
    "transfer_rate",
)


def kit_helpdesk(folder: Path, memory_limit: str) -> Helpdesk:
    """Open the files as any report does, on DuckDB with that much memory."""
    engine = f"duckdb://?memory_limit={memory_limit}"
    return open_helpdesk("files", str(folder), engine=engine, as_of=AS_OF)


def kit_contract() -> Contract:
    """Read the bench's contract."""
    return read_contract(HERE / "contract.yaml", known_metrics=METRICS)


def kit_facts(helpdesk: Helpdesk, contract: Contract) -> Facts:
    """Compute and keep the facts that the ticket KPIs read."""
    return scorecard.keep(helpdesk, contract, [_question(helpdesk, contract)])


def kit_kpis(helpdesk: Helpdesk, facts: Facts, contract: Contract) -> pd.DataFrame:
    """Return every ticket KPI by week x channel x issue type from kept facts."""
    asked = _question(helpdesk, contract)
    found = scorecard.measure(helpdesk, facts, contract, asked)
    return rows(found, contract, asked, {})


def long(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scorecard in the shape in which sides are compared."""
    named = table.assign(week=pd.to_datetime(table["period_start"]).astype(SECONDS))
    return settled(named.set_index(KEYS))


SECONDS = "datetime64[s]"


def _question(helpdesk: Helpdesk, contract: Contract) -> Question:
    return scorecard.question(
        helpdesk,
        contract,
        start=FIRST_DAY,
        end=AS_OF + timedelta(days=1),
        as_of=AS_OF,
        every="week",
        by=("channel", "issue_type"),
        metrics=TICKET_KPIS,
    )
