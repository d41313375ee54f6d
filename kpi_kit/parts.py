"""The tickets behind the parts of a number: hours, slices, causes, ages, agents."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import ibis

from kpi_kit.agent_gap import code_of
from kpi_kit.ages import age
from kpi_kit.answers import NONE
from kpi_kit.behind import Ticket, first_of, read, ticket
from kpi_kit.causes import SHOWN
from kpi_kit.comparable import bound_of
from kpi_kit.look import CELL_AT_LEAST
from kpi_kit.meant import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from kpi_kit.facts import Facts
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

    Key = tuple[str, ...]  # a KPI and what it is sliced by

FEW = 5  # tickets of a part
MOST = 30  # parts of a picture, so that a page with all hours of a week stays small
HOURS = (
    ("first_response_time", "created_weekday", "created_hour"),
    ("first_response_time", "channel", "created_hour"),
)
TYPES = ("first_contact_resolution", "issue_type")
CAUSES = ("ticket_volume", "root_cause")
AGES = ("backlog", "age")
AGENTS = ("handle_time_ticket", "agent_id")
MADE = {"age": age}
SEPARATOR = "\x1f"


@dataclass(frozen=True, kw_only=True)
class Part:
    """The worst or newest tickets of one part, of ``total``.

    ``of`` are the values that its tickets have, as texts.
    """

    of: tuple[str, ...]
    total: int
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of a picture whose tickets are named, in its order.

    ``missed`` says whether only those that missed are meant, ``having`` what all of
    them have.
    """

    missed: bool
    having: Mapping[str, str]
    start: date
    end: date
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which tickets of which parts are asked for, the first part first.

    ``having`` are values that all of them have; an agent is chosen by code.
    """

    key: Key
    start: date
    end: date
    chosen: tuple[tuple[str, ...], ...]
    missed: bool = False
    having: Mapping[str, str] = field(default_factory=dict)


def parts(helpdesk: Helpdesk, kept: Facts, card: Scorecard) -> dict[Key, Parts]:
    """Name the tickets behind the parts that are worst, in one query.

    Parameters
    ----------
    helpdesk, kept
        As :func:`kpi_kit.behind.behind`.
    card
        Where each KPI stands, with its slices and what stands beside.

    Returns
    -------
    dict of Parts
        Of the hours those that miss the target of a first response, of issue types the
        tickets not solved at the first contact, of root causes and ages all, of agents
        those whose gap is drawn.  A part without such a ticket is left out.
    """
    asked = [one for one in _asked(card) if one.chosen]
    rows = [_first(kept.tickets, one, card, place) for place, one in enumerate(asked)]
    told = read(helpdesk, rows) if rows else []
    made = {
        one.key: _parts([row for row in told if row["picture"] == place], one, card)
        for place, one in enumerate(asked)
    }
    return {key: each for key, each in made.items() if each.parts}


def _asked(card: Scorecard) -> Iterator[Asked]:
    for key in HOURS:
        frame = card.slices.get(key)
        if frame is not None and len(frame):
            yield _of_frame(key, frame, _late(frame, card[key[0]]))
    frame = card.slices.get(TYPES)
    if frame is not None and len(frame) and card.every == "week":
        lowest = frame[frame["value"].notna()].sort_values("value", kind="stable")
        yield _of_frame(TYPES, lowest, lowest, missed=True)
    yield from _beside(card)


def _beside(card: Scorecard) -> Iterator[Asked]:
    found, days = card.beside, {"start": card.start, "end": card.end}
    if found is None:
        return
    if found.causes is not None:
        names = tuple((cause.name,) for cause in found.causes.causes[:SHOWN])
        of = {"start": found.causes.start, "end": found.causes.end}
        yield Asked(key=CAUSES, chosen=names, **of)
    if found.ages is not None:
        places = tuple((str(n),) for n, (_, n_) in enumerate(found.ages.counts) if n_)
        yield Asked(key=AGES, chosen=places, **days)
    if found.gaps and found.gaps[0].is_flagged:
        gap = found.gaps[0]
        slowest = gap.frame.sort_values("value", ascending=False, kind="stable")
        slowest = slowest.assign(agent_id=slowest["agent"])
        alike = {"issue_type": gap.issue_type, "team": gap.team}
        yield _of_frame(AGENTS, slowest, slowest, having=alike)


def _of_frame(key: Key, frame: pd.DataFrame, worst: pd.DataFrame, **more: Any) -> Asked:
    chosen = worst[list(key[1:])].head(MOST).astype(str)
    return Asked(
        key=key,
        start=frame["period_start"].iloc[0],
        end=frame["period_end"].iloc[0],
        chosen=tuple(chosen.itertuples(index=False, name=None)),
        **more,
    )


def _late(frame: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    """Return the hours that miss the target, the longest first; without one all."""
    rows = frame[(frame["n"] >= CELL_AT_LEAST) & frame["value"].notna()]
    if standing.target is not None:
        rows = rows[rows["value"] > bound_of(standing.target)]
    return rows.sort_values("value", ascending=False, kind="stable")


def _first(rows: ir.Table, one: Asked, card: Scorecard, place: int) -> ir.Table:
    metric, *by = one.key
    each = counted(metric, card.contract, missed=one.missed)
    if each.card.kind != "stock":
        day = rows[each.day]
        rows = rows.filter((day >= one.start) & (day < one.end))
    rows = each.among(rows)
    texts = [_text(rows, name) for name in by]
    # Two numbers have two dimensions at most; a union needs as many of each.
    both = dict(zip(("first", "second"), [*texts, ibis.literal("")], strict=False))
    rows = rows.mutate(**both)
    rows = rows.filter(_is_meant(rows, one))
    return first_of(rows, each, FEW, tuple(both), picture=ibis.literal(place))


def _is_meant(rows: ir.Table, one: Asked) -> ir.BooleanValue:
    if one.having:  # the engine knows no code of an agent: all who had such tickets
        return ibis.and_(*(_text(rows, n) == text for n, text in one.having.items()))
    named = rows["first"].concat(SEPARATOR, rows["second"])
    return named.isin([SEPARATOR.join([*of, ""][:2]) for of in one.chosen])


def _text(rows: ir.Table, name: str) -> ir.StringValue:
    column = MADE[name](rows) if name in MADE else rows[name]
    return column.cast("string").fill_null(NONE)


def _parts(rows: list[Mapping[str, Any]], one: Asked, card: Scorecard) -> Parts:
    places = {of: place for place, of in enumerate(one.chosen)}
    wide = len(one.key) - 1

    def of(row: Mapping[str, Any]) -> tuple[str, ...]:
        first = code_of(row["first"]) if one.key == AGENTS else row["first"]
        return (first, row["second"])[:wide]

    known = [row for row in rows if of(row) in places]
    ordered = sorted(known, key=lambda row: (places[of(row)], row["place"]))
    return Parts(
        missed=one.missed,
        having=one.having,
        start=one.start,
        end=one.end,
        parts=tuple(_part(key, [*own], card) for key, own in groupby(ordered, of)),
    )


def _part(of: tuple[str, ...], rows: list[Mapping[str, Any]], card: Scorecard) -> Part:
    tickets = tuple(ticket(row, card.contract) for row in rows)
    return Part(of=of, total=rows[0]["total"], tickets=tickets)
