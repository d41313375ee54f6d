"""What customers write, and the mood of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from kpi_kit.mood import scorer, scores
from kpi_kit.records.known import dated
from kpi_kit.records.sliced import with_ticket
from kpi_kit.sources import hand_over, stage

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kpi_kit.records.known import Known

BATCH = 10_000  # texts that are in Python at a time
# A mood shows in a text's first words; one of 60 kB takes a word list five seconds.
READ = 2_000


def words(known: Known) -> ir.Table:
    """Return one row per public message of a customer.

    Returns
    -------
    ir.Table
        ``mood`` of -1 to 1, NULL where the message has no text or the model no score;
        ``has_text``; local day ``sent_on``; the ticket's dimensions.

    Notes
    -----
    The one place where texts of customers pass through Python: a model reads them
    there.  Each text does so once, however often it was sent, and stays nowhere.
    """
    rows = known.table("messages")
    is_said = (rows.author_role == "customer") & (rows.sent_at < known.as_of)
    is_seen = rows.is_public.fill_null(True) & ~rows.is_automatic.fill_null(False)
    text = rows.body.substr(0, READ).strip().nullif("")
    rows = rows.filter(is_said & is_seen).mutate(text=text)
    moods = _moods(rows, known)
    rows = rows.left_join(moods, rows.text == moods.said)
    rows = rows.select("ticket_id", "sent_at", "mood", has_text=rows.text.notnull())
    return with_ticket(dated(rows, known, sent_on="sent_at"), known)


def _moods(rows: ir.Table, known: Known) -> ir.Table:
    """Return each text that has a score, ``said``, with its ``mood``."""
    texts = rows.select(said="text").filter(ibis._.said.notnull()).distinct()
    # In an order, so that a model that minds its neighbors says the same every time.
    texts = stage(texts.mutate(place=ibis.row_number().over(order_by="said")))
    name = known.contract.sentiment
    score = scorer(name)
    parts = [
        pd.DataFrame({"at": pd.Series(dtype="int64"), "mood": pd.Series(dtype=float)})
    ]
    ordered = texts.order_by("place")
    for batch in ordered.to_pyarrow_batches(chunk_size=BATCH):
        found = scores(name, score, batch["said"].to_pylist())
        part = pd.DataFrame({"at": batch["place"].to_pylist(), "mood": found})
        parts.append(part.dropna().astype({"at": "int64", "mood": float}))
    frame = pd.concat(parts, ignore_index=True)
    known_moods = hand_over(known.helpdesk.connection, "moods", frame)
    return texts.join(known_moods, texts.place == known_moods.at).select("said", "mood")
