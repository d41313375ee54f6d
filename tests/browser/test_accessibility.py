"""A report for who uses no mouse, sees little, hears it read, or wants no motion."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

pytestmark = pytest.mark.parametrize("helpdesk", ["usual"])
in_every_look = pytest.mark.parametrize("look", ["desktop", "dark", "phone"])
# What is wider than the window, but for what scrolls in a box of its own.
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((node) => !node.closest(".scroll, svg, .questions, caption, .skip, script"))
  .filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width && (box.left < -1 || box.right > innerWidth + 1);
  })
  .map((node) => node.outerHTML.slice(0, 90))"""
# Each chart: its words, the numbers of its own table, and how much of it is read out.
CHARTS = """() => [...document.querySelectorAll("figure.chart")].map((figure) => {
  const drawing = figure.querySelector(".drawing");
  const inside = figure.querySelector(".drawing svg");
  let after = figure.closest(".multiples") ?? figure;
  while (after && !after.matches("details:has(table)"))
    after = after.nextElementSibling;
  const tables = [...(after?.querySelectorAll("table") ?? [])];
  return {
    name: figure.querySelector("figcaption b")?.textContent ?? "",
    role: drawing.getAttribute("role"),
    words: drawing.getAttribute("aria-label"),
    hidden: inside?.getAttribute("aria-hidden"),
    tables: tables.map((table) => table.textContent.length),
  };
})"""
MOVES = """() => ({
  running: document.getAnimations().length,
  styled: [...document.querySelectorAll("*")].filter((node) => {
    const style = getComputedStyle(node);
    return style.scrollBehavior === "smooth" || style.animationName !== "none"
      || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
  }).length,
})"""
HEADS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((node) => node.checkVisibility())
  .map((node) => Number(node.tagName[1]))"""
OWN_PAPER = """() => [...document.querySelectorAll(".drawing, .mark, .past svg")]
  .filter((node) => {
    const style = getComputedStyle(node);
    const probe = document.createElement("i");
    probe.style.cssText = "forced-color-adjust: none; background: var(--paper)";
    node.after(probe);
    const ground = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return style.forcedColorAdjust !== "none" || style.backgroundColor !== ground;
  }).length"""
# Follows a link as a reader does who cannot count on the browser to unfold anything.
FOLLOW = """async (place) => {
  for (const node of document.querySelectorAll("details")) node.open = false;
  document.querySelector(`a[href="#${place}"]`).click();
  await new Promise((done) => setTimeout(done, 100));
  const box = document.getElementById(place).getBoundingClientRect();
  return box.height > 0 && box.top < innerHeight && box.bottom > 0;
}"""


def test_the_key_tab_goes_through_the_page(browser, page):
    """The first stop skips the head; each is marked, in the text's order, and seen."""
    stops = browser.tab(page)
    numbers = [stop["number"] for stop in stops]

    assert ("a", "#main") == (stops[0]["kind"], stops[0]["goes"])
    assert sorted(numbers) == numbers
    assert [] == [s["text"] for s in stops if s["outline"] < 2 or s["width"] < 8]
    assert [] == [s["text"] for s in stops if s["top"] >= s["tall"] or s["bottom"] <= 0]
    assert {0} == {stop["tabindex"] for stop in stops}


def test_every_fold_and_every_wide_table_is_a_stop(browser, page):
    """What opens and what scrolls can be reached without a mouse."""
    stops = browser.tab(page)
    script = (
        "() => [...document.querySelectorAll('summary, .scroll')]"
        ".filter((node) => node.checkVisibility()).length"
    )
    kinds = [stop["kind"] for stop in stops]

    assert browser.ask(page, script) == kinds.count("summary") + kinds.count("div")


@pytest.mark.parametrize("look", ["zoomed", "zoomed-more"])
def test_twice_and_four_times_as_large(browser, page, look):
    """Nothing is lost at the side, and the page scrolls down only."""
    script = "() => [document.documentElement.scrollWidth, innerWidth]"
    width, window = browser.ask(page, script, look)

    assert [] == browser.ask(page, TOO_WIDE, look)
    assert window == width


def test_nothing_moves(browser, page):
    """No animation, no transition, no smooth scrolling, for anybody."""
    for look in ("desktop", "still"):
        assert {"running": 0, "styled": 0} == browser.ask(page, MOVES, look)


def test_charts_are_told_with_their_numbers(browser, page):
    """From what to what, in one sentence; the rest stands in a table right behind."""
    charts = browser.ask(page, CHARTS)

    assert charts
    for chart in charts:
        assert ("img", "true") == (chart["role"], chart["hidden"])
        assert re.search(r"\d.*\d", chart["words"]), chart
        assert chart["tables"], chart
        assert min(chart["tables"]) > 30


def test_headings_are_an_outline(browser, page):
    """One title; below it no level is left out."""
    levels = browser.ask(page, HEADS)

    assert 1 == levels.count(1)
    assert [] == [(a, b) for a, b in pairwise(levels) if b > a + 1]


def test_a_palette_of_the_readers_own(browser, page):
    """Drawings keep their colors, and the paper that these are made for."""
    assert 0 == browser.ask(page, OWN_PAPER, "forced")


def test_a_number_leads_to_its_meaning_and_its_tickets(browser, page):
    """Also to what is folded away, which opens."""
    text = page.read_text("utf-8")
    places = sorted({*re.findall(r'href="#((?:card|tickets)-[a-z-]+)"', text)})
    some = {places[0], places[-1]}
    kinds = {place.partition("-")[0] for place in some}

    assert {"card", "tickets"} == kinds
    assert [] == [place for place in some if not follow(browser, page, place)]


def follow(browser, page, place):
    """Say whether a place is in sight after its first link was followed."""
    return browser.ask(page, f"() => ({FOLLOW})({place!r})")


@in_every_look
def test_the_list_of_reports_is_for_everyone(browser, page, look):
    """axe-core finds nothing serious in it; it scrolls down only, and nothing moves."""
    index = page.parents[1] / "index.html"
    sight = browser.see(index, look)

    assert ([], [], []) == (sight.violations, sight.console, sight.requests)
    assert (390 if look == "phone" else 1280) == sight.width
    assert {"running": 0, "styled": 0} == browser.ask(index, MOVES, look)
    assert [] == [s["text"] for s in browser.tab(index) if s["outline"] < 2]
