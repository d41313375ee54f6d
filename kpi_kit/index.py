"""The page that lists all reports: ``reports/index.html``, written after every run."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kpi_kit.files import write_whole
from kpi_kit.look import DARK, FONT, LIGHT, declarations
from kpi_kit.marks import MARKS, banner, mark
from kpi_kit.plurals import plural, unbroken
from kpi_kit.reports import LEDGER, reports
from kpi_kit.units import LONG_WEEKDAYS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kpi_kit.reports import Report

NAME = "index.html"
STYLES = [Path(__file__).parent / "template" / f"{n}.css" for n in ("page", "list")]
# Of each vendor; the others are one click away.
NEWEST = 20
FILES = {
    ".slides.html": "slides",
    ".pdf": "PDF",
    ".slides.pdf": "slides as PDF",
    ".ipynb": "notebook",
    ".quarantine.parquet": "rejected rows",
    ".failed.ipynb": "failed notebook",
    ".failed.quarantine.parquet": "its rejected rows",
}
SENT = {
    "accepted": "sent to {}",
    "refused": "refused by {}",
    "unknown": "may have reached {}",
    "pending": "waits for {}",
    "sending": "waits for {}",
}
HEADS = ("Period", "Report", "State", "Files", "What it says")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def write_index(out: Path) -> None:
    """Write the list of a folder's reports, if there are any.

    Notes
    -----
    Of several processes that do so at once, the last to write has seen what the others
    made: who finds a folder changed that it has just listed lists it again.
    """
    seen = None
    while seen != (seen := _seen(out)):
        found = reports(out)
        page = out / NAME
        made = listed(found).encode()
        if found and not (page.is_file() and page.read_bytes() == made):
            write_whole({page: made})


def _seen(out: Path) -> list[tuple[str, int, int]]:
    paths = [*out.glob("*/*"), *out.glob(LEDGER)]
    found = []
    for path in paths:
        if path.name == LEDGER or not path.name.startswith("."):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return sorted(found)


def listed(found: Sequence[Report]) -> str:
    """Return the page: by vendor, the newest report first."""
    by_vendor: dict[str, list[Report]] = {}
    for report in found:
        by_vendor.setdefault(report.slug, []).append(report)
    names = {slug: _vendor(slug, given) for slug, given in by_vendor.items()}
    order = sorted(by_vendor, key=lambda slug: (names[slug].casefold(), slug))
    sections = "\n".join(_section(s, names[s], by_vendor[s]) for s in order)
    links = "".join(f'<li><a href="#{s}">{escape(names[s])}</a></li>' for s in order)
    menu = f'<nav class="questions" aria-label="Vendors"><ul>{links}</ul></nav>\n'
    return _page(
        f"<header>\n{_banner(by_vendor, names)}"
        '<div class="masthead"><h1>Reports</h1>'
        f'<p class="known">{_counted(found, len(order))}</p></div>\n</header>\n'
        f'<main id="main">\n{menu if len(order) > 1 else ""}{sections}\n</main>'
    )


def _page(body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "<title>Reports</title>\n<style>\n"
        f":root {{ {declarations(LIGHT)} --font: {FONT}; }}\n"
        "@media screen and (prefers-color-scheme: dark) "
        f"{{ :root {{ {declarations(DARK)} }} }}\n{_style()}</style>\n"
        '</head>\n<body>\n<a class="skip" href="#main">Skip to the reports</a>\n'
        f"{body}\n</body>\n</html>\n"
    )


def _style() -> str:
    return "".join(path.read_text("utf-8") for path in STYLES)


def _vendor(slug: str, found: Iterable[Report]) -> str:
    """Return a vendor's name as its newest report has it, else as its folder has."""
    return next((r.mark["vendor"] for r in found if "vendor" in r.mark), slug)


def _counted(found: Sequence[Report], vendors: int) -> str:
    many = f"{plural(len(found), 'report')} of {plural(vendors, 'vendor')}"
    newest = max((report.as_of for report in found), default=None)
    return f"{many}<br>newest: {day_text(newest)}" if newest else "no report"


