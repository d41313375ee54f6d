"""The slides are one file that needs nothing, and hold one message each."""

from __future__ import annotations

import re
import subprocess
import sys

import nbformat
import pytest
from nbconvert.utils.exceptions import ConversionException
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kpi_kit import mime
from kpi_kit.render import render
from kpi_kit.slideshow import slides
from tests.test_render import HOSTILE, Page, shown, spec

DONE = {mime.DONE: {"slug": "acme", "as_of": "2026-11-15"}}


def a_slide(title="A message.", **what):
    """Return a slide with every text that one has."""
    body = what or {"lines": [{"state": "misses", "said": "misses", "text": "A line."}]}
    notes = [["Say", "What the speaker says."], ["How sure", "n = 30."]]
    fixed = {"title": title, "context": "One line.", "source": "Source: own data."}
    return {**fixed, "notes": notes, **body}


def chart(*texts):
    """Return a slide with a chart whose data holds the given texts."""
    return a_slide("A chart.", chart=spec("By week", *texts), scale=1.4)


def table(*cells):
    """Return a slide with a table whose cells are the given texts."""
    rows = [[*cells[:1], {"state": "meets", "text": text}] for text in cells]
    held = {"heads": ["KPI", "State"], "rows": rows, "numbers": [1]}
    return a_slide("A table.", table=held)


def asked(*texts):
    """Return a slide with something to decide."""
    return a_slide(
        "To decide.", ask=texts[0], facts=[[["For", text]] for text in texts]
    )


def a_deck(*made, done=DONE):
    """Return an executed notebook that published slides."""
    deck = {"title": "Acme, May", "slides": list(made)}
    output = new_output("display_data", data={mime.DECK: deck, "text/plain": "slides"})
    hidden = new_code_cell(
        "review.deck()", outputs=[output], metadata={"tags": ["deck"]}
    )
    cells = [shown({"text/html": "<h1>Acme</h1>"}), hidden]
    return new_notebook(cells=[*cells, shown(done)] if done else cells)


def test_a_notebook_without_slides_has_no_deck():
    """Most reports are read, not presented."""
    assert slides(new_notebook(cells=[shown(DONE)])) is None


def test_the_page_of_the_report_holds_no_slide():
    """Its reader would read everything twice."""
    text = render(a_deck(a_slide("A message that only slides have.")))

    assert "Acme" in text
    assert "only slides have" not in text
    assert "2 slides" not in text


def test_each_slide_has_its_message_number_and_notes():
    """Two slides: two sections named by their titles, and one look ahead."""
    text = slides(a_deck(a_slide("First."), a_slide("Second.")))

    assert ["1", "2"] == re.findall(r'<section class="sheet" id="slide-(\d)"', text)
    assert ["First.", "Second."] == re.findall(r'<h2 id="title-\d">(.*?)</h2>', text)
    assert ["1", "2"] == re.findall(r"</span><span>(\d)</span></p>", text)
    assert 2 == text.count("<dt>Say</dt><dd>What the speaker says.</dd>")
    assert ["Next: Second."] == re.findall(r'<p class="next">(.*?)</p>', text)


def test_a_title_does_not_part_go_live():
    """Its hyphen is no place to break a line; what stands beside it stays escaped."""
    text = slides(a_deck(a_slide("Before go-live <b>68%</b>")))

    kept = '<span class="kept">go-live</span>'
    assert f"Before {kept} &lt;b&gt;68%&lt;/b&gt;</h2>" in text


@pytest.mark.parametrize("make", [a_slide, chart, table, asked])
def test_no_text_of_a_slide_is_markup(make):
    """Whoever wrote a title, a cell, an ask or a chart's data."""
    slide = make(HOSTILE)
    slide |= {"notes": [[HOSTILE, HOSTILE]], "context": HOSTILE, "source": HOSTILE}
    notebook = a_deck(slide)
    notebook.cells[1].outputs[0].data[mime.DECK]["title"] = HOSTILE
    text = slides(notebook)

    assert "owned" in text
    assert "</script><script>document" not in text
    assert "<img" not in text


def test_needs_no_other_file():
    """No address at all, and every running script bears the policy's nonce."""
    found = Page(slides(a_deck(chart("a"), a_slide())))
    policy = next(v for t, n, v in found.attributes if n == "content" and "'none'" in v)
    nonces = {v for t, n, v in found.attributes if (t, n) == ("script", "nonce")}

    assert [] == [n for _, n, _ in found.attributes if n in ("src", "href", "action")]
    assert "link" not in found.tags
    assert f"script-src 'nonce-{nonces.pop()}'" in policy
    assert not nonces


def test_the_bundle_stands_once():
    """Six charts cost no more library than one; slides of words need none."""
    one, six, none = (
        len(slides(a_deck(a_slide(), *[chart("a")] * n))) for n in (1, 6, 0)
    )

    assert 300_000 < one - none < 500_000
    assert six - one < 15_000
    assert none < 20_000


def test_a_chart_is_enlarged_to_the_slides_width():
    """1136 pixels between the margins: 811 of the page's, 1.4 times as large."""
    text = slides(a_deck(chart("a")))

    assert 'style="--scale: 1.4; width: 811px"' in text
    assert '<div class="drawing" role="img" aria-label="By week">' in text


def test_the_same_notebook_gives_the_same_bytes():
    """Content decides the nonce here too."""
    assert slides(a_deck(chart("a"))) == slides(a_deck(chart("a")))
    assert slides(a_deck(chart("a"))) != slides(a_deck(chart("b")))


def test_the_last_slides_count():
    """An analyst who ran the cell again presents what it says now."""
    notebook = a_deck(a_slide("Old."))
    notebook.cells[1:1] = []
    again = a_deck(a_slide("New.")).cells[1]
    notebook.cells.insert(2, again)
    text = slides(notebook)

    assert "New." in text
    assert "Old." not in text


def test_half_a_report_is_not_presented():
    """The page of such a notebook says so on top; slides would be torn apart."""
    with pytest.raises(ConversionException, match=r"Run it again"):
        slides(a_deck(a_slide(), done=None))


def test_nbconvert_takes_the_exporter(tmp_path):
    """``jupyter nbconvert --to kpi-deck`` writes the same file, named for slides."""
    path = tmp_path / "a.ipynb"
    nbformat.write(a_deck(chart("a")), path)
    exporter = "kpi_kit.slideshow.DeckExporter"
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", exporter, path]
    subprocess.run(command, check=True, capture_output=True)

    made = path.with_suffix(".slides.html").read_text("utf-8")

    assert slides(a_deck(chart("a"))) == made.rstrip("\n")


def test_nbconvert_says_what_lacks(tmp_path):
    """A notebook without slides is named as such, and no file is written."""
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[shown(DONE)]), path)
    exporter = "kpi_kit.slideshow.DeckExporter"
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", exporter, path]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert 1 == done.returncode
    assert "Add a cell with review.deck(), run it." in done.stderr
    assert ["a.ipynb"] == [found.name for found in tmp_path.iterdir()]
