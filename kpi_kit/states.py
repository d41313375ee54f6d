"""How sure a number is and why, in a reader's words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import inf, isnan
from typing import TYPE_CHECKING, Any

from kpi_kit.units import count_text, day_text

if TYPE_CHECKING:
    from collections.abc import Callable

WEEK = timedelta(days=7)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
COUNT = re.compile(r"(?<![\w.,-])\d{4,}(?![\w.,-])")
LACKS = "not computable: needs "
WORDS = {
    "meets": "meets target",
    "misses": "misses target",
    "close": "too close to call",
    "no_target": "no contract target",
}
# What a table or a column holds, for who does not know its name.
PLAIN = {
    "agent_states": "agents' paid time",
    "agents.organization": "whose agent each one is",
    "contacts.abandoned": "who gave up waiting",
    "contacts.answered_at": "when each call was answered",
    "contacts.ended_at": "when each call ended",
    "contacts.queued_at": "when each call began to wait",
    "contacts.talk_seconds": "how long each call was talked",
    "costs": "support costs",
    "costs of kind vendor_invoice": "the vendor's invoices",
    "messages": "message history",
    "messages.author_id": "who wrote each message",
    "messages.body": "the messages' texts",
    "qa_scores of kind compliance": "required checks",
    "qa_scores of reviewer_side client": "reviews by the client",
    "surveys of kind ces with surveys.score": "answers to how easy it was",
    "surveys of kind csat": "ratings",
    "surveys of kind csat with surveys.score": "ratings",
    "surveys of kind nps with surveys.score": "recommendations of 0 to 10",
    "surveys.answered_at": "when each survey was answered",
    "surveys.offered_at": "when each survey was sent",
    "tickets.csat": "each ticket's rating",
    "tickets.customer_id": "whose ticket each one is",
    "tickets.escalated": "whether each ticket was escalated",
    "tickets.first_reply_at": "each ticket's first reply",
    "tickets.handle_seconds": "the work on each ticket",
    "tickets.issue_type": "issue types",
    "tickets.reopened_at": "when each ticket was reopened",
    "tickets.solved_at": "when each ticket was solved",
    "time_entries": "time sheets",
}
IN_HOUSE = "before go-live"
_PLAIN = "|".join(map(re.escape, sorted(PLAIN, key=len, reverse=True)))
NEED = re.compile(
    rf"\b({_PLAIN})\b(?!\.)|events of field (\w+)|(contract)\.(\w+)|(\w+)\.(\w+)"
)


def state_of(row: Any, met: Callable[[float], bool] | None) -> str:
    """Return where a number stands, doubt included.

    Parameters
    ----------
    row
        Anything with ``status``, ``value``, ``low`` and ``high``; None or NaN is
        missing.
    met
        Whether a value keeps the target; None where there is no target.

    Returns
    -------
    str
        ``not_computable``, ``not_mature``, ``too_few``, ``no_target``; else ``meets``
        or ``misses`` where the whole interval does, and ``close`` where it holds values
        that meet the target and values that miss it.

    Notes
    -----
    A count is exact and a mean has no interval: the value decides.  A bound that the
    sample is too small to have lies at infinity.

    Examples
    --------
    >>> from types import SimpleNamespace as Row
    >>> row = Row(status="ok", value=230.0, low=211.0, high=244.0)
    >>> [state_of(row, lambda value: value <= target) for target in (210, 240, 244)]
    ['misses', 'close', 'meets']
    """
    unsure = {"not_computable": "not_computable", "provisional": "not_mature"}
    if row.status in unsure:
        return unsure[row.status]
    value, low, high = (_known(number) for number in (row.value, row.low, row.high))
    if row.status == "too_few" or value is None:
        return "too_few"
    if met is None:
        return "no_target"
    if low is None and high is None:
        low = high = value
    bounds = (-inf if low is None else low, inf if high is None else high)
    verdicts = {bool(met(bound)) for bound in bounds}
    return "close" if len(verdicts) > 1 else "meets" if True in verdicts else "misses"


def _known(number: float | None) -> float | None:
    return None if number is None or isnan(number) else float(number)


def state_text(status: str, n: int, note: str = "") -> str:
    """Return a row's state in words.

    Examples
    --------
    >>> state_text("too_few", 12)
    'too few (n=12)'
    >>> state_text("not_computable", 0, "needs messages or tickets.first_reply_at")
    "not computable: needs message history or each ticket's first reply"
    >>> state_text("ok", 1463), state_text("provisional", 40, "known up to 2026-11-15")
    ('complete', 'provisional; known up to Sun 15 Nov')
    """
    if status == "not_computable":
        needs = NEED.sub(_need, note)
        return f"not computable: {needs}" if note else "not computable"
    words = {"ok": "complete", "provisional": "provisional"}
    state = words.get(status, f"too few (n={count_text(n)})")
    # That there are too few is said already, with the number.
    said = [part for part in note.split("; ") if not part.startswith("fewer than")]
    return "; ".join(part for part in (state, *map(note_text, said)) if part)


def needed(state: str) -> str:
    """Return of a state in words what cannot be computed needs; other states as given.

    Where one of several things would do it names the first.

    Examples
    --------
    >>> needed("not computable: needs ratings or scores; status history; ratings")
    'needs ratings; status history'
    >>> needed("too few (n=12)")
    'too few (n=12)'
    """
    if not state.startswith(LACKS):
        return state
    firsts = (each.partition(" or ")[0] for each in state[len(LACKS) :].split("; "))
    return f"needs {'; '.join(dict.fromkeys(firsts))}"


def note_text(note: str) -> str:
    """Return a row's note with days and counts as the rest of a report has them.

    Examples
    --------
    >>> note_text("1172 solved on or after 2016-05-23 not judged yet")
    '1,172 solved on or after Mon 23 May not judged yet'
    """
    days = DAY.sub(lambda found: day_text(date.fromisoformat(found[0])), note)
    return COUNT.sub(lambda found: count_text(int(found[0])), days)


def _need(found: re.Match[str]) -> str:
    known, field, contract, term, table, column = found.groups()
    if known:
        return PLAIN[known]
    if field:
        return f"{field} history"
    if contract:
        return f"{term} in the contract"
    return f"{column.replace('_', ' ')} of {table}"


def is_cut(start: date, end: date) -> bool:
    """Return whether the report's first or last day cuts a week, or a month, short.

    Examples
    --------
    >>> is_cut(date(2026, 8, 18), date(2026, 8, 24))
    True
    >>> is_cut(date(2026, 8, 24), date(2026, 8, 31))
    False
    >>> is_cut(date(2026, 3, 16), date(2026, 4, 1))
    True
    """
    if end - start > WEEK:
        return (start.day, end.day) != (1, 1)
    return end - start < WEEK


def cut_text(start: date, end: date) -> str:
    """Return how much of a week there is, or of a month.

    Examples
    --------
    >>> cut_text(date(2026, 8, 18), date(2026, 8, 24))
    '6 of 7 days'
    >>> cut_text(date(2026, 3, 16), date(2026, 4, 1))
    '16 days only'
    """
    if end - start > WEEK:
        return f"{(end - start).days} days only"
    return f"{(end - start).days} of {WEEK.days} days"
