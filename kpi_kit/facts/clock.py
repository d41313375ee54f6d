"""Business and calendar minutes of each ticket, and its local days.

A ticket's business time to an instant is ``before + position``: the position of the
instant on the schedule the ticket had then, plus what the schedules before it add up
to.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import ibis

from kpi_kit.business_hours import (
    SCHEDULE_STRIDE,
    SLOT,
    always,
    business_position,
    calendar,
)
from kpi_kit.facts.chain import chained
from kpi_kit.facts.history import history, order
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts.basis import Basis
    from kpi_kit.facts.chain import Joins
    from kpi_kit.tables import Helpdesk

CLOCKS = ("business", "calendar")
LOCAL = ("local_date", "local_hour", "local_weekday")
FOREVER = 2**60
AFTER = 2**40  # seconds: the calendar of a schedule begins so far after the last one's


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
    frame["slot_key"] = number * AFTER + slot * SLOT
    return hand_over(helpdesk.connection, "slots", frame)


def _key(table: ir.Table, instant: str, number: str) -> ir.IntegerValue:
    """Return where an instant stands in `slots`; a division would be one of floats."""
    at = table[instant]
    return table[number] * AFTER + at - at % SLOT


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
    keyed = table.mutate(key=_key(table, instant, number))
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


def measured(
    table: ir.Table,
    spans: ir.Table | None,
    slots: ir.Table,
    stems: Mapping[str, str],
    others: Joins = (),
) -> tuple[ir.Table, dict[str, ir.Value]]:
    """Measure the time from a ticket's creation to its instants.

    Parameters
    ----------
    table
        Has ``created_at``, ``number`` and the instants.
    spans
        The stretches, or None where every ticket has one schedule all its life.
    slots
        The calendar.
    stems
        Column of epoch seconds of each fact's name.
    others
        What else to join in the same step.

    Returns
    -------
    ir.Table
        ``table`` joined to the calendar and the others.
    dict
        ``created_on``, ``created_hour``, ``created_weekday``; for each name
        ``<stem>_business_minutes``, ``<stem>_calendar_minutes``, and ``<stem>_on``, the
        local day.  An instant before the creation has no duration.
    """
    if spans is not None:
        for stem, instant in stems.items():
            table = _placed(table, spans, stem, instant)
    looked = {"created": ("created_at", "number")}
    for stem, instant in stems.items():
        looked[stem] = (instant, "number" if spans is None else f"then {stem}")
    times = tuple(
        (
            _key(ibis._, instant, number),
            slots.rename({f"{c} {stem}": c for c in slots.columns}),
        )
        for stem, (instant, number) in looked.items()
    )
    joined = chained(table, (*times, *others))
    began = _position(joined, "created_at", "created")
    made = {
        f"created_{name}": joined[f"local_{local} created"]
        for name, local in (("on", "date"), ("hour", "hour"), ("weekday", "weekday"))
    }
    for stem, instant in stems.items():
        at, since = joined[instant], joined.created_at
        before = -began if spans is None else joined[f"before {stem}"].fill_null(-began)
        taken = {
            "business": before + _position(joined, instant, stem),
            "calendar": at - since,
        }
        for clock, seconds in taken.items():
            sound = (at >= since).ifelse(seconds, None)
            made[f"{stem}_{clock}_minutes"] = sound / 60
        made[f"{stem}_on"] = joined[f"local_date {stem}"]
    return joined, made


def _position(joined: ir.Table, instant: str, stem: str) -> ir.IntegerValue:
    columns = ("business_before", "open_from", "open_until")
    row = SimpleNamespace(**{c: joined[f"{c} {stem}"] for c in columns})
    return business_position(joined[instant], row)


def _placed(table: ir.Table, spans: ir.Table, stem: str, instant: str) -> ir.Table:
    """Add the schedule of an instant, and what the stretches before it add up to."""
    held = spans.select(
        "from_at", "until_at", stretch_of="ticket_id", stretch="number", passed="before"
    )
    table = table.view()  # else Ibis joins on to what made the table
    at = table[instant]
    joined = table.left_join(
        held,
        [table.ticket_id == held.stretch_of, at >= held.from_at, at < held.until_at],
    )
    return joined.select(
        *table.columns,
        **{
            f"then {stem}": ibis.coalesce(joined.stretch, joined.number),
            f"before {stem}": joined.passed,
        },
    )
