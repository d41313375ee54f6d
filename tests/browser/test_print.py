"""On paper a report is black on white, and its charts are whole."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

usual = pytest.mark.parametrize("helpdesk", ["usual"])
# The first and the last point of each chart as a word that pdftotext finds again.
MARK_ENDS = """() => {
  for (const [number, chart] of document.querySelectorAll("figure.chart").entries()) {
    chart.style.position = "relative";
    for (const end of ["top", "bottom"]) {
      const word = document.createElement("span");
      word.textContent = `chart${number}${end}`;
      word.style.cssText = `position: absolute; ${end}: 0; font: 4px/4px serif`;
      chart.append(word);
    }
  }
}"""


def torn(browser, path):
    """Return the numbers of the charts that stand on more than one sheet."""
    pages = poppler("pdftotext", "-", "-", given=browser.print(path, before=MARK_ENDS))
    found = {}
    for number, text in enumerate(pages.decode().split("\f")):
        for chart in re.findall(r"chart(\d+)(?:top|bottom)", text):
            found.setdefault(int(chart), []).append(number)
    assert all(2 == len(ends) for ends in found.values()), found
    return sorted(chart for chart, ends in found.items() if ends[0] != ends[1])


def poppler(command, *options, given):
    """Run one of poppler's tools on a PDF and return what it prints."""
    if shutil.which(command) is None:
        pytest.skip(f"no {command} here: apt-get install poppler-utils")
    run = subprocess.run(
        [command, *options], input=given, capture_output=True, check=True
    )
    return run.stdout


@usual
def test_no_chart_is_torn(browser, page):
    """Each chart stands whole on one sheet."""
    assert [] == torn(browser, page)


@usual
def test_paper_is_white(browser, page):
    """Who reads in the dark does not print in the dark."""
    sheet = browser.print(page, "dark")
    options = ("-gray", "-singlefile", "-scale-to", "100", "-")
    pixels = poppler("pdftoppm", *options, given=sheet)[-5000:]

    assert sum(pixels) / len(pixels) > 200


@usual
def test_no_sheet_is_shrunk(browser, page):
    """Its text begins at the margin of 13 mm: what is too wide would shrink it all."""
    words = poppler("pdftotext", "-bbox", "-", "-", given=browser.print(page))
    sheets = words.decode().split("<page ")[1:]
    found = [
        [tuple(map(float, at)) for at in re.findall(r'xMin="(.+?)" yMin="(.+?)"', each)]
        for each in sheets
    ]

    # Above the foot, which stands in the margin and is never shrunk.
    lefts = [min(x for x, y in sheet if y < 780) for sheet in found]
    assert [37] * len(sheets) == [round(left) for left in lefts]


@usual
def test_a_last_line_takes_no_question_along(browser, page):
    """An answer stays with its chart, not with the question after it."""
    script = """() => {
      dispatchEvent(new Event("beforeprint"));
      const shown = [...document.querySelectorAll("section > *")]
        .filter((node) => node.getClientRects().length);
      const last = shown.filter((node, place) =>
        shown[place + 1]?.parentElement !== node.parentElement);
      return last.map((node) => [node.className, getComputedStyle(node).breakAfter]);
    }"""
    ends = browser.ask(page, script)

    assert ends
    assert [] == [name for name, after in ends if after != "auto"]
