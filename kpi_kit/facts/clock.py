"""Business and calendar minutes of each ticket, and its local days.

A ticket's business time to an instant is ``before + position``: the position of the
instant on the schedule the ticket had then, plus what the schedules before it add up
to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.business_hours import (
    SCHEDULE_STRIDE,
    SLOT,
    always,
    business_position,
    calendar,
)
from kpi_kit.facts.history import history, order
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

LOCAL = ("local_date", "local_hour", "local_weekday")
FOREVER = 2**60


def slots(helpdesk: Helpdesk, contract: Contract, as_of: int) -> ir.Table:
    """Hand the calendar of all schedules to the engine.

    Schedule 0 is the reporting zone itself, open around the clock; the contract's
    schedules follow in their order.  Local day, hour and weekday of every row are those
    of the reporting zone.
    """
    schedules = (always(contract.time_zone), *contract.schedules)
    frame = calendar(schedules, _first_instant(helpdesk, as_of), as_of)
    number, slot = divmod(frame.slot_key, SCHEDULE_STRIDE)
    reporting = frame[number == 0].set_axis(slot[number == 0])
    for column in LOCAL:
        frame[column] = reporting[column].reindex(slot).to_numpy()
    return hand_over(helpdesk.connection, "slots", frame)


def _first_instant(helpdesk: Helpdesk, as_of: int) -> int:
    names = ("tickets.created_at", "tickets.solved_at", "events.occurred_at")
    firsts = [helpdesk.spans[name][0] for name in names if name in helpdesk.spans]
    return min([as_of, *firsts])


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


def at_instant(table: ir.Table, slots: ir.Table, instant: str, number: str) -> ir.Table:
    """Look up an instant column of ``table`` in the calendar.

    Returns
    -------
    ir.Table
        ``table`` with ``position`` (business seconds on the schedule ``number``) and
        the local columns; all NULL where the instant is.
    """
    keyed = table.mutate(key=table[number] * SCHEDULE_STRIDE + table[instant] // SLOT)
    joined = keyed.left_join(slots, keyed.key == slots.slot_key)
    return joined.select(
        *table.columns, *LOCAL, position=business_position(joined[instant], joined)
    )


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
    return _running(ended.select(*begun.columns, ended="position"))


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
    table: ir.Table, helpdesk: Helpdesk, contract: Contract, slots: ir.Table, as_of: int
) -> tuple[ir.Table, ir.Table | None]:
    """Give each ticket its schedule; cut its life where the schedule may change.

    Returns
    -------
    ir.Table
        ``table`` with ``number`` and ``schedule``: at creation under the rule
        ``at_event``, of the last team under ``last``.
    ir.Table or None
        The stretches of tickets whose team changed, under the rule ``at_event``.
    """
    by_team = len(contract.schedules) > 1 and contract.schedules_by.get("team")
    spans = None
    number = schedule_number(table.team, table.channel, contract)
    if by_team and "events.field=team" in helpdesk.given:
        if contract.schedule_rule == "last":
            last = last_teams(table, helpdesk, as_of).mutate(moved=ibis.literal(True))
            table = table.left_join(last, "ticket_id").drop("ticket_id_right")
            team = table.moved.fill_null(False).ifelse(table.last_team, table.team)
            number = schedule_number(team, table.channel, contract)
        else:
            spans = stretches(table, helpdesk, slots, contract, as_of)
            start = spans.filter(spans.is_first).select("ticket_id", began_on="number")
            table = table.left_join(start, "ticket_id").drop("ticket_id_right")
            number = ibis.coalesce(
                table.began_on, schedule_number(table.team, table.channel, contract)
            )
    names = [(n, s.name) for n, s in enumerate(contract.schedules, start=1)]
    table = table.mutate(number=number)
    if not names:
        return table.mutate(schedule=ibis.null("string")), None
    return table.mutate(
        schedule=ibis.cases(*((table.number == n, name) for n, name in names))
    ), spans


def measured(  # noqa: PLR0913 - what is measured, by what, and its names
    table: ir.Table,
    spans: ir.Table | None,
    slots: ir.Table,
    *,
    stem: str,
    instant: str,
    day: str | None,
) -> ir.Table:
    """Measure the time from a ticket's creation to one of its instants.

    Parameters
    ----------
    table
        Has ``created_at``, ``number``, ``began`` (position of the creation) and the
        instant.
    spans
        The stretches, or None where every ticket has one schedule all its life.
    slots
        The calendar.
    stem
        The fact's name.
    instant
        Column of epoch seconds.
    day
        Name for the instant's local day; None leaves it out.

    Returns
    -------
    ir.Table
        ``table`` with ``<stem>_business_minutes``, ``<stem>_calendar_minutes`` and the
        day.  An instant before the creation has no duration.
    """
    at = table[instant]
    if spans is None:
        placed = table.mutate(then=table.number, before=-table.began)
    else:
        held = spans.select(
            "from_at",
            "until_at",
            stretch_of="ticket_id",
            stretch="number",
            passed="before",
        )
        joined = table.left_join(
            held,
            [
                table.ticket_id == held.stretch_of,
                at >= held.from_at,
                at < held.until_at,
            ],
        )
        placed = joined.select(
            *table.columns,
            then=ibis.coalesce(joined.stretch, joined.number),
            before=ibis.coalesce(joined.passed, -joined.began),
        )
    found = at_instant(placed, slots, instant, "then")
    sound = found[instant] >= found.created_at
    made = {
        f"{stem}_business_minutes": sound.ifelse(found.before + found.position, None)
        / 60,
        f"{stem}_calendar_minutes": sound.ifelse(
            found[instant] - found.created_at, None
        )
        / 60,
    }
    if day is not None:
        made[day] = found.local_date
    return found.select(*table.columns, **made)
