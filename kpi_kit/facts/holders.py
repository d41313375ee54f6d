"""Who held a ticket: agents, teams and the organizations behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from kpi_kit.facts.history import order, packed
from kpi_kit.facts.moves import COUNT, MAX, MIN, Reading
from kpi_kit.facts.truths import as_bits, says, together
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.facts.chain import Joins
    from kpi_kit.facts.further import Step
    from kpi_kit.facts.moves import Moves, Told

CLIENT = "client"
# What an event may say.
TRUTHS = ("has_team", "is_named", "is_changed", "reached_client", "is_handed", "vendor")


def _told(moves: ir.Table) -> Told:
    by_agent = moves.field == "agent"
    old, new, at = moves.old_value, moves.new_value, packed(moves.occurred_at)
    is_given = by_agent & old.isnull() & new.notnull()
    is_handed = by_agent & old.notnull() & new.notnull()
    to_client = (moves.new_side == CLIENT).fill_null(False)
    truths = {
        "has_team": moves.field == "team",
        "is_named": by_agent & (old.notnull() | new.notnull()),
        "is_changed": (by_agent & (old != new)).fill_null(False),
        "reached_client": to_client,
        "is_handed": to_client & _is_vendor(moves.old_side),
        "vendor": _is_vendor(moves.old_side) | _is_vendor(moves.new_side),
    }
    return {
        "truths": (as_bits({name: truths[name] for name in TRUTHS}), together),
        "agents": (by_agent.ifelse(at, None), COUNT),
        "given_at": (is_given.ifelse(at, None), MIN),
        "given_to": (is_given.ifelse(new, None), MAX),
        "handed_at": (is_handed.ifelse(at, None), MIN),
        "handed_to": (is_handed.ifelse(new, None), MAX),
    }


def _says(seen: ir.Table, name: str) -> ir.BooleanValue:
    """Return whether an event of the ticket says so; NULL where there is none."""
    return says(seen.truths, TRUTHS, name)


def _summed(seen: ir.Table) -> dict[str, ir.Value]:
    # Most tickets with two agents were given to one, who handed them to the other.
    in_order = ((seen.agents == 2) & (seen.given_at < seen.handed_at)).fill_null(False)
    changed = in_order.ifelse(
        seen.given_to != seen.handed_to, _says(seen, "is_changed")
    )
    return {
        "truths": seen.truths,
        "was_named": (seen.agents > 0).ifelse(_says(seen, "is_named"), None),
        "changed": changed,
        "many_agents": (seen.agents > 1) & ~in_order,
        "may_be_client": _says(seen, "reached_client") & ~_says(seen, "is_handed"),
    }


# The agents of a ticket are the first event's old value and then every new value;
# stretches without an agent are skipped, so A, nobody, B is one transfer.
HELD = Reading(
    fields=("agent", "team"),
    told=_told,
    summed=_summed,
    is_tangled=lambda seen: seen.many_agents | seen.may_be_client,
)


def held(moves: Moves, sides: ir.Table | None) -> Step:
    """Derive how often a ticket changed its agent, and whether it went to the client.

    Parameters
    ----------
    moves
        What :data:`HELD` reads of the events known.
    sides
        ``field, holder, side``: the organization of each agent and team; None where
        nobody says.

    Returns
    -------
    tuple
        What to join to tangled tickets, and how to derive from tickets with that, with
        ``moves.seen`` and :func:`own_sides`: ``transfer_count``, ``was_assigned`` and
        ``is_escalated_to_client`` (NULL for tickets no vendor ever held).

    Notes
    -----
    A handover to the client counts also when nobody held the ticket in between; the
    client handing a ticket to the vendor is none.  Only tickets with several agent
    events, or that reached the client without an event that says from whom, are walked
    through event by event.
    """
    walked = moves.walked
    reached = walked.semi_join(moves.seen.filter(moves.seen.may_be_client), "ticket_id")
    walks = (
        _walk_agents(walked.filter(walked.field == "agent")),
        _walk_moves(with_sides(reached, sides)),
    )

    def derived(joined: ir.Table) -> dict[str, ir.Value]:
        changes = ibis.coalesce(joined.changes, joined.changed.cast("int64"), 0)
        return {
            "transfer_count": changes.cast("int64"),
            "was_assigned": joined.was_named.fill_null(joined.agent_id.notnull()),
            "is_escalated_to_client": _to_client(joined, _from_start(joined, sides)),
        }

    return tuple(("ticket_id", each) for each in walks), derived


def _walk_agents(agent: ir.Table) -> ir.Table:
    in_order = ibis.window(group_by=agent.ticket_id, order_by=order(agent))
    step = ibis.row_number().over(in_order)
    numbered = agent.select("ticket_id", "old_value", "new_value", step=step + 1)
    first = numbered.filter(numbered.step == 1)
    began = first.select("ticket_id", step=ibis.literal(0, "int64"), agent="old_value")
    holders = began.union(numbered.select("ticket_id", "step", agent="new_value"))
    holders = holders.filter(holders.agent.notnull())
    along = ibis.window(group_by=holders.ticket_id, order_by=holders.step)
    holders = holders.mutate(before=holders.agent.lag().over(along))
    return holders.group_by("ticket_id").agg(
        changes=(holders.before != holders.agent).fill_null(False).sum()
    )


def sides(
    connection: ibis.BaseBackend,
    agents: ir.Table | None,
    organizations: Mapping[str, str],
) -> ir.Table | None:
    """Return the organization of each agent and team.

    Parameters
    ----------
    connection
        The engine.
    agents
        The canonical table; None where it names no organizations.
    organizations
        The contract's organization of each team, for those that the agents table does
        not settle: it does when all agents of a team share one.

    Returns
    -------
    ir.Table or None
        ``field, holder, side``; None when nothing says anything.
    """
    said = declared = None
    if agents is not None:
        known = agents.filter(agents.organization.notnull())
        people = known.select(
            field=ibis.literal("agent"), holder="agent_id", side="organization"
        )
        teams = known.filter(known.team.notnull())
        shared = teams.group_by(holder="team").agg(
            side=teams.organization.max(), other=teams.organization.min()
        )
        shared = shared.filter(shared.side == shared.other)
        shared = shared.select("holder", "side", field=ibis.literal("team"))
        said = people.union(shared.select(*people.columns))
    if organizations:
        rows = [("team", team, side) for team, side in organizations.items()]
        frame = pd.DataFrame(rows, columns=["field", "holder", "side"])
        declared = hand_over(connection, "organizations", frame)
    if said is None or declared is None:
        return declared if said is None else said
    return said.union(declared.anti_join(said, ["field", "holder"]))


def _is_vendor(side: ir.StringColumn) -> ir.BooleanColumn:
    return (side != CLIENT).fill_null(False)


def with_sides(moves: ir.Table, sides: ir.Table | None) -> ir.Table:
    """Give each move the organizations of who held the ticket before and after it."""
    if sides is None:
        unknown = ibis.null("string")
        return moves.mutate(old_side=unknown, new_side=unknown)
    before = sides.select(old_field="field", old_holder="holder", old_side="side")
    after = sides.select(new_field="field", new_holder="holder", new_side="side")
    joined = moves.left_join(
        before,
        [moves.field == before.old_field, moves.old_value == before.old_holder],
    )
    joined = joined.left_join(
        after,
        [joined.field == after.new_field, joined.new_value == after.new_holder],
    )
    return joined.select(*moves.columns, "old_side", "new_side")


def own_sides(sides: ir.Table | None) -> Joins:
    """Return the organization of a ticket's own agent and of its own team."""
    if sides is None:
        return ()
    return tuple(
        (
            column,
            sides.filter(sides.field == field).select(
                **{f"own {field}": "holder", f"side of {field}": "side"}
            ),
        )
        for field, column in (("agent", "agent_id"), ("team", "team"))
    )


def _from_start(joined: ir.Table, sides: ir.Table | None) -> ir.BooleanValue:
    """Say whether a vendor held a ticket by its own agent or team, without events."""
    if sides is None:
        return ibis.literal(False)
    agent = joined.was_named.isnull() & _is_vendor(joined["side of agent"])
    has_team = _says(joined, "has_team").fill_null(False)
    team = ~has_team & _is_vendor(joined["side of team"])
    return agent | team


def _to_client(joined: ir.Table, from_start: ir.BooleanValue) -> ir.BooleanValue:
    handed = (
        _says(joined, "is_handed").fill_null(False)
        | joined.direct.fill_null(False)
        | (joined.client_at > joined.vendor_at).fill_null(False)
        | (from_start & (joined.client_at > joined.created_at)).fill_null(False)
    )
    by_vendor = _says(joined, "vendor").fill_null(False)
    return (by_vendor | from_start).ifelse(handed, None)


def _walk_moves(moved: ir.Table) -> ir.Table:
    along = ibis.window(group_by=[moved.ticket_id, moved.field], order_by=order(moved))
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
