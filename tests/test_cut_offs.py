"""Open tickets at the end of each shift, by hand and against each ticket's history."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kpi_kit.contract import Contract
from kpi_kit.cut_offs import COLUMNS, cut_offs, open_at
from kpi_kit.facts import facts
from kpi_kit.page.reasons import at_cut_offs
from kpi_kit.schedules import Schedule
from kpi_kit.shifts import Shift
from tests.canonical import helpdesk
from tests.test_sections import text

MONDAY, WEDNESDAY = date(2026, 3, 9), date(2026, 3, 11)
SHIFTS = Contract(
    shifts=(
        Shift(name="early", start=6, end=14),
        Shift(name="night", start=22, end=6),
    )
)
READ = {
    *COLUMNS,
    "ticket_id",
    "excluded_because",
    "first_solved_on",
    "is_tangled",
    "created_on",
}


def at(day, hour, minute=0):
    """Return an instant of March 2026."""
    return int(datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp())


def kept(engine, changes, contract, later=()):
    """Return the facts of tickets created on the 9th at 8:00, and of their changes.

    Those named in ``later`` are created at 15:00.
    """
    hours = {name: 15 if name in later else 8 for name in "abcd"}
    tickets = [{"ticket_id": n, "created_at": at(9, hour)} for n, hour in hours.items()]
    events = [
        {
            "event_id": f"{number}",
            "ticket_id": ticket,
            "occurred_at": when,
            "field": "status",
            "old_value": "open" if to == "solved" else "solved",
            "new_value": to,
            "actor_role": "agent",
        }
        for number, (ticket, when, to) in enumerate(changes)
    ]
    desk = helpdesk(engine, {"tickets": tickets, "events": events})
    return facts(desk, contract, as_of=at(12, 0), wanted=READ)


def test_open_at_the_end_of_shifts(engine):
    """Ticket a is solved in the second of the end, b before it, c comes back at night.

    The early shift ends at 14:00; what is done at that second is still open at it.
    The night of the 9th ends on the 10th. Ticket d stays open.
    """
    changes = [
        ("a", at(9, 14), "solved"),
        ("b", at(9, 13, 59), "solved"),
        ("c", at(9, 10), "solved"),
        ("c", at(10, 3), "open"),
        ("c", at(10, 12), "solved"),
    ]
    cuts = cut_offs(SHIFTS, MONDAY, WEDNESDAY)
    found = open_at(kept(engine, changes, SHIFTS), cuts)

    told = [(cut.day.day, cut.name, cut.n) for cut in found]
    assert [(9, "early", 2), (9, "night", 2)] == told[:2]
    assert [(10, "early", 1), (10, "night", 1)] == told[2:]
    said = text(at_cut_offs(found))
    assert said.startswith("Each shift of the week left 1 to 2 tickets open.")
    assert "Day early night Mon 9 Mar 2 2 Tue 10 Mar 1 1" in said


def test_a_ticket_counts_from_when_it_came_unless_it_is_gone(engine):
    """By a clock that is wrong, b is solved before it comes; a is deleted a day later.

    Taken at its word, b's solve would close another ticket at 14:00.
    """
    changes = [("b", at(9, 13), "solved"), ("a", at(10, 20), "deleted")]
    cuts = cut_offs(SHIFTS, MONDAY, date(2026, 3, 10))
    found = open_at(kept(engine, changes, SHIFTS, later="b"), cuts)

    assert [("early", 2), ("night", 2)] == [(cut.name, cut.n) for cut in found]


def test_business_days_end_where_there_are_no_shifts(engine):
    """At 17:00 of Manila; the holiday has no end, and no contract has none."""
    hours = Schedule(
        name="office",
        time_zone="Asia/Manila",
        week={1: ((9 * 3600, 17 * 3600),), 2: ((9 * 3600, 17 * 3600),)},
        holidays=frozenset({MONDAY}),
    )
    contract = Contract(schedules=(hours,))
    cuts = cut_offs(contract, MONDAY, WEDNESDAY)
    found = open_at(kept(engine, [("a", at(10, 9, 1), "solved")], contract), cuts)

    assert [(date(2026, 3, 10), at(10, 9), 4)] == [(c.day, c.at, c.n) for c in found]
    assert () == open_at(None, cut_offs(Contract(), MONDAY, WEDNESDAY))
    assert "" == at_cut_offs(())


def test_clocks_that_go_forward_end_a_night_at_its_hour():
    """In New York six o'clock of the 8th is 10:00 UTC; of the day before, 11:00."""
    night = Contract(time_zone="America/New_York", shifts=SHIFTS.shifts[1:])
    (before, after) = cut_offs(night, date(2026, 3, 6), date(2026, 3, 8))

    assert (at(7, 11), at(8, 10)) == (before.at, after.at)
