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
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
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
