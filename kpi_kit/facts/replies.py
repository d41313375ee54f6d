"""Who answered, when and how often: from messages, or from the ticket's own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from kpi_kit.facts.history import packed, unpacked
from kpi_kit.sources import stage

if TYPE_CHECKING:
    from collections.abc import Collection

    import ibis.expr.types as ir

    from kpi_kit.facts.basis import Basis

ROLES_IN_ORDER = {"customer": 0, "agent": 1, "bot": 2, "system": 3}
HUMAN_AGENT = 2  # the opening's rank: 2 x role + 1 when automatic
PLACES = 16  # an opening is its second x 16 + 2 x rank + 1 when at the creation
UNKNOWN = "\uffff"  # a writer nobody names; sorts after every id
# Facts that take a list or a text per ticket, and the columns here that tell them.
COSTLY = {
    "replying_agent_count": "replying_agent_count",
    "customer_message_count": "customer_message_count",
    "first_reply_author": "first_reply_organization",
}
FAR = 100_000_000_000  # makes epoch seconds texts of one length


def replies_from_messages(
    messages: ir.Table, tickets: ir.Table, as_of: int, costly: Collection[str]
) -> ir.Table:
    """Derive each ticket's replies from its messages.

    Parameters
    ----------
    messages
        The canonical table.
    tickets
        ``ticket_id`` and ``created_at`` of the tickets wanted.
    as_of
        Later messages are not yet known.
    costly
        Which of :data:`COSTLY` are wanted.

    Returns
    -------
    ir.Table, one row per ticket that has messages
        ``opening_role`` as in :data:`ROLES_IN_ORDER`, ``is_at_once`` (the first reply
        came in the very second of the creation), else ``replied_at`` (packed);
        ``public_reply_count``, ``has_one_agent``, ``customer_wrote_at`` (packed), and
        the costly ones.

    Notes
    -----
    The opening message is the earliest public one, when sent at or before the ticket's
    creation.  Ties in time: customer, agent, bot, system; people before automatic;
    then the author id.  Only a message by a human agent in the very second of the
    creation can be both an opening and a reply, so those messages are counted apart.
    """
    known = messages.filter(messages.sent_at < as_of).join(
        tickets.select("ticket_id", "created_at"), "ticket_id"
    )
    most = stage(_derived(_counted(known), costly))
    at_once = most.filter(most.is_at_once).select("ticket_id")
    if not at_once.count().execute():
        return most
    # To list who wrote costs too much to be done for every ticket.
    listed = _counted(known.semi_join(at_once, "ticket_id"), listed=True)
    rest = stage(_derived(listed, costly))
    return most.filter(~most.is_at_once).union(rest)


def _counted(known: ir.Table, *, listed: bool = False) -> ir.Table:
    """Count each ticket's messages by kind."""
    public = known.is_public.fill_null(True)
    automatic = known.is_automatic.fill_null(False)
    customer = known.author_role == "customer"
    human = (known.author_role == "agent") & public & ~automatic
    later = human & (known.sent_at > known.created_at)
    at_once = human & (known.sent_at == known.created_at)
    role = ibis.cases(
        *((known.author_role == name, rank) for name, rank in ROLES_IN_ORDER.items()),
        else_=3,
    )
    rank = role * 2 + automatic.cast("int64")
    opening = known.sent_at * PLACES + rank * 2
    opening += (known.sent_at == known.created_at).cast("int64")
    author, at = known.author_id.fill_null(UNKNOWN), packed(known.sent_at)
    # A column per kind of message costs less than a filter per aggregate.
    kinds = known.select(
        "ticket_id",
        opening=(public & (known.sent_at <= known.created_at)).ifelse(opening, None),
        later_at=later.ifelse(at, None),
        later_text=later.ifelse((known.sent_at + FAR).cast("string") + author, None),
        later_author=later.ifelse(author, None),
        at_once_author=at_once.ifelse(author, None),
        by_customer=(customer & public).cast("int64"),
        customer_at=customer.ifelse(at, None),
    )
    counted = kinds.group_by("ticket_id").agg(
        opening=kinds.opening.min(),
        later_reply_at=kinds.later_at.min(),
        later_count=kinds.later_at.count(),
        at_once_count=kinds.at_once_author.count(),
        later_authors=kinds.later_author.collect(),
        later_least=kinds.later_author.min(),
        later_most=kinds.later_author.max(),
        later_author=kinds.later_text.min(),
        customer_count=kinds.by_customer.sum(),
        customer_wrote_at=kinds.customer_at.max(),
        **({"at_once": kinds.at_once_author.collect().sort()} if listed else {}),
    )
    kind = counted.opening % PLACES
    by_agent = (kind == 2 * HUMAN_AGENT + 1).fill_null(False)
    made = {
        "role": (kind // 4).cast("int8"),
        "at_once_left": counted.at_once_count - by_agent.cast("int64"),
    }
    if listed:
        made["at_once"] = by_agent.ifelse(counted.at_once[1:], counted.at_once)
    return counted.mutate(**made)


def _derived(counted: ir.Table, costly: Collection[str]) -> ir.Table:
    is_at_once = (counted.at_once_left > 0).fill_null(False)
    one_agent = (counted.later_least == counted.later_most).fill_null(False)
    if "at_once" in counted.columns:
        first = counted.at_once[0]
        alike = one_agent & (counted.later_least == first)
        one_agent = counted.at_once.unique().length() == 1
        one_agent &= counted.later_least.isnull() | alike
    made = _costly(counted)
    return counted.select(
        "ticket_id",
        "customer_wrote_at",
        opening_role="role",
        is_at_once=is_at_once,
        replied_at=is_at_once.ifelse(None, counted.later_reply_at),
        public_reply_count=(counted.later_count + counted.at_once_left).cast("int32"),
        has_one_agent=one_agent,
        **{name: made[name] for name in costly},
    )


def _costly(counted: ir.Table) -> dict[str, ir.Value]:
    """Return what takes a list or a text per ticket."""
    none = ibis.literal([], type="array<string>")
    later, first = counted.later_authors.fill_null(none), counted.later_author[12:]
    if "at_once" in counted.columns:
        later, first = later.concat(counted.at_once), counted.at_once[0]
    by_customer = (counted.role == ROLES_IN_ORDER["customer"]).fill_null(False)
    return {
        "replying_agent_count": later.unique().length(),
        "customer_message_count": counted.customer_count - by_customer.cast("int64"),
        "first_reply_author": first,
    }


def reply_columns(table: ir.Table, basis: Basis) -> dict[str, ir.Value]:
    """Return what is known of each ticket's replies.

    Parameters
    ----------
    table
        Tickets, with the columns of :func:`replies_from_messages` where the source has
        messages.
    basis
        Says what is known by when.

    Returns
    -------
    dict
        ``first_reply_at``, ``public_reply_count``, ``has_one_agent``,
        ``last_customer_message_at``, ``opening_role``, and of :data:`COSTLY` what is
        there.
    """
    if not basis.has("messages"):
        return _from_snapshot(table, basis.as_of)
    made = {
        "last_customer_message_at": unpacked(table.customer_wrote_at),
        "opening_role": table.opening_role,
        "first_reply_at": table.is_at_once.ifelse(
            table.created_at, unpacked(table.replied_at)
        ),
        "public_reply_count": table.public_reply_count.fill_null(0).cast("int64"),
        "has_one_agent": table.has_one_agent.fill_null(False),
    }
    made |= {name: table[name] for name in COSTLY if name in table.columns}
    for name in {"replying_agent_count", "customer_message_count"} & made.keys():
        made[name] = made[name].fill_null(0)
    if basis.has("messages.author_id"):
        return made
    unknown = {"replying_agent_count": "int64", "has_one_agent": "boolean"}
    return made | {n: ibis.null(t) for n, t in unknown.items() if n in made}


def _from_snapshot(table: ir.Table, as_of: int) -> dict[str, ir.Value]:
    """Take first reply and reply count from the ticket's own columns.

    A reply before the creation is none, as among messages.  Who replied, and what the
    customer wrote, is unknown.
    """
    known = table.first_reply_at.between(table.created_at, as_of - 1)
    return {
        "last_customer_message_at": ibis.null("int64"),
        "opening_role": ibis.null("int8"),
        "first_reply_at": known.ifelse(table.first_reply_at, None),
        "public_reply_count": table.reply_count,
        "replying_agent_count": ibis.null("int64"),
        "has_one_agent": ibis.null("boolean"),
        "customer_message_count": ibis.null("int64"),
        "first_reply_author": ibis.null("string"),
    }
