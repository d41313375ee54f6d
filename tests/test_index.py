"""The list of reports: all of them, newest first, whole, and safe to open."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from kpi_kit.index import NEWEST, write_index
from kpi_kit.mail.ledger import Key, Ledger
from kpi_kit.reports import LEDGER, reports
from tests.shelf import fail, put

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def out(tmp_path):
    """Return an empty folder for reports."""
    return tmp_path / "reports"


def page_of(out):
    """Write the list and return it."""
    write_index(out)
    return (out / "index.html").read_text("utf-8")


def rows(page):
    """Return the texts of each row's cells, by vendor, in the page's order."""
    found = {}
    for section in page.split("<section ")[1:]:
        vendor = _texts(section, "h2")[0]
        lines = re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>", 1)[1], re.DOTALL)
        found[vendor] = [_texts(line, "t[hd]") for line in lines]
    return found


def _texts(markup, element):
    parts = re.findall(rf"<{element}\b[^>]*>(.*?)</{element}>", markup, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", part).split()) for part in parts]


def test_reports_stand_by_vendor_the_newest_first(out):
    """Two vendors, days in no order; each says how it begins and has its links."""
    put(
        out, "2026-11-13", title="Friday 13 November 2026", says="Slow.", state="misses"
    )
    put(out, "2026-11-14", says="Fine.")
    put(out, "2026-11-14", slug="bob", vendor="Bob & Co", says="So so.")
    put(out, "2026-11-08", cadence="weekly_review")
    page = page_of(out)

    found = rows(page)
    assert ["Ann", "Bob & Co"] == [text.replace("&amp;", "&") for text in found]
    assert [
        [
            "To Saturday 14 November 2026",
            "daily digest",
            "complete",
            "notebook",
            "Fine.",
        ],
        ["Friday 13 November 2026", "daily digest", "complete", "notebook", "Slow."],
        ["To Sunday 8 November 2026", "weekly review", "complete", "notebook", ""],
    ] == found["Ann"]
    assert '<a href="ann/daily_digest-2026-11-13.html">Friday 13' in page
    assert 'aria-label="misses"' in page


def test_states_are_told_with_their_reasons(out):
    """A run that failed, one on data that ends early, and one that failed once more."""
    put(out, "2026-11-14", lacks="Data ends Fri 13 Nov, 20:00. One day is missing.")
    fail(out, "2026-11-15", why="tickets.csv: line 3: no date")
    put(out, "2026-11-13", says="Fine.")
    fail(out, "2026-11-13", why="disk")
    page = page_of(out)

    states = [row[2] for row in rows(page)["Ann"]]
    assert ["failed", "incomplete", "failed"] == states
    told = [row[4] for row in rows(page)["Ann"]]
    failed = "This report failed in cell open. tickets.csv: line 3: no date."
    assert failed == told[0]
    assert "Data ends Fri 13 Nov, 20:00. One day is missing." == told[1]
    assert told[2].endswith("disk. The report before it stays. Fine.")
    assert "One of the newest reports failed." in page


def test_no_number_parts_from_its_unit(out):
    """Of what a report says and of what it lacks; a table's narrow cell breaks."""
    put(out, "2026-11-14", says="It took 4 h 18 min.", lacks="The last 30 min.")
    page = page_of(out)

    assert "It took 4\u00a0h\u00a018\u00a0min." in page
    assert "The last 30\u00a0min." in page


def test_what_became_of_the_mails(out):
    """The newest numbers count; that there were others before is told, no address."""
    put(out, "2026-11-14")
    ledger = Ledger(out / LEDGER)
    ledger.begin()
    for revision, states in (("one", ["accepted"]), ("two", ["accepted", "unknown"])):
        key = Key(
            slug="ann", cadence="daily_digest", as_of="2026-11-14", revision=revision
        )
        people = [f"{number}@example.com" for number in range(len(states))]
        ledger.take_up(key, people, people)
        for person, state in zip(people, states, strict=True):
            ledger.claim(key, person)
            ledger.settle(key, person, state)
    ledger.close()
    page = page_of(out)

    state = rows(page)["Ann"][0][2]
    assert "complete revised, sent to 1, may have reached 1" == state
    assert "example.com" not in page


