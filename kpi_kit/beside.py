"""What a report shows beside its KPIs: causes, ages, agents, hours, breaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kpi_kit.agent_gap import BY, METRIC, AgentGap, agent_gaps, code_of
from kpi_kit.ages import Ages, ages
from kpi_kit.asked import question
from kpi_kit.causes import Causes, causes, month_to
from kpi_kit.cut_offs import COLUMNS as AT_CUT_OFFS
from kpi_kit.cut_offs import CutOff, cut_offs, open_at
from kpi_kit.lot import COLUMNS as OF_LOT
from kpi_kit.lot import Drawn, drawn
from kpi_kit.paid_time import PaidTime, paid_time
from kpi_kit.periods import DAY, Period, midnight, months_after
from kpi_kit.ratings import Ratings, ratings
from kpi_kit.scorecard import scorecards
from kpi_kit.survival import read_by, survival
from kpi_kit.verbatims import Verbatims, verbatims
from kpi_kit.worked import Worked, worked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import pandas as pd

    from kpi_kit.answers import Question
    from kpi_kit.contract import Contract
    from kpi_kit.facts import Facts
    from kpi_kit.plan import Plan
    from kpi_kit.standing import Scorecard, Standing
    from kpi_kit.tables import Helpdesk

COMPARED = timedelta(weeks=8)  # so that two agents have enough tickets of one kind
SIDES = timedelta(weeks=4)
MOST_BREACHES = 10
MOST_WORDS = 5
MOST_READ = 5
# Which organization a KPI is put down to.
BY_SIDE = {
    "first_response_time": "first_reply_organization",
    "resolution_time": "solved_organization",
    "first_contact_resolution": "solved_organization",
    "reopen_rate": "solved_organization",
    "csat": "solved_organization",
    "handle_time_ticket": "solved_organization",
}
WAITED = "first_response_within"
COLUMNS = ("root_cause", "elapsed_calendar_minutes", "is_open", "opened_by")
INSTANTS = ("first_reply_at", "first_solved_at")


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A required check that failed: which, on which ticket, whose, and when."""

    ticket_id: str
    url: str | None
    criterion: str
    agent: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside the KPIs; empty or None where the source does not tell.

    ``survival`` has by the duration's name what
    :func:`kpi_kit.survival.survival` returns, by week of creation.  ``sides`` are
    scorecard rows by ``organization``: of the quarter, or of the four weeks before the
    judged one, whose solves are final.  ``gaps`` compare agents over eight weeks;
    ``work`` are scorecard rows of the handle time and ``waited`` of satisfaction by the
    wait for a first response, of the same weeks, ``kinds`` the work on issue types
    whose handle time the contract limits, ``cut_offs`` the ends of the week's shifts.
    """

    survival: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    sides: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    causes: Causes | None = None
    ages: Ages | None = None
    gaps: tuple[AgentGap, ...] = ()
    paid: PaidTime | None = None
    breaches: tuple[Breach, ...] = ()
    verbatims: Verbatims | None = None
    ratings: Ratings | None = None
    drawn: tuple[Drawn, ...] = ()
    work: pd.DataFrame | None = None
    waited: pd.DataFrame | None = None
    kinds: tuple[Worked, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()


def reads(names: Collection[str], clocks: Iterable[str]) -> set[str]:
    """Return the fact columns that are read besides those of the KPIs."""
    stems = {name: STEMS[name] for name in names if name in STEMS}
    told = {
        read for stem in stems.values() for c in clocks for read in read_by(stem, c)
    }
    # A rating speaks of who solved; where nobody did, of whose the ticket is.
    rated = {"solved_by", "agent_id"} if "csat" in names else set()
    return told | rated | {*COLUMNS, *INSTANTS, *OF_LOT, *AT_CUT_OFFS}


STEMS = {
    "first_response_time": "first_response",
    "first_resolution_time": "first_resolution",
    "resolution_time": "resolution",
}


def also_asked(
    plan: Plan, helpdesk: Helpdesk, contract: Contract
) -> dict[str, Question]:
    """Return the questions whose answers :func:`beside` takes, by what they are for."""
    ask = {"as_of": plan.as_of, "every": None}
    end, asked = plan.judged.end, {}
    days = {"start": end - COMPARED, "end": end}
    if METRIC in plan.names and plan.every == "week":
        for name, by in _of_work(helpdesk, contract):
            of = {**days, "by": by, "metrics": [METRIC]}
            asked[name] = question(helpdesk, contract, **ask, **of)
    replied = {"messages", "tickets.first_reply_at"} & helpdesk.given
    if {"csat", "first_response_time"} <= {*plan.names} and replied:
        of = {**days, "by": [WAITED], "metrics": ["csat"]}
        if plan.every == "week":
            asked["waited"] = question(helpdesk, contract, **ask, **of)
    for name, organization in BY_SIDE.items():
        if name in plan.names and "agents.organization" in helpdesk.given:
            days = {**vars(_of_sides(plan)), "by": [organization]}
            asked[name] = question(helpdesk, contract, **ask, **days, metrics=[name])
    return asked


def _of_work(
    helpdesk: Helpdesk, contract: Contract
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield by what the work on tickets is asked for, and what it is called."""
    yield "agents", BY
    yield "work", ()
    if contract.handle_time and "tickets.issue_type" in helpdesk.given:
        yield "kinds", ("issue_type",)


def _of_sides(plan: Plan) -> Period:
    """Return the days over which vendor and client are compared."""
    if plan.every == "quarter":
        return plan.judged
    return Period(start=plan.judged.start - SIDES, end=plan.judged.start)


