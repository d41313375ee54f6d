"""The tickets behind each number of a report: the worst of them, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import ibis

from kpi_kit.agent_gap import code_of
from kpi_kit.heard import heard
from kpi_kit.meant import RATED, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.heard import Heard
    from kpi_kit.meant import Counted
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

MOST = 20
READ = ("url", "issue_type", "agent_id")
VARIANTS = "first_contact_resolution_"  # readings of one KPI, which stands for them


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One ticket behind a number; ``created_at`` is on the contract's wall clock.

    ``value`` is what it took in minutes, None where the KPI counts and takes no time;
    ``agent`` is a code.
    """

    ticket_id: str
    url: str | None
    created_at: datetime
    value: float | None
    issue_type: str | None
    agent: str


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The worst or newest tickets that a KPI counts, of ``total``.

    ``missed`` says whether only those that missed are meant.
    """

    metric: str
    missed: bool
    start: date
    end: date
    total: int
    tickets: tuple[Ticket, ...]


def behind(helpdesk: Helpdesk, kept: Facts, card: Scorecard) -> dict[str, Behind]:
    """Name the tickets behind each KPI that counts tickets, in one query.

    Parameters
    ----------
    helpdesk, kept
        The tables, and the facts with :data:`kpi_kit.meant.COLUMNS` and what the KPIs
        read.
    card
        Where each KPI stands.

    Returns
    -------
    dict of Behind
        By the KPI's name; none where it counted no ticket.  Of a KPI with a worse side
        those that missed, of the others all it counts.
    """
    asked = {s.card.name: _way(s, card.contract) for s in _shown(card)}
    ratings = _rated(helpdesk, kept, card[RATED], card) if RATED in asked else None
    heard_of = None if ratings is None else ratings.rows
    parts = [
        _worst(kept.tickets, each, card[name], heard_of) for name, each in asked.items()
    ]
    if not parts:
        return {}
    told = read(helpdesk, parts)
    return {
        name: _behind(each, card[name], mine, card.contract)
        for name, each in asked.items()
        if (mine := [row for row in told if row["metric"] == name])
    }


def _shown(card: Scorecard) -> list[Standing]:
    return [
        standing
        for name, standing in card.standings.items()
        if (standing.card.of == "tickets" or name == RATED)
        and standing.now.value is not None
        and (standing.card.better in {"lower", "higher"} or name in _neutral(card))
        and standing.card.kind in {"duration", "share", "count", "work", "stock"}
        and not (name.startswith(VARIANTS) and "first_contact_resolution" in card)
    ]


def _neutral(card: Scorecard) -> set[str]:
    """Return the KPIs without a worse side whose tickets are read all the same."""
    return {"backlog", "ticket_volume"} if card.every == "day" else {"backlog"}


def _way(standing: Standing, contract: Contract) -> Counted:
    kind = standing.card.kind
    judged = standing.card.better in {"lower", "higher"}
    missed = (kind in {"share", "count"} and judged) or (
        kind == "duration" and standing.target is not None
    )
    return counted(standing.card.name, contract, missed=missed)


def _rated(
    helpdesk: Helpdesk, kept: Facts, standing: Standing, card: Scorecard
) -> Heard:
    days = {"start": standing.now.start, "end": standing.now.end, "as_of": card.as_of}
    which = {"by": (), "also": ("ticket_id",), "kept": kept}
    return heard(helpdesk, card.contract, **days, **which)


def _worst(
    rows: ir.Table, each: Counted, standing: Standing, rated: ir.Table | None
) -> ir.Table:
    now = standing.now
    if each.is_rated:
        rows = each.among(rows, rated)
    elif each.card.kind == "stock":
        rows = each.among(rows)
    else:
        day = rows[each.day]
        rows = each.among(rows.filter((day >= now.start) & (day < now.end)))
    return first_of(rows, each, MOST, metric=ibis.literal(each.card.name))


def first_of(
    rows: ir.Table, each: Counted, most: int, by: Sequence[str] = (), **more: ir.Value
) -> ir.Table:
    """Return the worst or newest tickets of each group, and how many it has.

    Parameters
    ----------
    rows
        The tickets that are counted.
    each
        How they are counted.
    most
        Tickets of a group, at most.
    by
        Columns of the groups; none for one group of all.
    **more
        What else is returned of each ticket.
    """
    groups = [rows[name] for name in by]
    order = ibis.window(group_by=groups, order_by=each.worst_first(rows))
    numbered = rows.select(
        "ticket_id",
        "created_at",
        *by,
        **more,
        value=each.minutes(rows).cast("float64"),
        place=ibis.row_number().over(order),
        total=rows.ticket_id.count().over(ibis.window(group_by=groups)),
    )
    return numbered.filter(numbered.place < most)


def read(helpdesk: Helpdesk, parts: Sequence[ir.Table]) -> list[dict[str, Any]]:
    """Read tickets with what names them, the worst first, in one query.

    Parameters
    ----------
    helpdesk
        The tables.
    parts
        What :func:`first_of` returned, with the same columns each.
    """
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    tickets = helpdesk.tables["tickets"].select("ticket_id", *READ)
    found = rows.left_join(tickets, "ticket_id").select(*rows.columns, *READ)
    return sorted(found.to_pyarrow().to_pylist(), key=lambda row: row["place"])


def _behind(
    each: Counted,
    standing: Standing,
    rows: list[Mapping[str, object]],
    contract: Contract,
) -> Behind:
    return Behind(
        metric=each.card.name,
        missed=each.missed,
        start=standing.now.start,
        end=standing.now.end,
        total=rows[0]["total"],
        tickets=tuple(ticket(row, contract) for row in rows),
    )


def ticket(row: Mapping[str, Any], contract: Contract) -> Ticket:
    """Return a ticket that :func:`read` has read."""
    created = datetime.fromtimestamp(row["created_at"], UTC)
    return Ticket(
        ticket_id=row["ticket_id"],
        url=row["url"],
        created_at=created.astimezone(ZoneInfo(contract.time_zone)),
        value=row["value"],
        issue_type=row["issue_type"],
        agent=code_of(row["agent_id"]) if row["agent_id"] else "",
    )
