"""What the page's template does with a notebook made up for it."""

from __future__ import annotations

import pytest

from kpi_kit.page.tables import Cell, table
from kpi_kit.render import render
from tests.test_render import HOSTILE, a_notebook, shown


@pytest.fixture
def opened(browser, tmp_path):
    """Return a function that makes a notebook a page and says what is seen of it."""

    def opened(notebook, look="desktop"):
        path = tmp_path / "page.html"
        path.write_text(render(notebook), "utf-8")
        return browser.see(path, look)

    return opened


def test_charts_hold_hostile_data(opened):
    """Labels that try to end the script element are drawn as labels."""
    sight = opened(a_notebook("a", HOSTILE, charts=3))

    assert ["yes"] * 3 == [chart["drawn"] for chart in sight.charts]
    assert ([], []) == (sight.console, sight.ran)
    assert "Weekly review · Acme & Co, May" == sight.title


def test_foreign_script_does_not_run(opened):
    """Markup that an analyst lets through is shown, but what it brings never runs."""
    notebook = a_notebook("a")
    notebook.cells.insert(1, shown({"text/html": f"<div>{HOSTILE}</div>"}))
    sight = opened(notebook)

    assert ["yes"] == [chart["drawn"] for chart in sight.charts]
    assert ([], "owned" in sight.title) == (sight.ran, False)
    assert any("Content Security Policy" in line for line in sight.console)


def test_wide_tables_scroll_in_their_own_box(opened):
    """On a phone thirty columns make the table scroll, not the page."""
    notebook = a_notebook("a")
    wide = table("T", [f"Column {n}" for n in range(30)], [["word"] * 30], set())
    notebook.cells.insert(4, shown({"text/html": wide}))

    assert 390 == opened(notebook, "phone").width


HEADS = ("KPI", "This week", "Week before", "Change", "95% interval", "n", "State")
NEEDS = "not computable: needs tier history or whether each ticket was escalated"
ROW = (
    *("Solved without another ticket", "14 h 10 min", "12 h", "+2 h 10 min"),
    *("12 h 16 min to 15 h 20 min", "12,548", Cell(NEEDS, state="not_computable")),
)


@pytest.fixture
def kpis(tmp_path):
    """Return the path of a page with a table of KPIs, and one of files."""
    files = table("Files", ("File", *HEADS[1:5]), [("annotations.parquet",) * 5], set())
    notebook = a_notebook("a")
    for content in (table("KPIs", HEADS, [ROW], set(HEADS[1:-1])), files):
        notebook.cells.insert(4, shown({"text/html": content}))
    path = tmp_path / "page.html"
    path.write_text(render(notebook), "utf-8")
    return path


def test_a_state_is_seen_on_a_phone(browser, kpis):
    """It stands right of the value, before all that has to be scrolled to."""
    script = """() => ["td:nth-child(2)", "td .state", "td:nth-child(3)"].map(
      (part) => document.querySelector(`[aria-label=KPIs] ${part}`)
        .getBoundingClientRect()).map(({ left, right }) => [left, right])"""
    value, state, before = browser.ask(kpis, script, "phone")

    assert value[1] <= state[0] < state[1] <= 374
    assert state[1] <= before[0]


def test_a_file_name_stays_whole(browser, kpis):
    """A column is as wide as its longest word, on a phone too."""
    script = """() => {
      const cell = document.querySelector("[aria-label=Files] tbody th");
      const name = document.createRange();
      name.selectNodeContents(cell);
      return name.getClientRects().length;
    }"""

    assert 1 == browser.ask(kpis, script, "phone")


def test_no_table_is_wider_than_its_sheet(browser, kpis):
    """Chromium would shrink the whole report for it; a long state wraps instead."""
    script = """() => {
      dispatchEvent(new Event("beforeprint"));
      return [...document.querySelectorAll("table")].map((t) => t.offsetWidth);
    }"""

    assert [695, 695] == browser.ask(kpis, script)[-2:]
