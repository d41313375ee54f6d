"""The browser sees what it is there to see: a page that does everything wrong."""

from __future__ import annotations

import pytest

from tests.browser.test_print import torn

WRONG = """<!DOCTYPE html><html data-drawn="all">
<img src="http://127.0.0.1:9/pixel.gif"><link rel="stylesheet" href="https://a.test/a">
<a href="javascript:document.documentElement.dataset.pwn=1">pay</a>
<script>alert("hi"); undefined_function()</script>
<div style="width: 2000px">wide</div>
<figure class="chart" data-drawn="no"><div class="drawing"></div></figure>
<figure class="chart" data-drawn="yes"><div class="drawing"><svg width="50">
<g class="role-mark"><path d="M0,0"/></g><text x="40" y="9">too long</text></svg></div>
</figure></html>"""
TALL = """<!DOCTYPE html><html data-drawn="all">
<figure class="chart" style="height: 300mm">taller than a page</figure>
<figure class="chart" style="break-inside: avoid">not so</figure>"""


@pytest.fixture(scope="session")
def wrong(browser, tmp_path_factory):
    """What is seen of the page."""
    path = tmp_path_factory.mktemp("wrong") / "page.html"
    path.write_text(WRONG, "utf-8")
    return browser.see(path, "phone")


def test_sees_scripts_run(wrong):
    """Dialogs, marks left on the page, and links that run when they are clicked."""
    assert ["alert: hi", "a payload marked the page"] == wrong.ran


def test_sees_requests(wrong):
    """What is asked for counts, though nothing answers."""
    assert ["http://127.0.0.1:9/pixel.gif", "https://a.test/a"] == wrong.requests
    assert {
        "http://127.0.0.1:9/pixel.gif",
        "https://a.test/a",
        "javascript:document.documentElement.dataset.pwn=1",
    } == set(wrong.addresses)


def test_sees_errors(wrong):
    """Of scripts and of what could not be loaded."""
    told = "\n".join(wrong.console)

    assert "undefined_function is not defined" in told
    assert "Failed to load resource" in told


def test_sees_what_sticks_out(wrong):
    """A page wider than its phone, a label cut at the edge of its chart."""
    assert wrong.width >= 2000
    assert [
        {"drawn": "no", "marks": 0, "cut": []},
        {"drawn": "yes", "marks": 1, "cut": ["too long"]},
    ] == wrong.charts


def test_sees_what_a_screen_reader_misses(wrong):
    """A picture without words is critical."""
    assert any("critical: image-alt" in line for line in wrong.violations)


def test_sees_torn_charts(browser, tmp_path):
    """Only the chart that no page can hold is torn."""
    path = tmp_path / "tall.html"
    path.write_text(TALL, "utf-8")

    assert [0] == torn(browser, path)
