"""Calls and chats worked by hand: who waited, who gave up, how long they took."""

from __future__ import annotations

from datetime import date

import pytest

from kpi_kit.contract import Contract, ServiceLevel
from kpi_kit.scorecard import scorecard
from kpi_kit.shifts import Shift
from kpi_kit.sources import open_helpdesk
from tests.canonical import helpdesk
from tests.desks import DAY, MINUTE, MONDAY, at

TUESDAY = MONDAY + DAY
MIDNIGHT = at(TUESDAY + DAY, 0)  # what happens then or later is not known
KPIS = (
    "service_level",
    "average_speed_of_answer",
    "abandonment_rate",
    "abandonment_rate_of_queued",
    "handle_time_contact",
)


def call(number, queued, *, answered=None, ended=None, parts=(None,) * 3, **more):
    """Return a call; ``answered`` and ``ended`` are seconds after ``queued``."""
    made = {"contact_id": f"c{number}", "agent_id": "v1", "channel": "phone"}
    made |= {"queued_at": queued, "abandoned": False}
    made["answered_at"] = None if answered is None else queued + answered
    made["ended_at"] = None if ended is None else queued + ended
    names = ("talk_seconds", "hold_seconds", "wrap_seconds")
    return made | dict(zip(names, parts, strict=True)) | more


BEGAN = "contacts.queued_at or contacts.answered_at or contacts.ended_at"
TEN, ELEVEN = at(TUESDAY, 10), at(TUESDAY, 11)
DELETED = {"ticket_id": "t1", "created_at": TEN, "status": "deleted"}
# Two are in time, at once and on the very second; one comes a second late, and nobody
# wrote down how long it was on hold; c4 gives up; c5 before the queue; of c6 nobody
# says; c7 has waited 10 s at midnight and c8 a minute, to give up then; c9 talks on;
# the ticket of c10 is deleted.
CALLS = (
    call(1, TEN, answered=0, ended=240, parts=(200.0, 40.0, 60.0)),
    call(2, TEN, answered=20, ended=120, parts=(100.0, 0.0, 30.0)),
    call(3, TEN, answered=21, ended=66, parts=(45.0, None, 10.0)),
    call(4, TEN, ended=45, abandoned=True, parts=(7.0, 0.0, 0.0)),
    call(5, None, abandoned=True) | {"ended_at": ELEVEN},
    call(6, TEN, ended=90, abandoned=None),
    call(7, MIDNIGHT - 10, answered=15, ended=200, parts=(185.0, 0.0, 0.0)),
    call(8, MIDNIGHT - MINUTE, ended=120, abandoned=True),
    call(9, MIDNIGHT - 30, answered=5, ended=505, parts=(500.0, 0.0, 9.0)),
    call(10, TEN, answered=1000, ended=1001, parts=(1.0, 0.0, 0.0), ticket_id="t1"),
)


def asked(engine, calls=CALLS, contract=None, *, without=(), by=(), **tables):
    """Return the KPIs of both days, from calls without some of their columns."""
    rows = [{k: v for k, v in one.items() if k not in without} for one in calls]
    desk = helpdesk(engine, {"tickets": [DELETED], "contacts": rows} | tables)
    return scorecard(
        desk,
        contract or Contract(),
        start=MONDAY,
        end=TUESDAY + DAY,
        as_of=TUESDAY,
        by=by,
        metrics=KPIS,
    )


def told(found, name, statistic="mean"):
    """Return value and n of a KPI, and what its note says."""
    rows = found[found.metric == name].set_index("statistic")
    row = rows.loc[statistic if statistic in rows.index else "share"]
    value = None if row.value != row.value else round(row.value, 4)
    return value, row.n, row.note


def numbers(found):
    """Return value and n of each KPI, times as their mean in seconds."""
    rows = found[found.statistic.isin(["share", "mean"])].set_index("metric")
    seconds = rows.unit.map({"minutes": 60, "share": 1})
    return {
        name: (round(rows.value[name] * seconds[name], 4), rows.n[name])
        for name in rows.index
    }


