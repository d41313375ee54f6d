"""Charts are drawn for the width they stand in, on any screen and on paper."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from nbformat.v4 import new_notebook

from kpi_kit import charts, mime
from kpi_kit.render import render
from tests.charts.frames import CELLS, SHARE, SLICES, WEEKLY, a_card
from tests.test_render import HOSTILE, shown

# What a chart's place and its picture measure, and whether its hours go down.
MEASURE = """
  const frames = (n) => new Promise((done) => {
    const next = () => (n-- ? requestAnimationFrame(next) : done());
    next();
  });
  const measured = () => [...document.querySelectorAll("figure.chart")].map((chart) => {
    const [place, picture] = [".drawing", "svg"].map((part) =>
      Math.floor(chart.querySelector(part).getBoundingClientRect().width));
    const names = [...chart.querySelectorAll("svg text")].map((t) => t.textContent);
    return [place, picture, names.indexOf("09") > names.indexOf("Mon")];
  });
"""
# How wide the line of a chart over time is.
LINE = """() => document.querySelector("figure.chart .mark-line path")
  .getBoundingClientRect().width"""


@pytest.fixture
def page(tmp_path):
    """Return the path of a page with one chart of hours and one of hostile names."""
    charts.use_report_renderer()
    names = SLICES.assign(issue_type=[HOSTILE, "b", "c", "d"])
    drawn = (
        charts.named("heat").draw(CELLS, metric=a_card(), target=240.0),
        charts.named("dots").draw(names, metric=SHARE, by="issue_type"),
    )
    cells = [shown({mime.CHART: chart.to_dict()}) for chart in drawn]
    path = tmp_path / "page.html"
    path.write_text(render(new_notebook(cells=cells)), "utf-8")
    return path


@pytest.mark.parametrize(("look", "upright"), [("desktop", False), ("phone", True)])
def test_a_chart_fills_its_place(browser, page, look, upright):
    """As wide as the page has room; on a phone the hours go down."""
    script = f"() => {{ {MEASURE} return measured(); }}"
    first, second = browser.ask(page, script, look)

    assert first[0] == first[1] == second[0] == second[1]
    assert upright is first[2]


def test_a_chart_follows_its_place(browser, page):
    """A window made narrow draws it anew, and does not shrink it."""
    script = f"""async () => {{ {MEASURE}
      document.body.style.padding = "0";
      document.body.style.width = "400px";
      await frames(5);
      return measured();
    }}"""

    assert [[400, 400, True], [400, 400, False]] == browser.ask(page, script)


def test_paper_has_its_own_width(browser, page):
    """A sheet of A4 less its margins is 695 pixels wide; then the screen's returns."""
    script = f"""async () => {{ {MEASURE}
      const found = [measured()];
      for (const moment of ["beforeprint", "afterprint"]) {{
        dispatchEvent(new Event(moment));
        await frames(5);
        found.push(measured());
      }}
      return found;
    }}"""
    before, paper, after = browser.ask(page, script)

    assert [[695, 695, False]] * 2 == paper
    assert before == after != paper


def test_what_a_point_says_is_text(browser, page):
    """A hostile name in the tooltip is read, not run."""
    script = """async () => {
      const stripes = document.querySelectorAll("figure.chart")[1]
        .querySelectorAll("svg .mark-rect path");
      const said = [];
      for (const stripe of stripes) {
        const { x, y, height } = stripe.getBoundingClientRect();
        const at = { clientX: x + 1, clientY: y + height / 2, bubbles: true };
        stripe.dispatchEvent(new PointerEvent("pointermove", at));
        stripe.dispatchEvent(new MouseEvent("mousemove", at));
        const box = document.getElementById("tooltip");
        said.push([box?.querySelector("dd")?.textContent, box?.querySelector("img")]);
      }
      return said;
    }"""
    said = browser.ask(page, script)

    assert HOSTILE in [name for name, _ in said]
    assert {None} == {image for _, image in said}


@pytest.mark.parametrize("days", [1, 20, 41])
def test_a_long_name_takes_no_room_from_the_plot(browser, tmp_path, days):
    """Of what somebody wrote about a release there stands as much as has room."""
    long = "The new sign-in is out for everybody, rolled back on Friday, " * 3
    day = date(2026, 8, 17) + timedelta(days)
    wide = [
        browser.ask(_trend(tmp_path, [(day, label, "release")]), LINE, "phone")
        for label in ("4.2", long)
    ]

    assert wide[0] == pytest.approx(wide[1], abs=2)


def _trend(folder, marks):
    """Return the path of a page with a chart over time."""
    charts.use_report_renderer()
    chart = charts.named("trend").draw(WEEKLY, metric=a_card(), marks=marks)
    page = render(new_notebook(cells=[shown({mime.CHART: chart.to_dict()})]))
    folder.joinpath("trend.html").write_text(page, "utf-8")
    return folder / "trend.html"
