"""What is accepted but should be known: how many rows, and why they are odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    from kpi_kit.sources.loaded import Loaded

    Remark = tuple[tuple[str, ...], str, Callable[[ir.Table], ir.BooleanValue]]

_DAY = 86_400  # seconds; no shift lasts longer
# Five years: no contract with a vendor runs longer, and helpdesks close for good what
# nobody has touched for weeks.  It is a clean-up, or a wrong year.
_AGES = 5 * 365 * _DAY
# What a ticket says of itself and nobody reads where a table tells its history.
_HISTORIES = {
    "messages": ("first_reply_at", "reply_count"),
    "events": ("solved_at", "reopened_at"),
}
_OPEN = ("new", "open", "pending", "hold")


def _open_and_solved(rows: ir.Table) -> ir.BooleanValue:
    """Say which tickets are open by their status, though not since a reopening."""
    holds = rows.status.isin(_OPEN) & rows.solved_at.notnull()
    if "reopened_at" in rows.columns:
        holds &= ~(rows.reopened_at >= rows.solved_at).fill_null(False)
    return holds


# Of each table: what a row needs, what is said of it, and when.
_REMARKS: dict[str, tuple[Remark, ...]] = {
    "tickets": (
        (
            ("first_reply_at", "created_at"),
            "answered in the second of the creation, as a machine does",
            lambda rows: rows.first_reply_at == rows.created_at,
        ),
        (
            ("csat", "solved_at"),
            "rated before being solved",
            lambda rows: rows.csat.notnull() & rows.solved_at.isnull(),
        ),
        (
            ("first_reply_at", "agent_id"),
            "answered by nobody named, counted under (none)",
            lambda rows: rows.first_reply_at.notnull() & rows.agent_id.isnull(),
        ),
        (
            ("reopened_at", "solved_at"),
            "reopened, and no time of a solve",
            lambda rows: rows.reopened_at.notnull() & rows.solved_at.isnull(),
        ),
        (
            ("status", "solved_at"),
            "done by the status, and no time of a solve; counted as open",
            lambda rows: (
                rows.status.isin(("solved", "closed")) & rows.solved_at.isnull()
            ),
        ),
        (
            ("status", "solved_at"),
            "open by the status, and solved; counted as solved",
            _open_and_solved,
        ),
        (
            ("first_reply_at", "solved_at"),
            "first answered after the solve",
            lambda rows: rows.first_reply_at > rows.solved_at,
        ),
        (
            ("first_reply_at", "reply_count"),
            "a first reply and no replies, or replies and no first one",
            lambda rows: (rows.reply_count > 0) != rows.first_reply_at.notnull(),
        ),
        (
            ("first_reply_at", "created_at"),
            "first answered after more than five years",
            lambda rows: rows.first_reply_at - rows.created_at > _AGES,
        ),
        (
            ("solved_at", "created_at"),
            "solved after more than five years",
            lambda rows: rows.solved_at - rows.created_at > _AGES,
        ),
    ),
    "surveys": (
        (
            ("score", "answered_at"),
            "a score without the time of the answer",
            lambda rows: rows.score.notnull() & rows.answered_at.isnull(),
        ),
    ),
    "contacts": (
        (
            ("abandoned", "answered_at"),
            "abandoned, and yet answered",
            lambda rows: rows.abandoned & rows.answered_at.notnull(),
        ),
        (
            ("talk_seconds", "answered_at"),
            "time talking, and no time of the answer",
            lambda rows: (rows.talk_seconds > 0) & rows.answered_at.isnull(),
        ),
    ),
    "time_entries": (
        (
            ("work_seconds",),
            "more than a day of work in one stretch",
            lambda rows: rows.work_seconds > _DAY,
        ),
    ),
    "agent_states": (
        (
            ("state", "ended_at", "started_at"),
            "at work for more than a day in one stretch",
            lambda rows: (
                (rows.ended_at - rows.started_at > _DAY) & (rows.state != "absent")
            ),
        ),
    ),
    "vendor_reports": (
        (
            ("period_start", "period_end"),
            "a period of months without their last day; period_end is the day after it",
            lambda rows: (
                (rows.period_start.day() == 1)
                & ((rows.period_end + ibis.interval(days=1)).day() == 1)
            ),
        ),
    ),
    "costs": (
        (("amount",), "a negative amount, which is taken off", lambda r: r.amount < 0),
        (
            ("currency",),
            "no currency of three letters, as ISO 4217 has them",
            lambda rows: ~rows.currency.re_search("^[A-Z]{3}$").fill_null(False),
        ),
    ),
}


def remarks(loaded: Loaded, rows: ir.Table) -> list[tuple[str, ir.BooleanValue]]:
    """Say what is accepted but should be known, and of which rows it holds.

    Parameters
    ----------
    loaded
        Says which table and columns, and what other tables tell.
    rows
        Its rows, or those of them that are kept.

    Notes
    -----
    What a ticket says of itself counts only where there is no history of it.
    """
    name = loaded.table.name
    found = []
    history = {
        column
        for table, columns in _HISTORIES.items()
        if name == "tickets" and table in loaded.histories
        for column in columns
    }
    for needs, told, holds in _REMARKS.get(name, ()):
        if {*needs} <= {*loaded.present} - history:
            found.append((told, holds(rows).fill_null(False)))
    return found
