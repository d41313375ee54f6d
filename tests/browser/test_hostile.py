"""What strangers write into a helpdesk is read in a report, and never runs.

Two walls stand in the way: every text is escaped, and the page's policy refuses script
and addresses.  Each must hold alone.
"""

from __future__ import annotations

import re
from html import escape

import pytest

from tests.browser.helpdesks import PAYLOADS

hostile = pytest.mark.parametrize("helpdesk", ["hostile", "corpus"])
on_screen = pytest.mark.parametrize("look", ["desktop"])


def changed(page, folder, pattern, text):
    """Write a page with one place of it changed; return its path."""
    made, count = re.subn(pattern, lambda _: text, page.read_text("utf-8"))
    assert 1 == count
    path = folder / "page.html"
    path.write_text(made, "utf-8")
    return path


@hostile
@on_screen
def test_nothing_runs(sight):
    """Not even an attempt: the console would tell of what the policy refused."""
    assert [] == sight.ran
    assert [] == sight.requests
    assert [] == sight.console
    assert ["yes"] * len(sight.charts) == [chart["drawn"] for chart in sight.charts]


@hostile
@on_screen
def test_no_word_becomes_an_address(sight):
    """A ticket's link leads to the web or is no link."""
    assert [] == [a for a in sight.addresses if not a.startswith(("#", "https://"))]


@hostile
def test_escapes_hold_without_the_policy(browser, page, tmp_path):
    """A mail program may drop the policy."""
    policy = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
    sight = browser.see(changed(page, tmp_path, policy, ""))

    assert ([], [], []) == (sight.ran, sight.requests, sight.console)


@pytest.mark.parametrize("helpdesk", ["usual"])
def test_the_policy_holds_without_escapes(browser, page, tmp_path):
    """An analyst's own cell may show a comment as it came."""
    main = '<main id="main">'
    links = "<a href='javascript:document.documentElement.dataset.pwn=1'>pay</a>"
    sight = browser.see(changed(page, tmp_path, main, main + links + "".join(PAYLOADS)))

    assert ([], []) == (sight.ran, sight.requests)
    assert any("Content Security Policy" in line for line in sight.console)


@hostile
def test_the_words_are_there(page, helpdesk):
    """What is hostile reaches the page as text: else nothing above is shown."""
    text = page.read_text("utf-8")
    known = [payload for payload in PAYLOADS if escape(payload) in text]

    assert ("hostile" == helpdesk) == (len(known) > 3)
    assert escape("<img src=x onerror=document.documentElement.dataset.pwn=1>") in text


@hostile
def test_no_control_character_is_left(page):
    """A terminal would obey it when the file is looked at there."""
    assert not re.search(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page.read_text("utf-8")
    )
