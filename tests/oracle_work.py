"""An independent calculation of handling, queue and workforce, row by row.

Contacts and agents' states are gone through one at a time with the standard library; no
line is shared with ``kpi_kit``.  "Chosen here" marks what the definitions leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.oracle_history import gather, given, knows_solves
from tests.oracle_kpis import MISSING, periods
from tests.oracle_statistics import share, summary
from tests.oracle_time import local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from tests.oracle_history import Row, Tables
    from tests.oracle_time import OracleContract

BEGAN = ("queued_at", "answered_at", "ended_at")
PARTS = ("talk_seconds", "hold_seconds", "wrap_seconds")
OF_AGENTS = ("team", "tier", "first_reply_organization", "solved_organization")
OF_STATES = {*OF_AGENTS, "agent_id"}
OF_CONTACTS = OF_STATES | {"channel", "customer_id", "issue_type", "root_cause"}
OF_CONTACTS |= {"priority", "created_hour", "created_weekday"}
AVAILABLE = ("active", "idle")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the numbers are asked for: the tables, the last day, how it is counted.

    ``within`` are the seconds of the service level, ``left_out`` says that who gave up
    does not count for it.
    """

    tables: Tables
    facts: Sequence[Row]
    as_of: int
    contract: OracleContract
    within: int = 20
    left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One KPI: its rows, the day of each, what is read off it, and what it needs."""

    name: str
    kind: str
    rows: Sequence[Row]
    read: Callable[[Row], Any]
    computable: bool
    by: set[str] | None = None  # what the rows can be sliced by; None is anything


def work_kpis(
    asked: Asked,
    *,
    start: date,
    end: date,
    every: str | None = None,
    by: tuple[str, ...] = (),
) -> list[Row]:
    """Return the rows of every KPI of handling, queue and workforce.

    They look like those of :func:`tests.oracle_kpis.kpis`; a KPI that its rows cannot
    be sliced by ``by`` has none.
    """
    return [
        {**line, "period_start": first, "period_end": last, "dims": dims}
        for first, last in periods(start, end, every)
        for kpi in kpis(asked)
        if kpi.by is None or kpi.by >= {*by}
        for dims, rows in _slices(kpi, first, last, by)
        for line in _lines(kpi, rows)
    ]


def kpis(asked: Asked) -> list[Kpi]:
    """Return every KPI with its rows."""
    return [*_of_tickets(asked), *_of_contacts(asked), *_of_states(asked)]


def _of_tickets(asked: Asked) -> Iterator[Kpi]:
    source = gather(asked.tables, asked.as_of, asked.contract)
    zone = asked.contract.time_zone
    done = [
        row | {"day": local(row["last_solved_at"], zone).date()}
        for row in asked.facts
        if row["excluded_because"] is None
        and row["last_solved_at"] is not None
        and not row["is_open"]
    ]
    has_work = given(asked.tables, "time_entries")
    has_work = has_work or given(asked.tables, "tickets", "handle_seconds")
    yield Kpi(
        name="handle_time_ticket",
        kind="work",
        rows=done,
        read=lambda row: row["handle_minutes"],
        computable=has_work and knows_solves(source),
    )


def _of_contacts(asked: Asked) -> Iterator[Kpi]:
    rows = list(contacts(asked))

    def has(*columns: str) -> bool:
        return all(given(asked.tables, "contacts", column) for column in columns)

    began = any(has(column) for column in BEGAN)
    waits = has("queued_at", "answered_at")
    quits = has("abandoned")
    for name, kind, computable in (
        ("handle_time_contact", "work", began and has("talk_seconds")),
        ("average_speed_of_answer", "work", waits),
        ("service_level", "share", waits),
        ("abandonment_rate", "share", began and quits),
        ("abandonment_rate_of_queued", "share", waits and quits and has("ended_at")),
    ):
        yield Kpi(
            name=name,
            kind=kind,
            rows=rows,
            read=lambda row, name=name: row[name],
            computable=computable,
            by=OF_CONTACTS,
        )


def contacts(asked: Asked) -> Iterator[Row]:
    """Yield what each contact that had begun counts for, with its dimensions."""
    tickets = {row["ticket_id"]: row for row in asked.facts}
    for contact in asked.tables.get("contacts", ()):
        began = _first(contact.get(name) for name in BEGAN)
        ticket = tickets.get(contact.get("ticket_id"), {})
        if began is None or began >= asked.as_of or ticket.get("excluded_because"):
            continue
        wall = local(began, asked.contract.time_zone)
        agent = _agent(asked, contact["agent_id"])
        own = {name: contact.get(name) for name in ("channel", "agent_id")}
        own |= {"customer_id": contact.get("customer_id"), **agent}
        own |= {"created_hour": wall.hour, "created_weekday": wall.isoweekday()}
        yield {
            **{name: _first((own.get(name), ticket.get(name))) for name in OF_CONTACTS},
            **_counted(asked, contact),
            "day": wall.date(),
        }


def _counted(asked: Asked, contact: Row) -> Row:
    """Return what one contact says to each KPI; None is nothing."""
    queued = contact.get("queued_at")
    answered, ended = (_known(asked, contact, n) for n in ("answered_at", "ended_at"))
    later = [
        name
        for name in ("answered_at", "ended_at")
        if contact.get(name) is not None and contact[name] >= asked.as_of
    ]
    gave_up = contact.get("abandoned")
    if later:
        gave_up = None  # it goes on
    if answered is not None:
        gave_up = False
    until = ended if answered is None else answered
    wait = None if queued is None or until is None else until - queued
    if wait is not None and wait < 0:
        wait = None
    # Chosen here: a source without times of the answer says by `abandoned` alone who
    # was served.
    served = answered is not None
    if not given(asked.tables, "contacts", "answered_at"):
        served = gave_up is not True
    return {
        "handle_time_contact": _handled(asked, contact)
        if served and not later
        else None,
        "average_speed_of_answer": None if answered is None else _minutes(wait),
        "service_level": _in_time(asked, queued, answered, wait, gave_up),
        "abandonment_rate": gave_up,
        "abandonment_rate_of_queued": gave_up if wait else None,
    }


def _in_time(
    asked: Asked,
    queued: int | None,
    answered: int | None,
    wait: int | None,
    gave_up: bool | None,  # noqa: FBT001 - a truth of the row, and no switch
) -> bool | None:
    """Judge a contact; None where it is not due, left out, or nobody knows.

    Chosen here: who is not answered though the seconds have passed was missed, whether
    or not anybody says what became of them; where those who gave up are left out, only
    of whom it is known that they did not.
    """
    if answered is not None:
        return None if wait is None else wait <= asked.within
    overdue = queued is not None and asked.as_of - queued > asked.within
    if asked.left_out:
        return False if overdue and gave_up is False else None
    return False if overdue or gave_up else None


def _handled(asked: Asked, contact: Row) -> float | None:
    told = [name for name in PARTS if given(asked.tables, "contacts", name)]
    parts = [contact.get(name) for name in told]
    return None if not parts or None in parts else sum(parts) / 60


def _of_states(asked: Asked) -> Iterator[Kpi]:
    rows = list(stretches(asked))

    away = ("break", "meeting", "training", "absent")
    everything = AVAILABLE + away
    for name, part, whole in (
        ("utilization", ("active",), everything),
        ("occupancy", ("active",), AVAILABLE),
        ("shrinkage", away, everything),
    ):
        yield Kpi(
            name=name,
            kind="ratio",
            rows=[row for row in rows if row["state"] in whole],
            read=lambda row, part=part: (
                row["seconds"] if row["state"] in part else 0,
                row["seconds"],
            ),
            computable=given(asked.tables, "agent_states"),
            by=OF_STATES,
        )


def stretches(asked: Asked) -> Iterator[Row]:
    """Yield the paid stretches that had begun: up to as_of, by the day they began."""
    for stretch in asked.tables.get("agent_states", ()):
        if stretch["started_at"] < asked.as_of and stretch.get("paid") is not False:
            ended = min(stretch["ended_at"], asked.as_of)
            begun = local(stretch["started_at"], asked.contract.time_zone)
            yield {
                **_agent(asked, stretch["agent_id"]),
                "agent_id": stretch["agent_id"],
                "state": stretch["state"],
                "seconds": ended - stretch["started_at"],
                "day": begun.date(),
            }


def _agent(asked: Asked, agent_id: str) -> Row:
    told = [a for a in asked.tables.get("agents", ()) if a["agent_id"] == agent_id]
    agent = told[0] if told else {}
    side = agent.get("organization")
    return {
        "team": agent.get("team"),
        "tier": agent.get("tier"),
        "first_reply_organization": side,
        "solved_organization": side,
    }


def _first(values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _known(asked: Asked, row: Row, name: str) -> int | None:
    at = row.get(name)
    return at if at is not None and at < asked.as_of else None


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60


def _slices(
    kpi: Kpi, first: date, last: date, by: tuple[str, ...]
) -> list[tuple[tuple, list[Row]]]:
    groups: dict[tuple, list[Row]] = {} if by else {(): []}
    for row in kpi.rows:
        if first <= row["day"] < last:
            dims = tuple(MISSING if row[n] is None else str(row[n]) for n in by)
            groups.setdefault(dims, []).append(row)
    return sorted(groups.items())


def _lines(kpi: Kpi, rows: list[Row]) -> Iterator[Row]:
    statistics = {"share": ["share"], "ratio": ["share"]}
    for statistic in statistics.get(kpi.kind, ["median", "mean", "p90"]):
        line = {"metric": kpi.name, "statistic": statistic, "clock": ""}
        yield line | _number(kpi, statistic, rows)


def _number(kpi: Kpi, statistic: str, rows: list[Row]) -> Row:
    if not kpi.computable:
        nothing = dict.fromkeys(("value", "low", "high"))
        return nothing | {"n": 0, "status": "not_computable"}
    read = [value for row in rows if (value := kpi.read(row)) is not None]
    if kpi.kind == "ratio":
        part, whole = (
            (sum(each) for each in zip(*read, strict=True)) if read else (0, 0)
        )
        value = (part / whole if whole else None), None, None
    else:
        value = share(read) if kpi.kind == "share" else summary(read, statistic)
    status = "ok" if len(read) >= 30 else "too_few"
    return dict(zip(("value", "low", "high"), value, strict=True)) | {
        "n": len(read),
        "status": status,
    }
