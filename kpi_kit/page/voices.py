"""What customers say of a solve, in their own words, and how soon they were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi_kit.answers import NONE
from kpi_kit.beside import WAITED
from kpi_kit.page.headlines import answer
from kpi_kit.page.names import prose
from kpi_kit.page.tables import Cell, table
from kpi_kit.units import count_text, duration_text, interval_text, share_text

if TYPE_CHECKING:
    import pandas as pd

    from kpi_kit.ratings import Ratings
    from kpi_kit.verbatims import Verbatims

TAKEN_OUT = "Names that the data holds are taken out, addresses and numbers too."


def words(found: Verbatims) -> str:
    """Say how many are unhappy and which words stand out, then quote some."""
    if not found.n:
        return answer("No customer wrote a word with a rating this week.")
    told = f"{count_text(found.low)} of {count_text(found.n)} comments come with a low "
    told += "rating."
    return answer(told, _standing_out(found), TAKEN_OUT) + _quotes(found)


def _standing_out(found: Verbatims) -> str:
    said = found.words[found.words["low_count"] > 0]
    if said.empty:
        return ""
    listed = ", ".join(
        f"{row.word} ({count_text(row.low_count)} of {count_text(row.count)}, "
        f"{row.lift:.1f} times as often as in all)"
        for row in said.sort_values("low_count", ascending=False).itertuples()
    )
    clear = [row.word for row in said.itertuples() if row.stands_out]
    more = " No word is surely more frequent there."
    if clear:
        more = f" More frequent there than by chance: {', '.join(clear)}."
    return f"Words looked for, in low ratings and in all: {listed}.{more}"


def _quotes(found: Verbatims) -> str:
    quotes = []
    for row in found.shown.itertuples():
        about = row.issue_type if isinstance(row.issue_type, str) else ""
        told = " · ".join(
            part for part in (_rated(row.score, row.scale), about) if part
        )
        url = row.url if isinstance(row.url, str) else None
        ticket = row.ticket_id if isinstance(row.ticket_id, str) else ""
        link = f" · {Cell(ticket, address=url)}" if ticket else ""
        quotes.append(
            f'<figure class="voice"><blockquote>{prose(row.text)}</blockquote>'
            f"<figcaption>{prose(told)}{link}</figcaption></figure>"
        )
    return "\n".join(quotes)


def _rated(score: float, scale: str) -> str:
    """Return a rating on its scale.

    Examples
    --------
    >>> _rated(2.0, "1 to 5"), _rated(0.0, "0 to 1"), _rated(3.0, "0 to 10")
    ('2 of 5', 'thumb down', '3 on 0 to 10')
    """
    low, _, high = scale.partition(" to ")
    if scale == "0 to 1":
        return "thumb up" if score else "thumb down"
    return f"{score:g} of {high}" if low == "1" else f"{score:g} on {scale}"


def waited(found: pd.DataFrame) -> str:
    """Return how content customers were, by how long their first response took."""
    known = found[(found["n"] > 0) & (found[WAITED] != NONE)].sort_values(WAITED)
    if len(known) < 2:
        return ""
    rows = [
        (
            row[WAITED],
            share_text(row["value"]) + (" (too few)" if few else ""),
            interval_text(row["low"], row["high"], "share"),
            count_text(row["n"]),
        )
        for row, few in zip(
            known.to_dict("records"), known["status"] == "too_few", strict=True
        )
    ]
    heads = ("First response", "CSAT", "95% interval", "n")
    told = "CSAT of eight weeks by the hours of business until the first response. "
    told += "It is a comparison: what is hard to solve may wait longer."
    return answer(told) + table("CSAT by first response", heads, rows, {*heads[1:]})


def asked(found: Ratings) -> str:
    """Say how soon customers were asked, and whom ratings are put down to."""
    lag, told = found.lag, []
    if lag.median_minutes is not None:
        after, soon = duration_text(lag.median_minutes), share_text(lag.within_an_hour)
        told.append(
            f"Surveys go out {after} after the solve (median), {soon} within an hour."
        )
    if found.n:
        held, on = count_text(found.held_elsewhere), count_text(found.went_on)
        told.append(
            f"A rating is put down to who solved; {held} of {count_text(found.n)} "
            f"tickets were with somebody else when it came, {on} went on to somebody "
            "else after it."
        )
    return answer(*told)
