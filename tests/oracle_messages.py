"""Who wrote what on a ticket, for the oracle: opening message, replies, authors.

Each comment marked "Decision" quotes a choice made where the definitions are silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle_history import given
from tests.oracle_holders import organization_of_agent

if TYPE_CHECKING:
    from tests.oracle_history import Row, Source

ROLE_ORDER = ("customer", "agent", "bot", "system")
OPENERS = dict(zip(ROLE_ORDER, ("customer", "agent", "system", "system"), strict=True))


def messages_of(source: Source, ticket: Row) -> list[Row]:
    """Return the ticket's known messages and notes."""
    return list(source.messages.get(ticket["ticket_id"], ()))


def _is_public(message: Row) -> bool:
    return message.get("is_public") is not False


def _is_automatic(message: Row) -> bool:
    return message.get("is_automatic") is True


def _opening(source: Source, ticket: Row) -> Row | None:
    """Return the message that opened the ticket.

    Decision: the earliest public message, ties customer before agent before bot
    before system, then non-automatic before automatic, then the least author_id, nobody
    named last.  It is only an opening message when sent at or before created_at.
    """

    def order(message: Row) -> tuple[int, int, bool, bool, str]:
        role = ROLE_ORDER.index(message["author_role"])
        author = message.get("author_id")
        who = (role, _is_automatic(message), author is None, author or "")
        return (message["sent_at"], *who)

    public = [m for m in messages_of(source, ticket) if _is_public(m)]
    first = min(public, key=order, default=None)
    return first if first and first["sent_at"] <= ticket["created_at"] else None


def opener(source: Source, ticket: Row) -> str:
    """Return who opened the ticket, judged by its opening message."""
    # Decision: customer->customer, agent->agent, bot/system->system; no opening
    # message -> customer (unknown is treated as customer).
    opening = _opening(source, ticket)
    return "customer" if opening is None else OPENERS[opening["author_role"]]


def _human_replies(source: Source, ticket: Row) -> list[Row]:
    opening = _opening(source, ticket)
    return [
        m
        for m in messages_of(source, ticket)
        if m["author_role"] == "agent"
        and _is_public(m)
        and not _is_automatic(m)
        and m["sent_at"] >= ticket["created_at"]
        and m is not opening
    ]


def replies(source: Source, ticket: Row) -> Row:
    """Return when a person first replied, and how many messages there are."""
    if not given(source.tables, "messages"):
        return {
            "first_reply_at": ticket.get("first_reply_at"),
            "first_reply_organization": None,
            "public_reply_count": ticket.get("reply_count"),
            "customer_message_count": None,
            "replying_agent_count": None,
        }
    found = _human_replies(source, ticket)
    first = min((m["sent_at"] for m in found), default=None)
    return {
        "first_reply_at": first,
        "first_reply_organization": _first_replier(source, found),
        "public_reply_count": len(found),
        "customer_message_count": sum(
            m["author_role"] == "customer" and _is_public(m)
            for m in messages_of(source, ticket)
            if m is not _opening(source, ticket)
        ),
        "replying_agent_count": _authors(source, found),
    }


def _authors(source: Source, found: list[Row]) -> int | None:
    # Decision: author_id NULL counts as one unknown agent; when the messages table
    # has no author_id at all (column absent in all rows) the count is NULL.
    if not given(source.tables, "messages", "author_id"):
        return None
    return len({m.get("author_id") for m in found})


def _first_replier(source: Source, found: list[Row]) -> str | None:
    # Decision: organization of the author of the first human reply (tie: least
    # author_id).  Chosen here: a known author comes before an unknown one.
    first = min((m["sent_at"] for m in found), default=None)
    authors = [m.get("author_id") for m in found if m["sent_at"] == first]
    known = [author for author in authors if author is not None]
    return organization_of_agent(source, min(known, default=None))
