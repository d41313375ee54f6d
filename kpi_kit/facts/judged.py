"""What follows from when a ticket was opened, answered, solved and reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts import clock, status
from kpi_kit.facts.repeats import has_subject
from kpi_kit.facts.replies import ROLES_IN_ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis
    from kpi_kit.facts.chain import Joins

STEMS = {
    "first_response": "first_reply_at",
    "first_resolution": "first_solved_at",
    "resolution": "last_solved_at",
    "elapsed": "known_until",
}
DAYS = {"first_resolution_on": "first_solved_on", "resolution_on": "last_solved_on"}
SIDES = {
    "first_reply_organization": "first_reply_author",
    "solved_organization": "solved_by",
}
OPENERS = ("agent", "customer", "system")
_BY_ROLE = {"agent": "agent", "bot": "system", "system": "system"}


def judged(
    table: ir.Table, spans: ir.Table | None, slots: ir.Table, basis: Basis
) -> ir.Table:
    """Measure and judge each ticket.

    Parameters
    ----------
    table
        Tickets with what `dated` gives them.
    spans
        The stretches of tickets whose schedule changed, or None.
    slots
        The calendar.
    basis
        Says what is wanted.

    Returns
    -------
    ir.Table
        ``table`` with its local days, durations, truths and organizations.
    """
    asked = {
        stem: instant
        for stem, instant in STEMS.items()
        if basis.wanted & {f"{stem}_{c}_minutes" for c in clock.CLOCKS}
        or basis.wanted & {DAYS.get(f"{stem}_on")}
    }
    joined, made = clock.measured(table, spans, slots, asked, _people(basis))
    made = {DAYS.get(name, name): value for name, value in made.items()}
    role = joined.opening_role
    opener = ibis.cases(*((role == ROLES_IN_ORDER[r], o) for r, o in _BY_ROLE.items()))
    made["opened_by"] = ibis.coalesce(joined.opened_by, opener, "customer")
    made |= _hidden(joined, made)
    made |= _reopened(joined, basis)
    made["has_subject"] = has_subject(joined)
    made |= _first_contact(joined, made, basis)
    for column in SIDES.keys() & basis.wanted:
        known = f"side {column}" in joined.columns
        made[column] = joined[f"side {column}"] if known else ibis.null("string")
    rest = {c: joined[c] for c in table.columns if c not in made}
    made = {c: value for c, value in made.items() if c in basis.wanted}
    return joined.select(**rest, **made)


def _people(basis: Basis) -> Joins:
    """Return the organizations of those who replied first and who solved."""
    if "agents" not in basis.helpdesk.tables:
        return ()
    agents = basis.helpdesk.tables["agents"]
    return tuple(
        (
            who,
            agents.select(**{f"id {side}": "agent_id", f"side {side}": "organization"}),
        )
        for side, who in SIDES.items()
        if side in basis.wanted
    )


def _hidden(table: ir.Table, made: Mapping[str, ir.Value]) -> dict[str, ir.Value]:
    """Return the durations without those that do not count."""
    hidden = {
        "first_response": made["opened_by"] == "agent",
        "resolution": table.is_open,
    }
    return {
        column: hidden[stem].ifelse(None, made[column])
        for stem in hidden
        for way in clock.CLOCKS
        if (column := f"{stem}_{way}_minutes") in made
    }


def _reopened(table: ir.Table, basis: Basis) -> dict[str, ir.Value]:
    is_mature = table.first_solved_at + status.WEEK <= basis.as_of
    within = ibis.cases((table.by_customer, True), (is_mature, False))
    made = {"reopened_within_7_days": within}
    if "reopen_count" in table.columns:
        made["reopen_count"] = table.reopen_count
    if not basis.has("tickets.reopened_at", "tickets.solved_at"):
        made = {name: table.has_events.ifelse(made[name], None) for name in made}
    return {"is_mature": is_mature, **made}


def _first_contact(
    table: ir.Table, made: Mapping[str, ir.Value], basis: Basis
) -> dict[str, ir.Value]:
    reopened = made["reopened_within_7_days"]
    counted = (
        made["is_mature"]
        & table.excluded_because.isnull()
        & (made["opened_by"] != "agent")
        & table.first_reply_at.notnull()
        & reopened.notnull()
    )
    if "messages" not in basis.helpdesk.given:
        counted = ibis.literal(False)
    wrote_again = table.last_customer_message_at > table.first_reply_at
    quiet = ~reopened & ~wrote_again.fill_null(False)
    touched = quiet & table.has_one_agent
    known_touch = counted & table.has_one_agent.notnull()
    made = {
        "is_no_follow_up": counted.ifelse(quiet, None),
        "is_one_touch": known_touch.ifelse(touched, None),
        "is_one_reply": counted.ifelse(quiet & (table.public_reply_count == 1), None),
    }
    if "is_repeated" in table.columns:
        alone = counted & has_subject(table)
        made["is_no_repeat"] = alone.ifelse(quiet & table.is_repeated.isnull(), None)
    return made
