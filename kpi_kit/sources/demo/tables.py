"""The demo's rows in order, as Arrow tables with the canonical columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_kit.sources.demo import arrow, issues, journal, story
from kpi_kit.sources.demo.people import AGENTS, TEAM_NAMES, TEAMS
from kpi_kit.sources.demo.texts import TEXTS
from kpi_kit.sources.demo.tickets import CHANNELS, OPENERS, PRIORITIES
from kpi_kit.tables import STATUSES

if TYPE_CHECKING:
    from kpi_kit.sources.demo.history import Changes
    from kpi_kit.sources.demo.past import Said
    from kpi_kit.sources.demo.tickets import Tickets

_FIRST_TICKET, _FIRST_CUSTOMER = 68_203, 5_110_024
_FIRST_MESSAGE, _FIRST_EVENT = 90_400_117, 310_022_408
_URL = "https://northwind-outfitters.example/agent/tickets/"


def tables(
    tickets: Tickets, said: Said, changes: Changes, luck: np.random.Generator
) -> dict[str, pa.Table]:
    """Put down what is known at the story's end.

    Parameters
    ----------
    tickets
        As they were opened.
    said, changes
        What was said and changed until then.
    luck
        For what no KPI reads: root causes, and since when a customer is one.

    Returns
    -------
    dict
        From the canonical table's name to its rows.
    """
    gaps = np.cumsum(luck.random(tickets.count) < 0.03)
    ids = arrow.ids(_FIRST_TICKET + np.arange(tickets.count) + gaps)
    customers = arrow.ids(_FIRST_CUSTOMER + 7 * np.arange(tickets.customer.max() + 1))
    return {
        "tickets": _tickets(tickets, changes, ids, customers, luck),
        "messages": _messages(tickets, said, ids, customers),
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
            "created_at": arrow.instants(tickets.at),
            "channel": arrow.chosen(CHANNELS, tickets.channel),
            "status": arrow.chosen(STATUSES, ends[journal.STATUS]),
            "issue_type": arrow.chosen(issues.ISSUES, tickets.issue),
            "root_cause": arrow.chosen(issues.CAUSES, cause),
            "priority": arrow.chosen(PRIORITIES, tickets.priority),
            "tier": pa.array(ends[journal.TIER] + 1),
            "team": arrow.chosen(TEAM_NAMES, ends[journal.TEAM]),
            "agent_id": arrow.agents(ends[journal.HOLDER]),
            "customer_id": customers.take(pa.array(tickets.customer)),
            "customer_since": arrow.days(_since(tickets, luck)),
            "opened_by": arrow.chosen(OPENERS, tickets.opener),
            "merged_into": arrow.chosen(ids, ends[journal.MERGE]),
            "url": pc.binary_join_element_wise(_URL, ids, ""),
        }
    )


def _messages(
    tickets: Tickets, said: Said, ids: pa.Array, customers: pa.Array
) -> pa.Table:
    ticket, at, role, author, text, is_public, is_automatic = said
    return pa.table(
        {
            "message_id": arrow.ids(_FIRST_MESSAGE + 3 * np.arange(ticket.size)),
            "ticket_id": ids.take(pa.array(ticket)),
            "sent_at": arrow.instants(at),
            "author_role": arrow.chosen(journal.ROLES, role),
            "author_id": _people(customers, role, author, tickets.customer[ticket]),
            "is_public": pa.array(is_public),
            "is_automatic": pa.array(is_automatic),
            "body": arrow.chosen(TEXTS, text),
        }
    )


def _events(
    tickets: Tickets, changes: Changes, ids: pa.Array, customers: pa.Array
) -> pa.Table:
    words = pa.concat_arrays([pa.array(journal.WORDS), ids])
    ticket = changes.ticket
    return pa.table(
        {
            "event_id": arrow.ids(_FIRST_EVENT + np.arange(ticket.size)),
            "ticket_id": ids.take(pa.array(ticket)),
            "occurred_at": arrow.instants(changes.at),
            "field": arrow.chosen(journal.FIELDS, changes.field),
            "old_value": arrow.chosen(words, changes.old),
            "new_value": arrow.chosen(words, changes.new),
            "actor_role": arrow.chosen(journal.ROLES, changes.role),
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


def _people(
    customers: pa.Array, role: np.ndarray, agent: np.ndarray, customer: np.ndarray
) -> pa.Array:
    """Return who it was: the ticket's customer, an agent, or nobody."""
    known = pa.concat_arrays([pa.array([a.agent_id for a in AGENTS]), customers])
    asked = role == journal.CUSTOMER
    return arrow.chosen(known, np.where(asked, len(AGENTS) + customer, agent))


def _since(tickets: Tickets, luck: np.random.Generator) -> np.ndarray:
    """Return the day each customer became one: at the first ticket or before it."""
    first = np.full(tickets.customer.max() + 1, story.DAYS)
    np.minimum.at(first, tickets.customer, tickets.day)
    before = luck.exponential(430, first.size) * (luck.random(first.size) > 0.12)
    return (first - before.astype("int64"))[tickets.customer]
