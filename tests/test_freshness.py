"""How far the data goes, and which days are missing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd

from kpi_kit.contract import Contract
from kpi_kit.freshness import freshness
from tests.canonical import helpdesk
from tests.cards import DAY, MONDAY, SUNDAY, by_day

FRIDAY = SUNDAY - 2 * DAY
LONG_AGO = date(2026, 1, 1)


def at(day, hour):
    """Return an instant in UTC."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


def fresh(engine, values, *more, last=FRIDAY, first=LONG_AGO, start=MONDAY):
    """Return how far a helpdesk goes whose last ticket came at 18.

    ``values`` are the daily volumes up to Sunday 15 November.
    """
    tickets = [{"ticket_id": "1", "created_at": at(last, 18)}, *more]
    desk = helpdesk(engine, {"tickets": tickets})
    days = {"first": first, "start": start, "judged": start, "as_of": SUNDAY}
    return freshness(desk, Contract(), came(values), **days)


def came(values):
    """Return the daily volumes as they came: all at 18, over no channel."""
    days = by_day(values)["period_start"]
    known = [(day, 18, None, n) for day, n in zip(days, values, strict=True) if n]
    columns = ("created_on", "created_hour", "channel", "count")
    return pd.DataFrame(known, columns=columns)


def test_days_that_always_had_tickets_are_missed(engine):
    """Eight Saturdays and Sundays had some; these two have none."""
    found = fresh(engine, [9] * 56 + [9] * 5 + [0, 0])

    assert datetime(2026, 11, 13, 18, tzinfo=UTC) == found.last
    assert (FRIDAY + DAY, SUNDAY) == tuple(found.missing)


def test_a_quiet_weekend_among_quiet_weekends_is_not(engine):
    """No weekend ever had a ticket; with three each on average it is missed."""
    quiet, few = ([*([9] * 5 + [n, n]) * 8, *[9] * 5, 0, 0] for n in (0, 4))

    assert {} == fresh(engine, quiet).missing
    assert (FRIDAY + DAY, SUNDAY) == tuple(fresh(engine, few).missing)


def test_days_of_few_tickets_add_up(engine):
    """Two a day: four silent days lack eight tickets, three lack six."""
    four, three = (
        fresh(engine, [*[2] * 59, *[0] * n], last=SUNDAY - n * DAY) for n in (4, 3)
    )
    assert 4 == len(four.missing)
    assert {} == three.missing


def test_a_silence_between_two_tickets_is_a_hole(engine):
    """Wednesday and Thursday had none of their nine; the data goes on to Sunday."""
    values = [9] * 59 + [0, 0, 9, 9]
    hole = fresh(engine, values, last=SUNDAY).missing
    told = "data incomplete, no tickets from 2026-11-12 to 2026-11-13"

    assert dict.fromkeys((FRIDAY - DAY, FRIDAY), told) == hole


def test_lost_weeks_do_not_become_usual(engine):
    """Nine days without a ticket are all missed, the second weekend like the first."""
    found = fresh(engine, [9] * 63 + [9] * 5 + [0] * 9, last=SUNDAY - 9 * DAY)

    assert 9 == len(found.missing)


def test_a_silence_longer_than_what_is_usual_is_missed_too(engine):
    """Of 60 silent days each is missed, although the eight weeks before are all 0."""
    found = fresh(engine, [0] * 60, last=SUNDAY - 60 * DAY)

    assert 60 == len(found.missing)


def test_of_few_weeks_many_tickets_tell(engine):
    """One week of 4 a day is enough to miss two days; one of 3 a day may be chance."""
    began = SUNDAY - 9 * DAY
    known = [0] * 60

    many, few = (
        fresh(engine, [*known, *[each] * 8, 0, 0], first=began, last=FRIDAY)
        for each in (4, 3)
    )
    assert (SUNDAY - DAY, SUNDAY) == tuple(many.missing)
    assert {} == few.missing


def test_days_before_the_first_ticket_are_missing(engine):
    """The source begins on Wednesday: two days of the week are not known."""
    found = fresh(engine, [9] * 5, first=MONDAY + 2 * DAY, last=SUNDAY)

    assert (MONDAY, MONDAY + DAY) == tuple(found.missing)
    assert "data begins 2026-11-11" == found.lack(MONDAY, MONDAY + DAY)
    assert "" == found.lack(MONDAY + 2 * DAY, SUNDAY + DAY)


def test_without_a_ticket_every_day_is_missing(engine):
    """The first ticket comes after the last day: nothing is known."""
    tickets = [{"ticket_id": "1", "created_at": at(SUNDAY + DAY, 9)}]
    days = {"first": SUNDAY + DAY, "start": FRIDAY, "as_of": SUNDAY}
    days |= {"judged": FRIDAY}
    desk = helpdesk(engine, {"tickets": tickets})
    found = freshness(desk, Contract(), came([0] * 7), **days)

    assert found.last is None
    assert (FRIDAY, FRIDAY + DAY, SUNDAY) == tuple(found.missing)


def test_whatever_happens_counts(engine):
    """A status change on Sunday: the source was there, and its tickets were not."""
    tickets = [{"ticket_id": "1", "created_at": at(FRIDAY, 18)}]
    change = {"ticket_id": "1", "field": "status", "new_value": "solved"}
    events = [{"event_id": "e", "occurred_at": at(SUNDAY, 9), **change}]
    desk = helpdesk(engine, {"tickets": tickets, "events": events})
    days = {"first": LONG_AGO, "start": MONDAY, "as_of": SUNDAY}
    days |= {"judged": MONDAY}

    found = freshness(desk, Contract(), came([9] * 61 + [0, 0]), **days)
    why = "data incomplete, no tickets from 2026-11-14 to 2026-11-15"

    assert datetime(2026, 11, 15, 9, tzinfo=UTC) == found.last
    assert dict.fromkeys((FRIDAY + DAY, SUNDAY), why) == found.missing
    few = freshness(desk, Contract(), came([3] * 61 + [0, 0]), **days)
    assert {} == few.missing


def test_an_annotation_explains_a_silent_channel(engine):
    """It names the channel and that it ends; a release of that day would not."""
    frame = came([9] * 63)
    phone = frame.assign(channel="phone", count=2)
    phone = phone[phone["created_on"] <= SUNDAY - 14 * DAY]
    both = pd.concat([frame, phone], ignore_index=True)
    days = {"first": LONG_AGO, "start": SUNDAY - 62 * DAY, "judged": SUNDAY}
    tickets = [{"ticket_id": "1", "created_at": at(SUNDAY, 18)}]
    end = {"date": SUNDAY - 14 * DAY, "label": "The phone line is closed"}
    found = {}
    for kind in ("", "release", "other"):
        tables = {"annotations": [{**end, "kind": kind}]} if kind else {}
        desk = helpdesk(engine, {"tickets": tickets, **tables})
        made = freshness(desk, Contract(), both, as_of=SUNDAY, **days)
        found[kind] = set(made.missing.values())

    since = SUNDAY - 13 * DAY
    why = f"data incomplete, no phone since {since}, usually 14 a week"
    assert {"": {why}, "release": {why}, "other": set()} == found


def test_what_comes_later_is_not_known(engine):
    """A ticket of the Monday after says nothing about the Sunday."""
    later = {"ticket_id": "2", "created_at": at(SUNDAY + DAY, 9)}

    found = fresh(engine, [9] * 61 + [0, 0], later)

    assert (FRIDAY + DAY, SUNDAY) == tuple(found.missing)