def _banner(by_vendor: dict[str, list[Report]], names: dict[str, str]) -> str:
    """Return what is wrong with the newest report of any cadence of any vendor."""
    newest: dict[tuple[str, str], Report] = {}
    for slug, found in by_vendor.items():
        for report in found:
            newest.setdefault((slug, report.cadence), report)
    ways = (
        ("misses", "failed", [r for r in newest.values() if r.has_failed]),
        ("close", "lack data", [r for r in newest.values() if r.lacks]),
    )
    for state, what, wrong in ways:
        if wrong:
            told = "; ".join(f"{names[r.slug]}, {words(r.cadence)}" for r in wrong)
            verb = "lacks data" if what == "lack data" and len(wrong) == 1 else what
            many = "One" if len(wrong) == 1 else str(len(wrong))
            first = f"{many} of the newest reports {verb}."
            return banner(state, first, f"{told}.") + "\n"
    return ""


def _section(slug: str, vendor: str, found: Sequence[Report]) -> str:
    older = found[NEWEST:]
    more = ""
    if older:
        table = _table(f"Older reports on {vendor}", older)
        more = f"<details><summary>{len(older):,} older</summary>\n{table}\n</details>"
    table = _table(f"Reports on {vendor}", found[:NEWEST])
    return (
        f'<section id="{slug}">\n<h2>{escape(vendor)}</h2>\n{table}\n{more}</section>'
    )


def _table(name: str, found: Iterable[Report]) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "\n".join(_row(report) for report in found)
    return (
        f'<div class="scroll" role="region" aria-label="{escape(name)}" tabindex="0">'
        f'<table class="list"><caption>{escape(name)}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _row(report: Report) -> str:
    title = report.mark.get("title") or f"To {day_text(report.as_of)}"
    first = _link(report, ".html", title)
    files = ", ".join(
        _link(report, ending, told)
        for ending, told in FILES.items()
        if ending in report.endings
    )
    day = f"{report.as_of.day} {MONTHS[report.as_of.month - 1]}"
    known = "" if day in title else f"<br>as of {day}"
    cells = (
        escape(words(report.cadence)) + known,
        _state(report),
        files,
        _says(report),
    )
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'


def _link(report: Report, ending: str, told: str) -> str:
    if ending not in report.endings:
        return escape(told)
    place = quote(f"{report.slug}/{report.path(ending).name}")
    return f'<a href="{place}">{escape(told)}</a>'


def _state(report: Report) -> str:
    """Return whether it is complete, and what became of its mails."""
    state, told = "", "complete"
    if report.has_failed:
        state, told = "misses", "failed"
    elif report.lacks or not report.mark:
        state, told = "close", "incomplete"
    mails = [SENT[s].format(n) for s, n in sorted(report.sent.items()) if s in SENT]
    more = [*(["revised"] if report.is_revised else []), *mails]
    shown = f"{mark(state)}{told}" if state else told
    rest = f"<br>{escape(', '.join(more))}" if more else ""
    return f'<span class="state {state}">{shown}</span>{rest}'


def _says(report: Report) -> str:
    """Return how it begins, after what is wrong with it."""
    wrong = [report.failure] if report.has_failed else []
    if wrong and report.is_there:
        wrong.append("The report before it stays.")
    if report.lacks:
        wrong.append(report.lacks)
    told = unbroken(" ".join(wrong))
    says, state = unbroken(report.mark.get("says", "")), report.mark.get("state", "")
    shown = mark(state, state.replace("_", " ")) if state in MARKS else ""
    said = f"{shown} {escape(says)}" if says else ""
    return "<br>".join(part for part in (escape(told), said) if part)


def words(cadence: str) -> str:
    """Return a cadence's name as people say it."""
    return cadence.replace("_", " ")


def day_text(day: date) -> str:
    """Return a day in full.

    Examples
    --------
    >>> from datetime import date
    >>> day_text(date(2026, 11, 15))
    'Sunday 15 November 2026'
    """
    weekday = LONG_WEEKDAYS[day.weekday()]
    return f"{weekday} {day.day} {MONTHS[day.month - 1]} {day.year}"
