"""The mood of what customers write: indicative, and never in a verdict."""

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
    formula="sum of the scores of customers' messages / messages that have a score",
    needs=(("messages.body",), ("contract.sentiment",)),
    beside=lambda words: {
        "messages": words.count(),
        "texts": words.has_text.sum().fill_null(0),
    },
    source="Sentiment: a score for every interaction",
    unbanded=(
        "no article gives a number",
        "no alarm while a customer writes: a report looks back",
        "no guess at what a customer wants: only issue type and root cause, as tagged",
    ),
    decisions=("Mood is no verdict",),
    no_target="a mood guessed from words is indicative and no verdict",
)
def sentiment(words: ir.Table) -> ir.NumericColumn:
    """Average mood of customers' public messages, from -1 to 1.

    Off unless the contract names a model (``sentiment: vader``, or a function of your
    own). VADER is a list of English words: a message in which it knows none has no
    score, and how many have one stands beside the number. It is indicative, and in no
    verdict.
    """
    return words.mood
