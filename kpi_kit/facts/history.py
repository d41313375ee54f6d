"""The changes of a field that are known, in a fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.tables import Helpdesk


SINCE = 946_684_800  # the year 2000; instants that are known fit 32 bits from there


def packed(at: ir.IntegerValue) -> ir.IntegerValue:
    """Return epoch seconds in 32 bits, until 2068: half the memory of an aggregate."""
    return (at - SINCE).cast("int32")


def unpacked(at: ir.IntegerValue) -> ir.IntegerValue:
    """Return what was packed as epoch seconds again."""
    return at.cast("int64") + SINCE


def order(events: ir.Table) -> list[ir.Value]:
    """Order events by time; ties by id, where 9 comes before 10."""
    return [events.occurred_at, events.event_id.length(), events.event_id]


def history(helpdesk: Helpdesk, fields: tuple[str, ...], as_of: int) -> ir.Table:
    """Return the known events of some fields; some only confirm a value.

    The first change after ``as_of`` tells what the field held until then: it stands in
    the result as an event that changes nothing.
    """
    events = helpdesk.tables["events"]
    asked = events.field.isin(fields)
    if helpdesk.spans["events.occurred_at"][1] < as_of:
        return events.filter(asked)
    known = events.filter(asked, events.occurred_at < as_of)
    later = events.filter(asked, events.occurred_at >= as_of)
    first = ibis.window(group_by=[later.ticket_id, later.field], order_by=order(later))
    later = later.mutate(step=ibis.row_number().over(first))
    until = later.filter(later.step == 0).mutate(
        occurred_at=ibis.literal(as_of - 1).cast("int64"), new_value=later.old_value
    )
    return known.union(until.select(*known.columns))