def _of_causes(plan: Plan) -> tuple[Period, Period]:
    """Return the days whose causes are told, and those that they are held against."""
    judged = plan.judged
    if plan.every == "week":
        return month_to(judged.end)
    before = max(plan.first, months_after(judged.start, -3))
    return judged, Period(start=before, end=judged.start)


def beside(
    helpdesk: Helpdesk,
    kept: Facts,
    plan: Plan,
    card: Scorecard,
    asked: Mapping[str, Question],
) -> Beside:
    """Work out what a weekly or quarterly report shows beside its KPIs.

    Parameters
    ----------
    helpdesk, kept
        The tables, and the facts with what :func:`reads` names.
    plan
        The days of the report.
    card
        Where each KPI stands, and the contract.
    asked
        What :func:`also_asked` returns.
    """
    contract, judged = card.contract, plan.judged
    answers = scorecards(helpdesk, contract, [*asked.values()], kept=kept)
    found = dict(zip(asked, answers, strict=True))
    sides = [name for name in BY_SIDE if name in found]
    is_tagged = "tickets.root_cause" in helpdesk.given
    paid = kept.records.get("hours")
    days = {"start": judged.start, "end": judged.end}
    return Beside(
        survival=_survival(kept, plan, card),
        sides={name: _side(found[name], card[name]) for name in sides},
        causes=causes(kept, contract, *_of_causes(plan)) if is_tagged else None,
        ages=ages(kept) if "backlog" in card else None,
        gaps=agent_gaps(found["agents"]) if "agents" in found else (),
        paid=None if paid is None else paid_time(paid, **days),
        breaches=_breaches(helpdesk, kept, card),
        **{name: found[name] for name in ("work", "waited") if name in found},
        kinds=worked(found["kinds"], contract.handle_time) if "kinds" in found else (),
        **(_of_the_week(helpdesk, kept, card, asked) if plan.every == "week" else {}),
    )


def _is_known(card: Scorecard, name: str) -> bool:
    return name in card and card[name].state != "not_computable"


def _of_the_week(
    helpdesk: Helpdesk, kept: Facts, card: Scorecard, asked: Mapping[str, Question]
) -> dict[str, Any]:
    """Return what is read by the week: single tickets, and what customers said."""
    heard = _heard(helpdesk, kept, card, asked)
    cuts = _past_cut_offs(card) if _is_known(card, "backlog") else ()
    at_ends = open_at(kept, cuts)
    return {"drawn": _drawn(helpdesk, kept, card), "cut_offs": at_ends, **heard}


def _past_cut_offs(card: Scorecard) -> tuple[CutOff, ...]:
    """Return the ends of the week's shifts, as far as the report knows what came."""
    known = midnight(card.as_of + DAY, card.contract.time_zone)
    cuts = cut_offs(card.contract, card.start, card.end)
    return tuple(cut for cut in cuts if cut.at <= known)


def _heard(
    helpdesk: Helpdesk, kept: Facts, card: Scorecard, asked: Mapping[str, Question]
) -> dict[str, Verbatims | Ratings]:
    """Return what customers said in the judged period, and of whom."""
    if not _is_known(card, "csat"):
        return {}
    days = {"start": card.start, "end": card.end, "as_of": card.as_of}
    given, contract = helpdesk.given, card.contract
    found: dict[str, Verbatims | Ratings] = {}
    if {"surveys.comment", "tickets.comment"} & given:
        most = {"most": MOST_WORDS, "kept": kept}
        found["verbatims"] = verbatims(helpdesk, contract, **days, **most)
    if "agents" in asked:
        found["ratings"] = ratings(helpdesk, contract, **days, kept=kept)
    return found


def _drawn(helpdesk: Helpdesk, kept: Facts, card: Scorecard) -> tuple[Drawn, ...]:
    name = "first_contact_resolution"
    if not _is_known(card, name):
        return ()
    return drawn(helpdesk, kept, card[name].card, card[name].now, MOST_READ)


def _survival(kept: Facts, plan: Plan, card: Scorecard) -> dict[str, pd.DataFrame]:
    days = {"start": plan.first, "end": plan.judged.end, "every": plan.every}
    return {
        name: survival(kept, stem, card[name].clock, **days)
        for name, stem in STEMS.items()
        if _is_known(card, name)
    }


def _side(rows: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    organization = BY_SIDE[standing.card.name]
    shown = (rows["statistic"] == standing.statistic) & (
        rows["clock"] == standing.clock
    )
    return rows[shown].rename(columns={organization: "organization"})


def _breaches(helpdesk: Helpdesk, kept: Facts, card: Scorecard) -> tuple[Breach, ...]:
    """Name the newest checks that failed in the period that is judged."""
    checks = kept.records.get("checks")
    if checks is None or "compliance_rate" not in card:
        return ()
    now = card["compliance_rate"].now
    day = checks.reviewed_on
    failed = checks.filter((day >= now.start) & (day < now.end) & ~checks.is_kept)
    tickets = helpdesk.tables["tickets"].select("ticket_id", "url")
    rows = failed.select("ticket_id", "criterion", "agent_id", "reviewed_on")
    told = rows.left_join(tickets, "ticket_id").select(*rows.columns, "url")
    found = told.to_pyarrow().to_pylist()
    found.sort(key=lambda row: (-row["reviewed_on"].toordinal(), row["ticket_id"]))
    return tuple(
        Breach(
            ticket_id=row["ticket_id"],
            url=row["url"],
            criterion=row["criterion"],
            agent=code_of(row["agent_id"]) if row["agent_id"] else "",
            day=row["reviewed_on"],
        )
        for row in found[:MOST_BREACHES]
    )
