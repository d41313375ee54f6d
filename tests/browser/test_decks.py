"""The quarterly's own slides, on ordinary, nearly empty and hostile helpdesks."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import ELSEWHERE
from tests.browser.test_hostile import changed
from tests.browser.test_print import poppler
from tests.browser.test_slides import FITS, SIZES

DECKS = "quarterly_deep_dive"
LARGEST = 1_000_000  # bytes
every = pytest.mark.parametrize(
    "helpdesk", ["usual", "empty_week", "no_ticket", "hostile"]
)
usual = pytest.mark.parametrize("helpdesk", ["usual"])


@pytest.fixture
def deck(reports, helpdesk):
    """Return the path of the slides of a quarterly report on a helpdesk."""
    return reports.page(DECKS, helpdesk).with_suffix(".slides.html")


@every
def test_every_slide_is_drawn_in_silence(browser, deck):
    """Each chart has marks and no label cut off; nothing runs, nothing leaves."""
    sight = browser.see(deck)

    for chart in sight.charts:
        assert ("yes", []) == (chart["drawn"], chart["cut"])
        assert chart["marks"] > 0
    assert ([], [], []) == (sight.console, sight.requests, sight.ran)
    assert [] == sight.addresses
    assert deck.stat().st_size < LARGEST


@every
def test_everyone_can_read_each_slide(browser, deck, tmp_path):
    """axe-core finds nothing, one slide above the other and their notes beside."""
    opened = r'root\.classList\.add\("presented"\);'
    all_of_them = changed(deck, tmp_path, opened, 'root.classList.add("noted");')

    assert [] == browser.see(all_of_them).violations


@every
def test_words_are_large_enough(browser, deck):
    """Seen at 1280 pixels none is under 15, whatever the data says."""
    assert min(browser.ask(deck, SIZES)) >= 15


@usual
def test_every_slide_fits(browser, deck):
    """A title of two lines at most, one line under it, nothing cut off."""
    assert all(browser.ask(deck, FITS))


@every
def test_each_slide_is_a_sheet(browser, deck):
    """16:9, as many as there are slides, each with its number at the foot."""
    count = browser.ask(deck, "() => document.querySelectorAll('.sheet').length")
    sheets = browser.print(deck)
    facts = poppler("pdfinfo", "-", given=sheets).decode()
    texts = poppler("pdftotext", "-layout", "-", "-", given=sheets).decode()

    assert re.search(rf"^Pages: +{count}$", facts, flags=re.MULTILINE)
    assert re.search(r"^Page size: +960 x 540 pts", facts, flags=re.MULTILINE)
    for number, text in enumerate(texts.split("\f")[:-1], 1):
        assert re.search(rf"Source: .* {number}\s*$", text), text


@usual
def test_two_runs_give_the_same_bytes(reports, deck, helpdesk):
    """Time zone, locale, hash seed and folder leave no trace on a slide either."""
    again = reports.page(DECKS, helpdesk, **ELSEWHERE).with_suffix(".slides.html")

    assert deck != again
    assert deck.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("helpdesk", ["hostile"])
def test_foreign_words_do_not_run_without_the_policy(browser, deck, tmp_path):
    """Escapes hold alone, on slides as on the page."""
    policy = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
    sight = browser.see(changed(deck, tmp_path, policy, ""))

    assert ([], [], []) == (sight.ran, sight.requests, sight.console)
