"""The page is one file that needs nothing, leaks nothing and runs nothing foreign."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from kpi_kit import mime
from kpi_kit.render import render
from kpi_kit.self_contained import script_json, vega_bundle

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>"


def spec(label, *texts):
    """Return a small chart whose data holds the given texts."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": label,
        "data": {"values": [{"a": text, "b": n} for n, text in enumerate(texts, 1)]},
        "layer": [
            {"mark": {"type": "bar", "color": "#1663A6", "tooltip": True}},
            {"mark": "text", "encoding": {"text": {"field": "a", "type": "nominal"}}},
        ],
        "encoding": {
            "x": {
                "field": "a",
                "type": "nominal",
                "axis": {"labelExpr": "datum.label"},
            },
            "y": {"field": "b", "type": "quantitative"},
        },
    }


def shown(data, **cell):
    """Return a code cell that displays one output."""
    output = new_output("display_data", data=data)
    return new_code_cell("secret_code()", outputs=[output], **cell)


def a_notebook(*texts, charts=1):
    """Return an executed notebook with a table, charts and cells that are hidden."""
    hidden = shown(
        {"text/html": "<p>not for readers</p>"}, metadata={"tags": ["parameters"]}
    )
    drawn = [shown({mime.CHART: spec(f"Chart {n}", *texts)}) for n in range(charts)]
    cells = [
        hidden,
        shown({"text/html": "<h1>Acme &amp; Co, May</h1>"}),
        new_markdown_cell("## Is it *fast* & good?", id="speed"),
        *drawn,
        shown({"text/plain": "<plain>"}),
        shown({mime.DONE: {"slug": "acme"}, "text/plain": "complete"}),
    ]
    return new_notebook(cells=cells, metadata={"title": "Weekly review"})


class Page(HTMLParser):
    """What a browser would fetch or run of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


def test_holds_no_code_and_no_parameters():
    """The reader sees outputs only, and never the parameters."""
    text = render(a_notebook("a"))

    assert "secret_code" not in text
    assert "not for readers" not in text
    assert "complete" not in text
    assert "&lt;plain&gt;" in text


def test_is_named_and_can_be_walked():
    """Title, language, main, and one link for each question."""
    text = render(a_notebook("a"))

    assert "<title>Weekly review · Acme &amp; Co, May</title>" in text
    assert '<html lang="en">' in text
    assert '<main id="main">' in text
    assert '<a href="#speed">' in text
    assert '<section id="speed">' in text


def test_needs_no_other_file():
    """No address but the data and fragments of the page itself."""
    found = Page(render(a_notebook("a")))
    addresses = [
        value
        for _, name, value in found.attributes
        if name in ("src", "href", "action")
    ]

    assert [] == [a for a in addresses if not a.startswith(("#", "data:"))]
    assert "link" not in found.tags


def test_the_bundle_stands_once():
    """Six charts cost no more library than one; a page without charts has none."""
    one, six, none = (len(render(a_notebook("a", charts=n))) for n in (1, 6, 0))

    assert 300_000 < one - none < 500_000
    assert six - one < 10_000


def test_charts_are_pictures_with_words():
    """A chart says what it shows to who cannot see it."""
    text = render(a_notebook("a"))

    assert '<div class="drawing" role="img" aria-label="Chart 0">' in text


def test_a_charts_title_is_text_above_it():
    """It wraps on a phone, and a customer's word in it is no markup."""
    title = {"text": "Of <b>", "subtitle": ["one.", "two."]}
    chart = spec("Chart", "a") | {"title": title}
    text = render(new_notebook(cells=[shown({mime.CHART: chart})]))

    assert "<figcaption><b>Of &lt;b&gt;</b>one. two.</figcaption>" in text
    assert '"subtitle"' not in text


def test_a_question_without_answer_is_not_asked():
    """A KPI that is not in the report has no section; text alone needs no answer."""
    cells = [
        new_markdown_cell("## Not asked", id="silent"),
        new_code_cell("review.draw()"),
        new_markdown_cell("## Said", id="said"),
    ]
    text = render(new_notebook(cells=cells))

    assert "Not asked" not in text
    assert '<section id="said">' in text


def test_data_cannot_leave_its_element():
    """A customer's words are never markup, in a chart or in its description."""
    text = render(a_notebook(HOSTILE))

    assert "owned" in text
    assert "</script><script>document" not in text
    assert "<img" not in text


def test_scripts_run_under_the_nonce_only():
    """Every running script bears the nonce, and the policy names no other source."""
    found = Page(render(a_notebook("a")))
    policy = next(v for t, n, v in found.attributes if n == "content" and "'none'" in v)
    nonces = {v for t, n, v in found.attributes if (t, n) == ("script", "nonce")}

    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert [f"script-src 'nonce-{nonces.pop()}'"] == [
        part for part in policy.split("; ") if part.startswith("script-src")
    ]
    assert "unsafe-eval" not in policy


