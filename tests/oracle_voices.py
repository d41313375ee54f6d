"""An independent calculation of what customers and reviewers say, and of its price.

Surveys, reviews and costs are gone through one at a time with the standard library; no
line is shared with ``kpi_kit``.  "Chosen here" marks what the definitions leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Any

from tests.oracle_history import gather, given, has_events, knows_reopens, knows_solves
from tests.oracle_history import solves as entries
from tests.oracle_kpis import MISSING, periods
from tests.oracle_statistics import Z, share
from tests.oracle_time import DAY, local, midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from tests.oracle_history import Row, Tables
    from tests.oracle_time import OracleContract

USUAL = {"ces": (1, 7), "nps": (0, 10)}
CONTRACT, LOADED = ("vendor_invoice",), ("vendor_invoice", "client_overhead")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the numbers are asked for: the tables, the last day, the terms.

    ``scale`` is the source's usual scale of ratings, ``positive_from`` the contract's
    lowest positive rating.
    """

    tables: Tables
    facts: Sequence[Row]
    as_of: int
    contract: OracleContract
    scale: tuple[float, float] = (1, 5)
    positive_from: float | None = None
    currency: str | None = None
    go_live: date | None = None

    def day(self, at: int | None) -> date | None:
        """Return the local day of an instant."""
        return None if at is None else local(at, self.contract.time_zone).date()


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One KPI: its rows, the day of each, what is read off it, how it is summed up."""

    name: str
    statistic: str
    rows: Sequence[Row]
    dated_by: str
    read: Callable[[Row], Any]
    made: Callable[[list], tuple]
    computable: bool
    waits: Callable[[Row], bool] = bool
    least: int = 30


def voice_kpis(
    asked: Asked,
    *,
    start: date,
    end: date,
    every: str | None = None,
    by: tuple[str, ...] = (),
) -> list[Row]:
    """Return the rows of every KPI of experience, quality reviews and money.

    They look like those of :func:`tests.oracle_kpis.kpis`; money has none by slices.
    """
    cut = periods(start, end, every)
    found = [
        {**_line(kpi, rows), "period_start": first, "period_end": last, "dims": dims}
        for first, last in cut
        for kpi in kpis(asked)
        for dims, rows in _slices(kpi, first, last, by)
    ]
    if not by:
        found += [line for period in cut for line in _money(asked, *period)]
    return found


def kpis(asked: Asked) -> list[Kpi]:
    """Return every KPI but those of money."""
    return [*_of_surveys(asked), *_of_reviews(asked)]


def _of_surveys(asked: Asked) -> Iterator[Kpi]:
    rows = list(surveys(asked))
    has = {k: _has(asked, "surveys", "kind", k) for k in ("csat", "nps", "ces")}
    scored = given(asked.tables, "surveys", "score")
    answered = given(asked.tables, "surveys", "answered_at")
    offered = given(asked.tables, "surveys", "offered_at")
    source = gather(asked.tables, asked.as_of, asked.contract)
    solved = given(asked.tables, "tickets", "solved_at") or has_events(source, "status")
    rated = has["csat"] and scored and (offered or answered or solved)
    rated = rated or (given(asked.tables, "tickets", "csat") and solved)
    several = {
        kind: {row["scale"] for row in every_survey(asked) if row["kind"] == kind}
        for kind in has
    }
    line = _line_of_positive(asked, several["csat"])
    for name, kind, dated_by, made, computable in (
        ("csat", "csat", "rated_on", share, rated and line is not None),
        ("csat_score", "csat", "rated_on", _mean, rated),
        ("nps", "nps", "answered_on", _balance, has["nps"] and scored and answered),
        ("ces", "ces", "answered_on", _mean, has["ces"] and scored and answered),
    ):
        yield Kpi(
            name=name,
            statistic={share: "share", _mean: "mean", _balance: "score"}[made],
            rows=[row for row in rows if row["kind"] == kind],
            dated_by=dated_by,
            read=_reader(name, line, len(several[kind]) > 1),
            made=made,
            computable=computable,
        )
    yield Kpi(
        name="csat_response_rate",
        statistic="share",
        rows=[r for r in rows if r["kind"] == "csat" and r["offered_at"] is not None],
        dated_by="rated_on",
        read=lambda row: row["is_answered"],
        made=share,
        computable=has["csat"] and offered,
        waits=lambda row: (
            not row["is_answered"] and row["offered_at"] > asked.as_of - 7 * DAY
        ),
    )


def _has(asked: Asked, table: str, column: str, word: str) -> bool:
    return any(row.get(column) == word for row in asked.tables.get(table, ()))


def _line_of_positive(
    asked: Asked, scales: set[tuple[float, float]]
) -> Fraction | None:
    """Return how far up a scale a positive rating is, None where nobody can say.

    Chosen here: the contract's rating is one of the usual scale, else of the only scale
    that has it; on other scales what is as far up is positive.
    """
    least = asked.positive_from
    if least is None or not scales:
        return Fraction(3, 4)
    fits = [scale for scale in scales if scale[0] < least <= scale[1]]
    if asked.scale in fits:
        fits = [asked.scale]
    if len(fits) != 1:
        return None
    ((low, high),) = fits
    return Fraction(least - low) / Fraction(high - low)


def _reader(name: str, line: Fraction | None, mixed: bool) -> Callable[[Row], Any]:  # noqa: FBT001
    def read(row: Row) -> Any:
        score, (low, high) = row["score"], row["scale"]
        if score is None:
            return None
        place = Fraction(score - low) / Fraction(high - low)
        if name == "csat":
            return None if line is None else place >= line
        if name == "nps":
            promotes, detracts = score >= 9, score <= 6
            return promotes - detracts if (low, high) == (0, 10) else None
        first, last = {"csat_score": (1, 5), "ces": (1, 7)}[name]
        return first + place * (last - first) if mixed else Fraction(score)

    return read


def every_survey(asked: Asked) -> Iterator[Row]:
    """Yield the answers of the whole source, known or not, each with its scale.

    Chosen here: a rating of the ticket itself counts where no survey is about it; a
    score beyond its scale, or of a scale without two ends, is none.
    """
    for row in _sent(asked):
        if row["score"] is not None:
            yield row


def _sent(asked: Asked) -> Iterator[Row]:
    sent = list(asked.tables.get("surveys", ()))
    about = {row.get("ticket_id") for row in sent if row["kind"] == "csat"}
    sent += [
        {"kind": "csat", "ticket_id": t["ticket_id"], "score": t["csat"]}
        | {"customer_id": t.get("customer_id")}
        for t in asked.tables["tickets"]
        if t.get("csat") is not None and t["ticket_id"] not in about
    ]
    for row in sent:
        usual = (USUAL | {"csat": asked.scale})[row["kind"]]
        low, high = (
            usual[i] if row.get(name) is None else row[name]
            for i, name in enumerate(("scale_low", "scale_high"))
        )
        score = row.get("score")
        is_sound = score is not None and low < high and low <= score <= high
        blank = dict.fromkeys(("ticket_id", "customer_id", "offered_at", "answered_at"))
        yield blank | row | {"score": score if is_sound else None, "scale": (low, high)}


def surveys(asked: Asked) -> Iterator[Row]:
    """Yield what is known of each survey, with its days and dimensions."""
    tickets = {row["ticket_id"]: row for row in asked.facts}
    source = gather(asked.tables, asked.as_of, asked.contract)
    own = {row["ticket_id"]: row for row in source.tickets}
    for row in _sent(asked):
        offered, answered = row["offered_at"], row["answered_at"]
        later = {
            at for at in (offered, answered) if at is not None and at >= asked.as_of
        }
        at = offered if answered is None else answered
        score = None if at in later else row["score"]
        offered, answered = (None if x in later else x for x in (offered, answered))
        ticket = tickets.get(row["ticket_id"], {})
        is_answered = answered is not None or score is not None
        if ticket.get("excluded_because") or not (is_answered or offered is not None):
            continue
        days = (ticket.get("last_solved_at"), offered, answered)
        credited = (
            {"agent_id": _solver(source, own[row["ticket_id"]])} if ticket else {}
        )
        customer = row["customer_id"]
        yield (
            ticket
            | credited
            | {
                **{k: row[k] for k in ("kind", "scale")},
                "customer_id": ticket.get("customer_id")
                if customer is None
                else customer,
                "score": score,
                "offered_at": offered,
                "is_answered": is_answered,
                "answered_on": asked.day(answered),
                "rated_on": asked.day(next((d for d in days if d is not None), None)),
            }
        )


def _solver(source: Any, ticket: Row) -> str | None:
    """Return who solved a ticket last; its own agent where no history says who."""
    last: Row = {}
    if has_events(source, "status", ticket=ticket) and (
        found := entries(source, ticket)
    ):
        last = found[-1].event
    by_agent = last.get("actor_role") == "agent" and last.get("actor_id") is not None
    return last["actor_id"] if by_agent else ticket.get("agent_id")


def _of_reviews(asked: Asked) -> Iterator[Kpi]:
    yield Kpi(
        name="qa_score",
        statistic="share",
        rows=list(_reviews(asked)),
        dated_by="day",
        read=lambda row: row["share"],
        made=_mean,
        computable=_has(asked, "qa_scores", "reviewer_side", "client"),
    )
    yield Kpi(
        name="compliance_rate",
        statistic="share",
        rows=[
            row
            | {"kept": row["score"] == row["max_score"] if row["max_score"] else None}
            for row in _placed(asked)
            if row.get("kind") == "compliance"
        ],
        dated_by="day",
        read=lambda row: row["kept"],
        made=share,
        computable=_has(asked, "qa_scores", "kind", "compliance"),
        least=1,
    )


def _reviews(asked: Asked) -> Iterator[Row]:
    """Yield each quality review of the client's with its share of the points.

    Chosen here: where a review lacks any weight, its criteria weigh the same.
    """
    groups: dict[tuple, list[Row]] = {}
    for row in _placed(asked):
        quality = row.get("kind") != "compliance" and row["reviewer_side"] == "client"
        if quality and row["max_score"]:
            groups.setdefault((row["review_id"], row["ticket_id"]), []).append(row)
    for rows in groups.values():
        weights = [row.get("weight") for row in rows]
        weights = [1] * len(rows) if None in weights else weights
        parts = [
            Fraction(w) * Fraction(row["score"]) / Fraction(row["max_score"])
            for w, row in zip(weights, rows, strict=True)
        ]
        whole = sum(map(Fraction, weights))
        yield rows[0] | {"share": sum(parts) / whole if whole else None}


def _placed(asked: Asked) -> Iterator[Row]:
    """Yield the reviews' rows known by then, by day of review or of the last solve."""
    tickets = {row["ticket_id"]: row for row in asked.facts}
    for row in asked.tables.get("qa_scores", ()):
        at, ticket = row.get("reviewed_at"), tickets.get(row["ticket_id"], {})
        if (at is not None and at >= asked.as_of) or ticket.get("excluded_because"):
            continue
        when = ticket.get("last_solved_at") if at is None else at
        agent = row.get("agent_id")
        agent = ticket.get("agent_id") if agent is None else agent
        yield ticket | row | {"day": asked.day(when), "agent_id": agent}


