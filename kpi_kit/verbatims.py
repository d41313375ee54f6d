"""What customers wrote with their ratings: the words, and what they point to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import exp, lgamma
from typing import TYPE_CHECKING

import pandas as pd

from kpi_kit.heard import heard
from kpi_kit.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.tables import Helpdesk

WORDS = ("confusing", "transferred", "waited")
# The source's own columns of tickets that name a customer.
CUSTOMERS = ("customer_name", "requester_name", "requester", "contact_name")
SHORTEST_ID = 4  # shorter ids of customers are too like other words and numbers
TOLERATED = 0.05  # of the words that are said to stand out, by chance
OF_SURVEYS = ("ticket_id", "score", "scale_low", "scale_high", "comment")
# What a spreadsheet or a page would take for its own: no quotation begins with it.
CODE = r"^=|^[@+-]\S*[(|]|<[A-Za-z/!]"
SPARE = 3  # times as many as are shown, of which some may be alike without names
SHOWN = ("day", "score", "scale", "issue_type", "ticket_id", "url", "text")


@dataclass(frozen=True, kw_only=True)
class Verbatims:
    """The comments of some days.

    ``shown`` has one row per comment that is shown: ``day``, ``score``, ``scale`` (1 to
    5), ``issue_type``, ``ticket_id``, ``url``, ``text``; ``n`` comments there were in
    all, ``low`` of them with a rating that is not positive.  ``words`` has one row per
    word: ``word``; ``low_count`` and ``count``, the comments that have it, with low
    ratings and in all; ``lift``, the share among low ratings by the share among all
    (NaN where nobody wrote it); ``p``, how often chance alone would do so, Fisher's
    exact test; ``stands_out``, whether that survives that several words were tried.
    """

    shown: pd.DataFrame
    words: pd.DataFrame
    n: int
    low: int


def verbatims(  # noqa: PLR0913 - which comments, of which days, how many
    helpdesk: Helpdesk,
    contract: Contract,
    *,
    start: date,
    end: date,
    as_of: date,
    most: int = 12,
    words: Sequence[str] = WORDS,
    kept: Facts | None = None,
) -> Verbatims:
    """Return what customers wrote with the ratings of the days [start, end), redacted.

    Parameters
    ----------
    helpdesk, contract
        As :func:`kpi_kit.scorecard.scorecard`.
    start, end, as_of
        Local days; ``end`` is exclusive.
    most
        How many comments to show, at most, each text once: the worst, in turn from
        each issue type; praise where there is room; formulas and markup last.
    words
        To look for, from the beginning of a word: ``wait`` is also ``waiting``.
    kept
        The facts, where they are kept already.

    Raises
    ------
    TableError
        If the source has no ratings, or nobody can say which are positive.
    """
    days = {"start": start, "end": end, "as_of": as_of}
    by = ("issue_type",)
    told_of = heard(helpdesk, contract, by=by, also=OF_SURVEYS, kept=kept, **days)
    rows = told_of.rows
    written = rows.comment.notnull() & (rows.comment.strip() != "")
    rows = rows.filter(written & rows.on_one_scale.notnull())
    counts = _counts(rows, words)
    shown = _chosen(rows, SPARE * most).to_pyarrow().to_pandas()
    return Verbatims(
        shown=_shown(shown, helpdesk, most),
        words=_words(counts, words),
        n=int(counts["n"] or 0),
        low=int(counts["low"] or 0),
    )


def _counts(rows: ir.Table, words: Sequence[str]) -> dict[str, int | None]:
    """Return how many comments, and how many of low ratings, have each word."""
    is_low, text = ~rows.is_positive, rows.comment.lower()
    made = {"n": rows.count(), "low": is_low.sum()}
    for number, word in enumerate(words):
        has = text.re_search(rf"(^|\W){re.escape(word.lower())}")
        made |= {f"in {number}": has.sum(), f"low {number}": (has & is_low).sum()}
    (found,) = rows.agg(**made).to_pyarrow().to_pylist()
    return found


def _chosen(rows: ir.Table, most: int) -> ir.Table:
    """Choose the comments to show: alike in every run, whatever the engine's order."""
    place = (rows.score - rows.scale_low) / (rows.scale_high - rows.scale_low)
    rows = rows.mutate(place=place.round(6), said=rows.comment.strip())
    order = [rows.place, rows.rated_on.desc(), rows.ticket_id, rows.comment]
    alike = rows.place.rank().over(group_by=rows.said, order_by=order)
    rows = rows.mutate(alike=alike)
    rows = rows.filter(rows.alike == 0)
    order = [rows.place, rows.rated_on.desc(), rows.ticket_id, rows.comment]
    in_turn = rows.place.rank().over(
        group_by=[rows.issue_type, rows.is_positive], order_by=order
    )
    rows = rows.mutate(turn=in_turn)
    order = [rows.place, rows.rated_on.desc(), rows.ticket_id, rows.comment]
    chosen = rows.order_by([rows.is_positive, rows.turn, *order]).limit(most)
    told = ("ticket_id", "issue_type", "score", "scale_low", "scale_high", "comment")
    return chosen.select(*told, "place", day="rated_on")