def test_the_same_notebook_gives_the_same_bytes():
    """Content decides the nonce: same numbers, same file; other numbers, another."""
    assert render(a_notebook("a")) == render(a_notebook("a"))
    assert render(a_notebook("a")) != render(a_notebook("b"))


def test_script_json_is_the_same_json():
    """Escapes change how a text is written, not what it says."""
    value = {"comment": HOSTILE, "n": [1, None, 2.5]}

    assert value == json.loads(script_json(value))


def test_the_working_directory_cannot_take_over(tmp_path, monkeypatch):
    """Stock nbconvert reads templates from where it is started."""
    for name in ("index.html.j2", "lab/index.html.j2", "template/index.html.j2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("taken over")
    monkeypatch.chdir(tmp_path)

    assert "taken over" not in render(a_notebook("a"))


def test_a_torn_bundle_is_built_anew(tmp_path, monkeypatch):
    """A cache that a crash left half is mended; a read-only one costs time only."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    whole = vega_bundle()
    cached = next(tmp_path.rglob("*.js.gz"))
    cached.write_bytes(whole[:1000])

    assert whole == vega_bundle() == cached.read_bytes()
    assert b"vegaEmbed" in gzip.decompress(whole)

    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)

    assert whole == vega_bundle()


def test_nbconvert_takes_the_exporter(tmp_path):
    """Schedulers that know only ``jupyter nbconvert`` get the same page."""
    path = tmp_path / "a.ipynb"
    nbformat.write(a_notebook("a"), path)
    exporter = "kpi_kit.render.ReportExporter"
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", exporter, path]
    subprocess.run(command, check=True, capture_output=True)

    made = path.with_suffix(".html").read_text("utf-8")

    assert render(a_notebook("a")) == made.rstrip("\n")


def test_halves_share_a_row_and_the_rest_has_its_own():
    """Two neighbors tagged half stand side by side, a third one below them."""
    cells = []
    for name in ("one", "two", "three"):
        heading = new_markdown_cell(f"## {name}", id=name, metadata={"tags": ["half"]})
        cells += [heading, shown({"text/html": f"<p>{name}</p>"})]
    text = render(new_notebook(cells=cells))
    _, row = text.split('<div class="halves">')
    both, rest = row.split("</div>", 1)

    assert ["one", "two"] == re.findall(r'<section id="(\w+)">', both)
    assert ["three"] == re.findall(r'<section id="(\w+)">', rest)


def test_the_links_stand_behind_what_leads():
    """What a reader must see is before the list of questions, and is not in it."""
    lead = new_markdown_cell("## First", id="first", metadata={"tags": ["lead"]})
    cells = [lead, shown({"text/html": "<p>1</p>"})]
    cells += [new_markdown_cell("## Then", id="then"), shown({"text/html": "<p>2</p>"})]
    text = render(new_notebook(cells=cells))
    places = [text.index(p) for p in ('id="first"', "<nav", 'id="then"')]

    assert sorted(places) == places
    assert ["#then"] == re.findall(r'<li><a href="([^"]+)"', text)


def test_charts_of_one_cell_share_a_grid():
    """Small ones side by side; a cell with one chart has it in full width."""
    outputs = [
        new_output("display_data", data={mime.CHART: spec(f"Chart {n}", "a")})
        for n in range(3)
    ]
    alone = new_notebook(cells=[shown({mime.CHART: spec("One", "a")})])
    text = render(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))

    assert 1 == text.count('<div class="multiples">')
    assert 3 == text.count('<figure class="chart"')
    assert '<div class="multiples">' not in render(alone)


def test_a_chart_has_its_place_and_its_note():
    """A link leads to it; why something is not drawn stands below it, escaped."""
    chart = spec("Chart", "a") | {"usermeta": {"id": "kpi-x", "note": "not <b>"}}
    text = render(new_notebook(cells=[shown({mime.CHART: chart})]))

    assert '<figure class="chart" id="kpi-x">' in text
    assert '<p class="note">not &lt;b&gt;</p>' in text


def test_the_style_for_jupyterlab_stays_there():
    """The page has its own; a second one would only make it larger."""
    data = {mime.STYLE: {}, "text/html": "<style>.x-only-here { }</style>"}

    assert "x-only-here" not in render(new_notebook(cells=[shown(data)]))


def test_the_foot_of_a_sheet_names_the_report():
    """Whose, when and the seal; a vendor's name ends neither text nor style."""
    head = shown(
        {"text/html": '<div data-foot="A &quot;B&quot; &lt;/style&gt;"></div>'}
    )
    text = render(new_notebook(cells=[head]))

    assert r'@bottom-left { content: "A \22 B\22  \3c /style\3e "' in text
    assert 1 == text.count("</style>")


def cut_short(*, error="", cells=3):
    """Return a notebook of four cells, the last few without what they come to.

    It is what papermill leaves of a run that stops: the cells before it are executed.
    """
    names = ("open", "figures", "alarms", "done")
    made = [shown({"text/html": f"<p>{n}</p>"}, id=n) for n in names[:cells]]
    for count, cell in enumerate(made, 1):
        cell.execution_count = count
    if error:
        name, value = error.split(": ", 1)
        failed = new_output("error", ename=name, evalue=value, traceback=["secret"])
        made[-1].outputs = [failed]
    blank = [new_code_cell("secret_code()", id=n) for n in names[cells:]]
    return new_notebook(cells=[*made, *blank])


def the_banner(text):
    """Return the words of the page's only banner, which stands above all else."""
    assert 1 == text.count('<div class="banner ')
    _, header = text.split("<header>")
    assert header.lstrip().startswith('<div class="banner misses" role="status"><svg')
    found = re.search(r"<p><b>(.*?)</b><br>(.*?)</p>", header)
    return found[1], found[2]


AGAIN = "Mend it and run the report again; until then, use the last complete one."


@pytest.mark.parametrize(
    ("given", "first", "why"),
    [
        pytest.param(
            {"error": "ValueError: no date\nin line 3", "cells": 2},
            "This report failed in cell figures.",
            f"ValueError: no date. {AGAIN}",
            id="an-error-of-python",
        ),
        pytest.param(
            {"error": "TableError: tickets.csv: no date. Give one.", "cells": 1},
            "This report failed in cell open.",
            f"tickets.csv: no date. Give one. {AGAIN}",
            id="an-error-of-the-kit-speaks-for-itself",
        ),
        pytest.param(
            {"error": f"KeyError: \x1b[31m{HOSTILE}", "cells": 2},
            "This report failed in cell figures.",
            "KeyError: &lt;/script&gt;&lt;script&gt;document.title=&#x27;owned&#x27;"
            f"&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;. {AGAIN}",
            id="hostile",
        ),
        pytest.param(
            {"error": f"KeyError: {'x' * 5000}", "cells": 2},
            "This report failed in cell figures.",
            f"KeyError: {'x' * 289}…. {AGAIN}",
            id="endless",
        ),
        pytest.param(
            {"error": "KeyboardInterrupt: ", "cells": 2},
            "This report failed in cell figures.",
            f"KeyboardInterrupt. {AGAIN}",
            id="an-error-without-words",
        ),
        pytest.param(
            {"cells": 2},
            "This report ended in cell figures.",
            f"What comes after it did not run. {AGAIN}",
            id="half-blank",
        ),
        pytest.param(
            {"cells": 0},
            "This report was not run.",
            f"None of its cells has come to anything. {AGAIN}",
            id="blank",
        ),
        pytest.param(
            {"cells": 4},
            "This report ended in cell done.",
            f"The cell does not mark it as complete. {AGAIN}",
            id="unmarked",
        ),
    ],
)
def test_a_page_cut_short_says_so(given, first, why):
    """Where, why and what to do; nobody takes half a report for a whole one.

    Chosen so that the failed cell is neither the first nor the last, and the last cell
    of the notebook is never the one to be named but where it is at fault.
    """
    text = render(cut_short(**given))

    assert (first, why) == the_banner(text)
    assert "secret" not in text
    assert "<title>Incomplete · Report</title>" in text


def test_a_whole_page_has_no_such_banner():
    """What ran to its end is not called incomplete, and its own notices stay."""
    text = render(a_notebook("a"))

    assert '<div class="banner' not in text
    assert "Incomplete" not in text


def test_the_worst_banner_stands_alone():
    """A stale report that failed is a failed one."""
    notebook = cut_short(cells=2)
    late = shown({"text/html": '<div class="banner close" role="status">late</div>'})
    notebook.cells.insert(0, late)

    assert "This report ended in cell figures." == the_banner(render(notebook))[0]


def test_a_failed_run_gives_a_page_that_says_so(tmp_path):
    """Papermill's notebook through nbconvert, as a scheduler without ``run`` has it."""
    failing = Path(__file__).parent / "notebooks" / "failing.ipynb"
    made = tmp_path / "a.ipynb"
    jupyter = [sys.executable, "-m"]
    command = [*jupyter, "papermill", failing, made]
    done = subprocess.run(command, capture_output=True, check=False)
    command = [*jupyter, "jupyter", "nbconvert", "--to", "kpi-html", made]
    subprocess.run(command, check=True, capture_output=True)
    text = made.with_suffix(".html").read_text("utf-8")

    assert 1 == done.returncode
    assert "This report failed in cell speed." == the_banner(text)[0]
    assert "IndexError: list index out of range" in the_banner(text)[1]
    assert "An Exception was encountered" not in text


def test_what_is_folded_opens_in_a_page_without_a_chart():
    """A report that failed early has links to folded parts too."""
    page = render(a_notebook("a", charts=0))

    assert "vega-bundle" not in page
    assert 1 == page.count('addEventListener("hashchange", unfold)')
