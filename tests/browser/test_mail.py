"""The mail of each report in a browser: nothing runs or is loaded, all is seen."""

from __future__ import annotations

import nbformat
import pytest

from kpi_kit.mail.message import digest_of
from tests.browser.letters import composed, page_of

everywhere = pytest.mark.parametrize(
    "helpdesk", ["usual", "empty_week", "no_ticket", "hostile", "corpus"]
)
SEEN = """() => [...document.images].map(i => [i.complete, i.naturalWidth, i.alt])"""
WIDTH = """() => {
  document.body.style.width = '%dpx';
  return [...document.images].map(image => image.clientWidth);
}"""
# Words of names that begin on one line and end on the next.
BROKEN = r"""() => [...document.querySelectorAll('td > p:first-child')].flatMap(p => {
  const text = document.createTreeWalker(p, NodeFilter.SHOW_TEXT).nextNode();
  return [...(text?.data ?? '').matchAll(/[^\s]+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(r => r.top)).size > 1;
  }).map(word => word[0]);
})"""


@pytest.fixture
def letter(page, tmp_path):
    """Return the page of a report's mail."""
    return page_of(composed(page, tmp_path), tmp_path)


def _notebook(page):
    return nbformat.read(page.with_suffix(".ipynb"), as_version=4)


@pytest.mark.parametrize("helpdesk", ["usual"])
def test_no_word_is_broken_on_a_phone(browser, letter):
    """A KPI's name stands in a narrow column: its words keep to one line each."""
    found = browser.ask(letter, BROKEN, "phone")

    assert [] == found


@pytest.mark.parametrize("helpdesk", ["usual"])
@pytest.mark.parametrize("wide", [360, 375, 390])
def test_the_words_of_a_chart_can_be_read_on_a_phone(browser, page, letter, wide):
    """A picture shrinks with its words: none of them is under 11 pixels there."""
    (chart,) = digest_of(_notebook(page))["charts"]
    (shown,) = browser.ask(letter, WIDTH % wide, "phone")

    found = [*sizes(chart["spec"])]
    assert len(found) > 3
    assert 11 <= min(found) * shown / chart["spec"]["width"]


def sizes(part):
    """Yield the sizes of letters that a drawing names."""
    if isinstance(part, dict):
        for name, each in part.items():
            if name.lower().endswith("fontsize"):
                yield each
            yield from sizes(each)
    elif isinstance(part, list):
        for each in part:
            yield from sizes(each)


@everywhere
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_nothing_runs_and_nothing_is_cut(browser, page, letter, look):
    """No script, no request, no scroll sideways, and every picture in its place.

    The only links are those of the tickets that wait, into their helpdesk.
    """
    waiting = digest_of(_notebook(page))["waiting"]["tickets"]
    sight = browser.see(letter, look)
    pictures = browser.ask(letter, SEEN, look)

    assert ([], [], []) == (sight.ran, sight.requests, sight.console)
    links = [a for a in sight.addresses if not a.startswith("data:image/png")]
    assert [each["address"] for each in waiting if each["address"]] == links
    assert all(link.startswith("https://") for link in links)
    assert sight.width <= {"desktop": 1280, "phone": 390}[look]
    assert [(True, True)] * len(pictures) == [(p[0], p[1] > 1000) for p in pictures]
    assert all(": from " in alt for _, _, alt in pictures)


@pytest.mark.parametrize("helpdesk", ["usual"])
def test_anyone_can_read_it(browser, letter):
    """The checks of axe-core: contrast, names, order."""
    assert [] == browser.see(letter, "desktop").violations
