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
from kpi_kit.tallies import ranks_on

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

# What else a review asks, where surveys, contacts and agent states are there.
OTHER_KPIS = (
    "csat",
    "csat_score",
    "csat_response_rate",
    "nps",
    "ces",
    "service_level",
    "average_speed_of_answer",
    "abandonment_rate",
    "abandonment_rate_of_queued",
    "handle_time_contact",
    "utilization",
    "occupancy",
    "shrinkage",
)


def kit_helpdesk(
    folder: Path, memory_limit: str, wanted: tuple[str, ...] = ()
) -> Helpdesk:
    """Open the files as any report does, on DuckDB with that much memory."""
    engine = f"duckdb://?memory_limit={memory_limit}"
    given = {"engine": engine, "as_of": AS_OF, "wanted": wanted}
    return open_helpdesk("files", str(folder), **given)


def kit_contract() -> Contract:
    """Read the bench's contract."""
    return read_contract(HERE / "contract.yaml", known_metrics=METRICS)


def kit_facts(helpdesk: Helpdesk, contract: Contract) -> Facts:
    """Compute and keep the facts that the ticket KPIs read."""
    return scorecard.keep(helpdesk, contract, [_question(helpdesk, contract)])


def kit_kpis(helpdesk: Helpdesk, facts: Facts, contract: Contract) -> pd.DataFrame:
    """Return every ticket KPI by week x channel x issue type from kept facts."""
    asked = _question(helpdesk, contract)
    ranks = ranks_on(helpdesk.connection)
    found = scorecard.measure(helpdesk, facts, contract, asked, ranks)
    return rows(found, contract, asked, {})


def kit_review(helpdesk: Helpdesk, contract: Contract) -> list[pd.DataFrame]:
    """Return every KPI of a weekly review; those of tickets are sliced."""
    asked = [_question(helpdesk, contract), _question(helpdesk, contract, OTHER_KPIS)]
    facts = scorecard.keep(helpdesk, contract, asked)
    ranks = ranks_on(helpdesk.connection)
    found = [scorecard.measure(helpdesk, facts, contract, q, ranks) for q in asked]
    return [
        rows(numbers, contract, each, {})
        for numbers, each in zip(found, asked, strict=True)
    ]


def long_review(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return what ``kit_review`` does in the shape in which sides are compared."""
    tickets, others = tables
    whole = others.assign(channel="", issue_type="")
    return pd.concat([long(tickets), long(whole)]).sort_index()


def long(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scorecard in the shape in which sides are compared."""
    named = table.assign(week=pd.to_datetime(table["period_start"]).astype(SECONDS))
    return settled(named.set_index(KEYS))


SECONDS = "datetime64[s]"


def _question(
    helpdesk: Helpdesk, contract: Contract, metrics: tuple[str, ...] = TICKET_KPIS
) -> Question:
    return scorecard.question(
        helpdesk,
        contract,
        start=FIRST_DAY,
        end=AS_OF + timedelta(days=1),
        as_of=AS_OF,
        every="week",
        by=("channel", "issue_type") if metrics is TICKET_KPIS else (),
        metrics=metrics,
    )