def _slices(
    kpi: Kpi, first: date, last: date, by: tuple[str, ...]
) -> list[tuple[tuple, list[Row]]]:
    groups: dict[tuple, list[Row]] = {} if by else {(): []}
    for row in kpi.rows:
        if row[kpi.dated_by] is not None and first <= row[kpi.dated_by] < last:
            values = (row.get(name) for name in by)
            dims = tuple(MISSING if value is None else str(value) for value in values)
            groups.setdefault(dims, []).append(row)
    return sorted(groups.items())


def _line(kpi: Kpi, rows: list[Row]) -> Row:
    line = {"metric": kpi.name, "statistic": kpi.statistic, "clock": ""}
    if not kpi.computable:
        nothing = dict.fromkeys(("value", "low", "high"))
        return line | nothing | {"n": 0, "status": "not_computable"}
    read = [value for row in rows if (value := kpi.read(row)) is not None]
    young = kpi.waits is not bool and any(kpi.waits(row) for row in rows)
    status = "provisional" if young else "ok" if len(read) >= kpi.least else "too_few"
    numbers = dict(zip(("value", "low", "high"), kpi.made(read), strict=True))
    return line | numbers | {"n": len(read), "status": status}


def _mean(read: list) -> tuple:
    return (float(sum(read) / len(read)) if read else None), None, None


