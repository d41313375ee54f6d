"""What the vendor reports of itself: each number true by a kind definition."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_kit.periods import midnight
from kpi_kit.sources.demo import story
from kpi_kit.sources.demo.clockwork import END, HOUR
from kpi_kit.sources.demo.journal import AGENT
from kpi_kit.sources.demo.ratings import CSAT
from kpi_kit.sources.demo.tickets import BY_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kpi_kit.sources.demo.past import Past
    from kpi_kit.sources.demo.ratings import Asked

_WEEKS = [story.GO_LIVE + timedelta(weeks=n) for n in range(36)]
_MONTHS = [date(2026, month, 1) for month in range(4, 12)]
_SPANS = [*pairwise(_WEEKS), *pairwise(_MONTHS)]
_MINUTE, _DAY = 60, 24 * HOUR
_SCHEMA = pa.schema(
    {
        "period_start": pa.date32(),
        "period_end": pa.date32(),
        "metric": pa.string(),
        "value": pa.float64(),
        "unit": pa.string(),
        "sample_size": pa.int64(),
        "definition": pa.string(),
    }
)


class _Claim(NamedTuple):
    """One number per row behind a claim, when it counts, and what is made of them."""

    metric: str
    unit: str
    definition: str
    at: np.ndarray
    of: np.ndarray
    made: Callable[[np.ndarray], float]


def vendor_reports(past: Past, rated: Asked) -> pa.Table:
    """Write a report for each week since the vendor went live, and each whole month."""
    claims = [*_of_tickets(past), *_of_solves(past), _of_ratings(past, rated)]
    bounds = [midnight(day, story.ZONE) for day in (*_WEEKS, *_MONTHS)]
    instants = dict(zip((*_WEEKS, *_MONTHS), bounds, strict=True))
    rows = []
    for start, end in _SPANS:
        for claim in claims:
            within = (claim.at >= instants[start]) & (claim.at < instants[end])
            if size := int(within.sum()):
                value = round(float(claim.made(claim.of[within])), 1)
                told = (start, end, claim.metric, value, claim.unit, size)
                rows.append((*told, claim.definition))
    made = [dict(zip(_SCHEMA.names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(made, schema=_SCHEMA)


def _percent(of: np.ndarray) -> float:
    return 100 * of.mean()


def _of_tickets(past: Past) -> Iterator[_Claim]:
    tickets, said = past.tickets, past.said
    known = past.known.select(["status", "merged_into"])
    is_gone = pc.or_(pc.equal(known[0], "deleted"), pc.is_valid(known[1]))
    counts = tickets.is_vendors & ~is_gone.to_numpy()
    at = tickets.at[counts]
    definition = "Tickets opened, without deleted and merged ones"
    yield _Claim("ticket_volume", "tickets", definition, at, at, np.size)
    named = np.flatnonzero((said.role == AGENT) & said.is_public)[::-1]
    first = np.full(tickets.count, END)
    first[said.ticket[named]] = said.at[named]
    asked = np.flatnonzero(counts & (tickets.opener != BY_AGENT) & (first < END))
    opened = tickets.at[asked]
    waited = past.clock.open_seconds(opened, first[asked], tickets.schedule[asked])
    definition = (
        "Median minutes of opening hours to the first message in an agent's name"
    )
    minutes = waited / _MINUTE
    yield _Claim(
        "first_response_time", "minutes", definition, opened, minutes, np.median
    )


def _of_solves(past: Past) -> Iterator[_Claim]:
    tickets, solves = past.tickets, past.solves
    first = np.flatnonzero((solves.number == 0) & tickets.is_vendors[solves.ticket])
    at, open_again = solves.at[first], (solves.until - solves.at)[first]
    hours = (at - tickets.at[solves.ticket[first]]) / HOUR
    definition = "Median hours from the creation to the first solve"
    yield _Claim("resolution_time", "hours", definition, at, hours, np.median)
    definition = "Solved tickets that were not reopened within 24 hours"
    once = open_again > _DAY
    yield _Claim("first_contact_resolution", "%", definition, at, once, _percent)
    definition = "Solved tickets that were reopened within 12 hours"
    again = (open_again <= _DAY // 2) & (solves.until[first] < END)
    yield _Claim("reopen_rate", "%", definition, at, again, _percent)


def _of_ratings(past: Past, rated: Asked) -> _Claim:
    ticket = past.solves.ticket[rated.solve]
    given = (
        (rated.kind == CSAT) & (rated.answered < END) & past.tickets.is_vendors[ticket]
    )
    fine = rated.score >= np.where(rated.is_thumbs, 1, 3)
    definition = "Ratings of 3, 4 and 5 of 5, and thumbs up"
    at = rated.answered[given]
    return _Claim("csat", "%", definition, at, fine[given], _percent)
