"""From a bar, a point or a cell to its tickets, and from these into the helpdesk."""

from __future__ import annotations

import json
import re

import pytest
from nbformat.v4 import new_notebook

from kpi_kit import charts, mime
from kpi_kit.charts.leads import Lead
from kpi_kit.render import render
from tests.browser.helpdesks import ADDRESSES
from tests.charts.frames import SHARE, SLICES
from tests.test_render import shown

usual = pytest.mark.parametrize("helpdesk", ["usual"])
# Hovers over marks of all charts, those that lead somewhere and some that do not, and
# clicks each: what it stands for, how it looked, and what is in sight afterwards.
CLICKED = """async () => {
  const told = [];
  const wait = () => new Promise((done) => setTimeout(done, 30));
  const send = (node, kinds) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    const at = { clientX: x + width / 2, clientY: y + height / 2, bubbles: true };
    for (const kind of kinds) node.dispatchEvent(new PointerEvent(kind, at));
  };
  for (const [number, figure] of document.querySelectorAll("figure.chart").entries()) {
    const drawing = figure.querySelector(".drawing");
    const marks = [...drawing.querySelectorAll(".mark-rect path")]
      .filter((mark) => mark.__data__?.tooltip);
    for (const mark of marks.filter((m, n) => m.__data__.href || n % 7 === 0)) {
      const { datum, href } = mark.__data__;
      for (const fold of document.querySelectorAll("details")) fold.open = false;
      history.replaceState(null, "", "#");
      send(mark, ["pointerover", "pointermove", "mousemove"]);
      await wait();
      const tip = document.getElementById("tooltip").textContent;
      const cursor = drawing.style.cursor;
      send(mark, ["pointerdown", "pointerup", "click"]);
      await wait();
      const place = document.getElementById(location.hash.slice(1));
      const box = place?.getBoundingClientRect();
      const list = place?.closest("tr") ?? place;
      told.push({
        number, datum, href: href ?? "", tip, cursor, hash: location.hash,
        seen: !!box?.height && box.top < innerHeight && box.bottom > 0,
        first: (place?.closest("tr") ?? place?.closest("details"))?.textContent ?? "",
        cells: [...(list?.querySelectorAll("th, td") ?? [])].map((c) => c.textContent),
        addresses: [...(list?.querySelectorAll("a") ?? [])].map((a) => a.href),
      });
    }
  }
  return told;
}"""
LINKED = """() => ({
  marks: [...document.querySelectorAll("figure.chart .mark-rect path")]
    .map((mark) => mark.__data__?.href).filter(Boolean),
  cells: [...document.querySelectorAll("details td a[href^='#tickets-']")]
    .map((link) => link.getAttribute("href")),
})"""


def clicked(browser, page):
    """Return what came of each mark of a page."""
    return browser.ask(page, CLICKED)


def number(text):
    """Return the first number of a text."""
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def stands_for(datum):
    """Return how many tickets a mark says that it has on its worse side, or in all."""
    value, count = datum["value_text"], number(datum["n_text"])
    part = 1 - float(value.rstrip("%")) / 100 if "%" in value else 1
    return round(count * part)


@usual
def test_a_bar_and_a_cell_lead_to_as_many_as_they_say(browser, reports, helpdesk):
    """Of an hour's median all it is of; of a type's share those that were not.

    Each row names the first five and leads into the helpdesk.
    """
    marks = clicked(browser, reports.page("weekly_review", helpdesk))
    parts = [each for each in marks if "-by-" in each["href"]]
    counts = [(number(each["cells"][1]), stands_for(each["datum"])) for each in parts]
    of_cells = [each for each in parts if "by-created-weekday" in each["href"]]

    kinds = {"by-agent-id", "by-channel", "by-created-weekday", "by-issue-type"}

    assert kinds == {re.search(r"by-[a-z-]+[a-z]", each["href"])[0] for each in parts}
    assert [listed for listed, _ in counts] == [said for _, said in counts]
    assert [e["datum"]["when"] for e in of_cells] == [
        e["cells"][0].replace("\u00a0", " ") for e in of_cells
    ]
    assert {5} == {len(e["addresses"]) for e in of_cells}
    assert all(a.startswith("https://") for e in parts for a in e["addresses"])


