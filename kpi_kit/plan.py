"""What one report asks: which periods, which days, which slices, which baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kpi_kit.asked import given, question
from kpi_kit.catalog import named
from kpi_kit.costs import KINDS
from kpi_kit.dimensions import MADE
from kpi_kit.expectation import WEEKS
from kpi_kit.periods import Period, months_after, quarter_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

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
# What an hour of the week brings, week by week.
BUSY = ("ticket_volume", "created_weekday", "created_hour")
# The slices that explain a KPI: by hour over four weeks, by issue type per period.  A
# day has too few tickets for the others.
SLICES = {
    "day": (("ticket_volume", "issue_type"),),
    "week": (
        ("first_response_time", "created_weekday", "created_hour"),
        ("first_response_time", "created_hour"),
        ("first_response_time", "channel", "created_hour"),
        ("first_contact_resolution", "issue_type"),
        ("escalation_rate", "issue_type"),
        ("escalation_to_client_rate", "issue_type"),
        ("ticket_volume", "issue_type"),
        BUSY,
        ("utilization", "team"),
    ),
    "quarter": (
        ("first_contact_resolution", "issue_type"),
        ("escalation_rate", "issue_type"),
        ("escalation_to_client_rate", "issue_type"),
        ("ticket_volume", "issue_type"),
        ("nps", "customer_tenure"),
    ),
}
# What every ticket has, as it has a moment of creation.
CLOCK = ("created_weekday", "created_hour")
# By month three the vendor must be as good as the client was: these days since go-live.
MONTH_THREE = (timedelta(days=60), timedelta(days=90))
# So short an engagement is told by the week: of months it would have three at most.
SHORT = 17 * WEEK


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The days of a report and the names of its KPIs, in report order.

    ``start`` is the first day of the review and ``as_of`` the last; ``every`` is the
    length of a period, ``quarter``, ``week`` or ``day``.  ``live`` is the vendor's
    first day and ``begun`` that of the source, where they are known and not after
    ``as_of``.
    """

    names: tuple[str, ...]
    start: date
    as_of: date
    every: str
    live: date | None = None
    begun: date | None = None

    @property
    def judged(self) -> Period:
        """Return the period the report is about.

        That is the day itself, or the last week from Monday to Sunday that is over, or
        the last calendar quarter that is.  The vendor's first quarter begins with its
        first day, or that of the source, and is told while it runs.
        """
        after = self.as_of + DAY
        if self.every == "day":
            return Period(start=self.as_of, end=after)
        if self.every == "quarter":
            return self._quarter(after)
        monday = after - timedelta(days=after.weekday())
        return Period(start=monday - WEEK, end=monday)

    def _quarter(self, after: date) -> Period:
        own, since = quarter_of(months_after(after, -3)), self.since
        if since is None or since < own.start:
            return own
        end = own.end if since < own.end else min(quarter_of(since).end, after)
        return Period(start=since, end=end)

    @property
    def since(self) -> date | None:
        """Return the first day that is the vendor's, as far as the source goes."""
        known = [day for day in (self.live, self.begun) if day is not None]
        return max(known, default=None)

    @property
    def month_three(self) -> Period | None:
        """Return days 61 to 90 since go-live; None where no vendor has begun."""
        if self.live is None:
            return None
        first, end = (self.live + days for days in MONTH_THREE)
        return Period(start=first, end=end)

    @property
    def drawn_every(self) -> str:
        """Return how the KPIs are cut over the whole engagement."""
        return "week" if self.as_of + DAY - self.first < SHORT else "month"

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
        """Return the first day of the first period: of a week its Monday.

        A quarterly report begins with the engagement, where that is known.
        """
        if self.every == "quarter":
            start = min(self.start, self.judged.start)
            return self.since if self.live else max(start, self.begun or start)
        if self.every == "day":
            return self.start
        monday = self.start - timedelta(days=self.start.weekday())
        return min(monday, self.judged.start - MATURING)

    @property
    def back(self) -> date:
        """Return the first day that a day of the review is held against."""
        if self.every == "quarter":
            return self.first - BASELINE
        return min(self.first, self.as_of + DAY - USUAL)

    @property
    def alike(self) -> date:
        """Return the Monday of the eighth whole week before, or of as many as known."""
        monday = self.back + DAY * (-self.back.weekday() % 7)
        return max(monday, self.judged.start - WEEKS * WEEK)

    @property
    def looked_at(self) -> date:
        """Return the first day whose number of tickets is held against its like.

        A quarter has so many days that one of them is unlike its like by chance: only
        whether the source ends too early is looked at.
        """
        if self.every == "quarter":
            return self.as_of + DAY - MATURING
        return self.judged.start - WEEK


