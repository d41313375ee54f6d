"""Open a review: read a helpdesk and say where its KPIs stand."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kpi_kit import catalog, charts
from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.annotations import annotations
from kpi_kit.contract import read_contract
from kpi_kit.coverage import coverage
from kpi_kit.errors import ParameterError, TableError, UnknownNameError, nearest
from kpi_kit.files import found
from kpi_kit.periods import DAY, last_known_day, midnight
from kpi_kit.rejected import leave_rejected
from kpi_kit.review import Review
from kpi_kit.rules import findings, in_order
from kpi_kit.sources import open_helpdesk
from kpi_kit.standings import standings
from kpi_kit.strangers import held_to
from kpi_kit.unexplained import unexplained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kpi_kit.contract import Contract
    from kpi_kit.rules import Finding
    from kpi_kit.standing import Scorecard
    from kpi_kit.tables import Helpdesk

EVERY = ("quarter", "week", "day")
# How many tickets a report names: it is read on one screen.
NAMED = {"quarter": 5, "week": 5, "day": 10}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave reference cycles where they are for a while.

    Ibis builds millions of small objects for one report.  Looking for cycles among
    them, again and again, took a fifth of the time and found next to nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_uncollected()
def open_review(  # noqa: PLR0913, PLR0917 - one for each parameter of a notebook
    source: str,
    location: str,
    mapping: str = "",
    contract: str = "",
    as_of: str = "",
    days: int = 90,
    *,
    every: str = "week",
    kpis: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
    engine: str = "duckdb",
) -> Review:
    """Read a helpdesk and say where its KPIs stand.

    Parameters
    ----------
    source
        How the data is read: a module of ``kpi_kit.sources``.
    location
        What it opens: a folder, a file, a database.
    mapping
        Folder of SQL files for ``source="sql"``; empty for none.
    contract
        The vendor contract; empty for none.
    as_of
        Last day of the review, ``YYYY-MM-DD``; everything up to its end is known.
    days
        Length of the review; of a quarterly one only where the contract names no
        go-live, with which it begins.
    every
        What is judged: the last calendar ``quarter`` that is over, the last ``week``
        from Monday to Sunday, or the last ``day``.
    kpis
        Names of the KPIs, in report order; empty for all of the catalog.
    options
        How the source is to be read.
    engine
        Where the numbers are computed.

    Raises
    ------
    ParameterError, TableError, UnknownNameError
        One line that says where, what is wrong and what to do.
    """
    charts.use_report_renderer()
    # A name that is no metric is told before the data is read.
    names = tuple(catalog.named(name).name for name in kpis or catalog.METRICS)
    terms = _terms(contract)
    last = last_known_day(_day(as_of), terms.time_zone)
    if days < 1:
        raise ParameterError(f"days: {days} is no length. Give at least 1.")
    if every not in EVERY:
        raise UnknownNameError(f"every: no period {every!r}. {nearest(every, EVERY)}")
    helpdesk = open_helpdesk(
        source,
        str(found(location) or location),
        mapping=str(found(mapping) or mapping) if mapping else None,
        options=dict(options or {}),
        engine=engine,
        as_of=last,
        limited=False,
        wanted=catalog.tables_of(names),
    )
    leave_rejected(helpdesk)
    if helpdesk.excess:
        raise TableError(helpdesk.excess[0])
    helpdesk = held_to(helpdesk, terms)
    start = last + DAY - timedelta(days=days)
    return _review(helpdesk, terms, names, start=start, as_of=last, every=every)


def _review(  # noqa: PLR0913 - what open_review has read
    helpdesk: Helpdesk,
    contract: Contract,
    names: tuple[str, ...],
    *,
    start: date,
    as_of: date,
    every: str,
) -> Review:
    card = standings(
        helpdesk,
        contract,
        start=start,
        as_of=as_of,
        every=every,
        metrics=names,
        most=NAMED[every],
    )
    since = card.engagement.since if card.engagement else start
    until = midnight(as_of + DAY, contract.time_zone)
    return Review(
        card=card,
        found=_found(card),
        helpdesk=helpdesk,
        marks=annotations(helpdesk, contract, since, as_of + DAY),
        covered=coverage(helpdesk, until, card.gone),
    )


def _found(card: Scorecard) -> tuple[Finding, ...]:
    """Return the findings of the rules, and the missed lines that none explains."""
    patterns = findings(card)
    return tuple(in_order([*patterns, *unexplained(card, patterns)]))


def _terms(contract: str) -> Contract:
    path = found(contract) or Path(contract) if contract else None
    return read_contract(path, known_metrics=catalog.measures())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"as_of: {text!r} is no day"
        raise ParameterError(f"{message}. Write it as 2026-11-15.") from None
