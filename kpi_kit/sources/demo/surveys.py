"""The surveys of the demo: after each ticket, and of the customers on the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kpi_kit.sources.demo import arrow
from kpi_kit.sources.demo.clockwork import END
from kpi_kit.sources.demo.promoters import nps
from kpi_kit.sources.demo.ratings import NPS
from kpi_kit.sources.demo.voices import comments

if TYPE_CHECKING:
    from kpi_kit.sources.demo.past import Past
    from kpi_kit.sources.demo.ratings import Asked

KINDS = ("csat", "nps", "ces")
_FIRST_SURVEY = 880_150_027
_LOWEST, _HIGHEST = np.array([1, 0, 1]), np.array([5, 10, 7])


def surveys(past: Past, made: Asked, luck: np.random.Generator) -> pa.Table:
    """Write the surveys down, answered or not.

    Parameters
    ----------
    past
        What has happened.
    made
        What was asked after tickets.
    luck
        For the words with a rating, and what customers are asked on the whole.
    """
    text, texts = comments(past, made, luck)
    whole = nps(past, luck)
    of_none = np.full(whole.offered.size, -1)
    ticket = past.solves.ticket[made.solve]
    is_thumbs = np.append(made.is_thumbs, of_none == 0)
    rows = {
        "kind": np.append(made.kind, np.full_like(of_none, NPS)),
        "ticket": np.append(ticket, of_none),
        "known": np.append(ticket, whole.ticket),
        "offered": np.append(made.offered, whole.offered),
        "answered": np.append(made.answered, whole.answered),
        "score": np.append(made.score, whole.score),
        "text": np.append(text, of_none),
    }
    low, high = _LOWEST[rows["kind"]], _HIGHEST[rows["kind"]]
    rows["low"], rows["high"] = np.where(is_thumbs, [[0], [1]], [low, high])
    order = np.argsort(rows["offered"], kind="stable")
    return _written(past, {name: row[order] for name, row in rows.items()}, texts)


def _written(past: Past, rows: dict[str, np.ndarray], texts: list[str]) -> pa.Table:
    silent = rows["answered"] >= END
    return pa.table(
        {
            "survey_id": arrow.ids(_FIRST_SURVEY + 3 * np.arange(silent.size)),
            "kind": arrow.chosen(KINDS, rows["kind"]),
            "ticket_id": past.told("ticket_id", rows["ticket"]),
            "customer_id": past.told("customer_id", rows["known"]),
            "offered_at": arrow.instants(rows["offered"]),
            "answered_at": arrow.instants(rows["answered"], missing=silent),
            "score": pa.array(rows["score"], mask=silent),
            "scale_low": pa.array(rows["low"]),
            "scale_high": pa.array(rows["high"]),
            "comment": arrow.chosen(texts, rows["text"]),
        }
    )