def test_calls_by_hand(engine):
    """Missed is who gave up or waited too long; who waits or goes on is not judged."""
    assert {
        "service_level": (0.375, 8),  # 3 of all but c7
        "average_speed_of_answer": (11.5, 4),  # 0, 20, 21 and 5 s
        "abandonment_rate": (0.3333, 6),  # c4, c5 of those whose end is known
        "abandonment_rate_of_queued": (0.25, 4),  # c4 of c2, c3, c4, c9
        "handle_time_contact": (215, 2),  # 300 and 130 s
    } == numbers(asked(engine))


def test_who_gave_up_can_be_left_out(engine):
    """Then nobody is missed of whom it is not known that they stayed: 3 of 4."""
    contract = Contract(service_level=ServiceLevel(abandoned="left_out"))
    found = numbers(asked(engine, contract=contract))

    assert (0.75, 4) == found["service_level"]


def test_nobody_answered_and_nobody_gave_up(engine):
    """A call that ran out in the queue was missed, both ways of counting."""
    calls = [*CALLS, call(11, TEN, ended=300)]
    agreed = (ServiceLevel(abandoned=how) for how in ("left_out", "count_as_missed"))
    found = [asked(engine, calls, Contract(service_level=a)) for a in agreed]

    assert [(0.6, 5), (0.3333, 9)] == [numbers(f)["service_level"] for f in found]


@pytest.mark.parametrize(
    ("waited", "n"),
    [pytest.param(20, 8, id="on-the-second"), pytest.param(21, 9, id="beyond")],
)
def test_a_call_that_waits_at_midnight(engine, waited, n):
    """It is missed when its seconds are over, and might be answered until then."""
    found = asked(engine, [*CALLS, call(11, MIDNIGHT - waited, ended=99)])

    assert (round(3 / n, 4), n) == numbers(found)["service_level"]


def test_the_seconds_are_the_contracts(engine):
    """Within 21 s one more was answered in time; 4 of 8."""
    contract = Contract(service_level=ServiceLevel(seconds=21))
    found = asked(engine, contract=contract)

    assert (0.5, 8, "fewer than 30; within 21 s; who gave up was missed") == told(
        found, "service_level"
    )


@pytest.mark.parametrize(
    ("without", "seconds", "n", "note"),
    [
        pytest.param((), 300 + 130, 2, "", id="all-parts"),
        pytest.param(
            ("hold_seconds",),
            260 + 130 + 55,
            3,
            "; without hold time",
            id="no-hold-column",
        ),
        pytest.param(
            ("wrap_seconds",),
            240 + 100,
            2,
            "; without after-contact work",
            id="no-wrap-column",
        ),
        pytest.param(
            ("hold_seconds", "wrap_seconds"),
            200 + 100 + 45,
            3,
            "; without hold time and after-contact work",
            id="talk-alone",
        ),
    ],
)
def test_parts_of_a_call(engine, without, seconds, n, note):
    """A missing column is none of it, and said; a missing value leaves the call out."""
    found = asked(engine, without=without)
    minutes = round(seconds / n / 60, 4)

    assert (minutes, n, f"fewer than 30{note}") == told(found, "handle_time_contact")


def test_without_times_of_the_answer(engine):
    """Who did not give up was served: c1, c2 and, ten minutes long, c6 and c11."""
    calls = [*CALLS, call(11, TEN, ended=700, parts=(600.0, 0.0, 0.0))]
    found = asked(engine, calls, without=["answered_at"])

    assert (round((300 + 130 + 600) / 3 / 60, 4), 3) == told(
        found, "handle_time_contact"
    )[:2]
    assert "needs contacts.answered_at" == told(found, "service_level")[2]


