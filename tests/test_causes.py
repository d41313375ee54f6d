"""Root causes of four weeks, and the ages of what is open."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from kpi_kit.ages import ages
from kpi_kit.causes import Cause, causes, month_to
from kpi_kit.contract import Contract
from kpi_kit.facts import Facts

END = date(2026, 11, 16)
FIRST = END - timedelta(weeks=4)


def kept(engine, rows):
    """Return facts with these rows."""
    table = engine.table("facts", pd.DataFrame(rows).astype(TYPES))
    return Facts(tickets=table, turns=table)


TYPES = {
    "root_cause": "string",
    "excluded_because": "string",
    "is_open": "boolean",
    "elapsed_calendar_minutes": "Float64",
}


def row(cause=None, day=FIRST, *, gone=None, minutes=None, is_open=False):
    """Return one ticket."""
    return {
        "root_cause": cause,
        "created_on": day,
        "excluded_because": gone,
        "is_open": is_open,
        "elapsed_calendar_minutes": minutes,
    }


def test_four_weeks_against_the_four_before(engine):
    """Both ends are kept, merged tickets are not, and untagged ones are counted."""
    day = timedelta(days=1)
    rows = [
        *[row("bug", FIRST)] * 3,
        row("bug", END),
        row("bug", FIRST - day),
        row("bug", FIRST, gone="merged"),
        *[row("help page", END - day)] * 2,
        row("help page", FIRST - timedelta(weeks=4)),
        row("help page", FIRST - timedelta(weeks=4) - day),
        row("parcel", FIRST - day),
        *[row(None, FIRST)] * 4,
    ]

    terms = Contract(avoidable_causes=("help page",))
    found = causes(kept(engine, rows), terms, *month_to(END))

    assert (9, 5, 2) == (found.n, found.tagged, found.avoidable)
    assert [
        Cause(name="bug", n=3, before=1, is_avoidable=False),
        Cause(name="help page", n=2, before=1, is_avoidable=True),
        Cause(name="parcel", n=0, before=1, is_avoidable=False),
    ] == [*found.causes]


def test_no_cause_is_called_avoidable_by_itself(engine):
    """Where the contract names none, nobody knows the avoidable share."""
    found = causes(kept(engine, [row("bug")]), Contract(), *month_to(END))

    assert found.avoidable is None
    assert found.causes[0].is_avoidable is None


def test_open_tickets_by_age(engine):
    """An age ends where the next begins; solved and merged tickets have none."""
    minutes = (0, 1439, 1440, 3 * 1440 - 1, 3 * 1440, 30 * 1440, 41 * 1440.5)
    rows = [row(minutes=m, is_open=True) for m in minutes]
    rows += [row(minutes=5.0), row(minutes=7.0, is_open=True, gone="deleted")]

    found = ages(kept(engine, rows))

    assert (2, 2, 1, 0, 0, 2) == tuple(count for _, count in found.counts)
    assert (7, 41 * 1440.5) == (found.n, found.oldest)


def test_nothing_open(engine):
    """Every age has none, and there is no oldest."""
    found = ages(kept(engine, [row(minutes=5.0)]))

    assert (0, None) == (found.n, found.oldest)
