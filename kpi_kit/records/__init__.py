"""What KPIs count besides tickets: surveys, contacts, agents' hours, reviews, checks.

Each module has one function from the canonical tables to rows with local days, the
asked dimensions, and what the metrics read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi_kit.records.contacts import contacts
from kpi_kit.records.hours import hours
from kpi_kit.records.reviews import OWN as OF_REVIEWS
from kpi_kit.records.reviews import checks, reviews
from kpi_kit.records.sliced import AGENTS, CALLS, TICKETS
from kpi_kit.records.surveys import OWN as OF_SURVEYS
from kpi_kit.records.surveys import on_scale, surveys
from kpi_kit.records.surveys import unclear as unclear_ratings
from kpi_kit.records.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import ibis.expr.types as ir

    from kpi_kit.records.known import Known

__all__ = ["RECORDS", "Kind", "on_scale", "reads", "sliced_by", "unclear_ratings"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of row: the table it comes from, its maker, what it can be sliced by.

    ``dimensions`` None means whatever tickets can be sliced by, but for a column of
    theirs that is called like one of the rows' ``own``.
    """

    table: str
    rows: Callable[[Known], ir.Table]
    dimensions: Collection[str] | None = TICKETS
    own: Collection[str] = ()


RECORDS = {
    "surveys": Kind(table="surveys", rows=surveys, own=OF_SURVEYS),
    "contacts": Kind(table="contacts", rows=contacts, dimensions=CALLS),
    "hours": Kind(table="agent_states", rows=hours, dimensions=AGENTS),
    "reviews": Kind(table="qa_scores", rows=reviews, own=OF_REVIEWS),
    "checks": Kind(table="qa_scores", rows=checks, own=OF_REVIEWS),
    "words": Kind(table="messages", rows=words),
}


def sliced_by(of: str, dimension: str, extra: Collection[str] = ()) -> bool:
    """Say whether rows of a kind can be sliced by a dimension of the tickets.

    ``extra`` are columns of the tickets that no table declares.  Paid hours are of no
    ticket: they do not know them, be one called ``shift``.
    """
    if of not in RECORDS:
        return True
    if of == "hours" and dimension in extra:
        return False
    possible = RECORDS[of].dimensions
    is_known = possible is None or dimension in possible
    return is_known and dimension not in RECORDS[of].own


def reads(of: str, by: Collection[str]) -> set[str]:
    """Return the fact columns that rows of a kind read, besides their dimensions."""
    credited = {"solved_by"} if of == "surveys" and "agent_id" in by else set()
    return {"last_solved_on"} | credited
