"""What every kind of row starts from, and the local days of its instants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from kpi_kit.business_hours import SLOT, always, calendar
from kpi_kit.sources import hand_over

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

INSTANTS = (
    *("surveys.offered_at", "surveys.answered_at"),
    *("contacts.queued_at", "contacts.answered_at", "contacts.ended_at"),
    *("agent_states.started_at", "qa_scores.reviewed_at", "messages.sent_at"),
)


@dataclass(frozen=True, kw_only=True)
class Known:
    """The canonical tables, what is known by when, and what rows are sliced by.

    ``tickets`` are the facts: ids, what left them out, last solved day, dimensions.
    ``days`` is the reporting zone's calendar of quarters of an hour.
    """

    helpdesk: Helpdesk
    contract: Contract
    as_of: int
    tickets: ir.Table
    days: ir.Table
    by: tuple[str, ...]

    def table(self, name: str) -> ir.Table:
        """Return a canonical table."""
        return self.helpdesk.tables[name]

    def told(self, at: ir.IntegerColumn) -> ir.IntegerColumn:
        """Return an instant where it is known yet, else NULL."""
        return (at < self.as_of).ifelse(at, ibis.null("int64"))


def local_days(helpdesk: Helpdesk, contract: Contract, as_of: int) -> ir.Table:
    """Hand the reporting zone's calendar to the engine.

    Returns
    -------
    ir.Table
        ``slot`` (epoch seconds of a quarter of an hour), ``local_date``,
        ``local_hour``, ``local_weekday``.
    """
    firsts = [helpdesk.spans[at][0] for at in INSTANTS if at in helpdesk.spans]
    zone = always(contract.time_zone)
    frame = calendar((zone,), min([as_of, *firsts]), as_of)
    frame["slot"] = frame["slot_key"] * SLOT
    kept = frame[["slot", "local_date", "local_hour", "local_weekday"]]
    return hand_over(helpdesk.connection, "local_days", kept)


def dated(rows: ir.Table, known: Known, **instants: str) -> ir.Table:
    """Add the local day of each instant; NULL where the instant is.

    Parameters
    ----------
    rows
        With the instants, epoch seconds.
    known
        Has the calendar.
    **instants
        From the new column to the instant's: ``answered_on="answered_at"``.
    """
    for name, instant in instants.items():
        days = known.days.select(**{f"slot {name}": "slot", name: "local_date"})
        at = rows[instant]
        joined = rows.left_join(days, (at - at % SLOT) == days[f"slot {name}"])
        rows = joined.drop(f"slot {name}")
    return rows
