"""Frames as the scorecard gives them, and cards, for the tests of the charts.

No two numbers are alike, so that a value drawn in the wrong place shows.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from kpi_kit.catalog import Benchmark, Card

NAN = float("nan")
FIRST = date(2026, 8, 17)  # a Monday


def periods(rows, *, days=7, first=FIRST):
    """Return a frame of one row per period from (value, low, high, n, status)."""
    frame = pd.DataFrame(rows, columns=["value", "low", "high", "n", "status"])
    starts = [first + timedelta(days=days * n) for n in range(len(rows))]
    ends = [start + timedelta(days=days) for start in starts]
    return frame.assign(period_start=starts, period_end=ends, note="")


def counts(values, *, days=1, first=FIRST):
    """Return a frame of one row per period of counts, which have no interval."""
    return periods([(v, NAN, NAN, v, "ok") for v in values], days=days, first=first)


def sliced(names, rows):
    """Return a frame of one row per slice of one week."""
    frame = pd.DataFrame(rows, columns=[*names, "value", "low", "high", "n", "status"])
    last = FIRST + timedelta(days=7)
    return frame.assign(period_start=FIRST, period_end=last, note="")


def a_card(unit="minutes", better="lower", kind="duration"):
    """Return a card with the fields that a chart reads."""
    return Card(
        name="first_response_time",
        label="First response time",
        kind=kind,
        unit=unit,
        better=better,
        dated_by="created_at",
        definition="",
        formula="",
        needs=(),
        source="",
        measure="first_response",
    )


def a_band(low, high, source="HDI 2024 Support Center Practices, as cited"):
    """Return a cited band."""
    return Benchmark(
        segment="all", source=source, verdict="healthy", low=low, high=high
    )


SHARE = a_card("share", "higher", "share")
COUNT = a_card("count", "neither", "count")
STOCK = a_card("count", "lower", "stock")

WEEKLY = periods(
    [
        (212.0, 190.0, 231.0, 118, "ok"),
        (224.0, 201.0, 240.0, 124, "ok"),
        (181.0, 95.0, 305.0, 12, "too_few"),
        (238.0, 217.0, 259.0, 131, "ok"),
        (NAN, NAN, NAN, 0, "too_few"),
        (258.0, 246.0, 271.0, 140, "ok"),
        (263.0, 244.0, 290.0, 90, "provisional"),
    ]
)
DAILY = counts([435, 440, 485, 505, 514, 523, 548, 580, 612])
SLICES = sliced(
    ["issue_type"],
    [
        ("payment", 0.569, 0.453, 0.677, 72, "ok"),
        ("order_status", 0.72, 0.667, 0.767, 318, "ok"),
        ("gift_cards", 0.9, 0.6, 0.98, 12, "too_few"),
        ("login", 0.401, 0.343, 0.461, 262, "ok"),
    ],
)
CELLS = sliced(
    ["created_weekday", "created_hour"],
    [
        (1, 9, 456.0, 400.0, 500.0, 80, "ok"),
        (1, 11, 240.0, 222.0, 251.0, 60, "ok"),
        (3, 9, 156.0, 141.0, 170.0, 40, "ok"),
        (3, 10, 333.0, 20.0, 900.0, 9, "too_few"),
    ],
)


def data_of(spec, column):
    """Return the rows of the first data set of a specification with this column."""
    found = spec["datasets"].values()
    return next(rows for rows in found if rows and column in rows[0])


def texts_of(spec):
    """Return all that a specification writes inside its picture."""
    return [
        row["text"]
        for rows in spec["datasets"].values()
        for row in rows
        if "text" in row
    ]
