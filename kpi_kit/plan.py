"""What one report asks: which periods, which days, which slices, which baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kpi_kit.asked import given, question
from kpi_kit.catalog import named
from kpi_kit.costs import KINDS
from kpi_kit.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpi_kit.answers import Question
    from kpi_kit.contract import Contract
    from kpi_kit.tables import Helpdesk

    Key = str | tuple[str, ...]
    Asked = tuple[Key, dict[str, Any]]

DAY, WEEK = timedelta(days=1), timedelta(days=7)
BASELINE = timedelta(days=30)
# A weekday's expectation looks eight weeks back, and a growth over three days with it.
USUAL = 8 * WEEK + 4 * DAY
HOURS = 4 * WEEK
# A cohort that takes a week to mature is the one before, or two before.
MATURING = 2 * WEEK
# Costs are known by the month: so many are looked back on.
MONTHS = 8
COUNTED_DAILY = ("ticket_volume", "backlog")
# The slices that explain a KPI: by hour over four weeks, by issue type per period.  A
# day has too few tickets for the others.
SLICES = {
    "day": (("ticket_volume", "issue_type"),),
    "week": (
        ("first_response_time", "created_weekday", "created_hour"),
        ("first_response_time", "created_hour"),
        ("first_contact_resolution", "issue_type"),
        ("escalation_rate", "issue_type"),
        ("escalation_to_client_rate", "issue_type"),
        ("ticket_volume", "issue_type"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The days of a report and the names of its KPIs, in report order.

    ``start`` is the first day of the review and ``as_of`` the last; ``every`` is the
    length of a period, ``week`` or ``day``.
    """

    names: tuple[str, ...]
    start: date
    as_of: date
    every: str

    @property
    def judged(self) -> Period:
        """Return the period the report is about.

        That is the day itself, or the last week from Monday to Sunday that is over.
        """
        after = self.as_of + DAY
        if self.every == "day":
            return Period(start=self.as_of, end=after)
        monday = after - timedelta(days=after.weekday())
        return Period(start=monday - WEEK, end=monday)

    @property
    def paid(self) -> tuple[str, ...]:
        """Return the names of the KPIs that are known by the month, if at all."""
        return tuple(name for name in self.names if named(name).kind in KINDS)

    @property
    def timely(self) -> tuple[str, ...]:
        """Return the names of all others."""
        return tuple(name for name in self.names if name not in self.paid)

    @property
    def first(self) -> date:
        """Return the first day of the first period: of a week its Monday."""
        if self.every == "day":
            return self.start
        monday = self.start - timedelta(days=self.start.weekday())
        return min(monday, self.judged.start - MATURING)

    @property
    def back(self) -> date:
        """Return the first day that a day of the review is held against."""
        return min(self.first, self.as_of + DAY - USUAL)


def questions(
    plan: Plan, helpdesk: Helpdesk, contract: Contract
) -> dict[Key, Question]:
    """Return everything that is asked, by what it is: one round over the same facts."""
    parts = (_periods(plan), _baseline(plan, contract))
    asked = [part for found in parts for part in found]
    asked += _slices(plan, helpdesk, contract)
    return {
        key: question(helpdesk, contract, as_of=plan.as_of, **what)
        for key, what in asked
    }


def _periods(plan: Plan) -> Iterator[Asked]:
    judged, names = plan.judged, plan.timely
    start = plan.back if plan.every == "day" else plan.first
    yield "series", _asked(start, judged.end, plan.every, names)
    counted = [name for name in COUNTED_DAILY if name in names]
    if counted and plan.every != "day":
        yield "daily", _asked(plan.back, plan.as_of + DAY, "day", counted)
    if plan.paid:
        over = judged.end.replace(day=1)
        yield "months", _asked(_months_before(over, MONTHS), over, "month", plan.paid)


def _baseline(plan: Plan, contract: Contract) -> Iterator[Asked]:
    live = contract.go_live
    if live is not None and live <= plan.judged.start:
        yield "baseline", _asked(live - BASELINE, live, None, plan.timely)
        if plan.paid:
            over = live.replace(day=1)
            own = _asked(_months_before(over, 1), over, "month", plan.paid)
            yield "baseline months", own


def _months_before(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 - count
    return date(month // 12, month % 12 + 1, 1)


def _slices(plan: Plan, helpdesk: Helpdesk, contract: Contract) -> Iterator[Asked]:
    known, judged = given(helpdesk, contract), plan.judged
    since = {"ticket_volume": plan.back if plan.every == "day" else plan.first}
    live = contract.go_live
    hours = judged.end - HOURS
    # What was so in-house is no pattern of the vendor's.
    hours = max(hours, live) if live and live < judged.end else hours
    for metric, *by in SLICES[plan.every]:
        if metric not in plan.names or named(metric).missing(known):
            continue
        if by[-1] == "created_hour":
            what = _asked(hours, judged.end, None, [metric])
        elif f"tickets.{by[0]}" in known:
            start = since.get(metric, judged.start - MATURING)
            what = _asked(start, judged.end, plan.every, [metric])
        else:
            continue
        yield (metric, *by), what | {"by": by}


def _asked(
    start: date, end: date, every: str | None, metrics: tuple[str, ...] | list[str]
) -> dict[str, Any]:
    return {"start": start, "end": end, "every": every, "metrics": metrics}