def test_no_name_from_a_report_is_markup(out):
    """Neither a contract's vendor nor an error, a sentence or a file's name."""
    put(out, "2026-11-14", vendor=HOSTILE, title=HOSTILE, says=HOSTILE, lacks=HOSTILE)
    fail(out, "2026-11-13", why=HOSTILE)
    (out / "ann" / f"{HOSTILE.replace('/', '')}-2026-11-12.ipynb").write_text("{}")
    page = page_of(out)

    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))
    parser.feed(page)
    assert not {"script", "img"} & {tag for tag, _ in found}
    assert not [a for _, given in found for a, _ in given if a.startswith("on")]
    assert "default-src 'none'" in page
    assert HOSTILE.replace("<", "&lt;").replace(">", "&gt;") in page


def test_files_that_are_no_reports_do_no_harm(out):
    """Torn, foreign and linked ones: what is none is not listed, what is torn is."""
    put(out, "2026-11-14")
    folder = out / "ann"
    (folder / "daily_digest-2026-11-13.ipynb").write_bytes(b"\xff{")
    (folder / "daily_digest-2026-11-12.failed.ipynb").write_text("[1]")
    (folder / "daily_digest-2026-02-30.ipynb").write_text("{}")
    (folder / "notes.txt").write_text("x")
    (out / "demo_helpdesk").mkdir()
    (out / "linked").symlink_to(folder)

    days = [str(report.as_of) for report in reports(out)]
    assert ["2026-11-14", "2026-11-13", "2026-11-12"] == days
    states = [row[2] for row in rows(page_of(out))["Ann"]]
    assert ["complete", "incomplete", "failed"] == states


def test_older_reports_are_one_click_away(out):
    """A page of a year of days opens with the newest of them."""
    for day in range(1, NEWEST + 3):
        put(out, f"2026-10-{day:02}")
    page = page_of(out)

    first, _, rest = page.partition("<details>")
    assert NEWEST == first.count('<th scope="row">')
    assert "<summary>2 older</summary>" in rest
    assert 2 == rest.count('<th scope="row">')


def test_the_same_reports_give_the_same_bytes(out, tmp_path):
    """Whatever order they were made in; and a list that is right is left alone."""
    days = ["2026-11-12", "2026-11-13", "2026-11-14"]
    for day in days:
        put(out, day)
    page = page_of(out)
    when = (out / "index.html").stat().st_mtime_ns
    for day in reversed(days):
        put(tmp_path / "again", day)

    assert page == page_of(tmp_path / "again") == page_of(out)
    assert when == (out / "index.html").stat().st_mtime_ns


def test_of_many_that_write_at_once_none_is_left_out(out):
    """Six processes add a report each and write the list; the last one knows all."""
    code = (
        "import sys; from pathlib import Path; from tests.shelf import put; "
        "from kpi_kit.index import write_index; out = Path(sys.argv[1])\n"
        "for day in range(1, 6):\n"
        "    put(out, f'2026-11-{day:02}', slug=sys.argv[2]); write_index(out)"
    )
    slugs = [f"vendor-{number}" for number in range(6)]
    command = [sys.executable, "-c", code, str(out)]
    running = [subprocess.Popen([*command, slug]) for slug in slugs]
    assert [0] * 6 == [each.wait(timeout=120) for each in running]

    found = rows((out / "index.html").read_text("utf-8"))
    assert {slug.title(): 5 for slug in slugs} == {v: len(r) for v, r in found.items()}
    assert [] == [p.name for p in out.iterdir() if p.name.startswith(".index")]


def test_a_folder_without_reports_gets_no_list(out):
    """Nor does one that is not there; nothing is made of it."""
    write_index(out)
    assert not out.exists()
    out.mkdir()
    write_index(out)

    assert [] == list(out.iterdir())
