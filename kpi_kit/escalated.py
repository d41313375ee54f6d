"""What was escalated: the newest tickets that moved up or were handed to the client."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_kit.standing import Escalated

if TYPE_CHECKING:
    from datetime import date

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk

# By KPI, the fact that says a ticket is one of those counted.
FACTS = {
    "escalation_to_client_rate": "is_escalated_to_client",
    "escalation_rate": "is_escalated",
}
COLUMNS = ("ticket_id", "created_at", "created_on", "excluded_because", "is_open")
READ = ("issue_type", "priority", "team", "url")


def escalated(  # noqa: PLR0913 - which tickets, of which days, how many
    helpdesk: Helpdesk,
    kept: Facts,
    contract: Contract,
    *,
    metric: str,
    start: date,
    end: date,
    most: int,
) -> tuple[Escalated, ...]:
    """Name the newest escalated tickets of a period.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    kept
        The facts, with :data:`COLUMNS` and the fact of the metric.
    contract
        Gives the zone.
    metric
        A name of :data:`FACTS`.
    start, end
        Local days of creation; ``end`` is exclusive.
    most
        How many to name, at most.
    """
    facts = kept.tickets
    inside = (facts.created_on >= start) & (facts.created_on < end)
    counted = facts.excluded_because.isnull() & facts[FACTS[metric]].fill_null(False)
    rows = facts.filter(inside & counted)
    rows = rows.select("ticket_id", "created_at", "is_open")
    rows = rows.order_by(rows.created_at.desc(), rows.ticket_id).limit(most)
    tickets = helpdesk.tables["tickets"].select("ticket_id", *READ)
    found = rows.left_join(tickets, "ticket_id").select(*rows.columns, *READ)
    told = found.to_pyarrow().to_pylist()
    return tuple(
        Escalated(**row | {"created_at": _wall(row["created_at"], contract)})
        for row in sorted(told, key=lambda r: (-r["created_at"], r["ticket_id"]))
    )


def _wall(instant: int, contract: Contract) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(contract.time_zone))
