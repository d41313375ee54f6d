"""Who held a ticket, for the oracle: agents, tiers, vendor and client.

Each comment marked "Decision" quotes a choice made where the definitions are silent.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.oracle_history import (
    changes,
    given,
    has_events,
    values,
)

if TYPE_CHECKING:
    from tests.oracle_history import Row, Source

CLIENT = "client"


def transfer_count(source: Source, ticket: Row) -> int | None:
    """Count the changes from one agent to a different one.

    Decision: along the ticket's sequence of known agents (first event's old_value,
    then new_values, NULLs skipped), so A -> none -> B is one transfer; NULL when the
    source has no agent events at all.
    """
    if not has_events(source, "agent"):
        return None
    agents = values(source.history(ticket, "agent"))
    return sum(one != other for one, other in pairwise(agents))


def was_assigned(source: Source, ticket: Row) -> bool:
    """Tell whether the ticket ever had an agent.

    Decision: any known agent in that sequence or, for tickets without agent events,
    tickets.agent_id.
    """
    events = source.history(ticket, "agent")
    return bool(values(events)) if events else ticket.get("agent_id") is not None


def tier_basis(source: Source) -> str | None:
    """Say what escalations are read from.

    Decision: events field tier if any such event exists anywhere, else field team
    with the contract's tiers map, else snapshot tickets.escalated, else nothing.
    """
    if has_events(source, "tier"):
        return "tier"
    if has_events(source, "team") and source.contract.tiers:
        return "team"
    return "escalated" if given(source.tables, "tickets", "escalated") else None


def _tier(source: Source, value: object) -> float | None:
    # Decision: non-numeric tier values are ignored; so are teams without a tier.
    if tier_basis(source) == "team":
        return source.contract.tiers.get(value)
    try:
        tier = float(value)
    except (TypeError, ValueError):
        return None
    return tier if math.isfinite(tier) else None


def _tiers(source: Source, ticket: Row) -> list[tuple[int, float | None, float | None]]:
    """Return (when, old tier, new tier); events that name no tier say nothing."""
    read = [
        (
            e["occurred_at"],
            _tier(source, e["old_value"]),
            _tier(source, e["new_value"]),
        )
        for e in source.history(ticket, tier_basis(source))
    ]
    return [turn for turn in read if turn[1:] != (None, None)]


def _starting_tier(source: Source, ticket: Row) -> float | None:
    """Return the tier the ticket began in.

    Decision: old_value of the first tier (team) event, or its new_value when
    old_value is missing; without events the ticket's own tier (team's tier).
    """
    turns = _tiers(source, ticket)
    if not turns:
        # Decision: events that name no tier leave the start unknown.
        told = source.history(ticket, tier_basis(source))
        return None if told else _tier(source, ticket.get(tier_basis(source)))
    _, old, new = turns[0]
    return new if old is None else old


def lowest_tier(source: Source) -> float | None:
    """Return the lowest tier of the source; NULL when nothing says so.

    Decision: minimum of the tiers map, or the lowest tier that any ticket or any known
    change names.
    """
    if tier_basis(source) not in ("tier", "team"):
        return None
    if source.contract.tiers:
        return min(source.contract.tiers.values())
    named = {_tier(source, t.get("tier")) for t in source.tables["tickets"]}
    for ticket in source.tables["tickets"]:
        for _, old, new in _tiers(source, ticket):
            named |= {old, new}
    return min(named - {None}, default=None)


def is_escalated(source: Source, ticket: Row, lowest: float | None) -> bool | None:
    """Tell whether the tier rose after creation.

    Decision: True when any new_value after created_at is higher than the starting
    tier; NULL for tickets that did not begin in the lowest tier or whose start is
    unknown.  Chosen here: the snapshot's answer stands as it is, for every tier.
    """
    basis = tier_basis(source)
    if basis in (None, "escalated"):
        return ticket.get("escalated") if basis else None
    start = _starting_tier(source, ticket)
    if start is None or start != lowest:
        return None
    return any(
        new is not None and new > start and new != old and at > ticket["created_at"]
        for at, old, new in _tiers(source, ticket)
    )


def organization_of_agent(source: Source, agent: str | None) -> str | None:
    """Return agents.organization."""
    rows = source.tables.get("agents", [])
    found = {row["agent_id"]: row.get("organization") for row in rows}
    return None if agent is None else found.get(agent)


def organization_of_team(source: Source, team: str | None) -> str | None:
    """Return whose team it is.

    Decision: the common organization of the agents in that team if unanimous, else
    the contract's organizations map.  Chosen here: agents without one do not vote.
    """
    if team is None:
        return None
    rows = [r for r in source.tables.get("agents", []) if r.get("team") == team]
    said = {row.get("organization") for row in rows} - {None}
    return said.pop() if len(said) == 1 else source.contract.organizations.get(team)


def _organization(source: Source, field: str, value: str | None) -> str | None:
    read = {"agent": organization_of_agent, "team": organization_of_team}
    return read[field](source, value)


def _is_vendor(organization: str | None) -> bool:
    # Decision: vendor = organization known and not "client".
    return organization not in (None, CLIENT)


def _vendor_holdings(source: Source, ticket: Row) -> list[int]:
    """Return the instants from which a vendor held the ticket.

    Decision: new_value (agent or team event) of a vendor at the event's time, or the
    first event's old_value at created_at, or, without agent/team events, the ticket's
    own agent/team at created_at.  Chosen here: agents and teams each by themselves.
    """
    held = []
    for field, column in (("agent", "agent_id"), ("team", "team")):
        events = source.history(ticket, field)
        first = events[0]["old_value"] if events else ticket.get(column)
        turns = [(ticket["created_at"], first)]
        turns += [(e["occurred_at"], e["new_value"]) for e in events]
        held += [at for at, v in turns if _is_vendor(_organization(source, field, v))]
    return held


def knows_organizations(source: Source) -> bool:
    """Tell whether a hand-over from vendor to client can be seen at all.

    Decision: not when the source has no agents.organization and no organizations
    map, or no agent/team events at all.
    """
    named = given(source.tables, "agents", "organization")
    named = named or bool(source.contract.organizations)
    return named and has_events(source, "agent", "team")


def is_escalated_to_client(source: Source, ticket: Row) -> bool | None:
    """Tell whether a vendor's ticket was handed to the client.

    Decision: True when an event hands to a client agent/team and (its old_value is
    vendor's, or a vendor held it strictly earlier); NULL when no vendor ever held it.
    """
    if not knows_organizations(source):
        return None
    held = _vendor_holdings(source, ticket)
    for field in ("agent", "team"):
        for move in changes(source.history(ticket, field)):
            before = _organization(source, field, move.before)
            after = _organization(source, field, move.after)
            earlier = any(at < move.at for at in held)
            if after == CLIENT and (_is_vendor(before) or earlier):
                return True
    return False if held else None
