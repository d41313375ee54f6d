"""Where marks of a chart lead: to the lists of the tickets that they stand for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

TITLE = "A click lists"
LEADING = ("to", "listed")  # columns of the marks' data


class Lead(NamedTuple):
    """A place of the page, and what is there: ``15 tickets over 4 h``."""

    place: str
    told: str


class Led(NamedTuple):
    """A cell of the table behind a chart that leads where its mark does."""

    text: str
    place: str


Leads = Mapping[Hashable, Lead] | None  # by what a mark stands for


def led(texts: Iterable[str], keys: Iterable[Hashable], leads: Leads) -> list:
    """Return cells of a table, each with the place that it leads to, if any."""
    known = leads or {}
    return [
        Led(text, known[key].place) if key in known else text
        for text, key in zip(texts, keys, strict=True)
    ]


def with_leads(
    data: pd.DataFrame, keys: Iterable[Hashable], leads: Leads
) -> pd.DataFrame:
    """Add to marks where they lead, as ``to`` and ``listed``; nothing without leads."""
    found = [(leads or {}).get(key) for key in keys]
    if not any(found):
        return data
    return data.assign(
        to=[lead and f"#{lead.place}" for lead in found],
        listed=[lead and lead.told for lead in found],
    )


def leading(base: alt.Chart, told: list[alt.Tooltip]) -> list[alt.Chart]:
    """Return the marks that lead somewhere once more, over all others.

    Only these have a pointer's cursor, and a tooltip that says so.

    Parameters
    ----------
    base
        The marks, of what :func:`with_leads` returned.
    told
        Their tooltip.
    """
    if "to" not in base.data:
        return []
    more = [*told, alt.Tooltip("listed:N", title=TITLE)]
    linked = base.transform_filter("isString(datum.to)")
    return [linked.encode(href=alt.Href("to:N"), tooltip=more)]


def stripes(
    data: pd.DataFrame,
    keys: Iterable[Hashable],
    leads: Leads,
    told: list[alt.Tooltip],
    **places: Any,
) -> list[alt.Chart]:
    """Return what nobody sees and everybody hovers: a stripe per mark.

    Parameters
    ----------
    data
        One row per stripe.
    keys, leads
        What each stands for, and where that leads.
    told
        The tooltip.
    **places
        From where to where a stripe goes.
    """
    base = alt.Chart(with_leads(data, keys, leads)).mark_rect(opacity=0)
    base = base.encode(**places)
    return [base.encode(tooltip=told), *leading(base, told)]
