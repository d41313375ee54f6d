"""Small helpdesks of plain days: so many tickets a day, all treated alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.canonical import helpdesk

MINUTE, HOUR = 60, 3600
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# A Monday; the weeks after it are judged.
MONDAY = date(2026, 3, 2)


def at(day, hour=10, minute=0):
    """Return an instant of a day in UTC."""
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    return int(wall.timestamp())


def ticket(number, created_at, *, reply=None, solved=None, **given):
    """Return a ticket answered and solved so many minutes after its creation."""
    made = {"ticket_id": f"t{number:05}", "created_at": created_at, **given}
    made["first_reply_at"] = None if reply is None else created_at + reply * MINUTE
    made["solved_at"] = None if solved is None else created_at + solved * MINUTE
    return made | {"reopened_at": given.get("reopened_at")}


def days(start, count, a_day, **treated):
    """Return ``a_day`` tickets on each of ``count`` days, a minute apart, all alike."""
    return [
        {"created_at": at(start + place * DAY, minute=number), **treated}
        for place in range(count)
        for number in range(a_day)
    ]


def tickets(*groups):
    """Return the groups as one table of tickets."""
    made = [one for group in groups for one in group]
    return [ticket(number, **given) for number, given in enumerate(made)]


def desk(engine, *groups, **tables):
    """Return a helpdesk of these tickets."""
    return helpdesk(engine, {"tickets": tickets(*groups), **tables})