def questions(
    plan: Plan, helpdesk: Helpdesk, contract: Contract
) -> dict[Key, Question]:
    """Return everything that is asked, by what it is: one round over the same facts."""
    parts = [_periods(plan), _baseline(plan, contract)]
    parts += [_engagement(plan)] if plan.every == "quarter" else []
    asked = [part for found in parts for part in found]
    asked += _slices(plan, helpdesk, contract)
    return {
        key: question(helpdesk, contract, as_of=plan.as_of, **what)
        for key, what in asked
    }


def _periods(plan: Plan) -> Iterator[Asked]:
    judged, names = plan.judged, plan.timely
    start = plan.back if plan.every == "day" else plan.first
    names = plan.names if plan.every == "quarter" else names
    yield "series", _asked(start, judged.end, plan.every, names)
    counted = [name for name in COUNTED_DAILY if name in names]
    if counted and plan.every != "day":
        yield "daily", _asked(plan.back, plan.as_of + DAY, "day", counted)
    if plan.paid and plan.every != "quarter":
        over = judged.end.replace(day=1)
        yield "months", _asked(months_after(over, -MONTHS), over, "month", plan.paid)


def _engagement(plan: Plan) -> Iterator[Asked]:
    """Return what is asked of the whole engagement, and of its third month."""
    after, three = plan.as_of + DAY, plan.month_three
    yield "trend", _asked(plan.first, after, plan.drawn_every, plan.timely)
    whole = months_after(plan.first - DAY, 1), plan.judged.end.replace(day=1)
    if plan.paid and whole[0] < whole[1]:
        yield "months", _asked(*whole, "month", plan.paid)
    if three is not None and three.end <= after:
        yield "month three", _asked(three.start, three.end, None, plan.timely)


def _baseline(plan: Plan, contract: Contract) -> Iterator[Asked]:
    live = contract.go_live
    if live is not None and live <= plan.judged.start:
        yield "baseline", _asked(live - BASELINE, live, None, plan.timely)
        if plan.paid:
            over = live.replace(day=1)
            own = _asked(months_after(over, -1), over, "month", plan.paid)
            yield "baseline months", own


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
        if by[0] not in CLOCK and _needs(metric, by[0]) not in known:
            continue
        if (metric, *by) == BUSY:
            what = _asked(plan.alike, judged.end, plan.every, [metric])
        elif by[-1] == "created_hour":
            what = _asked(hours, judged.end, None, [metric])
        else:
            start = since.get(metric, judged.start - MATURING)
            start = plan.first if plan.every == "quarter" else start
            what = _asked(start, judged.end, plan.every, [metric])
        yield (metric, *by), what | {"by": by}


def _needs(metric: str, dimension: str) -> str:
    """Return what a source must give to slice by; hours go by who worked them."""
    if dimension in MADE:
        return MADE[dimension].needs
    whose = "agents" if named(metric).of == "hours" else "tickets"
    return f"{whose}.{dimension}"


def _asked(
    start: date, end: date, every: str | None, metrics: tuple[str, ...] | list[str]
) -> dict[str, Any]:
    return {"start": start, "end": end, "every": every, "metrics": metrics}
