"""The mood of what customers write: indicative, English only, never in a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.catalog import mean

if TYPE_CHECKING:
    import ibis.expr.types as ir


@mean(
    label="Sentiment",
    plain="Mood of messages",
    values=(-1, 1),
    of="words",
    better="higher",
    dated_by="sent_at",
    formula="sum of the scores of customers' messages / messages",
    needs=(("messages.body",), ("contract.sentiment",)),
    source="Sentiment: a score for every interaction",
    unbanded=("no article gives a number", "indicative, English only: no verdict"),
    decisions=("Mood is no verdict",),
)
def sentiment(words: ir.Table) -> ir.NumericColumn:
    """Average mood of customers' messages, from -1 to 1.

    Off unless the contract names a model. It is indicative, for English only, and in no
    verdict.
    """
    return words.mood
