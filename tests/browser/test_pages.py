"""Every report in a real browser without network: drawn, quiet, and for everyone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ELSEWHERE

LARGEST = {"daily_digest": 600_000}  # bytes; the others may have 1 MB
# Where what each of the first questions is answered with ends, in pixels.
BOTTOMS = """() => Object.fromEntries(
    [...document.querySelectorAll(".lead > section")].map(section => [
        section.id,
        Math.max(...[...section.querySelectorAll("p, article, table, .drawing")]
            .filter(e => !e.closest("details"))
            .map(e => e.getBoundingClientRect().bottom)),
    ])
)"""
in_every_look = pytest.mark.parametrize(
    ("helpdesk", "look"),
    [
        *(("usual", look) for look in ("desktop", "phone", "dark", "dark-phone")),
        ("empty_week", "phone"),
        ("one_ticket_week", "phone"),
        ("no_ticket", "phone"),
    ],
)
usual = pytest.mark.parametrize("helpdesk", ["usual"])


@in_every_look
def test_every_chart_is_drawn(sight):
    """Each has marks and says so; no label is cut off at a chart's edge."""
    for chart in sight.charts:
        assert "yes" == chart["drawn"]
        assert chart["marks"] > 0
        assert [] == chart["cut"]


@in_every_look
def test_the_console_is_silent(sight):
    """No error and no warning, of the page or of the chart library."""
    assert [] == sight.console


@in_every_look
def test_nothing_leaves(sight):
    """The page asks for itself only; what it links to is itself or on the web."""
    assert [] == sight.requests
    assert [] == [a for a in sight.addresses if not a.startswith(("#", "https://"))]


@in_every_look
def test_a_phone_scrolls_down_only(sight, look):
    """At 390 px nothing sticks out: wide tables scroll in their own box."""
    assert (390 if "phone" in look else 1280) == sight.width


@in_every_look
def test_everyone_can_read_it(sight):
    """axe-core finds nothing serious or critical: contrast, names, order, focus."""
    assert [] == sight.violations


@usual
def test_is_small_enough_to_mail(page, cadence):
    """One file, the chart library included."""
    assert page.stat().st_size < LARGEST.get(cadence, 1_000_000)


@usual
def test_two_runs_give_the_same_bytes(reports, page, cadence, helpdesk):
    """Time zone, locale, hash seed and folder of the machine leave no trace."""
    again = reports.page(cadence, helpdesk, **ELSEWHERE)

    assert page != again
    assert page.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("helpdesk", ["usual"])
def test_a_day_is_one_screen(browser, reports, helpdesk):
    """Numbers, alarm, who waits and the queue end above the fold of 1280 x 900."""
    page = reports.page("daily_digest", helpdesk)
    ends = browser.ask(page, BOTTOMS, "desktop")

    assert {"day", "alarms", "waiting", "queue"} == ends.keys()
    assert max(ends.values()) <= 900


@usual
def test_one_line_parts_the_questions_from_the_answers(browser, page):
    """The questions bring it, also where two answers share the first row."""
    script = "() => getComputedStyle(document.querySelector('nav + *')).borderTopWidth"

    assert "0px" == browser.ask(page, script)
