"""Which schedule a ticket had, all its life or stretch by stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.clock import FOREVER, at_instant
from kpi_kit.facts.history import history, order
from kpi_kit.sources import stage

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts.basis import Basis
    from kpi_kit.tables import Helpdesk


def schedule_number(
    team: ir.StringValue, channel: ir.StringValue, contract: Contract
) -> ir.IntegerValue:
    """Return the position of the schedule for a team or channel; 0 without any.

    A team's schedule goes before its channel's, and that before the first declared.
    """
    if not contract.schedules:
        return ibis.literal(0, "int64")
    position = {s.name: n for n, s in enumerate(contract.schedules, start=1)}
    branches = [
        (column == value, ibis.literal(position[schedule], "int64"))
        for by, column in (("team", team), ("channel", channel))
        for value, schedule in contract.schedules_by.get(by, {}).items()
    ]
    first = ibis.literal(1, "int64")
    return ibis.cases(*branches, else_=first) if branches else first


def stretches(
    tickets: ir.Table,
    helpdesk: Helpdesk,
    slots: ir.Table,
    contract: Contract,
    as_of: int,
) -> ir.Table:
    """Cut the life of each ticket whose team changed by the schedule it had.

    Parameters
    ----------
    tickets
        Known tickets with ``ticket_id, created_at, channel``.
    helpdesk
        The canonical tables.
    slots
        The calendar.
    contract
        Gives the schedules.
    as_of
        Later changes are not yet known.

    Returns
    -------
    ir.Table, one row per ticket and stretch
        ``ticket_id``, ``from_at``, ``until_at`` (exclusive), ``number``, and
        ``before``: business seconds to any instant in it are ``before + position``.
    """
    moves = history(helpdesk, ("team",), as_of).join(
        tickets.select("ticket_id", "created_at", "channel"), "ticket_id"
    )
    in_order = ibis.window(group_by=moves.ticket_id, order_by=order(moves))
    moves = moves.mutate(step=ibis.row_number().over(in_order) + 1)
    first = moves.filter(moves.step == 1)
    keep = ("ticket_id", "created_at", "channel")
    starts = first.select(
        *keep, step=ibis.literal(0, "int64"), start="created_at", team="old_value"
    ).union(moves.select(*keep, "step", start="occurred_at", team="new_value"))
    along = ibis.window(group_by=starts.ticket_id, order_by=starts.step)
    cut = starts.select(
        "ticket_id",
        "step",
        number=schedule_number(starts.team, starts.channel, contract),
        from_at=(starts.start > starts.created_at).ifelse(
            starts.start, starts.created_at
        ),
        until_at=starts.start.lead().over(along).fill_null(FOREVER),
    )
    cut = cut.filter(cut.until_at > cut.from_at)
    cut = cut.mutate(end_at=(cut.until_at < as_of).ifelse(cut.until_at, as_of))
    begun = at_instant(cut, slots, "from_at", "number")
    begun = begun.select(*cut.columns, began="position")
    ended = at_instant(begun, slots, "end_at", "number")
    # Kept: each instant of a ticket is looked up among them.
    return stage(_running(ended.select(*begun.columns, ended="position")))


def _running(spans: ir.Table) -> ir.Table:
    passed = ibis.window(group_by=spans.ticket_id, order_by=spans.step, following=0)
    total = (spans.ended - spans.began).sum().over(passed)
    along = ibis.window(group_by=spans.ticket_id, order_by=spans.step)
    return spans.select(
        "ticket_id",
        "from_at",
        "until_at",
        "number",
        is_first=ibis.row_number().over(along) == 0,
        before=total - (spans.ended - spans.began) - spans.began,
    )


def last_teams(tickets: ir.Table, helpdesk: Helpdesk, as_of: int) -> ir.Table:
    """Return ``ticket_id, last_team`` of the tickets whose team changed."""
    moves = history(helpdesk, ("team",), as_of).semi_join(tickets, "ticket_id")
    in_order = ibis.window(
        group_by=moves.ticket_id, order_by=[ibis.desc(o) for o in order(moves)]
    )
    moves = moves.mutate(back=ibis.row_number().over(in_order))
    return moves.filter(moves.back == 0).select("ticket_id", last_team="new_value")


def scheduled(
    known: ir.Table, slots: ir.Table, basis: Basis
) -> tuple[tuple[ir.Table, ...], ir.Table | None]:
    """Find out which schedule tickets had whose team changed.

    Returns
    -------
    tuple
        What to join to the tickets for :func:`schedule_columns`.
    ir.Table or None
        The stretches of tickets whose team changed, under the rule ``at_event``.
    """
    helpdesk, contract, as_of = basis.helpdesk, basis.contract, basis.as_of
    by_team = len(contract.schedules) > 1 and contract.schedules_by.get("team")
    if not by_team or not basis.has("events.field=team"):
        return (), None
    if contract.schedule_rule == "last":
        last = last_teams(known, helpdesk, as_of).mutate(moved=ibis.literal(True))
        return (last,), None
    spans = stretches(known, helpdesk, slots, contract, as_of)
    start = spans.filter(spans.is_first).select("ticket_id", began_on="number")
    return (start,), spans


def schedule_columns(table: ir.Table, contract: Contract) -> dict[str, ir.Value]:
    """Return ``number`` and ``schedule`` of each ticket.

    At creation under the rule ``at_event``, of the last team under ``last``.
    """
    team = table.team
    if "moved" in table.columns:
        team = table.moved.fill_null(False).ifelse(table.last_team, team)
    number = schedule_number(team, table.channel, contract)
    if "began_on" in table.columns:
        number = ibis.coalesce(table.began_on, number)
    names = [(n, s.name) for n, s in enumerate(contract.schedules, start=1)]
    schedule = ibis.null("string")
    if names:
        schedule = ibis.cases(*((number == n, name) for n, name in names))
    return {"number": number, "schedule": schedule}
