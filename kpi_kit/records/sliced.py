"""The dimensions of rows that are not tickets: their ticket's, and their agent's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.records.begun import BEGUN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.records.known import Known

ORGANIZATIONS = ("first_reply_organization", "solved_organization")
THEIRS = frozenset({"team", "tier", *ORGANIZATIONS})  # what the table of agents says
AGENTS = THEIRS | {"agent_id"} | BEGUN
CALLS = AGENTS | {"channel", "customer_id", "issue_type", "root_cause", "priority"}
CALLS |= {"created_hour", "created_weekday"}
TICKETS = None
LONG_TERM = 365  # days from which on a customer is no new one


def tenure(on: ir.DateValue, since: ir.DateValue) -> ir.StringValue:
    """Return ``new`` or ``long-term`` for somebody who became a customer on a day."""
    days = on.delta(since, unit="day")
    return ibis.cases((days >= LONG_TERM, "long-term"), (days.notnull(), "new"))


def with_ticket(
    rows: ir.Table, known: Known, own: Mapping[str, ir.Value] | None = None
) -> ir.Table:
    """Add what is asked of each row's ticket; rows of left-out tickets go.

    Parameters
    ----------
    rows
        With ``ticket_id``, which may be NULL or name no ticket of the source.
    known
        Has the facts and the dimensions that are asked.
    own
        Dimensions that the row itself knows; they win over the ticket's.

    Returns
    -------
    ir.Table
        ``rows`` with ``last_solved_on`` and the dimensions.
    """
    facts = known.tickets
    wanted = ("excluded_because", "last_solved_on", *known.by)
    beside = facts.select(
        ticket_of="ticket_id", **{f"of {name}": facts[name] for name in wanted}
    )
    joined = rows.left_join(beside, rows.ticket_id == beside.ticket_of)
    joined = joined.filter(joined["of excluded_because"].isnull())
    made = {"last_solved_on": joined["of last_solved_on"]}
    for name in known.by:
        said = (own or {}).get(name)
        theirs = joined[f"of {name}"]
        made[name] = theirs if said is None else ibis.coalesce(joined[said], theirs)
    kept = {name: joined[name] for name in rows.columns if name not in made}
    return joined.select(**kept, **made)


def with_agent(rows: ir.Table, known: Known) -> ir.Table:
    """Add what is asked of each row's agent, as columns ``agent <dimension>``."""
    source = {
        "team": "team",
        "tier": "tier",
        **dict.fromkeys(ORGANIZATIONS, "organization"),
    }
    asked = {name: column for name, column in source.items() if name in known.by}
    if "agents" not in known.helpdesk.tables:
        types = {"tier": "int64"}
        nothing = {f"agent {n}": ibis.null(types.get(n, "string")) for n in asked}
        return rows.mutate(**nothing)
    agents = known.table("agents")
    told = agents.select(
        agent_of="agent_id", **{f"agent {name}": agents[c] for name, c in asked.items()}
    )
    return rows.left_join(told, rows.agent_id == told.agent_of).drop("agent_of")