@pytest.mark.parametrize(
    ("without", "refused", "left"),
    [
        pytest.param(
            ["queued_at"],
            {
                "service_level": "needs contacts.queued_at",
                "average_speed_of_answer": "needs contacts.queued_at",
                "abandonment_rate_of_queued": "needs contacts.queued_at",
            },
            {"abandonment_rate": (0.3333, 6), "handle_time_contact": (215, 2)},
            id="queue-times",
        ),
        pytest.param(
            ["ended_at"],
            {"abandonment_rate_of_queued": "needs contacts.ended_at"},
            {"service_level": (0.4286, 7), "average_speed_of_answer": (11.5, 4)},
            id="ends",
        ),
        pytest.param(
            ["abandoned"],
            {
                "abandonment_rate": "needs contacts.abandoned",
                "abandonment_rate_of_queued": "needs contacts.abandoned",
            },
            {"service_level": (0.4286, 7)},
            id="who-gave-up",
        ),
        pytest.param(
            ["queued_at", "answered_at", "ended_at"],
            {
                "abandonment_rate": f"needs {BEGAN}",
                "handle_time_contact": f"needs {BEGAN}",
                "service_level": "needs contacts.queued_at; contacts.answered_at",
            },
            {},
            id="all-times",
        ),
    ],
)
def test_what_a_kpi_lacks(engine, without, refused, left):
    """A KPI whose columns are not there says which; the others are as they were.

    Without ends or flags of giving up c5 is no call, or none that was missed: it was
    never in the queue.
    """
    found = asked(engine, without=without)

    assert refused == {name: told(found, name)[2] for name in refused}
    assert {0} == {told(found, name)[1] for name in refused} if refused else True
    known = numbers(found)
    assert left == {name: known[name] for name in left}


AGENTS = [
    {"agent_id": "v1", "team": "Front", "organization": "Example BPO", "tier": 1},
    {"agent_id": "c1", "team": "Back", "organization": "client", "tier": 2},
]
TICKET = {"ticket_id": "t2", "created_at": TEN, "team": "Billing desk", "tier": 3}
TICKET |= {"issue_type": "billing", "customer_id": "k1", "channel": "email"}
SLICED = [
    call(1, TEN, answered=5, ended=50, ticket_id="t2"),
    call(2, TEN, answered=10, ended=50, agent_id="c1", customer_id="k9"),
    call(3, ELEVEN, answered=40, ended=50, agent_id="x9", ticket_id="t2"),
]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # The agent's team; the ticket's where nobody knows the agent.
        pytest.param("team", {"Front": 5, "Back": 10, "Billing desk": 40}, id="team"),
        pytest.param("tier", {1: 5, 2: 10, 3: 40}, id="tier"),
        pytest.param(
            "solved_organization",
            {"Example BPO": 5, "client": 10, "(none)": 40},
            id="organization",
        ),
        pytest.param("agent_id", {"v1": 5, "c1": 10, "x9": 40}, id="agent"),
        pytest.param("issue_type", {"billing": 22.5, "(none)": 10}, id="issue-type"),
        pytest.param("customer_id", {"k1": 22.5, "k9": 10}, id="customer"),
        pytest.param("channel", {"phone": 18.3333}, id="the-calls-own-channel"),
        pytest.param("created_hour", {10: 7.5, 11: 40}, id="hour"),
        pytest.param("created_weekday", {2: 18.3333}, id="weekday"),
    ],
)
def test_slices(engine, by, expected):
    """A call is sliced by itself, by its agent, then by its ticket; the rest (none)."""
    tables = {"tickets": [TICKET], "agents": AGENTS}
    found = asked(engine, SLICED, by=(by,), **tables)
    rows = found[(found.metric == KPIS[1]) & (found.statistic == "mean")]

    assert expected == {
        key: round(value * 60, 4)
        for key, value, n in zip(rows[by], rows.value, rows.n, strict=True)
        if n
    }


def test_slices_without_a_table_of_agents(engine):
    """Then only the tickets know a team; nobody an organization."""
    found = asked(engine, SLICED, by=("team", "solved_organization"), tickets=[TICKET])
    rows = found[(found.metric == "service_level") & (found.n > 0)]

    assert [("Billing desk", "(none)", 2), ("(none)", "(none)", 1)] == list(
        rows[["team", "solved_organization", "n"]].itertuples(index=False, name=None)
    )


def test_what_a_call_is_not_known_by(engine):
    """A call has no schedule: it is refused in words, and the rest is answered."""
    found = asked(engine, SLICED, by=("schedule",), tickets=[TICKET])

    assert {("not_computable", "is not known by schedule")} == set(
        found[["status", "note"]].itertuples(index=False, name=None)
    )