def _shown(chosen: pd.DataFrame, helpdesk: Helpdesk, most: int) -> pd.DataFrame:
    """Return the comments, the worst first, without what tells who anybody is."""
    beside = _tickets(helpdesk, chosen["ticket_id"].dropna().unique().tolist())
    chosen = chosen.merge(beside, on="ticket_id", how="left")
    agents = _agents(helpdesk)
    ids = chosen["customer_id"].where(chosen["customer_id"].str.len() >= SHORTEST_ID)
    told = [chosen[name] for name in CUSTOMERS if name in chosen]
    chosen["text"] = [
        redacted(text, [*agents, *(name for name in own if isinstance(name, str))])
        for text, *own in zip(chosen["comment"], ids, *told, strict=True)
    ]
    bounds = zip(chosen["scale_low"], chosen["scale_high"], strict=True)
    chosen["scale"] = [f"{low:g} to {high:g}" for low, high in bounds]
    once = chosen.drop_duplicates("text").head(most)
    once = once.assign(is_code=[bool(re.search(CODE, t)) for t in once["text"]])
    order = ["is_code", "place"]
    return once.sort_values(order, kind="stable", ignore_index=True)[[*SHOWN]]


def _tickets(helpdesk: Helpdesk, ids: list[str]) -> pd.DataFrame:
    tickets = helpdesk.tables["tickets"]
    told = [name for name in CUSTOMERS if name in helpdesk.extra]
    rows = tickets.filter(tickets.ticket_id.isin(ids))
    return (
        rows.select("ticket_id", "url", "customer_id", *told).to_pyarrow().to_pandas()
    )


def _agents(helpdesk: Helpdesk) -> list[str]:
    if "agents" not in helpdesk.tables:
        return []
    names = helpdesk.tables["agents"].select("name").distinct().to_pyarrow()["name"]
    return sorted(name for name in names.to_pylist() if name)


def _words(counts: dict[str, int | None], words: Sequence[str]) -> pd.DataFrame:
    n, low = int(counts["n"] or 0), int(counts["low"] or 0)
    rows = []
    for number, word in enumerate(words):
        count, among = (int(counts[f"{of} {number}"] or 0) for of in ("in", "low"))
        lift = (among / low) / (count / n) if low and count else float("nan")
        row = {"word": word, "low_count": among, "count": count, "lift": lift}
        rows.append(row | {"p": fisher(among, low, count, n)})
    names = ["word", "low_count", "count", "lift", "p"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(stands_out=_stand_out(frame["p"]))


def fisher(among: int, low: int, count: int, n: int) -> float:
    """Return how often chance alone puts a word so often among the low ratings.

    Parameters
    ----------
    among
        Low ratings whose comment has the word.
    low
        Low ratings with a comment.
    count
        Comments that have the word.
    n
        Comments in all.

    References
    ----------
    Fisher's exact test, one-sided: the upper tail of the hypergeometric distribution.

    Examples
    --------
    The lady who tastes tea names three of four cups rightly:

    >>> round(fisher(3, 4, 4, 8), 4)
    0.2429
    """

    def ways(whole: int, part: int) -> float:
        return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)

    most = min(low, count)
    least = max(among, low + count - n)
    tail = sum(
        exp(ways(count, k) + ways(n - count, low - k) - ways(n, low))
        for k in range(least, most + 1)
    )
    return min(1.0, tail)


def _stand_out(p: pd.Series) -> list[bool]:
    """Say which words stand out though several were tried: Benjamini and Hochberg."""
    ranked = p.sort_values()
    fits = [value <= TOLERATED * (k + 1) / len(p) for k, value in enumerate(ranked)]
    kept = max((k + 1 for k, fit in enumerate(fits) if fit), default=0)
    return p.index.isin(ranked.index[:kept]).tolist()
