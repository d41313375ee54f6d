"""What needs a person today: the open tickets that wait longest for one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis

from kpi_kit.catalog import named
from kpi_kit.comparable import CLOCKS, promised, shown
from kpi_kit.periods import DAY, midnight
from kpi_kit.standing import Attention, Waiting
from kpi_kit.units import duration_text, tick_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk

# The facts that the question reads, besides those of the KPIs.
COLUMNS = (
    *("ticket_id", "created_at", "excluded_because", "opened_by", "first_reply_at"),
    *("last_solved_at", "reopen_count", "is_open"),
    *("elapsed_business_minutes", "elapsed_calendar_minutes"),
)
KINDS = ("unanswered", "reopened", "late")
REASONS = {
    "unanswered": "no reply yet",
    "reopened": "reopened, no reply since",
    "late": "not solved yet",
}
# The kinds that a contract bounds, and by which KPI.
TARGETS = {"unanswered": "first_response_time", "late": "resolution_time"}
STATISTICS = {"median": "median", "mean": "mean", "p90": "90th percentile"}
REPLIES = {"messages", "tickets.first_reply_at"}
DONE = ("solved", "closed", "deleted")


def attention(
    helpdesk: Helpdesk, kept: Facts, contract: Contract, *, as_of: date, most: int
) -> Attention:
    """Name the open tickets that wait longest.

    Parameters
    ----------
    helpdesk
        The canonical tables.
    kept
        The facts, with :data:`COLUMNS`.
    contract
        Its targets are the limits: a first response and a resolution.
    as_of
        Last day that is known.
    most
        How many to name, at most.

    Returns
    -------
    Attention
        Unanswered past the first-response target (all unanswered, where there is
        none); reopened and not answered since; open past the resolution target.  A
        ticket is named once, for the first of these.  The longest of each kind come
        first, so that one kind does not crowd out the others.
    """
    until = midnight(as_of + DAY, contract.time_zone)
    rows = _longest(_waits(helpdesk, kept, contract, until), helpdesk, most)
    found = sorted(
        rows.to_pyarrow().to_pylist(), key=lambda r: (r["number"], r["kind"])
    )
    named_first = sorted(found[:most], key=lambda r: (r["kind"], r["number"]))
    return Attention(
        tickets=tuple(_waiting(row, contract) for row in named_first),
        counts={KINDS[row["kind"]]: row["of_kind"] for row in found},
        agreed=_agreed(contract),
    )


def _waits(helpdesk: Helpdesk, kept: Facts, contract: Contract, until: int) -> ir.Table:
    """Return ``ticket_id, created_at, kind, waited`` of each ticket that waits."""
    facts = kept.tickets
    is_open = facts.excluded_because.isnull() & facts.is_open.fill_null(True)
    rows = _reopened(facts.filter(is_open).select(COLUMNS), helpdesk, until)
    (first, first_clock), (last, last_clock) = _limits(contract)
    waited, old = (rows[f"elapsed_{c}_minutes"] for c in (first_clock, last_clock))
    never = rows.first_reply_at.isnull() & (rows.opened_by != "agent")
    if not REPLIES & helpdesk.given:
        never = ibis.literal(False)
    again = (until - rows.reopened_at) / 60
    kinds = [(never & (waited > (first or 0)), 0), (again.notnull(), 1)]
    kinds += [] if last is None else [(old > last, 2)]
    kind = ibis.cases(*kinds)
    lengths = ((kind == 0, waited), (kind == 1, again), (kind == 2, old))
    rows = rows.mutate(kind=kind, waited=ibis.cases(*lengths))
    rows = rows.filter(rows.kind.notnull())
    return rows.select("ticket_id", "created_at", "kind", "waited")


def _reopened(rows: ir.Table, helpdesk: Helpdesk, until: int) -> ir.Table:
    """Add ``reopened_at`` to the tickets reopened and not answered since."""
    given, tables = helpdesk.given, helpdesk.tables
    if "messages" not in given or "events.field=status" not in given:
        return rows.mutate(reopened_at=ibis.null("int64"))
    again = rows.filter(rows.reopen_count > 0).select("ticket_id", "last_solved_at")
    events, messages = tables["events"], tables["messages"]
    status = events.filter((events.field == "status") & (events.occurred_at < until))
    status = status.filter(~status.new_value.isin(DONE))
    opened = status.select("ticket_id", "occurred_at").join(again, "ticket_id")
    opened = opened.filter(opened.occurred_at >= opened.last_solved_at)
    opened = opened.group_by("ticket_id").agg(reopened_at=opened.occurred_at.min())
    written = messages.filter(
        (messages.author_role == "agent")
        & messages.is_public.fill_null(True)
        & ~messages.is_automatic.fill_null(False)
        & (messages.sent_at < until)
    ).select("ticket_id", "sent_at")
    told = written.join(opened, "ticket_id")
    answered = told.filter(told.sent_at >= told.reopened_at).select("ticket_id")
    return rows.left_join(opened.anti_join(answered, "ticket_id"), "ticket_id").select(
        *rows.columns, "reopened_at"
    )


def _limits(contract: Contract) -> tuple[tuple[float | None, str], ...]:
    """Return minutes and clock of the targets for a first response and a resolution."""
    found = []
    for name in TARGETS.values():
        target = promised(named(name), contract)
        most = target.at_most if target is not None else None
        clock = shown(named(name), contract)[1]
        found.append((None if most is None else float(most), clock))
    return tuple(found)


def _agreed(contract: Contract) -> dict[str, str]:
    """Return what the contract bounds, by the kind of ticket: ``median of 4 h``."""
    found = {}
    for (kind, name), limit in zip(TARGETS.items(), _limits(contract), strict=True):
        minutes, clock = limit
        if minutes is not None:
            statistic = STATISTICS[shown(named(name), contract)[0]]
            text = tick_text(minutes, "minutes", days=clock != "business")
            found[kind] = f"{statistic} of {text}"
    return found


def _longest(waits: ir.Table, helpdesk: Helpdesk, most: int) -> ir.Table:
    of_kind = ibis.window(group_by=waits.kind)
    in_order = ibis.window(
        group_by=waits.kind, order_by=[waits.waited.desc(), waits.ticket_id]
    )
    numbered = waits.mutate(
        number=ibis.row_number().over(in_order), of_kind=waits.count().over(of_kind)
    )
    tickets = helpdesk.tables["tickets"].select("ticket_id", "url")
    longest = numbered.filter(numbered.number < most)
    return longest.left_join(tickets, "ticket_id").select(*numbered.columns, "url")


def _waiting(row: Mapping[str, object], contract: Contract) -> Waiting:
    (_, first_clock), (_, last_clock) = _limits(contract)
    kind = KINDS[row["kind"]]
    clock = {"unanswered": first_clock, "late": last_clock}.get(kind, "calendar")
    waited = duration_text(row["waited"], days=clock != "business")
    if clock == "business":
        waited += f" of {CLOCKS[clock]}"
    created = datetime.fromtimestamp(row["created_at"], UTC)
    return Waiting(
        ticket_id=row["ticket_id"],
        url=row["url"],
        created_at=created.astimezone(ZoneInfo(contract.time_zone)),
        kind=kind,
        waited=waited,
        why=REASONS[kind],
    )
