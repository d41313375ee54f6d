"""Slides in a real browser: read from afar, turned by keys, and printed one by one."""

from __future__ import annotations

import re

import pytest

from kpi_kit.slideshow import slides
from tests.browser.test_hostile import changed
from tests.browser.test_print import poppler
from tests.test_render import HOSTILE
from tests.test_slideshow import a_deck, a_slide, asked, chart, table

LONG = "A message that goes on and on until it can be told in two lines no more, " * 3
# Of every text on a slide its size as it is seen at 1280 pixels, the foot left out.
SIZES = """() => [...document.querySelectorAll(".sheet")].map((sheet) => {
  const seen = (node) => {
    const drawn = node.closest("svg.marks");
    const by = drawn ? drawn.getBoundingClientRect().width / drawn.clientWidth : 1;
    return by * parseFloat(getComputedStyle(node).fontSize);
  };
  const texts = [...sheet.querySelectorAll(".slide *")].filter((node) =>
    !node.closest(".foot, caption, script") && [...node.childNodes].some(
      (child) => child.nodeType === 3 && child.textContent.trim()));
  return Math.min(...texts.map(seen));
})"""
# Of every slide whether its parts lie within it, and above its foot.
FITS = """() => [...document.querySelectorAll(".sheet")].map((sheet) => {
  const title = sheet.querySelector("h2"), line = sheet.querySelector(".context");
  const body = sheet.querySelector(".body"), foot = sheet.querySelector(".foot span");
  const third = title.scrollHeight >= title.clientHeight + 21;  // a line is 42
  return !third && title.offsetHeight <= 84
    && line.scrollWidth <= line.clientWidth && foot.scrollWidth <= foot.clientWidth
    && body.scrollHeight <= body.clientHeight && body.scrollWidth <= body.clientWidth;
})"""


@pytest.fixture
def path(tmp_path):
    """Return the path of five slides, one of each kind and one more of words."""
    drawn = chart("a", "b")
    small = dict.fromkeys(("labelFontSize", "titleFontSize"), 11)
    drawn["chart"]["config"] = {"axis": small, "text": {"fontSize": 11}}
    words = a_slide("First."), a_slide("Last.")
    made = a_deck(words[0], drawn, table("x", "y"), asked("Act."), words[1])
    file = tmp_path / "a.slides.html"
    file.write_text(slides(made), "utf-8")
    return file


def pressed(*keys):
    """Return a script that presses keys and says where the deck is then."""
    script = "".join(
        f"dispatchEvent(new KeyboardEvent('keydown', {{key: {key!r}}}));"
        for key in keys
    )
    # A key is pressed in an element; here that is the page's body.
    script = script.replace("dispatchEvent(", "document.body.dispatchEvent(")
    script = script.replace("}));", ", bubbles: true}));")
    return f"""() => {{ {script}
      const shown = [...document.querySelectorAll(".sheet")]
        .filter((sheet) => getComputedStyle(sheet).visibility === "visible");
      return [shown.map((sheet) => sheet.id).join(), location.hash,
        document.getElementById("at").textContent]; }}"""


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ([], 1),
        (["ArrowRight"], 2),
        ([" ", "PageDown", "ArrowDown"], 4),
        (["End"], 5),
        (["End", "ArrowRight"], 5),
        (["End", "ArrowLeft", "PageUp", "ArrowUp"], 2),
        (["ArrowLeft"], 1),
        (["End", "Home"], 1),
        (["x", "Tab"], 1),
    ],
)
def test_keys_turn_the_slides(browser, path, keys, place):
    """One slide is shown, the address names it, and a screen reader hears it."""
    shown, address, told = browser.ask(path, pressed(*keys))

    assert f"slide-{place}" == shown
    assert ("" if not keys else f"#{place}") in address
    assert told.startswith(f"Slide {place} of 5: ")


def test_a_key_opens_the_notes(browser, path):
    """What the speaker knows stands beside the slide, and the address keeps it."""
    notes = "getComputedStyle(document.querySelector('.notes')).display"
    script = pressed("ArrowRight", "n").replace("return [", f"return [{notes}, ")
    display, shown, address, _ = browser.ask(path, script)

    assert ("block", "slide-2", "#2-notes") == (display, shown, address)
    assert "#2" == browser.ask(path, pressed("ArrowRight", "n", "s"))[1]


def test_the_margins_turn_the_slides(browser, path):
    """A hand needs no keyboard: the right margin goes on, the left one back."""
    script = """() => { const click = (x) => document.elementFromPoint(x, 450).click();
      click(1270); click(1270); click(10); return location.hash; }"""

    assert "#2" == browser.ask(path, script)


