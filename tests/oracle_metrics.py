"""The oracle's metrics: which tickets count, and what is read off each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.oracle_history import given, has_events, knows_reopens, knows_solves
from tests.oracle_holders import knows_organizations, tier_basis, was_assigned
from tests.oracle_time import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle_history import Row, Source

VARIANTS = ("one_reply", "one_touch", "no_follow_up", "no_repeat")
FIRST_CONTACT = "first_contact_resolution"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric: which tickets a period holds, and what is read off each of them.

    ``dated_by`` is the fact that puts a ticket into a period; "open" stands for being
    open at its end.  ``read`` gives a truth, or None for a ticket that does not count;
    a duration is read from the facts called ``fact``.  ``waits`` tells of a ticket
    that would count if it were not too young.
    """

    name: str
    kind: str
    dated_by: str
    computable: bool
    fact: str = ""
    read: Callable[[Row], Any] | None = None
    waits: Callable[[Row], bool] | None = None


def metrics(source: Source) -> list[Metric]:
    """Return every metric the oracle knows."""
    return [*_speed(source), *_quality(source), *_load(source), *_handing_on(source)]


def _speed(source: Source) -> list[Metric]:
    solved = knows_solves(source)
    replied = given(source.tables, "messages")
    replied = replied or given(source.tables, "tickets", "first_reply_at")
    return [
        _duration("first_response_time", "created_at", computable=replied),
        Metric(
            name="unanswered_tickets",
            kind="count",
            dated_by="created_at",
            computable=replied,
            read=_is_unanswered,
        ),
        _duration("first_resolution_time", "first_solved_at", computable=solved),
        _duration("resolution_time", "last_solved_at", computable=solved),
    ]


def _duration(name: str, dated_by: str, *, computable: bool) -> Metric:
    return Metric(
        name=name,
        kind="duration",
        dated_by=dated_by,
        computable=computable,
        fact=name.removesuffix("_time"),
    )


def _is_unanswered(row: Row) -> bool | None:
    return None if row["opened_by"] == "agent" else row["first_reply_at"] is None


def _quality(source: Source) -> list[Metric]:
    def young(row: Row) -> bool:
        return row["first_solved_at"] + 7 * DAY > source.as_of

    # Decision: reopen_rate is over tickets first solved in the period and mature; it
    # includes agent-opened ones.
    reopen_rate = Metric(
        name="reopen_rate",
        kind="share",
        dated_by="first_solved_at",
        computable=knows_reopens(source),
        read=lambda row: None if young(row) else row["reopened_within_7_days"],
        waits=young,
    )

    chosen = source.contract.first_contact_resolution
    names = {FIRST_CONTACT: chosen} | {f"{FIRST_CONTACT}_{v}": v for v in VARIANTS}
    return [
        *(_first_contact(source, *item, young) for item in names.items()),
        reopen_rate,
    ]


def _first_contact(
    source: Source, name: str, variant: str, young: Callable[[Row], bool]
) -> Metric:
    """Return one variant; young tickets that would be in it make it provisional."""

    def waits(row: Row) -> bool:
        named = row["customer_id"] is not None and row["issue_type"] is not None
        asked = row["opened_by"] != "agent" and row["first_reply_at"] is not None
        return young(row) and asked and (named or variant != "no_repeat")

    needs = {
        "one_touch": [("messages", "author_id")],
        "no_repeat": [("tickets", "customer_id"), ("tickets", "issue_type")],
    }
    there = [given(source.tables, *need) for need in needs.get(variant, [])]
    return Metric(
        name=name,
        kind="share",
        dated_by="first_solved_at",
        computable=given(source.tables, "messages")
        and knows_reopens(source)
        and all(there),
        read=lambda row: row[f"is_{variant}"],
        waits=waits,
    )


def _load(source: Source) -> list[Metric]:
    return [
        Metric(
            name="ticket_volume",
            kind="count",
            dated_by="created_at",
            computable=True,
            read=bool,  # every ticket counts
        ),
        Metric(
            name="backlog",
            kind="count",
            dated_by="open",
            computable=knows_solves(source),
            read=bool,
        ),
    ]


def _handing_on(source: Source) -> list[Metric]:
    tickets = {ticket["ticket_id"]: ticket for ticket in source.tickets}

    def transferred(row: Row) -> bool | None:
        assigned = was_assigned(source, tickets[row["ticket_id"]])
        return row["transfer_count"] > 0 if assigned else None

    rates = {
        "escalation_rate": (
            tier_basis(source) is not None,
            lambda row: row["is_escalated"],
        ),
        "escalation_to_client_rate": (
            knows_organizations(source),
            lambda row: row["is_escalated_to_client"],
        ),
        "transfer_rate": (has_events(source, "agent"), transferred),
    }
    return [
        Metric(
            name=name,
            kind="share",
            dated_by="created_at",
            computable=computable,
            read=read,
        )
        for name, (computable, read) in rates.items()
    ]
