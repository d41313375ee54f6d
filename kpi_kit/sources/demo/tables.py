"""The demo's rows in order, as Arrow tables with the canonical columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_kit.sources.demo import issues, journal, story
from kpi_kit.sources.demo.history import Changes, in_order
from kpi_kit.sources.demo.people import AGENTS, TEAM_NAMES, TEAMS
from kpi_kit.sources.demo.texts import TEXTS
from kpi_kit.sources.demo.tickets import CHANNELS, OPENERS, PRIORITIES
from kpi_kit.tables import STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi_kit.sources.demo.journal import Journal
    from kpi_kit.sources.demo.tickets import Tickets

_FIRST_TICKET, _FIRST_CUSTOMER = 68_203, 5_110_024
_FIRST_MESSAGE, _FIRST_EVENT = 90_400_117, 310_022_408
_URL = "https://northwind-outfitters.example/agent/tickets/"
_FIRST_DAY = (story.FIRST_DAY - date(1970, 1, 1)).days


def tables(
    tickets: Tickets, written: Journal, luck: np.random.Generator
) -> dict[str, pa.Table]:
    """Put down what is known at the story's end.

    Parameters
    ----------
    tickets
        As they were opened.
    written
        What was said and changed, also after the end.
    luck
        For what no KPI reads: root causes, and since when a customer is one.

    Returns
    -------
    dict
        From the canonical table's name to its rows.
    """
    gaps = np.cumsum(luck.random(tickets.count) < 0.03)
    ids = _ids(_FIRST_TICKET + np.arange(tickets.count) + gaps)
    customers = _ids(_FIRST_CUSTOMER + 7 * np.arange(tickets.customer.max() + 1))
    changes = in_order(tickets, written)
    return {
        "tickets": _tickets(tickets, changes, ids, customers, luck),
        "messages": _messages(tickets, written, ids, customers),
        "events": _events(tickets, changes, ids, customers),
        "agents": _agents(),
        "annotations": _annotations(),
    }


def _tickets(
    tickets: Tickets,
    changes: Changes,
    ids: pa.Array,
    customers: pa.Array,
    luck: np.random.Generator,
) -> pa.Table:
    ends = changes.ends
    cause = issues.causes(tickets.issue, luck.random(tickets.count))
    return pa.table(
        {
            "ticket_id": ids,
            "created_at": _instants(tickets.at),
            "channel": _chosen(CHANNELS, tickets.channel),
            "status": _chosen(STATUSES, ends[journal.STATUS]),
            "issue_type": _chosen(issues.ISSUES, tickets.issue),
            "root_cause": _chosen(issues.CAUSES, cause),
            "priority": _chosen(PRIORITIES, tickets.priority),
            "tier": pa.array(ends[journal.TIER] + 1),
            "team": _chosen(TEAM_NAMES, ends[journal.TEAM]),
            "agent_id": _chosen([a.agent_id for a in AGENTS], ends[journal.HOLDER]),
            "customer_id": customers.take(pa.array(tickets.customer)),
            "customer_since": _days(_since(tickets, luck)),
            "opened_by": _chosen(OPENERS, tickets.opener),
            "merged_into": _chosen(ids, ends[journal.MERGE]),
            "url": pc.binary_join_element_wise(_URL, ids, ""),
        }
    )


def _messages(
    tickets: Tickets, written: Journal, ids: pa.Array, customers: pa.Array
) -> pa.Table:
    rows = written.rows(written.messages)
    ticket, at, role, author, text, is_public, is_automatic = rows
    return pa.table(
        {
            "message_id": _ids(_FIRST_MESSAGE + 3 * np.arange(ticket.size)),
            "ticket_id": ids.take(pa.array(ticket)),
            "sent_at": _instants(at),
            "author_role": _chosen(journal.ROLES, role),
            "author_id": _people(customers, role, author, tickets.customer[ticket]),
            "is_public": pa.array(is_public),
            "is_automatic": pa.array(is_automatic),
            "body": _chosen(TEXTS, text),
        }
    )


def _events(
    tickets: Tickets, changes: Changes, ids: pa.Array, customers: pa.Array
) -> pa.Table:
    words = pa.concat_arrays([pa.array(journal.WORDS), ids])
    ticket = changes.ticket
    return pa.table(
        {
            "event_id": _ids(_FIRST_EVENT + np.arange(ticket.size)),
            "ticket_id": ids.take(pa.array(ticket)),
            "occurred_at": _instants(changes.at),
            "field": _chosen(journal.FIELDS, changes.field),
            "old_value": _chosen(words, changes.old),
            "new_value": _chosen(words, changes.new),
            "actor_role": _chosen(journal.ROLES, changes.role),
            "actor_id": _people(
                customers, changes.role, changes.agent, tickets.customer[ticket]
            ),
        }
    )


def _agents() -> pa.Table:
    teams = [agent.team for agent in AGENTS]
    return pa.table(
        {
            "agent_id": [agent.agent_id for agent in AGENTS],
            "name": [agent.name for agent in AGENTS],
            "team": teams,
            "organization": [TEAMS[team][0] for team in teams],
            "tier": pa.array([TEAMS[team][1] for team in teams]),
            "started_on": pa.array([agent.started_on for agent in AGENTS]),
            "ended_on": pa.array([agent.ended_on for agent in AGENTS]),
        }
    )


def _annotations() -> pa.Table:
    days, labels, kinds = zip(*sorted(story.ANNOTATIONS), strict=True)
    return pa.table({"date": pa.array(days), "label": labels, "kind": kinds})


def _ids(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _instants(at: np.ndarray) -> pa.Array:
    return pa.array(at).cast(pa.timestamp("s", tz="UTC"))


def _days(numbers: np.ndarray) -> pa.Array:
    return pa.array((_FIRST_DAY + numbers).astype("int32")).cast(pa.date32())


def _chosen(values: Sequence[str] | pa.Array, places: np.ndarray) -> pa.Array:
    """Return the value at each place; missing where the place is below 0."""
    values = values if isinstance(values, pa.Array) else pa.array(values)
    return values.take(pa.array(places, mask=places < 0))


def _people(
    customers: pa.Array, role: np.ndarray, agent: np.ndarray, customer: np.ndarray
) -> pa.Array:
    """Return who it was: the ticket's customer, an agent, or nobody."""
    known = pa.concat_arrays([pa.array([a.agent_id for a in AGENTS]), customers])
    asked = role == journal.CUSTOMER
    return _chosen(known, np.where(asked, len(AGENTS) + customer, agent))


def _since(tickets: Tickets, luck: np.random.Generator) -> np.ndarray:
    """Return the day each customer became one: at the first ticket or before it."""
    first = np.full(tickets.customer.max() + 1, story.DAYS)
    np.minimum.at(first, tickets.customer, tickets.day)
    before = luck.exponential(430, first.size) * (luck.random(first.size) > 0.12)
    return (first - before.astype("int64"))[tickets.customer]
