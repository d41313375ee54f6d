"""Some tickets that were not solved at the first contact, drawn by lot, to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi_kit.catalog import Card
    from kpi_kit.facts import Facts
    from kpi_kit.standing import Reading
    from kpi_kit.tables import Helpdesk

WHY = ("reopened_within_7_days", "replying_agent_count", "public_reply_count")
COLUMNS = ("ticket_id", "first_solved_on", "excluded_because", *WHY)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A ticket to be read, and what kept it from being solved at once."""

    ticket_id: str
    url: str | None
    issue_type: str | None
    why: str


def drawn(
    helpdesk: Helpdesk, kept: Facts, card: Card, period: Reading, most: int
) -> tuple[Drawn, ...]:
    """Draw tickets that were not solved at the first contact.

    Parameters
    ----------
    helpdesk, kept
        The tables, and the facts with :data:`COLUMNS` and what the card reads.
    card
        First contact resolution, as the contract reads it.
    period
        The days of their first solve.
    most
        How many, at most.

    Notes
    -----
    By the MD5 of the ticket's id: nobody chooses, and two runs draw the same ones.
    """
    rows = kept.tickets
    day = rows.first_solved_on
    inside = (day >= period.start) & (day < period.end)
    missed = ~card.measure(rows) & rows.excluded_because.isnull()
    rows = rows.filter(inside & missed.fill_null(False))
    rows = rows.mutate(lot=rows.ticket_id.hexdigest("md5"))
    rows = rows.order_by(["lot", "ticket_id"]).limit(most)
    rows = rows.select("ticket_id", "lot", *WHY)
    tickets = helpdesk.tables["tickets"].select("ticket_id", "url", "issue_type")
    found = rows.left_join(tickets, "ticket_id").select(
        *rows.columns, "url", "issue_type"
    )
    return tuple(
        Drawn(
            ticket_id=row["ticket_id"],
            url=row["url"],
            issue_type=row["issue_type"],
            why=_why(**{name: row[name] for name in WHY}),
        )
        for row in sorted(found.to_pyarrow().to_pylist(), key=lambda row: row["lot"])
    )


def _why(
    *,
    reopened_within_7_days: bool | None,
    replying_agent_count: int | None,
    public_reply_count: int | None,
) -> str:
    """Say what kept a ticket from being solved at once."""
    if reopened_within_7_days:
        return "reopened"
    if (replying_agent_count or 0) > 1:
        return f"{replying_agent_count} agents"
    if (public_reply_count or 0) > 1:
        return f"{public_reply_count} replies"
    return "the customer wrote again"
