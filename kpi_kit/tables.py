"""The twelve canonical tables: columns, types, meaning, keys.

Every source ends in these tables; facts and metrics know nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from kpi_kit.errors import TableError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import ibis
    import ibis.expr.types as ir
    import pandas as pd


class Type(Enum):
    """What a column holds; the value is how messages call it."""

    TEXT = "text"
    INSTANT = "time stamp"
    DATE = "date"
    BOOLEAN = "true/false"
    INTEGER = "whole number"
    NUMBER = "number"
    MONEY = "amount of money"

    @property
    def stored(self) -> str:
        """Return the Ibis type the engine keeps it in; instants are epoch seconds."""
        return _STORED[self]


_STORED = {
    Type.TEXT: "string",
    Type.INSTANT: "int64",
    Type.DATE: "date",
    Type.BOOLEAN: "boolean",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.MONEY: "decimal(18, 4)",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it holds and what it means.

    A file must have a required column, and a row its value, unless it ``may_be_empty``.
    """

    name: str
    type: Type
    meaning: str
    required: bool = False
    may_be_empty: bool = False
    values: tuple[str, ...] = ()

    @property
    def is_id(self) -> bool:
        """Return whether it names a row, here or in another table."""
        return self.name.endswith("_id") or self.name == "merged_into"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One canonical table; a row is sound when its key and required columns are."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the declared column of that name, None when there is none."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the names of the columns that every file must have."""
        return tuple(c.name for c in self.columns if c.required)

    @property
    def filled(self) -> tuple[str, ...]:
        """Return the names of the columns that every row must fill."""
        return tuple(c.name for c in self.columns if c.required and not c.may_be_empty)


@dataclass(frozen=True, kw_only=True)
class Helpdesk:
    """The canonical tables of one source, typed, on one engine.

    ``tables`` holds what the source has; each with every declared column, the absent
    ones NULL, instants as whole epoch seconds (int64, UTC).  ``given`` names what the
    source really brought: tables (``messages``) and columns (``tickets.reopened_at``).
    ``spans`` has the first and the last instant of each time stamp that the source
    brought (``tickets.created_at``), epoch seconds.  ``extra`` are undeclared columns
    of ``tickets``, kept as text to slice by.  ``rules`` counts the quarantined rows by
    file, column and rule; ``excess`` says which files have too many.  ``may_lack`` says
    that the source is declared to be empty or a part, so that missing days are no
    failure.  ``csat_scale`` is the lowest and the highest rating where a row does not
    say.
    """

    connection: ibis.BaseBackend
    tables: Mapping[str, ir.Table]
    given: frozenset[str]
    spans: Mapping[str, tuple[int, int]]
    extra: tuple[str, ...]
    accounting: pd.DataFrame
    quarantine: pd.DataFrame
    warnings: tuple[str, ...]
    rules: pd.DataFrame | None = None
    excess: tuple[str, ...] = ()
    may_lack: bool = False
    csat_scale: tuple[float, float] = (1.0, 5.0)


# What a source says of a file that lacks a part.
NOT_WHOLE = "is not whole"
CHANNELS = ("email", "chat", "phone", "social", "messaging", "web", "other")
STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")
ROLES = ("customer", "agent", "bot", "system")
FIELDS = ("status", "agent", "team", "tier", "merge")


def _text(name: str, meaning: str, *values: str) -> Column:
    return Column(name=name, type=Type.TEXT, meaning=meaning, values=values)


def _instant(name: str, meaning: str) -> Column:
    return Column(name=name, type=Type.INSTANT, meaning=meaning)


def _date(name: str, meaning: str) -> Column:
    return Column(name=name, type=Type.DATE, meaning=meaning)


def _truth(name: str, meaning: str) -> Column:
    return Column(name=name, type=Type.BOOLEAN, meaning=meaning)


def _whole(name: str, meaning: str) -> Column:
    return Column(name=name, type=Type.INTEGER, meaning=meaning)


def _number(name: str, meaning: str) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning)


def _money(name: str, meaning: str) -> Column:
    return Column(name=name, type=Type.MONEY, meaning=meaning)


def _must(column: Column) -> Column:
    return Column(
        name=column.name,
        type=column.type,
        meaning=column.meaning,
        values=column.values,
        required=True,
    )


_DECLARED = (
    Table(
        name="tickets",
        meaning="one row per ticket, as the helpdesk shows it now",
        key=("ticket_id",),
        columns=(
            _must(_text("ticket_id", "the helpdesk's own id, kept as text")),
            _must(_instant("created_at", "when the ticket was opened")),
            _text("channel", "where it came in", *CHANNELS),
            _text("status", "its status now", *STATUSES),
            _text("issue_type", "what it is about"),
            _text("root_cause", "why it happened"),
            _text("priority", "the helpdesk's priority"),
            _whole("tier", "support tier it is in now; 1 is the first"),
            _text("team", "team it is with now"),
            _text("agent_id", "agent it is assigned to now"),
            _text("customer_id", "who asked"),
            _date("customer_since", "day the customer became one"),
            _text("opened_by", "who opened it", "customer", "agent", "system"),
            _text("merged_into", "id of the ticket it was merged into"),
            _text("url", "link into the helpdesk"),
            _instant("first_reply_at", "first human reply, without message history"),
            _instant("solved_at", "when it was solved, without status history"),
            _instant("reopened_at", "when it was reopened, without status history"),
            _whole("reply_count", "public human replies, without message history"),
            _truth("escalated", "whether it was escalated, without history"),
            _number("csat", "the customer's rating, without survey history"),
            _number("handle_seconds", "agent work on it, without time entries"),
            _text("comment", "the customer's words with the rating"),
        ),
    ),
    Table(
        name="messages",
        meaning="one row per message or note on a ticket",
        key=("message_id",),
        columns=(
            _text("message_id", "the message's id"),
            _must(_text("ticket_id", "ticket it belongs to")),
            _must(_instant("sent_at", "when it was sent")),
            _must(_text("author_role", "who wrote it", *ROLES)),
            _text("author_id", "the writer's id"),
            _truth("is_public", "whether the customer sees it; missing counts as yes"),
            _truth("is_automatic", "sent by a rule or a bot; missing counts as no"),
            _text("body", "the text"),
        ),
    ),
    Table(
        name="events",
        meaning="one row per change of a ticket's field",
        key=("event_id",),
        columns=(
            _text("event_id", "the change's id"),
            _must(_text("ticket_id", "ticket that changed")),
            _must(_instant("occurred_at", "when it changed")),
            _must(_text("field", "what changed", *FIELDS)),
            _text("old_value", "value before"),
            _text("new_value", "value after"),
            _text("actor_role", "who changed it", *ROLES),
            _text("actor_id", "id of who changed it"),
        ),
    ),
    Table(
        name="surveys",
        meaning="one row per survey offered",
        key=("survey_id",),
        columns=(
            _text("survey_id", "the survey's id"),
            _must(_text("kind", "which question", "csat", "nps", "ces")),
            _text("ticket_id", "ticket it asks about"),
            _text("customer_id", "who was asked"),
            _instant("offered_at", "when it was sent"),
            _instant("answered_at", "when it was answered; missing when it was not"),
            _number("score", "the answer"),
            _number("scale_low", "lowest answer possible"),
            _number("scale_high", "highest answer possible"),
            _text("comment", "the customer's words"),
        ),
    ),
    Table(
        name="contacts",
        meaning="one row per call or chat",
        key=("contact_id",),
        columns=(
            _text("contact_id", "the contact's id"),
            # Who gives up was taken by nobody; without such rows nobody ever did.
            replace(
                _must(_text("agent_id", "agent who took it; empty where nobody did")),
                may_be_empty=True,
            ),
            _must(_text("channel", "where it came in", *CHANNELS)),
            _text("ticket_id", "ticket it belongs to"),
            _text("customer_id", "who called"),
            _instant("queued_at", "when waiting began"),
            _instant("answered_at", "when an agent answered"),
            _instant("ended_at", "when it ended"),
            _number("talk_seconds", "time talking"),
            _number("hold_seconds", "time on hold"),
            _number("wrap_seconds", "after-contact work"),
            _truth("abandoned", "whether the customer gave up waiting"),
        ),
    ),
    Table(
        name="time_entries",
        meaning="one row per stretch of agent work on a ticket",
        key=("entry_id",),
        columns=(
            _text("entry_id", "the entry's id"),
            _must(_text("ticket_id", "ticket worked on")),
            _must(_text("agent_id", "agent who worked")),
            _must(_instant("started_at", "when the work began")),
            _must(_number("work_seconds", "how long it took")),
        ),
    ),
    Table(
        name="agent_states",
        meaning="one row per stretch of an agent's paid day",
        key=(),
        columns=(
            _must(_text("agent_id", "the agent")),
            _must(_instant("started_at", "when the state began")),
            _must(_instant("ended_at", "when it ended")),
            _must(
                _text(
                    "state",
                    "what the agent did",
                    *("active", "idle", "break", "meeting", "training", "absent"),
                )
            ),
            _truth("paid", "whether the time was paid"),
        ),
    ),
    Table(
        name="agents",
        meaning="one row per agent, of vendor and client",
        key=("agent_id",),
        columns=(
            _must(_text("agent_id", "the agent's id")),
            _text("name", "the agent's name"),
            _text("team", "the agent's team"),
            _text("organization", "the vendor's name, or client"),
            _whole("tier", "the agent's support tier"),
            _date("started_on", "first day"),
            _date("ended_on", "last day"),
        ),
    ),
    Table(
        name="qa_scores",
        meaning="one row per criterion of a quality review",
        key=("review_id", "criterion"),
        columns=(
            _must(_text("review_id", "the review's id")),
            _must(_text("ticket_id", "ticket reviewed")),
            _must(_text("reviewer_side", "who reviewed", "vendor", "client")),
            _must(_text("criterion", "what was judged")),
            _must(_number("score", "points given")),
            _must(_number("max_score", "points possible")),
            _number("weight", "the criterion's weight"),
            _text("agent_id", "agent reviewed"),
            _text("reviewer_id", "who reviewed"),
            _instant("reviewed_at", "when it was reviewed"),
            _text("kind", "what it is for", "quality", "compliance"),
            _text("calibration_id", "session in which both sides scored it"),
        ),
    ),
    Table(
        name="costs",
        meaning="one row per month and kind of cost",
        key=(),
        columns=(
            _must(_date("month", "first day of the month")),
            _must(
                _text(
                    "kind",
                    "which cost",
                    *("vendor_invoice", "client_overhead", "in_house"),
                )
            ),
            _must(_money("amount", "the amount")),
            _text("currency", "ISO 4217 code"),
        ),
    ),
    Table(
        name="vendor_reports",
        meaning="one row per number the vendor reported",
        key=(),
        columns=(
            _must(_date("period_start", "first day of the period")),
            _must(_date("period_end", "day after its last")),
            _must(_text("metric", "what the vendor calls it")),
            _must(_number("value", "the vendor's number")),
            _text("unit", "its unit"),
            _whole("sample_size", "rows behind it"),
            _text("definition", "the vendor's definition"),
        ),
    ),
    Table(
        name="annotations",
        meaning="one row per event that explains a number",
        key=(),
        columns=(
            _must(_date("date", "the day")),
            _must(_text("label", "what happened")),
            _text(
                "kind",
                "what kind of event",
                *("release", "launch", "holiday", "staffing", "other"),
            ),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _DECLARED}


def match_columns(table: Table, found: Iterable[str], where: str) -> None:
    """Raise unless every required column of ``table`` is among ``found``.

    Parameters
    ----------
    table
        The canonical table the columns are meant for.
    found
        Column names as they stand in the data.
    where
        File or query, for the message.

    Raises
    ------
    TableError
        Names the missing column and the nearest one present.
    """
    present = list(found)
    spare = [name for name in present if table.column(name) is None]
    for name in table.required:
        if name not in present:
            message = f"{where}: table {table.name} has no column {name!r}"
            raise TableError(f"{message}. {nearest(name, spare or present)}")
