"""The columns of the facts: names, types, order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.catalog import RESERVED

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.tables import Helpdesk

DIMENSIONS = {
    "channel": "string",
    "issue_type": "string",
    "root_cause": "string",
    "priority": "string",
    "tier": "int64",
    "team": "string",
    "agent_id": "string",
    "customer_id": "string",
}
HEAD = {
    "ticket_id": "string",
    "created_at": "int64",
    "created_on": "date",
    "created_hour": "int64",
}
DERIVED = {
    "first_reply_at": "int64",
    "first_response_business_minutes": "float64",
    "first_response_calendar_minutes": "float64",
    "first_solved_at": "int64",
    "last_solved_at": "int64",
    "first_resolution_business_minutes": "float64",
    "first_resolution_calendar_minutes": "float64",
    "resolution_business_minutes": "float64",
    "resolution_calendar_minutes": "float64",
    "public_reply_count": "int64",
    "customer_message_count": "int64",
    "replying_agent_count": "int64",
    "transfer_count": "int64",
    "reopen_count": "int64",
    "reopened_within_7_days": "boolean",
    "is_one_reply": "boolean",
    "is_one_touch": "boolean",
    "is_no_follow_up": "boolean",
    "is_no_repeat": "boolean",
    "is_escalated": "boolean",
    "is_escalated_to_client": "boolean",
    "handle_minutes": "float64",
    "is_open": "boolean",
    "opened_by": "string",
    "created_weekday": "int64",
    "schedule": "string",
    "first_reply_organization": "string",
    "solved_organization": "string",
    "excluded_because": "string",
}
INSTANTS = ("created_at", "first_reply_at", "first_solved_at", "last_solved_at")
WORKING = {
    "first_solved_on": "date",
    "last_solved_on": "date",
    "is_tangled": "boolean",
    "is_mature": "boolean",
    "was_assigned": "boolean",
    "has_subject": "boolean",
    "solved_by": "string",
    "elapsed_business_minutes": "float64",
    "elapsed_calendar_minutes": "float64",
}
# Ticket columns that the derivations read, whatever is wanted of them.
READ = (
    *("ticket_id", "created_at", "channel", "status", "issue_type", "tier", "team"),
    *("agent_id", "customer_id", "opened_by", "merged_into", "first_reply_at"),
    *("solved_at", "reopened_at", "reply_count", "escalated", "handle_seconds"),
)
# Ticket columns that mostly have few words; `few_words` tells whether they do.
WORDED = ("channel", "issue_type", "root_cause", "priority", "team", "opened_by")
# What is read again once the replies are known.
LATER = (
    *("ticket_id", "created_at", "opened_by", "customer_id", "issue_type"),
    *("first_reply_at", "reply_count", "number", "first_solved_at", "last_solved_at"),
    *("is_open", "has_events", "solved_by"),
)


def columns(helpdesk: Helpdesk) -> tuple[str, ...]:
    """Return the columns of the ``facts`` command, in order."""
    return (*HEAD, *DIMENSIONS, *extra(helpdesk), *DERIVED)


def extra(helpdesk: Helpdesk) -> dict[str, str]:
    """Return the names of the source's own columns in the facts, by the source's.

    One that is called like a fact becomes ``given_<name>``.
    """
    taken = {*HEAD, *DIMENSIONS, *DERIVED, *WORKING, *RESERVED}
    return {f"given_{n}" if n in taken else n: n for n in helpdesk.extra}


def shape(helpdesk: Helpdesk) -> ir.Table:
    """Return the facts as a table of names and types without rows."""
    own = dict.fromkeys(extra(helpdesk), "string")
    types = HEAD | DIMENSIONS | own | DERIVED | WORKING
    return ibis.table(types, name="facts")
