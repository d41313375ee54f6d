"""Who held a ticket: agents, teams, tiers and the organizations behind them."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from kpi_kit.facts.status import order
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

CLIENT = "client"


def history(events: ir.Table, field: str, as_of: int) -> ir.Table:
    """Return the events of one field that are known; some only confirm its value.

    The first change after ``as_of`` tells what the field held until then: it stands in
    the result as an event that changes nothing.
    """
    named = events.filter(events.field == field)
    known = named.filter(named.occurred_at < as_of)
    later = named.filter(named.occurred_at >= as_of)
    first = ibis.window(group_by=later.ticket_id, order_by=order(later))
    later = later.mutate(step=ibis.row_number().over(first))
    held = later.filter(later.step == 0).mutate(
        occurred_at=ibis.literal(as_of - 1).cast("int64"), new_value=later.old_value
    )
    return known.union(held.select(*known.columns))


def transferred(table: ir.Table, events: ir.Table, as_of: int) -> ir.Table:
    """Add how often each ticket went from one agent to another.

    Parameters
    ----------
    table
        Has ``ticket_id`` and ``agent_id``.
    events
        The canonical table.
    as_of
        Later changes are not yet known.

    Returns
    -------
    ir.Table
        ``table`` with ``transfer_count`` and ``was_assigned``.

    Notes
    -----
    The agents of a ticket are the first event's old value and then every new value;
    stretches without an agent are skipped, so A, nobody, B is one transfer.  Tickets
    with one event need no walk.
    """
    agent = history(events, "agent", as_of)
    summary = agent.group_by("ticket_id").agg(
        agent_events=agent.count(),
        old_agent=agent.old_value.max(),
        new_agent=agent.new_value.max(),
    )
    walked = _walk_agents(
        agent.semi_join(summary.filter(summary.agent_events > 1), "ticket_id")
    )
    joined = table.left_join(summary, "ticket_id").drop("ticket_id_right")
    joined = joined.left_join(walked, "ticket_id").drop("ticket_id_right")
    once = (joined.old_agent != joined.new_agent).fill_null(False).cast("int64")
    held = joined.old_agent.notnull() | joined.new_agent.notnull()
    return joined.select(
        *table.columns,
        transfer_count=ibis.coalesce(joined.changes, once),
        was_assigned=joined.agent_events.isnull().ifelse(
            joined.agent_id.notnull(), held
        ),
    )


def _walk_agents(agent: ir.Table) -> ir.Table:
    in_order = ibis.window(group_by=agent.ticket_id, order_by=order(agent))
    step = ibis.row_number().over(in_order)
    numbered = agent.select("ticket_id", "old_value", "new_value", step=step + 1)
    first = numbered.filter(numbered.step == 1)
    holders = first.select("ticket_id", step=ibis.literal(0, "int64"), agent="old_value").union(
        numbered.select("ticket_id", "step", agent="new_value")
    )
    holders = holders.filter(holders.agent.notnull())
    along = ibis.window(group_by=holders.ticket_id, order_by=holders.step)
    holders = holders.mutate(before=holders.agent.lag().over(along))
    return holders.group_by("ticket_id").agg(
        changes=(holders.before != holders.agent).fill_null(False).sum()
    )


def tier_of(team: ir.StringColumn, tiers: Mapping[str, int]) -> ir.FloatingColumn:
    """Return a team's tier by the contract's map, NULL where it has none."""
    return ibis.cases(
        *((team == name, ibis.literal(tier, "float64")) for name, tier in tiers.items())
    )


def escalated(  # noqa: PLR0913 - what a tier can be read from
    table: ir.Table,
    events: ir.Table,
    tickets: ir.Table,
    tiers: Mapping[str, int],
    as_of: int,
    *,
    by: str,
) -> ir.Table:
    """Add whether a ticket's tier rose after creation, where it began in the lowest.

    Parameters
    ----------
    table
        Has ``ticket_id, created_at, tier, team``.
    events, tickets
        Canonical tables.
    tiers
        The contract's tier of each team; gives the lowest when it names any, else it is
        the lowest that any ticket or change names.
    as_of
        Later changes are not yet known.
    by
        Which changes to read: of ``tier`` or of ``team``.

    Returns
    -------
    ir.Table
        ``table`` with ``is_escalated``; NULL for tickets that began higher.
    """
    changed = history(events, by, as_of)
    tier = partial(tier_of, tiers=tiers) if by == "team" else _number
    changed = changed.mutate(old=tier(changed.old_value), new=tier(changed.new_value))
    changed = changed.filter(changed.old.notnull() | changed.new.notnull())
    in_order = ibis.window(group_by=changed.ticket_id, order_by=order(changed))
    moves = changed.select(
        "ticket_id",
        "occurred_at",
        "new",
        start=ibis.coalesce(changed.old, changed.new),
        step=ibis.row_number().over(in_order),
    ).join(table.select("ticket_id", "created_at"), "ticket_id")
    began = moves.group_by("ticket_id").agg(
        start=moves.start.max(where=moves.step == 0),
        highest=moves.new.max(where=moves.occurred_at > moves.created_at),
    )
    joined = table.left_join(began, "ticket_id").drop("ticket_id_right")
    joined = joined.mutate(
        start=ibis.coalesce(joined.start, tier(joined[by].cast("string")))
    )
    lowest = float(min(tiers.values())) if tiers else _least(changed, tickets)
    return joined.select(
        *table.columns,
        is_escalated=(joined.start == lowest).ifelse(
            (joined.highest > joined.start).fill_null(False), None
        ),
    )


def _least(changed: ir.Table, tickets: ir.Table) -> float:
    """Return the lowest tier that anything names; infinite when nothing does."""
    seen = [
        changed.aggregate(least=changed.old.min()),
        changed.aggregate(least=changed.new.min()),
        tickets.aggregate(least=tickets.tier.cast("float64").min()),
    ]
    least = ibis.union(*seen).least.min().execute()
    return math.inf if pd.isna(least) else float(least)


def _number(text: ir.StringColumn) -> ir.FloatingColumn:
    return text.try_cast("float64")


def team_organizations(
    connection: ibis.BaseBackend,
    agents: ir.Table | None,
    organizations: Mapping[str, str],
) -> ir.Table | None:
    """Return each team's organization: its agents' when they share one, else declared.

    Returns
    -------
    ir.Table or None
        ``holder``, ``organization``; None when neither says anything.
    """
    said = declared = None
    if agents is not None:
        teams = agents.filter(agents.team.notnull(), agents.organization.notnull())
        shared = teams.group_by(holder="team").agg(
            organization=teams.organization.max(), other=teams.organization.min()
        )
        said = shared.filter(shared.organization == shared.other).drop("other")
    if organizations:
        rows = pd.DataFrame(organizations.items(), columns=["holder", "organization"])
        declared = hand_over(connection, "team_organizations", rows)
    if said is None or declared is None:
        return declared if said is None else said
    return said.union(declared.anti_join(said, "holder"))


def handed_over(
    table: ir.Table,
    events: ir.Table,
    agents: ir.Table | None,
    teams: ir.Table | None,
    as_of: int,
) -> ir.Table:
    """Add whether a vendor handed a ticket it held to the client.

    Parameters
    ----------
    table
        Has ``ticket_id, created_at, agent_id, team``.
    events, agents
        Canonical tables.
    teams
        ``holder``, ``organization`` of each team.
    as_of
        Later changes are not yet known.

    Returns
    -------
    ir.Table
        ``table`` with ``is_escalated_to_client``; NULL for tickets no vendor ever held.

    Notes
    -----
    A handover counts also when nobody held the ticket in between; the client handing a
    ticket to the vendor is none.  Only tickets that reached the client are walked
    through event by event.
    """
    sides = {}
    if agents is not None:
        people = agents.select(holder="agent_id", organization="organization")
        sides["agent"] = ("agent_id", people)
    if teams is not None:
        sides["team"] = ("team", teams)
    moves = [_moves(history(events, f, as_of), who) for f, (_, who) in sides.items()]
    moved = ibis.union(*moves) if len(moves) > 1 else moves[0]
    seen = moved.group_by("ticket_id").agg(
        reached_client=(moved.new_side == CLIENT).fill_null(False).any(),
        by_vendor=(_is_vendor(moved.old_side) | _is_vendor(moved.new_side)).any(),
        **{f"{field}_events": (moved.field == field).any() for field in sides},
    )
    reached = moved.semi_join(seen.filter(seen.reached_client), "ticket_id")
    created = table.select("ticket_id", "created_at")
    walked = _walk_moves(reached.join(created, "ticket_id"))
    joined = table.left_join(seen, "ticket_id").drop("ticket_id_right")
    joined = joined.left_join(walked, "ticket_id").drop("ticket_id_right")
    for field, (column, who) in sides.items():
        own = who.select(own_holder="holder", own_side="organization")
        joined = joined.left_join(own, joined[column] == own.own_holder)
        silent = ~joined[f"{field}_events"].fill_null(False)
        joined = joined.mutate({f"own_{field}": silent & _is_vendor(joined.own_side)})
        joined = joined.drop("own_holder", "own_side")
    from_start = ibis.or_(*(joined[f"own_{field}"] for field in sides))
    after_start = from_start & (joined.client_at > joined.created_at)
    handed = joined.direct | (joined.client_at > joined.vendor_at) | after_start
    held = joined.by_vendor.fill_null(False) | from_start
    return joined.select(
        *table.columns,
        is_escalated_to_client=held.ifelse(handed.fill_null(False), None),
    )


def _is_vendor(side: ir.StringColumn) -> ir.BooleanColumn:
    return (side != CLIENT).fill_null(False)


def _moves(changed: ir.Table, who: ir.Table) -> ir.Table:
    before = who.select(old_holder="holder", old_side="organization")
    after = who.select(new_holder="holder", new_side="organization")
    joined = changed.left_join(before, changed.old_value == before.old_holder)
    joined = joined.left_join(after, joined.new_value == after.new_holder)
    return joined.select(
        *("ticket_id", "occurred_at", "event_id", "field", "old_value", "new_value"),
        *("old_side", "new_side"),
    )


def _walk_moves(moved: ir.Table) -> ir.Table:
    along = ibis.window(
        group_by=[moved.ticket_id, moved.field], order_by=order(moved)
    )
    walked = moved.mutate(
        step=ibis.row_number().over(along),
        held=moved.new_value.lag().over(along),
        held_side=moved.new_side.lag().over(along),
    )
    known = walked.old_value.notnull()
    before = known.ifelse(walked.old_value, walked.held)
    before_side = known.ifelse(walked.old_side, walked.held_side)
    handed = (walked.new_side == CLIENT) & ~(before == walked.new_value).fill_null(
        False
    )
    began = (walked.step == 0) & _is_vendor(walked.old_side)
    found = walked.group_by("ticket_id").agg(
        direct=(handed & _is_vendor(before_side)).fill_null(False).any(),
        got_at=walked.occurred_at.min(where=_is_vendor(walked.new_side)),
        had_at=walked.created_at.min(where=began),
        client_at=walked.occurred_at.max(where=handed),
    )
    had_first = (found.had_at < found.got_at) | found.got_at.isnull()
    return found.select(
        "ticket_id",
        "direct",
        "client_at",
        vendor_at=had_first.ifelse(found.had_at, found.got_at),
    )
