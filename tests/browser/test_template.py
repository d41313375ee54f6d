"""What the page's template does with a notebook made up for it."""

from __future__ import annotations

import pytest

from kpi_kit.page.tables import table
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
