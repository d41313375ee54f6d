"""The oracle's business time is the published one, and a minute counter's."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle import OracleSchedule, open_seconds
from tests.oracle_time import local, midnight
from tests.strategies import NIGHTS, OFFICE, WEEKENDS

TRUST = Path(__file__).resolve().parents[2] / "shared" / "trust"
DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
DAY = 86_400


def published(name):
    """Return the rows of a published table, or skip the test."""
    path = TRUST / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_schedule(text):
    """Return a published schedule; a break cuts the shifts of its day."""
    declared = json.loads(text)

    def seconds(clock):
        hours, minutes = clock.split(":")
        return int(hours) * 3600 + int(minutes) * 60

    def shifts(hours):
        # An end before its start is on the next day.
        pairs = [(seconds(a), seconds(b)) for a, b in hours]
        return tuple((a, b if b > a else b + DAY) for a, b in pairs)

    week_ = {DAYS[day]: shifts(hours) for day, hours in declared["hours"].items()}
    overrides = {
        date.fromisoformat(day): shifts(hours)
        for day, hours in declared.get("shifts", {}).items()
    }
    for text_, pauses in declared.get("breaks", {}).items():
        day = date.fromisoformat(text_)
        shifts_ = overrides.get(day, week_.get(day.isoweekday(), ()))
        overrides[day] = cut(shifts_, shifts(pauses))
    holidays = frozenset(map(date.fromisoformat, declared.get("holidays", [])))
    return OracleSchedule(
        name="published",
        time_zone=declared["tz"],
        week=week_,
        holidays=holidays,
        overrides=overrides,
    )


def cut(shifts, pauses):
    """Return shifts without their pauses."""
    for begin, end in pauses:
        pieces = [
            piece for a, b in shifts for piece in ((a, min(b, begin)), (max(a, end), b))
        ]
        shifts = tuple(sorted({(a, b) for a, b in pieces if a < b}))
    return shifts


def test_business_hours_are_the_published_ones():
    """Every published case whose end is not before its start, to the second."""
    wrong = []
    for row in published("business_hours_cases.csv"):
        start, end = (
            int(datetime.fromisoformat(row[key]).timestamp())
            for key in ("start", "end")
        )
        counted = open_seconds(read_schedule(row["schedule"]), start, end)
        if start <= end and counted != int(row["expected_seconds"]):
            wrong.append((row["id"], counted, row["expected_seconds"]))

    assert [] == wrong


@settings(deadline=None, max_examples=50)
@given(
    schedule=st.sampled_from((OFFICE, NIGHTS, WEEKENDS)),
    start=st.integers(0, 8 * 24 * 60),
    minutes=st.integers(0, 3 * 24 * 60),
)
def test_business_time_agrees_with_a_minute_counter(schedule, start, minutes):
    """Asking each minute's wall clock counts what the intervals count."""
    first = midnight(date(2026, 3, 5), "UTC") + start * 60

    def is_open(at):
        wall = local(at, schedule.time_zone).replace(tzinfo=None)
        for back in (0, 1):
            day = date.fromordinal(wall.toordinal() - back)
            since = wall - datetime.combine(day, datetime.min.time())
            hours = schedule.overrides.get(day, schedule.week.get(day.isoweekday(), ()))
            if day not in schedule.holidays and any(
                a <= since.total_seconds() < b for a, b in hours
            ):
                return True
        return False

    counted = sum(is_open(first + 60 * n) for n in range(minutes))
    assert 60 * counted == open_seconds(schedule, first, first + 60 * minutes)