def test_days_on_which_the_clocks_change(engine):
    """Hours are those on the wall: none from two to three, and one twice."""
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    begun = [at(spring, 6, 59), at(spring, 7), at(autumn, 5, 30), at(autumn, 6, 30)]
    calls = [call(n, q, answered=n, ended=90) for n, q in enumerate(begun, 1)]
    found = scorecard(
        helpdesk(engine, {"tickets": [TICKET], "contacts": calls}),
        Contract(time_zone="America/New_York"),
        start=spring,
        end=autumn + DAY,
        as_of=autumn,
        every="month",
        by=("created_weekday", "created_hour"),
        metrics=["average_speed_of_answer"],
    )
    rows = found[(found.statistic == "mean") & (found.n > 0)]
    seconds = [round(value * 60, 4) for value in rows.value]
    keys = zip(rows.period_start, rows.created_weekday, rows.created_hour, strict=True)

    assert {
        (spring, 7, 1): 1,
        (spring, 7, 3): 2,
        (autumn, 7, 1): 3.5,
    } == dict(zip(keys, seconds, strict=True))


def test_what_is_said_first(engine):
    """What cannot be computed goes before what is not over, and that before too few."""
    desk = helpdesk(engine, {"tickets": [TICKET], "contacts": list(SLICED)})
    found = scorecard(
        desk,
        Contract(),
        start=MONDAY,
        end=TUESDAY + 2 * DAY,
        as_of=TUESDAY,
        every="day",
        metrics=["service_level", "utilization"],
    )
    status = found.groupby("metric").status.agg(list)

    assert ["not_computable"] * 3 == status["utilization"]
    assert ["too_few", "too_few", "provisional"] == status["service_level"]


def test_who_gives_up_has_no_agent(tmp_path):
    """A call that nobody took is one: without it nobody ever would have given up."""
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,created_at\n1,2026-03-02T10:00:00Z\n", encoding="utf-8"
    )
    (tmp_path / "contacts.csv").write_text(
        "contact_id,agent_id,channel,queued_at,answered_at,ended_at,abandoned\n"
        "1,v1,phone,2026-03-02T10:00:00Z,2026-03-02T10:00:05Z,2026-03-02T10:09Z,false\n"
        "2,,phone,2026-03-02T10:00:00Z,,2026-03-02T10:01:00Z,true\n",
        encoding="utf-8",
    )
    desk = open_helpdesk("files", str(tmp_path))
    found = scorecard(
        desk,
        Contract(),
        start=MONDAY,
        end=TUESDAY,
        as_of=MONDAY,
        by=("agent_id",),
        metrics=["abandonment_rate"],
    )

    assert desk.quarantine.empty
    assert {"v1": 0, "(none)": 1} == dict(zip(found.agent_id, found.value, strict=True))


def test_calls_by_shift_and_days_since_go_live(engine):
    """A call is the shift's and the day's on which it began, whatever its ticket's.

    It is 23:30 and 0:30; the ticket of both came at 10:00, by day. At 5:30 nobody has
    a shift.
    """
    late, early, between = (at(MONDAY, 23, 30), at(TUESDAY, 0, 30), at(TUESDAY, 5, 30))
    ticket = {"ticket_id": "t2", "created_at": at(MONDAY, 10)}
    calls = [
        call(n, began, answered=10, ended=20, ticket_id="t2")
        for n, began in enumerate((late, early, between))
    ]
    shifts = (Shift(name="day", start=6, end=22), Shift(name="night", start=22, end=4))
    contract = Contract(go_live=TUESDAY, shifts=shifts)

    def sliced(by):
        found = asked(engine, calls, contract, by=(by,), tickets=[ticket])
        rows = found[(found.metric == "service_level") & (found.n > 0)]
        return dict(zip(rows[by], rows.n, strict=True))

    assert {"night": 2, "(none)": 1} == sliced("shift")
    assert {-1: 1, 0: 2} == sliced("days_since_go_live")


def test_a_column_of_the_tickets_that_is_called_as_a_fact(engine):
    """The source's own ``created_hour`` is no hour; its own ``shift`` is a shift."""
    own = {"created_hour": "99", "shift": "A"}
    ticket = {"ticket_id": "t2", "created_at": at(MONDAY, 10), **own}
    calls = [call(1, at(MONDAY, 23, 30), answered=10, ended=20, ticket_id="t2")]
    contract = Contract(shifts=(Shift(name="night", start=22, end=4),))

    found = asked(
        engine, calls, contract, by=("created_hour", "shift"), tickets=[ticket]
    )
    rows = found[(found.metric == "service_level") & (found.n > 0)]

    assert [(23, "A")] == [*zip(rows.created_hour, rows["shift"], strict=True)]
