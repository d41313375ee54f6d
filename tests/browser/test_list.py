"""The list of reports, looked at: it loads nothing, runs nothing and reads well."""

from __future__ import annotations

import pytest

from kpi_kit.index import NEWEST, write_index
from tests.browser.helpdesks import PAYLOADS
from tests.shelf import fail, put


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """Return the list of reports of two vendors, one of which is hostile."""
    out = tmp_path_factory.mktemp("list")
    for day in range(1, NEWEST + 4):
        put(out, f"2026-10-{day:02}", says="Slower than agreed.", state="misses")
    words = "".join(PAYLOADS)
    put(
        out,
        "2026-10-11",
        slug="bob",
        vendor=words,
        title=words,
        says=words,
        lacks=words,
    )
    fail(out, "2026-10-12", slug="bob", why=words)
    write_index(out)
    return out / "index.html"


@pytest.mark.parametrize("look", ["desktop", "phone", "dark", "dark-phone"])
def test_the_list_reads_well_everywhere(browser, listed, look):
    """Nothing runs or is asked for, nothing sticks out, and axe finds nothing."""
    sight = browser.see(listed, look)

    assert ([], [], []) == (sight.ran, sight.requests, sight.console)
    assert [] == sight.violations
    assert sight.width <= (390 if "phone" in look else 1280)


def test_its_links_stay_in_the_folder(browser, listed):
    """Each leads to a place of the page or to a report below it."""
    sight = browser.see(listed, "desktop")

    outside = [a for a in sight.addresses if not a.startswith(("#", "ann/", "bob/"))]
    assert [] == outside
    assert "ann/daily_digest-2026-10-23.html" in sight.addresses