@usual
@pytest.mark.parametrize("name", ["daily_digest", "weekly_review"])
def test_the_last_day_leads_to_what_is_open(browser, reports, helpdesk, name):
    """As many as the last point of the area says."""
    marks = clicked(browser, reports.page(name, helpdesk))
    (last,) = [each for each in marks if each["href"] == "#tickets-backlog"]

    said, listed = last["datum"]["value_text"], last["first"].partition(":")[2]

    assert number(said) == number(listed)
    assert "tickets open, the oldest 20" in last["tip"]
    assert 20 == len(last["addresses"])


@usual
def test_a_row_of_the_quarter_leads_to_its_tickets(browser, reports, helpdesk):
    """Of first contact resolution those that were not, by the share and its n."""
    marks = clicked(browser, reports.page("quarterly_deep_dive", helpdesk))
    by_name = {each["datum"].get("name"): each for each in marks if each["href"]}
    row = by_name["Solved with one reply"]
    share = float(row["datum"]["from_to"].split()[-1].rstrip("%")) / 100
    count = number(row["datum"]["n_text"].split(", ")[-1])
    listed = number(row["first"].partition(":")[2])

    assert share == pytest.approx(1 - listed / count, abs=0.0005)
    assert len(by_name) > 4


@usual
def test_open_tickets_lead_to_those_of_their_own_day_alone(reports, helpdesk):
    """The quarter ends before the day of whose open tickets its report has a list."""
    texts = {
        cadence: reports.page(cadence, helpdesk).read_text(encoding="utf-8")
        for cadence in ("weekly_review", "quarterly_deep_dive")
    }
    linked = {name for name, text in texts.items() if 'href="#tickets-backlog"' in text}

    assert 'id="tickets-backlog"' in texts["quarterly_deep_dive"]
    assert linked == {"weekly_review"}


@usual
def test_what_leads_somewhere_looks_so_and_nothing_else(browser, page):
    """The pointer's cursor and a line of the tooltip; the click is followed."""
    marks = clicked(browser, page)
    leading = [each for each in marks if each["href"]]
    others = [each for each in marks if not each["href"]]

    assert leading
    assert others
    assert {"pointer"} == {each["cursor"] for each in leading}
    assert all("A click lists" in each["tip"] for each in leading)
    assert all(each["seen"] for each in leading)
    assert [each["href"] for each in leading] == [each["hash"] for each in leading]
    assert "pointer" not in {each["cursor"] for each in others}
    assert not [e for e in others if "A click lists" in e["tip"] or e["hash"]]


@usual
def test_without_a_mouse_the_table_leads_to_the_same_lists(browser, page):
    """Also without scripts: the table of numbers is plain HTML."""
    linked = browser.ask(page, LINKED)

    assert linked["marks"]
    assert set() == set(linked["marks"]) - set(linked["cells"])


@pytest.mark.parametrize("address", [*ADDRESSES, "https://desk.example/1", "#a b"])
def test_a_mark_leads_nowhere_but_into_the_page(browser, tmp_path, address):
    """Even if data became an address: no script, no other host, no other page."""
    charts.use_report_renderer()
    leads = {"payment": Lead("x", "1 ticket")}
    spec = charts.named("dots").draw(SLICES, metric=SHARE, by="issue_type", leads=leads)
    bad = json.loads(spec.to_json().replace('"#x"', json.dumps(address)))
    cells, path = [shown({mime.CHART: bad})], tmp_path / "page.html"
    path.write_text(render(new_notebook(cells=cells)), "utf-8")
    (row,) = [each for each in clicked(browser, path) if each["href"]]

    assert "" == row["hash"]
    assert [] == browser.see(path).ran