def test_a_finger_turns_the_slides(browser, path):
    """To the left goes on, to the right back; down and a short touch do nothing."""
    script = """() => {
      const touch = (type, x, y, name) => {
        const given = { identifier: 1, target: document.body, clientX: x, clientY: y };
        const event = { bubbles: true, [name]: [new Touch(given)] };
        document.body.dispatchEvent(new TouchEvent(type, event));
      };
      const swipe = (x, y) => {
        touch("touchstart", 600, 400, "touches");
        touch("touchend", 600 + x, 400 + y, "changedTouches");
        return location.hash;
      };
      return [[-200, 10], [-80, -40], [90, 0], [9, 0], [50, 90]].map(
        ([right, down]) => swipe(right, down));
    }"""

    assert ["#2", "#3", "#2", "#2", "#2"] == browser.ask(path, script)


def test_the_address_names_a_slide(browser, path):
    """A link to slide 3 opens slide 3, while the deck is open too."""
    script = """async () => { location.hash = "#3";
      await new Promise((done) => setTimeout(done, 50));
      return document.querySelector(".sheet.shown").id; }"""

    assert "slide-3" == browser.ask(path, script)


def test_all_of_it_is_drawn_in_silence(browser, path):
    """The chart of a slide that is not shown yet is drawn; nothing else happens."""
    sight = browser.see(path)

    assert ["yes"] == [each["drawn"] for each in sight.charts]
    assert [[]] == [each["cut"] for each in sight.charts]
    assert ([], [], []) == (sight.console, sight.requests, sight.ran)
    assert [] == sight.addresses


def test_everyone_can_read_it(browser, path, tmp_path):
    """axe-core finds nothing on any slide, with the notes open as well."""
    assert [] == browser.see(path).violations

    for name in ("presented", "presented', 'noted"):
        under = r'root\.classList\.add\("presented"\);'
        shown = "root.classList.add('noted');" if "noted" in name else ""
        open_ = changed(path, tmp_path, under, shown)

        assert [] == browser.see(open_, "desktop").violations
        browser.see.cache_clear()


def test_words_are_read_from_afar(browser, path):
    """At least 15 pixels of 720, charts too; only the foot may be smaller."""
    assert min(browser.ask(path, SIZES)) >= 15


def test_what_is_too_long_is_cut_and_covers_nothing(browser, tmp_path):
    """Hostile names are as long as they like; a title stays in its two lines."""
    path = tmp_path / "a.slides.html"
    word = "x" * 400
    made = a_deck(a_slide(LONG), a_slide(word), table(word, *[LONG] * 9), asked(LONG))
    path.write_text(slides(made), "utf-8")
    script = """() => [...document.querySelectorAll(".sheet")].map((sheet) => [
      sheet.querySelector("h2").offsetHeight,
      sheet.querySelector(".body").getBoundingClientRect().bottom
        <= sheet.querySelector(".foot").getBoundingClientRect().top])"""

    for tall, is_free in browser.ask(path, script):
        assert tall <= 84
        assert is_free


@pytest.mark.parametrize("look", ["desktop", "dark"])
def test_prints_one_slide_on_a_sheet(browser, path, look):
    """16:9, white in the dark too, and each title on a sheet of its own."""
    sheets = browser.print(path, look)
    facts = poppler("pdfinfo", "-", given=sheets).decode()
    texts = poppler("pdftotext", "-", "-", given=sheets).decode().split("\f")
    titles = ["First.", "A chart.", "A table.", "To decide.", "Last."]

    assert re.search(r"^Pages: +5$", facts, flags=re.MULTILINE)
    assert re.search(r"^Page size: +960 x 540 pts", facts, flags=re.MULTILINE)
    assert re.search(r"^Tagged: +yes$", facts, flags=re.MULTILINE)
    for title, text in zip(titles, texts, strict=False):
        assert title in text
        assert "What the speaker says." not in text


def test_prints_the_notes_when_they_are_open(browser, path):
    """Sheet by sheet the slide and what the speaker says to it."""
    notes = "() => document.documentElement.classList.add('noted')"
    sheets = browser.print(path, before=notes)
    texts = poppler("pdftotext", "-", "-", given=sheets).decode().split("\f")[:-1]

    assert 5 == len(texts)
    for text in texts:
        assert "What the speaker says." in text
        assert "Source: own data." in text


def test_foreign_words_do_not_run(browser, tmp_path):
    """Not in a title, a cell, an ask, a note or a chart; nor without the policy."""
    path = tmp_path / "a.slides.html"
    made = a_deck(a_slide(HOSTILE), chart(HOSTILE), table(HOSTILE), asked(HOSTILE))
    path.write_text(slides(made), "utf-8")
    policy = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
    for file in (path, changed(path, tmp_path, policy, "")):
        sight = browser.see(file)

        assert ([], [], []) == (sight.ran, sight.requests, sight.console)
        assert "Acme, May" == sight.title