def _balance(read: list) -> tuple:
    """Return the NPS with its adjusted Wald interval: three answers are added."""
    if not read:
        return None, None, None
    up, down, more = read.count(1) + 0.75, read.count(-1) + 0.75, len(read) + 3
    middle = (up - down) / more
    half = Z * sqrt(((up + down) / more - middle**2) / more)
    low, high = max(middle - half, -1), min(middle + half, 1)
    return 100 * fmean(read), 100 * low, 100 * high


def _money(asked: Asked, first: date, last: date) -> Iterator[Row]:
    good = list(_solved(asked, first, last))
    theirs = [row for row in good if row["solved_organization"] != "client"]
    for name, paid, tickets in (
        ("cost_per_resolution", CONTRACT, theirs),
        ("cost_per_resolution_loaded", LOADED, good),
        ("tickets_per_cost", CONTRACT, theirs),
    ):
        cost = _cost(asked, paid, first, last)
        value, n = None, len(tickets)
        status = "ok" if n else "too_few"
        if any(row["first_solved_at"] + 7 * DAY > asked.as_of for row in tickets):
            status = "provisional"
        if cost is None or cost < 0 or (not cost and name == "tickets_per_cost"):
            n, status = 0, "not_computable"
        elif name == "tickets_per_cost":
            value = n / cost
        elif n:
            value = cost / n
        yield {
            "metric": name,
            "statistic": "score",
            "clock": "",
            "dims": (),
            "value": value,
            "low": None,
            "high": None,
            "n": n,
            "status": status,
            "period_start": first,
            "period_end": last,
        }


