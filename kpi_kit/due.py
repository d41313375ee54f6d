"""Which reports are due, and which of them are done: what a monitor asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kpi_kit.errors import StaleError, rank
from kpi_kit.periods import DAY, last_known_day
from kpi_kit.reports import reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kpi_kit.reports import Report
    from kpi_kit.run import Job

# A notebook's name says how often it is run.  A weekly one may end on any weekday: the
# next is due a week later.  A month or quarter is known for good a week after its end.
RHYTHMS = {"daily": timedelta(0), "weekly": timedelta(days=6)}
MONTHS = {"monthly": 1, "quarterly": 3}
RIPE = timedelta(days=8)
# The exit code of each state.
CODES = {
    "done": 0,
    "broken": 2,
    "refused": 3,
    "undelivered": 4,
    "incomplete": 5,
    "missing": 5,
    "failed": 6,
}


@dataclass(frozen=True, kw_only=True)
class Due:
    """The newest report of a cadence: its last day, its state and why.

    Of one that is missing ``day`` is the last day that is due, of a week its Sunday.
    One that is broken cannot even be run: ``vendor`` is the name of its parameters'
    file.
    """

    vendor: str
    slug: str
    cadence: str
    day: date
    state: str
    why: str = ""

    @property
    def code(self) -> int:
        """The exit code that it asks for."""
        return CODES[self.state]


def due(
    out: Path,
    as_of: date | None = None,
    declared: Iterable[Job] = (),
    broken: Iterable[Due] = (),
) -> list[Due]:
    """Return the state of what is due, the worst first.

    Parameters
    ----------
    out
        The folder of all reports.
    as_of
        The last day that reports can know; None for yesterday, where the vendor is.
    declared
        What must be there, as a run would make it; without any, every cadence of every
        vendor that was run before.
    broken
        What must be there too and cannot even be run.

    Raises
    ------
    StaleError
        When there is nothing: no report, and none that must be there.
    """
    found: dict[tuple[str, str], list[Report]] = {}
    for report in reports(out):
        found.setdefault((report.slug, report.cadence), []).append(report)
    asked = {(job.slug, job.notebook.stem): job.as_of for job in declared}
    rows = [_row(*key, day, found.get(key, [])) for key, day in asked.items()]
    rows = [*broken, *rows] or [_newest(given, as_of) for given in found.values()]
    if not rows:
        message = f"{out}: holds no report"
        raise StaleError(f"{message}. Run a cadence, or name its folder with --out.")
    return sorted(rows, key=lambda row: (rank(row.code), row.vendor, row.cadence))


def _newest(found: Sequence[Report], as_of: date | None) -> Due:
    """Return the state of a cadence that was run before."""
    last = next((report for report in found if report.is_there), found[0])
    known = last_known_day(as_of, last.mark.get("time_zone", "UTC"))
    return _row(last.slug, last.cadence, known, found)


def _row(slug: str, cadence: str, known: date, found: Sequence[Report]) -> Due:
    named = (report.mark["vendor"] for report in found if "vendor" in report.mark)
    row = {"slug": slug, "cadence": cadence, "vendor": next(named, slug)}
    since = _since(cadence, known)
    in_time = (r for r in found if r.as_of <= known)
    newest = next((r for r in in_time if since is None or r.as_of >= since), None)
    if newest is not None:
        state, why = _state(newest)
        if state == "done":
            state, why = _before(r for r in found if r.as_of < newest.as_of)
        return Due(**row, day=newest.as_of, state=state, why=why)
    why = "there is none"
    if found:
        failed = " and failed" if found[0].has_failed else ""
        why = f"the last is of {found[0].as_of}{failed}"
    if cadence.startswith("weekly"):
        since = _sunday(known)
    return Due(**row, day=since or known, state="missing", why=why)


def _state(report: Report) -> tuple[str, str]:
    """Return the state of a report that was run, and why."""
    if report.has_failed:
        return "failed", report.failure
    if report.lacks or not report.mark:
        return "incomplete", report.lacks or "its notebook does not mark it as complete"
    return _mailed(report)


def _mailed(report: Report) -> tuple[str, str]:
    """Return what became of a report's mails."""
    sent = report.sent
    if waiting := sent.get("pending", 0) + sent.get("sending", 0):
        return "undelivered", f"the mails of {waiting} wait"
    if unknown := sent.get("unknown", 0):
        return "undelivered", f"{unknown} may have it or not"
    if refused := sent.get("refused", 0):
        return "refused", f"the mails of {refused} were refused"
    return "done", ""


def _before(older: Iterable[Report]) -> tuple[str, str]:
    """Return what is to be said of mails of older reports, the newest first."""
    for report in older:
        state, why = _mailed(report)
        if state == "undelivered":
            return state, f"of {report.as_of} {why}"
    return "done", ""


def _sunday(known: date) -> date:
    """Return the last Sunday that is over: every seven days hold one."""
    return known - timedelta(days=known.isoweekday() % 7)


def _since(cadence: str, known: date) -> date | None:
    """Return from which last day on a report is not overdue; None where any will do.

    Examples
    --------
    >>> wednesday = date(2026, 11, 18)
    >>> [str(_since(name, wednesday)) for name in ("daily_digest", "weekly_review")]
    ['2026-11-18', '2026-11-12']
    >>> str(_since("quarterly_deep_dive", wednesday)), _since("my_own", wednesday)
    ('2026-09-30', None)
    """
    rhythm = cadence.partition("_")[0]
    if rhythm in RHYTHMS:
        return known - RHYTHMS[rhythm]
    if rhythm not in MONTHS:
        return None
    day = known - RIPE
    while (day + DAY).day != 1 or day.month % MONTHS[rhythm]:
        day -= DAY
    return day