def _solved(asked: Asked, first: date, last: date) -> Iterator[Row]:
    """Yield the tickets solved for good by the days of their last solve.

    Chosen here: a solve that nobody can judge yet counts until it is known not to hold.
    """
    for row in asked.facts:
        day = asked.day(row["last_solved_at"])
        is_left_out = row["excluded_because"] is not None or row["is_open"]
        if day is None or is_left_out or row["reopened_within_7_days"]:
            continue
        if first <= day < last:
            yield row


def _cost(
    asked: Asked, paid: tuple[str, ...], first: date, last: date
) -> Decimal | None:
    """Return what whole months cost; None where that is not wholly known.

    Chosen here: before go-live support is in-house; where the contract does not say
    when that was, a month with that cost and without an invoice was.
    """
    rows, source = (
        asked.tables.get("costs", ()),
        gather(asked.tables, asked.as_of, asked.contract),
    )
    loaded = "client_overhead" in paid
    kinds = {*paid, "in_house"} if loaded else {*paid}
    rows = [row for row in rows if row["kind"] in kinds]
    known = rows and knows_solves(source) and knows_reopens(source)
    money = {row.get("currency") or asked.currency for row in rows}
    terms = {asked.currency} if asked.currency else money
    whole = first.day == last.day == 1
    over = midnight(last, asked.contract.time_zone) <= asked.as_of
    if not (known and whole and over) or None in money or len(money | terms) != 1:
        return None
    months = [m for m, _ in periods(first, last, "month")]
    sums = [_month(asked, paid, m, rows, loaded=loaded) for m in months]
    return None if None in sums else sum(sums)


def _month(
    asked: Asked,
    paid: tuple[str, ...],
    month: date,
    rows: list[Mapping[str, Any]],
    *,
    loaded: bool,
) -> Decimal | None:
    own = [
        r for r in rows if (r["month"].year, r["month"].month) == month.timetuple()[:2]
    ]
    kinds = {row["kind"] for row in own}
    in_house = "in_house" in kinds and "vendor_invoice" not in kinds
    if asked.go_live is not None:
        after = (month.year * 12 + month.month) % 12 + 1
        following = month.replace(year=month.year + (after == 1), month=after)
        in_house = following <= asked.go_live
    needed = {"in_house"} if loaded and in_house else {*paid}
    return sum((row["amount"] for row in own), Decimal(0)) if needed <= kinds else None
